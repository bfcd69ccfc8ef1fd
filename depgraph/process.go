package depgraph

// Real processes.
//
// Why syscall.ForkExec and not os/exec: descriptors of the job server must go to the child as they are, and os.File.Fd,
// which both os/exec and os.StartProcess call, clears O_NONBLOCK on a file description that a parent make shares with us
// and relies on. Speed does not decide: starting /bin/true and waiting for it took 0.88-1.14 ms with os/exec, 1.00-1.08
// with os.StartProcess, 0.95-1.00 with ForkExec as below (4 rounds of 1500, 2 cores, loaded machine), nearly all of
// it the kernel's; of our own processor time 86-110, 90-100 and 75-85 microseconds. All three use vfork, so the size of
// this process does not matter.
//
// Each wait blocks a thread. Parking the goroutine on a pidfd in epoll instead was tried with 1 to 16 processes at once: no
// shorter, and slower for short processes (0.73 ms against 0.59 with two), so the simpler form stays.
//
// The price is that the number of a dead process may be given to another one. So a process is reaped under the
// registry's lock, after a wait that does not reap, and signals are sent under the same lock.

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/descriptors"
	"gokbuild/depgraph/inherited"
	"gokbuild/depgraph/libc"
)

// ExtraFD is a descriptor FD of this process that a child gets under the number Num. A raw descriptor: it stays open
// and its file status flags stay as they are.
type ExtraFD struct {
	Num int
	FD  int
}

// ProcSpec describes a process to start.
type ProcSpec struct {
	Path string   // program, already looked up; a relative one is found from Dir
	Argv []string // Argv[0] included; empty: just Path
	Dir  string   // empty: this process's own
	Env  []string // the whole environment

	// nil means: end of file at once, and /dev/null.
	Stdin, Stdout, Stderr *os.File

	Extra []ExtraFD // all other descriptors of this process are closed in the child, but for those that it was given itself

	// Optional says that nobody needs the process: where there is no descriptor left it is not started, instead of waiting for one.
	Optional bool
}

// Procs knows the live processes it started. The zero value is ready for use.
type Procs struct {
	mu       sync.Mutex
	live     map[*Proc]struct{}
	stopped  bool
	stopWith syscall.Signal

	filesOnce sync.Once
	filesErr  error
	eof       int // read end of a pipe without writer, as make gives to all but one job
	null      int // /dev/null for writing
}

// Proc is a started process. Wait must be called once.
type Proc struct {
	procs *Procs
	pid   int
	// used is what it used, once it was waited for.
	used syscall.Rusage
}

// ErrStopped is the error of Start after Stop.
var ErrStopped = errors.New("not started: the build is being stopped")

// busyRetries is how often a start that failed with ETXTBSY is tried again, after 1, 2, 4 ... ms.
//
// A program that was written by this very process cannot be executed while any process has it open for writing. Its
// writer may have closed it, and yet a child that another goroutine was just starting holds a copy of the descriptor
// until its own exec. That passes by itself in the time of a fork. (A writer can also exclude it: hold
// syscall.ForkLock for reading from open to close. But that stops all starts meanwhile.)
const busyRetries = 7

// Start starts a process. The error is a *os.PathError that wraps the errno of exec or chdir; for make these are
// "Error 127" after a message with that text.
func (ps *Procs) Start(spec ProcSpec) (*Proc, error) {
	ps.mu.Lock()
	stopped := ps.stopped
	ps.mu.Unlock()
	if stopped {
		return nil, ErrStopped
	}
	files, err := ps.files(&spec)
	if err != nil {
		return nil, err
	}
	argv := spec.Argv
	if len(argv) == 0 {
		argv = []string{spec.Path}
	}
	path := spec.Path
	if spec.watched() {
		path, argv = shellPath, append([]string{"sh", "-c", `exec "$0" "$@"`}, argv...)
	}
	// Where this process is killed no child outlives it. The signal comes when the thread ends that made the child:
	// threads of Go end with the process, as long as nobody locks one and leaves.
	attr := &syscall.ProcAttr{Dir: spec.Dir, Env: spec.Env, Files: files, Sys: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}}
	pid, err := forkExec(path, argv, attr, !spec.Optional)
	if err == syscall.ENOEXEC {
		// A script without "#!": execvp leaves that to the shell, and so does make.
		pid, err = forkExec(shellPath, append([]string{shellPath, spec.Path}, argv[1:]...), attr, !spec.Optional)
	}
	if err != nil {
		return nil, &os.PathError{Op: "exec", Path: spec.Path, Err: err}
	}
	p := &Proc{procs: ps, pid: pid}
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if ps.live == nil {
		ps.live = make(map[*Proc]struct{})
	}
	ps.live[p] = struct{}{}
	if ps.stopped && ps.stopWith != 0 {
		// Stop came between the check above and now, and did not see this one.
		syscall.Kill(pid, ps.stopWith)
	}
	return p, nil
}

const shellPath = "/bin/sh"

// watched reports whether a preloaded library may want to see the start of the program, as that of bear does, which writes
// compile_commands.json. Such a library sees calls of the C library, which this process does not use: the shell does.
func (spec *ProcSpec) watched() bool {
	if spec.Path == shellPath || !slices.ContainsFunc(spec.Env, func(v string) bool { return len(v) > len(preload) && strings.HasPrefix(v, preload) }) {
		return false
	}
	if len(spec.Argv) > 0 && filepath.Base(spec.Argv[0]) != filepath.Base(spec.Path) {
		return false // sh cannot give it another name
	}
	path := spec.Path
	if !filepath.IsAbs(path) {
		path = filepath.Join(spec.Dir, path)
	}
	// Whoever asked for what cannot be started wants to be told why.
	return unix.Access(path, unix.X_OK) == nil
}

