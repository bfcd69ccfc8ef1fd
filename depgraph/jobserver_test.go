package depgraph

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"gokbuild/depgraph/libc"
)

// withoutReopen puts a pipe-style server into the form it has where /proc is missing.
func withoutReopen(t *testing.T, s *Slots) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.pool
	if p.r == p.shared {
		t.Fatal("no /proc here?")
	}
	if s.pumping {
		t.Fatal("the pump is running already")
	}
	unix.Close(p.r)
	p.r = p.shared
	if err := p.readAside(); err != nil {
		t.Fatal(err)
	}
}

// childMake behaves as a make that was started as one of our jobs: it runs one job on the slot it was started with, and
// another for each token it gets.
func childMake(t *testing.T, s *Slots, g *gauge, rng *rand.Rand) {
	v, err := s.Serve(ServeOptions{})
	if err != nil {
		t.Error(err)
		return
	}
	r, w, closeEnds := openEnds(t, v)
	defer closeEnds()
	for range 6 {
		<-s.Wait(Priority{rng.Uint32N(5)}).Ready()
		var wg sync.WaitGroup
		for range 1 + rng.IntN(4) {
			token, ok := tokenOfChild(t, r, rng.IntN(2))
			if !ok {
				break
			}
			yields := rng.IntN(40)
			wg.Go(func() {
				g.job(yields)
				if _, err := unix.Write(w, []byte{token}); err != nil {
					t.Error(err)
				}
			})
		}
		g.job(rng.IntN(40)) // on the implicit slot
		wg.Wait()
		s.Release()
	}
}

// openEnds returns the pipe as a child would have it: the shared descriptions of a pipe, descriptions of its own of a
// fifo.
func openEnds(t *testing.T, v *Server) (r, w int, closeEnds func()) {
	t.Helper()
	var err1, err2 error
	if v.Style() == StylePipe {
		r, err1 = unix.Dup(v.Inherit()[0].FD)
		w, err2 = unix.Dup(v.Inherit()[1].FD)
	} else {
		path := strings.TrimPrefix(v.Auth(), "fifo:")
		r, err1 = unix.Open(path, unix.O_RDONLY, 0)
		w, err2 = unix.Open(path, unix.O_WRONLY, 0)
	}
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return r, w, func() {
		unix.Close(r)
		unix.Close(w)
	}
}

// tokenOfChild waits a moment (ms) for a token, and reads it as a make 4.2 does: if another process is faster, the read on
// the shared description blocks until the next token. That ends, as tokens are held by running jobs only.
func tokenOfChild(t *testing.T, r, ms int) (byte, bool) {
	fds := []unix.PollFd{{Fd: int32(r), Events: unix.POLLIN}}
	n, err := libc.RetryN(func() (int, error) { return unix.Poll(fds, ms) })
	if n == 0 || err != nil {
		return 0, false
	}
	var b [1]byte
	n, err = libc.RetryN(func() (int, error) { return unix.Read(r, b[:]) })
	if err != nil || n != 1 {
		t.Errorf("child reads the pipe: %d, %v", n, err)
		return 0, false
	}
	return b[0], true
}

