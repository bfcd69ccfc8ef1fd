package shell

// This file knows ends of processes, and the signals that a trap may name.

import (
	"syscall"

	"gokbuild/depgraph"
)

// Status is how a program ended, as a parent process would see it.
type Status = depgraph.Status

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
