package cache

// This file reads what a pipeline feeds a check: all of it if that is little and soon there, or else so that the check itself reads it
// while it comes, and the pipeline ends when the check does.

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph"
	"gokbuild/kbuild/native/shell"
)

// input is the reading end of a pipe.
type input struct {
	ctx context.Context
	// fd is the pipe, which belongs to the shell that made it.
	fd int
	// wake can be read once the reading is to end.
	wake, waker *os.File
	unhook      func() bool
}

// newInput begins to read a pipe. The end of ctx ends the reading.
func newInput(ctx context.Context, f *os.File) (*input, error) {
	wake, waker, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	in := &input{ctx: ctx, fd: int(f.Fd()), wake: wake, waker: waker}
	in.unhook = context.AfterFunc(ctx, func() { waker.Close() })
	return in, nil
}

// stop ends the use of the pipe; nobody reads any more.
func (in *input) stop() {
	in.unhook()
	in.waker.Close()
	in.wake.Close()
}

// errLate says that nothing has come in time.
var errLate = errors.New("nothing has come in time")

// read reads what there is, or waits for it until a moment, for ever if that is zero. The waiting ends, too, when nobody reads
// the pipe gone any more; -1 is none.
func (in *input) read(b []byte, until time.Time, gone int) (int, error) {
	fds := []unix.PollFd{{Fd: int32(in.fd), Events: unix.POLLIN}, {Fd: int32(in.wake.Fd()), Events: unix.POLLIN}, {Fd: int32(gone)}}
	for {
		wait := -1
		if !until.IsZero() {
			if wait = int(time.Until(until).Milliseconds()); wait <= 0 {
				return 0, errLate
			}
		}
		n, err := unix.Poll(fds, wait)
		switch {
		case err == unix.EINTR || err == nil && n == 0:
			continue
		case err != nil:
			return 0, err
		case fds[1].Revents != 0:
			return 0, context.Canceled
		case fds[2].Revents != 0:
			return 0, unix.EPIPE
		}
		n, err = unix.Read(in.fd, b)
		switch {
		case err == unix.EINTR || err == unix.EAGAIN:
			continue
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		}
		return n, nil
	}
}

// readAll reads a text to its end; whole is false if it is longer than most bytes, or has not ended at a moment.
func (in *input) readAll(most int, until time.Time) (text []byte, whole bool, err error) {
	buf := make([]byte, 64<<10)
	for len(text) <= most {
		n, err := in.read(buf, until, -1)
		text = append(text, buf[:n]...)
		switch {
		case err == io.EOF:
			return text, true, nil
		case err == errLate:
			return text, false, nil
		case err == context.Canceled:
			return nil, false, context.Cause(in.ctx)
		case err != nil:
			return nil, false, err
		}
	}
	return text, false, nil
}

// start starts a process that reads a text, and then what still comes.
func (in *input) start(p *process, text []byte) (shell.Waiter, error) {
	r, w, err := os.Pipe()
	if err != nil {
		in.stop()
		return nil, err
	}
	defer r.Close()
	f := &fed{in: in, to: w, ended: make(chan struct{})}
	run := *p.Process
	run.Stdin = r
	if err = unix.SetNonblock(int(r.Fd()), false); err == nil {
		f.Waiter, err = p.start(&run)
	}
	if err != nil {
		w.Close()
		in.stop()
		return nil, err
	}
	go f.feed(text)
	return f, nil
}

// fed is a process that is fed.
type fed struct {
	shell.Waiter
	in    *input
	to    *os.File
	ended chan struct{}
}

// feed passes on a text and what comes until it ends, or nobody reads it any more.
func (f *fed) feed(text []byte) {
	defer close(f.ended)
	defer f.to.Close()
	conn, err := f.to.SyscallConn()
	if err != nil {
		return
	}
	to := -1
	_ = conn.Control(func(fd uintptr) { to = int(fd) }) // without one, a write tells that nobody reads; Fd would have writes block
	buf := make([]byte, 64<<10)
	for {
		if _, err := f.to.Write(text); err != nil {
			return
		}
		n, err := f.in.read(buf, time.Time{}, to)
		if err != nil {
			return
		}
		text = buf[:n]
	}
}

// Wait waits for the process. Then nobody reads the pipe any more, and its shell closes it: what writes to it ends by SIGPIPE.
func (f *fed) Wait() (depgraph.Status, error) {
	st, err := f.Waiter.Wait()
	f.in.unhook()
	f.in.waker.Close()
	_ = f.to.SetWriteDeadline(time.Unix(1, 0))
	<-f.ended
	f.in.stop()
	return st, err
}