const preload = "LD_PRELOAD="

func forkExec(path string, argv []string, attr *syscall.ProcAttr, patient bool) (pid int, err error) {
	for try := 0; ; try++ {
		start := func() (err error) {
			pid, err = syscall.ForkExec(path, argv, attr)
			return err
		}
		if patient {
			err = descriptors.Patiently(context.Background(), start)
		} else {
			err = start()
		}
		if err != syscall.ETXTBSY || try == busyRetries {
			return pid, err
		}
		time.Sleep(time.Millisecond << try) // nothing tells when the other child has reached its exec: see busyRetries
	}
}

// noFD marks a number that is closed in the child.
const noFD = ^uintptr(0)

// files makes the child's table of descriptors.
func (ps *Procs) files(spec *ProcSpec) ([]uintptr, error) {
	size := 3
	for _, x := range spec.Extra {
		if x.Num < 3 || x.FD < 0 {
			return nil, fmt.Errorf("descriptor %d cannot be passed on as %d", x.FD, x.Num)
		}
		size = max(size, x.Num+1)
	}
	files := make([]uintptr, size)
	for i := range files {
		files[i] = noFD
	}
	for i, f := range []*os.File{spec.Stdin, spec.Stdout, spec.Stderr} {
		if f != nil {
			files[i] = f.Fd()
			continue
		}
		ps.filesOnce.Do(ps.openDefaults)
		if ps.filesErr != nil {
			return nil, ps.filesErr
		}
		if i == 0 {
			files[i] = uintptr(ps.eof)
		} else {
			files[i] = uintptr(ps.null)
		}
	}
	for _, n := range inherited.Descriptors() {
		if n < size {
			files[n] = uintptr(n)
		}
	}
	for _, x := range spec.Extra {
		files[x.Num] = uintptr(x.FD)
	}
	return files, nil
}

// FreeNumber returns the lowest number from 3 on under which this process was given no descriptor, and which is not in taken.
func FreeNumber(taken ...int) int {
	n := 3
	for slices.Contains(taken, n) || slices.Contains(inherited.Descriptors(), n) {
		n++
	}
	return n
}

// openDefaults opens what stands in for descriptors that a spec leaves out. They stay open as long as the process lives.
func (ps *Procs) openDefaults() {
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		ps.filesErr = os.NewSyscallError("pipe2", err)
		return
	}
	unix.Close(fds[1])
	null, err := unix.Open(os.DevNull, unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		ps.filesErr = &os.PathError{Op: "open", Path: os.DevNull, Err: err}
		return
	}
	ps.eof, ps.null = fds[0], null
}

// Wait waits for the end of the process.
func (p *Proc) Wait() (Status, error) {
	err := libc.Retry(func() error { return unix.Waitid(unix.P_PID, p.pid, nil, unix.WEXITED|unix.WNOWAIT, nil) })
	if err != nil {
		p.forget()
		return Status{}, os.NewSyscallError("waitid", err)
	}
	p.procs.mu.Lock()
	var ws syscall.WaitStatus
	_, err = libc.RetryN(func() (int, error) { return syscall.Wait4(p.pid, &ws, 0, &p.used) })
	delete(p.procs.live, p)
	p.procs.mu.Unlock()
	if err != nil {
		return Status{}, os.NewSyscallError("wait4", err)
	}
	return StatusOf(ws), nil
}

// Used returns the processor time that the process and all whom it waited for have used, and the most memory that one of them had,
// in bytes. It is called after Wait.
func (p *Proc) Used() (cpu time.Duration, maxRSS int64) {
	return time.Duration(p.used.Utime.Nano() + p.used.Stime.Nano()), p.used.Maxrss << 10
}

// Kill sends a signal to the process, unless it has been waited for.
func (p *Proc) Kill(sig syscall.Signal) {
	p.procs.mu.Lock()
	defer p.procs.mu.Unlock()
	if _, ok := p.procs.live[p]; ok {
		syscall.Kill(p.pid, sig)
	}
}

func (p *Proc) forget() {
	p.procs.mu.Lock()
	defer p.procs.mu.Unlock()
	delete(p.procs.live, p)
}

// Live returns how many processes have been started and not been waited for.
func (ps *Procs) Live() int {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return len(ps.live)
}

// KillAll sends a signal to every live process. As in make that is the process itself and not what it started: a
// terminal reaches those by itself, and a make below passes a SIGTERM on.
func (ps *Procs) KillAll(sig syscall.Signal) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.killAll(sig)
}

func (ps *Procs) killAll(sig syscall.Signal) {
	for p := range ps.live {
		// Not reaped yet, so the number is still its own; a zombie takes the signal without an error.
		syscall.Kill(p.pid, sig)
	}
}

// Stop makes every Start from now on fail, and sends sig (0: nothing) to all live processes, those included that are
// just being started. The processes are still to be waited for.
func (ps *Procs) Stop(sig syscall.Signal) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.stopped, ps.stopWith = true, sig
	if sig != 0 {
		ps.killAll(sig)
	}
}
