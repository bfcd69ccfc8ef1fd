package update

// This file is about --shuffle (manual, "Shuffle Mode"). The order is make's own
// for the same seed: goals are shuffled first, then the prerequisites of all
// targets that can be reached, and those of a target once more when a rule or
// second expansion has given it others.

import (
	"math/bits"
	"slices"

	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
)

// walkOrder is the order in which a target's prerequisites are considered; it differs from that of the makefile only under
// --shuffle.
func (w *Walk) walkOrder(f *rules.File) []int {
	if o := w.orders[f]; o != nil && len(o.list) == len(f.Deps) && w.shuffling() {
		return o.list
	}
	return indices(len(f.Deps))
}

func (w *Walk) shuffling() bool {
	return w.Make.Flags.ShuffleMode != flags.ShuffleNone && !(w.DB.NotParallel && w.Serial())
}

// shuffleGoals returns the order in which goals are considered, and shuffles everything below them.
func (w *Walk) shuffleGoals(goals []*Goal) []int {
	if w.remaking() || !w.shuffling() {
		return indices(len(goals))
	}
	r := xorshift(w.Make.Flags.ShuffleSeed)
	order := w.shuffled(len(goals), &r)
	for _, g := range goals {
		w.shuffleBelow(g.File, &r)
	}
	return order
}

// shuffleAgain shuffles a target whose prerequisites have changed.
func (w *Walk) shuffleAgain(f *rules.File) {
	if w.shuffling() {
		r := xorshift(w.Make.Flags.ShuffleSeed)
		w.shuffleDeps(f, &r)
	}
}

// wasShuffled reports whether a target was shuffled with those above it.
func (w *Walk) wasShuffled(f *rules.File) bool { return w.orders[f] != nil && w.orders[f].below }

// shuffleBelow shuffles a target and what it depends on, once.
func (w *Walk) shuffleBelow(f *rules.File, r *xorshift) {
	if !w.wasShuffled(f) {
		w.order(f).below = true
		w.shuffleDeps(f, r)
	}
}

func (w *Walk) shuffleDeps(f *rules.File, r *xorshift) {
	if w.profile.WaitTarget && slices.ContainsFunc(f.Deps, func(d rules.Dep) bool { return d.Wait }) {
		// The order was asked for.
		w.order(f).list = indices(len(f.Deps))
	} else {
		w.order(f).list = w.shuffled(len(f.Deps), r)
	}
	for i := range f.Deps {
		if d := f.Deps[i].File; d != nil {
			w.shuffleBelow(d, r)
		}
	}
}

// order is the order of a target's prerequisites under --shuffle; below is set once it was made with those above it.
type order struct {
	list  []int
	below bool
}

func (w *Walk) order(f *rules.File) *order {
	o := w.orders[f]
	if o == nil {
		if w.orders == nil {
			w.orders = make(map[*rules.File]*order)
		}
		o = new(order)
		w.orders[f] = o
	}
	return o
}

func (w *Walk) shuffled(n int, r *xorshift) []int {
	order := indices(n)
	switch w.Make.Flags.ShuffleMode {
	case flags.ShuffleReverse:
		slices.Reverse(order)
	case flags.ShuffleRandom:
		for i := range order {
			j := int(r.next() % uint32(n))
			order[i], order[j] = order[j], order[i]
		}
	}
	return order
}

// xorshift is the random number generator of make.
type xorshift uint32

func (r *xorshift) next() uint32 {
	x := uint32(*r)
	if x == 0 {
		// It would stay 0; make takes the time then.
		x = bits.Reverse32(1)
	}
	x ^= x << 13
	x ^= x >> 17
	x ^= x << 5
	*r = xorshift(x)
	return x
}

func indices(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	return order
}

// serialPrereqs reports whether the prerequisites of a target are made one
// after another (.NOTPARALLEL with prerequisites, since make 4.4).
func (w *Walk) serialPrereqs(f *rules.File) bool {
	return f.NotParallel && w.profile.NotParallelPrereqs
}
