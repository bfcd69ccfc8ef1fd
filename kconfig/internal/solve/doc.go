// Package solve answers: which values follow, and why?
//
// Values are computed when asked for and kept until something changes. A symbol that is asked for again while it is
// being computed shows its start value, so the order of evaluation is part of the result in dependency loops, and it is
// always part of the order of warnings.
//
// Reading order: solve.go (one symbol), visible.go, choice.go, range.go, eval.go, unmet.go (warnings), busybox.go;
// set.go and ledger.go (what the user sets, and takes back); why.go, help.go and expand.go (texts).
package solve

import (
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/internal/simplify"
)

// A Solver computes the values of one tree's symbols. It keeps them in the symbols.
type Solver struct {
	*model.Tree
	world      *host.World
	simplifier *simplify.Simplifier

	// Changed says that values may differ from those in the file that was read or written last.
	Changed bool
	// Unmet counts warnings about unmet dependencies.
	Unmet int

	modulesVal model.Tristate // value of the symbol Modules
}

// New returns a solver for a tree.
func New(world *host.World, tree *model.Tree) *Solver {
	return &Solver{Tree: tree, world: world, simplifier: simplify.New(world, tree)}
}
