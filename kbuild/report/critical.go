package report

// This file finds the critical path: the steps that decided how long the build took.

import (
	"cmp"
	"slices"
	"sort"
	"time"
)

// criticalPath are steps of which each began when the one before it had ended, as far as prerequisites and calls of make tell: the
// last that ended, what it waited for last, and so on; in order of time. What is between them was spent waiting for a job slot, or
// on our own work.
func (a *account) criticalPath() (steps []*step) {
	p := &trail{byName: make(map[name]*step), below: make(map[*step]*step), under: make(map[*step][]*step)}
	var last *step
	for _, s := range a.Steps {
		p.byName[name{s.Make.Number, s.Target}] = s
		if s.Recursive {
			continue
		}
		last = later(last, s)
		// The last to end below a step that called make, at whatever depth.
		for c := s.Make.Caller; c != nil; c = c.Make.Caller {
			p.below[c] = later(p.below[c], s)
			p.under[c] = append(p.under[c], s)
		}
	}
	for _, all := range p.under {
		slices.SortFunc(all, func(x, y *step) int { return cmp.Compare(x.Ended, y.Ended) })
	}
	for s := last; s != nil && len(steps) < mostSteps; s = p.before(s) {
		steps = append(steps, s)
	}
	slices.Reverse(steps)
	return steps
}

// mostSteps bounds the length of a path.
const mostSteps = 10000

// trail is what is needed to go back along a path.
type trail struct {
	byName map[name]*step
	// below is, of a step that called make, the last that ended there.
	below map[*step]*step
	// under are all that ended there, in order of their ends.
	under map[*step][]*step
}

// later is the step that ended later.
func later(a, b *step) *step {
	if a == nil || b != nil && b.Ended > a.Ended {
		return b
	}
	return a
}

// before is the step that a step waited for last; nil if it waited for none.
func (p *trail) before(s *step) *step {
	for at := s; at != nil; at = at.Make.Caller {
		var last *step
		for _, target := range at.After {
			d := p.byName[name{at.Make.Number, target}]
			if d == nil || d == at {
				continue
			}
			if d.Recursive || p.below[d] != nil {
				d = p.below[d]
			}
			if d != nil && d != s && d.Ended <= s.Began+time.Millisecond && d.Began < s.Began {
				last = later(last, d)
			}
		}
		if last = later(last, p.earlier(at, s)); last != nil {
			return last
		}
	}
	return nil
}

// earlier is the last step of the makes that the same recipe called before that of at: it calls one after the other. s is the step that
// waited.
func (p *trail) earlier(at, s *step) *step {
	all := p.under[at.Make.Caller]
	i := sort.Search(len(all), func(i int) bool { return all[i].Ended > s.Began })
	for i--; i >= 0; i-- {
		if d := all[i]; p.child(d, at.Make.Caller) != at.Make {
			return d
		}
	}
	return nil
}

// child is the make, called by a step, in or below which another step is.
func (p *trail) child(d, caller *step) *makeRun {
	m := d.Make
	for m.Caller != nil && m.Caller != caller {
		m = m.Caller.Make
	}
	return m
}
