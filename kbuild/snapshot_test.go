package kbuild

// This file tests that the action cache restores whole makes where all that decided them is as it was, and only there.

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gokbuild/depgraph/facts/tick"
	"gokbuild/depgraph/need"
	"gokbuild/depgraph/store"
)

// subMakefile makes two objects, a list of them in a folder that it makes, and a file that it renames; the first make calls it.
const subMakefile = `all: out/list moved
out/list: f0.o f1.o
	@echo '  LIST $@'; mkdir -p out; echo $^ > $@
moved: a.h
	@echo '  MOVE $@'; cat a.h > $@.tmp; mv -f $@.tmp $@
%.o: %.c a.h
	@echo '  CC $@'; gcc -Wp,-MMD,.$@.d -nostdinc -I. -O2 -c -o $@ $<
`

// madeWhole is a tree of two makes that a snapshot can stand for, with a store; what is found out about compilers is kept in tools. rest
// is added to the second makefile.
func madeWhole(t *testing.T, tools, rest string) *project {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		need.Missing(t, "no gcc: %v", err)
	}
	p := newProject(t, "4.3", map[string]string{
		".config": "", "a.h": "#define A 1\n", "Makefile": "all: ; @$(MAKE) -f sub.mk\n.PHONY: all\n", "sub.mk": subMakefile + rest,
		"f0.c": "#include <a.h>\nint f0(void) { return A; }\n", "f1.c": "#include <a.h>\nint f1(void) { return A + 1; }\n",
	})
	open := openStoreIn(filepath.Join(t.TempDir(), "store"))
	p.s.OpenStore = func(readOnly bool) (store.Store, string, error) {
		s, _, err := open(readOnly)
		return s, tools, err
	}
	return p
}

// toolsDir is a folder of the test's own.
func toolsDir(t *testing.T) string {
	dir := filepath.Join(t.TempDir(), "tools")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// built are the files that the makes leave.
var built = []string{"f0.o", "f1.o", ".f0.o.d", ".f1.o.d", "out/list", "moved"}

// clean removes what was made, and remembered.
func (p *project) clean() {
	for _, name := range append([]string{".gokbuild", "out", "extra", "extra.tmp"}, built...) {
		if err := os.RemoveAll(filepath.Join(p.dir, name)); err != nil {
			p.t.Fatal(err)
		}
	}
}

// texts is what files hold, one behind the other; "" for those that are not there.
func (p *project) texts(names ...string) string {
	all := ""
	for _, name := range names {
		text, _ := os.ReadFile(filepath.Join(p.dir, name))
		all += name + ":\n" + string(text)
	}
	return all
}

func (p *project) write(name, text string) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o666); err != nil {
		p.t.Fatal(err)
	}
}

var countsOfWholes = regexp.MustCompile(`snapshots of makes: (\d+) restored, (\d+) stored`)

// cached runs make with the cache, and returns what it printed, and how many makes were restored and stored.
func (p *project) cached(args ...string) (printed, restored, stored string) {
	p.t.Helper()
	// What was written in the tick in which a make begins could have been written after it.
	if err := tick.AwaitAll(p.t.TempDir()); err != nil {
		p.t.Fatal(err)
	}
	p.stdout, p.stderr = p.temp("stdout"), p.temp("stderr")
	if st := p.make(append(args, "--cache=whole", "--stats")...); st != 0 {
		p.t.Fatalf("status %d\n%s", st, p.output())
	}
	printed, rest, _ := strings.Cut(p.output(), "make: ")
	if n := countsOfWholes.FindStringSubmatch(rest); n != nil {
		return printed, n[1], n[2]
	}
	return printed, "0", "0"
}

// nothingLeft has GNU make itself say that the targets are up to date.
func (p *project) nothingLeft() {
	p.t.Helper()
	cmd := exec.Command("make", "-f", "sub.mk", "-n")
	cmd.Dir = p.dir
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Nothing to be done") {
		p.t.Errorf("make has something to do (%v):\n%s", err, out)
	}
}

// TestSnapshot: the whole build is restored, with its bytes, its text and the order of its dates; what is edited afterwards is made as
// make makes it.
func TestSnapshot(t *testing.T) {
	p := madeWhole(t, toolsDir(t), "")
	said, _, stored := p.cached()
	if stored != "2" {
		t.Fatalf("%s makes stored\n%s", stored, p.output())
	}
	want := p.texts(built...)
	p.clean()
	again, restored, _ := p.cached()
	if restored != "1" || again != said || p.texts(built...) != want {
		t.Errorf("%s makes restored, printed\n%s", restored, again)
	}
	p.nothingLeft()
	if again, _, _ := p.cached(); strings.Contains(again, "  ") {
		t.Errorf("restored, and made again\n%s", again)
	}
	p.write("a.h", "#define A 2\n")
	if edited, _, _ := p.cached(); strings.Count(edited, "  CC ") != 2 || strings.Count(edited, "  MOVE ") != 1 || strings.Count(edited, "  LIST ") != 1 {
		t.Errorf("after an edit it printed\n%s", edited)
	}
	changed := p.texts(built...)
	if changed == want {
		t.Error("an edit changes nothing")
	}
	p.nothingLeft()
	p.clean()
	if _, _, _ = p.cached(); p.texts(built...) != changed {
		t.Error("other files after an edit")
	}
	p.write("a.h", "#define A 1\n")
	p.clean()
	if again, restored, _ := p.cached(); restored != "1" || again != said || p.texts(built...) != want {
		t.Errorf("edited back: %s makes restored, printed\n%s", restored, again)
	}
}

