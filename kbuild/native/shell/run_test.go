package shell

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// TestLazyEnvironment: the environment is computed once, and only when asked for.
func TestLazyEnvironment(t *testing.T) {
	requireDash(t)
	dir := t.TempDir()
	for line, want := range map[string]int64{
		"set -e; trap 'rm -f x' INT; ": 0, "echo a": 0, "[ 1 -lt 2 ] && echo y": 0, "x=$(echo a)": 1, "x=1; echo $x": 1,
		"/bin/true; sh -c :; sh -c :": 1, "sh -c : | sh -c : | sh -c :": 1, ": > a; [ -f a ]": 0,
	} {
		var asked atomic.Int64
		p, ok := Parse(line)
		if !ok {
			t.Fatal(line)
		}
		env := &Env{Dir: dir, Environ: func() []string { asked.Add(1); return testEnv() }, Capture: &bytes.Buffer{}}
		if _, err := p.Run(context.Background(), env); err != nil {
			t.Error(err)
		}
		if asked.Load() != want {
			t.Errorf("%q asked %d times", line, asked.Load())
		}
	}
}

func TestLookup(t *testing.T) {
	requireDash(t)
	p, _ := Parse("rm -f a; x=$HOME")
	env := &Env{
		Dir:     t.TempDir(),
		Environ: func() []string { t.Error("the whole environment was computed"); return nil },
		Lookup: func(name string) (string, bool) {
			if name == "PATH" {
				return "/usr/bin", true
			}
			return "", false
		},
	}
	if st, err := p.Run(context.Background(), env); !st.Success() || err != nil {
		t.Error(st, err)
	}
}

func TestPureText(t *testing.T) {
	requireDash(t)
	for line, want := range map[string]bool{
		"": true, " ": true, "set -e": true, "set -e; ; ": false, ":": true, "set -e;  trap 'rm -f a; trap - HUP; kill -s HUP $$' HUP; ": true,
		"echo a": false, "trap 'rm -f a' EXIT": false, ": > a": false, "true": true, "false": false, "x=1": false, ": $(touch a)": false, "set -e; rm a": false,
		"set -e; exec >/dev/null;  trap 'rm -f a' INT; ": true, "exec >>/dev/null 2>/dev/null": true, "exec >out": false, "exec cat >/dev/null": false,
		"exec 2>&1": false, "exec >$null": false,
	} {
		p, ok := Parse(line)
		if got := ok && p.PureText(); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
	// Running such a line asks for nothing and starts nothing.
	p, _ := Parse("set -e;  trap 'rm -f a; trap - INT; kill -s INT $$' INT; ")
	st, err := p.Run(context.Background(), &Env{
		Dir: "/nonexistent", Environ: func() []string { t.Error("asked"); return nil },
		Start: func(context.Context, *Process) (Waiter, error) { t.Error("started"); return nil, errors.New("no") },
	})
	if !st.Success() || err != nil {
		t.Error(st, err)
	}
}

func TestOutput(t *testing.T) {
	requireDash(t)
	dir := t.TempDir()
	populate(t, dir)
	for line, want := range map[string]string{
		"cat a.c": "int a;\n", "test 1 -lt 2; echo $?": "0\n", "expr 6 \\* 65536 + 1": "393217\n", "cat nosuch 2>/dev/null": "",
		"cd sub && pwd": dir + "/sub\n", "uname -m | sed 's/.*/x/'": "x\n", "echo a; sh -c 'echo b'; echo c": "a\nb\nc\n", "mkdir -p n": "",
		"{ echo a; sh -c 'echo b >&2'; echo c; } 2>&1": "a\nb\nc\n", "(sh -c 'echo e >&2' | cat) 2>&1": "e\n", "{ sh -c 'echo x' | cat; } 2>&1 | cat": "x\n",
	} {
		p, ok := Parse(line)
		if !ok {
			t.Fatal(line)
		}
		out, _, err := p.Output(context.Background(), &Env{Dir: dir, Environ: testEnv})
		if string(out) != want || err != nil {
			t.Errorf("%q: %q %v, want %q", line, out, err, want)
		}
	}
}

// TestStarter: processes go through Start with what they need.
func TestStarter(t *testing.T) {
	requireDash(t)
	dir := t.TempDir()
	populate(t, dir)
	var mu sync.Mutex
	var seen []string
	start := func(ctx context.Context, p *Process) (Waiter, error) {
		mu.Lock()
		seen = append(seen, p.Path+" "+strings.Join(p.Argv, ","))
		mu.Unlock()
		return DefaultStart(ctx, p)
	}
	p, _ := Parse("rm -f a.c; sort b.c >/dev/null; ./script x >/dev/null; (uname -v) >/dev/null")
	st, err := p.Run(context.Background(), &Env{Dir: dir, Environ: testEnv, Start: start})
	if !st.Success() || err != nil {
		t.Error(st, err)
	}
	want := []string{"/usr/bin/sort sort,b.c", "./script ./script,x", "/bin/sh /bin/sh,./script,x", "/usr/bin/uname uname,-v"}
	if strings.Join(seen, "\n") != strings.Join(want, "\n") {
		t.Errorf("started %q", seen)
	}
	broken := errors.New("no job slot")
	p, _ = Parse("set -e; sort b.c; echo no")
	_, err = p.Run(context.Background(), &Env{Dir: dir, Environ: testEnv, Start: func(context.Context, *Process) (Waiter, error) { return nil, broken }})
	if !errors.Is(err, broken) {
		t.Errorf("error of Start: %v", err)
	}
}

func TestNativeHook(t *testing.T) {
	requireDash(t)
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "bin"), 0o777); err != nil {
		t.Fatal(err)
	}
	native := func(at, path string) NativeFunc {
		if at != dir || path != "scripts/basic/fixdep" {
			return nil
		}
		return func(_ context.Context, c *Call) (Status, bool) {
			if c.Argv[1] == "decline" {
				return Status{}, false
			}
			c.Stdout.Write([]byte(strings.Join(c.Argv[1:], "|")))
			return Status{Code: 4}, true
		}
	}
	p, _ := Parse("scripts/basic/fixdep .a.d a.o 'x y' > .a.cmd; echo $?; scripts/basic/fixdep decline 2>/dev/null; echo $?")
	out, _, err := p.Output(context.Background(), &Env{Dir: dir, Environ: testEnv, Native: native})
	if string(out) != "4\n127\n" || err != nil {
		t.Errorf("%q %v", out, err)
	}
	if data, _ := os.ReadFile(filepath.Join(dir, ".a.cmd")); string(data) != ".a.d|a.o|x y" {
		t.Errorf("redirected output %q", data)
	}
}

