package remember

// This file bounds what it may cost to learn: a run shall not cost more than with make, whatever there is to be learned. What
// is not learned in this run is learned in a later one.

import (
	"sync/atomic"
	"syscall"
	"time"
)

// costs is the processor time that learning has cost in this build.
type costs struct {
	tracing, rehearsing atomic.Int64
	// before is what the process had used when the build began.
	before spent
	// noMatter is set if it may cost what it likes.
	noMatter bool
}

// LearnAll lets this build learn all that it can, whatever the cost: for tests, which count.
func (m *Memory) LearnAll() { m.costs.noMatter = true }

func (c *costs) traced(overhead time.Duration) { c.tracing.Add(int64(overhead)) }

func (c *costs) rehearsed(cost time.Duration) { c.rehearsing.Add(int64(cost)) }

// Of the processor time that all processes of the build have used so far, one part in so many may be added by tracing, and by
// rehearsals. Of our own, half may be added: to read and expand the makefiles costs make at least half as much again. And a
// little more, which nobody notices.
const (
	tracingShare    = 20
	rehearsingShare = 50
	ownShare        = 2
	least           = 300 * time.Millisecond
	earliest        = 800 * time.Millisecond
)

// traceable reports whether a command that took so long may be traced when it is run the next time: tracing is slow, and what runs
// for a second is no check that Kbuild makes every time.
func (c *costs) traceable(took time.Duration) bool { return c.noMatter || took < time.Second }

// writesAgain reports whether a command that took so long, and of which it is known what files it wrote, is expected to write them
// again in the next run, as a compilation does. Checks whether there is something to be written are quicker.
func (c *costs) writesAgain(took time.Duration) bool {
	return !c.noMatter && took >= 50*time.Millisecond
}

// mayTrace reports whether a command may be traced that is run anyhow, when that much was spent.
func (c *costs) mayTrace(s spent) bool { return c.noMatter || c.left(s) >= 0 }

// left is what of the share of tracing is left, when that much was spent.
func (c *costs) left(s spent) time.Duration {
	s = s.since(c.before)
	return least + s.own/ownShare + s.all/tracingShare - time.Duration(c.tracing.Load())
}

// budget is what the tracing of one command may cost: what is left, and a little more, so that what has begun comes to its end. For
// one that was traced in vain before it is twice as much each time: perhaps it was let go. 0 is no bound.
func (c *costs) budget(s spent, tried int) time.Duration {
	if c.noMatter {
		return 0
	}
	return max(c.left(s), 0) + least<<(1+min(tried, 5))
}

// early is what the tracing of a command may cost that is met for the first time: only what nobody notices in the work of others. It
// may be one that runs once, and long. ok is false if there is nothing left for it; a budget of 0 is no bound.
func (c *costs) early(s spent) (budget time.Duration, ok bool) {
	budget = earliest + s.since(c.before).all/tracingShare - time.Duration(c.tracing.Load())
	if c.noMatter {
		budget = 0
	}
	return budget, c.noMatter || budget > 0
}

// mayRehearse reports whether a command may be rehearsed that took so long in this build.
func (c *costs) mayRehearse(took time.Duration, s spent) bool {
	s = s.since(c.before)
	cost := time.Duration(c.tracing.Load()+c.rehearsing.Load()) + took
	return c.noMatter || cost <= least+s.own/ownShare+s.all/rehearsingShare
}

// spent is processor time: that of this process, and that of all.
type spent struct{ own, all time.Duration }

func (s spent) since(before spent) spent { return spent{s.own - before.own, s.all - before.all} }

// spentSoFar is what this process and its children have used.
func spentSoFar() (s spent) {
	used := func(who int) time.Duration {
		var u syscall.Rusage
		_ = syscall.Getrusage(who, &u)
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	s.own = used(syscall.RUSAGE_SELF)
	s.all = s.own + used(syscall.RUSAGE_CHILDREN)
	return s
}
