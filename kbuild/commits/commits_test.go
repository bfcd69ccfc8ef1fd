package commits

// These tests have a repository of their own and a program in place of gokbuild that hands everything on to make; that what is said
// is what builds by hand say is tested with gokbuild itself by testdata/e2e/each-commit.sh.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gokbuild/depgraph/need"
	"gokbuild/kbuild/diagnostic"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/profile/profiletest"
)

// repo is a repository in a folder of the test, with a program that builds.
type repo struct {
	t             *testing.T
	dir, out, exe string
}

// builder leaves out what make does not know, and notes that it ran.
const builder = `#!/bin/sh
echo run >>"$0.runs"
for a; do shift; case $a in --replay-warnings | --progress=*) ;; *) set -- "$@" "$a" ;; esac; done
exec make "$@"
`

// makefile has the goals good, which configures, and all, which says what is in the file said.
const makefile = `all:
	@cat said >&2; echo '  CC      x.o'; test ! -e broken
good:
	@test ! -e noconfig
`

func newRepo(t *testing.T) *repo {
	t.Helper()
	for _, tool := range []string{"git", "make"} {
		if _, err := exec.LookPath(tool); err != nil {
			need.Missing(t, "%v", err)
		}
	}
	dir := t.TempDir()
	r := &repo{t, filepath.Join(dir, "src"), filepath.Join(dir, "o"), filepath.Join(dir, "builder")}
	if err := os.WriteFile(r.exe, []byte(builder), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(r.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_CONFIG_GLOBAL", "/dev/null")
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	t.Setenv("MAKEFLAGS", "")
	t.Setenv("MAKELEVEL", "")
	r.git("init", "-q")
	r.commit("base", "Makefile", makefile, "said", "")
	return r
}

func (r *repo) git(args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@b"}, args...)...)
	cmd.Dir = r.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %q: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// commit writes files, name and content in turn, and commits; "-" as content removes one.
func (r *repo) commit(subject string, files ...string) {
	r.t.Helper()
	for i := 0; i < len(files); i += 2 {
		name := filepath.Join(r.dir, files[i])
		if files[i+1] == "-" {
			if err := os.Remove(name); err != nil {
				r.t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(name, []byte(files[i+1]), 0o644); err != nil {
			r.t.Fatal(err)
		}
	}
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", subject)
}

// runs is how often the program that builds ran since it was asked the last time.
func (r *repo) runs() int {
	text, _ := os.ReadFile(r.exe + ".runs")
	_ = os.Remove(r.exe + ".runs")
	return bytes.Count(text, []byte("\n"))
}

func (r *repo) prepare(args ...string) (run *Run, stdout, stderr *os.File) {
	r.t.Helper()
	f := flags.New(profiletest.Of("4.3"))
	argv := append([]string{"make", "O=" + r.out, "--each-config=good"}, args...)
	if err := f.Load(argv, flags.Env{Lookup: os.Getenv}); err != nil {
		r.t.Fatal(err)
	}
	var outs [2]*os.File
	for i := range outs {
		var err error
		if outs[i], err = os.Create(filepath.Join(r.t.TempDir(), fmt.Sprint(i))); err != nil {
			r.t.Fatal(err)
		}
		r.t.Cleanup(func() { outs[i].Close() })
	}
	return New(Call{Executable: r.exe, Argv: argv, Dir: r.dir, Env: os.Environ(), Stdout: outs[0], Stderr: outs[1]}, f), outs[0], outs[1]
}

func (r *repo) run(args ...string) (status int, stdout, stderr string) {
	r.t.Helper()
	run, out, errs := r.prepare(args...)
	status = run.Main()
	a, _ := os.ReadFile(out.Name())
	b, _ := os.ReadFile(errs.Name())
	return status, string(a), string(b)
}

// tells looks for lines in a text, in order.
func tells(t *testing.T, text string, lines ...string) {
	t.Helper()
	rest := text
	for _, line := range lines {
		_, after, ok := strings.Cut(rest, line)
		if !ok {
			t.Fatalf("%q is missing, or not in its place, in:\n%s", line, text)
		}
		rest = after
	}
}

// TestEmptyRange asks for no commits: that is said, and is no error.
func TestEmptyRange(t *testing.T) {
	r := newRepo(t)
	r.commit("second")
	for what, want := range map[string]string{
		"HEAD..HEAD":   "there is no commit in HEAD..HEAD: nothing is built\n",
		"HEAD..HEAD~1": "there is no commit in HEAD..HEAD~1: nothing is built; did you mean --each-commit=HEAD~1..HEAD?\n",
	} {
		if status, text, stderr := r.run("--each-commit=" + what); status != 0 || text != want || stderr != "" {
			t.Errorf("%s: status %d\n%s%s", what, status, text, stderr)
		}
	}
	if r.runs() != 0 {
		t.Error("something was built")
	}
}

func TestRange(t *testing.T) {
	r := newRepo(t)
	const one, two = "a.c:1:2: warning: one [-Wa]\n", "b.c:3:4: warning: two [-Wb]\n"
	r.commit("first", "said", one)
	r.commit("moved", "said", strings.Replace(one, ":1:", ":7:", 1)+two)
	r.commit("broken", "said", "c.c:1:1: error: no\n", "broken", "")
	r.commit("no configuration", "noconfig", "")
	r.commit("whole", "said", two+two[:len(two)-1]+"\n", "broken", "-", "noconfig", "-")
	status, text, stderr := r.run("--each-commit=HEAD~5..HEAD")
	if status != statusBad || stderr != "" {
		t.Errorf("status %d\n%s%s", status, text, stderr)
	}
	tells(t, text, "5 commits, 1 configuration, in "+r.out+"/each-commit\n", "base ", " base\n", "  good  built in ",
		"1/5 ", "1 warning (1 new, 0 gone)", "+ a.c:1:2: warning: one [-Wa]", "2/5 ", "2 warnings (1 new, 0 gone)", "+ b.c:3:4",
		"3/5 ", "FAILED, status 2", "+ c.c:1:1: error: no", "log: ", "4/5 ", "CANNOT BE CONFIGURED, status 2",
		"5/5 ", "built", "1 warning (0 new, 1 gone)", "- a.c:7:2",
		"3 built, 1 failed, 1 could not be configured; 2 new warnings, 1 gone\n", "worse: ", "broken (good: failed)", "worse: ", "no configuration (good: unconfigured)")
	if n := strings.Count(text, "- a.c"); n != 1 {
		t.Errorf("a build that failed says %d times that a warning is gone", n)
	}
	r.runs()
	if _, again, _ := r.run("--each-commit=HEAD~5..HEAD"); r.runs() != 0 || strings.Count(again, " (before)") != 6 {
		t.Errorf("built again:\n%s", again)
	}
	if r.run("--each-commit=HEAD~2..HEAD", "--each-again"); r.runs() == 0 {
		t.Error("--each-again does not build")
	}
}

func TestOne(t *testing.T) {
	r := newRepo(t)
	r.commit("warns", "said", "a.c:1:2: warning: one\n")
	r.commit("broken", "broken", "")
	r.commit("no configuration", "noconfig", "")
	for _, c := range []struct {
		args   string
		status int
	}{
		{"--each-commit=HEAD~2", statusGood},
		{"--each-commit=HEAD~2 --each-bad=warnings", statusBad},
		{"--each-commit=HEAD~3 --each-bad=warnings", statusGood},
		{"--each-commit=HEAD~2 --each-bad=one", statusBad},
		{"--each-commit=HEAD~2 --each-bad=two", statusGood},
		{"--each-commit=HEAD~1", statusBad},
		{"--each-commit=HEAD~1 --each-bad=two", bisectSkip},
		{"--each-commit=HEAD", bisectSkip},
		{"--each-commit=nowhere", bisectStop},
		{"--each-commit=no..where", statusWrong},
		{"--each-commit=HEAD~3..HEAD~2", statusGood},
		{"--each-commit=HEAD~3..HEAD~2 --each-bad=warnings", statusBad},
		{"--each-commit=HEAD..HEAD", statusGood},
		{"--each-commit=HEAD~1.. -n", statusWrong},
		{"--each-commit=HEAD --report", bisectStop},
		{"--each-again", statusWrong},
		{"--each-commit=HEAD --each-config=-x", bisectStop},
		{"--each-commit=HEAD --each-config=./none", bisectStop},
	} {
		if status, stdout, stderr := r.run(strings.Fields(c.args)...); status != c.status {
			t.Errorf("%s: status %d, want %d\n%s%s", c.args, status, c.status, stdout, stderr)
		}
	}
}

func TestJSON(t *testing.T) {
	r := newRepo(t)
	r.commit("warns", "said", "a.c:1:2: warning: one\n")
	_, text, people := r.run("--each-commit=HEAD~1..HEAD", "--json")
	tells(t, people, "1/1 ", "built")
	var kinds []string
	for line := range strings.Lines(text) {
		var o struct {
			Kind   string
			Status Status
			New    []diagnostic.Diagnostic `json:"new_warnings"`
		}
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		kinds = append(kinds, fmt.Sprint(o.Kind, o.Status, len(o.New)))
	}
	if got, want := strings.Join(kinds, " "), "resultbuilt0 resultbuilt1 end0"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestBroken: a worktree that was lost or never finished, and locks and results of a git and a gokbuild that were killed, cost nothing.
func TestBroken(t *testing.T) {
	r := newRepo(t)
	r.commit("first", "said", "a.c:1:2: warning: one\n")
	room := filepath.Join(r.out, "each-commit")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	if status, text, stderr := r.run("--each-commit=HEAD~1..HEAD"); status != statusGood {
		t.Fatalf("before: %s%s", text, stderr)
	}
	for name, damage := range map[string]func(){
		"nothing": func() {},
		"no tree": func() { must(os.RemoveAll(filepath.Join(room, "tree"))) },
		"no link": func() { must(os.Remove(filepath.Join(room, "tree/.git"))) },
		"pruned":  func() { must(os.RemoveAll(filepath.Join(r.dir, ".git/worktrees"))) },
		"half a result": func() {
			must(os.Truncate(filepath.Join(room, "results", r.git("rev-parse", "HEAD"), "good.json"), 100))
		},
		"locked": func() {
			must(os.WriteFile(filepath.Join(r.dir, ".git/worktrees/tree/locked"), []byte("initializing"), 0o644))
		},
		"a stray file":   func() { must(os.WriteFile(filepath.Join(room, "tree/noconfig"), nil, 0o644)) },
		"edited sources": func() { must(os.WriteFile(filepath.Join(room, "tree/Makefile"), []byte("x"), 0o644)) },
	} {
		t.Run(name, func(t *testing.T) {
			damage()
			status, text, stderr := r.run("--each-commit=HEAD~1..HEAD", "--each-again")
			if status != statusGood || stderr != "" {
				t.Fatalf("status %d: %s%s", status, text, stderr)
			}
			tells(t, text, "1 warning (1 new, 0 gone)", "1 built, 0 failed")
			if left := r.git("worktree", "prune", "-n", "-v"); left != "" {
				t.Error("to be pruned: ", left)
			}
		})
	}
}

// TestInterrupted: the builder gets the signal, nothing else is started.
func TestInterrupted(t *testing.T) {
	r := newRepo(t)
	r.commit("waits", "Makefile", "good:\n\t@echo waits >$(O)/waits; exec sleep 100\n")
	run, _, errs := r.prepare("--each-commit=HEAD")
	ended := make(chan int)
	go func() { ended <- run.Main() }()
	waits := filepath.Join(r.out, "each-commit/out/good-*/waits")
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if found, _ := filepath.Glob(waits); len(found) > 0 {
			break
		}
		if found, _ := filepath.Glob(strings.Replace(waits, "good-*", "good", 1)); len(found) > 0 {
			break
		}
		if time.Since(began) > 30*time.Second {
			t.Fatal("it does not begin")
		}
	}
	if run.Processes() != 1 {
		t.Error("no process runs")
	}
	run.Interrupt(syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		t.Fatal("it does not end")
	}
	if text, _ := os.ReadFile(errs.Name()); !strings.Contains(string(text), "stopped") {
		t.Errorf("%s", text)
	}
}

func TestDiffer(t *testing.T) {
	parse := func(text string) []diagnostic.Diagnostic { return diagnostic.Parse(text) }
	old := parse("a.c:1:2: warning: x [-Wx]\na.c:9:2: warning: x [-Wx]\nb.c:1:1: warning: y\n")
	new := parse("a.c:2:2: warning: x [-Wx]\nc.c:1:1: warning: z\n")
	fresh, gone := differ(old, new)
	if len(fresh) != 1 || fresh[0].File != "c.c" || len(gone) != 2 || gone[0].File != "a.c" || gone[1].File != "b.c" {
		t.Errorf("new %v\ngone %v", fresh, gone)
	}
}

func TestChanges(t *testing.T) {
	got := changes(map[string]uint64{"a": 10, "b": 5, "c": 7}, map[string]uint64{"a": 4, "c": 7, "d": 100}, 9)
	if want := "[{d 100} {a -6} {b -5}]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
	for name, want := range map[string]string{"buf.7": "buf", "f": "f", "x9": "x9", ".12": ".12", "f.isra.0": "f.isra"} {
		if got := plainSymbol(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if figure(1234567) != "1,234,567" || figure(12) != "12" {
		t.Error(figure(1234567), figure(12))
	}
}

// TestNames: configurations that differ have folders that differ.
func TestNames(t *testing.T) {
	r := newRepo(t)
	run, _, _ := r.prepare("--each-commit=HEAD")
	seen := make(map[string]string)
	for _, title := range []string{"tinyconfig", "defconfig", "ARCH=arm64 defconfig", "ARCH=arm defconfig", "defconfig kvm_guest.config", "x.config y.config", "x.config_y.config", r.exe, r.exe + " oldconfig"} {
		c, err := run.config(title)
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[c.name]; ok {
			t.Errorf("%q and %q: both %s", title, other, c.name)
		}
		seen[c.name] = title
		a, err := run.key(c)
		if err != nil {
			t.Fatal(err)
		}
		t.Setenv("ARCH", "other")
		run.env = os.Environ()
		if b, _ := run.key(c); a == b {
			t.Error("the key does not know ARCH")
		}
		t.Setenv("ARCH", "")
		run.env = os.Environ()
	}
}
