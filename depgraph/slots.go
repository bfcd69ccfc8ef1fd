package depgraph

// Job slots, in memory and (once served or joined) in a pipe shared with other processes.
//
// Everything is decided under one mutex, by grant: the best waiter gets the next slot or nobody does. There are three
// sources of slots, and exactly one of them is in use besides the implicit slot:
//
//	unlimited    jobs == 0
//	in memory    pool == nil: a slot is free while held < jobs
//	shared       pool != nil: the free slots are the bytes in the pipe; tokens are the bytes we took out
//
// Taking and releasing costs 27-43 ns in memory and 0.75-1.4 microseconds through a pipe (BenchmarkTryAcquireRelease).
//
// Invariant of the shared form: len(tokens) == max(held-1, 0). The implicit slot is the first to be taken and
// the last to be given back, as in GNU make, so which holder "has" it never matters.

import (
	"container/heap"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"gokbuild/depgraph/descriptors"
)

// Priority is the place of a job in the order in which make -j1 would come to it: the position in the top invocation,
// then in the invocation started from there, and so on. Compared lexicographically; a prefix goes first.
type Priority []uint32

// Compare returns -1, 0 or +1 as p comes before, with or after q.
func (p Priority) Compare(q Priority) int { return slices.Compare(p, q) }

// loadRecheck is how long a start that the load limit held up waits before it looks again; GNU make's one second.
const loadRecheck = time.Second

// ErrClosed is the error of operations after Close.
var ErrClosed = errors.New("depgraph: closed")

// Slots limits how many jobs run at once. Its methods may be called from any goroutine; none of them blocks, Acquire
// excepted.
type Slots struct {
	jobs int        // 0: no limit. With a joined job server: unknown, and 0 too
	load *loadMeter // nil: no load limit
	most int        // as many as may be held here

	mu        sync.Mutex
	held      int
	waiters   waiterHeap
	seq       uint64 // of the last waiter, for first come first served among equals
	closed    bool
	loadTimer *time.Timer // armed while the load limit holds waiters up
	loadHigh  bool        // the limit said no, and the timer has not fired yet

	pool    *tokenPool // nil: slots are counted in memory
	server  *Server
	tokens  []byte // bytes taken from the pool by holders, all but the implicit slot
	spare   []byte // bytes in the hand of nobody in particular; empty whenever mu is free
	yielded bool   // the last release with a waiter passed through the pool
	pumping bool   // the pump goroutine exists
	demand  *sync.Cond
	poolErr error
}

// NewSlots returns jobs slots (0: any number), none of which is granted beyond the first while the load is above maxLoad
// (negative: no such limit).
func NewSlots(jobs int, maxLoad float64) *Slots {
	s := &Slots{jobs: max(jobs, 0), load: newLoadMeter(maxLoad), most: descriptors.Jobs()}
	s.demand = sync.NewCond(&s.mu)
	return s
}

// Running returns how many slots are held here. Slots held by other processes of a job server do not count.
func (s *Slots) Running() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held
}

// TryAcquire takes a slot if one is free and nobody waits for it.
func (s *Slots) TryAcquire() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.waiters) == 0 && s.take()
}

// Release gives a slot back. To release more than was acquired is a bug of the caller; it is ignored.
func (s *Slots) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.release()
}

// Wait asks for a slot. It never blocks: the slot is there when the waiter is ready.
func (s *Slots) Wait(prio Priority) *Waiter {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	w := &Waiter{slots: s, prio: prio, seq: s.seq, ready: make(chan struct{})}
	heap.Push(&s.waiters, w)
	s.grant()
	return w
}

// Acquire waits for a slot until ctx ends.
func (s *Slots) Acquire(ctx context.Context, prio Priority) error {
	w := s.Wait(prio)
	select {
	case <-w.Ready():
		return nil
	case <-ctx.Done():
		w.Cancel()
		return context.Cause(ctx)
	}
}

