package depgraph

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"gokbuild/depgraph/descriptors"
	"gokbuild/depgraph/inherited"
	"gokbuild/depgraph/need"
)

// run starts a shell command and returns how it ended and what it wrote.
func run(t *testing.T, ps *Procs, spec ProcSpec) (Status, string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	spec.Stdout, spec.Stderr = w, w
	p, err := ps.Start(spec)
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Error(err)
	}
	st, err := p.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return st, string(out)
}

func shell(script string) ProcSpec {
	return ProcSpec{Path: "/bin/sh", Argv: []string{"sh", "-c", script}, Env: []string{"PATH=/usr/bin:/bin", "LC_ALL=C"}}
}

// TestWatched sees that a preloaded library sees the start of programs, under the names they were called by, and that what is started
// is the same.
func TestWatched(t *testing.T) {
	dir := t.TempDir()
	lib := filepath.Join(dir, "watch.so")
	source := `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
int execve(const char *path, char *const argv[], char *const envp[])
{
	FILE *f = fopen(getenv("WATCH"), "a");
	fprintf(f, "%s\n", argv[0]);
	fclose(f);
	return ((int (*)(const char *, char *const *, char *const *))dlsym(RTLD_NEXT, "execve"))(path, argv, envp);
}
`
	gcc := exec.Command("gcc", "-shared", "-fPIC", "-o", lib, "-x", "c", "-", "-ldl")
	gcc.Stdin = strings.NewReader(source)
	if out, err := gcc.CombinedOutput(); err != nil {
		need.Missing(t, "no library to preload: %v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "script"), []byte("echo $# \"$1\"; exit 3\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	var ps Procs
	env := []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "LD_PRELOAD=" + lib, "WATCH=" + filepath.Join(dir, "log")}
	for _, c := range []struct {
		path string
		argv []string
		want string
	}{
		{"/usr/bin/printf", []string{"printf", "%s|", "a b", "", "$0"}, "Error 0: a b||$0|"},
		{"/usr/bin/expr", []string{"/usr/bin/expr", "1", "=", "2"}, "Error 1: 0\n"},
		{"./script", []string{"./script", "a  b", "c"}, "Error 3: 2 a  b\n"},
	} {
		st, out := run(t, &ps, ProcSpec{Path: c.path, Argv: c.argv, Dir: dir, Env: env})
		if got := st.String() + ": " + out; got != c.want {
			t.Errorf("%q: %q, want %q", c.argv, got, c.want)
		}
	}
	log, err := os.ReadFile(filepath.Join(dir, "log"))
	if diff := cmp.Diff("printf\n/usr/bin/expr\n./script\n/bin/sh\n", string(log)); err != nil || diff != "" {
		t.Errorf("the library saw: %v\n%s", err, diff)
	}
	if _, err := ps.Start(ProcSpec{Path: "./nothing", Dir: dir, Env: env}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what is not there: %v", err)
	}
}

func TestStatus(t *testing.T) {
	var ps Procs
	for _, c := range []struct {
		script, want string
	}{
		{"exit 0", "Error 0"},
		{"exit 2", "Error 2"},
		{"exit 127", "Error 127"},
		{"kill -TERM $$", "Terminated"},
		{"kill -KILL $$", "Killed"},
		{"kill -HUP $$", "Hangup"},
		{"kill -PIPE $$", "Broken pipe"},
		{"ulimit -c 0; kill -SEGV $$", "Segmentation fault"},
	} {
		st, _ := run(t, &ps, shell(c.script))
		// Whether a core is dumped depends on where the system sends it, even with a limit of 0.
		if got := strings.TrimSuffix(st.String(), " (core dumped)"); got != c.want {
			t.Errorf("%s: %q, want %q", c.script, got, c.want)
		}
		if st.Success() != (c.want == "Error 0") {
			t.Errorf("%s: Success() = %v", c.script, st.Success())
		}
	}
	if got := (Status{Signal: syscall.SIGSEGV, Core: true}).String(); got != "Segmentation fault (core dumped)" {
		t.Errorf("with core: %q", got)
	}
	if n := ps.Live(); n != 0 {
		t.Errorf("%d processes left in the registry", n)
	}
}

// TestStatusOf reads what the kernel says: whether a core is written here is the choice of the machine's owner.
func TestStatusOf(t *testing.T) {
	const core = 0x80 // beside the signal, see wait(2)
	for ws, want := range map[syscall.WaitStatus]string{
		0:                                   "Error 0",
		3 << 8:                              "Error 3",
		syscall.WaitStatus(syscall.SIGSEGV): "Segmentation fault",
		syscall.WaitStatus(syscall.SIGSEGV) | core: "Segmentation fault (core dumped)",
	} {
		if got := StatusOf(ws).String(); got != want {
			t.Errorf("%#x: %q, want %q", ws, got, want)
		}
	}
}

// TestChildSees: directory, environment and arguments are those of the spec and nothing else, and so are descriptors.
func TestChildSees(t *testing.T) {
	var ps Procs
	dir := need.Dir(t)
	leak, err := os.Open(dir) // must not be seen
	if err != nil {
		t.Fatal(err)
	}
	defer leak.Close()
	r, w := inheritedPipe(t, "xy", unix.O_CLOEXEC|unix.O_NONBLOCK)
	defer unix.Close(r)
	defer unix.Close(w)
	spec := ProcSpec{
		Path: "/bin/sh",
		Argv: []string{"myname", "-c", `pwd; echo $0 "$1"; env; for i in 0 1 2 3 4 5 6 7 8 9 10 11 12; do [ ! -e /proc/$$/fd/$i ] || echo fd $i; done`, "zero", "a b"},
		Dir:  dir,
		Env:  []string{"X=1", "PATH=/usr/bin:/bin", "PWD=" + dir},
		Extra: []ExtraFD{
			{Num: 12, FD: r},
			{Num: 3, FD: w},
		},
	}
	_, out := run(t, &ps, spec)
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	want := []string{dir, "zero a b", "X=1", "PATH=/usr/bin:/bin", "PWD=" + dir}
	for fd := range 13 {
		if fd <= 3 || fd == 12 || slices.Contains(inherited.Descriptors(), fd) {
			want = append(want, "fd "+strconv.Itoa(fd))
		}
	}
	trim := func(l string) bool { return strings.HasPrefix(l, "OLDPWD=") || strings.HasPrefix(l, "_=") }
	got := lines[:0]
	for _, l := range lines {
		if !trim(l) {
			got = append(got, l)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what the child saw (-want +got):\n%s", diff)
	}
	if status, err := unix.FcntlInt(uintptr(r), unix.F_GETFL, 0); err != nil || status&unix.O_NONBLOCK == 0 {
		t.Errorf("passing a descriptor on changed its mode: %#x, %v", status, err)
	}
}

func TestDefaultStdin(t *testing.T) {
	var ps Procs
	st, out := run(t, &ps, shell("cat; test -p /dev/stdin"))
	if !st.Success() || out != "" {
		t.Errorf("%v, output %q; want end of file of a pipe", st, out)
	}
	p, err := ps.Start(shell("echo lost; echo lost >&2"))
	if err != nil {
		t.Fatal(err)
	}
	if st, err := p.Wait(); err != nil || !st.Success() {
		t.Errorf("writing to nowhere: %v, %v", st, err)
	}
}

func TestStartErrors(t *testing.T) {
	var ps Procs
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		spec ProcSpec
		want error
	}{
		{ProcSpec{Path: dir + "/none"}, syscall.ENOENT},
		{ProcSpec{Path: plain}, syscall.EACCES},
		{ProcSpec{Path: dir}, syscall.EACCES},
		{ProcSpec{Path: "/bin/sh", Dir: dir + "/none"}, syscall.ENOENT},
		{ProcSpec{Path: "/bin/sh", Argv: []string{"sh", strings.Repeat("x", 1<<20)}}, syscall.E2BIG},
	} {
		p, err := ps.Start(c.spec)
		if !errors.Is(err, c.want) || p != nil {
			t.Errorf("Start(%.40v...) = %v, %v; want %v", c.spec, p, err, c.want)
		}
	}
	if _, err := ps.Start(ProcSpec{Path: "/bin/sh", Extra: []ExtraFD{{Num: 1, FD: 5}}}); err == nil {
		t.Error("an extra descriptor in place of the standard output: no error")
	}
	if _, err := ps.Start(ProcSpec{Path: "/bin/\x00sh"}); err == nil {
		t.Error("a name with a zero byte: no error")
	}
	if n := ps.Live(); n != 0 {
		t.Errorf("%d processes in the registry, none was started", n)
	}
}

func TestScriptWithoutInterpreter(t *testing.T) {
	var ps Procs
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "script"), []byte("echo $0 $1 $2\nexit 3\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	st, out := run(t, &ps, ProcSpec{Path: "./script", Argv: []string{"script", "a", "b"}, Dir: dir})
	if st.Code != 3 || out != "./script a b\n" {
		t.Errorf("%v, %q", st, out)
	}
}

// TestFreshlyWrittenPrograms writes and runs programs in several goroutines; without the retries some of them fail
// with ETXTBSY.
func TestFreshlyWrittenPrograms(t *testing.T) {
	truePath, err := exec.LookPath("true")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(truePath)
	if err != nil {
		t.Fatal(err)
	}
	var ps Procs
	dir := t.TempDir()
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 15 {
				path := filepath.Join(dir, strconv.Itoa(g)+"-"+strconv.Itoa(i))
				if err := os.WriteFile(path, program, 0o755); err != nil {
					t.Error(err)
					return
				}
				p, err := ps.Start(ProcSpec{Path: path})
				if err != nil {
					t.Error(err)
					return
				}
				if st, err := p.Wait(); err != nil || !st.Success() {
					t.Errorf("%v, %v", st, err)
				}
				os.Remove(path)
			}
		})
	}
	wg.Wait()
}