func TestServeKeepsSlotsThatAreHeld(t *testing.T) {
	for _, style := range []Style{StylePipe, StyleFifo} {
		for held := range 5 {
			s := NewSlots(4, -1)
			for range held {
				s.TryAcquire()
			}
			v, err := s.Serve(ServeOptions{Style: style, TempDir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			if v.Style() != style {
				t.Errorf("style %v, want %v", v.Style(), style)
			}
			free := 0
			for s.TryAcquire() {
				free++
			}
			if want := 4 - min(held, 4); free != want {
				t.Errorf("%v, %d held: %d more slots, want %d", style, held, free, want)
			}
			for range 4 {
				s.Release()
			}
			if err := s.Close(); err != nil {
				t.Errorf("%v, %d held: %v", style, held, err)
			}
		}
	}
}

func TestServeIsLazyAndOnce(t *testing.T) {
	dir := t.TempDir()
	s := NewSlots(3, -1)
	a, err := s.Serve(ServeOptions{Style: StyleFifo, TempDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.Serve(ServeOptions{Style: StylePipe})
	if err != nil || a != b {
		t.Errorf("second Serve = %v, %v; want the first server", b, err)
	}
	path, ok := strings.CutPrefix(a.Auth(), "fifo:")
	if !ok || filepath.Dir(path) != dir {
		t.Errorf("Auth() = %q, want a fifo in %s", a.Auth(), dir)
	}
	// Another server of the same process must not use the same name.
	s2 := NewSlots(2, -1)
	c, err := s2.Serve(ServeOptions{Style: StyleFifo, TempDir: dir})
	if err != nil || c.Auth() == a.Auth() {
		t.Errorf("second fifo: %v, %v", c, err)
	}
	for _, s := range []*Slots{s, s2} {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if v, err := NewSlots(1, -1).Serve(ServeOptions{}); v != nil || err != nil {
		t.Errorf("Serve of one slot = %v, %v; want nothing", v, err)
	}
	if _, err := NewSlots(2, -1).Serve(ServeOptions{Style: StyleFifo, TempDir: dir + "/none"}); err == nil {
		t.Error("Serve in a folder that does not exist: no error")
	}
}

func TestManyTokens(t *testing.T) {
	// Exactly as many tokens as a pipe holds by default are the hard case: all fit in, but not wherever the free
	// room is.
	const jobs = 65536 + 1
	s := NewSlots(jobs, -1)
	s.most = jobs
	v, err := s.Serve(ServeOptions{})
	if err != nil {
		t.Skipf("pipes cannot grow here: %v", err)
	}
	if v == nil {
		t.Fatal("no server")
	}
	for range 5 {
		for range 3000 {
			if !s.TryAcquire() {
				t.Fatal("refused")
			}
		}
		for range 3000 {
			s.Release() // must not block, wherever in its pages the pipe has holes
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := NewSlots(1<<30, -1).Serve(ServeOptions{}); err == nil {
		t.Error("a billion tokens: no error")
	}
}

func TestCloseReportsLostTokens(t *testing.T) {
	s := NewSlots(4, -1)
	v, err := s.Serve(ServeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var b [1]byte
	if n, err := unix.Read(v.Inherit()[0].FD, b[:]); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if err := s.Close(); err == nil || !strings.Contains(err.Error(), "2 jobserver tokens available; should be 3") {
		t.Errorf("Close after a child died with a token = %v", err)
	}
}

// inheritedPipe makes descriptors that look as if a parent had left them open, with these tokens in the pipe.
func inheritedPipe(t *testing.T, tokens string, flags int) (r, w int) {
	t.Helper()
	var fds [2]int
	if err := unix.Pipe2(fds[:], flags); err != nil {
		t.Fatal(err)
	}
	if _, err := unix.Write(fds[1], []byte(tokens)); err != nil {
		t.Fatal(err)
	}
	return fds[0], fds[1]
}

func TestJoinGivesBackTheVeryBytes(t *testing.T) {
	for i, flags := range []int{0, unix.O_NONBLOCK, 0, unix.O_NONBLOCK} { // of make 4.2, of 4.3 and later
		r, w := inheritedPipe(t, "abcde", flags)
		keep, err := unix.Dup(r)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(keep)
		s, err := Join(fmt.Sprintf("--jobserver-auth=%d,%d", r, w), -1)
		if err != nil {
			t.Fatal(err)
		}
		if i >= 2 {
			withoutReopen(t, s)
		}
		g := &gauge{limit: 6}
		var wg sync.WaitGroup
		for u := range 10 {
			rng := rand.New(rand.NewPCG(7, uint64(u)))
			wg.Go(func() { inProcessUser(t, s, g, rng) })
		}
		wg.Wait()
		if n := g.over.Load(); n > 0 {
			t.Errorf("%d times more than 6 jobs", n)
		}
		for range 6 {
			if !s.TryAcquire() {
				t.Error("a slot is missing")
			}
		}
		if s.TryAcquire() {
			t.Error("a seventh slot")
		}
		// Still held: Close gives them back, as after a fatal signal.
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		status, err := unix.FcntlInt(uintptr(keep), unix.F_GETFL, 0)
		if err != nil || status&unix.O_NONBLOCK != flags {
			t.Errorf("O_NONBLOCK of the parent's descriptor: %#x, was %#x (%v)", status&unix.O_NONBLOCK, flags, err)
		}
		var b [16]byte
		n, err := unix.Read(keep, b[:])
		if err != nil {
			t.Fatal(err)
		}
		got := b[:n]
		slices.Sort(got)
		if diff := cmp.Diff("abcde", string(got)); diff != "" {
			t.Errorf("tokens in the pipe at the end (-want +got):\n%s", diff)
		}
	}
}

func TestJoinHandsTheServerOn(t *testing.T) {
	r, w := inheritedPipe(t, "+", 0)
	s, err := Join(fmt.Sprintf("%d,%d", r, w), -1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	v, err := s.Serve(ServeOptions{Style: StyleFifo})
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%d,%d", r, w); v.Auth() != want {
		t.Errorf("Auth() = %q, want the parent's %q", v.Auth(), want)
	}
	if diff := cmp.Diff([]ExtraFD{{r, r}, {w, w}}, v.Inherit()); diff != "" {
		t.Errorf("descriptors (-want +got):\n%s", diff)
	}
	flags, err := unix.FcntlInt(uintptr(r), unix.F_GETFD, 0)
	if err != nil || flags&unix.FD_CLOEXEC == 0 {
		t.Errorf("descriptor %d would leak into every child (flags %#x, %v)", r, flags, err)
	}
}

func TestJoinRefuses(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "plain"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, w := inheritedPipe(t, "", 0)
	defer unix.Close(r)
	defer unix.Close(w)
	ownR, ownW := inheritedPipe(t, "", unix.O_CLOEXEC) // opened by this process
	defer unix.Close(ownR)
	defer unix.Close(ownW)
	for _, auth := range []string{
		"", "x", "3", "3,", ",4", "a,b", "-1,-1", InvalidAuth,
		"1000000,1000001",
		fmt.Sprintf("%d,%d", w, r), // wrong way round
		fmt.Sprintf("%d,%d", r, file.Fd()),
		fmt.Sprintf("%d,%d", ownR, ownW),
		"fifo:", "fifo:/nonexistent/fifo", "fifo:" + file.Name(),
	} {
		if s, err := Join(auth, -1); err == nil {
			t.Errorf("Join(%q) succeeded", auth)
			s.Close()
		}
	}
	if s, err := Join("fifo:/nonexistent/fifo", -1); err == nil || !errors.Is(err, unix.ENOENT) {
		t.Errorf("Join of a missing fifo = %v, %v", s, err)
	}
}

func TestJoinedPipeOfADeadParent(t *testing.T) {
	// Nobody else has the write end, but we do; so there is no end of file, and our implicit slot goes on working.
	r, w := inheritedPipe(t, "", 0)
	s, err := Join(fmt.Sprintf("%d,%d", r, w), -1)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for range 3 {
		first, second := s.Wait(nil), s.Wait(nil)
		<-first.Ready()
		if isReady(second) {
			t.Error("a second slot from an empty pipe")
		}
		s.Release()
		<-second.Ready()
		s.Release()
	}
}

// withoutPump keeps the pump from running, so that a token in the pipe stays there.
func withoutPump(t *testing.T, s *Slots) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pumping {
		t.Fatal("the pump is running already")
	}
	s.pumping = true
	t.Cleanup(func() {
		s.mu.Lock()
		s.pumping = false
		s.mu.Unlock()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestTryAcquireDoesNotOvertakeWaiters(t *testing.T) {
	s := NewSlots(2, -1)
	v, err := s.Serve(ServeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	withoutPump(t, s)
	s.TryAcquire()
	var b [1]byte // a child has the only token
	if n, err := unix.Read(v.Inherit()[0].FD, b[:]); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	w := s.Wait(nil)
	if _, err := unix.Write(v.Inherit()[1].FD, b[:]); err != nil {
		t.Fatal(err)
	}
	if s.TryAcquire() {
		t.Error("took the token that a waiter waits for")
	}
	w.Cancel()
	if !s.TryAcquire() {
		t.Error("nobody waits, and yet refused")
	}
	s.Release()
	s.Release()
}

// TestEverySecondTokenPassesThroughThePipe, where a child may take it before our own waiters.
func TestEverySecondTokenPassesThroughThePipe(t *testing.T) {
	s := NewSlots(2, -1)
	if _, err := s.Serve(ServeOptions{}); err != nil {
		t.Fatal(err)
	}
	withoutPump(t, s)
	s.TryAcquire()
	s.TryAcquire()
	for i := range 6 {
		w := s.Wait(nil)
		s.Release()
		inPipe, err := unix.IoctlGetInt(s.pool.r, unix.TIOCINQ)
		if err != nil {
			t.Fatal(err)
		}
		if want := 1 - i%2; inPipe != want || isReady(w) != (want == 0) {
			t.Errorf("release %d: %d tokens in the pipe, want %d; waiter ready: %v", i, inPipe, want, isReady(w))
		}
		s.mu.Lock()
		s.grant() // as the pump would
		s.mu.Unlock()
		if !isReady(w) {
			t.Fatalf("release %d: the token did not reach the waiter", i)
		}
	}
	s.Release()
	s.Release()
}

// TestOthersGetTheirTurn: as long as our own jobs queue up, a child waiting at the pipe must get tokens too.
func TestOthersGetTheirTurn(t *testing.T) {
	s := NewSlots(2, -1)
	v, err := s.Serve(ServeOptions{Style: StyleFifo, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	r, w, closeEnds := openEnds(t, v)
	defer closeEnds()
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				case <-s.Wait(nil).Ready():
					s.Release()
				}
			}
		})
	}
	for range 20 {
		var b [1]byte
		if n, err := libc.RetryN(func() (int, error) { return unix.Read(r, b[:]) }); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		if _, err := unix.Write(w, b[:]); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	wg.Wait()
	// The users that stopped left waiters behind; whatever these were granted is given back by Close.
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestCloseEndsThePump(t *testing.T) {
	s := NewSlots(2, -1)
	if _, err := s.Serve(ServeOptions{}); err != nil {
		t.Fatal(err)
	}
	s.TryAcquire()
	s.TryAcquire()
	s.Wait(nil)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; runtime.Gosched() {
		s.mu.Lock()
		open := s.pool.wake >= 0
		s.mu.Unlock()
		if !open {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the pump still waits, with its descriptors open")
		}
	}
}

func TestStyleNames(t *testing.T) {
	for _, s := range []Style{StylePipe, StyleFifo} {
		if got, ok := ParseStyle(s.String()); !ok || got != s {
			t.Errorf("ParseStyle(%q) = %v, %v", s, got, ok)
		}
	}
	if _, ok := ParseStyle("socket"); ok {
		t.Error("ParseStyle takes anything")
	}
}
