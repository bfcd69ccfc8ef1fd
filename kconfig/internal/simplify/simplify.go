// Package simplify answers: what does this condition come down to?
//
// The simplifiers decide how conditions read in warnings and help, and which entries become submenus, so they repeat
// the C tool's rules step by step, including what it does not simplify.
package simplify

import (
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
)

// A Simplifier rewrites expressions of one tree and remembers what came of them.
type Simplifier struct {
	*model.Tree
	world *host.World

	transformed map[*model.Expr]*model.Expr
	deduped     map[*model.Expr]*model.Expr
	joins       int // operands joined on the level at hand
	notices     int // lines printed
}

// New returns a simplifier for the tree. What it has to say of comparisons goes to the world's standard output.
func New(world *host.World, tree *model.Tree) *Simplifier {
	return &Simplifier{Tree: tree, world: world, transformed: map[*model.Expr]*model.Expr{}, deduped: map[*model.Expr]*model.Expr{}}
}