func TestKillAllAndStop(t *testing.T) {
	var ps Procs
	start := func(script string) *Proc {
		t.Helper()
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		spec := shell(script)
		spec.Stdout = w
		p, err := ps.Start(spec)
		w.Close()
		if err != nil {
			t.Fatal(err)
		}
		var ready [1]byte
		if _, err := r.Read(ready[:]); err != nil { // its trap is set now
			t.Fatal(err)
		}
		return p
	}
	// Each shell waits for a signal in a read of a fifo without writer.
	fifo := filepath.Join(t.TempDir(), "never")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	polite := start("trap 'exit 7' TERM; echo; exec 3<>" + fifo + "; read x <&3")
	plain := start("echo; exec 3<>" + fifo + "; read x <&3")
	if n := ps.Live(); n != 2 {
		t.Errorf("Live() = %d, want 2", n)
	}
	ps.Stop(syscall.SIGTERM)
	if st, err := polite.Wait(); err != nil || st.Code != 7 {
		t.Errorf("shell with trap: %v, %v; want Error 7", st, err)
	}
	if st, err := plain.Wait(); err != nil || st.Signal != syscall.SIGTERM {
		t.Errorf("shell without trap: %v, %v; want Terminated", st, err)
	}
	if _, err := ps.Start(shell("exit 0")); !errors.Is(err, ErrStopped) {
		t.Errorf("Start after Stop = %v", err)
	}
	ps.KillAll(syscall.SIGKILL) // nobody there
}

