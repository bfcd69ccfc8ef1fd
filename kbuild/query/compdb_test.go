package query

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/facts/tick"
	"gokbuild/depgraph/need"
	"gokbuild/kbuild"
	"gokbuild/kbuild/compdb"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/profile"
	"gokbuild/kbuild/native/probe"
)

// tree is a small tree with the habits of Kbuild: descent, saved commands, a list that a later make reads, a program for the
// host that is made in one step, and one whose folder is made by the way.
var tree = map[string]string{
	".config": "CONFIG_X=y\n",
	"Makefile": `
CC := ./cc
export CC
what = $(shell cat kind 2>/dev/null; echo -DTOP)
all: last
host: host.c
	$(CC) -O2 -o host host.c -lm
sub: host FORCE
	@set -e; mkdir -p sub/gen && $(MAKE) -f sub/Makefile list
last: sub
	$(MAKE) -f final.mk
FORCE:
.PHONY: all sub FORCE last
`,
	"sub/Makefile": `
any = $(filter-out FORCE,$?)
cmd = $(CC) $(what) -DNAME='"$(*F)"' "-DQ=\"$(*F)\"" -c -o $@ $<
what = -DSUB
objs := sub/a.o sub/gen/b.o
list: $(objs)
	{ $(foreach o,$^,echo $o;) :; } > sub/order
%.o: %.c FORCE
	$(if $(any)$(filter-out $(saved_$@),x),@set -e; echo '  CC  $@'; $(cmd); printf '%s\n' 'saved_$@ := x' > $@.cmd, @:)
sub/gen/b.c: host
	echo 'int b;' > $@
FORCE:
-include $(wildcard $(addsuffix .cmd,$(objs)))
`,
	"final.mk": `
objs := $(patsubst %.o,%.mod.o,$(file < sub/order))
also := $(patsubst %.o,%.also.o,$(shell cat sub/order))
out: $(objs) $(also) generated.h
	@:
generated.h:
	echo > $@
%.mod.o: %.c
	for m in mod; do $(CC) -DMOD=$$m -c -o $*.$$m.o $<; done
%.also.o: %.c
	for m in $(patsubst .%,%,$(suffix $(basename $@))); do $(CC) -DMOD=$$m -c -o $*.$$m.o $<; done
`,
	"host.c": "int main(void) { return 0; }\n", "sub/a.c": "int a;\n",
	// The compiler writes down how it was called.
	"cc": `#!/bin/sh
pwd >> $LOG
for a; do printf '%s\t' "$a"; [ "$p" != -o ] || { mkdir -p "$(dirname "$a")"; : > "$a"; }; p=$a; done >> $LOG
echo >> $LOG
`,
}

// write makes the files of a tree.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// engine returns an engine for a call of make in a folder.
func engine(t *testing.T, dir string, args ...string) *Engine {
	t.Helper()
	p, err := profile.Choose("4.3", "", "", "")
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := os.CreateTemp(t.TempDir(), "stderr")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stderr.Close() })
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { null.Close() })
	call := kbuild.Call{Argv: append([]string{"make"}, args...), Dir: dir, Stdin: null, Stdout: null, Stderr: stderr,
		Env: []string{"PATH=" + os.Getenv("PATH"), "LOG=" + filepath.Join(dir, "log")}}
	f := flags.New(p)
	if err := f.Load(call.Argv, flags.Env{}); err != nil {
		t.Fatal(err)
	}
	s := kbuild.NewSession(p)
	e, err := New(s, call, f)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// listing names the files and folders below a folder.
func listing(t *testing.T, dir string) []string {
	t.Helper()
	out, err := exec.Command("find", dir).Output()
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(string(out))
	slices.Sort(names)
	return names
}

