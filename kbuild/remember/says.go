package remember

// This file keeps what the recipe of a target said when it made it. A target whose prerequisites hold what they held is spared
// only if the recipe would do the same to them today: make runs it, as their dates are new.

import (
	"slices"

	"gokbuild/depgraph/memory"
	"gokbuild/depgraph/pattern"
	"gokbuild/kbuild/lang/rules"
)

// Begins returns what a recipe says that is about to run; "" if that is of no use, or does not show.
func (c *Content) Begins(f *rules.File) string {
	if c.says == nil || f.Phony || f.Recipe == nil || alwaysMade(f) {
		return ""
	}
	words, ok := c.says(f, func(name string) bool {
		return windowVariables.Has(name) || ofShells.Has(name) || ofFlags(name) || ofMake.Has(name)
	})
	if !ok {
		return ""
	}
	return words
}

// ofMake are variables that tell how make was called, beside its options. What was given on its command line are variables of their own.
var ofMake = pattern.NewWords("MAKELEVEL MAKEOVERRIDES MAKEFILES")

// saysSame reports whether the recipe of a target says what it said when it made it. Where it is made in any case, it tells itself
// whether there is something to do, as Kbuild's if_changed does.
func (c *Content) saysSame(f *rules.File) bool {
	if alwaysMade(f) {
		return true
	}
	says := c.Begins(f)
	rec := c.r.m.Find(actionKey(c.r.mk, f))
	return says != "" && rec != nil && slices.Contains(rec.Pieces, saysNote(says))
}

// alwaysMade reports whether a target has a prerequisite that makes it out of date whatever its date: a phony one, or one that is not there, as FORCE is.
func alwaysMade(f *rules.File) bool {
	return slices.ContainsFunc(f.Deps, func(d rules.Dep) bool {
		return !d.OrderOnly && d.File != nil && (d.File.Phony || d.File.Mtime == rules.TimeNone)
	})
}

func saysNote(words string) memory.Piece {
	return memory.Piece{Stream: memory.Note, Child: memory.NewKey("says", words)}
}
