package depgraph

// This file says how a process ended.

import (
	"fmt"
	"syscall"

	"gokbuild/depgraph/libc"
)

// Status is how a process ended.
type Status struct {
	Code   int            // exit code; 0 when a signal ended it
	Signal syscall.Signal // 0: it exited by itself
	Core   bool           // core dumped
}

// Success says whether the process exited with 0.
func (s Status) Success() bool { return s.Code == 0 && s.Signal == 0 }

// ExitCode is the value that a shell gives to $?.
func (s Status) ExitCode() int {
	if s.Signal != 0 {
		return 128 + int(s.Signal)
	}
	return s.Code
}

// String is what make writes behind "*** [file:line: target] ": "Error 2", "Terminated", "Segmentation fault (core
// dumped)".
func (s Status) String() string {
	if s.Signal == 0 {
		return fmt.Sprintf("Error %d", s.Code)
	}
	text := libc.Signal(s.Signal)
	if s.Core {
		text += " (core dumped)"
	}
	return text
}

// StatusOf converts what wait(2) reports.
func StatusOf(ws syscall.WaitStatus) Status {
	if ws.Signaled() {
		return Status{Signal: ws.Signal(), Core: ws.CoreDump()}
	}
	return Status{Code: ws.ExitStatus()}
}
