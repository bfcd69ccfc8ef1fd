package shell

// This file starts real processes.

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"

	"gokbuild/depgraph"
)

// Process describes a program to be started.
type Process struct {
	Path string // the file to execute; relative to Dir
	Argv []string
	Env  []string
	Dir  string

	// Nil means /dev/null.
	Stdin, Stdout, Stderr *os.File
	// Piped says that Stdin is a pipe from another element of the same pipeline.
	Piped bool
}

// Waiter waits for a started process.
type Waiter interface {
	Wait() (Status, error)
}

// Starter starts a process. An error that wraps a syscall.Errno is the failure
// of the exec itself and is reported as a shell would; any other error ends the
// program. When ctx is cancelled with an Interrupt as its cause, the process is
// to be sent that signal and still to be waited for.
type Starter func(ctx context.Context, p *Process) (Waiter, error)

// DefaultStart starts p as a plain child.
func DefaultStart(ctx context.Context, p *Process) (Waiter, error) {
	files := []*os.File{p.Stdin, p.Stdout, p.Stderr}
	for i, f := range files {
		if f != nil {
			continue
		}
		null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
		if err != nil {
			return nil, err
		}
		defer null.Close()
		files[i] = null
	}
	// It does not outlive this process.
	attr := &os.ProcAttr{Dir: p.Dir, Env: p.Env, Files: files, Sys: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}}
	if attr.Env == nil {
		attr.Env = []string{}
	}
	proc, err := os.StartProcess(p.Path, p.Argv, attr)
	// A file written a moment ago may still be open for writing in a child that
	// another goroutine has forked and that has not reached its exec.
	for delay := time.Millisecond; errors.Is(err, syscall.ETXTBSY) && delay < time.Second; delay *= 2 {
		select {
		case <-time.After(delay):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		proc, err = os.StartProcess(p.Path, p.Argv, attr)
	}
	if err != nil {
		return nil, err
	}
	w := &osProcess{proc: proc}
	w.stop = context.AfterFunc(ctx, func() { proc.Signal(interruptSignal(ctx)) })
	return w, nil
}

type osProcess struct {
	proc *os.Process
	stop func() bool
}

func (w *osProcess) Wait() (Status, error) {
	ps, err := w.proc.Wait()
	w.stop()
	if err != nil {
		return Status{}, err
	}
	return depgraph.StatusOf(ps.Sys().(syscall.WaitStatus)), nil
}
