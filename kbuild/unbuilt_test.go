package kbuild

import (
	"context"
	"io"
	"strings"
	"testing"

	"gokbuild/depgraph"
	"gokbuild/kbuild/native"
	"gokbuild/kbuild/native/shell"
)

// replaced is a Natives with a replacement for one program.
type replaced struct{ name string }

func (r replaced) Program(string, string) (shell.NativeFunc, string) { return nil, "" }

func (r replaced) Unbuilt(target string, _ func() string, _ func(string) bool) *native.Unbuilt {
	if target != r.name {
		return nil
	}
	return &native.Unbuilt{Step: "nm", Run: func(_ context.Context, c *shell.Call) (depgraph.Status, bool) {
		io.WriteString(c.Stdout, "replacement "+strings.Join(c.Argv[1:], " ")+"\n")
		return depgraph.Status{}, true
	}}
}

// TestUnbuilt calls a program that is left unbuilt while its replacement will do: without a shell, where the replacement
// runs whichever shell is on, and by a line for the real shell, which needs the program itself.
func TestUnbuilt(t *testing.T) {
	const makefile = "%/tool: %/tool.c\n\t@printf '%s\\n' '#!/bin/sh' 'echo real $$*' >$@; chmod +x $@; echo built\n" +
		"plain: dir/tool\n\t@$< a b\nasync: dir/tool\n\t@$< c & wait\n"
	for _, tt := range []struct{ args, want string }{
		{"plain", "replacement a b\n"},
		{"--no-native=shell plain", "replacement a b\n"},
		{"--no-native=nm plain", "built\nreal a b\n"},
		{"--no-native plain", "built\nreal a b\n"},
		// What make would run is told.
		{"-n plain", "printf '%s\\n' '#!/bin/sh' 'echo real $*' >dir/tool; chmod +x dir/tool; echo built\ndir/tool a b\n"},
		{"-t plain", "touch dir/tool\ntouch plain\n"},
		{"async", "built\nreal c\n"},
		{"--no-native=shell async", "built\nreal c\n"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			p := newProject(t, "4.3", map[string]string{"Makefile": makefile, "dir/tool.c": ""})
			p.s.Natives = replaced{"dir/tool"}
			if status := p.make(strings.Fields(tt.args)...); status != 0 || p.output() != tt.want {
				t.Errorf("status %d\n%s", status, p.output())
			}
		})
	}
}
