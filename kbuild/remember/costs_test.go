package remember

// This file tests how much learning may cost.

import (
	"testing"
	"time"
)

// TestTriedInVain: what was let go has to wait until twice as much may be spent on it, up to a bound.
func TestTriedInVain(t *testing.T) {
	needed := func(tried int) (all time.Duration) {
		for c := new(costs); ; all += 10 * time.Millisecond {
			if _, ok := c.mayTrace(all, tried); ok {
				return all
			}
		}
	}
	last := needed(2)
	for tried := 3; tried < 5; tried++ {
		now := needed(tried)
		if now <= last {
			t.Errorf("after %d in vain: %v, before that %v", tried, now, last)
		}
		last = now
	}
	if most := needed(1000); most != last {
		t.Errorf("at most %v, then %v", last, most)
	}
}

// TestWhoPays: a run learns from what it saves. Each of these has spent little so far.
func TestWhoPays(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name        string
		makes       int64 // that were evaluated so far
		most, usual int64 // that builds before it have evaluated: any, those with this command line
		soon        bool
		early       bool
		from, to    time.Duration
	}{
		{"the first build of a directory", 20, 0, 0, false, true, 0, 200 * ms},
		{"a build that goes further than any before", 20, 10, 10, false, true, 0, 200 * ms},
		{"a goal that only tells something, for the first time", 2, 0, 0, false, false, 0, ms},
		{"the first make of all that follow", 3, 0, 0, false, true, 0, 200 * ms},
		{"nothing has changed", 20, 500, 500, false, false, time.Second, 3 * time.Second},
		{"a command line that is new", 20, 500, 0, false, false, 0, 200 * ms},
		{"a small goal, again", 20, 500, 25, false, false, 0, 200 * ms},
		{"where make has built", 20, 0, 0, true, false, 0, 200 * ms},
		{"a module, for the first time", 20, 0, 0, true, false, 0, 200 * ms},
		{"a goal with more makes than any before, clean for one", 2000, 500, 0, false, false, 0, 1100 * ms},
		{"a module", 20, 20, 20, true, false, 0, 200 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			costs := costs{soon: c.soon, own: ownTime()}
			costs.most.Store(c.most)
			costs.usual.Store(c.usual)
			costs.makes.Store(c.makes)
			if _, early := costs.early(0); early != c.early {
				t.Errorf("early: %v", early)
			}
			if left := costs.left(ms); left < c.from || left > c.to {
				t.Errorf("%v may be spent", left)
			}
		})
	}
}

// TestEvaluatingPays: a run that evaluates many makes may learn with half of what that took, but not the first build of a directory,
// which has its share, and not what ends in the first makes.
func TestEvaluatingPays(t *testing.T) {
	for _, c := range []struct {
		makes, most int64
		from, to    time.Duration
	}{{500, 500, 900 * time.Millisecond, 1500 * time.Millisecond}, {20, 500, 90 * time.Millisecond, 200 * time.Millisecond}, {500, 0, 0, 0}, {3, 500, 0, 0}} {
		costs := costs{own: ownTime() - 2*time.Second}
		costs.makes.Store(c.makes)
		costs.most.Store(c.most)
		if got := costs.saved(); got < c.from || got > c.to {
			t.Errorf("%+v: %v are saved", c, got)
		}
	}
}

// TestNoTrap: what was let go often, perhaps as the machine was busy, is traced again in the end: by a run with many answers at once, else
// after some runs that were too small to pay for it. Each has spent 100 ms, 20 of them on makefiles, when it meets the command.
func TestNoTrap(t *testing.T) {
	for _, c := range []struct {
		answers     int64
		tried, runs int
	}{{0, 0, 2}, {300, 3, 1}, {100, 3, 5}, {0, 3, 11}, {0, 6, 20}, {0, 19, 20}} {
		credit := time.Duration(0)
		for run := 1; ; run++ {
			const spent, evaluating = 100 * time.Millisecond, 20 * time.Millisecond
			costs := costs{credit: credit, before: processorTime() - spent, own: ownTime() - evaluating}
			costs.most.Store(500)
			costs.usual.Store(20)
			costs.makes.Store(20)
			costs.leftOut.Store(c.answers * int64(2*time.Millisecond))
			budget, ok := costs.mayTrace(spent, c.tried)
			if ok {
				costs.traced(budget)
				if left := costs.saving(); left > credit {
					t.Errorf("%+v: %v were there, of %v there is still %v", c, credit, budget, left)
				}
				break
			}
			if credit = costs.saving(); run == c.runs {
				t.Errorf("%+v: after %d runs there is %v", c, run, credit)
				break
			}
		}
	}
}

