// Package engine answers: how do the rooms become one tool? It makes a world, a tree, a solver and files for each
// other, and leads a tree from its text to its values. The library and the front ends stand on it.
package engine

import (
	"gokbuild/kconfig/internal/dialect"
	"gokbuild/kconfig/internal/files"
	"gokbuild/kconfig/internal/finalize"
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/internal/solve"
	"gokbuild/kconfig/internal/syntax"
)

// An Engine holds the rooms of one tree.
type Engine struct {
	World  *host.World
	Tree   *model.Tree
	Solver *solve.Solver
	Files  *files.Files
}

// New makes the rooms for an empty tree.
func New(o host.Options) *Engine {
	e := &Engine{World: host.New(o)}
	var d dialect.Dialect
	if o.Dialect != nil {
		d = *o.Dialect
	} else {
		d = dialect.Detect(e.World.Path(e.World.SourceTree()))
	}
	prefix := "CONFIG_"
	if !d.FixedPrefix {
		prefix = e.World.EnvOr("CONFIG_", prefix)
	}
	e.Tree = model.New(d, prefix)
	e.Solver = solve.New(e.World, e.Tree)
	e.Files = files.New(e.World, e.Tree, e.Solver)
	return e
}

// Parse does what the C tool does before it looks at any configuration: it parses, finalises and checks.
func (e *Engine) Parse(file string) {
	syntax.Parse(e.World, e.Tree, file, e.expand)
	e.Tree.Sort()
	finalize.Tree(e.World, e.Tree)
	e.Solver.Changed = true
}

// expand replaces $NAME in a text of a tree without macros; a name that is no symbol is nothing.
func (e *Engine) expand(text string) string { return e.Solver.ExpandSymbols(text, false) }
