package kbuild

import (
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/kbuild/native/shell"
)

// heard listens to what the commands of a job write to standard error, and passes it on at once. Where standard error is a
// terminal, commands get one too: compilers colour their messages by that.
type heard struct {
	to   *os.File
	r, w *os.File
	// mu keeps apart the processes of a pipeline that end at the same time.
	mu   sync.Mutex
	text []byte
	// parked has an element once the copying has stopped, because it was asked to or nobody can write any more.
	parked chan struct{}
}

// hear begins to listen; nil if that is not possible.
func hear(to *os.File) *heard {
	h := &heard{to: to, parked: make(chan struct{}, 1)}
	var err error
	if terminalText(to) == "" {
		h.r, h.w, err = os.Pipe()
	} else {
		h.r, h.w, err = openTerminal(to)
	}
	if err != nil {
		return nil
	}
	go h.copy()
	return h
}

// copy passes on what arrives until the deadline of the reading end has come.
func (h *heard) copy() {
	var buf [4096]byte
	for {
		n, err := h.r.Read(buf[:])
		h.pass(buf[:n])
		if err != nil {
			h.parked <- struct{}{}
			return
		}
	}
}

func (h *heard) pass(b []byte) {
	if len(b) > 0 {
		_, _ = h.to.Write(b)
		h.text = append(h.text, b[:min(len(b), max(0, 2*mostHeard-len(h.text)))]...)
	}
}

// catchUp returns when all that was written by processes that have ended has been passed on.
func (h *heard) catchUp() {
	_ = h.r.SetReadDeadline(time.Unix(1, 0))
	<-h.parked
	_ = h.r.SetReadDeadline(time.Time{})
	h.drain()
}

// drain passes on what is there.
func (h *heard) drain() {
	conn, err := h.r.SyscallConn()
	if err != nil {
		return
	}
	var buf [4096]byte
	for n := 1; n > 0; {
		_ = conn.Read(func(fd uintptr) bool {
			if n, err = syscall.Read(int(fd), buf[:]); err != nil {
				n = 0
			}
			return true
		})
		h.pass(buf[:max(n, 0)])
	}
}

// sync lets those who wrote before come before those who write from now on.
func (h *heard) sync() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.catchUp()
	go h.copy()
}

// stop ends the listening and returns what was heard. A process left behind may still hold the other end: what it writes is
// passed on, but not part of that.
func (h *heard) stop() string {
	_ = h.w.Close()
	h.catchUp()
	text := string(h.text)
	go func() {
		h.copy()
		h.r.Close()
	}()
	return text
}

// stderr is where the commands of the job write their errors.
func (j *job) stderr() *os.File {
	if j.listener != nil {
		return j.listener.w
	}
	return j.out.stderr
}

// listen begins to hear what a command writes to standard error; hearNoMore ends that. A phony target has nothing that a
// message could be kept with, and may be a program that somebody works with. Where both outputs go to one file the lines of
// a command are to stay in their order, and that cannot be told from two sides; so it is done only if asked for.
func (j *job) listen() {
	if j.file.Phony || j.out.stderr == nil || oneFile(j.out.stdout, j.out.stderr) && !j.inv.flags.ReplayWarnings {
		return
	}
	j.listener = hear(j.out.stderr)
}

// oneFile reports whether two outputs end up in one place: a terminal, or with 2>&1 a file or a pipe.
func oneFile(stdout, stderr *os.File) bool {
	if stdout == nil {
		return false
	}
	a, err := stdout.Stat()
	if err != nil {
		return false
	}
	b, err := stderr.Stat()
	return err == nil && os.SameFile(a, b)
}

func (j *job) hearNoMore() {
	if j.listener != nil {
		j.heard += j.listener.stop()
		j.listener = nil
	}
}

// syncedWaiter waits for a process whose messages come before those of the next.
type syncedWaiter struct {
	shell.Waiter
	heard *heard
}

func (w syncedWaiter) Wait() (shell.Status, error) {
	st, err := w.Waiter.Wait()
	w.heard.sync()
	return st, err
}

// openTerminal makes a terminal of the size of another one.
func openTerminal(like *os.File) (master, slave *os.File, err error) {
	master, err = os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	conn, err := master.SyscallConn()
	if err != nil {
		master.Close()
		return nil, nil, err
	}
	fd := -1
	if e := conn.Control(func(m uintptr) {
		if err = unix.IoctlSetPointerInt(int(m), unix.TIOCSPTLCK, 0); err != nil {
			return
		}
		r, _, errno := syscall.Syscall(syscall.SYS_IOCTL, m, unix.TIOCGPTPEER, syscall.O_RDWR|syscall.O_NOCTTY|syscall.O_CLOEXEC)
		if errno != 0 {
			err = errno
			return
		}
		fd = int(r)
		err = likeTerminal(fd, int(like.Fd()))
	}); e != nil {
		err = e
	}
	if err != nil {
		if fd >= 0 {
			_ = syscall.Close(fd)
		}
		master.Close()
		return nil, nil, err
	}
	return master, os.NewFile(uintptr(fd), "terminal"), nil
}

// likeTerminal gives a terminal the size of another, and has it change nothing in what is written: the other does.
func likeTerminal(fd, like int) error {
	mode, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	mode.Oflag &^= unix.OPOST
	mode.Lflag &^= unix.ECHO
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, mode); err != nil {
		return err
	}
	if size, err := unix.IoctlGetWinsize(like, unix.TIOCGWINSZ); err == nil {
		_ = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, size)
	}
	return nil
}
