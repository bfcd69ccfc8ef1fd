package shell

// This file runs programs for what they print.

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"sync/atomic"
	"syscall"
)

// Output runs the program as $(shell …) would and gives what it wrote to its
// standard output, as it is: make's own treatment of newlines is the caller's.
// env.Stdout and env.Capture are not used.
func (p *Program) Output(ctx context.Context, env *Env) ([]byte, Status, error) {
	var out bytes.Buffer
	e := *env
	e.Stdout, e.Capture, e.Nested = nil, &out, true
	st, err := p.Run(ctx, &e)
	return out.Bytes(), st, err
}

// PureText says whether the program can have no effect but on the terminal and
// needs no process: it is empty, or made of blanks, `set`, `:`, traps and `exec >/dev/null`, which Kbuild puts before each
// command of a silent build.
func (p *Program) PureText() bool { return p.direct == nil && idle(p.body) }

func idle(n node) bool {
	switch n := n.(type) {
	case nil:
		return true
	case *seqNode:
		for _, x := range n.list {
			if !idle(x) {
				return false
			}
		}
		return true
	case *simpleNode:
		if n.trap != nil {
			for _, sig := range n.trap.signals {
				if sig == 0 && !n.trap.reset {
					return false
				}
			}
			return len(n.redirs) == 0
		}
		if n.cmd == nil || len(n.args) == 0 || !n.args[0].static {
			return false
		}
		if len(n.redirs) > 0 {
			return len(n.args) == 1 && n.args[0].text == "exec" && toNull(n.redirs)
		}
		for _, w := range n.args {
			if !w.static {
				return false
			}
		}
		return n.args[0].text == "set" || n.args[0].text == ":" || n.args[0].text == "true"
	}
	return false
}

// toNull says whether all of these send output to /dev/null.
func toNull(redirs []redir) bool {
	for _, r := range redirs {
		if r.op != redirWrite && r.op != redirAppend || !r.file.static || r.file.text != "/dev/null" {
			return false
		}
	}
	return true
}

func underlyingErrno(err error) (syscall.Errno, bool) {
	var errno syscall.Errno
	ok := errors.As(err, &errno)
	return errno, ok
}

var nameSerial atomic.Uint64

// randomName makes a name for a file that lives for a moment.
func randomName() string {
	return strconv.FormatUint(nameSerial.Add(1), 36) + strconv.Itoa(syscall.Getpid())
}