// TestInterrupt: cancelling kills the child with the signal, runs the trap for
// it, and the program ends as if by that signal.
func TestInterrupt(t *testing.T) {
	requireDash(t)
	for _, c := range []struct {
		name, line string
		gone, kept string
	}{
		{"trap", "set -e; echo made > out; trap 'rm -f out; trap - INT; kill -s INT $$' INT; touch started; sleep 60; rm -f kept", "out", "kept"},
		{"action left to sh", "echo made > out; trap 'eval rm -f out' INT; touch started; sleep 60; rm -f kept", "out", "kept"},
		{"action with a variable", "x=out; echo made > out; trap 'rm -f $x' INT; touch started; sleep 60; rm -f kept", "out", "kept"},
		{"other trap", "echo made > out; trap 'rm -f kept; trap - HUP; kill -s HUP $$' HUP; touch started; sleep 60; rm -f kept", "", "kept"},
		{"exit trap", "mkdir -p tmp; : > tmp/x; trap 'rm -rf tmp' EXIT; touch started; if (sleep 60) >/dev/null 2>&1; then rm -f kept; fi", "tmp", "kept"},
		{"pipeline", "trap 'rm -f out' INT; : > out; touch started; sleep 60 | sleep 60; rm -f kept", "out", "kept"},
		{"substitution", "trap 'rm -f out' INT; : > out; touch started; x=$(sleep 60); rm -f kept", "out", "kept"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "kept"), nil, 0o666); err != nil {
				t.Fatal(err)
			}
			p, ok := Parse(c.line)
			if !ok {
				t.Fatal(why(c.line))
			}
			ctx, cancel := context.WithCancelCause(context.Background())
			defer cancel(nil)
			started := make(chan struct{}, 8)
			start := func(ctx context.Context, p *Process) (Waiter, error) {
				w, err := DefaultStart(ctx, p)
				if err == nil && p.Argv[0] == "sleep" {
					started <- struct{}{}
					return w, nil
				}
				return w, err
			}
			type end struct {
				st  Status
				err error
			}
			ended := make(chan end, 1)
			go func() {
				st, err := p.Run(ctx, &Env{Dir: dir, Environ: testEnv, Start: start})
				ended <- end{st, err}
			}()
			select {
			case <-started:
			case <-time.After(20 * time.Second):
				t.Fatal("the child was never started")
			}
			cancel(Interrupt{syscall.SIGINT})
			select {
			case e := <-ended:
				if e.st.Signal != syscall.SIGINT || !errors.Is(e.err, Interrupt{syscall.SIGINT}) {
					t.Errorf("ended with %v, %v", e.st, e.err)
				}
			case <-time.After(20 * time.Second):
				t.Fatal("did not end")
			}
			if c.gone != "" {
				if _, err := os.Lstat(filepath.Join(dir, c.gone)); err == nil {
					t.Errorf("%s was not removed", c.gone)
				}
			}
			if _, err := os.Lstat(filepath.Join(dir, c.kept)); err != nil {
				t.Errorf("%s was removed", c.kept)
			}
		})
	}
}

