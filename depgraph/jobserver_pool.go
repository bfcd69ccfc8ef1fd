package depgraph

// This file reads and writes the tokens of a job server: a pipe or a named pipe.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/libc"
)

// tokenPool is the pipe that holds the free tokens: raw descriptors, because os.File would put the shared file
// description into the mode it likes. Only close and unlink end it; the rest is stateless and needs no lock.
type tokenPool struct {
	shared int    // read end as children inherit it; -1 for a fifo
	r      int    // read end that we read from; == shared if there was no way to get one of our own
	w      int    // write end
	side   [2]int // pipe of our own through which bytes are read where r == shared; else -1
	wake   int    // eventfd that ends await
	path   string // of the fifo
	own    bool   // we made the fifo, and remove it
}

// newPipePool makes an empty pipe.
func newPipePool() (*tokenPool, error) {
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		return nil, os.NewSyscallError("pipe2", err)
	}
	return pipePool(fds[0], fds[1])
}

// inheritPipePool takes over the ends of a pipe that the parent process left open for us.
func inheritPipePool(r, w int) (*tokenPool, error) {
	if err := checkInherited(r, unix.O_RDONLY); err != nil {
		return nil, err
	}
	if err := checkInherited(w, unix.O_WRONLY); err != nil {
		return nil, err
	}
	// Only children that are to take part get them.
	unix.CloseOnExec(r)
	unix.CloseOnExec(w)
	return pipePool(r, w)
}

// checkInherited makes sure that fd is an end of a pipe which was open when this program started. That something is open
// at this number proves little: the Go runtime may have taken the number for itself since. But what is opened in this
// process is closed on exec, and what was inherited cannot be.
func checkInherited(fd, mode int) error {
	if fd < 0 {
		return unix.EBADF
	}
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	if err != nil {
		return err
	}
	if flags&unix.FD_CLOEXEC != 0 {
		return unix.EBADF
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return err
	}
	status, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	if err != nil {
		return err
	}
	if access := status & unix.O_ACCMODE; st.Mode&unix.S_IFMT != unix.S_IFIFO || access != mode && access != unix.O_RDWR {
		return errors.New("not a pipe")
	}
	return nil
}

func pipePool(r, w int) (*tokenPool, error) {
	p := &tokenPool{shared: r, r: r, w: w, side: [2]int{-1, -1}, wake: -1}
	if own, err := reopen(r); err == nil {
		p.r = own
	} else if err := p.readAside(); err != nil {
		p.close()
		return nil, err
	}
	return p.withWake()
}

// reopen returns a descriptor for the pipe of fd that has a file description, and so an O_NONBLOCK flag, of its own.
func reopen(fd int) (int, error) {
	own, err := openPipe("/proc/self/fd/"+strconv.Itoa(fd), unix.O_RDONLY|unix.O_NONBLOCK)
	if err != nil {
		return -1, err
	}
	var a, b unix.Stat_t
	if unix.Fstat(fd, &a) != nil || unix.Fstat(own, &b) != nil || a.Dev != b.Dev || a.Ino != b.Ino {
		unix.Close(own)
		return -1, errors.New("reopening a pipe led elsewhere")
	}
	return own, nil
}

// readAside makes read work on the shared description.
func (p *tokenPool) readAside() error {
	return os.NewSyscallError("pipe2", unix.Pipe2(p.side[:], unix.O_CLOEXEC|unix.O_NONBLOCK))
}

