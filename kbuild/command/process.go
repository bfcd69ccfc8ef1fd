package command

// This file starts processes.

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"gokbuild/depgraph"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/setting"
)

// start starts a process of a command. With server it may join the job server.
func (l *Local) start(c *Command, spec depgraph.ProcSpec, server bool) (shell.Waiter, error) {
	if s := l.Server(); server && s != nil {
		spec.Extra = s.Inherit()
	}
	w := waiter{mk: l.Make, used: &c.Watch.used}
	if l.Make.Events.On() {
		l.Make.Events.Send(event.ProcessStarted{Path: spec.Path})
		w.of, w.began = &event.ProcessEnded{Make: l.Make.Number, Target: c.Target(), Path: spec.Path}, time.Now()
	}
	proc, err := l.Make.Procs.Start(spec)
	if err != nil {
		return nil, err
	}
	w.p = proc
	return w, nil
}

// run looks the program of a command up and runs it. The error is why it could not be started.
func (l *Local) run(c *Command, env []string, stdout, stderr *os.File, server bool) (depgraph.Status, error) {
	file, err := depgraph.LookPath(c.Argv[0], setting.Getenv(env, "PATH"), l.Make.Dir)
	if err != nil {
		return depgraph.Status{}, err
	}
	spec := depgraph.ProcSpec{Path: file, Argv: c.Argv, Dir: l.Make.Dir, Env: env, Stdin: c.Stdin(), Stdout: stdout, Stderr: stderr}
	w, err := l.start(c, spec, server)
	if err != nil {
		return depgraph.Status{}, err
	}
	st, _ := w.Wait()
	return st, nil
}

// waiter waits for a process.
type waiter struct {
	mk *setting.Make
	p  *depgraph.Proc
	// used adds up what processes of the command have used.
	used *atomic.Int64
	// of is what listeners are told at its end; nil if nobody listens.
	of    *event.ProcessEnded
	began time.Time
}

func (w waiter) Wait() (depgraph.Status, error) {
	st, err := w.p.Wait()
	cpu, maxRSS := w.p.Used()
	w.used.Add(int64(cpu))
	if w.of != nil {
		w.of.Took = time.Since(w.began)
		w.of.CPU, w.of.MaxRSS = cpu, maxRSS
		w.mk.Events.Send(*w.of)
	}
	w.awaitSignal(st.Signal)
	return st, err
}

// awaitSignal is called when a process died of sig. A signal from the terminal goes to the whole process group: the same
// signal may be on its way to this process, and an in-process shell that went on as if only its child had been hit would do
// what no real shell does.
func (w waiter) awaitSignal(sig syscall.Signal) {
	switch sig {
	case syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT:
	default:
		return
	}
	select {
	case <-w.mk.Ctx.Done():
	case <-time.After(100 * time.Millisecond):
	}
}

// ProcessEnv is the environment of the processes of a line. Those of a line that may start make find this program under
// that name, and are told of our own options.
func (l *Local) ProcessEnv(c *Command) []string {
	env := c.Environ()
	if c.For != event.Recipe || !c.Recursive {
		return env
	}
	env = append(env[:len(env):len(env)], l.Make.Flags.OwnEnviron()...)
	if strings.Contains(l.Make.Call.Argv[0], "/") {
		return env
	}
	dir, err := l.Link.Dir()
	if err != nil {
		return env
	}
	out := make([]string, 0, len(env)+1)
	found := false
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, "PATH="); ok {
			e, found = "PATH="+dir+":"+v, true
		}
		out = append(out, e)
	}
	if !found {
		out = append(out, "PATH="+dir+":/usr/local/bin:/usr/bin:/bin")
	}
	return out
}

// MakeLink is a directory with a link called make to this program. It goes in front of PATH for lines that may start make
// from a shell. The zero value with Executable set is ready for use.
type MakeLink struct {
	// Executable is this program.
	Executable string

	mu  sync.Mutex
	dir string
}

// Dir returns the directory, which is made when first asked for.
func (m *MakeLink) Dir() (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dir != "" {
		return m.dir, nil
	}
	dir, err := os.MkdirTemp("", "gokbuild-")
	if err != nil {
		return "", err
	}
	if err := os.Symlink(m.Executable, filepath.Join(dir, "make")); err != nil {
		os.RemoveAll(dir)
		return "", err
	}
	m.dir = dir
	return dir, nil
}

// Close removes the directory.
func (m *MakeLink) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dir != "" {
		os.RemoveAll(m.dir)
		m.dir = ""
	}
}

// Stdin is the real standard input, which one job of a build reads at a time; the others read nothing.
type Stdin struct {
	mu   sync.Mutex
	used bool
}

// Take claims it; false if another job has it.
func (s *Stdin) Take() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used {
		return false
	}
	s.used = true
	return true
}

// Release gives it back.
func (s *Stdin) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used = false
}
