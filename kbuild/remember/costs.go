package remember

// This file bounds what it may cost to learn: runs shall not cost more than with make, whatever there is to be learned. What
// is not learned in this run is learned in a later one.

import (
	"sync/atomic"
	"syscall"
	"time"

	"gokbuild/depgraph/memory"
)

// costs is the processor time that learning has cost in this build, and what tells how much it may cost.
type costs struct {
	tracing, rehearsing atomic.Int64
	// before is what the process had used when the build began.
	before time.Duration
	// makes counts the makes that this build has evaluated. most is how many a build of this directory evaluated at most, usual
	// how many one with this command line; 0 if none has come to its end.
	makes, most, usual atomic.Int64
	// leftOut is the processor time that the commands would have taken that were left out, lines counts those of recipes that ran in
	// this process.
	leftOut, lines atomic.Int64
	// own is what this process itself, without its children, had used when the build began.
	own time.Duration
	// credit is what earlier builds with this command line could have spent, and have not; waits says that a command waits for it to grow.
	credit time.Duration
	waits  atomic.Bool
	// soon says that the build is expected to be over soon: that of an external module, or where make has built before.
	soon bool
	// noMatter is set if it may cost what it likes.
	noMatter bool
}

// LearnAll lets this build learn all that it can, whatever the cost: for tests, which count.
func (m *Memory) LearnAll() { m.costs.noMatter = true }

func (c *costs) traced(overhead time.Duration) { c.tracing.Add(int64(overhead)) }

func (c *costs) rehearsed(cost time.Duration) { c.rehearsing.Add(int64(cost)) }

// Learning is paid with what is saved: runs that learn shall not take longer than make, in their sum; one of them may spend what others
// have left.
//
//   - A build that goes further than any before in its directory, where none went far (built), compiles for minutes, and runs what
//     each later build runs too. It may spend firstShare of all processor time on tracing, and a little in advance. A goal that only
//     tells something, kernelrelease say, ends in the make that was called or, with O=, in the one below it (far).
//   - A build that leaves out makes which its command line had evaluated before saves make's time for them (perMake: a process that
//     reads some makefiles). GNU make spent 13 ms of processor time on each in 6.1 tinyconfig, nothing changed, on a slow machine.
//   - A command that was left out saves what it took when it ran, or a shell at least (perShell; 1.2 ms there).
//   - A line of a recipe that ran in this process saves a shell, and mostly a small program (perLine).
//   - What a build with this command line has left is there for the next one (credit), if a command waits for it.
//   - Others evaluate all makefiles, as make does. Without a process for each make that takes well under half of make's time: half of what
//     this process has used is saved, but no more than perMake for each make behind the first ones (far). Of what else runs they may add laterShare.
const (
	firstShare      = 20
	laterShare      = 50
	rehearsingShare = 50
	perMake         = 6 * time.Millisecond
	perShell        = 1200 * time.Microsecond
	perLine         = 2 * time.Millisecond
	built           = 100
	far             = 3
	attempt         = 150 * time.Millisecond
	least           = 100 * time.Millisecond
	earliest        = 1200 * time.Millisecond
	mostCredit      = time.Second
	large           = 100 * time.Millisecond
)

// first reports whether this is the first build of its directory that goes far.
func (c *costs) first() bool {
	most, makes := c.most.Load(), c.makes.Load()
	return most < built && makes > most && makes >= far && !c.soon
}

// saved is what was saved so far.
func (c *costs) saved() time.Duration {
	makes := c.makes.Load()
	evaluated := min((ownTime()-c.own)/2, time.Duration(max(0, makes-far))*perMake)
	if c.first() {
		evaluated = 0 // it may spend firstShare
	}
	return time.Duration(max(0, c.usual.Load()-makes))*perMake + evaluated +
		time.Duration(c.leftOut.Load()) + time.Duration(c.lines.Load())*perLine
}

// leavesOut notes that a command was left out that took so much when it ran; 0 if that is not known.
func (c *costs) leavesOut(cost time.Duration) { c.leftOut.Add(int64(max(cost, perShell))) }

// allowance is what learning may cost that far, when that much was spent; learning that takes its share of all, too. A little is
// advanced, but not to what is done for the first time, and is soon done, and no more than half of what was spent: a goal that is over at
// once would take twice the time.
func (c *costs) allowance(spent, share time.Duration) time.Duration {
	advance := least
	if c.usual.Load() == 0 && !c.first() {
		advance = 0
	}
	return min(advance, spent/2) + c.saved() + spent/share
}

// maySettle reports whether the first make may be run once more without effects. That costs what this process has spent on the first time,
// in a large build a quarter of it: makes that are proved are not evaluated again, and what is read is parsed. Where little was saved, by
// a goal that prints a line say, it waits for a later run.
func (c *costs) maySettle() bool {
	own := ownTime() - c.own
	if c.noMatter || own/4+min(own, large)*3/4 <= c.left(c.spent()) {
		return true
	}
	c.waits.Store(true)
	return false
}

