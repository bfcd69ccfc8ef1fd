// What parsing and finalising add to entries: types and properties.

package model

import (
	"fmt"

	"gokbuild/kconfig/internal/host"
)

// AssignType gives a symbol a type. The first one stays: then there is a complaint about the second.
func (t *Tree) AssignType(s *Symbol, typ Type) (complaint string) {
	switch {
	case s.Type == typ:
		return ""
	case s.Type == Unknown:
		s.Type = typ
		return ""
	}
	format := "ignoring type redefinition of '%s' from '%s' to '%s'"
	if t.D.OldTypeWarning {
		format = "type of '%s' redefined from '%s' to '%s'"
	}
	return fmt.Sprintf(format, s.Shown(), t.TypeName(s.Type), t.TypeName(typ))
}

// TypeName is the name of a type in messages.
func (t *Tree) TypeName(typ Type) string {
	if typ == Bool && t.D.BooleanName {
		return "boolean"
	}
	return typ.String()
}

// NewProp makes a property of an entry; the entry is nil for symbols that stand in no file.
func NewProp(kind PropKind, e *Expr, m *Menu, pos host.Pos) *Property {
	return &Property{Kind: kind, Expr: e, Menu: m, Pos: pos}
}
