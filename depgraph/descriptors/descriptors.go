// Package descriptors answers one question: may this job open more files now?
//
// A make gives each job a shell of its own, with a table of descriptors of its own. Here one table serves all jobs that
// run in this process. It must never be full: a shell whose pipe or program cannot be had for that reason goes another
// way than the real one. So the table is shared out: so many jobs run at once that each has some ([Jobs]), and a
// program for the in-process shell that needs more asks for them all before it starts ([Pool.Take]). What cannot be
// foreseen waits for others to close theirs ([Patiently]).
//
// The Go runtime raises the soft limit of this process to the hard one, and gives children the one that there was.
package descriptors

import (
	"context"
	"errors"
	"math"
	"os"
	"sync"
	"syscall"
	"time"
)

const (
	// spare is for what is open for a moment: makefiles, files that are hashed, the start of a process.
	spare = 10
	// perJob is what a job has open besides what its shell needs: a pipe or terminal for standard error, two files
	// for -O.
	perJob = 4
	// perShell is what the shell of a job needs, most of the time.
	perShell = 8
)

// Jobs returns how many jobs may run at once in this process, at least one.
func Jobs() int { return theShare().jobs }

// Process is the pool of this process.
func Process() *pool { return theShare().pool }

type share struct {
	jobs int
	pool *pool
}

var theShare = sync.OnceValue(func() share {
	var lim syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &lim) != nil || lim.Cur > math.MaxInt32 {
		return divide(math.MaxInt32, 0)
	}
	open := 20
	if names, err := os.ReadDir("/proc/self/fd"); err == nil {
		open = len(names) + 8 // memory, job server and what jobs get in place of nothing
	}
	return divide(int(lim.Cur), open)
})

func divide(limit, open int) share {
	free := limit - open - spare
	jobs := max(1, free/(perJob+perShell))
	return share{jobs, newPool(max(0, free-jobs*perJob))}
}

// pool is a number of descriptors that may be opened.
type pool struct {
	size int

	mu    sync.Mutex
	free  int
	queue []*claim
}

type claim struct {
	n     int
	ready chan struct{}
}

// newPool returns a pool of a size.
func newPool(size int) *pool { return &pool{size: size, free: size} }

// Size is the most that can be taken.
func (p *pool) Size() int { return p.size }

// TryTake takes n if they are free and nobody waits.
func (p *pool) TryTake(n int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.queue) > 0 || n > p.free {
		return false
	}
	p.free -= n
	return true
}

// Take waits for n, at most the size of the pool, until ctx ends. Who has some must not ask for more: both could wait
// for each other.
func (p *pool) Take(ctx context.Context, n int) error {
	p.mu.Lock()
	n = min(n, p.size)
	if len(p.queue) == 0 && n <= p.free {
		p.free -= n
		p.mu.Unlock()
		return nil
	}
	c := &claim{n, make(chan struct{})}
	p.queue = append(p.queue, c)
	p.mu.Unlock()
	select {
	case <-c.ready:
		return nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, other := range p.queue {
		if other == c {
			p.queue = append(p.queue[:i], p.queue[i+1:]...)
			p.serve()
			return ctx.Err()
		}
	}
	p.free += n // granted meanwhile
	p.serve()
	return ctx.Err()
}

// Give gives n back that were taken.
func (p *pool) Give(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free += min(n, p.size)
	p.serve()
}

// serve gives what is free to those who wait, in their order. mu is held.
func (p *pool) serve() {
	for len(p.queue) > 0 && p.queue[0].n <= p.free {
		c := p.queue[0]
		p.queue = p.queue[1:]
		p.free -= c.n
		close(c.ready)
	}
}

// patience is how long a call that needs a descriptor waits for one.
const patience = 10 * time.Second

// Exhausted reports whether an error says that there is no descriptor left, here or on the machine.
func Exhausted(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// Patiently calls open again while there is no descriptor left for it, for some time or until ctx ends: others close
// theirs.
func Patiently(ctx context.Context, open func() error) error {
	err := open()
	if !Exhausted(err) {
		return err
	}
	wait := time.Millisecond
	for deadline := time.Now().Add(patience); Exhausted(err) && time.Now().Before(deadline); err = open() {
		select {
		case <-time.After(wait): // nothing tells when a descriptor is closed
			wait = min(2*wait, 50*time.Millisecond)
		case <-ctx.Done():
			return err
		}
	}
	return err
}
