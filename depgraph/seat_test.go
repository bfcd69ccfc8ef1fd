package depgraph

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// granted reports whether a seat has been given a slot that it has not looked at.
func (s *Seat) granted() bool {
	if s.waiter == nil {
		return false
	}
	select {
	case <-s.waiter.Ready():
		return true
	default:
		return false
	}
}

// checkSeats sees that every slot of every pool is in the hand of exactly one seat.
func checkSeats(t *testing.T, seats []*Seat, step string) {
	t.Helper()
	held := make(map[*Slots]int)
	for _, s := range seats {
		held[s.pool] += 0
		if s.holds {
			held[s.pool]++
		}
		if s.granted() {
			held[s.pool]++
		}
		if s.outer != nil {
			held[s.outer]++
		}
	}
	for pool, want := range held {
		if pool == nil || pool.closed {
			continue
		}
		if got := pool.Running(); got != want || pool.jobs > 0 && got > pool.jobs {
			t.Fatalf("after %s: %d of %d slots are taken, seats hold %d", step, got, pool.jobs, want)
		}
	}
}

func TestSeat(t *testing.T) {
	pool := NewSlots(1, -1)
	top, job := NewSeat(nil), NewSeat(pool)
	top.Move(pool)
	if !top.Holds() || !top.Own() || job.Take() {
		t.Fatal("the first make does not hold the one slot")
	}
	top.HandTo(job)
	if top.Holds() || !job.Holds() || !job.Take() || top.Take() {
		t.Fatal("the job does not hold the slot it was handed")
	}
	ready := top.Wait(Priority{2})
	if top.Wait(Priority{1}) != ready {
		t.Error("asked twice")
	}
	job.HandTo(top) // it ended
	if !top.Holds() || top.granted() {
		t.Error("the slot of the job is not the make's")
	}
	top.HandTo(job)
	job.Leave()
	<-ready
	top.Got()
	if !top.Holds() || pool.Running() != 1 {
		t.Error("the slot that was asked for is not held")
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	why := errors.New("stopped")
	cancel(why)
	if err := job.Acquire(ctx, nil); err != why || job.Holds() {
		t.Error(err)
	}
	if err := top.Acquire(ctx, nil); err != nil {
		t.Error(err)
	}
	top.Close()
	top.Close()
	if pool.Running() != 0 || top.Take() {
		t.Error("not closed")
	}
}

// TestSeatTooMany: a slot that is granted to a make that got another one meanwhile goes back.
func TestSeatTooMany(t *testing.T) {
	pool := NewSlots(2, -1)
	top, job, other := NewSeat(pool), NewSeat(pool), NewSeat(pool)
	if !job.Take() || !other.Take() {
		t.Fatal("no slots")
	}
	ready := top.Wait(nil)
	job.HandTo(top)
	other.Leave()
	<-ready
	checkSeats(t, []*Seat{top, job, other}, "the grant")
	top.Got()
	if pool.Running() != 1 || !top.Holds() {
		t.Errorf("%d slots are taken", pool.Running())
	}
	if !job.Take() {
		t.Error("a slot is lost")
	}
	job.HandTo(top)
	if pool.Running() != 1 || job.Holds() {
		t.Error("handed to one that holds a slot: nothing went back")
	}
}

// TestSeatMove follows a make that is called with -j: its whole build is one job of the caller's.
func TestSeatMove(t *testing.T) {
	outer := NewSlots(1, -1)
	job, child := NewSeat(outer), NewSeat(outer)
	job.Take()
	job.HandTo(child)
	one, two := NewSlots(3, -1), NewSlots(2, -1)
	child.Move(one)
	if !child.Holds() || outer.Running() != 1 || one.Running() != 1 {
		t.Errorf("%d, %d", outer.Running(), one.Running())
	}
	child.Move(two) // a makefile sets another -j
	if !one.closed || outer.Running() != 1 || two.Running() != 1 {
		t.Errorf("%d, %d", outer.Running(), two.Running())
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a slot went from one pool to another")
			}
		}()
		child.HandTo(job)
	}()
	child.Close()
	if !two.closed || outer.closed || outer.Running() != 0 || !job.Take() {
		t.Error("the caller's slot is not free")
	}

	// One that is called with wrong options ends before it has moved.
	wrong := NewSeat(outer)
	job.HandTo(wrong)
	wrong.Close()
	if outer.closed || outer.Running() != 0 {
		t.Error("the caller's slot is not free")
	}
}

