package kbuild

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestReplayWarnings edits sources whose compiler complains about the word "bad", and asks for complaints about what is up to date.
func TestReplayWarnings(t *testing.T) {
	p := newProject(t, "4.3", map[string]string{
		".config": "",
		"Makefile": "all: a.o sub sub/c.o b.o ; @cat a.o b.o sub/c.o >$@\ninclude rule.mk\n" +
			"sub: ; @$(MAKE) -f rule.mk sub/c.o\nsub/c.o: sub ; @:\n.PHONY: sub\n",
		"rule.mk": "%.o: %.c\n\t@sh cc $< >$@.tmp; mv $@.tmp $@\n",
		"cc":      "grep -n bad $1 | sed \"s,^,$1: ,\" >&2\ncat $1\n",
		"a.c":     "bad a\n",
		"b.c":     "good b\nbad b\n",
		"sub/c.c": "bad c\n",
	})
	old := time.Now().Add(-time.Hour)
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"a.c", "b.c", "sub/c.c", "Makefile", ".config", "cc"} {
		if err := os.Chtimes(filepath.Join(p.dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	const a, b, c = "a.c: 1:bad a\n", "b.c: 2:bad b\n", "sub/c.c: 1:bad c\n"
	for _, tt := range []struct {
		name string
		edit func()
		args string
		want string
	}{
		{"clean build", func() {}, "", a + c + b},
		{"nothing changed", func() {}, "", ""},
		{"nothing changed", func() {}, "--replay-warnings", a + c + b},
		{"once more, remembered", func() {}, "--replay-warnings", a + c + b},
		{"one object", func() {}, "--replay-warnings b.o", b},
		{"touched", func() { write("a.c", "bad a\n") }, "--replay-warnings", a + c + b},
		{"repaired", func() { write("a.c", "good a\n") }, "--replay-warnings", c + b},
		{"nothing changed since", func() {}, "--replay-warnings", c + b},
		{"spoilt", func() { write("sub/c.c", "bad again\n") }, "--replay-warnings", "sub/c.c: 1:bad again\n" + b},
		{"kept", func() {}, "--replay-warnings", "sub/c.c: 1:bad again\n" + b},
		{"made by somebody else", func() { write("b.o", "other\n") }, "--replay-warnings", "sub/c.c: 1:bad again\n"},
		{"evaluated as a whole", func() { write("a.c", "good a\n\n") }, "--replay-warnings", "sub/c.c: 1:bad again\n"},
	} {
		p.s.Close()
		p.newSession()
		p.stdout, p.stderr = p.temp("stdout"), p.temp("stderr")
		tt.edit()
		if status := p.make(strings.Fields(tt.args)...); status != 0 {
			t.Fatalf("%s: status %d\n%s", tt.name, status, p.output())
		}
		data, err := os.ReadFile(p.stderr.Name())
		if err != nil {
			t.Fatal(err)
		}
		if string(data) != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, data, tt.want)
		}
	}
}
