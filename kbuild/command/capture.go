package command

// This file collects what the commands of $(shell) write.

import (
	"bytes"
	"context"
	"io"
	"os"

	"gokbuild/depgraph"
	"gokbuild/depgraph/descriptors"
	"gokbuild/depgraph/libc"
)

// CopyPipe returns a file whose content goes to w; done is closed at its end.
func CopyPipe(w io.Writer) (f *os.File, done chan struct{}, err error) {
	var r *os.File
	err = descriptors.Patiently(context.Background(), func() (err error) {
		r, f, err = os.Pipe()
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	done = make(chan struct{})
	go func() {
		io.Copy(w, r)
		r.Close()
		close(done)
	}()
	return f, done, nil
}

// Arrives waits until all that was written to a file of [CopyPipe] has arrived. A process that was left behind may hold
// it open for ever: that ends with the build, and what has come so far is of no use.
func Arrives(ctx context.Context, done chan struct{}) bool {
	select {
	case <-done:
		return true
	case <-ctx.Done():
		return false
	}
}

// capture runs a command of $(shell) whose standard output the function run gets as a writer, its standard error as a file.
func (l *Local) capture(c *Command, run func(stdout *bytes.Buffer, stderr *os.File) depgraph.Status) (r Result) {
	var out, errs bytes.Buffer
	errFile, done, err := CopyPipe(&errs)
	if err != nil {
		c.Complain("pipe: " + libc.Error(err))
		return Result{Status: depgraph.Status{Code: 127}}
	}
	r.Status = run(&out, errFile)
	errFile.Close()
	if !Arrives(l.Make.Ctx, done) {
		return Result{Status: depgraph.Status{Code: 127}}
	}
	r.Out, r.Stderr = out.Bytes(), errs.String()
	if r.Signal != 0 {
		// .SHELLSTATUS of a command that a signal has ended: 0 before make 4.4.
		code := 0
		if l.Make.Profile.ShellStatusOfSignals {
			code = 128 + int(r.Signal)
		}
		r.Status = depgraph.Status{Code: code}
	}
	return r
}

// captured is what became of a program that a $(shell) has started: its status, or a message on its standard error.
func (l *Local) captured(argv []string, stderr *os.File, st depgraph.Status, err error) depgraph.Status {
	if err == nil {
		return st
	}
	io.WriteString(stderr, l.Make.Prefix+": "+l.Make.ExecError(argv[0], err)+"\n")
	return depgraph.Status{Code: 127}
}
