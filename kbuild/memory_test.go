package kbuild

import (
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/facts/tick"
	"gokbuild/depgraph/need"
	"gokbuild/kbuild/event"
)

// miniTree is a tree in the manner of Kbuild: a make for each directory, commands saved beside what they made and
// compared, rules that always run and mostly decide to do nothing.
var miniTree = map[string]string{
	".config": "CONFIG_A=y\n",
	"Makefile": `
include .config
export CFLAGS ?= -O2
all: prepare sub ; @echo ready $(words $(wildcard sub/*.c)) $(USER_WORD)
prepare: gen/version.h
gen/version.h: FORCE
	@mkdir -p gen; echo "#define V $(V_TEXT)" > gen/.tmp; if [ -r gen/version.h ] && cmp -s gen/.tmp gen/version.h; then rm -f gen/.tmp; else echo '  UPD gen/version.h'; mv -f gen/.tmp gen/version.h; fi
V_TEXT := $(file <version)
sub other: prepare FORCE
	@$(MAKE) -f build.mk obj=$@
all: other image
image: sub/built-in.a other/built-in.a ; @echo '  LD image'; cat $$(tail -qn +2 $^) > $@
sub/built-in.a: sub ; @:
other/built-in.a: other ; @:
FORCE:
.PHONY: all prepare sub other FORCE
`,
	"build.mk": `
include lib.mk
-include $(obj)/Kbuild
ccflags-y += $(CFLAGS)
objs := $(patsubst %.c,%.o,$(sort $(wildcard $(obj)/*.c)))
all: $(obj)/built-in.a ; @:
quiet_cmd_cc = CC $@
cmd_cc = case '$(ccflags-y)' in *--bad*) echo 'no such option' >&2; exit 1;; esac; printf '%s ' $(ccflags-y) > $@; cat $< $(wildcard $(obj)/*.h) gen/version.h $(realpath link) >> $@
quiet_cmd_ar = AR $@
cmd_ar = { echo '!<thin>'; ls $(objs); } > $@
$(obj)/%.o: $(obj)/%.c gen/version.h $(realpath link) $(wildcard $(obj)/*.h) FORCE ; $(call if_changed,cc)
$(obj)/built-in.a: $(objs) FORCE ; $(call if_changed,ar)
targets := $(objs) $(obj)/built-in.a
-include $(foreach t,$(wildcard $(targets)),$(dir $(t)).$(notdir $(t)).cmd)
FORCE:
.PHONY: all FORCE
`,
	"lib.mk": `
squote := '
comma := ,
empty :=
space := $(empty) $(empty)
newer = $(filter-out FORCE,$?)
changed = $(filter-out $(subst $(space),_,$(strip $(cmd_$@))),$(subst $(space),_,$(strip $(cmd_$(1)))))
if_changed = $(if $(newer)$(changed),@echo '  $(quiet_cmd_$(1))'; $(cmd_$(1)); echo 'cmd_$@ := $(subst $(squote),'\'',$(cmd_$(1)))' > $(dir $@).$(notdir $@).cmd,@:)
`,
	"version":      "one\n",
	"sub/a.c":      "a\n",
	"sub/b.c":      "b\n",
	"sub/x.h":      "x\n",
	"sub/Kbuild":   "ccflags-y := -DSUB\n",
	"other/c.c":    "c\n",
	"other/Kbuild": "",
	"target1":      "t1\n",
	"target2":      "t2\n",
}

// world is one copy of the tree, with its own clock so that two copies have the same dates.
type world struct {
	*project
	args []string
	env  []string
	// first is a folder in front of the others in PATH.
	first string
	// bounded says that learning may cost no more than it does for users.
	bounded bool
	// told is set if dates tell of each change.
	told bool
	// heard, if set, hears the events of a build.
	heard func(event.Event)
}

func newWorld(t *testing.T, args ...string) *world {
	w := &world{project: newProject(t, "4.3", miniTree), args: args}
	if err := os.Symlink("target1", filepath.Join(w.dir, "link")); err != nil {
		t.Fatal(err)
	}
	past := time.Now().Add(-time.Hour)
	for name := range miniTree {
		os.Chtimes(filepath.Join(w.dir, name), past, past)
	}
	return w
}