// TestStopRace: whatever is started around a Stop either fails to start or gets the signal.
func TestStopRace(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "never")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		var ps Procs
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				for {
					p, err := ps.Start(ProcSpec{Path: "/bin/sh", Argv: []string{"sh", "-c", "exec 3<>" + fifo + "; read x <&3"}})
					if errors.Is(err, ErrStopped) {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					if ps.Live() > 3 {
						ps.Stop(syscall.SIGKILL)
					}
					wg.Go(func() {
						if st, err := p.Wait(); err != nil || st.Signal != syscall.SIGKILL {
							t.Errorf("%v, %v", st, err)
						}
					})
				}
			})
		}
		wg.Wait() // hangs if one was missed
		if n := ps.Live(); n != 0 {
			t.Errorf("%d live", n)
		}
	}
}

func TestLookPath(t *testing.T) {
	dir := t.TempDir()
	for path, mode := range map[string]os.FileMode{"a/prog": 0o755, "b/prog": 0o755, "prog": 0o755, "a/noexec": 0o644, "b/only": 0o755} {
		full := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte("#!/bin/sh\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "a/folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path, want string
		err              error
	}{
		{"prog", dir + "/a:" + dir + "/b", dir + "/a/prog", nil},
		{"prog", dir + "/b/:" + dir + "/a", dir + "/b//prog", nil},
		{"prog", "a:b", "a/prog", nil},
		{"prog", "none:b", "b/prog", nil},
		{"prog", "", "./prog", nil},
		{"prog", "none::a", "./prog", nil},
		{"only", "a:b", "b/only", nil},
		{"only", "a:b:", "b/only", nil},
		{"./missing", "a", "./missing", nil},
		{"a/prog", "", "a/prog", nil},
		{"noexec", "a:b", "", unix.EACCES},
		{"folder", "a:b", "", unix.EACCES},
		{"missing", "a:b", "", unix.ENOENT},
		{"", "a:b", "", unix.EACCES},
	} {
		got, err := LookPath(c.name, c.path, dir)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("LookPath(%q, %q) = %q, %v; want %q, %v", c.name, c.path, got, err, c.want, c.err)
		}
	}
}

