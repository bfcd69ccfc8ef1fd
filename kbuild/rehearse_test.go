package kbuild

// This file tests what is learned while a build settles, by counts of how commands were run.

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gokbuild/depgraph/need"
)

// alwaysRun has commands that make runs every time, in the manner of Kbuild.
const alwaysRun = `
all: gen.h check ; @echo ready $(X)
X := $(shell wc -l <in | sed 's/^/n/')
gen.h: FORCE
	@set -e; trap "rm -f .gen.tmp" EXIT; { sed s/a/b/ in; } > .gen.tmp; if [ ! -r $@ ] || ! cmp -s $@ .gen.tmp; then echo '  UPD     $@'; mv -f .gen.tmp $@; fi
check: gen.h FORCE
	@sh -c 'grep -c a in || true'
FORCE:
.PHONY: FORCE all check
`

// TestFirstRunAfterBuild sees that the run after a build finds nothing to do where commands run every time that have nothing
// to do: they were rehearsed, with make's words, and what they look at is known.
func TestFirstRunAfterBuild(t *testing.T) {
	for _, jobs := range []string{"-j1", "-j3"} {
		t.Run(jobs, func(t *testing.T) {
			w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "in": "a\n", "Makefile": alwaysRun}), args: []string{jobs}}
			if got, want := w.build(), "  UPD     gen.h\n1\nready n1\nstatus 0\n"; got != want {
				t.Errorf("built:\n%s", got)
			}
			if w.stats.Rehearsed != 2 || w.stats.Traced != 1 {
				t.Errorf("%d rehearsed, %d traced", w.stats.Rehearsed, w.stats.Traced)
			}
			for range 2 {
				if got := w.build(); got != "1\nready n1\nstatus 0\n" || w.stats.Processes > 0 || w.stats.Makes != 1 {
					t.Errorf("%s\n%s", got, w.stats)
				}
			}
			w.write("in", "a\na\n")
			if got := w.build(); got != "  UPD     gen.h\n2\nready n2\nstatus 0\n" {
				t.Errorf("built after a change:\n%s", got)
			}
			if got := w.build(); got != "2\nready n2\nstatus 0\n" || w.stats.Processes > 0 {
				t.Errorf("%s\n%s", got, w.stats)
			}
		})
	}
}

// TestSeenBeforeItWasThere: that one command found nothing where another one finds what was made meanwhile is no reason to run the second
// again.
func TestSeenBeforeItWasThere(t *testing.T) {
	const makefile = `
all: before made after
before: ; @sh -c 'test -d made.d && echo there || echo not there'
made: ; @mkdir -p made.d
after: ; @sh -c 'test -d made.d && echo there'
.PHONY: all before made after
`
	w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "Makefile": makefile})}
	for run, want := range []struct {
		text string
		most int // processes
	}{{"not there\nthere\n", 9}, {"there\nthere\n", 1}, {"there\nthere\n", 0}} {
		if got := w.build(); got != want.text+"status 0\n" || w.stats.Processes > want.most {
			t.Errorf("run %d: %s\n%s", run, got, w.stats)
		}
	}
}

// TestRehearsalRunsNothing sees that commands which do something each time do it once for each run.
func TestRehearsalRunsNothing(t *testing.T) {
	for name, recipe := range need.SampleOf(t, map[string]string{
		"append":          "sh -c 'echo x >>log'",
		"count":           "sh -c 'n=$$(cat log 2>/dev/null); echo x$$n >log'",
		"new each time":   "sh -c 'n=$$(ls log.* | wc -l); echo x >log.$$n'",
		"remove and make": "sh -c 'rm -f mark; n=$$(wc -c <log); echo x >mark; printf x >>log'",
		"temporary first": "sh -c 'cat in >t; cat t >>log; rm t'",
		"by a program":    "python3 -c 'open(\"log\", \"a\").write(\"x\")'",
		"in a subshell":   "(sh -c 'cat in'; sh -c 'cat in >>log')",
	}, 3) {
		t.Run(name, func(t *testing.T) {
			makefile := "all: FORCE ; @" + recipe + "\nX := $(shell " + strings.ReplaceAll(strings.ReplaceAll(recipe, "log", "asked"), "$$", "$$$$") + ")\nFORCE:\n.PHONY: all FORCE\n"
			with := &world{project: newProject(t, "4.3", map[string]string{".config": "", "in": "x", "log": "", "asked": "", "Makefile": makefile})}
			without := &world{project: newProject(t, "4.3", nil), args: []string{"--no-native=memory"}}
			for name, text := range with.files() {
				without.write(name, text)
			}
			for run := range 3 {
				if got, want := with.build(), without.build(); got != want {
					t.Errorf("run %d: %s, without memory %s", run, got, want)
				}
				for name, want := range without.files() {
					got, err := os.ReadFile(filepath.Join(with.dir, name))
					if err != nil || string(got) != want {
						t.Errorf("run %d: %s: %q, %v; without memory %q", run, name, got, err, want)
					}
				}
			}
		})
	}
}

// compiledAgain is a tree in the manner of old kernels under make 4.3: what it saves of a command has a # that make takes for
// a comment, so that every object is compiled again each time.
const compiledAgain = `
objs := $(patsubst %.c,%.o,$(wildcard *.c))
all: $(objs) ; @echo ready
cmd = gcc -Wp,-MD,.$@.d -D'S(x)=\#x' -c -o $@ $<
changed = $(filter-out $(cmd_$@),$(cmd))
-include $(wildcard .*.cmd)
%.o: %.c FORCE
	$(if $(changed),@$(cmd); printf '%s\n' "cmd_$@ := $(cmd)" >.$@.cmd,@:)
FORCE:
.PHONY: FORCE all
`

// TestCompiledAgain sees that a tree in which everything runs in each run is learned in parts, a few commands in each run, and
// is known in the end.
func TestCompiledAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("-short is played with the race detector, which makes tracing far dearer than it is for users")
	}
	files := map[string]string{".config": "", "Makefile": compiledAgain}
	const objects = 10
	for i := range objects {
		files[fmt.Sprintf("f%d.c", i)] = fmt.Sprintf("int f%d;\n", i)
	}
	w := &world{project: newProject(t, "4.3", files), bounded: true}
	w.build()
	if w.stats.Traced > 0 || w.stats.Rehearsed > 0 {
		t.Errorf("the first run: %s", w.stats)
	}
	for run, waited := 0, 0; run == 0 || w.stats.Processes > 0; run++ {
		if got := w.build(); got != "ready\nstatus 0\n" {
			t.Fatal(got)
		}
		if run == 0 && w.stats.Traced == objects {
			t.Errorf("all of them were traced at once")
		}
		if waited++; w.stats.Traced > 0 || w.stats.Processes == 0 {
			waited = 0
		}
		if waited > 3 || run > 2*objects { // a run that is over soon may have to wait for what others save
			t.Fatalf("run %d: %s", run, w.stats)
		}
	}
	w.write("f3.c", "int other;\n")
	if got := w.build(); got != "ready\nstatus 0\n" || w.stats.Processes != 1 {
		t.Errorf("after a change: %s\n%s", got, w.stats)
	}
}
