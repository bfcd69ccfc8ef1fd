package trace

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/need"
)

func TestStartErrors(t *testing.T) {
	dir := sandbox(t, ">file; mkdir folder; echo '#!/none/such' >script; chmod +x script; printf '\\177ELF' >elf; chmod +x elf")
	for _, c := range []depgraph.ProcSpec{
		{Path: "/none/such"},
		{Path: dir + "/file"},
		{Path: dir + "/folder"},
		{Path: dir + "/script"},
		{Path: dir + "/file/x"},
	} {
		_, err := Run(context.Background(), nil, c)
		proc, want := new(depgraph.Procs).Start(depgraph.ProcSpec{Path: c.Path})
		if want == nil {
			proc.Wait()
			t.Fatalf("%s starts", c.Path)
		}
		if err == nil || err.Error() != want.Error() || errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: %v, want %v", c.Path, err, want)
		}
	}
	if _, err := Run(context.Background(), nil, depgraph.ProcSpec{Path: "/bin/true", Dir: dir + "/none"}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("no directory: %v", err)
	}
}

// TestPlainScript: a file without "#!" is for the shell, as execvp has it.
func TestPlainScript(t *testing.T) {
	dir := sandbox(t, "echo 'echo plain $1; exit 6' >s; chmod +x s")
	var r *Report
	text := outputOf(t, func(out *os.File) {
		var err error
		r, err = Run(context.Background(), nil, depgraph.ProcSpec{Path: "./s", Argv: []string{"./s", "x"}, Dir: dir, Env: testEnv, Stdout: out})
		if err != nil {
			t.Fatal(err)
		}
	})
	if text != "plain x\n" || r.Status.Code != 6 || r.Impure != "" {
		t.Errorf("%q, %+v", text, r)
	}
	if got := inside(dir, r.Facts); !slices.Equal(got, []string{"content s", "exists s"}) {
		t.Errorf("facts %v", got)
	}
}

// TestSameSurroundings: what a process can see of how it was started is the same under trace.
func TestSameSurroundings(t *testing.T) {
	dir := sandbox(t, "")
	spec := depgraph.ProcSpec{Path: "/bin/sh", Dir: dir, Env: []string{"B=1", "A=2", "A=3", "odd", "", "PATH=/usr/bin:/bin", "GOMAXPROCS=1"},
		Argv: []string{"name", "-c", `tr '\0' '\n' </proc/self/environ; tr '\0' '\n' </proc/self/cmdline
			grep -E '^(Sig(Q|Pnd|Blk|Ign|Cgt)|ShdPnd|Uid|Gid|Groups|NoNewPrivs|Seccomp|Cap)' /proc/self/status; ulimit -a; umask; pwd; ls /proc/self/fd`, "$0", "$1"}}
	plain := outputOf(t, func(out *os.File) {
		s := spec
		s.Stdout = out
		proc, err := new(depgraph.Procs).Start(s)
		if err != nil {
			t.Fatal(err)
		}
		proc.Wait()
	})
	traced := outputOf(t, func(out *os.File) {
		if _, err := Run(context.Background(), nil, depgraph.ProcSpec{Path: spec.Path, Argv: spec.Argv, Dir: dir, Env: spec.Env, Stdout: out}); err != nil {
			t.Fatal(err)
		}
	})
	// The count of queued signals is of all the user's processes.
	if plain, traced = withoutLine(plain, "SigQ"), withoutLine(traced, "SigQ"); plain != traced || !strings.Contains(plain, "odd") {
		t.Errorf("plain:\n%s\ntraced:\n%s", plain, traced)
	}
}

