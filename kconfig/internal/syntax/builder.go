// Building the menu tree while parsing.

package syntax

import (
	"strings"

	"gokbuild/kconfig/internal/ctext"
	"gokbuild/kconfig/internal/model"
)

// builder hangs entries and properties into the tree.
type builder struct {
	c     *shared
	lex   *lexer
	menu  *model.Menu  // whose children are being added
	entry *model.Menu  // the entry that properties go to
	last  **model.Menu // where the next entry is linked in
}

// addEntry adds an entry after the last one; menus and comments have no symbol.
func (b *builder) addEntry(s *model.Symbol) {
	m := &model.Menu{Sym: s, Parent: b.menu, Pos: b.lex.stmtPos()}
	*b.last = m
	b.last = &m.Next
	b.entry = m
	if s != nil {
		s.Menus = append(s.Menus, m)
		if !b.c.D.MenuLinks {
			b.addProp(model.PropSymbol, b.c.ExSym(s), nil)
		}
	}
}

// openMenu goes down into the last entry.
func (b *builder) openMenu() *model.Menu {
	b.last = &b.entry.List
	b.menu = b.entry
	return b.menu
}

// closeMenu goes up again.
func (b *builder) closeMenu() {
	b.last = &b.menu.Next
	b.menu = b.menu.Parent
}

// addDep adds a dependency to the entry.
func (b *builder) addDep(e *model.Expr) {
	b.entry.Dep = b.c.ExAnd(b.entry.Dep, b.condition(e))
}

// condition prepares an expression used as a condition; older trees rewrite m here.
func (b *builder) condition(e *model.Expr) *model.Expr {
	if b.c.D.RewriteMEarly {
		return b.rewriteEarly(e)
	}
	return e
}

// rewriteEarly replaces m by m && MODULES.
func (b *builder) rewriteEarly(e *model.Expr) *model.Expr {
	c := b.c
	if e == nil {
		return nil
	}
	switch e.Op {
	case model.OpNot:
		return c.ExNot(b.rewriteEarly(e.L))
	case model.OpOr, model.OpAnd:
		return c.ExTwo(e.Op, b.rewriteEarly(e.L), b.rewriteEarly(e.R))
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
func (b *builder) setType(typ model.Type) {
	m := b.entry
	if complaint := b.c.AssignType(m.Sym, typ); complaint != "" {
		b.c.world.WarnAt(m.Pos, "%s", complaint)
	}
}

// addProp adds a property to the entry and its symbol.
func (b *builder) addProp(kind model.PropKind, e, cond *model.Expr) *model.Property {
	prop := model.NewProp(kind, e, b.entry, b.lex.stmtPos())
	prop.Cond = b.condition(cond)
	if s := b.entry.Sym; s != nil {
		s.Props = append(s.Props, prop)
	}
	return prop
}

// addPrompt adds a prompt, the title of a menu, or a comment. What hides the menus around hides a prompt, too.
func (b *builder) addPrompt(kind model.PropKind, text string, cond *model.Expr) *model.Property {
	prop := b.addProp(kind, nil, cond)
	c, m := b.c, b.entry
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

// addVisibility adds a condition under which what is in a menu is seen.
func (b *builder) addVisibility(e *model.Expr) {
	b.entry.Visibility = b.c.ExAnd(b.entry.Visibility, b.condition(e))
}
