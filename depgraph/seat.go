package depgraph

import "context"

// A Seat is where one goroutine of a build, a make or a job, keeps the job slot that it holds: at most one. Slots move from
// seat to seat without going back to the pool, so that a make that calls a make needs one slot, not two:
//
//	          Take, Acquire, Got                HandTo
//	empty  ────────────────────────▶  held  ──────────────▶  empty here, held there
//	  ▲                                 │
//	  └───────────── Release ───────────┘
//
// A job of a make gets its slot from the make's seat, and the make keeps the slot of a job that has ended for the next one.
// A make with a -j of its own has its own pool (Own): the slot that its caller gave stays with the seat until Close.
//
// A seat is used by one goroutine at a time; who hands a slot on must not use the other seat meanwhile.
type Seat struct {
	pool *Slots
	held bool
	// own is set if the pool is the seat's own, which Close closes.
	own bool
	// outer is the pool from which the caller's slot is, while own is set; nil if the caller gave none.
	outer *Slots
	// waiter is the request that Wait has made.
	waiter *Waiter
}

// NewSeat returns an empty seat for slots of a pool.
func NewSeat(pool *Slots) *Seat { return &Seat{pool: pool} }

// Pool returns the pool that slots come from; nil if there is none yet.
func (s *Seat) Pool() *Slots { return s.pool }

// Owns reports whether the pool is the seat's own.
func (s *Seat) Owns() bool { return s.own }

// Held reports whether the seat holds a slot.
func (s *Seat) Held() bool { return s.held }

// Own makes a pool the seat's own, and takes a slot of it if one is free. An own pool from before is closed.
func (s *Seat) Own(pool *Slots) {
	switch {
	case s.own:
		s.Release()
		s.pool.Close()
	case s.held:
		s.outer, s.held = s.pool, false
	}
	s.pool, s.own = pool, true
	s.held = pool.TryAcquire()
}

// Take reports whether the seat holds a slot, after it has taken one if one was free.
func (s *Seat) Take() bool {
	s.held = s.held || s.pool.TryAcquire()
	return s.held
}

// Acquire waits for a slot until ctx ends; it reports whether the seat holds one.
func (s *Seat) Acquire(ctx context.Context, prio Priority) bool {
	s.held = s.held || s.pool.Acquire(ctx, prio) == nil
	return s.held
}

// HandTo moves the slot of this seat, if it holds one, to another seat of the same pool. Where that one holds a slot
// already, the slot goes back to the pool.
func (s *Seat) HandTo(to *Seat) {
	if !s.held {
		return
	}
	if to.held {
		to.pool.Release()
	}
	s.held, to.held = false, true
}

// Wait asks for a slot and returns a channel that is closed when it is there; then Got must be called. A request that was
// made before stands, whatever its priority was.
func (s *Seat) Wait(prio Priority) <-chan struct{} {
	if s.waiter == nil {
		s.waiter = s.pool.Wait(prio)
	}
	return s.waiter.Ready()
}

// Got takes over the slot that was waited for.
func (s *Seat) Got() {
	s.waiter = nil
	if s.held {
		s.pool.Release()
	}
	s.held = true
}

// Cancel withdraws the request for a slot, if there is one. A slot that is granted but not taken would be lost to all.
func (s *Seat) Cancel() {
	if s.waiter != nil {
		s.waiter.Cancel()
		s.waiter = nil
	}
}

// Release gives the slot back, if the seat holds one.
func (s *Seat) Release() {
	if s.held {
		s.held = false
		s.pool.Release()
	}
}

// Close gives back all that the seat holds, and closes its own pool.
func (s *Seat) Close() {
	s.Cancel()
	s.Release()
	if s.own {
		s.pool.Close()
	}
	if s.outer != nil {
		s.outer.Release()
		s.outer = nil
	}
}
