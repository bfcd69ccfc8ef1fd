package kconfig

import "strings"

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

// setType gives the entry's symbol a type; the first one stays.
func (c *Config) setType(m *Menu, t Type) {
	s := m.Sym
	if s.Type == t {
		return
	}
	if s.Type == Unknown {
		s.Type = t
		return
	}
	if c.d.OldTypeWarning {
		c.warnAt(m.Pos, "type of '%s' redefined from '%s' to '%s'", s.shown(), c.typeName(s.Type), c.typeName(t))
		return
	}
	c.warnAt(m.Pos, "ignoring type redefinition of '%s' from '%s' to '%s'", s.shown(), c.typeName(s.Type), c.typeName(t))
}

func (c *Config) typeName(t Type) string {
	if t == Bool && c.d.BooleanName {
		return "boolean"
	}
	return t.String()
}

func (p *parser) addProp(kind PropKind, e, cond *Expr) *Property {
	prop := p.c.newProp(kind, e, p.b.entry, p.pos())
	prop.Cond = p.condition(cond)
	if s := p.b.entry.Sym; s != nil {
		s.Props = append(s.Props, prop)
	}
	return prop
}

func (c *Config) newProp(kind PropKind, e *Expr, m *Menu, pos Pos) *Property {
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