// TestSeatRandom does anything in any order.
func TestSeatRandom(t *testing.T) {
	for seed := range uint64(300) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			pool := NewSlots(r.IntN(4), -1)
			seats := []*Seat{}
			for range 2 + r.IntN(6) {
				seats = append(seats, NewSeat(pool))
			}
			for range 200 {
				s := seats[r.IntN(len(seats))]
				to := seats[r.IntN(len(seats))]
				step := ""
				switch r.IntN(12) {
				case 0, 1:
					step = "Take"
					before, got := s.Holds(), s.Take()
					if before && !got || got != s.Holds() {
						t.Fatal("Take lost a slot")
					}
				case 2, 3:
					step = "Wait"
					s.Wait(Priority{r.Uint32N(5)})
				case 4, 5:
					step = "Got"
					if s.granted() {
						s.Got()
					}
				case 6, 7, 8:
					step = "HandTo"
					if s.pool == to.pool {
						had := s.Holds() || to.Holds()
						if s.HandTo(to); to.Holds() != (had) && s != to {
							t.Fatal("HandTo lost a slot")
						}
					}
				case 9:
					step = "Leave"
					s.Leave()
				case 10:
					if r.IntN(4) == 0 {
						step = "Move"
						s.Move(NewSlots(1+r.IntN(3), -1))
						if !s.Holds() {
							t.Fatal("a pool of its own has no slot")
						}
						// Its jobs.
						seats = append(seats, NewSeat(s.pool))
					}
				case 11:
					if s.own && r.IntN(2) == 0 {
						step = "Close"
						s.Close()
						seats = without(seats, s.pool)
					}
				}
				checkSeats(t, seats, step)
				if len(seats) == 0 {
					return
				}
			}
			for _, s := range seats {
				s.Close()
			}
			if n := pool.Running(); n != 0 {
				t.Errorf("%d slots are lost", n)
			}
		})
	}
}

// without leaves out the seats of a pool that has ended.
func without(seats []*Seat, pool *Slots) (left []*Seat) {
	for _, s := range seats {
		if s.pool != pool {
			left = append(left, s)
		}
	}
	return left
}

// TestSeatBuild runs makes that run jobs that run makes, each in its goroutine, as a build does.
func TestSeatBuild(t *testing.T) {
	for seed := range uint64(40) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 2))
			slots := 1 + r.IntN(4)
			b := &seatBuild{t: t, stop: context.Background()}
			if r.IntN(4) == 0 {
				var cancel context.CancelFunc
				b.stop, cancel = context.WithTimeout(b.stop, time.Duration(r.IntN(1000))*time.Millisecond)
				defer cancel()
			}
			pool := NewSlots(slots, -1)
			top := NewSeat(nil)
			top.Move(pool)
			b.make(top, nil, 3, seed)
			top.Leave()
			if n := pool.Running(); n != 0 {
				t.Errorf("seed %d: %d slots are lost", seed, n)
			}
			if most := int(b.most.Load()); most > slots {
				t.Errorf("seed %d: %d jobs at once with %d slots", seed, most, slots)
			}
			top.Close()
		})
	}
}

type seatBuild struct {
	t    *testing.T
	stop context.Context
	// running are the processes that run, most the largest number of them.
	running, most atomic.Int64
}

// make is a make with some jobs: it launches one whenever it has a slot, and waits for ends and slots.
func (b *seatBuild) make(seat *Seat, prio Priority, depth int, seed uint64) {
	r := rand.New(rand.NewPCG(seed, uint64(depth)))
	todo, live, n := r.IntN(6), 0, uint32(0)
	ended := make(chan *Seat)
	for todo > 0 || live > 0 {
		if todo > 0 && b.stop.Err() != nil {
			todo = 0
			continue
		}
		if todo > 0 && seat.Take() {
			j := NewSeat(seat.Pool())
			seat.HandTo(j)
			todo, live, n = todo-1, live+1, n+1
			below := append(prio[:len(prio):len(prio)], n)
			seed := r.Uint64()
			go func() {
				b.job(j, below, depth, seed)
				ended <- j
			}()
			continue
		}
		var ready, stopped <-chan struct{}
		if todo > 0 {
			stopped = b.stop.Done()
			ready = seat.Wait(append(prio[:len(prio):len(prio)], n+1))
		} else {
			seat.Leave()
		}
		select {
		case j := <-ended:
			live--
			j.HandTo(seat)
		case <-ready:
			seat.Got()
		case <-stopped:
			todo = 0
		}
	}
	seat.Leave()
}

// job runs some processes and makes.
func (b *seatBuild) job(seat *Seat, prio Priority, depth int, seed uint64) {
	r := rand.New(rand.NewPCG(seed, uint64(depth)))
	for range r.IntN(4) {
		if seat.Acquire(b.stop, prio) != nil {
			return
		}
		if depth > 0 && r.IntN(2) == 0 {
			child := NewSeat(seat.Pool())
			seat.HandTo(child)
			own := r.IntN(5) == 0
			if own {
				child.Move(NewSlots(1, -1)) // its processes take turns: not more than one runs
			}
			b.make(child, prio, depth-1, r.Uint64())
			child.Close()
			continue
		}
		now := b.running.Add(1)
		for {
			most := b.most.Load()
			if now <= most || b.most.CompareAndSwap(most, now) {
				break
			}
		}
		time.Sleep(time.Duration(r.IntN(100)) * time.Millisecond) // of a synctest bubble: it takes no time
		b.running.Add(-1)
	}
}
