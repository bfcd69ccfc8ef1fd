package kbuild

// This file builds trees in which something fails, and sees what is remembered of the rest.

import (
	"fmt"
	"maps"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/need"
	"gokbuild/kbuild/event"
)

// failingTree is a tree of directories, each with a make of its own, one below the other in part. The sources that say so fail.
func failingTree(dirs int) map[string]string {
	files := map[string]string{".config": "", "build.mk": `
objs := $(patsubst %.c,%.o,$(wildcard $(obj)/*.c))
subs := $(patsubst %/Kbuild,%,$(wildcard $(obj)/*/Kbuild))
all: $(objs) $(subs) $(obj)/stamp ; @:
$(obj)/stamp: $(objs) $(subs) ; @echo '  AR $@'; cat $(objs) >$@
$(objs): %.o: %.c ; @echo '  CC $@'; sh tool.sh $< $@
$(subs): FORCE ; @$(MAKE) -f build.mk obj=$@
FORCE:
.DELETE_ON_ERROR:
.PHONY: all FORCE $(subs)
`, "tool.sh": "if grep -q bad $1; then echo part >$2; echo $1: bad >&2; exit 3; fi\ncp $1 $2\necho side >$2.side\n"}
	top := ""
	for i := range dirs {
		name := fmt.Sprintf("d%d", i)
		if i%3 == 2 {
			name = fmt.Sprintf("d%d/sub", i-1)
		} else {
			top += " " + name
		}
		files[name+"/Kbuild"] = ""
		for k := range 2 {
			files[fmt.Sprintf("%s/f%d.c", name, k)] = fmt.Sprintf("text %d %d\n", i, k)
		}
	}
	files["Makefile"] = "MAKEFLAGS += -rR\nall:" + top + " ; @echo ready\n" + strings.TrimSpace(top) +
		": FORCE ; @$(MAKE) -f build.mk obj=$@\nFORCE:\n.PHONY: all FORCE" + top + "\n"
	return files
}

// gnuMake plays the same with GNU make.
func (w *world) gnuMake() string {
	w.t.Helper()
	c := exec.Command("make", w.args...)
	c.Dir, c.Env = w.dir, []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "HOME=/nonexistent"}
	var out, errs strings.Builder
	c.Stdout, c.Stderr = &out, &errs
	_ = c.Run()
	w.nextTick()
	return strings.ReplaceAll(fmt.Sprintf("%s%sstatus %d\n", out.String(), errs.String(), c.ProcessState.ExitCode()), w.dir, "DIR")
}

// TestAfterFailure: what was proved stays proved, whatever failed beside it. The second run with the same failure evaluates what
// leads to it alone; a repaired source is all that is made then. Words, statuses and files are those of GNU make.
func TestAfterFailure(t *testing.T) {
	if _, err := exec.LookPath("make"); err != nil {
		need.Missing(t, "no make")
	}
	for _, options := range append(need.Sample(t, [][]string{{}, {"-k"}, {"-j4"}}, 1), []string{"-k", "-j4"}) {
		for seed := range int64(need.Rounds(1, 2)) {
			t.Run(fmt.Sprint(options, seed), func(t *testing.T) {
				t.Parallel()
				rnd := rand.New(rand.NewSource(seed))
				const dirs = 6
				files := failingTree(dirs)
				names := slices.DeleteFunc(slices.Sorted(maps.Keys(files)), func(n string) bool { return filepath.Ext(n) != ".c" })
				with := &world{project: newProject(t, "4.3", files), args: options}
				gnu := &world{project: newProject(t, "4.3", files), args: options}
				both := func(f func(w *world)) { f(with); f(gnu) }
				same := func(what string) {
					t.Helper()
					got, want := with.build(), gnu.gnuMake()
					if slices.Contains(options, "-j4") {
						got, want = sortLines(got), sortLines(want)
					}
					if slices.Equal(options, []string{"-j4"}) && strings.Contains(want, "status 2") {
						return // how much is made beside the failure is chance
					}
					if d := cmp.Diff(want, got); d != "" {
						t.Errorf("%s: printed (-make +gokbuild):\n%s", what, d)
					}
					if d := cmp.Diff(gnu.files(), with.files()); d != "" {
						t.Errorf("%s: files (-make +gokbuild):\n%s", what, d)
					}
				}
				bad := names[rnd.Intn(len(names))]
				good := files[bad]
				both(func(w *world) { w.write(bad, "bad\n") })
				same("failing")
				same("failing again")
				// By now what always runs was traced, where there is such.
				evaluated := 0
				with.heard = func(e event.Event) {
					switch e := e.(type) {
					case event.MakeStarted:
						evaluated++
						if e.Settling {
							t.Error("nothing was made, and the build settles")
						}
					case event.MakeReplayed:
						evaluated--
					}
				}
				same("failing the third time")
				with.heard = nil
				if leads := 2 + strings.Count(filepath.Dir(bad), "/"); evaluated != leads {
					t.Errorf("%d makes were evaluated, %d lead to %s", evaluated, leads, bad)
				}
				if n := with.stats.Processes; n > 4 {
					t.Errorf("%d processes for one failing object", n)
				}
				// Others change while it fails.
				other := names[rnd.Intn(len(names))]
				if other != bad {
					both(func(w *world) { w.write(other, "changed\n") })
				}
				same("another changed")
				both(func(w *world) { w.write(bad, good) })
				same("repaired")
				same("nothing changed")
				same("nothing changed")
				if with.stats.Makes != 1 || with.stats.Recalled != 1 {
					t.Errorf("nothing changed: %s", with.stats)
				}
				// It fails again with the old object there.
				both(func(w *world) { w.write(bad, "bad again\n") })
				same("broken later")
				same("broken later, again")
				both(func(w *world) { w.write(bad, good); os.Remove(filepath.Join(w.dir, bad[:len(bad)-1]+"o.side")) })
				same("put back")
				same("put back, again")
			})
		}
	}
}

func sortLines(s string) string {
	lines := strings.SplitAfter(s, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "")
}
