package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gokbuild/depgraph/need"
)

// The commands start their own program again, which in a test is the test.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && slices.Contains([]string{"edits", "crashes", "nullbench", "enter"}, os.Args[1]) {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// editTree is the least in which sources can be edited: objects that are copies, with saved commands.
const editTree = `
.PHONY: all allnoconfig
all: $(patsubst $(CURDIR)/lib/%.c,$(O)/lib/%.o,$(wildcard $(CURDIR)/lib/*.c)) $(O)/image
allnoconfig:
	@echo CONFIG_A=y > $(O)/.config
$(O)/lib/%.o: lib/%.c
	@mkdir -p $(@D); echo '  CC      lib/$*.o'
	@printf 'source_lib/%s.o := %s\n\ndeps_lib/%s.o := \\\n' $* $(CURDIR)/$< $* > $(@D)/.$*.o.cmd
	@cp $< $@.new && mv $@.new $@
$(O)/image: $(O)/lib/a.o $(O)/lib/b.o
	@echo '  LD      image'; ! grep -h '#error' $^ && cat $^ > $@.new && mv $@.new $@
`

// playWorlds plays a command on the tree with a program that runs make and then text, and returns what it printed.
func playWorlds(t *testing.T, text string, args ...string) (log string, ok bool) {
	t.Helper()
	make, err := exec.LookPath("make")
	if os.Getuid() != 0 || err != nil {
		need.Missing(t, "needs root and make")
	}
	scratch := t.TempDir()
	src := tree(t, map[string]string{"Makefile": editTree, "lib/Makefile": "\n", "lib/a.c": "int a;\n", "lib/b.c": "int b;\n"})
	program := filepath.Join(scratch, "program")
	script := "#!/bin/sh\nout=${3#O=}\n" + text + "\n"
	if err := os.WriteFile(program, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	words := append([]string{args[0], "-src", src, "-scratch", scratch, "-ref", make, "-new", program}, args[1:]...)
	cmd := exec.Command("/proc/self/exe", words...)
	var b bytes.Buffer
	cmd.Stdout, cmd.Stderr = &b, &b
	err = cmd.Run()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	return b.String(), err == nil
}

const codeEdits = `^source: (code|does not)|^touch: source|^nothing|^revert`

func TestEditsFindMakeEqualToItself(t *testing.T) {
	log, ok := playWorlds(t, `exec make "$@"`, "edits", "-kinds", codeEdits, "-count", "12")
	if !ok || !strings.Contains(log, "0 WRONG") || !strings.Contains(log, "(0 builds SLOW)") || strings.Contains(log, " 0 failed alike") {
		t.Errorf("%v\n%s", ok, log)
	}
}

func TestEditsFindPlantedDifferences(t *testing.T) {
	for _, c := range need.Sample(t, []struct{ name, text, want string }{
		{"an edit that is not seen", `[ -e "$out/done" ] && exit; make "$@" && touch -d 2040-01-01 $out/lib/a.o $out/lib/b.o`, "WRONG bytes"},
		{"another byte", `make "$@" || exit; [ ! -e "$out/../src/lib/a.c" ] || echo >> $out/image`, "WRONG"},
		{"one file more", `make "$@" || exit; touch $out/more`, "WRONG"},
		{"another mode", `make "$@" || exit; chmod 600 $out/image`, "WRONG"},
		{"failure forgotten", `make "$@"; exit 0`, "WRONG"},
		{"failure made up", `make "$@"; exit 1`, "WRONG"},
		{"another status", `make "$@" || exit 3`, "WRONG status exit status 3, want exit status 2"},
		{"too much built", `rm $out/image; exec make "$@"`, "SLOW"},
	}, 2) {
		t.Run(c.name, func(t *testing.T) {
			log, ok := playWorlds(t, c.text, "edits", "-kinds", codeEdits, "-count", "12")
			if ok != (c.want == "SLOW") || !strings.Contains(log, c.want) {
				t.Errorf("%v\n%s", ok, log)
			}
		})
	}
}

// A builder that goes by content has a clean build's bytes where make goes by dates and has not.
const byContent = `for s in $out/../src/lib/*.c; do o=$out/lib/$(basename $s .c).o; cmp -s $s $o || rm -f $o; done; exec make "$@"`

func TestEditsExcuseWhoKnowsBetterThanMake(t *testing.T) {
	log, ok := playWorlds(t, byContent, "edits", "-kinds", "^past: code with an old", "-count", "4")
	if !ok || !strings.Contains(log, "4 clean where make was stale") {
		t.Errorf("%v\n%s", ok, log)
	}
}

func TestCrashesAreFinished(t *testing.T) {
	args := []string{"crashes", "-kinds", "^source: code", "-kills", "6", "-corruptions", "6"}
	state := `mkdir -p $out/.gokbuild; s=$(cat $out/.gokbuild/state 2>/dev/null); (rm -r $out/.gokbuild/state; echo s >$out/.gokbuild/state) 2>/dev/null; `
	log, ok := playWorlds(t, state+`exec make "$@"`, args...)
	if !ok || !strings.Contains(log, "files of the state damaged of 6 tries") || strings.Contains(log, ", 0 files of the state") {
		t.Errorf("%v\n%s", ok, log)
	}
	// One that trusts whatever it finds.
	log, ok = playWorlds(t, state+`[ "$s" = s ] || { echo one; echo two; } >&2; exec make "$@"`, args...)
	if ok || !strings.Contains(log, "complains in 2 lines") {
		t.Errorf("%v\n%s", ok, log)
	}
}
