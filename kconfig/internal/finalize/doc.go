// Package finalize answers: which dependencies follow from where an entry stands?
//
// Dependencies are propagated down the menu tree, selects are entered at their targets, consecutive entries that depend
// on a symbol become its submenu, and ifs dissolve. The order in which entries are reached decides the order of reverse
// dependencies, which is visible in warnings.
//
// Reading order: finalize.go (the walk), submenu.go, choice.go; check.go, loop.go, loopreport.go (complaints).
package finalize

import (
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/internal/simplify"
)

// finalizer finalises one tree.
type finalizer struct {
	*model.Tree
	world      *host.World
	simplifier *simplify.Simplifier
	stack      *depFrame // the way from the symbol whose dependencies are being checked
}

// Tree finalises a tree that was parsed, and looks for dependency loops and misuse. What is fatal ends in an Exit.
func Tree(world *host.World, tree *model.Tree) {
	c := &finalizer{Tree: tree, world: world, simplifier: simplify.New(world, tree)}
	c.finalize(&tree.Root, false)
	if c.checkAll() {
		world.Exit(1)
	}
}
