package depgraph

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gokbuild/depgraph/need"
)

// Integration with GNU make, as our child and as our parent.

const (
	helperEnv   = "GOKBUILD_DEPGRAPH_TEST_HELPER"
	noRaceSleep = "GORACE=atexit_sleep_ms=0" // programs built with -race stay a second longer otherwise
)

// TestMain also lets this test program play other processes.
func TestMain(m *testing.M) {
	if os.Getenv(helperEnv) == "" {
		// Under nohup children would ignore it too; a handler undoes that.
		if signal.Ignored(syscall.SIGHUP) {
			signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
		}
		os.Exit(m.Run())
	}
	args := os.Args[1:]
	err := fmt.Errorf("unknown helper %q", args)
	if len(args) > 0 {
		switch args[0] {
		case "join":
			err = joinHelper(args[1:])
		case "sleep":
			err = sleepHelper()
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var jobserverOption = regexp.MustCompile(`--jobserver-(?:auth|fds)=\S+`)

// joinHelper behaves as a gokbuild below another make: it finds the job server in MAKEFLAGS and runs ten jobs that write
// to the log args[0].
func joinHelper(args []string) error {
	options := jobserverOption.FindAllString(os.Getenv("MAKEFLAGS"), -1)
	if len(options) == 0 {
		return fmt.Errorf("no job server in MAKEFLAGS %q", os.Getenv("MAKEFLAGS"))
	}
	s, err := Join(options[len(options)-1], -1)
	if err != nil {
		return fmt.Errorf("jobserver unavailable: %w", err)
	}
	var (
		ps Procs
		wg sync.WaitGroup
	)
	for i := range 10 {
		w := s.Wait(Priority{uint32(i)})
		wg.Go(func() {
			<-w.Ready()
			defer s.Release()
			p, err := ps.Start(ProcSpec{Path: "/bin/sh", Argv: []string{"sh", "-c", loggedJob(args[0])}, Env: os.Environ()})
			if err == nil {
				_, err = p.Wait()
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		})
	}
	wg.Wait()
	return s.Close()
}

// loggedJob is a recipe that notes its start and its end.
func loggedJob(log string) string {
	return "echo + >> " + log + "; sleep 0.02; echo - >> " + log
}

// readLog returns how many jobs a log tells of, and how many ran at once at most.
func readLog(t *testing.T, log string) (jobs, highest int) {
	t.Helper()
	data, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	now := 0
	for _, line := range strings.Fields(string(data)) {
		switch line {
		case "+":
			jobs++
			now++
			highest = max(highest, now)
		case "-":
			now--
		}
	}
	return jobs, highest
}

// eachMake runs a subtest with each GNU make at hand; fifo is set if it knows job servers behind a named pipe.
func eachMake(t *testing.T, test func(t *testing.T, makePath string, fifo bool)) {
	t.Helper()
	need.EachMake(t, func(t *testing.T, makePath, version string) {
		var major, minor int
		fmt.Sscanf(version, "%d.%d", &major, &minor)
		test(t, makePath, major > 4 || major == 4 && minor >= 4)
	})
}

func writeMakefile(t *testing.T, dir, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "Makefile"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// makeEnv is the environment without what a make above the tests left there.
func makeEnv(more ...string) []string {
	var env []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		switch name {
		case "MAKEFLAGS", "MFLAGS", "GNUMAKEFLAGS", "MAKELEVEL", "MAKE_TERMOUT", "MAKE_TERMERR", "LC_ALL", "LANGUAGE":
		default:
			env = append(env, v)
		}
	}
	return append(append(env, "LC_ALL=C"), more...)
}

const childMakefile = `
targets := $(addprefix t,1 2 3 4 5 6 7 8)
all: $(targets)
$(targets):
	@%s
# All of these must run at once, or none ends.
meet := $(addprefix m,1 2 3)
meet: $(meet)
$(meet):
	@: > $@; until test -e m1 -a -e m2 -a -e m3; do sleep 0.01; done
# A helper at the third level.
deep: $(targets)
	+@$(HELPER) join %[2]s
`

func TestMakeAsChild(t *testing.T) {
	eachMake(t, func(t *testing.T, makePath string, fifo bool) {
		for _, style := range []Style{StylePipe, StyleFifo} {
			if style == StyleFifo && !fifo {
				continue
			}
			t.Run(style.String(), func(t *testing.T) {
				t.Run("limit", func(t *testing.T) { childMakeLimit(t, makePath, style) })
				t.Run("meet", func(t *testing.T) { childMakeMeets(t, makePath, style) })
			})
		}
	})
}

// startMake starts a make as a child that shares the slots. Its output goes to the returned function's result.
func startMake(t *testing.T, s *Slots, style Style, dir, makePath, goal string) (p *Proc, output func() string) {
	t.Helper()
	v, err := s.Serve(ServeOptions{Style: style, TempDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var ps Procs
	p, err = ps.Start(ProcSpec{
		Path:   makePath,
		Argv:   []string{"make", "--no-print-directory", goal},
		Dir:    dir,
		Env:    makeEnv(fmt.Sprintf("MAKEFLAGS= -j%d --jobserver-auth=%s", s.jobs, v.Auth()), "MAKELEVEL=1", "HELPER="+os.Args[0], helperEnv+"=1", noRaceSleep),
		Stdout: w,
		Stderr: w,
		Extra:  v.Inherit(),
	})
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	// A stuck build must not hang the tests.
	timer := time.AfterFunc(time.Minute, func() { ps.KillAll(9) })
	return p, func() string {
		out, _ := io.ReadAll(r)
		r.Close()
		timer.Stop()
		return string(out)
	}
}

func childMakeLimit(t *testing.T, makePath string, style Style) {
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	writeMakefile(t, dir, fmt.Sprintf(childMakefile, loggedJob(log), log))
	const jobs = 3
	s := NewSlots(jobs, -1)
	// Two makes and twelve jobs of our own share three slots.
	var (
		wg sync.WaitGroup
		ps Procs
	)
	for i := range 14 {
		w := s.Wait(Priority{uint32(i)})
		wg.Go(func() {
			<-w.Ready()
			defer s.Release()
			var (
				p   *Proc
				err error
			)
			output := func() string { return "" }
			if i < 2 {
				p, output = startMake(t, s, style, dir, makePath, "deep")
			} else if p, err = ps.Start(shell(loggedJob(log))); err != nil {
				t.Error(err)
				return
			}
			out := output()
			if st, err := p.Wait(); err != nil || !st.Success() || out != "" {
				t.Errorf("%v, %v\n%s", st, err, out)
			}
		})
	}
	wg.Wait()
	n, highest := readLog(t, log)
	if want := 12 + 2*(8+10); n != want {
		t.Errorf("%d jobs ran, want %d", n, want)
	}
	if highest > jobs || highest < 2 {
		t.Errorf("up to %d jobs at once, limit %d", highest, jobs)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func childMakeMeets(t *testing.T, makePath string, style Style) {
	dir := t.TempDir()
	writeMakefile(t, dir, fmt.Sprintf(childMakefile, ":", "none"))
	s := NewSlots(3, -1)
	if !s.TryAcquire() {
		t.Fatal("refused")
	}
	p, output := startMake(t, s, style, dir, makePath, "meet")
	out := output()
	if st, err := p.Wait(); err != nil || !st.Success() || out != "" {
		t.Errorf("the child did not get our tokens: %v, %v\n%s", st, err, out)
	}
	s.Release()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestMakeAsParent(t *testing.T) {
	eachMake(t, func(t *testing.T, makePath string, fifo bool) {
		styles := []string{""}
		if fifo {
			styles = []string{"--jobserver-style=pipe", "--jobserver-style=fifo"}
		}
		for _, style := range styles {
			t.Run(strings.TrimPrefix(style, "--jobserver-style="), func(t *testing.T) {
				dir := t.TempDir()
				log := filepath.Join(dir, "log")
				writeMakefile(t, dir, fmt.Sprintf(`
targets := $(addprefix t,1 2 3 4 5 6)
all: $(targets) h1 h2
$(targets):
	@%s
h1 h2:
	+@$(HELPER) join %s
noplus:
	@$(HELPER) join %[2]s
`, loggedJob(log), log))
				out, err := runMake(t, makePath, dir, "-j3", style)
				if err != nil || out != "" { // make itself counts its tokens at the end, and would complain here
					t.Errorf("%v\n%s", err, out)
				}
				n, highest := readLog(t, log)
				if n != 6+20 || highest > 3 || highest < 2 {
					t.Errorf("%d jobs, up to %d at once; want 26, and 2 or 3", n, highest)
				}
				out, err = runMake(t, makePath, dir, "-j3", style, "noplus")
				if strings.HasSuffix(style, "fifo") {
					if err != nil || out != "" {
						t.Errorf("recipe without + below a fifo: %v\n%s", err, out)
					}
				} else if err == nil || !strings.Contains(out, "jobserver unavailable") {
					t.Errorf("recipe without + took descriptors that are not there: %v\n%s", err, out)
				}
			})
		}
	})
}

func runMake(t *testing.T, makePath, dir string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	args = append([]string{"HELPER=" + os.Args[0]}, args...)
	n := 0
	for _, a := range args {
		if a != "" {
			args[n] = a
			n++
		}
	}
	cmd := exec.CommandContext(ctx, makePath, args[:n]...)
	cmd.Dir, cmd.Env = dir, makeEnv(helperEnv+"=1", noRaceSleep)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}
