package shell

// This file is the state of a shell that runs: descriptors, directory, variables, children.

import (
	"context"
	"errors"
	"io"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"

	"gokbuild/depgraph/libc"
)

// Env is what a program runs in. Only Dir is required; a nil standard
// descriptor means /dev/null.
type Env struct {
	Dir string // absolute

	// Environ gives the environment as a real shell would inherit it. It is
	// asked at most once per run, and only when a process is started or a
	// variable is read that Lookup cannot answer.
	Environ func() []string

	// Lookup reads one variable without computing the whole environment. It
	// may be nil.
	Lookup func(name string) (string, bool)

	Stdin, Stdout, Stderr *os.File

	// Capture, when set, takes the place of Stdout: output of builtins is added
	// to it without a pipe.
	Capture io.Writer

	// Start starts a real process; nil means DefaultStart.
	Start Starter

	// Native returns an in-process replacement for a program, or nil. path is
	// the name as the program would be executed: with a slash as it was written,
	// otherwise as found in PATH.
	Native func(dir, path string) NativeFunc

	// Ran, when set, is told of each program that ran in this process; Wrote of each file that a redirection has opened for
	// writing, by its absolute name, Read of each that one has opened to be read or added to. Several goroutines may call them at once.
	Ran         func(dir, path string, argv []string)
	Wrote, Read func(file string)

	// Named, when set, is told of each name by which this process looks at a file, or for one ("dir/*": for the names in a directory),
	// Made of each directory that a mkdir has made or found, Said of what is written to Stdout or Stderr without a process, Odd of
	// what decides something and is no file: the number of the process, the order of dates. Several goroutines may call them at once.
	Named func(file string)
	Made  func(dir string)
	Said  func(errs bool, text string)
	Odd   func(what string)

	// Scripts, when set, lets simple scripts run in this process.
	Scripts *Scripts

	// Stay says that the program must not be left to the real shell: Native knows
	// programs that are nowhere else.
	Stay bool

	// Nested says that others wait for this program to end, which may hold
	// descriptors, or that it waits for such others.
	Nested bool

	// NoBuiltinPrograms turns off this package's own mkdir, rm, cat and so on.
	NoBuiltinPrograms bool
}

// NativeFunc runs a program in this process. False means "not this time": the
// real program is then started. It must decide so before any output.
type NativeFunc func(ctx context.Context, c *Call) (Status, bool)

// Call is one invocation of a program.
type Call struct {
	Path    string // the file that would be executed
	Argv    []string
	Dir     string
	Environ func() []string
	Stdin   *os.File // nil is /dev/null
	Stdout  io.Writer
	Stderr  io.Writer
}

// state is one shell process: the main one, or a subshell that began as a copy.
type state struct {
	ctx    context.Context
	env    *Env
	arg0   string // $0
	vars   *variables
	dir    string // where we are, physically or not: good for opening files
	curdir string // what dash holds in PWD; "" until asked for

	fds  [3]sink
	base [3]sink // what the program began with

	status  int // $?
	line    int // for messages
	errexit bool
	params  []string // positional parameters; never changed in place
	subst   int      // status of the last command substitution of the current command

	traps      map[syscall.Signal]*trapAction
	noExitTrap bool

	// exiting unwinds the evaluator. final overrides status as the result: a
	// child killed by a signal in place of the shell itself.
	exiting bool
	final   *Status

	atEnd []func() // closes what exec has opened
	proc  *process // shared with subshells
	sub   bool     // this is a subshell
	depth int      // of scripts that run scripts
	err   error    // a failure of ours, not of the program
}

// sink is a descriptor: a file, or a place that collects output.
type sink struct {
	file *os.File
	mem  *capture // set for a captured standard output
	pipe bool     // the reading end of a pipe between two elements of a pipeline
}

// capture collects output that several elements of a pipeline may write.
type capture struct {
	mu sync.Mutex
	w  io.Writer
}

// Unwrap returns the writer that the environment gave.
func (c *capture) Unwrap() io.Writer { return c.w }

func (c *capture) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.w.Write(p)
}

// stream is where a replacement of the environment writes to: the file itself, which it may pass on.
func (k sink) stream() io.Writer {
	switch {
	case k.mem != nil:
		return k.mem
	case k.file != nil:
		return k.file
	}
	return io.Discard
}

// odd tells the environment that something decides that is no file.
func (s *state) odd(what string) {
	if s.env.Odd != nil {
		s.env.Odd(what)
	}
}

// writer is where a command of this package writes to.
func (k sink) writer() io.Writer {
	if k.mem != nil {
		return k.mem
	}
	return Writer(k.file)
}

// Writer returns what a command in this process writes to a file with; nil is a file that takes everything. A pipe that nobody reads
// is an error of the command then, and does not end this process.
func Writer(f *os.File) io.Writer {
	switch f {
	case nil:
		return io.Discard
	case os.Stdout, os.Stderr:
		return standard{f}
	}
	return f
}

// standard writes to standard output or error. A pipe that nobody reads ends the program that writes to it: that is the
// builtin, not the whole of this process, which (*os.File).Write would end.
type standard struct{ f *os.File }