func TestFaithful(t *testing.T) {
	dir := t.TempDir()
	for name, want := range map[string]bool{"dash": true, "bash": false} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, nil, 0o755); err != nil {
			t.Fatal(err)
		}
		link := filepath.Join(dir, "sh-"+name)
		if err := os.Symlink(file, link); err != nil {
			t.Fatal(err)
		}
		if Faithful(link) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
	if Faithful(filepath.Join(dir, "none")) {
		t.Error("a missing shell")
	}
}

func TestCancelledBefore(t *testing.T) {
	requireDash(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(Interrupt{syscall.SIGTERM})
	p, _ := Parse("echo a > out")
	dir := t.TempDir()
	st, err := p.Run(ctx, &Env{Dir: dir})
	if st.Signal != syscall.SIGTERM || err == nil {
		t.Error(st, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "out")); err == nil {
		t.Error("it ran")
	}
}

// TestConcurrentRuns: one program, many runs, each with a number of its own.
func TestConcurrentRuns(t *testing.T) {
	requireDash(t)
	dir := t.TempDir()
	p, ok := Parse(`set -e; TMP=.tmp_$$/tmp; trap "rm -rf .tmp_$$" EXIT; mkdir -p .tmp_$$; if (echo x > "$TMP") >/dev/null 2>&1; then cat "$TMP" | cat; else echo no; fi`)
	if !ok {
		t.Fatal("refused")
	}
	var wg sync.WaitGroup
	for range 40 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			out, st, err := p.Output(context.Background(), &Env{Dir: dir, Environ: testEnv})
			if string(out) != "x\n" || !st.Success() || err != nil {
				t.Errorf("%q %v %v", out, st, err)
			}
		}()
	}
	wg.Wait()
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%d entries left", len(left))
	}
}

// TestConcurrentParses: parsers are reused, programs must not share memory.
func TestConcurrentParses(t *testing.T) {
	requireDash(t)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var programs []*Program
			for i := range 50 {
				p, ok := Parse(fmt.Sprintf(`set -e; trap "rm -f %d_$$" EXIT; x='%d-%d'; echo "$x" | cat; { echo %d; } 2>&1`, g, g, i, i))
				if !ok {
					t.Error("refused")
					return
				}
				programs = append(programs, p)
			}
			for i, p := range programs {
				out, _, err := p.Output(context.Background(), &Env{Dir: "/", Environ: testEnv})
				if want := fmt.Sprintf("%d-%d\n%d\n", g, i, i); string(out) != want || err != nil {
					t.Errorf("%q, want %q: %v", out, want, err)
				}
			}
		}()
	}
	wg.Wait()
}

// TestWholeWrites: what a builtin prints arrives in one piece.
func TestWholeWrites(t *testing.T) {
	requireDash(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	p, _ := Parse(`echo a b "c d"; printf '%s %s\n' x y`)
	if _, err := p.Run(context.Background(), &Env{Dir: "/", Stdout: w, Environ: testEnv}); err != nil {
		t.Fatal(err)
	}
	w.Close()
	buf := make([]byte, 100)
	n, _ := r.Read(buf)
	if got := string(buf[:n]); got != "a b c d\nx y\n" {
		t.Errorf("%q", got)
	}
}

// FuzzParse: no text makes the parser or the compiler panic or run away.
func FuzzParse(f *testing.F) {
	for _, line := range acceptedLines {
		f.Add(line)
	}
	for _, line := range refusedLines {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if len(line) > 1<<15 {
			return
		}
		begin := time.Now()
		p, ok := Parse(line)
		if ok {
			p.PureText()
		}
		Direct(line)
		if d := time.Since(begin); d > 5*time.Second {
			t.Errorf("took %v", d)
		}
	})
}

// safeToRun says that running the line cannot do harm: fuzzing mangles lines, and
// this package starts real programs.
func safeToRun(line string) bool {
	if strings.ContainsAny(line, "/~") || len(line) > 300 {
		return false
	}
	for _, bad := range []string{"dd", "reboot", "shutdown", "halt", "kill", "yes", "su", "mkfs", "chroot", "mount", "sleep", "init", "curl", "tee", "tail -f", "..", "exec", "env", "$$", "ls -l", "date", "stat", "touch", "xargs"} {
		if strings.Contains(line, bad) {
			return false
		}
	}
	return true
}