// traceable reports whether a command that took so long may be traced when it is run the next time: tracing is slow, and what runs
// for a second is no check that Kbuild makes every time.
func (c *costs) traceable(took time.Duration) bool { return c.noMatter || took < time.Second }

// writesAgain reports whether a command that took so long, and of which it is known what files it wrote, is expected to write them
// again in the next run, as a compilation does. Checks whether there is something to be written are quicker.
func (c *costs) writesAgain(took time.Duration) bool {
	return !c.noMatter && took >= 50*time.Millisecond
}

// makesKey is the key of a note that tells how many makes a build evaluated at most: any of the directory, or one whose first make is
// known by its key.
func makesKey(first memory.Key) memory.Key {
	return memory.NewKey("makes of a build", string(first[:]))
}

// recallMakes reads such a note, keepMakes writes it.
func (m *Memory) recallMakes(first memory.Key, to *atomic.Int64) {
	if note := m.Find(makesKey(first)); note != nil {
		to.Store(int64(note.Status))
	}
}

func (m *Memory) keepMakes(first memory.Key, known *atomic.Int64) {
	if n := m.costs.makes.Load(); n > known.Load() {
		m.Add(&memory.Record{Key: makesKey(first), Notes: true, Status: int(n)}, m.Clock())
	}
}

// evaluates notes that a make is evaluated.
func (m *Memory) evaluates(base memory.Key) {
	if m.costs.makes.Add(1) == 1 {
		m.firstMake = base
		m.recallMakes(base, &m.costs.usual)
		if note := m.Find(creditKey(base)); note != nil {
			m.costs.credit = time.Duration(note.Status) * time.Millisecond
		}
	}
}

// creditKey is the key of the note that tells the credit of a command line, in milliseconds.
func creditKey(first memory.Key) memory.Key {
	return memory.NewKey("credit of a build", string(first[:]))
}

// keepCredit writes that note.
func (m *Memory) keepCredit() {
	left := m.costs.saving()
	if left != m.costs.credit {
		m.Add(&memory.Record{Key: creditKey(m.firstMake), Notes: true, Status: int(left / time.Millisecond)}, m.Clock())
	}
}

// saving is the credit of the next build with this command line.
func (c *costs) saving() time.Duration {
	left := min(max(0, c.left(c.spent())), mostCredit)
	if c.waits.Load() {
		return left
	}
	return min(left, c.credit)
}

// mayTrace reports whether a command may be traced that is run anyhow, and what that may cost, when that much was spent. One that
// was traced in vain before was perhaps let go, as it became too dear: it gets twice as much each time, or half of what is left if
// that is more, and waits until half of it is there, or all that can be saved. A budget of 0 is no bound.
func (c *costs) mayTrace(spent time.Duration, tried int) (budget time.Duration, ok bool) {
	if c.noMatter {
		return 0, true
	}
	budget = attempt << min(tried, 6)
	left := c.left(spent)
	if ok = left >= min(budget/2, mostCredit); !ok {
		c.waits.Store(true)
	}
	return min(max(budget, left/2), left), ok
}

// left is what of the share of tracing is left, when that much was spent.
func (c *costs) left(spent time.Duration) time.Duration {
	share := time.Duration(laterShare)
	if c.first() {
		share = firstShare
	}
	return c.credit + c.allowance(spent, share) - time.Duration(c.tracing.Load())
}

// early is what the tracing of a command may cost that is met for the first time: in the first build of its directory only.
// It may be one that runs once, and long. ok is false if there is nothing left for it; a budget of 0 is no bound.
func (c *costs) early(spent time.Duration) (budget time.Duration, ok bool) {
	if c.noMatter {
		return 0, true
	}
	if !c.first() {
		return 0, false
	}
	budget = earliest + spent/firstShare - time.Duration(c.tracing.Load())
	return budget, budget > 0
}

// mayRehearse reports whether a command may be rehearsed that took so long in this build, and what that may cost: half of what is
// left, as it may be in vain. A budget of 0 is no bound.
func (c *costs) mayRehearse(took, spent time.Duration) (budget time.Duration, ok bool) {
	if c.noMatter {
		return 0, true
	}
	left := c.allowance(spent, rehearsingShare) - time.Duration(c.tracing.Load()+c.rehearsing.Load())
	return left / 2, left > 2*took
}

// spent is the processor time that this process and its children have used since the build began.
func (c *costs) spent() time.Duration { return processorTime() - c.before }

func processorTime() time.Duration { return ownTime() + timeOf(syscall.RUSAGE_CHILDREN) }

func ownTime() time.Duration { return timeOf(syscall.RUSAGE_SELF) }

func timeOf(who int) time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(who, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