// TestGivenDescriptors: nothing is proved of a command that uses a descriptor from 3 on that it was given; of one that wants one which
// nobody gave it, that it must not be given one the next time.
func TestGivenDescriptors(t *testing.T) {
	dir := sandbox(t, "echo given >nine")
	f, err := os.Open(filepath.Join(dir, "nine"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	trace := func(text string, extra ...depgraph.ExtraFD) (r *Report) {
		outputOf(t, func(out *os.File) {
			r, err = Run(context.Background(), nil, depgraph.ProcSpec{Path: "/bin/sh", Argv: []string{"sh", "-c", text}, Dir: dir,
				Env: []string{"PATH=/usr/bin:/bin"}, Stdout: out, Stderr: out, Extra: extra})
			if err != nil {
				t.Fatal(err)
			}
		})
		return r
	}
	for _, text := range []string{"cat <&9", "read x </dev/fd/9"} {
		if r := trace(text, depgraph.ExtraFD{Num: 9, FD: int(f.Fd())}); r.Impure == "" {
			t.Errorf("%s: proved by %v", text, r.Facts)
		}
	}
	for _, text := range []string{"cat <&9", "ls /proc/self/fd", "test -e /dev/fd/9"} {
		r := trace(text)
		if r.Impure != "" || !slices.ContainsFunc(r.Facts, func(f Fact) bool { return f.Kind == facts.System && f.Path == facts.SystemGiven }) {
			t.Errorf("%s: %q, facts %v", text, r.Impure, r.Facts)
		}
	}
}

func withoutLine(text, prefix string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(text, "\n"), func(l string) bool { return strings.HasPrefix(l, prefix) }), "\n")
}

