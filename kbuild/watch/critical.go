package watch

// This file finds the critical path: the steps that decided how long the build took.

import (
	"slices"
	"time"
)

// CriticalPath are steps of which each began when the one before it had ended, as far as prerequisites and calls of make tell: the
// last that ended, what it waited for last, and so on; in order of time. What is between them was spent waiting for a job slot, or
// on our own work.
func (a *Account) CriticalPath() (steps []*Step) {
	p := &trail{byName: make(map[name]*Step), below: make(map[*Step]*Step)}
	var last *Step
	for _, s := range a.Steps {
		p.byName[name{s.Make.Number, s.Target}] = s
		if s.Recursive {
			continue
		}
		last = later(last, s)
		// The last to end below a step that called make, at whatever depth.
		for c := s.Make.Caller; c != nil; c = c.Make.Caller {
			p.below[c] = later(p.below[c], s)
		}
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
	byName map[name]*Step
	// below is, of a step that called make, the last that ended there.
	below map[*Step]*Step
}

// later is the step that ended later.
func later(a, b *Step) *Step {
	if a == nil || b != nil && b.Ended > a.Ended {
		return b
	}
	return a
}

// before is the step that a step waited for last; nil if it waited for none.
func (p *trail) before(s *Step) *Step {
	for at := s; at != nil; at = at.Make.Caller {
		var last *Step
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
		if last != nil {
			return last
		}
	}
	return nil
}