// TestCompDB: the data base of a tree of which nothing is built has the words by which the compiler is then called.
func TestCompDB(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, tree)
	before := listing(t, dir)
	e := engine(t, dir, "--compdb")
	entries, status, err := e.WriteCompDB(e.flags.CompDB, nil)
	if err != nil || status != 0 {
		t.Fatalf("status %d, %v", status, err)
	}
	if diff := cmp.Diff(append(before, filepath.Join(dir, "compile_commands.json"), filepath.Join(dir, ".gokbuild"), filepath.Join(dir, ".gokbuild", keptName)), listing(t, dir), cmp.Transformer("sort", func(l []string) []string { return slices.Sorted(slices.Values(l)) })); diff != "" {
		t.Errorf("files of the tree (-before +after):\n%s", diff)
	}
	got := make(map[string][]string)
	for _, e := range entries {
		got[e.Output] = append([]string{e.Directory}, e.Arguments...)
	}

	if out, err := exec.Command("make", "-C", dir, "LOG="+filepath.Join(dir, "log")).CombinedOutput(); err != nil {
		t.Fatalf("the tree does not build with make: %v\n%s", err, out)
	}
	want := make(map[string][]string)
	log, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(log)), "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		words := strings.Split(strings.TrimSuffix(lines[i+1], "\t"), "\t")
		out := words[slices.Index(words, "-o")+1]
		want[out] = append([]string{lines[i], "./cc"}, words...)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("compilations (-built +planned):\n%s", diff)
	}

	var read []compdb.Entry
	text, err := os.ReadFile(filepath.Join(dir, "compile_commands.json"))
	if err == nil {
		err = json.Unmarshal(text, &read)
	}
	if diff := cmp.Diff(entries, read); err != nil || diff != "" {
		t.Errorf("what the file holds: %v (-entries +file):\n%s", err, diff)
	}
	// Of a tree that is built all is planned again.
	again, _, err := e.WriteCompDB(e.flags.CompDB, nil)
	if diff := cmp.Diff(entries, again); err != nil || diff != "" {
		t.Errorf("after the build: %v (-before +after):\n%s", err, diff)
	}
}

// TestCompDBFails: of goals that cannot be made no data base is written, and a good one stays; so does what it was made for.
func TestCompDBFails(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, tree)
	write(t, dir, map[string]string{"broken.mk": "$(error broken)\n", "Makefile": tree["Makefile"] +
		"broken:\n\t$(MAKE) -f broken.mk\npassed:\n\t$(MAKE) -f final.mk $@\nneeds: nothing\nnothing:\n"})
	e := engine(t, dir, "--compdb")
	if status := e.runCompDB(); status != 0 {
		t.Fatalf("status %d", status)
	}
	read := func() (texts []string) {
		for _, name := range []string{compdb.Name, ".gokbuild/" + keptName} {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, string(text))
		}
		return texts
	}
	before := read()
	for goals, want := range map[string]string{
		"nosuch":         "make: *** No rule to make target 'nosuch'.  Stop.\n",
		"all nosuch":     "make: *** No rule to make target 'nosuch'.  Stop.\n",
		"passed":         "make: *** No rule to make target 'passed'.  Stop.\n",
		"broken":         "broken.mk:1: *** broken.  Stop.\n",
		"--eval=$(error": "*** unterminated call to function 'error': missing ')'.  Stop.\n",
	} {
		e := engine(t, dir, append([]string{"--compdb"}, strings.Fields(goals)...)...)
		status := e.runCompDB()
		if text, err := os.ReadFile(e.call.Stderr.Name()); err != nil || status != 2 || !strings.HasSuffix(string(text), want) {
			t.Errorf("%s: status %d: %s", goals, status, text)
		}
		if diff := cmp.Diff(before, read()); diff != "" {
			t.Errorf("%s: (-before +after):\n%s", goals, diff)
		}
	}
	// A file, and a target without a recipe, are goals.
	for _, goal := range []string{"host.c", "needs"} {
		if status := engine(t, dir, "--compdb=other.json", goal).runCompDB(); status != 0 {
			t.Errorf("%s: status %d", goal, status)
		}
	}
}

