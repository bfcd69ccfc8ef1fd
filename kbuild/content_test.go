package kbuild

import (
	"strings"
	"testing"
)

// TestTouched sees that new dates of what holds the same mean nothing, also where a rule makes several files, or
// where a target is made every time whatever its date: the memory answers for the whole run.
func TestTouched(t *testing.T) {
	for _, c := range []struct {
		name, makefile string
		touched        []string
	}{
		{"a target", "all: one ; @:\none: src ; @echo making; cp src one\n", []string{"src"}},
		{"grouped targets", "all: one ; @:\none two &: src ; @echo making; cp src one; cp src two\n", []string{"src"}},
		{"a pattern rule of two targets", "all: a.one ; @:\n%.one %.two: src ; @echo making; cp src $*.one; cp src $*.two\n", []string{"src"}},
		{"made every time", "all: sub ; @:\nsub: FORCE ; @$(MAKE) -C sub\nFORCE:\n", []string{"Makefile"}},
		{"made every time by a phony prerequisite", "all: sub ; @:\nsub: FORCE ; @$(MAKE) -C sub\nFORCE:\n.PHONY: FORCE\n", []string{"Makefile", "sub"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "Makefile": c.makefile, "src": "text\n",
				"sub/Makefile": "all: x ; @:\nx: ../src ; @echo making; cp ../src x\n"}), args: []string{"--no-print-directory"}}
			if got := w.build(); !strings.Contains(got, "making") {
				t.Fatalf("the first build printed:\n%s", got)
			}
			w.build()
			w.touch(c.touched...)
			w.nextTick()
			if got := w.build(); strings.Contains(got, "making") {
				t.Errorf("after touching %v:\n%s", c.touched, got)
			}
			if n := w.s.counters.invocations.Load(); n != 1 {
				t.Errorf("%d makes were evaluated", n)
			}
			if n := w.s.counters.processes.Load() + w.s.counters.inProcess.Load(); n != 0 {
				t.Errorf("%d commands ran", n)
			}
		})
	}
}

// TestGroupSpoiled sees that the dates count again where somebody else wrote one of the files of a group.
func TestGroupSpoiled(t *testing.T) {
	w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "src": "text\n",
		"Makefile": "all: one ; @:\none two &: src ; @echo making; cp src one; cp src two\n"})}
	w.build()
	w.build()
	w.write("two", "something else\n")
	w.touch("src")
	if got := w.build(); !strings.Contains(got, "making") {
		t.Errorf("printed:\n%s", got)
	}
}

// TestDescent sees that a make below that a longer line calls is part of what is remembered: the line alone proves nothing.
func TestDescent(t *testing.T) {
	w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "src": "text\n",
		"Makefile":           "all: FORCE ; +@echo DESCEND; mkdir -p sub && $(MAKE) -C sub\nFORCE:\n",
		"sub/Makefile":       "V := $(PWD)\nall: x FORCE ; @$(MAKE) -C below\nFORCE:\nx: ../src ; @echo making; cp ../src x\n",
		"sub/below/Makefile": "V := $(PWD)\nall: ; @:\n"}), args: []string{"--no-print-directory"}, env: []string{"PWD=/"}}
	w.build()
	w.build()
	for range 3 {
		if got, want := w.build(), "DESCEND\nstatus 0\n"; got != want {
			t.Errorf("printed %q, want %q", got, want)
		}
		if n := w.s.counters.processes.Load() + w.s.counters.inProcess.Load(); n != 0 {
			t.Errorf("%d commands ran", n)
		}
	}
	w.remove("sub/x")
	if got := w.build(); !strings.Contains(got, "making") {
		t.Errorf("a file of the make below is gone, and this is printed:\n%s", got)
	}
}