func (w standard) Write(p []byte) (done int, err error) {
	raw, err := w.f.SyscallConn()
	if err != nil {
		return 0, err
	}
	wait := raw.Write(func(fd uintptr) bool {
		for done < len(p) {
			var n int
			n, err = syscall.Write(int(fd), p[done:])
			if n > 0 {
				done += n
			}
			switch {
			case errors.Is(err, syscall.EINTR):
			case errors.Is(err, syscall.EAGAIN):
				return false
			case err != nil:
				return true
			}
		}
		return true
	})
	if wait != nil {
		err = wait
	}
	return done, err
}

// pidSerial makes every run's $$ different. Real process ids are below 2^22 on
// every Linux, so the numbers never meet a file name some real shell made.
var pidSerial atomic.Int64

type pid struct {
	once sync.Once
	text string
}

func (p *pid) get() string {
	p.once.Do(func() { p.text = strconv.FormatInt(pidSerial.Add(1)<<22+int64(os.Getpid()), 10) })
	return p.text
}

// Run runs the program. The error reports that the program could not be run as
// meant (the context ended, a process could not be started for a reason that is
// not the program's); the status is then what an interrupted shell would give.
func (p *Program) Run(ctx context.Context, env *Env) (Status, error) {
	if p.body == nil && p.direct == nil {
		return Status{}, ctx.Err()
	}
	s := &state{ctx: ctx, env: env, arg0: p.arg0, dir: env.Dir, line: 1, proc: &process{}}
	s.vars = newVariables(s)
	s.fds = [3]sink{{file: env.Stdin}, {file: env.Stdout}, {file: env.Stderr}}
	if env.Capture != nil {
		s.fds[1] = sink{mem: &capture{w: env.Capture}}
	}
	s.base = s.fds
	defer s.end()
	give, leave := s.take(p.need)
	defer give()
	if p.direct != nil {
		return s.runDirect(p.direct)
	}
	if leave && !env.Stay {
		return s.realShell(p.text)
	}
	// Unlike newer versions, the dash we follow forks for the last command of a
	// -c text too: evExit is only for subshells.
	st := s.run(p.body)
	if ctx.Err() != nil {
		return st, context.Cause(ctx)
	}
	return st, s.err
}

// run runs body as all that a shell does.
func (s *state) run(body node) Status {
	s.eval(body, 0)
	if s.ctx.Err() != nil {
		return s.interrupted(s.ctx)
	}
	if s.proc.killed.Load() {
		return Status{Signal: syscall.SIGTERM}
	}
	s.runExitTrap()
	if s.final != nil {
		return *s.final
	}
	return Status{Code: s.status}
}

// fork gives the subshell's view of s: changes to it stay in it.
func (s *state) fork() *state {
	c := *s
	c.vars = s.vars.fork(&c)
	c.traps = nil // dash resets traps in a subshell
	c.noExitTrap = false
	c.exiting, c.final = false, nil
	c.atEnd = nil
	c.sub = true
	return &c
}

// end closes what this shell process still has open.
func (s *state) end() {
	for _, f := range s.atEnd {
		f()
	}
	s.atEnd = nil
}

// runChild runs body as all that a subshell does.
func (s *state) runChild(body node, flags evalFlags) Status {
	s.eval(body, flags&evTested|evExit)
	if s.ctx.Err() == nil {
		s.runExitTrap()
	}
	s.end()
	if s.final != nil {
		return *s.final
	}
	return Status{Code: s.status}
}

// reap takes note of a child as dash does in wait: a death by signal is reported
// unless the signal is SIGINT or SIGPIPE.
func (s *state) reap(st Status) int {
	// A shell that is itself being ended has no time to say so.
	if st.Signal != 0 && st.Signal != syscall.SIGINT && st.Signal != syscall.SIGPIPE && s.ctx.Err() == nil {
		text := libc.Signal(st.Signal)
		if st.Core {
			text += " (core dumped)"
		}
		s.writeErr(text + "\n")
	}
	return st.ExitCode()
}

func (s *state) writeErr(text string) {
	if w := s.writer(2); w != nil {
		io.WriteString(w, text)
	}
}

// warn prints a message as dash does, with the position it was at.
func (s *state) warn(msg string) int {
	s.writeErr(s.arg0 + ": " + strconv.Itoa(s.line) + ": " + msg + "\n")
	return 2
}

// Resolve makes a name usable by this process, whose own directory may be another than dir. The result is not cleaned:
// a/../b must be resolved by the kernel.
func Resolve(dir, name string) string {
	if name == "" || name[0] == '/' {
		return name
	}
	return dir + "/" + name
}

// path resolves a name that a command of this shell was given.
func (s *state) path(name string) string {
	file := Resolve(s.dir, name)
	s.named(file)
	return file
}

// named tells the environment that a file is looked at.
func (s *state) named(file string) {
	if s.env.Named != nil {
		s.env.Named(file)
	}
}

// writer is where a command of this package writes to by a descriptor, 1 or 2.
func (s *state) writer(fd int) io.Writer {
	w := s.fds[fd].writer()
	f := s.fds[fd].file
	switch {
	case s.env.Said == nil || s.fds[fd].mem != nil || f == nil:
		return w
	case f == s.env.Stdout && (fd == 1 || f != s.env.Stderr):
		return saying{w, func(text string) { s.env.Said(false, text) }}
	case f == s.env.Stderr:
		return saying{w, func(text string) { s.env.Said(true, text) }}
	}
	return w
}

// saying is an output that somebody hears.
type saying struct {
	io.Writer
	said func(text string)
}

func (w saying) Write(p []byte) (int, error) {
	w.said(string(p))
	return w.Writer.Write(p)
}
