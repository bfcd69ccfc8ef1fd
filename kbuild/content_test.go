package kbuild

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
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
			if n := w.stats.Makes; n != 1 {
				t.Errorf("%d makes were evaluated", n)
			}
			if n := w.stats.Processes + w.stats.InProcess; n != 0 {
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
		if n := w.stats.Processes + w.stats.InProcess; n != 0 {
			t.Errorf("%d commands ran", n)
		}
	}
	w.remove("sub/x")
	if got := w.build(); !strings.Contains(got, "making") {
		t.Errorf("a file of the make below is gone, and this is printed:\n%s", got)
	}
}

// TestSaidBelow sees that a recipe that calls make runs again where make would run it and it would tell that make something else
// today: what comes of that need not be in the target.
func TestSaidBelow(t *testing.T) {
	for _, c := range []struct{ name, link string }{
		{"a line of its own", "@$(MAKE) -s -f $(THIS) said"},
		{"a longer line", "@test -e part && $(MAKE) -s -f $(THIS) said"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "src": "text\n", "Makefile": `
THIS := Makefile
export WORD
all: image ; @:
image: part
	@echo linking
	` + c.link + `
	@cat part > image
part: src ; @echo compiling; echo same > part
said: ; @echo $(WORD) > said
`}), args: []string{"--no-print-directory"}}
			step := func(word, want string) {
				t.Helper()
				w.env = []string{"WORD=" + word}
				if got := w.build(); got != want+"status 0\n" {
					t.Errorf("with WORD=%s: printed %q, want %q", word, got, want)
				}
			}
			step("one", "compiling\nlinking\n")
			step("two", "") // make would do nothing, either
			w.write("src", "another text\n")
			step("two", "compiling\nlinking\n")
			step("two", "")
			w.write("src", "a third text\n")
			step("two", "compiling\nlinking\n") // the same bytes again, but what the make below has made is not known
			step("one", "")                     // make would do nothing, either
			w.write("src", "a last text\n")
			step("one", "compiling\nlinking\n")
			step("one", "")
			if got := w.files()["said"]; got != "one\n" {
				t.Errorf("the make below was told %q", got)
			}
		})
	}
}

// TestSaidBeforeReading sees that what a recipe told its makes before the makefiles were read for good, since it made one of them, does
// not count: every later run would tell them something else.
func TestSaidBeforeReading(t *testing.T) {
	w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "src": "text\n", "Makefile": `
all: ; @$(MAKE) -f inner image && $(MAKE) -f inner other
`, "inner": `
export WORD
include conf.mk
image: part ; @echo linking; cat part > image
part: src ; @echo compiling; cat sync > part
other: conf.h src ; @echo other; cat conf.h > other
%.mk %.h: .config
	@echo syncing; touch log
	@$(MAKE) -s -f sync
`, "sync": "all: ; @echo WORD=set > conf.mk; echo > conf.h\n"}), args: []string{"--no-print-directory"}}
	step := func(want string) {
		t.Helper()
		if got := w.build(); got != want+"status 0\n" {
			t.Errorf("printed %q, want %q", got, want)
		}
	}
	step("syncing\ncompiling\nlinking\nother\n")
	w.write("src", "another text\n")
	step("compiling\nother\n")
}

// TestUnseen sees that a source is compiled again that was changed and has an old date, which make does not do, unless dates are to count.
func TestUnseen(t *testing.T) {
	w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "src": "one\n", "dir/x": "",
		"Makefile": "all: object ; @:\nobject: src dir ; @echo compiling; cp src $@\n"})}
	old := time.Now().Add(-time.Hour)
	change := func(text string) {
		w.write("src", text)
		os.Chtimes(filepath.Join(w.dir, "src"), old, old)
	}
	step := func(want string, args ...string) {
		t.Helper()
		w.args = args
		if got := w.build(); got != want+"status 0\n" {
			t.Errorf("printed %q, want %q", got, want)
		}
	}
	step("compiling\n")
	change("two\n")
	step("", "--mtime")
	step("compiling\n")
	step("")
	change("three\n")
	step("compiling\n")
	change("four\n")
	w.nextTick()
	w.touch("object") // as one does who knows better
	step("")
}