// build runs make in a new session and returns what it printed.
func (w *world) build() string {
	w.t.Helper()
	w.newSession()
	w.s.Identity, w.s.learnsAll = 1, !w.bounded
	if w.heard != nil {
		w.s.Listen(w.heard)
	}
	defer w.s.Close()
	w.stdout, w.stderr = w.temp("stdout"), w.temp("stderr")
	path := "PATH=/usr/bin:/bin"
	if w.first != "" {
		path = "PATH=" + w.first + ":/usr/bin:/bin"
	}
	env := append([]string{path, "LC_ALL=C", "HOME=/nonexistent"}, w.env...)
	status := w.s.Run(Call{Argv: append([]string{"make"}, w.args...), Dir: w.dir, Env: env, Stdout: w.stdout, Stderr: w.stderr})
	w.nextTick()
	return fmt.Sprintf("%sstatus %d\n", w.output(), status)
}

// nextTick returns once a file that is written is newer than all that were.
func (w *world) nextTick() {
	w.t.Helper()
	if _, err := tick.Next(w.t.TempDir()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) files() map[string]string {
	files := map[string]string{}
	err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.Name() == ".gokbuild" {
				return fs.SkipDir
			}
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(w.dir, path)
		files[rel] = strings.ReplaceAll(string(data), w.dir, "DIR")
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return files
}

func (w *world) write(name, text string) {
	w.t.Helper()
	name = filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		w.t.Fatal(err)
	}
}

// TestNothingChanged sees that the memory ends up answering for the whole run, without a command, and prints the same.
func TestNothingChanged(t *testing.T) {
	w := newWorld(t)
	first := w.build()
	want := "ready 2\nstatus 0\n"
	if !strings.HasSuffix(first, want) || !strings.Contains(first, "CC sub/a.o") {
		t.Fatalf("first build:\n%s", first)
	}
	want = w.build()
	for range 3 {
		if got := w.build(); got != want {
			t.Errorf("a run in which nothing changed printed:\n%s\nwant:\n%s", got, want)
		}
	}
	if n := w.stats.Makes; n != 1 {
		t.Errorf("%d makes were evaluated", n)
	}
	if n := w.stats.Processes + w.stats.InProcess; n != 0 {
		t.Errorf("%d commands ran", n)
	}
}