// TestSnapshotPresent: a header of the same name in an earlier folder, that is there and was not read, hinders no restoring; that it
// has gone does. So it is with asm/x.h and uapi/asm/x.h.
func TestSnapshotPresent(t *testing.T) {
	p := madeWhole(t, toolsDir(t), "")
	if err := os.Mkdir(filepath.Join(p.dir, "uapi"), 0o777); err != nil {
		t.Fatal(err)
	}
	p.write("b.h", "#define B 1\n")
	p.write("uapi/b.h", "#define B 2\n")
	p.write("f0.c", "#include <uapi/b.h>\nint f0(void) { return B; }\n")
	p.write("sub.mk", strings.Replace(subMakefile, "-I. ", "-I. -Iuapi ", 1))
	said, _, _ := p.cached()
	for _, want := range []string{"1", "0"} {
		p.clean()
		if again, restored, _ := p.cached(); restored != want || again != said {
			t.Errorf("%s makes restored, in place of %s\n%s", restored, want, again)
		}
		if err := os.RemoveAll(filepath.Join(p.dir, "b.h")); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSnapshotNot: a make is not restored where anything is not as it was: then it runs as ever.
func TestSnapshotNot(t *testing.T) {
	tools := toolsDir(t)
	for name, change := range need.SampleOf(t, map[string]func(p *project) []string{
		"a header":                   func(p *project) []string { p.write("a.h", "#define A 3\n"); return nil },
		"a makefile":                 func(p *project) []string { p.write("sub.mk", subMakefile+"\n"); return nil },
		"a header in front":          func(p *project) []string { p.write("f0.o", ""); return nil },
		"one of its files is there":  func(p *project) []string { p.write("moved", "old\n"); return nil },
		"a temporary file is there":  func(p *project) []string { p.write("moved.tmp", "old\n"); return nil },
		"a variable":                 func(p *project) []string { return []string{"X=1"} },
		"somebody asks why":          func(p *project) []string { return []string{"--explain"} },
		"events are asked for":       func(p *project) []string { return []string{"--json=" + filepath.Join(p.t.TempDir(), "json")} },
		"a makefile that was absent": func(p *project) []string { p.write("GNUmakefile", "include Makefile\n"); return nil },
	}, 4) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := madeWhole(t, tools, "")
			p.cached()
			p.clean()
			args := change(p)
			if _, restored, _ := p.cached(args...); restored != "0" && name != "a makefile that was absent" || restored > "1" {
				t.Errorf("%s makes restored", restored)
			}
			with := p.texts(built...)
			p.clean()
			change(p)
			if st := p.make(args...); st != 0 {
				t.Fatalf("status %d", st)
			}
			if p.texts(built...) != with {
				t.Error("other files than without the cache")
			}
		})
	}
}

// TestSnapshotUnknown: what does something of which not all is known, or depends on what it has itself replaced, is not stored.
func TestSnapshotUnknown(t *testing.T) {
	tools := toolsDir(t)
	for name, rule := range need.SampleOf(t, map[string]string{
		"it appends":                      "all: extra\nextra: FORCE ; @echo one >> $@\nFORCE:\n",
		"it replaces what it has read":    "all: extra\nextra: FORCE ; @cat $@ > $@.tmp; echo two >> $@.tmp; mv -f $@.tmp $@\nFORCE:\n",
		"it removes what it has read":     "all: extra\nextra: FORCE ; @cat $@ > moved.old; rm -f $@; echo two > $@\nFORCE:\n",
		"the number of a process":         "all: extra\nextra: ; @echo $$$$ > $@\n",
		"a process of which not is known": "all: extra\nextra: ; @date > $@\n",
		"dates":                           "all: extra\nextra: ; @if [ f0.c -nt f1.c ]; then echo 1; else echo 2; fi > $@\n",
		"a link":                          "all: extra\nextra: ; @ln -s f0.c $@\n",
		"a file elsewhere":                "all: extra\nextra: ; @echo x > ../elsewhere; echo > $@\n",
		"makefiles write":                 "$(file >extra,x)\n",
		"$(shell) writes":                 "X := $(shell echo x > extra)\n",
		"a private key":                   "all: extra\nextra: ; @echo 'BEGIN PRIVATE KEY' > $@\n",
	}, 5) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := madeWhole(t, tools, rule)
			if strings.HasPrefix(name, "it ") {
				p.write("extra", "was there\n")
			}
			printed, _, stored := p.cached()
			if stored != "0" {
				t.Errorf("%s makes stored\n%s", stored, printed)
			}
		})
	}
}
