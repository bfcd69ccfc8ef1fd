package facts

// This file counts generations: the times at which something may have written files.

import (
	"sync/atomic"
	"time"
)

// Generation numbers the stretches of time in which nothing is known to have written files. What was seen under a path
// in a generation need not be looked at again in it. The zero Generation has not begun.
type Generation struct {
	n     atomic.Uint64
	began atomic.Int64
}

// Changed begins a new generation. It is to be called when something has ended that may have written files.
func (g *Generation) Changed() {
	g.began.Store(time.Now().UnixNano())
	g.n.Add(1)
}

// Number is that of the present generation.
func (g *Generation) Number() uint64 { return g.n.Load() }

// Began returns a time before anything was looked at in the present generation.
func (g *Generation) Began() time.Time { return time.Unix(0, g.began.Load()) }

// Follow begins a generation whose number is above all that other has had. Nobody may use g yet.
func (g *Generation) Follow(other *Generation) {
	g.n.Store(max(g.Number(), other.Number()))
	g.Changed()
}
