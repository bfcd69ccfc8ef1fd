// Values and types: n, m and y, and what kinds of symbols there are.

package model

import "strconv"

// A Tristate is the value of a bool or tristate symbol, or of a condition.
type Tristate uint8

// The three values; the order is the order in which && takes the smaller and || the larger.
const (
	No Tristate = iota
	Mod
	Yes
)

// String returns n, m or y.
func (t Tristate) String() string {
	switch t {
	case No:
		return "n"
	case Mod:
		return "m"
	case Yes:
		return "y"
	}
	return "Tristate(" + strconv.Itoa(int(t)) + ")"
}

// A Type is the declared type of a symbol.
type Type uint8

// Types of symbols. A symbol that is mentioned but never given a type is Unknown.
const (
	Unknown Type = iota
	Bool
	TristateType
	Int
	Hex
	String
)

// String returns the word that messages use.
func (t Type) String() string {
	switch t {
	case Unknown:
		return "unknown"
	case Bool:
		return "bool"
	case TristateType:
		return "tristate"
	case Int:
		return "integer"
	case Hex:
		return "hex"
	case String:
		return "string"
	}
	return "???"
}

// Logic reports whether values of the type are tristate values.
func (t Type) Logic() bool { return t == Bool || t == TristateType }

// Number reports whether values of the type are numbers written as text.
func (t Type) Number() bool { return t == Int || t == Hex }
