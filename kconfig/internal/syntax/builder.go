// Building the menu tree while parsing.

package syntax

import (
	"strings"

	"gokbuild/kconfig/internal/ctext"
	"gokbuild/kconfig/internal/model"
)

type builder struct {
	menu  *model.Menu  // whose children are being added
	entry *model.Menu  // the entry that properties go to
	last  **model.Menu // where the next entry is linked in
}

func (p *parser) addEntry(s *model.Symbol) {
	m := &model.Menu{Sym: s, Parent: p.b.menu, Pos: p.pos()}
	*p.b.last = m
	p.b.last = &m.Next
	p.b.entry = m
	if s != nil {
		s.Menus = append(s.Menus, m)
		if !p.c.D.MenuLinks {
			p.addProp(model.PropSymbol, p.c.ExSym(s), nil)
		}
	}
}

func (p *parser) openMenu() *model.Menu {
	p.b.last = &p.b.entry.List
	p.b.menu = p.b.entry
	return p.b.menu
}

func (p *parser) closeMenu() {
	p.b.last = &p.b.menu.Next
	p.b.menu = p.b.menu.Parent
}

func (p *parser) addDep(e *model.Expr) {
	p.b.entry.Dep = p.c.ExAnd(p.b.entry.Dep, p.condition(e))
}

// condition prepares an expression used as a condition; older trees rewrite m here.
func (p *parser) condition(e *model.Expr) *model.Expr {
	if p.c.D.RewriteMEarly {
		return p.rewriteEarly(e)
	}
	return e
}

func (p *parser) rewriteEarly(e *model.Expr) *model.Expr {
	c := p.c
	if e == nil {
		return nil
	}
	switch e.Op {
	case model.OpNot:
		return c.ExNot(p.rewriteEarly(e.L))
	case model.OpOr, model.OpAnd:
		return c.ExTwo(e.Op, p.rewriteEarly(e.L), p.rewriteEarly(e.R))
	case model.OpSym:
		if e.LS == c.Mod {
			m := c.Modules
			if m == nil {
				m = c.No
			}
			return c.ExAnd(e, c.ExSym(m))
		}
	}
	return e
}

// setType gives the current entry's symbol a type.
func (p *parser) setType(typ model.Type) {
	m := p.b.entry
	if complaint := p.c.AssignType(m.Sym, typ); complaint != "" {
		p.c.world.WarnAt(m.Pos, "%s", complaint)
	}
}

func (p *parser) addProp(kind model.PropKind, e, cond *model.Expr) *model.Property {
	prop := model.NewProp(kind, e, p.b.entry, p.pos())
	prop.Cond = p.condition(cond)
	if s := p.b.entry.Sym; s != nil {
		s.Props = append(s.Props, prop)
	}
	return prop
}

func (p *parser) addPrompt(kind model.PropKind, text string, cond *model.Expr) *model.Property {
	prop := p.addProp(kind, nil, cond)
	c, m := p.c, p.b.entry
	if text != "" && ctext.IsSpace(text[0]) {
		c.world.WarnAt(prop.Pos, "leading whitespace ignored")
		text = strings.TrimLeft(text, ctext.Spaces)
	}
	if m.Prompt != nil {
		c.world.WarnAt(prop.Pos, "prompt redefined")
	}
	if kind == model.PropPrompt {
		for up := m.Parent; up != nil; up = up.Parent {
			if up.Visibility != nil {
				prop.Cond = c.ExAnd(prop.Cond, up.Visibility)
			}
		}
	}
	m.Prompt = prop
	prop.Text, prop.HasText = text, true
	return prop
}

func (p *parser) addVisibility(e *model.Expr) {
	p.b.entry.Visibility = p.c.ExAnd(p.b.entry.Visibility, p.condition(e))
}
