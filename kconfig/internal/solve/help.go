// The help of an entry with what is known about its symbol, as the C tool prints it.

package solve

import (
	"strconv"
	"strings"

	"gokbuild/kconfig/internal/model"
)

const noHelp = "There is no help available for this option."

// A describer tells about one entry.
type describer struct{ *Solver }

// Help is the help text of an entry with what is known about its symbol.
func (c *Solver) Help(m *model.Menu) string {
	var b []byte
	text := noHelp
	if m.HelpText.Set {
		if m.Sym != nil && m.Sym.Name != "" {
			b = append(b, c.Prefix+m.Sym.Name+":\n\n"...)
		}
		text = m.Help()
	}
	b = append(b, text...)
	b = append(b, '\n')
	if m.Sym != nil {
		b = describer{c}.appendRelations(b, m.Sym)
	}
	return string(b)
}

// appendRelations appends what is known about a symbol.
func (c describer) appendRelations(b []byte, s *model.Symbol) []byte {
	if s.Name != "" {
		b = append(b, "Symbol: "+s.Name+" [="+s.Text()+"]\nType  : "+c.TypeName(s.Type)+"\n"...)
		if s.Type.Number() {
			if p := c.rangeProp(s); p != nil {
				b = append(b, "Range : "...)
				b = c.AppendValued(b, p.Expr)
				b = append(b, '\n')
			}
		}
	}
	if c.D.HelpNew {
		b = c.appendDefinitions(b, s)
	} else {
		b = c.appendDefinitionsOld(b, s)
	}
	indent := ""
	if !c.D.HelpNew {
		indent = "  "
	}
	b = c.appendTargets(b, s, model.PropSelect, indent+"Selects: ")
	b = c.appendReverse(b, s.RevDep.Expr, indent+"Selected by")
	if c.D.Imply {
		b = c.appendTargets(b, s, model.PropImply, indent+"Implies: ")
		b = c.appendReverse(b, s.Implied.Expr, indent+"Implied by")
	}
	return append(b, "\n\n"...)
}

func (c describer) appendReverse(b []byte, e *model.Expr, title string) []byte {
	if e == nil {
		return b
	}
	if !c.D.RevdepLists {
		b = append(b, title+": "...)
		b = c.AppendValued(b, e)
		return append(b, '\n')
	}
	b = c.appendRevdep(b, e, model.Yes, title+" [y]:\n")
	b = c.appendRevdep(b, e, model.Mod, title+" [m]:\n")
	return c.appendRevdep(b, e, model.No, title+" [n]:\n")
}

func (c describer) appendTargets(b []byte, s *model.Symbol, kind model.PropKind, title string) []byte {
	hit := false
	for _, p := range s.Props {
		if p.Kind != kind {
			continue
		}
		if hit {
			b = append(b, " && "...)
		} else {
			b = append(b, title...)
		}
		hit = true
		b = c.AppendValued(b, p.Expr)
	}
	if hit {
		b = append(b, '\n')
	}
	return b
}

func (c describer) appendDefinitions(b []byte, s *model.Symbol) []byte {
	for _, m := range s.Menus {
		if m.Prompt != nil {
			b = appendDefinedAt(b, "", m)
			b = c.appendPrompt(b, m.Prompt)
		}
	}
	for _, m := range s.Menus {
		if m.Prompt == nil {
			b = appendDefinedAt(b, "", m)
			b = c.appendDep(b, m.Dep, "  Depends on: ")
		}
	}
	return b
}

func appendDefinedAt(b []byte, indent string, m *model.Menu) []byte {
	return append(b, indent+"Defined at "+m.Pos.File+":"+strconv.Itoa(m.Pos.Line)+"\n"...)
}

func (c describer) appendDep(b []byte, e *model.Expr, title string) []byte {
	if c.IsYes(e) {
		return b
	}
	b = append(b, title...)
	b = c.AppendValued(b, e)
	return append(b, '\n')
}

// maxLocation is how many levels of menus a location shows.
const maxLocation = 8

func (c describer) appendPrompt(b []byte, p *model.Property) []byte {
	b = append(b, "  Prompt: "+p.Text+"\n"...)
	b = c.appendDep(b, p.Menu.Dep, "  Depends on: ")
	if !c.simplifier.ExprEq(p.Menu.Dep, p.Cond) {
		b = c.appendDep(b, p.Cond, "  Visible if: ")
	}
	m := p.Menu
	if c.D.LocationAbove {
		m = m.Parent
	}
	return c.appendLocation(b, m)
}

func (c describer) appendLocation(b []byte, m *model.Menu) []byte {
	var path []*model.Menu
	located := false
	for ; m != &c.Root && len(path) < maxLocation; m = m.Parent {
		path = append(path, m)
		// Looking is not free of effects in older trees.
		if !located || c.D.VisibleSetsUser {
			located = c.IsVisible(m) || located
		}
	}
	if len(path) == 0 && (!c.D.HelpNew || c.D.LocationAbove) {
		return b
	}
	b = append(b, "  Location:\n"...)
	for j := range path {
		m := path[len(path)-1-j]
		b = append(b, strings.Repeat(" ", 4+2*j)...)
		b = append(b, "-> "+model.EntryPrompt(m)...)
		if m.Sym != nil {
			b = append(b, " ("+m.Sym.Shown()+" [="+m.Sym.Text()+"])"...)
		}
		b = append(b, '\n')
	}
	return b
}

// appendDefinitionsOld lists all prompts, but only the first place of definition.
func (c describer) appendDefinitionsOld(b []byte, s *model.Symbol) []byte {
	for _, p := range s.Props {
		if p.HasText {
			b = append(b, "Prompt: "+p.Text+"\n"...)
			if c.D.HelpPromptPos {
				b = appendDefinedAt(b, "  ", p.Menu)
				b = c.appendDep(b, p.Cond, "  Depends on: ")
			}
			b = c.appendLocation(b, p.Menu.Parent)
		}
	}
	if c.D.HelpPromptPos {
		return b
	}
	for _, p := range s.Props {
		if p.Kind == model.PropSymbol {
			b = appendDefinedAt(b, "  ", p.Menu)
			b = c.appendDep(b, p.Cond, "  Depends on: ")
			break
		}
	}
	return b
}
