// What is asked of the package: parse a tree, read it ahead, expand a text.

package syntax

import (
	"gokbuild/depgraph/heap"
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
)

// Parse reads the file, and all that it includes, into the tree. A tree with errors ends in an Exit. In trees without
// macros expand replaces $NAME by the values of symbols; it is called while the tree is being read.
func Parse(world *host.World, tree *model.Tree, file string, expand func(string) string) {
	c := newShared(world, tree)
	l := newLexer(c)
	l.open(file)
	(&parser{c: c, lex: l, expand: expand}).tree()
}

// Announce goes through the files for the commands of $(shell,...) only, taking every command to go well and no error
// for one.
func Announce(world *host.World, tree *model.Tree, file string, expand func(string) string) {
	c := newShared(world, tree)
	c.lenient = true
	l := newLexer(c)
	if c.D.OldLexer {
		l.open(file)
		(&parser{c: c, lex: l, expand: expand}).parse()
		return
	}
	l.announce(file)
}

// Expand expands a text that stands in no file. The variables of the tree are not known there, only the environment.
func Expand(world *host.World, tree *model.Tree, text string) string {
	return newLexer(newShared(world, tree)).m.expand(text, nil)
}

// shared is what the lexers, the macros and the parser of one reading share.
type shared struct {
	*model.Tree
	world *host.World
	noted map[string]bool // files in the dependency list
	// lenient: error-if is no error, since its answers are guessed (reading ahead).
	lenient bool
}

func newShared(world *host.World, tree *model.Tree) *shared {
	return &shared{Tree: tree, world: world, noted: map[string]bool{}}
}

// complain writes to the stream that the dialect uses for troubles of the lexer.
func (c *shared) complain(format string, args ...any) {
	if c.D.StdoutErrors {
		c.world.Printf(format, args...)
		return
	}
	c.world.Warnf(format, args...)
}

// complainAt is complain about a place; the mark stands between place and text.
func (c *shared) complainAt(m host.Message, mark string) { c.world.Report(m, mark, c.D.StdoutErrors) }

// large is how many files a tree has, at least, that takes tens of megabytes. Kernels have over a thousand.
const large = 16

// noteFile enters a file in the dependency list, once.
func (c *shared) noteFile(name string) string {
	if !c.noted[name] {
		c.noted[name] = true
		if c.Sources = append(c.Sources, name); len(c.Sources) == large {
			heap.Large(heap.Kconfig)
		}
	}
	return name
}
