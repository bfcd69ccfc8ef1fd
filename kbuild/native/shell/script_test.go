package shell

import (
	"context"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// simpleScripts are run in this process, each by the line behind it.
var simpleScripts = []struct{ text, line string }{
	{"echo \"$0\" $1 \"$2\" $#\nexit 3\n", "./s one 'two  words' three"},
	{"echo \"[${1}]\" \"[$2]\" ${3:-none} ${1#o} ${#}\n", "./s one"},
	{"echo ${10} ${11}\n", "./s a b c d e f g h i j"},
	{"set -e\nfalse\necho not reached\n", "./s || echo $?"},
	{"nowhere-to-be-found x\necho $?\n", "./s"},
	{"# a comment\n\ncat nothing\nexit $?\n", "./s; echo $?"},
	{"cat a.c |\ncat | sed s/a/z/\n", "./s"},
	{"cd sub\npwd\nX=1\n", "./s; pwd; echo [$X]"},
	{"X=changed\necho $X\n", "X=mine; ./s; echo $X"},
	{"echo [$X]\n", "X=mine; ./s; X=2 ./s"},
	{"$TOOL a.c\n${TOOL} b.c\n", "TOOL='cat' ./s"},
	{"$TOOL a.c\n", "TOOL='sed s/a/q/' ./s"},
	{"$TOOL $1\n", "TOOL=nowhere-to-be-found ./s a.c; echo $?"},
	{"set -e\npid=$$\n{ cat $1 2>/dev/null || { echo \"$0: failed\" >&2; kill $pid; } } | sed s/a/b/\nexit $?\n", "./s a.c; ./s nothing; echo $?"},
	{"pid=$$\nkill $pid\necho not reached\n", "./s; echo $?"},
	{"pid=$$\n(kill \"$pid\")\necho not reached\n", "./s || echo $?"},
	{"trap 'rm -f sub/t' EXIT\necho x >sub/t\ncat sub/t\n", "./s; ls sub"},
	{"for i in 1 2; do case $i in 1) echo one;; *) exit 4;; esac; done\n", "./s && echo yes"},
	{"cat missing\necho \\\n  two\nnowhere-to-be-found\n", "./s 2>&1"},
	{"test \"$1\" = again || exec ./s again\necho done\n", "./s"},
	{"cat\n", "echo in | ./s"},
	{"echo out; echo err >&2\n", "./s >sub/o 2>sub/e"},
	{"echo text\n", "x=$(./s); echo \"<$x>\""},
	{"echo text\n", "sub/../s"},
	{"echo \"$0\"\n", "PATH=.:$PATH s"},
	{"echo hello\n", "../w/s"},
}

// realScripts are left to /bin/sh: what they do is not simple, or what they are
// run with is not.
var realScripts = []struct{ text, line string }{
	{"echo $@\n", "./s a b"},
	{"f() { echo f; }; f\n", "./s"},
	{"pid=$$\necho $pid >/dev/null\n", "./s"},
	{"pid=$$\nenv >/dev/null\nkill $pid\n", "pid=1 ./s"},
	{"pid=$$\nkill $other\nkill $pid\n", "./s"},
	{"trap 'echo trapped' TERM\npid=$$\nkill $pid\n", "./s"},
	{"pid=$$\nkill $pid\ntrap 'echo trapped' TERM\n", "./s"},
	{"$TOOL a.c\n", "TOOL=echo ./s"},
	{"$TOOL a.c\n", "TOOL='' ./s"},
	{"TOOL=echo\n$TOOL a.c\n", "./s"},
	{"\"$TOOL\" a.c\n", "TOOL=cat ./s"},
	{"shift\necho $1\n", "./s a b"},
	{"echo $10\n", "./s a b"},
	{"while read x; do echo $x; done\n", "./s <a.c"},
}

// TestScripts compares scripts run in this process with what dash does.
func TestScripts(t *testing.T) {
	requireDash(t)
	dir := filepath.Join(t.TempDir(), "w")
	for _, head := range []string{"#!/bin/sh\n", "#! /bin/sh \n"} {
		for _, c := range simpleScripts {
			compareScript(t, dir, head+c.text, c.line, true)
		}
	}
	for _, c := range realScripts {
		compareScript(t, dir, "#!/bin/sh\n"+c.text, c.line, false)
	}
	for _, head := range []string{"#!/bin/sh -e\n", "#!/usr/bin/env sh\n", "#!/bin/cat\n"} {
		compareScript(t, dir, head+"echo x\n", "./s", false)
	}
}

func compareScript(t *testing.T, dir, text, line string, simple bool) {
	t.Helper()
	s := executable{"s", text}
	theirs := runDash(t, dir, line, s)
	p, ok := Parse(line)
	if !ok {
		t.Fatalf("refused: %q: %s", line, why(line))
	}
	var started atomic.Bool // several processes start at once
	env := Env{Scripts: &Scripts{}, Start: func(ctx context.Context, p *Process) (Waiter, error) {
		if filepath.Base(p.Path) == "s" {
			started.Store(true)
		}
		return DefaultStart(ctx, p)
	}}
	ours := runIn(t, dir, p, env, s)
	if d := cmp.Diff(theirs, ours); d != "" {
		t.Errorf("%q by %q (-dash +ours):\n%s", text, line, d)
	}
	if started.Load() == simple {
		t.Errorf("%q by %q: run by a real shell: %v", text, line, started.Load())
	}
}

// TestScriptChanges: what is remembered of a script lasts until its file changes.
func TestScriptChanges(t *testing.T) {
	requireDash(t)
	dir := t.TempDir()
	scripts := &Scripts{}
	p, ok := Parse("./s")
	if !ok {
		t.Fatal("refused")
	}
	for _, c := range []struct {
		text, want string
		mode       os.FileMode
	}{
		{"#!/bin/sh\necho one\n", "one\n", 0o755},
		{"#!/bin/sh\necho one\n", "one\n", 0o755},
		{"#!/bin/sh\necho two, longer\n", "two, longer\n", 0o755},
		{"#!/bin/sh\nwhile :; do echo loop; break; done\n", "loop\n", 0o755},
		{"#!/bin/sh\necho three\n", "", 0o644},
	} {
		name := filepath.Join(dir, "s")
		if err := os.WriteFile(name+".new", []byte(c.text), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(name+".new", c.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(name+".new", name); err != nil {
			t.Fatal(err)
		}
		out, _, err := p.Output(t.Context(), &Env{Dir: dir, Environ: testEnv, Scripts: scripts})
		if err != nil || string(out) != c.want {
			t.Errorf("%q printed %q, %v", c.text, out, err)
		}
	}
}

// TestScriptWithoutEnd: a script that runs itself ends as it would with real
// processes, when something in it says so, and does not exhaust our stack.
func TestScriptWithoutEnd(t *testing.T) {
	requireDash(t)
	dir := t.TempDir()
	text := "#!/bin/sh\ntest ${#1} -lt 40 || exit 7\n./s \"x$1\"\nexit $?\n"
	if err := os.WriteFile(filepath.Join(dir, "s"), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	p, _ := Parse("./s")
	_, st, err := p.Output(t.Context(), &Env{Dir: dir, Environ: testEnv, Scripts: &Scripts{}})
	if err != nil || st.Code != 7 {
		t.Errorf("%v, %v", st, err)
	}
}

// TestYoungScript: a script that was written a moment ago could be written again without a change of its times.
func TestYoungScript(t *testing.T) {
	requireDash(t)
	name := filepath.Join(t.TempDir(), "s")
	if err := os.WriteFile(name, []byte("#!/bin/sh\necho one\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	date := time.Now().Add(time.Hour)
	if err := os.Chtimes(name, date, date); err != nil { // no machine is too slow for this test
		t.Fatal(err)
	}
	var scripts Scripts
	if scripts.find(name) == nil {
		t.Error("refused")
	}
	if len(scripts.known) > 0 {
		t.Error("remembered")
	}
}

// TestOdd: the number of the process is told as something that decides, but where nothing but a kill reads it.
func TestOdd(t *testing.T) {
	for text, odd := range map[string]bool{
		"pid=$$\n{ cat a.c || kill $pid; } | cat\n": false,
		"pid=$$\ncat a.c || kill \"$pid\"\n":        false,
		"trap 'rm -f t' EXIT\ncat a.c >t.$$\n":      true,
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "s"), []byte("#!/bin/sh\n"+text), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "a.c"), nil, 0o666); err != nil {
			t.Fatal(err)
		}
		p, _ := Parse("./s")
		var told, started atomic.Bool
		env := &Env{Dir: dir, Environ: testEnv, Scripts: &Scripts{}, Odd: func(string) { told.Store(true) }, Start: func(ctx context.Context, p *Process) (Waiter, error) {
			started.Store(started.Load() || filepath.Base(p.Path) == "s")
			return DefaultStart(ctx, p)
		}}
		if _, st, err := p.Output(t.Context(), env); err != nil || !st.Success() || started.Load() {
			t.Errorf("%q: %v, %v, by a real shell: %v", text, st, err, started.Load())
		}
		if told.Load() != odd {
			t.Errorf("%q: told as odd: %v", text, told.Load())
		}
	}
}
