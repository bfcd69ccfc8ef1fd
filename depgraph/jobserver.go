package depgraph

// GNU make's job server protocol (the manual's chapter "Integrating GNU make").
//
// The top make puts jobs-1 bytes into a pipe. Whoever wants to run one more job than the one it was started for takes a
// byte out, and writes the same byte back when that job is over. The pipe is handed down in MAKEFLAGS, either as the
// numbers of two inherited descriptors (all versions; --jobserver-fds= before 4.2) or as the name of a fifo (4.4).
//
// Three things decide the shape of this code:
//   - O_NONBLOCK belongs to the open file description, which all processes of a pipe-style job server share. make 4.3
//     and 4.4 set it, other tools rely on blocking reads. So we leave a shared description alone and read through one of
//     our own, got by opening /proc/self/fd/N. Where that fails (no /proc, a pipe of another user), splice reads
//     without blocking.
//   - A token must not be taken on speculation: it would be missing elsewhere. The pump reads only while a waiter could
//     use it, and what the waiter no longer wants goes straight back.
//   - A pipe of our own is made only when a child asks for it (Serve); until then slots are a counter.

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Style is how the job server is handed to children.
type Style uint8

const (
	StylePipe Style = iota // two inherited descriptors; every make knows it
	StyleFifo              // a named pipe; make 4.4 and later
)

// String returns the name that --jobserver-style= takes.
func (s Style) String() string {
	switch s {
	case StylePipe:
		return "pipe"
	case StyleFifo:
		return "fifo"
	}
	return "style(" + strconv.Itoa(int(s)) + ")"
}

// ParseStyle is the inverse of Style.String.
func ParseStyle(text string) (Style, bool) {
	switch text {
	case "pipe":
		return StylePipe, true
	case "fifo":
		return StyleFifo, true
	}
	return 0, false
}

const (
	makeToken  = '+' // what GNU make writes
	fifoPrefix = "fifo:"

	// InvalidAuth is the value of --jobserver-auth that make 4.4 gives those children of a pipe-style job server
	// which do not get the descriptors.
	InvalidAuth = "-2,-2"
)

// Server is what children must be given to share the slots.
type Server struct {
	auth    string
	style   Style
	inherit []ExtraFD
}

// Auth is the value for --jobserver-auth= in MAKEFLAGS: "R,W" or "fifo:PATH".
func (v *Server) Auth() string { return v.auth }

// Style says which of the two Auth is.
func (v *Server) Style() Style { return v.style }

// Inherit lists the descriptors that a child which is to use the server must be started with, for ProcSpec.Extra. It is
// empty for a fifo. The descriptors are valid until Slots.Close.
func (v *Server) Inherit() []ExtraFD { return v.inherit }

// ServeOptions says how Serve sets up.
type ServeOptions struct {
	Style   Style
	TempDir string // for the fifo; empty: os.TempDir()
}

// Serve starts the job server, if there is none yet, and returns what children need. The options of the first call
// stay in force; for joined slots, the parent's server is handed on. With one slot or without limit there is
// nothing to share, and the result is nil without error.
func (s *Slots) Serve(opts ServeOptions) (*Server, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, ErrClosed
	case s.server != nil:
		return s.server, nil
	case s.jobs <= 1:
		return nil, nil
	}
	var (
		pool *tokenPool
		err  error
	)
	if opts.Style == StyleFifo {
		pool, err = newFifoPool(opts.TempDir)
	} else {
		pool, err = newPipePool()
	}
	if err != nil {
		return nil, fmt.Errorf("creating the job server: %w", err)
	}
	// Jobs that run already keep their slots: the first is the implicit one, the others become tokens in hand.
	inHand := max(s.held-1, 0)
	if err := pool.fill(s.jobs-1, s.jobs-1-inHand); err != nil {
		pool.close()
		pool.unlink()
		return nil, fmt.Errorf("creating the job server: %w", err)
	}
	s.tokens = bytes.Repeat([]byte{makeToken}, inHand)
	s.pool = pool
	if pool.path != "" {
		s.server = &Server{auth: fifoPrefix + pool.path, style: StyleFifo}
	} else {
		// The numbers that the pipe would have below a make that was started like this process.
		r := FreeNumber()
		w := FreeNumber(r)
		s.server = &Server{
			auth:    fmt.Sprintf("%d,%d", r, w),
			style:   StylePipe,
			inherit: []ExtraFD{{Num: r, FD: pool.shared}, {Num: w, FD: pool.w}},
		}
	}
	return s.server, nil
}

