package libc

// This file has the words of strsignal(3).

import (
	"fmt"
	"syscall"
)

// Signal is strsignal(3) in the C locale. (Go's own syscall.Signal.String is the same in lower case for most signals, and
// not for the others.)
func Signal(sig syscall.Signal) string {
	if text, ok := signalTexts[sig]; ok {
		return text
	}
	if sig >= realTimeMin && sig <= realTimeMax {
		return fmt.Sprintf("Real-time signal %d", int(sig-realTimeMin))
	}
	return fmt.Sprintf("Unknown signal %d", int(sig))
}

// The range that glibc leaves to programs.
const (
	realTimeMin syscall.Signal = 34
	realTimeMax syscall.Signal = 64
)

var signalTexts = map[syscall.Signal]string{
	syscall.SIGHUP:    "Hangup",
	syscall.SIGINT:    "Interrupt",
	syscall.SIGQUIT:   "Quit",
	syscall.SIGILL:    "Illegal instruction",
	syscall.SIGTRAP:   "Trace/breakpoint trap",
	syscall.SIGABRT:   "Aborted",
	syscall.SIGBUS:    "Bus error",
	syscall.SIGFPE:    "Floating point exception",
	syscall.SIGKILL:   "Killed",
	syscall.SIGUSR1:   "User defined signal 1",
	syscall.SIGSEGV:   "Segmentation fault",
	syscall.SIGUSR2:   "User defined signal 2",
	syscall.SIGPIPE:   "Broken pipe",
	syscall.SIGALRM:   "Alarm clock",
	syscall.SIGTERM:   "Terminated",
	syscall.SIGSTKFLT: "Stack fault",
	syscall.SIGCHLD:   "Child exited",
	syscall.SIGCONT:   "Continued",
	syscall.SIGSTOP:   "Stopped (signal)",
	syscall.SIGTSTP:   "Stopped",
	syscall.SIGTTIN:   "Stopped (tty input)",
	syscall.SIGTTOU:   "Stopped (tty output)",
	syscall.SIGURG:    "Urgent I/O condition",
	syscall.SIGXCPU:   "CPU time limit exceeded",
	syscall.SIGXFSZ:   "File size limit exceeded",
	syscall.SIGVTALRM: "Virtual timer expired",
	syscall.SIGPROF:   "Profiling timer expired",
	syscall.SIGWINCH:  "Window changed",
	syscall.SIGIO:     "I/O possible",
	syscall.SIGPWR:    "Power failure",
	syscall.SIGSYS:    "Bad system call",
}