// TestManyAtOnce starts processes from several goroutines and checks that every status reaches its own.
func TestManyAtOnce(t *testing.T) {
	var ps Procs
	var wg sync.WaitGroup
	for g := range 2 * runtime.NumCPU() {
		wg.Go(func() {
			for i := range 20 {
				code := (g*20 + i) % 128
				p, err := ps.Start(shell("exit " + strconv.Itoa(code)))
				if err != nil {
					t.Error(err)
					return
				}
				if st, err := p.Wait(); err != nil || st.Code != code {
					t.Errorf("exit %d: %v, %v", code, st, err)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkStart(b *testing.B) {
	var ps Procs
	env := os.Environ()
	b.ReportAllocs()
	for b.Loop() {
		p, err := ps.Start(ProcSpec{Path: "/bin/true", Env: env})
		if err != nil {
			b.Fatal(err)
		}
		if st, err := p.Wait(); err != nil || !st.Success() {
			b.Fatal(st, err)
		}
	}
}

func BenchmarkStartOSExec(b *testing.B) {
	env := os.Environ()
	b.ReportAllocs()
	for b.Loop() {
		c := exec.Command("/bin/true")
		c.Env = env
		if err := c.Run(); err != nil {
			b.Fatal(err)
		}
	}
}

// sleepHelper starts a process that sleeps, tells its number, and waits for it.
func sleepHelper() error {
	var ps Procs
	p, err := ps.Start(ProcSpec{Path: "/bin/sleep", Argv: []string{"sleep", "1000"}})
	if err != nil {
		return err
	}
	fmt.Println(p.pid)
	_, err = p.Wait()
	return err
}

// TestNoChildOutlives: the children of a process that is killed are killed as well.
func TestNoChildOutlives(t *testing.T) {
	cmd := exec.Command(os.Args[0], "sleep")
	cmd.Env = append(os.Environ(), helperEnv+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Fscan(out, &pid); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return // it is gone
	}
	defer unix.Close(fd)
	if n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 10_000); n == 1 && err == nil {
		return
	}
	t.Error("the child lives on")
	_ = syscall.Kill(pid, syscall.SIGKILL)
}

// TestOptionalDoesNotWait: a process that nobody needs does not wait for others to close their files.
func TestOptionalDoesNotWait(t *testing.T) {
	var procs Procs
	run := ProcSpec{Path: "/bin/true", Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Optional: true}
	p, err := procs.Start(run)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Wait(); err != nil {
		t.Fatal(err)
	}
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &old); err != nil {
		t.Fatal(err)
	}
	none := syscall.Rlimit{Cur: 3, Max: old.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_, err = procs.Start(run)
	took := time.Since(began)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &old); err != nil {
		t.Fatal(err)
	}
	if !descriptors.Exhausted(err) || took > 5*time.Second {
		t.Errorf("after %v: %v", took, err)
	}
}