// TestCosts plays builds in which every command is to be learned: what that adds is a small part of the build.
func TestCosts(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name           string
		commands       int
		took, overhead time.Duration // of a command, and what its tracing adds
		makes          int64
		first, later   float64 // what may be added, of what is spent anyhow: in the first build of a directory, and in later ones
	}{
		{"everything is compiled again", 400, 70 * ms, 140 * ms, 100, 0.08, 0.04},
		{"small commands in many makes", 500, 5 * ms, 15 * ms, 300, 0.15, 0.1},
		{"one that takes long among short ones", 20, 900 * ms, 3000 * ms, 20, 0.08, 0.05},
	} {
		play := func(t *testing.T, before int64, part float64) {
			evaluating := time.Duration(c.makes) * ms
			costs := costs{own: ownTime() - evaluating}
			costs.makes.Store(c.makes)
			costs.most.Store(before)
			all := time.Duration(c.commands)*c.took + evaluating
			spent, added := time.Duration(0), time.Duration(0)
			for range c.commands {
				if budget, ok := costs.mayTrace(spent, 0); ok {
					overhead := min(c.overhead, budget)
					costs.traced(overhead)
					spent, added = spent+overhead, added+overhead
				}
				spent += c.took
			}
			if most := time.Duration(part * float64(all)); added == 0 || added > most {
				t.Errorf("tracing adds %v to %v", added, all)
			}
			for range c.commands {
				if budget, ok := costs.mayRehearse(c.took, spent); ok {
					costs.rehearsed(c.took + min(c.overhead, budget))
					added += c.took + min(c.overhead, budget)
				}
			}
			if most := time.Duration(2 * part * float64(all)); added > most {
				t.Errorf("with rehearsals that is %v", added)
			}
		}
		t.Run(c.name, func(t *testing.T) {
			t.Run("first", func(t *testing.T) { play(t, 0, c.first) })
			t.Run("later", func(t *testing.T) { play(t, c.makes, c.later) })
		})
	}
	costs := costs{noMatter: true}
	_, mayTrace := costs.mayTrace(0, 0)
	if _, ok := costs.mayRehearse(time.Hour, 0); !ok || !mayTrace {
		t.Error("it matters")
	}
}

// TestLeftOut: a command that was left out pays what it took when it ran, or a shell if that is not known.
func TestLeftOut(t *testing.T) {
	for cost, want := range map[time.Duration]time.Duration{0: perShell, 30 * time.Millisecond: 30 * time.Millisecond} {
		var costs costs
		before := costs.left(0)
		costs.leavesOut(cost)
		if got := costs.left(0) - before; got != want {
			t.Errorf("%v: it pays %v", cost, got)
		}
	}
}

// TestMaySettle: the first make is run once more where that is a small part of what make would have taken, or earlier runs have paid for
// it. Here it would take 40 ms.
func TestMaySettle(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name           string
		answers, lines int64
		children       time.Duration
		credit         time.Duration
		may            bool
	}{
		{"a goal that prints a word", 0, 1, 0, 0, false},
		{"with many answers from memory", 30, 1, 0, 0, true},
		{"that has run before", 0, 1, 0, 50 * ms, true},
		{"many small lines", 0, 30, 0, 0, true},
		{"compilers have run", 0, 0, 5 * time.Second, 0, true},
	} {
		now := processorTime()
		costs := costs{own: ownTime() - 40*ms, before: now - 40*ms - c.children, credit: c.credit}
		costs.most.Store(500)
		costs.makes.Store(2)
		costs.leftOut.Store(c.answers * int64(2*time.Millisecond))
		costs.lines.Store(c.lines)
		if may := costs.maySettle(); may != c.may {
			t.Errorf("%s: %v", c.name, may)
		}
		if costs.waits.Load() == c.may {
			t.Errorf("%s: it waits for credit: %v", c.name, !c.may)
		}
	}
}