// edits are made to both worlds alike.
var edits = []struct {
	name string
	make func(w *world, n int)
}{
	{"nothing", func(*world, int) {}},
	{"source", func(w *world, n int) { w.write("sub/a.c", fmt.Sprint("a", n, "\n")) }},
	{"header", func(w *world, n int) { w.write("sub/x.h", fmt.Sprint("x", n, "\n")) }},
	{"flags", func(w *world, n int) { w.write("sub/Kbuild", fmt.Sprint("ccflags-y := -DSUB", n%3, "\n")) }},
	{"version", func(w *world, n int) { w.write("version", fmt.Sprint("v", n%3, "\n")) }},
	{"touch", func(w *world, n int) { w.touch("sub/a.c", "sub/x.h", "version", "Makefile", "build.mk") }},
	{"new source", func(w *world, n int) { w.write(fmt.Sprint("sub/new", n%4, ".c"), "new\n") }},
	{"no such source", func(w *world, n int) { w.remove(fmt.Sprint("sub/new", n%4, ".c")) }},
	{"object gone", func(w *world, n int) { w.remove("sub/b.o") }},
	{"command gone", func(w *world, n int) { w.remove("sub/.b.o.cmd") }},
	{"archive gone", func(w *world, n int) { w.remove("other/built-in.a") }},
	{"generated gone", func(w *world, n int) { w.remove("gen/version.h") }},
	{"generated spoiled", func(w *world, n int) { w.write("gen/version.h", "#define V nonsense\n") }},
	{"object spoiled", func(w *world, n int) { w.write("other/c.o", "") }},
	{"environment", func(w *world, n int) { w.env = []string{fmt.Sprint("CFLAGS=-O", n%3)} }},
	{"unused environment", func(w *world, n int) { w.env = append(w.env[:len(w.env):len(w.env)], fmt.Sprint("FOO=", n)) }},
	{"window", func(w *world, n int) { w.env = append(w.env[:len(w.env):len(w.env)], fmt.Sprint("COLUMNS=", n)) }},
	{"word", func(w *world, n int) { w.env = append(w.env[:len(w.env):len(w.env)], fmt.Sprint("USER_WORD=", n%2)) }},
	{"bad flags", func(w *world, n int) { w.env = []string{"CFLAGS=--bad"} }},
	{"bad flags in a directory", func(w *world, n int) { w.write("sub/Kbuild", "ccflags-y := --bad\n") }},
	{"link", func(w *world, n int) {
		w.remove("link")
		os.Symlink(fmt.Sprint("target", 1+n%2), filepath.Join(w.dir, "link"))
	}},
	{"link's target", func(w *world, n int) { w.write("target1", fmt.Sprint("t", n%3, "\n")) }},
	{"rule", func(w *world, n int) { w.write("other/Kbuild", fmt.Sprint("ccflags-y += -DRULE", n%2, "\n")) }},
	{"no rules", func(w *world, n int) { w.remove("other/Kbuild") }},
	{"clock set back", func(w *world, n int) {
		w.write("sub/a.c", fmt.Sprint("A", n, "\n"))
		if past := time.Now().Add(-30 * time.Minute); !w.told {
			os.Chtimes(filepath.Join(w.dir, "sub/a.c"), past, past)
		}
	}},
	{"broken", func(w *world, n int) { w.write("sub/Kbuild", "ccflags-y := $(error broken)\n") }},
	{"renamed", func(w *world, n int) {
		os.Rename(filepath.Join(w.dir, "sub/b.c"), filepath.Join(w.dir, "sub/b2.c"))
	}},
	{"named back", func(w *world, n int) {
		os.Rename(filepath.Join(w.dir, "sub/b2.c"), filepath.Join(w.dir, "sub/b.c"))
	}},
}

func (w *world) touch(names ...string) {
	now := time.Now()
	for _, name := range names {
		os.Chtimes(filepath.Join(w.dir, name), now, now)
	}
}

func (w *world) remove(name string) { os.Remove(filepath.Join(w.dir, name)) }

// TestEditsWithMemory makes random edits to two copies of a tree and builds one with memory and one without. By date they
// must print the same and leave the same files; by content they must leave the same files, also where only the one without is told
// of a change by its date.
func TestEditsWithMemory(t *testing.T) {
	steps := need.Rounds(8, 60)
	for _, byDate := range []bool{true, false} {
		for seed := range int64(3) {
			t.Run(fmt.Sprintf("date=%v seed=%d", byDate, seed), func(t *testing.T) {
				t.Parallel()
				rnd := rand.New(rand.NewSource(seed))
				args := []string{"-k"}
				if byDate {
					args = append(args, "--mtime")
				}
				with, without := newWorld(t, args...), newWorld(t, append(args, "--no-native=memory")...)
				without.told = !byDate
				history := []string{}
				for n := range steps {
					for range rnd.Intn(3) {
						e := edits[rnd.Intn(len(edits))]
						history = append(history, e.name)
						e.make(with, n)
						e.make(without, n)
					}
					history = append(history, "build")
					got, want := with.build(), without.build()
					if d := cmp.Diff(without.files(), with.files()); d != "" {
						t.Fatalf("after %v files differ (-want +got):\n%s\nprinted:\n%s\nwant:\n%s", history, d, got, want)
					}
					if byDate && got != want {
						t.Fatalf("after %v printed (-want +got):\n%s", history, cmp.Diff(want, got))
					}
				}
				if !with.exists(".gokbuild/memory") {
					t.Error("there was no memory")
				}
			})
		}
	}
}
