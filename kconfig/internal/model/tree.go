// The parsed tree as a whole.

package model

import "gokbuild/kconfig/internal/dialect"

// A Tree is what the Kconfig files of a tree say: symbols, menus, expressions. It is data; the values of its symbols
// are computed by package solve.
type Tree struct {
	// D is the dialect in use.
	D dialect.Dialect
	// Prefix is put before symbol names in files: CONFIG_ as a rule.
	Prefix string

	// Root is the main menu; its prompt is the title.
	Root Menu
	Syms Table
	// Exprs holds all expressions.
	Exprs ExprTable

	// Yes, Mod and No are the symbols of the constants y, m and n.
	Yes, Mod, No *Symbol
	// Modules says whether modules exist; it is No in trees without.
	Modules *Symbol
	// DefconfigList is the symbol whose defaults name files to start from (option defconfig_list), or nil.
	DefconfigList *Symbol

	// Sources are the Kconfig files read, as named in source statements, in order of first inclusion.
	Sources []string
	// Used are the variables of the environment that decided the parse, in order of first use.
	Used []EnvUse
}

// An EnvUse is a variable of the environment and its value when it was read.
type EnvUse struct{ Name, Value string }

// New returns an empty tree.
func New(d dialect.Dialect, prefix string) *Tree {
	t := &Tree{D: d, Prefix: prefix}
	t.Syms.plain = make(map[string]*Symbol)
	t.Syms.konst = make(map[string]*Symbol)
	t.Syms.choices = make(map[string]*Symbol)
	t.initConstants()
	return t
}
