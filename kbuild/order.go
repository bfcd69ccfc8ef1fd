package kbuild

import (
	"math/bits"
	"slices"

	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
)

// This file is about --shuffle (manual, "Shuffle Mode"). The order is make's own
// for the same seed: goals are shuffled first, then the prerequisites of all
// targets that can be reached, and those of a target once more when a rule or
// second expansion has given it others.

// walkOrder is the order in which a target's prerequisites are considered; it
// differs from that of the makefile only under --shuffle.
func (inv *Invocation) walkOrder(f *rules.File) []int {
	if len(f.Order) == len(f.Deps) && inv.shuffling() {
		return f.Order
	}
	return indices(len(f.Deps))
}

func (inv *Invocation) shuffling() bool {
	return inv.flags.ShuffleMode != flags.ShuffleNone && !(inv.serial && inv.db.NotParallel)
}

// shuffleGoals returns the order in which goals are considered, and shuffles
// everything below them.
func (inv *Invocation) shuffleGoals(goals []*goal) []int {
	if inv.remaking || !inv.shuffling() {
		return indices(len(goals))
	}
	r := xorshift(inv.flags.ShuffleSeed)
	order := inv.shuffled(len(goals), &r)
	for _, g := range goals {
		inv.shuffleBelow(g.file, &r)
	}
	return order
}

// shuffleAgain shuffles a target whose prerequisites have changed.
func (inv *Invocation) shuffleAgain(f *rules.File) {
	if !inv.shuffling() {
		return
	}
	r := xorshift(inv.flags.ShuffleSeed)
	inv.shuffleDeps(f, &r)
}

// shuffleBelow shuffles a target and what it depends on, once.
func (inv *Invocation) shuffleBelow(f *rules.File, r *xorshift) {
	if !f.Shuffled {
		f.Shuffled = true
		inv.shuffleDeps(f, r)
	}
}

func (inv *Invocation) shuffleDeps(f *rules.File, r *xorshift) {
	if inv.profile.WaitTarget && slices.ContainsFunc(f.Deps, func(d rules.Dep) bool { return d.Wait }) {
		// The order was asked for.
		f.Order = indices(len(f.Deps))
	} else {
		f.Order = inv.shuffled(len(f.Deps), r)
	}
	for i := range f.Deps {
		if d := f.Deps[i].File; d != nil {
			inv.shuffleBelow(d, r)
		}
	}
}

func (inv *Invocation) shuffled(n int, r *xorshift) []int {
	order := indices(n)
	switch inv.flags.ShuffleMode {
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
func (inv *Invocation) serialPrereqs(f *rules.File) bool {
	return f.NotParallel && inv.profile.NotParallelPrereqs
}
