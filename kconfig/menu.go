package kconfig

import (
	"fmt"
	"strings"
)

// Building the menu tree while parsing.

type builder struct {
	menu  *Menu  // whose children are being added
	entry *Menu  // the entry that properties go to
	last  **Menu // where the next entry is linked in
}

func (p *parser) addEntry(s *Symbol) {
	m := &Menu{Sym: s, Parent: p.b.menu, Pos: p.pos()}
	*p.b.last = m
	p.b.last = &m.Next
	p.b.entry = m
	if s != nil {
		s.Menus = append(s.Menus, m)
		if !p.c.d.MenuLinks {
			p.addProp(PropSymbol, p.c.exSym(s), nil)
		}
	}
}

func (p *parser) openMenu() *Menu {
	p.b.last = &p.b.entry.List
	p.b.menu = p.b.entry
	return p.b.menu
}

func (p *parser) closeMenu() {
	p.b.last = &p.b.menu.Next
	p.b.menu = p.b.menu.Parent
}

func (p *parser) addDep(e *Expr) {
	p.b.entry.Dep = p.c.exAnd(p.b.entry.Dep, p.condition(e))
}

// condition prepares an expression used as a condition; older trees rewrite m here.
func (p *parser) condition(e *Expr) *Expr {
	if p.c.d.RewriteMEarly {
		return p.rewriteEarly(e)
	}
	return e
}

func (p *parser) rewriteEarly(e *Expr) *Expr {
	c := p.c
	if e == nil {
		return nil
	}
	switch e.op {
	case opNot:
		return c.exNot(p.rewriteEarly(e.l))
	case opOr, opAnd:
		return c.exTwo(e.op, p.rewriteEarly(e.l), p.rewriteEarly(e.r))
	case opSym:
		if e.ls == c.mod {
			m := c.modules
			if m == nil {
				m = c.no
			}
			return c.exAnd(e, c.exSym(m))
		}
	}
	return e
}

// assignType gives a symbol a type. The first one stays: then there is a complaint about the second.
func (c *Config) assignType(s *Symbol, typ Type) (complaint string) {
	switch {
	case s.Type == typ:
		return ""
	case s.Type == Unknown:
		s.Type = typ
		return ""
	}
	format := "ignoring type redefinition of '%s' from '%s' to '%s'"
	if c.d.OldTypeWarning {
		format = "type of '%s' redefined from '%s' to '%s'"
	}
	return fmt.Sprintf(format, s.shown(), c.typeName(s.Type), c.typeName(typ))
}

// typeName is the name of a type in messages.
func (c *Config) typeName(typ Type) string {
	if typ == Bool && c.d.BooleanName {
		return "boolean"
	}
	return typ.String()
}

// setType gives the current entry's symbol a type.
func (p *parser) setType(typ Type) {
	m := p.b.entry
	if complaint := p.c.assignType(m.Sym, typ); complaint != "" {
		p.c.warnAt(m.Pos, "%s", complaint)
	}
}

func (p *parser) addProp(kind PropKind, e, cond *Expr) *Property {
	prop := newProp(kind, e, p.b.entry, p.pos())
	prop.Cond = p.condition(cond)
	if s := p.b.entry.Sym; s != nil {
		s.Props = append(s.Props, prop)
	}
	return prop
}

func newProp(kind PropKind, e *Expr, m *Menu, pos Pos) *Property {
	return &Property{Kind: kind, Expr: e, Menu: m, Pos: pos}
}

func (p *parser) addPrompt(kind PropKind, text string, cond *Expr) *Property {
	prop := p.addProp(kind, nil, cond)
	c, m := p.c, p.b.entry
	if text != "" && isSpace(text[0]) {
		c.warnAt(prop.Pos, "leading whitespace ignored")
		text = strings.TrimLeft(text, " \t\n\v\f\r")
	}
	if m.Prompt != nil {
		c.warnAt(prop.Pos, "prompt redefined")
	}
	if kind == PropPrompt {
		for up := m.Parent; up != nil; up = up.Parent {
			if up.Visibility != nil {
				prop.Cond = c.exAnd(prop.Cond, up.Visibility)
			}
		}
	}
	m.Prompt = prop
	prop.Text, prop.hasText = text, true
	return prop
}

func (p *parser) addVisibility(e *Expr) {
	p.b.entry.Visibility = p.c.exAnd(p.b.entry.Visibility, p.condition(e))
}
