//go:build linux && (amd64 || arm64)

package trace

// This file is the tracer process: it starts the command, follows it to its end (tracer.go), writes the report and ends
// with the command's exit status.

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph"
	given "gokbuild/depgraph/inherited"
)

const supported = true

// Main is the tracer process; args are its arguments without argv[0], as tracerSpec makes them. It is no program for
// users.
func Main(args []string) int {
	// ptrace ties a tracee to one thread of its tracer.
	runtime.LockOSThread()
	debug.SetGCPercent(400)
	if len(args) < 4 {
		return 2
	}
	number, err := strconv.Atoi(args[0])
	if err != nil {
		return 2
	}
	syscall.CloseOnExec(number)
	pipe := os.NewFile(uintptr(number), "report")
	// The command's own extra descriptors are among those that this process was given.
	files := []uintptr{0, 1, 2}
	for _, n := range given.Descriptors() {
		for len(files) <= n {
			files = append(files, ^uintptr(0))
		}
		files[n] = uintptr(n)
	}
	t, message := begin(args[2], args[3:], files, parseBounds(args[1]))
	if t == nil {
		pipe.Write(message)
		return 2
	}
	// From here on the command exists: whatever happens, the report tells its end.
	if _, err := pipe.Write([]byte{msgStarted}); err != nil {
		t.impure("the build is gone")
	}
	silenceChildren()
	ws := t.follow()
	report := t.finish()
	report.Status = depgraph.StatusOf(ws)
	report.Cost, report.Overhead = costs()
	pipe.Write(appendReport(nil, report))
	// The report tells the end; this is for the case that it does not arrive. Ending by the same signal would be no
	// better, and the Go runtime is loud about some of them.
	if ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return ws.ExitStatus()
}

// begin starts the command stopped before its first instruction, with everything arranged to follow it. Without a tracer
// the message says why.
//
// The child asks to be traced (PTRACE_TRACEME) and stops in its exec; then it is let go into a group stop and seized:
// only a seized process can be held in a job control stop and be woken from it. It executes nothing in between. The
// kernel kills what is seized when its tracer dies; the child asks for that on its own, too, for the time before.
func begin(path string, argv []string, files []uintptr, limits bounds) (*tracer, []byte) {
	unavailable := func(what string, err error) (*tracer, []byte) {
		return nil, fmt.Appendf([]byte{msgUnavailable}, "%s: %v", what, err)
	}
	dir, err := syscall.Getwd()
	if err != nil {
		return unavailable("getcwd", err)
	}
	t := newTracer(dir, files)
	if limits.rehearsal > 0 {
		t.rehearse(limits.rehearsal)
	}
	t.budget = limits.budget
	env := environment()
	script, pid, err := start(t, path, argv, env, files)
	if err == errPrivileged {
		return unavailable(path, err)
	}
	if errno, ok := err.(syscall.Errno); ok {
		if errno == syscall.EPERM && !mayTrace() {
			return unavailable("ptrace", err)
		}
		return nil, binary.AppendUvarint([]byte{msgExecFailed}, uint64(errno))
	}
	if err != nil {
		return unavailable("start", err)
	}
	if script {
		path, argv = "/bin/sh", append([]string{"/bin/sh", path}, argv[1:]...)
	}
	if err := t.seize(pid); err != nil {
		syscall.Kill(pid, syscall.SIGKILL)
		reap(pid)
		return unavailable("ptrace", err)
	}
	t.adopt(pid, path, argv)
	passSignals(t)
	return t, nil
}

// start starts the program, or /bin/sh for a script without "#!", as execvp does.
func start(t *tracer, path string, argv, env []string, files []uintptr) (script bool, pid int, err error) {
	attr := &syscall.ProcAttr{Env: env, Files: files, Sys: traced()}
	if t.execFacts(t.dir, path) {
		return false, 0, errPrivileged
	}
	pid, err = syscall.ForkExec(path, argv, attr)
	if err != syscall.ENOEXEC {
		return false, pid, err
	}
	t.execFacts(t.dir, "/bin/sh")
	pid, err = syscall.ForkExec("/bin/sh", append([]string{"/bin/sh", path}, argv[1:]...), attr)
	return true, pid, err
}

// traced is how a child starts that is to be traced. Main keeps to one thread, which lives as long as this process.
func traced() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Ptrace: true, Pdeathsig: syscall.SIGKILL}
}

// mayTrace tells whether a refusal came from ptrace or from exec.
func mayTrace() bool {
	pid, err := syscall.ForkExec("/proc/self/exe", []string{Name}, &syscall.ProcAttr{Sys: traced()})
	if err != nil {
		return false
	}
	syscall.Kill(pid, syscall.SIGKILL)
	reap(pid)
	return true
}

