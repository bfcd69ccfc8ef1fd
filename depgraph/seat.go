package depgraph

// This file hands job slots from one holder to the next.

import "context"

// A Seat is the place of one make, or of one job of it, among those that share job slots. A seat holds one slot or
// none.
//
// Two things are true of a seat, independent of each other: whether it holds a slot, and whether it asks for one.
//
//	              holds no slot                     holds a slot
//
//	              Leave
//	asks not      away    ── Take, Acquire ──▶      working
//	               │  ▲   ◀── HandTo, Leave ──        │  ▲
//	             Wait Leave                         Wait Leave
//	               ▼  │                               ▼  │
//	asks          waiting ────── Got ───────▶ (asks not, working)
//	                      ── x.HandTo(seat) ──▶     working, and asks still
//
// A make asks for a slot when a job is ready and none is to be had. A job that ends meanwhile hands its slot over: then
// the make works although it asks. The slot that it is granted later is one too many, and Got gives it back.
//
// A make with a -j of its own moves to a pool of its own (Move). It keeps the slot that it held in the pool it came
// from: its caller gave that one up for it, and its whole build stands for one job there. Close gives that slot back,
// too.
//
// Every slot taken from a pool is held by exactly one seat, or was granted to one that has not looked yet. So a make
// that asks must look (Got) or give up (Leave) before it does anything else for long: such a slot is lost to everybody.
//
// A seat belongs to one goroutine at a time. HandTo needs both seats: a job's goroutine may hand its slot to the make
// that it runs, and a make may take the slot of a job that it has seen the end of. What many goroutines share is the
// pool.
type Seat struct {
	pool *Slots
	// own is set if the pool is nobody else's: Close ends it.
	own bool
	// holds is set while a slot of the pool is held.
	holds bool
	// waiter is the request for a slot; nil if the seat does not ask.
	waiter *Waiter
	// outer is the pool that the seat moved away from, of which it keeps one slot; nil if it keeps none.
	outer *Slots
}

// NewSeat returns a seat that holds nothing. The pool is nil for a make that has none yet: Move gives it one.
func NewSeat(pool *Slots) *Seat { return &Seat{pool: pool} }

// Pool is where the slots of the seat come from.
func (s *Seat) Pool() *Slots { return s.pool }

// Holds reports whether the seat holds a slot.
func (s *Seat) Holds() bool { return s.holds }

// Own reports whether the pool is the seat's own.
func (s *Seat) Own() bool { return s.own }

// Take gets a slot unless the seat holds one, and reports whether it holds one now. It does not wait.
func (s *Seat) Take() bool {
	if !s.holds {
		s.holds = s.pool.TryAcquire()
	}
	return s.holds
}

// Acquire waits for a slot, unless the seat holds one, until ctx ends.
func (s *Seat) Acquire(ctx context.Context, prio Priority) error {
	if s.holds {
		return nil
	}
	if err := s.pool.Acquire(ctx, prio); err != nil {
		return err
	}
	s.holds = true
	return nil
}

// Wait asks for a slot, unless the seat asks already, and returns a channel that is closed when there is one. Whoever
// sees it closed calls Got; whoever does not want to wait any more calls Leave. The priority of the first call counts.
func (s *Seat) Wait(prio Priority) <-chan struct{} {
	if s.waiter == nil {
		s.waiter = s.pool.Wait(prio)
	}
	return s.waiter.Ready()
}

// Got takes the slot that was asked for and is there. The seat holds one slot afterwards, also if it held one before.
func (s *Seat) Got() {
	if s.holds {
		s.pool.Release()
	}
	s.holds, s.waiter = true, nil
}

// Leave withdraws the request and gives the slot back, whichever there is.
func (s *Seat) Leave() {
	s.withdraw()
	if s.holds {
		s.holds = false
		s.pool.Release()
	}
}

// withdraw takes the request back. A slot that was granted meanwhile is given back.
func (s *Seat) withdraw() {
	if s.waiter != nil {
		s.waiter.Cancel()
		s.waiter = nil
	}
}

// HandTo gives the slot, if the seat holds one, to another seat of the same pool. If that one holds a slot already, one
// of the two goes back to the pool.
func (s *Seat) HandTo(to *Seat) {
	switch {
	case !s.holds || s == to:
		return
	case s.pool != to.pool:
		panic("depgraph: a slot is handed to a seat of another pool")
	case to.holds:
		s.pool.Release()
	}
	s.holds, to.holds = false, true
}

// Move changes to a pool that is the seat's own, and tries to get a slot of it. The seat keeps the slot that it held in
// a pool of others. A pool that was its own is ended.
func (s *Seat) Move(pool *Slots) {
	s.withdraw()
	switch {
	case s.own:
		s.Leave()
		_ = s.pool.Close()
	case s.holds:
		s.outer = s.pool
	}
	s.pool, s.own = pool, true
	s.holds = pool.TryAcquire()
}

// Close gives back all that the seat holds, and ends a pool that is its own.
func (s *Seat) Close() {
	s.Leave()
	if s.own {
		_ = s.pool.Close()
		s.own = false
	}
	if s.outer != nil {
		s.outer.Release()
		s.outer = nil
	}
}
