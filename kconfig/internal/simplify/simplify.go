// The simplifier of one tree.

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
