package remember

// This file tests how much learning may cost.

import (
	"testing"
	"time"
)

// TestBudget: what was let go gets more the next time, up to a bound.
func TestBudget(t *testing.T) {
	var c costs
	last := time.Duration(0)
	for tried := range 6 {
		b := c.budget(spent{}, tried)
		if b <= last {
			t.Errorf("after %d in vain: %v, before that %v", tried, b, last)
		}
		last = b
	}
	if most := c.budget(spent{}, 1000); most != last {
		t.Errorf("at most %v, then %v", last, most)
	}
}

// TestCosts plays builds in which every command is to be learned: what that adds is a small part of the build.
func TestCosts(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name           string
		commands       int
		took, overhead time.Duration // of a command, and what its tracing adds
		own            time.Duration // our own time for each
		most           float64       // what may be added, of what make would use
	}{
		{"everything is compiled again", 400, 70 * ms, 140 * ms, ms, 0.08},
		{"small commands in many makes", 100, 5 * ms, 15 * ms, 20 * ms, 0.7},
		{"one that takes long among short ones", 20, 900 * ms, 3000 * ms, 0, 0.25},
	} {
		t.Run(c.name, func(t *testing.T) {
			var costs costs
			var s spent
			all := time.Duration(c.commands) * (c.took + c.own)
			most := time.Duration(c.most * float64(all))
			traced := 0
			for range c.commands {
				if s.own += c.own; costs.mayTrace(s) {
					costs.traced(c.overhead)
					s.all += c.overhead
					traced++
				}
				s.all += c.took + c.own
			}
			if added := time.Duration(traced) * c.overhead; traced == 0 || added > most {
				t.Errorf("%d traced add %v", traced, added)
			}
			costs.tracing.Store(0)
			rehearsed := 0
			for range c.commands {
				if s := (spent{own: s.own, all: all}); costs.mayRehearse(c.took, s) {
					costs.rehearsed(c.took + c.overhead)
					rehearsed++
				}
			}
			if added := time.Duration(rehearsed) * (c.took + c.overhead); added > most {
				t.Errorf("%d rehearsed add %v", rehearsed, added)
			}
			costs.noMatter = true
			if !costs.mayTrace(spent{}) || !costs.mayRehearse(time.Hour, spent{}) {
				t.Error("it matters")
			}
		})
	}
}
