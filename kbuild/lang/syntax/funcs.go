package syntax

// This file lists the functions that exist, and says how text is read.

import "gokbuild/kbuild/lang/profile"

// FuncID names a built-in function of the make language.
type FuncID uint8

// The built-in functions (GNU make manual, "Functions for Transforming Text").
const (
	FuncNone FuncID = iota
	FuncAbspath
	FuncAddprefix
	FuncAddsuffix
	FuncAnd
	FuncBasename
	FuncCall
	FuncDir
	FuncError
	FuncEval
	FuncFile
	FuncFilter
	FuncFilterOut
	FuncFindstring
	FuncFirstword
	FuncFlavor
	FuncForeach
	FuncIf
	FuncInfo
	FuncIntcmp
	FuncJoin
	FuncLastword
	FuncLet
	FuncNotdir
	FuncOr
	FuncOrigin
	FuncPatsubst
	FuncRealpath
	FuncShell
	FuncSort
	FuncStrip
	FuncSubst
	FuncSuffix
	FuncValue
	FuncWarning
	FuncWildcard
	FuncWord
	FuncWordlist
	FuncWords
	NumFuncs
)

// FuncDesc describes how the arguments of a function are taken apart.
type FuncDesc struct {
	Name string
	// Min is the least number of arguments; fewer is an error.
	Min int
	// Max is the number of arguments after which commas no longer separate;
	// 0 means any number.
	Max int
	// Lazy functions receive unexpanded arguments and expand them themselves.
	Lazy bool
}

// Funcs describes every function, indexed by FuncID.
var Funcs = [NumFuncs]FuncDesc{
	FuncAbspath:    {"abspath", 0, 1, false},
	FuncAddprefix:  {"addprefix", 2, 2, false},
	FuncAddsuffix:  {"addsuffix", 2, 2, false},
	FuncAnd:        {"and", 1, 0, true},
	FuncBasename:   {"basename", 0, 1, false},
	FuncCall:       {"call", 1, 0, false},
	FuncDir:        {"dir", 0, 1, false},
	FuncError:      {"error", 0, 1, false},
	FuncEval:       {"eval", 0, 1, false},
	FuncFile:       {"file", 1, 2, false},
	FuncFilter:     {"filter", 2, 2, false},
	FuncFilterOut:  {"filter-out", 2, 2, false},
	FuncFindstring: {"findstring", 2, 2, false},
	FuncFirstword:  {"firstword", 0, 1, false},
	FuncFlavor:     {"flavor", 0, 1, false},
	FuncForeach:    {"foreach", 3, 3, true},
	FuncIf:         {"if", 2, 3, true},
	FuncInfo:       {"info", 0, 1, false},
	FuncIntcmp:     {"intcmp", 2, 5, true},
	FuncJoin:       {"join", 2, 2, false},
	FuncLastword:   {"lastword", 0, 1, false},
	FuncLet:        {"let", 3, 3, true},
	FuncNotdir:     {"notdir", 0, 1, false},
	FuncOr:         {"or", 1, 0, true},
	FuncOrigin:     {"origin", 0, 1, false},
	FuncPatsubst:   {"patsubst", 3, 3, false},
	FuncRealpath:   {"realpath", 0, 1, false},
	FuncShell:      {"shell", 0, 1, false},
	FuncSort:       {"sort", 0, 1, false},
	FuncStrip:      {"strip", 0, 1, false},
	FuncSubst:      {"subst", 3, 3, false},
	FuncSuffix:     {"suffix", 0, 1, false},
	FuncValue:      {"value", 0, 1, false},
	FuncWarning:    {"warning", 0, 1, false},
	FuncWildcard:   {"wildcard", 0, 1, false},
	FuncWord:       {"word", 2, 2, false},
	FuncWordlist:   {"wordlist", 3, 3, false},
	FuncWords:      {"words", 0, 1, false},
}

var funcByName = func() map[string]FuncID {
	m := make(map[string]FuncID, NumFuncs)
	for id := FuncNone + 1; id < NumFuncs; id++ {
		m[Funcs[id].Name] = id
	}
	return m
}()

// Dialect is how text is read: as the imitated make does, and as the makefile wants it.
type Dialect struct {
	*profile.Switches
	// KeepBlanks: the blanks in front of a backslash that ends a line stay
	// (.POSIX).
	KeepBlanks bool
}

// LookupFunc finds a function of the dialect by name.
func (d *Dialect) LookupFunc(name string) FuncID {
	id := funcByName[name]
	if (id == FuncIntcmp || id == FuncLet) && !d.LetAndIntcmp {
		return FuncNone
	}
	return id
}
