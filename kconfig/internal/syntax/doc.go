// Package syntax answers: what does this text say? It reads Kconfig files into a tree of entries, in the words and with
// the recovery from errors of either generation of the C tool's grammar.
//
//	text → tokens → entries
//	lexer.go   parser.go, stmt.go, option.go, optionline.go, expr.go → builder.go
//	macro.go
package syntax

import (
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