// onlyKnownPrograms bounds what a mangled line may start.
func onlyKnownPrograms(p *Program) bool {
	known := map[string]bool{"cat": true, "rm": true, "mkdir": true, "mv": true, "cp": true, "cmp": true, "ln": true, "sort": true, "uniq": true, "sed": false, "nosuch": true, "uname": true}
	var check func(n node) bool
	words := func(ws []word) bool {
		for _, w := range ws {
			for _, part := range w.parts {
				if part.body != nil && !check(part.body) {
					return false
				}
			}
		}
		return true
	}
	redirs := func(rs []redir) bool {
		for _, r := range rs {
			if !words([]word{r.file}) {
				return false
			}
		}
		return true
	}
	list := func(ns ...node) bool {
		for _, n := range ns {
			if n != nil && !check(n) {
				return false
			}
		}
		return true
	}
	check = func(n node) bool {
		switch n := n.(type) {
		case nil:
			return true
		case *seqNode:
			return list(n.list...)
		case *andNode:
			return list(n.x, n.y)
		case *orNode:
			return list(n.x, n.y)
		case *notNode:
			return list(n.x)
		case *pipeNode:
			return list(n.elems...)
		case *groupNode:
			return redirs(n.redirs) && list(n.body)
		case *subshellNode:
			return redirs(n.redirs) && list(n.body)
		case *ifNode:
			return list(n.cond, n.then) && (n.other == nil || check(n.other))
		case *forNode:
			return words(n.words) && list(n.body)
		case *caseNode:
			for _, it := range n.items {
				if !words(it.patterns) || !list(it.body) {
					return false
				}
			}
			return words([]word{n.word})
		case *simpleNode:
			for _, a := range n.assigns {
				if a.name == "PATH" || !words([]word{a.value}) {
					return false
				}
			}
			if n.cmd == nil && !known[n.args[0].text] {
				return false
			}
			return words(n.args) && redirs(n.redirs)
		}
		return false
	}
	return check(p.body)
}

// FuzzAgainstDash runs what Parse accepts by both and compares everything.
func FuzzAgainstDash(f *testing.F) {
	requireDash(f)
	if flag.Lookup("test.fuzz").Value.String() != "" { // otherwise TestAgainstDash has run them
		for _, line := range acceptedLines {
			f.Add(line)
		}
	}
	f.Fuzz(func(t *testing.T, line string) {
		if !safeToRun(line) {
			return
		}
		p, ok := Parse(line)
		if !ok || !onlyKnownPrograms(p) {
			return
		}
		dir := filepath.Join(t.TempDir(), "w")
		ours := runProgram(t, dir, p)
		theirs := runDash(t, dir, line)
		if ours.Stdout != theirs.Stdout || !sameErrors(line, ours.Stderr, theirs.Stderr) || ours.Status != theirs.Status || !sameFiles(ours.Files, theirs.Files) {
			t.Errorf("%q\nours %+v\ndash %+v", line, ours, theirs)
		}
	})
}

// sameErrors compares standard errors. The two sides of a pipe write theirs in any order, even in pieces: then only the characters count.
func sameErrors(line, a, b string) bool {
	if !strings.Contains(line, "|") {
		return a == b
	}
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return bytes.Equal(x, y)
}

func sameFiles(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return true
}

var benchLines = map[string]string{
	"traps only": "set -e;  trap 'rm -f a.o; trap - HUP; kill -s HUP $$' HUP;  trap 'rm -f a.o; trap - INT; kill -s INT $$' INT;  trap 'rm -f a.o; trap - QUIT; kill -s QUIT $$' QUIT;  trap 'rm -f a.o; trap - TERM; kill -s TERM $$' TERM;  trap 'rm -f a.o; trap - PIPE; kill -s PIPE $$' PIPE; ",
	"echo":       "echo '  CC      a.o' >/dev/null",
	"compare":    "[ 120200 -ge 901000 ] && echo y",
	"filechk":    `set -e; mkdir -p d; trap "rm -f d/.x.tmp" EXIT; { echo '#define X 1'; echo '#define Y 2'; } > d/.x.tmp; if [ ! -r d/x ] || ! cmp -s d/x d/.x.tmp; then mv -f d/.x.tmp d/x; fi`,
	"program":    "set -e; true; uname -v >/dev/null; rm -f x",
}

func BenchmarkLines(b *testing.B) {
	for name, line := range benchLines {
		b.Run(name+"/ours", func(b *testing.B) {
			b.ReportAllocs()
			env := &Env{Dir: b.TempDir(), Environ: testEnv, NoBuiltinPrograms: false}
			for b.Loop() {
				p, ok := Parse(line)
				if !ok {
					b.Fatal("refused")
				}
				if _, err := p.Run(context.Background(), env); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/sh", func(b *testing.B) {
			dir := b.TempDir()
			for b.Loop() {
				cmd := exec.Command("/bin/sh", "-c", line)
				cmd.Dir, cmd.Env = dir, testEnv()
				cmd.Run()
			}
		})
	}
}

// why returns the reason for which Parse refuses line, or "" if it does not.
func why(line string) string {
	if _, err := parse(line); err != nil {
		return err.Error()
	}
	return ""
}