// Close gives all tokens back, ends the job server and removes its fifo. No waiter is granted afterwards. The error
// tells of tokens that other processes took and never gave back, or of a job server that broke down meanwhile; as slots
// are of no more use, it is only worth a warning.
func (s *Slots) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	if s.loadTimer != nil {
		s.loadTimer.Stop()
	}
	if s.pool == nil {
		return nil
	}
	for _, t := range s.tokens {
		s.putBack(t)
	}
	s.tokens = nil
	err := s.poolErr
	if err == nil && s.jobs > 0 {
		err = s.pool.checkAll(s.jobs - 1)
	}
	if s.pumping {
		// The pump may be about to use the descriptors, so it closes them on its way out.
		s.pool.interrupt()
		s.demand.Broadcast()
	} else {
		s.pool.close()
	}
	s.pool.unlink()
	return err
}

// take acquires a slot if there is one. mu is held.
func (s *Slots) take() bool {
	if s.closed {
		return false
	}
	var token byte
	shared := s.pool != nil && s.held > 0
	switch {
	case s.pool == nil && s.jobs > 0 && s.held >= s.jobs, s.full():
		return false
	case s.held > 0 && s.loadTooHigh():
		return false
	case shared:
		var ok bool
		if token, ok = s.takeToken(); !ok {
			return false
		}
		s.tokens = append(s.tokens, token)
	}
	s.held++
	s.load.started()
	return true
}

// full reports whether as many slots are held here as this process has descriptors for. mu is held.
func (s *Slots) full() bool { return s.held >= s.most }

// release is Release with mu held.
func (s *Slots) release() {
	if s.held == 0 || s.closed {
		return
	}
	s.held--
	if n := len(s.tokens); n > 0 {
		token := s.tokens[n-1]
		s.tokens = s.tokens[:n-1]
		// A token that our own waiters want could go straight to them, which saves a turn through the pipe and the
		// pump. But then another make waiting at the pipe would get none as long as we have work, and stay on
		// its implicit slot while the whole build waits for it. So every second one can be fought for.
		if s.yielded || len(s.waiters) == 0 {
			s.yielded = false
			s.deliver(token)
			return
		}
		s.yielded = true
		s.putBack(token)
		s.wakePump()
		return
	}
	s.grant()
}

// grant gives slots to waiters, best first, while there are both. mu is held.
func (s *Slots) grant() {
	for len(s.waiters) > 0 && s.take() {
		w := heap.Pop(&s.waiters).(*Waiter)
		w.granted = true
		close(w.ready)
	}
	s.wakePump()
}

// loadTooHigh asks the load meter and, when it says no, sees to it that the question is asked again. mu is held.
func (s *Slots) loadTooHigh() bool {
	s.loadHigh = s.load.tooHigh()
	if s.loadHigh {
		if s.loadTimer == nil {
			s.loadTimer = time.AfterFunc(loadRecheck, s.loadAgain)
		} else {
			s.loadTimer.Reset(loadRecheck)
		}
	}
	return s.loadHigh
}

func (s *Slots) loadAgain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loadHigh = false
	s.grant()
}

// A Waiter is a request for a slot.
type Waiter struct {
	slots *Slots
	prio  Priority
	seq   uint64
	ready chan struct{}

	// Guarded by slots.mu.
	index    int // in the heap
	granted  bool
	canceled bool
}

// Ready is closed when the slot is granted. From then on it is held: whoever sees this must Release it, or Cancel
// the waiter.
func (w *Waiter) Ready() <-chan struct{} { return w.ready }

// Cancel withdraws the request. A slot granted meanwhile is given back, so call either Cancel or (once ready) Release.
// Further calls do nothing.
func (w *Waiter) Cancel() {
	s := w.slots
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case w.canceled:
	case w.granted:
		s.release()
	default:
		heap.Remove(&s.waiters, w.index)
	}
	w.canceled = true
}

// waiterHeap implements heap.Interface.
type waiterHeap []*Waiter

func (h waiterHeap) Len() int { return len(h) }

func (h waiterHeap) Less(i, j int) bool {
	if c := h[i].prio.Compare(h[j].prio); c != 0 {
		return c < 0
	}
	return h[i].seq < h[j].seq
}

func (h waiterHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *waiterHeap) Push(x any) {
	w := x.(*Waiter)
	w.index = len(*h)
	*h = append(*h, w)
}

func (h *waiterHeap) Pop() any {
	old := *h
	n := len(old) - 1
	w := old[n]
	old[n] = nil
	*h = old[:n]
	return w
}