// TestMissed sees that a source that is changed while it is being compiled is compiled again, which make does not do; and that a
// recipe that changes what it is made of is not run for ever.
func TestMissed(t *testing.T) {
	// An editor at work: it saves the source once the clock of file times has moved on. The target is the newer one all the same.
	const edit = `touch start; until [ tick -nt start ]; do touch tick; done; echo two > src; touch $@`
	w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "src": "one\n", "edit": "", "Makefile": `
all: object ; @:
object: src
	@echo compiling; cp src $@
	@if [ -e edit ]; then rm edit; ` + edit + `; fi
`})}
	for i, want := range []string{"compiling\n", "compiling\n", "", ""} {
		if got := w.build(); got != want+"status 0\n" {
			t.Errorf("build %d printed %q, want %q", i+1, got, want)
		}
	}
	if got := w.files()["object"]; got != "two\n" {
		t.Errorf("the object is made of %q", got)
	}
	w = &world{project: newProject(t, "4.3", map[string]string{".config": "", "src": "one\n", "Makefile": `
all: object ; @:
object: src ; @echo compiling; ` + edit + `; cp src $@
`})}
	for i, want := range []string{"compiling\n", "compiling\n", "", ""} {
		if got := w.build(); got != want+"status 0\n" {
			t.Errorf("a recipe that changes its source, build %d: printed %q, want %q", i+1, got, want)
		}
	}
}

// TestMissedOnce sees that a source that was changed at another time than while it was compiled is none that the compiler missed, even
// where the object was touched since, or made again by somebody else.
func TestMissedOnce(t *testing.T) {
	w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "src": "one\n",
		"Makefile": "all: object ; @:\nobject: src ; @echo compiling; cp src $@\n"})}
	w.build()
	w.nextTick()
	w.write("src", "one\n")
	w.nextTick()
	w.touch("object")
	if got := w.build(); got != "status 0\n" {
		t.Errorf("printed %q", got)
	}
}

// TestMadeOfStrange sees that what was made while somebody had changed a file beside its prerequisite is made again once that file is what
// its recipe writes again: memory knew of nothing in between.
func TestMadeOfStrange(t *testing.T) {
	w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "src": "one\n", "long": strings.Repeat("says much\n", 10),
		"Makefile": `
all: use ; @:
stamp: src ; @cp src side; cat long >stamp
use: stamp ; @cat side >use
`})}
	w.build()
	w.nextTick()
	w.remove("side")
	w.touch("src")
	w.build() // the marker is newer than what was made of it
	w.nextTick()
	w.write("side", "strange\n")
	w.build()
	if got := w.files()["use"]; got != "strange\n" {
		t.Errorf("with another side file: made of %q", got)
	}
	w.nextTick()
	w.touch("src")
	w.build()
	if got := w.files()["use"]; got != "one\n" {
		t.Errorf("with the side file of the recipe: made of %q", got)
	}
}

// TestMarkers sees that a target which only says that something was done passes on that its source has changed, though it holds the
// same text as before: words of its recipe, or none.
func TestMarkers(t *testing.T) {
	for name, recipe := range map[string]string{
		"word of the recipe": "echo everything that has to be done before others may go on is done, done and done >stamp",
		"empty":              ": >stamp", "link": "ln -sf src link; echo done >stamp",
		"lines": "{ echo '#include \"src\"'; echo; echo '/* this file includes another one, so that it always holds the same */'; } >stamp",
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "src": "one\n",
				"Makefile": "use: stamp ; @cp src use\nstamp: src ; @" + recipe + "\n"})}
			for _, text := range []string{"one\n", "two\n", "three\n"} {
				w.write("src", text)
				w.build()
				if got := w.files()["use"]; got != text {
					t.Errorf("src is %q, use was made of %q", text, got)
				}
				w.nextTick()
			}
		})
	}
}

// TestGoalBetween sees that what is known of targets outlives a run for another goal that changes what they depend on together.
func TestGoalBetween(t *testing.T) {
	w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "a.c": "a\n", "b.c": "b\n", "c.c": "c\n",
		"Makefile": "all: a b c ; @:\n%: %.c ; @echo compiling $@; cp $< $@\n"})}
	build := func(goal, want string) {
		t.Helper()
		w.args = strings.Fields(goal)
		if got := w.build(); got != want+"status 0\n" {
			t.Errorf("make %s: printed %q, want %q", goal, got, want)
		}
	}
	build("", "compiling a\ncompiling b\ncompiling c\n")
	w.touch("a.c")
	w.write("b.c", "b2\n")
	build("b", "compiling b\n")
	build("", "")
	w.write("c.c", "c2\n")
	build("", "compiling c\n")
}