// TestRefresh: a data base follows the makefiles that decide it, and is left alone while they are what they were.
func TestRefresh(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, tree)
	e := engine(t, dir, "--compdb")
	if _, _, err := e.WriteCompDB(compdb.Name, nil); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, compdb.Name)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	build := engine(t, dir, "sub")
	Refresh(build.session, build.call, build.flags)
	if _, err := os.Stat(file); err == nil {
		t.Error("the data base was made anew although nothing has changed")
	}
	write(t, dir, map[string]string{"sub/Makefile": strings.Replace(tree["sub/Makefile"], "-DSUB", "-DOTHER", 1)})
	Refresh(build.session, build.call, build.flags)
	after, err := os.ReadFile(file)
	if want := strings.ReplaceAll(string(before), "-DSUB", "-DOTHER"); err != nil || string(after) != want {
		t.Errorf("after an edit: %v, %s", err, after)
	}
	// What somebody else has written there is not believed.
	write(t, dir, map[string]string{"sub/Makefile": tree["sub/Makefile"]})
	if err := os.Chmod(filepath.Join(dir, ".gokbuild", keptName), 0o666); err != nil {
		t.Fatal(err)
	}
	Refresh(build.session, build.call, build.flags)
	if again, err := os.ReadFile(file); err != nil || string(again) != string(after) {
		t.Errorf("a state that others may write was believed: %v, %s", err, again)
	}
}

// TestScratch: a question of the compiler that works in a folder of its own is answered as in a build, and is remembered like that. A
// folder that stays is not made, also where the same command has one of its own.
func TestScratch(t *testing.T) {
	dir := need.Dir(t)
	write(t, dir, map[string]string{"a.c": "", "Makefile": `
try = $(shell set -e; TMP=.tmp_$$$$/tmp; trap "rm -rf .tmp_$$$$" EXIT; mkdir -p .tmp_$$$$; if (gcc -c -x c /dev/null -o "$$TMP") >/dev/null 2>&1; then echo "-good"; else echo "-bad"; fi)
stays := $(shell mkdir -p stays; mkdir .tmp_$$$$; if test -d .tmp_$$$$; then echo -own; fi; rmdir .tmp_$$$$)
a.o: a.c
	cc $(try) $(stays) -c -o $@ $<
`})
	if err := tick.Await(filepath.Join(dir, "Makefile")); err != nil {
		t.Fatal(err)
	}
	before := listing(t, dir)
	e := engine(t, dir, "--compdb")
	cache := filepath.Join(t.TempDir(), "cache")
	e.session.Probes = probe.Open(cache)
	entries, status, err := e.WriteCompDB(compdb.Name, nil)
	if err != nil || status != 0 || len(entries) != 1 || !slices.Contains(entries[0].Arguments, "-good") || !slices.Contains(entries[0].Arguments, "-own") {
		t.Errorf("status %d, %v, %v", status, err, entries)
	}
	if diff := cmp.Diff(before, slices.DeleteFunc(listing(t, dir), func(name string) bool {
		return filepath.Base(name) == compdb.Name || strings.Contains(name, ".gokbuild")
	})); diff != "" {
		t.Errorf("files (-before +after):\n%s", diff)
	}
	if recorded := e.session.Probes.Stats().Recorded; recorded == 0 {
		t.Error("nothing is remembered")
	}
	stdout, err := os.Create(filepath.Join(t.TempDir(), "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	defer stdout.Close()
	real := kbuild.NewSession(e.session.Profile)
	real.Probes = probe.Open(cache)
	call := e.call
	call.Argv, call.Stdout = []string{"make", "-n"}, stdout
	if status := real.Run(call); status != 0 {
		t.Fatalf("status %d", status)
	}
	if said, err := os.ReadFile(stdout.Name()); err != nil || string(said) != "cc -good -own -c -o a.o a.c\n" {
		t.Errorf("afterwards a build says %q, %v", said, err)
	}
	if real.Probes.Stats().Hits == 0 {
		t.Error("a build does not remember what a plan has asked")
	}
}

// TestPlannedTogether: makes that do not wait for each other are gone through at the same time. Each of these two gets an answer only
// while the other is there.
func TestPlannedTogether(t *testing.T) {
	dir := need.Dir(t)
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string]string{"Makefile": `
ifdef say
ignored := $(shell timeout 30 sh -c 'echo go >pipe')
said:
else ifdef hear
answer := $(shell timeout 30 cat pipe)
a.o: a.c
	cc -D$(answer) -c -o $@ $<
else
all: say hear
say hear:
	$(MAKE) $@=y
.PHONY: all say hear
endif
`, "a.c": ""})
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	entries, status, err := engine(t, dir, "--compdb").WriteCompDB(compdb.Name, nil)
	if err != nil || status != 0 || len(entries) != 1 || !slices.Contains(entries[0].Arguments, "-Dgo") {
		t.Errorf("status %d, %v, %v", status, err, entries)
	}
}