// compiled compiles a program.
func compiled(t *testing.T, dir, name, text string) {
	t.Helper()
	if _, err := exec.LookPath("cc"); err != nil {
		need.Missing(t, "no cc")
	}
	c := exec.Command("cc", "-x", "c", "-o", filepath.Join(dir, name), "-")
	c.Stdin = strings.NewReader(text)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func TestStandardInput(t *testing.T) {
	dir := sandbox(t, "echo text >in; >empty")
	compiled(t, dir, "map", "#include <sys/mman.h>\nint main(void) { return mmap(0, 4096, PROT_READ, MAP_PRIVATE, 0, 0) == MAP_FAILED; }")
	for _, c := range []struct {
		file, impure string
	}{
		{"", ""}, {"/dev/null", ""}, {dir + "/empty", "standard input"}, {dir + "/in", "standard input"},
	} {
		var in *os.File
		if c.file != "" {
			f, err := os.Open(c.file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			in = f
		}
		r, err := Run(context.Background(), nil, depgraph.ProcSpec{Path: "/bin/cat", Dir: dir, Env: testEnv, Stdin: in})
		if err != nil {
			t.Fatal(err)
		}
		mapped, err := Run(context.Background(), nil, depgraph.ProcSpec{Path: dir + "/map", Dir: dir, Env: testEnv, Stdin: in})
		if err != nil {
			t.Fatal(err)
		}
		if c.file == dir+"/in" && !strings.Contains(mapped.Impure, "given") {
			t.Errorf("mapped: Impure = %q", mapped.Impure)
		}
		if (c.impure == "") != (r.Impure == "") || !strings.Contains(r.Impure, c.impure) {
			t.Errorf("stdin %q: Impure = %q, want %q", c.file, r.Impure, c.impure)
		}
	}
}

func TestOutputsAreToldApart(t *testing.T) {
	dir := sandbox(t, "")
	for _, c := range []struct {
		script               string
		wrote, wroteErr, tty bool
	}{
		{script: "true"},
		{script: "echo x", wrote: true},
		{script: "echo x >&2", wroteErr: true},
		{script: "exec 5>&1 >/dev/null; echo x >&5", wrote: true},
		{script: "echo x | cat >/dev/null"},
		{script: "echo x >f; cat f"},
		{script: "[ -t 1 ]; true", tty: true},
		{script: "echo x >/dev/stderr", wroteErr: true},
	} {
		var r *Report
		outputOf(t, func(out *os.File) {
			outputOf(t, func(errs *os.File) {
				var err error
				r, err = Run(context.Background(), nil, depgraph.ProcSpec{Path: "/bin/sh", Argv: []string{"sh", "-c", c.script}, Dir: dir, Env: testEnv, Stdout: out, Stderr: errs})
				if err != nil {
					t.Fatal(err)
				}
			})
		})
		if c.script == "echo x >f; cat f" {
			c.wrote = true
		}
		if r.Wrote != c.wrote || r.WroteErr != c.wroteErr || r.Terminal != c.tty || r.Impure != "" {
			t.Errorf("%s: %v %v %v %q", c.script, r.Wrote, r.WroteErr, r.Terminal, r.Impure)
		}
	}
}

func TestExtraDescriptors(t *testing.T) {
	dir := sandbox(t, "")
	outputOf(t, func(out *os.File) {
		extra := []depgraph.ExtraFD{{Num: 7, FD: int(out.Fd())}}
		for script, impure := range map[string]string{"true": "", "echo x >&7": "descriptor", "exec 8>&7 7>&-; echo x >&8": "descriptor"} {
			r, err := Run(context.Background(), nil, depgraph.ProcSpec{Path: "/bin/sh", Argv: []string{"sh", "-c", script}, Dir: dir, Env: testEnv, Extra: extra})
			if err != nil || r.Status.Code != 0 {
				t.Fatal(r, err)
			}
			if (impure == "") != (r.Impure == "") || !strings.Contains(r.Impure, impure) {
				t.Errorf("%s: Impure = %q, want %q", script, r.Impure, impure)
			}
		}
	})
}

// started runs a script that prints a line when it is ready, then calls then, or cancels the run if that is nil, and returns
// how it ended.
func started(t *testing.T, procs *depgraph.Procs, dir, script string, then func()) (*Report, error) {
	t.Helper()
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	type end struct {
		r   *Report
		err error
	}
	ends := make(chan end, 1)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c := depgraph.ProcSpec{Path: "/bin/sh", Argv: []string{"sh", "-c", script}, Dir: dir, Env: testEnv, Stdout: out}
	go func() {
		r, err := Run(ctx, procs, c)
		out.Close()
		ends <- end{r, err}
	}()
	if _, err := bufio.NewReader(in).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if then == nil {
		cancel()
	} else {
		then()
	}
	select {
	case e := <-ends:
		return e.r, e.err
	case <-time.After(time.Minute):
		t.Fatal("it does not end")
		return nil, nil
	}
}

func TestCancel(t *testing.T) {
	dir := sandbox(t, "")
	pidFile := dir + "/pid"
	r, err := started(t, nil, dir, "sleep 1000 & echo $! >pid; echo ready; wait", nil)
	if err != nil || r.Impure == "" || r.Status.Signal != syscall.SIGKILL {
		t.Errorf("%+v, %v", r, err)
	}
	text, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	awaitEnd(t, pid)
	if _, err := Run(cancelled(), nil, depgraph.ProcSpec{Path: "/bin/true"}); !errors.Is(err, depgraph.ErrStopped) {
		t.Errorf("started after the end: %v", err)
	}
}

func cancelled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// awaitEnd returns once a process, which need not be our child, has ended.
func awaitEnd(t *testing.T, pid int) {
	t.Helper()
	fd, err := unix.PidfdOpen(pid, 0)
	if err == unix.ESRCH {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	for {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 30_000)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			t.Errorf("process %d is still there (%v)", pid, err)
		}
		return
	}
}

// TestSignals: a signal for the build's processes reaches the command and not its tracer.
func TestSignals(t *testing.T) {
	procs := new(depgraph.Procs)
	r, err := started(t, procs, sandbox(t, ""),
		"trap 'echo got; exit 5' TERM; echo ready; while :; do sleep 0.01; done", func() { procs.KillAll(syscall.SIGTERM) })
	if err != nil || r.Status.Code != 5 {
		t.Errorf("%+v, %v", r, err)
	}
	// What a terminal sends, it sends to the command too.
	r, err = started(t, procs, sandbox(t, ""), "echo ready; while [ ! -e stop ]; do sleep 0.01; done; exit 7", func() {
		procs.KillAll(syscall.SIGINT)
		procs.KillAll(syscall.SIGTERM)
	})
	if err != nil || r.Status.Signal != syscall.SIGTERM {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestLetGo: a command of which nothing can be proved any more goes on untraced, with all its processes.
func TestLetGo(t *testing.T) {
	dir := sandbox(t, "")
	r, text := runShell(t, "", dir, "(sleep 0.2; grep TracerPid /proc/self/status; exit 3) & cat /proc/loadavg >/dev/null; sh -c 'grep TracerPid /proc/self/status'; wait $!; exit 7")
	if r.Impure == "" || r.Status.Code != 7 || text != "TracerPid:\t0\nTracerPid:\t0\n" {
		t.Errorf("%q, %v, %q", text, r.Status, r.Impure)
	}
}

// TestBudget: a command that costs more to trace than it may goes on untraced, with all its processes. Within its budget it is traced
// until it asks whether it is.
func TestBudget(t *testing.T) {
	for _, c := range []struct {
		budget time.Duration
		let    bool
	}{{time.Nanosecond, true}, {time.Hour, false}, {0, false}} {
		dir := sandbox(t, "")
		var r *Report
		text := outputOf(t, func(out *os.File) {
			script := "i=0; while [ $i -lt 300 ]; do echo x >f; i=$((i+1)); done; sh -c 'grep -c \"^TracerPid:.0$\" /proc/self/status'; exit 7"
			var err error
			r, err = RunWithin(t.Context(), nil, depgraph.ProcSpec{Path: "/bin/sh", Argv: []string{"sh", "-c", script}, Dir: dir, Env: testEnv, Stdout: out, Stderr: out},
				c.budget)
			if err != nil {
				t.Fatal(err)
			}
		})
		if strings.Contains(r.Impure, "too much") != c.let || text != "1\n" || r.Status.Code != 7 {
			t.Errorf("%v: %q, %v, %q", c.budget, text, r.Status, r.Impure)
		}
	}
}

// TestLeftRunning: what a command leaves in the background lives on, untraced, and is not waited for.
func TestLeftRunning(t *testing.T) {
	dir := sandbox(t, "mkfifo go end")
	r, _ := runShell(t, "", dir, "(read x <go; echo done >end) >/dev/null 2>&1 &")
	if !strings.Contains(r.Impure, "running") || r.Status.Code != 0 {
		t.Errorf("%+v", r)
	}
	if err := os.WriteFile(dir+"/go", []byte("go\n"), 0); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(dir + "/end"); err != nil || string(text) != "done\n" {
		t.Errorf("it does not live on: %q, %v", text, err)
	}
}

// TestManyProcesses: nothing is lost when many processes start and end at once.
func TestManyProcesses(t *testing.T) {
	dir := sandbox(t, "for i in $(seq 150); do echo $i >f$i; done")
	r, text := runShell(t, "", dir, "for i in $(seq 150); do (read x <f$i; echo $x) & done | sort -n | tail -1; wait")
	if r.Impure != "" || text != "150\n" {
		t.Fatalf("%q, %q", r.Impure, text)
	}
	n := 0
	for _, fact := range inside(dir, r.Facts) {
		if strings.HasPrefix(fact, "content f") {
			n++
		}
	}
	if n != 150 {
		t.Errorf("%d of 150 files", n)
	}
}

// TestCompiler: the facts of a compiler run are its headers, and the places where they might have been.
func TestCompiler(t *testing.T) {
	dir := sandbox(t, `mkdir one two; echo '#include <h.h>' >a.c; echo '#include "a.h"' >>a.c; echo '#if __has_include("maybe.h")' >>a.c
		echo '#endif' >>a.c; echo 'int h;' >two/h.h; >a.h; cc -c -o a.o a.c -Ione -Itwo`)
	r, text := runShell(t, "", dir, "cc -c -o a.o -Wp,-MD,a.d a.c -Ione -Itwo")
	if r.Impure != "" && strings.Contains(r.Impure, "a.d") {
		r, text = runShell(t, "", dir, "cc -c -o a.o -Wp,-MD,a.d a.c -Ione -Itwo") // a.d is there now
	}
	if r.Impure != "" || text != "" {
		t.Fatalf("%q, %q", r.Impure, text)
	}
	got := inside(dir, r.Facts)
	for _, want := range []string{"content a.c", "content a.h", "content two/h.h", "absent one/h.h", "absent maybe.h", "absent one/maybe.h",
		"absent two/maybe.h", "exists one", "exists two", "+content a.o", "+content a.d"} {
		if !slices.Contains(got, want) {
			t.Errorf("no fact %q", want)
		}
	}
	if t.Failed() {
		t.Logf("facts: %v", got)
	}
	programs := 0
	for _, f := range r.Facts {
		if base := filepath.Base(f.Path); f.Kind == facts.Content && (base == "cc1" || strings.HasSuffix(base, "-as")) {
			programs++
		}
	}
	if programs != 2 {
		t.Errorf("the compiler's own programs: %d of 2", programs)
	}
}

// TestPrivileges: a program that is to get privileges gets them.
func TestPrivileges(t *testing.T) {
	if os.Getuid() != 0 {
		need.Missing(t, "needs root to make a set-user-id program")
	}
	dir := sandbox(t, "cp /usr/bin/id .; chown 65534 id; chmod 4755 id")
	if plain := untraced(t, "", dir, "./id -u"); plain != "65534\n" {
		t.Skipf("set-user-id does not work here: %q", plain)
	}
	r, text := runShell(t, "", dir, "./id -u; echo after")
	if text != "65534\nafter\n" || !strings.Contains(r.Impure, "privileges") {
		t.Errorf("%q, %q", text, r.Impure)
	}
	// As the command itself it is not traced at all.
	if _, err := Run(context.Background(), nil, depgraph.ProcSpec{Path: dir + "/id", Dir: dir}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("error %v", err)
	}
}

// TestTracee: a command that wants to trace is let go before, and proves nothing.
func TestTracee(t *testing.T) {
	dir := sandbox(t, "")
	compiled(t, dir, "traces", "#include <sys/ptrace.h>\nint main(void) { return ptrace(PTRACE_TRACEME, 0, 0, 0) < 0 ? 9 : 8; }")
	r, _ := runShell(t, "", dir, "./traces")
	if r.Status.Code != 8 || !strings.Contains(r.Impure, "system call") {
		t.Errorf("%+v", r)
	}
}

func TestLostReport(t *testing.T) {
	status := depgraph.Status{Code: 3}
	c := &depgraph.ProcSpec{Path: "p"}
	for _, data := range []string{"S", "Sgktrace1", "Sgktrace1________"} {
		r, err := outcome(c, []byte(data), nil, status)
		if err != nil || r.Impure == "" || r.Status != status {
			t.Errorf("%q: %+v, %v", data, r, err)
		}
	}
	if r, err := outcome(c, append([]byte("S"), appendReport(nil, &Report{})...), io.ErrUnexpectedEOF, status); err != nil || r.Impure == "" {
		t.Errorf("%+v, %v", r, err)
	}
	for _, data := range []string{"", "Nreason", "X", "?"} {
		if _, err := outcome(c, []byte(data), nil, status); !errors.Is(err, ErrUnavailable) {
			t.Errorf("%q: %v", data, err)
		}
	}
	if _, err := outcome(c, []byte("X\x02"), nil, status); !errors.Is(err, syscall.ENOENT) || errors.Is(err, ErrUnavailable) {
		t.Errorf("exec: %v", err)
	}
}
