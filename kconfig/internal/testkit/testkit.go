// Package testkit answers: which dialects do tests need that have no tree? Only tests use it.
package testkit

import "gokbuild/kconfig/internal/dialect"

// Older is a generation between the two models: tristate choices, copied expressions, values in table order. The
// differential harness checks real trees; this is for cases that need no tree.
func Older() *dialect.Dialect {
	d := dialect.Newest()
	d.NewChoices, d.SharedExprs, d.BrokenNotEqualYes, d.MenuLinks = false, false, false, false
	d.Optional, d.NamedChoice, d.StmtFile, d.MembersCheck = true, true, true, false
	d.StmtErrorLine, d.NoFinalEOL = false, false
	d.DropOutOfRange, d.ResetInvisible, d.VisibleSetsUser = true, true, true
	d.NumberStart, d.DefaultZero, d.NoEqualWarns, d.NotSetPrefix = false, false, false, true
	d.HashSize, d.CmdStyle, d.AutoValidReset = 9973, dialect.CmdMid, true
	d.LoopMenuOrder, d.LoopPos, d.RandomMenuOrder, d.EOFExit = false, true, false, false
	return d
}

// OldLexer is a generation with the older lexer and no macros.
func OldLexer() *dialect.Dialect {
	d := Older()
	d.OldLexer, d.Macros, d.Option, d.OptionEnv, d.DashHelp, d.NoDashCommand = true, false, true, true, true, true
	return d
}

// BusyBox is the fork of BusyBox.
func BusyBox() *dialect.Dialect {
	d := OldLexer()
	d.BusyBox, d.ByteSumHash, d.Option, d.OptionEnv, d.ModulesByName = true, true, false, false, true
	return d
}

// All is one dialect of each kind.
func All() []*dialect.Dialect {
	macros := OldLexer()
	macros.Macros, macros.Option = true, true
	return []*dialect.Dialect{dialect.Newest(), Older(), OldLexer(), BusyBox(), macros}
}