// Join returns the slots of the job server that a parent make announced. auth is the value of its --jobserver-auth= (or
// --jobserver-fds=) option, or the whole option. One slot, the implicit one, is there from the start.
//
// An error means that the server cannot be used; make then warns "jobserver unavailable: using -j1.  Add '+' to parent
// make rule." and goes on with one job. Call Join once, and before the process opens descriptors for which the numbers
// in auth could be mistaken. The descriptors are ours from then on.
func Join(auth string, maxLoad float64) (*Slots, error) {
	value := auth
	for _, option := range []string{"--jobserver-auth=", "--jobserver-fds="} {
		value = strings.TrimPrefix(value, option)
	}
	s := NewSlots(0, maxLoad)
	server := &Server{auth: value}
	if path, ok := strings.CutPrefix(value, fifoPrefix); ok {
		pool, err := openFifoPool(path)
		if err != nil {
			return nil, fmt.Errorf("cannot open jobserver %s: %w", path, err)
		}
		s.pool = pool
		server.style = StyleFifo
	} else {
		r, w, ok := parseFDs(value)
		if !ok {
			return nil, fmt.Errorf("invalid --jobserver-auth string '%s'", value)
		}
		pool, err := inheritPipePool(r, w)
		if err != nil {
			return nil, fmt.Errorf("jobserver descriptors %s: %w", value, err)
		}
		s.pool = pool
		server.inherit = []ExtraFD{{Num: r, FD: r}, {Num: w, FD: w}}
	}
	s.server = server
	return s, nil
}

func parseFDs(text string) (r, w int, ok bool) {
	a, b, ok := strings.Cut(text, ",")
	if !ok {
		return 0, 0, false
	}
	r, err1 := strconv.Atoi(a)
	w, err2 := strconv.Atoi(b)
	return r, w, err1 == nil && err2 == nil
}

// takeToken gets a byte without blocking. mu is held.
func (s *Slots) takeToken() (byte, bool) {
	if n := len(s.spare); n > 0 {
		b := s.spare[n-1]
		s.spare = s.spare[:n-1]
		return b, true
	}
	if s.poolErr != nil {
		return 0, false
	}
	b, err := s.pool.read()
	if err != nil && !errors.Is(err, unix.EAGAIN) {
		s.poolErr = err
	}
	return b, err == nil
}

// putBack writes a byte back. mu is held; it cannot block, as fill left room for every token.
func (s *Slots) putBack(token byte) {
	if err := s.pool.write(token); err != nil && s.poolErr == nil {
		s.poolErr = err
	}
}

// deliver gives a byte that nobody holds to a waiter or, if none may start now, back. mu is held.
func (s *Slots) deliver(token byte) {
	s.spare = append(s.spare, token)
	s.grant()
	for _, token := range s.spare {
		s.putBack(token)
	}
	s.spare = s.spare[:0]
}

// wantToken says whether a byte from the pipe would let a waiter start. mu is held.
func (s *Slots) wantToken() bool {
	return len(s.waiters) > 0 && s.held > 0 && !s.full() && !s.loadHigh && s.poolErr == nil
}

// wakePump sees to it that the pump looks at the pipe if somebody wants a token. mu is held.
func (s *Slots) wakePump() {
	if s.pool == nil || s.closed || !s.wantToken() {
		return
	}
	if s.pumping {
		s.demand.Signal()
		return
	}
	s.pumping = true
	go s.pump()
}

// pump waits for the pipe to become readable on behalf of the waiters. It sleeps while nobody wants a token, and
// only then: poll may go on for a waiter that has left, but nothing is read for it.
func (s *Slots) pump() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.closed {
		if !s.wantToken() {
			s.demand.Wait()
			continue
		}
		s.mu.Unlock()
		err := s.pool.await()
		s.mu.Lock()
		if err != nil {
			s.poolErr = err
		}
		s.grant()
	}
	s.pool.close()
}
