package kbuild

import (
	"math/rand"
	"slices"

	"gokbuild/kbuild/flags"
	"gokbuild/kbuild/rules"
)

// walkOrder is the order in which a target's prerequisites are considered; it
// differs from that of the makefile only under --shuffle.
func (inv *Invocation) walkOrder(f *rules.File) []int {
	if inv.profile.WaitTarget && slices.ContainsFunc(f.Deps, func(d rules.Dep) bool { return d.Wait }) {
		// The order was asked for.
		return indices(len(f.Deps))
	}
	return inv.shuffled(len(f.Deps))
}

func (inv *Invocation) goalOrder(goals []*goal) []int {
	if inv.remaking {
		return indices(len(goals))
	}
	return inv.shuffled(len(goals))
}

func (inv *Invocation) shuffled(n int) []int {
	order := indices(n)
	if inv.serial && inv.db.NotParallel {
		return order
	}
	switch inv.flags.ShuffleMode {
	case flags.ShuffleReverse:
		for i, j := 0, n-1; i < j; i, j = i+1, j-1 {
			order[i], order[j] = order[j], order[i]
		}
	case flags.ShuffleRandom:
		if inv.rand == nil {
			inv.rand = rand.New(rand.NewSource(int64(inv.flags.ShuffleSeed)))
		}
		inv.rand.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	return order
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
