package kbuild

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/kbuild/command"
	"gokbuild/kbuild/event"
)

// This file adds ways to run commands from outside, as a cache or a remote machine would be added.

// counting is a runner that sees every command and declines it.
type counting struct {
	mu     sync.Mutex
	counts map[event.Use]int
}

func (r *counting) Run(c *command.Command) (command.Result, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts[c.For]++
	return command.Result{}, false
}

// remote is a runner that takes commands that begin with a word of its own: "remote FILE" writes the file.
type remote struct{ dir string }

func (r remote) Run(c *command.Command) (command.Result, bool) {
	name, ok := strings.CutPrefix(c.Text, "remote ")
	if !ok {
		return command.Result{}, false
	}
	result := command.Result{By: "remote", Made: true, Out: []byte("taken\n")}
	if err := os.WriteFile(filepath.Join(r.dir, name), nil, 0o666); err != nil {
		result.Status.Code = 3
	}
	return result, true
}

// TestRunnerAdded sees that a way to run commands can be added without a change of any package.
func TestRunnerAdded(t *testing.T) {
	for _, jobs := range []string{"-j1", "-j3"} {
		t.Run(jobs, func(t *testing.T) {
			p := newProject(t, "4.3", map[string]string{"Makefile": "X := $(shell echo x)\n" +
				"Y := $(shell remote y)\nall: a b\n\t@echo all $Y\na: c ; remote a\nc: ; @echo $X >$@\n" +
				"b:\n\t@cat /dev/null\n\tremote b\n"})
			count := &counting{counts: make(map[event.Use]int)}
			p.s.Runners = []command.Runner{count, remote{p.dir}}
			var by []string
			p.s.Listen(func(e event.Event) {
				if c, ok := e.(event.CommandEnded); ok && c.By == "remote" {
					by = append(by, c.Text)
				}
			})
			if st := p.make(jobs); st != 0 {
				t.Fatalf("status %d\n%s", st, p.output())
			}
			if diff := cmp.Diff(map[event.Use]int{event.Recipe: 5, event.ShellFunc: 2}, count.counts); diff != "" {
				t.Errorf("commands (-want +got):\n%s", diff)
			}
			if len(by) != 3 {
				t.Errorf("taken: %q", by)
			}
			for _, name := range []string{"a", "b", "c", "y"} {
				if !p.exists(name) {
					t.Errorf("no %s", name)
				}
			}
			if !strings.HasSuffix(p.output(), "all taken\n") {
				t.Errorf("printed:\n%s", p.output())
			}
			// What it has written is there: nothing is made twice.
			p.stdout, p.stderr = p.temp("stdout"), p.temp("stderr")
			const nothing = "make: 'a' is up to date.\nmake: 'b' is up to date.\n"
			if st := p.make(jobs, "a", "b"); st != 0 || p.output() != nothing {
				t.Errorf("status %d\n%s", st, p.output())
			}
		})
	}
}

// TestRunnerWrites sees that what an added runner has written is seen by the same make.
func TestRunnerWrites(t *testing.T) {
	p := newProject(t, "4.3", map[string]string{"Makefile": "all: b ; @echo all\nb: a ; @echo b $?\na: x ; remote a\n",
		"a": "", "b": "", "x": ""})
	p.s.Runners = []command.Runner{remote{p.dir}}
	now := time.Now()
	for name, age := range map[string]time.Duration{"a": 3, "x": 2, "b": 1} {
		date := now.Add(-age * time.Hour)
		if err := os.Chtimes(filepath.Join(p.dir, name), date, date); err != nil {
			t.Fatal(err)
		}
	}
	if st := p.make(); st != 0 || p.output() != "remote a\nb a\nall\n" {
		t.Errorf("status %d\n%s", st, p.output())
	}
	p.s.Runners = []command.Runner{remote{p.dir + "/missing"}}
	if st := p.make("-B", "b"); st != 2 || !strings.HasSuffix(p.output(), "make: *** [Makefile:3: a] Error 3\n") {
		t.Errorf("status %d\n%s", st, p.output())
	}
}