func reap(pid int) {
	for {
		var ws syscall.WaitStatus
		_, err := syscall.Wait4(pid, &ws, syscall.WALL, nil)
		if err == syscall.EINTR || err == nil && ws.Stopped() {
			continue
		}
		return
	}
}

// seize takes a child that is on its way to the stop of its first exec. After it, the child is stopped.
func (t *tracer) seize(pid int) error {
	if err := awaitStop(pid, syscall.SIGTRAP); err != nil {
		return err
	}
	if err := ptrace(unix.PTRACE_DETACH, pid, 0, uintptr(syscall.SIGSTOP)); err != nil {
		return err
	}
	if err := awaitStop(pid, syscall.SIGSTOP); err != nil {
		return err
	}
	const options = unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_EXITKILL | unix.PTRACE_O_TRACEEXEC |
		unix.PTRACE_O_TRACEFORK | unix.PTRACE_O_TRACEVFORK | unix.PTRACE_O_TRACECLONE
	if err := ptrace(unix.PTRACE_SEIZE, pid, 0, options); err != nil {
		return err
	}
	if err := awaitStop(pid, syscall.SIGSTOP); err != nil {
		return err
	}
	// An old kernel without it is found out here, before anything has run.
	if _, err := syscallInfo(pid); err != nil {
		return err
	}
	if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
		return err
	}
	return nil
}

func awaitStop(pid int, sig syscall.Signal) error {
	for {
		var ws syscall.WaitStatus
		_, err := syscall.Wait4(pid, &ws, syscall.WUNTRACED|syscall.WALL, nil)
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return err
		case ws.Stopped() && ws.StopSignal() == sig:
			return nil
		case !ws.Stopped():
			return fmt.Errorf("the process ended early")
		default:
			return fmt.Errorf("unexpected stop by %v", ws.StopSignal())
		}
	}
}

// costs is the processor time that this process and all it has waited for have used, and what the tracing cost of it: what this
// process has used, and as much again for stopping and waking the command.
func costs() (all, overhead time.Duration) {
	var own, command syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &own)
	_ = syscall.Getrusage(syscall.RUSAGE_CHILDREN, &command)
	self := time.Duration(own.Utime.Nano() + own.Stime.Nano())
	all = self + time.Duration(command.Utime.Nano()+command.Stime.Nano())
	return all, min(all, 2*self)
}

// silenceChildren has the kernel not interrupt this process for each stop of the command, as the Go runtime has it do: wait tells.
func silenceChildren() {
	var byDefault [4]uint64 // struct sigaction: handler, flags, restorer, mask
	_, _, _ = syscall.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(unix.SIGCHLD), uintptr(unsafe.Pointer(&byDefault)), 0,
		unsafe.Sizeof(byDefault[3]), 0, 0)
}

// passSignals hands on what is sent to the tracer and was meant for the command. Signals from a terminal reach the command by
// themselves, and must not end the tracer before it.
func passSignals(t *tracer) {
	c := make(chan os.Signal, 8)
	for _, sig := range []os.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGUSR2} {
		if !signal.Ignored(sig) {
			signal.Notify(c, sig)
		}
	}
	go func() {
		for sig := range c {
			if n := sig.(syscall.Signal); n != syscall.SIGINT && n != syscall.SIGQUIT {
				t.signalRoot(n)
			}
		}
	}()
}

// environment is this process's own, entry by entry: os.Environ drops doubles.
func environment() []string {
	data, err := os.ReadFile("/proc/self/environ")
	if err != nil || len(data) == 0 {
		return os.Environ()
	}
	var env []string
	for _, entry := range bytes.Split(bytes.TrimSuffix(data, []byte{0}), []byte{0}) {
		env = append(env, string(entry))
	}
	return env
}

func ptrace(request, pid int, addr, data uintptr) error {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PTRACE, uintptr(request), uintptr(pid), addr, data, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// callInfo is the kernel's struct ptrace_syscall_info. In an entry stop words are the number and the arguments, in an exit stop the
// result and whether it is an error.
type callInfo struct {
	Op    uint8
	_     [3]uint8
	Arch  uint32
	IP    uint64
	SP    uint64
	Words [8]uint64
}

func (c *callInfo) number() uint64         { return c.Words[0] }
func (c *callInfo) args() (args [6]uint64) { return [6]uint64(c.Words[1:7]) }
func (c *callInfo) result() int64          { return int64(c.Words[0]) }

func syscallInfo(pid int) (callInfo, error) {
	var info callInfo
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PTRACE, unix.PTRACE_GET_SYSCALL_INFO, uintptr(pid), unsafe.Sizeof(info),
		uintptr(unsafe.Pointer(&info)), 0, 0)
	if errno != 0 {
		return info, errno
	}
	return info, nil
}
