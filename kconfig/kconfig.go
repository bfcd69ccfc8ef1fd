// The types of the library. They are defined in the rooms below internal and have their names here.

package kconfig

import (
	"gokbuild/kconfig/internal/dialect"
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/internal/solve"
)

// What is given to Load.
type (
	// Options say where a tree is and what it may see.
	Options = host.Options
	// A ShellRunner runs the commands of $(shell,...).
	ShellRunner = host.ShellRunner
	// A ShellFunc is a function as a ShellRunner.
	ShellFunc = host.ShellFunc
	// A Prefetcher is a ShellRunner that can run commands ahead of time.
	Prefetcher = host.Prefetcher
	// A Dialect is the set of switches in which generations of the C tool differ.
	Dialect = dialect.Dialect
)

// What a tree consists of.
type (
	// A Symbol is a configuration symbol, a choice, or a constant.
	Symbol = model.Symbol
	// A Menu is an entry of the menu tree: a menu, a comment, a choice, or one definition of a symbol.
	Menu = model.Menu
	// A Property is a prompt, default, select, imply or range with its condition.
	Property = model.Property
	// A PropKind says what a property is.
	PropKind = model.PropKind
	// An Expr is a condition; nil is y.
	Expr = model.Expr
	// A Pos is a place in a Kconfig file.
	Pos = host.Pos
	// A Type is the declared type of a symbol.
	Type = model.Type
	// A Tristate is n, m or y.
	Tristate = model.Tristate
)

// What there is to say about values.
type (
	// A Why explains a value.
	Why = solve.Why
	// A Cause says what decided a value.
	Cause = solve.Cause
	// A Message is what the C tool says about a place in a file; see the field Messages of Options.
	Message = host.Message
	// A Severity says how much a message matters.
	Severity = host.Severity
	// An ExitError says that the C tool would have ended with a status.
	ExitError = host.ExitError
)

// Severities of messages, in ascending order.
const (
	Info    = host.Info
	Warning = host.Warning
	Error   = host.Error
)

// The three values, in ascending order.
const (
	No  = model.No
	Mod = model.Mod
	Yes = model.Yes
)

// Types of symbols. A symbol that is mentioned but never given a type is Unknown.
const (
	Unknown      = model.Unknown
	Bool         = model.Bool
	TristateType = model.TristateType
	Int          = model.Int
	Hex          = model.Hex
	String       = model.String
)

// Kinds of properties that the entries of a menu tree are told apart by. The others are named by their String.
const (
	PropPrompt  = model.PropPrompt
	PropComment = model.PropComment
	PropMenu    = model.PropMenu
	PropDefault = model.PropDefault
	PropSelect  = model.PropSelect
	PropImply   = model.PropImply
	PropRange   = model.PropRange
)

// Operators of conditions: the operands of the first three are L and R, that of OpSym is LS.
const (
	OpOr  = model.OpOr
	OpAnd = model.OpAnd
	OpNot = model.OpNot
	OpSym = model.OpSym
)

// Causes of values; see Cause.
const (
	CauseNone    = solve.CauseNone
	CauseUser    = solve.CauseUser
	CauseDefault = solve.CauseDefault
	CauseSelect  = solve.CauseSelect
	CauseImply   = solve.CauseImply
	CauseRange   = solve.CauseRange
	CauseChoice  = solve.CauseChoice
	CauseConst   = solve.CauseConst
)

// SystemShell runs every command with /bin/sh.
var SystemShell = host.SystemShell

// DetectDialect reads the switches off the scripts/kconfig directory of a source tree. A tree without one gets
// [NewestDialect].
func DetectDialect(tree string) Dialect { return dialect.Detect(tree) }

// NewestDialect is the dialect assumed for a tree without scripts/kconfig.
func NewestDialect() *Dialect { return dialect.Newest() }

// Imitates reports whether the sources in dir, a tree's scripts/kconfig, are those of a conf that package conf can
// stand in for: it has the options with long names that conf has had since linux 2.6.36, or is BusyBox's.
func Imitates(dir string) bool { return dialect.Imitates(dir) }
