package output

// This file hears what commands write to standard error, so that warnings can be told again without compiling.

import (
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"gokbuild/kbuild/setting"
)

// MostHeard bounds what is heard of one target, in bytes; twice as much is kept while it runs.
const MostHeard = 32 << 10

// Listener listens to what the commands of a job write to standard error, and passes it on at once. Where standard error is a
// terminal, commands get one too: compilers colour their messages by that.
type Listener struct {
	to   io.Writer
	r, w *os.File
	// mu keeps apart the processes of a pipeline that end at the same time.
	mu   sync.Mutex
	text []byte
	// parked has an element once the copying has stopped, because it was asked to or nobody can write any more.
	parked chan struct{}
}

// Hear begins to listen, and passes what it hears on to a file; nil if that is not possible.
func Hear(to *os.File) *Listener { return HearTo(to, to) }

// HearTo is Hear for somebody who writes to the file what passes: to gets it.
func HearTo(like *os.File, to io.Writer) *Listener {
	h := &Listener{to: to, parked: make(chan struct{}, 1)}
	var err error
	if !setting.IsTerminal(like) {
		h.r, h.w, err = os.Pipe()
	} else {
		h.r, h.w, err = OpenTerminal(like)
	}
	if err != nil {
		return nil
	}
	go h.copy()
	return h
}

// copy passes on what arrives until the deadline of the reading end has come.
func (h *Listener) copy() {
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

func (h *Listener) pass(b []byte) {
	if len(b) > 0 {
		_, _ = h.to.Write(b)
		h.text = append(h.text, b[:min(len(b), max(0, 2*MostHeard-len(h.text)))]...)
	}
}

// catchUp returns when all that was written by processes that have ended has been passed on.
func (h *Listener) catchUp() {
	_ = h.r.SetReadDeadline(time.Unix(1, 0))
	<-h.parked
	_ = h.r.SetReadDeadline(time.Time{})
	h.drain()
}

// drain passes on what is there.
func (h *Listener) drain() {
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

// File is where the commands are to write.
func (h *Listener) File() *os.File { return h.w }

// Sync lets those who wrote before come before those who write from now on.
func (h *Listener) Sync() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.catchUp()
	go h.copy()
}

// Stop ends the listening and returns what was heard. A process left behind may still hold the other end: what it writes is
// passed on, but not part of that.
func (h *Listener) Stop() string {
	_ = h.w.Close()
	h.catchUp()
	text := string(h.text)
	go func() {
		h.copy()
		h.r.Close()
	}()
	return text
}

// OneFile reports whether two outputs end up in one place: a terminal, or with 2>&1 a file or a pipe.
func OneFile(stdout, stderr *os.File) bool {
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
