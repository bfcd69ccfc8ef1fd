package shell

import (
	"strconv"
	"syscall"
)

// Status is how a program ended, as a parent process would see it.
type Status struct {
	Code   int            // exit status, when Signal is zero
	Signal syscall.Signal // the signal that ended it, or zero
	Core   bool           // a core was dumped
}

// Success says whether a parent would take the program as having succeeded.
func (st Status) Success() bool { return st.Code == 0 && st.Signal == 0 }

// ExitCode is the value a shell would give to $?.
func (st Status) ExitCode() int {
	if st.Signal != 0 {
		return 128 + int(st.Signal)
	}
	return st.Code
}

func (st Status) String() string {
	if st.Signal != 0 {
		return "signal " + strconv.Itoa(int(st.Signal))
	}
	return "exit status " + strconv.Itoa(st.Code)
}

// FromWait converts what wait(2) reports.
func FromWait(ws syscall.WaitStatus) Status {
	if ws.Signaled() {
		return Status{Signal: ws.Signal(), Core: ws.CoreDump()}
	}
	return Status{Code: ws.ExitStatus()}
}

// signalText is strsignal(3) in the C locale for the signals a child can die
// of. dash prints it when a process it waits for was killed.
func signalText(sig syscall.Signal) string {
	switch sig {
	case syscall.SIGHUP:
		return "Hangup"
	case syscall.SIGINT:
		return "Interrupt"
	case syscall.SIGQUIT:
		return "Quit"
	case syscall.SIGILL:
		return "Illegal instruction"
	case syscall.SIGTRAP:
		return "Trace/breakpoint trap"
	case syscall.SIGABRT:
		return "Aborted"
	case syscall.SIGBUS:
		return "Bus error"
	case syscall.SIGFPE:
		return "Floating point exception"
	case syscall.SIGKILL:
		return "Killed"
	case syscall.SIGUSR1:
		return "User defined signal 1"
	case syscall.SIGSEGV:
		return "Segmentation fault"
	case syscall.SIGUSR2:
		return "User defined signal 2"
	case syscall.SIGPIPE:
		return "Broken pipe"
	case syscall.SIGALRM:
		return "Alarm clock"
	case syscall.SIGTERM:
		return "Terminated"
	case syscall.SIGSTKFLT:
		return "Stack fault"
	case syscall.SIGXCPU:
		return "CPU time limit exceeded"
	case syscall.SIGXFSZ:
		return "File size limit exceeded"
	case syscall.SIGVTALRM:
		return "Virtual timer expired"
	case syscall.SIGPROF:
		return "Profiling timer expired"
	case syscall.SIGIO:
		return "I/O possible"
	case syscall.SIGPWR:
		return "Power failure"
	case syscall.SIGSYS:
		return "Bad system call"
	}
	if sig >= 34 && sig <= 64 {
		return "Real-time signal " + strconv.Itoa(int(sig)-34)
	}
	return "Unknown signal " + strconv.Itoa(int(sig))
}

// trapSignals maps the names trap accepts to signals; EXIT is 0. Names are
// those dash knows, without SIG. Only signals that end a process are listed:
// a trap for anything else is left to the real shell.
var trapSignals = map[string]syscall.Signal{
	"EXIT": 0, "0": 0,
	"HUP": syscall.SIGHUP, "1": syscall.SIGHUP,
	"INT": syscall.SIGINT, "2": syscall.SIGINT,
	"QUIT": syscall.SIGQUIT, "3": syscall.SIGQUIT,
	"PIPE": syscall.SIGPIPE, "13": syscall.SIGPIPE,
	"TERM": syscall.SIGTERM, "15": syscall.SIGTERM,
}
