package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gokbuild/depgraph/need"
)

// fakeTree is the least that looks like a kernel tree to the harness: a configuration goal, O=, and kbuild's notes.
const fakeTree = `
O = $(CURDIR)
.PHONY: all tinyconfig
all: $(O)/a.o $(O)/b.o
tinyconfig:
	@echo CONFIG_X=y > $(O)/.config; ln -sfn $(CURDIR) $(O)/source
$(O)/%.o: $(O)/.config
	@echo '  CC      $*.o'; cp $< $@.tmp; sleep $(PAUSE); mv $@.tmp $@
PAUSE = 0
`

func fakeOptions(t *testing.T, program string) *options {
	t.Helper()
	if _, err := exec.LookPath("make"); err != nil {
		need.Missing(t, "%v", err)
	}
	scratch := t.TempDir()
	src := filepath.Join(scratch, "src")
	if err := os.Mkdir(src, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(src, "Makefile"), []byte(fakeTree), 0o644); err != nil {
		t.Fatal(err)
	}
	return &options{
		plan: plan{src: src, out: filepath.Join(scratch, "out"), config: "tinyconfig", jobs: "1"},
		ref:  "make", new: program, cache: filepath.Join(scratch, "cache"), alternate: true, signal: syscall.SIGINT,
	}
}

// script makes a program that runs make and then something else in the output folder.
func script(t *testing.T, then string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	text := "#!/bin/sh\nmake \"$@\" || exit\nfor a; do case $a in O=*) cd \"${a#O=}\";; esac; done\n" + then + "\n"
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCompareFindsMakeEqualToItself(t *testing.T) {
	opt := fakeOptions(t, "make")
	for range 2 { // the second time with the reference kept from the first
		if ok, err := compare(opt); err != nil || !ok {
			t.Fatalf("got %v, %v", ok, err)
		}
	}
}

func TestCompareFindsOtherBytes(t *testing.T) {
	if ok, err := compare(fakeOptions(t, script(t, "echo more >> a.o"))); err != nil || ok {
		t.Fatalf("got %v, %v", ok, err)
	}
}

func TestCompareFindsWhatIsBuiltAgain(t *testing.T) {
	opt := fakeOptions(t, script(t, "touch -d 2030-01-01 .config"))
	if ok, err := compare(opt); err != nil || ok {
		t.Fatalf("got %v, %v", ok, err)
	}
}

// A build inside the tree is one in a copy of it, also where the tree is known by a link.
func TestInTreeLeavesTheTreeAlone(t *testing.T) {
	opt := fakeOptions(t, "make")
	link := opt.src + "-link"
	if err := os.Symlink(opt.src, link); err != nil {
		t.Fatal(err)
	}
	opt.src, opt.inTree = link, true
	if ok, err := compare(opt); err != nil || !ok {
		t.Errorf("got %v, %v", ok, err)
	}
	names, err := os.ReadDir(link)
	if err != nil || len(names) != 1 {
		t.Errorf("the tree holds %v, %v", names, err)
	}
}

func TestComparingNothingIsAnError(t *testing.T) {
	opt := fakeOptions(t, script(t, "[ ! -e a.o ] || rm -f *.o .config"))
	opt.ref = opt.new
	if _, err := compare(opt); err == nil || !strings.Contains(err.Error(), "nothing was compared") {
		t.Errorf("two folders without files: %v", err)
	}
}

func TestCompareReportsFailingBuild(t *testing.T) {
	if _, err := compare(fakeOptions(t, script(t, "exit 3"))); err == nil {
		t.Fatal("a failing build is no error")
	}
}

func TestInterruptedBuildIsFinished(t *testing.T) {
	opt := fakeOptions(t, "make")
	opt.interrupt, opt.goals = []int{1, 1}, []string{"PAUSE=0.2"}
	if ok, err := compare(opt); err != nil || !ok {
		t.Fatalf("got %v, %v", ok, err)
	}
}

func TestInterruptThatNeverComesIsAnError(t *testing.T) {
	opt := fakeOptions(t, "make")
	opt.interrupt = []int{100}
	if _, err := compare(opt); err == nil {
		t.Fatal("a build that ends before its interrupt is taken for an interrupted one")
	}
}

// A line of any length may come before the step that is waited for.
func TestInterruptAfterLongLine(t *testing.T) {
	opt := fakeOptions(t, script(t, `head -c 200000 /dev/zero | tr '\0' x; echo; echo '  CC      c.o'; sleep 0.1`))
	opt.interrupt, opt.alternate = []int{3}, false
	if ok, err := compare(opt); err != nil || !ok {
		t.Fatalf("got %v, %v", ok, err)
	}
}

func TestReferenceKeyFollowsItsInputs(t *testing.T) {
	opt := fakeOptions(t, "make")
	key := func() string {
		k, err := opt.key("make")
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	before := key()
	if key() != before {
		t.Error("the key changes by itself")
	}
	if err := os.WriteFile(filepath.Join(opt.src, "Makefile"), []byte(fakeTree+"# more\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if key() == before {
		t.Error("the key does not see another Makefile")
	}
	before = key()
	opt.out += "2"
	if key() == before {
		t.Error("the key does not see another output path")
	}
}