// newFifoPool makes an empty fifo in a folder, named as GNU make names it.
func newFifoPool(dir string) (*tokenPool, error) {
	if dir == "" {
		dir = os.TempDir()
	}
	base := filepath.Join(dir, fmt.Sprintf("GmFIFO%03d", os.Getpid()))
	path := base
	for n := 1; ; n++ {
		err := unix.Mkfifo(path, 0o600)
		if err == nil {
			break
		}
		// A killed process of the same number left one behind, or this process has several job servers.
		if err != unix.EEXIST || n > 1000 {
			return nil, &os.PathError{Op: "mkfifo", Path: path, Err: err}
		}
		path = base + "." + strconv.Itoa(n)
	}
	p, err := openFifoPool(path)
	if err != nil {
		os.Remove(path)
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	p.own = true
	return p, nil
}

func openFifoPool(path string) (*tokenPool, error) {
	// The read end first and without blocking: opening the write end then finds a reader and does not block either.
	r, err := openPipe(path, unix.O_RDONLY|unix.O_NONBLOCK)
	if err != nil {
		return nil, err
	}
	w, err := openPipe(path, unix.O_WRONLY)
	if err != nil {
		unix.Close(r)
		return nil, err
	}
	return (&tokenPool{shared: -1, r: r, w: w, side: [2]int{-1, -1}, path: path, wake: -1}).withWake()
}

func openPipe(path string, flags int) (int, error) {
	fd, err := libc.RetryN(func() (int, error) { return unix.Open(path, flags|unix.O_CLOEXEC, 0) })
	if err != nil {
		return -1, err
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFIFO {
		unix.Close(fd)
		return -1, errors.New("not a pipe")
	}
	return fd, nil
}

func (p *tokenPool) withWake() (*tokenPool, error) {
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		p.close()
		return nil, os.NewSyscallError("eventfd", err)
	}
	p.wake = fd
	return p, nil
}

// fill puts n of all tokens into the empty pipe, after making sure that there is always room for all.
func (p *tokenPool) fill(all, n int) error {
	// A page that has been read from at its beginning is not refilled there, so one page of the pipe's size may be
	// unusable when the last token comes back; and that write must not block.
	need := all + os.Getpagesize()
	size, err := unix.FcntlInt(uintptr(p.w), unix.F_GETPIPE_SZ, 0)
	if err == nil && size < need {
		_, err = unix.FcntlInt(uintptr(p.w), unix.F_SETPIPE_SZ, need)
	}
	if err != nil {
		return fmt.Errorf("no room for %d tokens in a pipe: %w", all, err)
	}
	tokens := make([]byte, n)
	for i := range tokens {
		tokens[i] = makeToken
	}
	for len(tokens) > 0 {
		n, err := libc.RetryN(func() (int, error) { return unix.Write(p.w, tokens) })
		if err != nil {
			return os.NewSyscallError("write", err)
		}
		tokens = tokens[n:]
	}
	return nil
}

// read takes one byte without blocking. The error is EAGAIN if there is none now, io.ErrUnexpectedEOF if nobody can ever
// write one.
func (p *tokenPool) read() (byte, error) {
	if p.r == p.shared {
		// A splice can be told not to block whatever mode the description is in.
		n, err := libc.RetryN(func() (int, error) {
			n, err := unix.Splice(p.r, nil, p.side[1], nil, 1, unix.SPLICE_F_NONBLOCK)
			return int(n), err
		})
		if err != nil {
			return 0, err
		}
		if n == 0 {
			return 0, io.ErrUnexpectedEOF
		}
		return readByte(p.side[0])
	}
	return readByte(p.r)
}

func readByte(fd int) (byte, error) {
	var b [1]byte
	n, err := libc.RetryN(func() (int, error) { return unix.Read(fd, b[:]) })
	switch {
	case err != nil:
		return 0, err
	case n == 0:
		return 0, io.ErrUnexpectedEOF
	}
	return b[0], nil
}

// write gives one byte back.
func (p *tokenPool) write(token byte) error {
	for {
		_, err := libc.RetryN(func() (int, error) { return unix.Write(p.w, []byte{token}) })
		if err != unix.EAGAIN {
			return err
		}
		// Somebody made the shared description non-blocking and filled the pipe with more than it should hold.
		if _, err := poll([]unix.PollFd{{Fd: int32(p.w), Events: unix.POLLOUT}}); err != nil {
			return err
		}
	}
}

// await blocks until a read has a chance of success, or interrupt was called.
func (p *tokenPool) await() error {
	fds := []unix.PollFd{{Fd: int32(p.r), Events: unix.POLLIN}, {Fd: int32(p.wake), Events: unix.POLLIN}}
	if _, err := poll(fds); err != nil {
		return err
	}
	if fds[0].Revents&unix.POLLNVAL != 0 {
		return unix.EBADF
	}
	return nil
}

// interrupt ends every await, now and later.
func (p *tokenPool) interrupt() {
	one := [8]byte{7: 1}
	// Cannot fail: the counter is far from its end, and the descriptor is open.
	unix.Write(p.wake, one[:])
}

// checkAll says whether the pipe holds the number of tokens it should.
func (p *tokenPool) checkAll(want int) error {
	have, err := unix.IoctlGetInt(p.r, unix.TIOCINQ)
	if err == nil && have != want {
		err = fmt.Errorf("exiting with %d jobserver tokens available; should be %d", have, want)
	}
	return err
}

func (p *tokenPool) close() {
	for _, fd := range []int{p.r, p.w, p.side[0], p.side[1], p.wake} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
	if p.shared >= 0 && p.shared != p.r {
		unix.Close(p.shared)
	}
	p.shared, p.r, p.w, p.side, p.wake = -1, -1, -1, [2]int{-1, -1}, -1
}

func (p *tokenPool) unlink() {
	if p.own {
		os.Remove(p.path)
	}
}

func poll(fds []unix.PollFd) (int, error) {
	return libc.RetryN(func() (int, error) { return unix.Poll(fds, -1) })
}
