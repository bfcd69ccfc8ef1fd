// The help of an entry with what is known about its symbol, as the C tool prints it.

package solve

import (
	"strconv"
	"strings"

	"gokbuild/kconfig/internal/model"
)

const noHelp = "There is no help available for this option."

// A describer tells about entries.
type describer struct {
	*Solver
	width int // conditions are broken into lines of at most so many columns; 0 for no limit
	// jumps are the places that a reader can go to, if he is to be told of them.
	jumps *[]Jump
}

// A Jump is a line of a text that names a menu, and the entry to be found there.
type Jump struct {
	// Offset is where the line begins in the text, in bytes.
	Offset int
	Target *model.Menu
}

// Help is the help text of an entry with what is known about its symbol. Conditions are broken into lines of at most
// width columns; 0 stands for no limit.
func (c *Solver) Help(m *model.Menu, width int) string {
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
		b = describer{Solver: c, width: width}.appendRelations(b, m.Sym)
	}
	return string(b)
}

// Relations tells what is known about symbols, one after the other, and where a reader may go from there
// (get_relations_str in menu.c).
func (c *Solver) Relations(symbols []*model.Symbol) (string, []Jump) {
	var jumps []Jump
	var b []byte
	d := describer{Solver: c, jumps: &jumps}
	for _, s := range symbols {
		b = d.appendRelations(b, s)
	}
	if len(symbols) == 0 {
		b = append(b, "No matches found.\n"...)
	}
	return string(b), jumps
}

// valued appends a condition with values.
func (c describer) valued(b []byte, e *model.Expr) []byte {
	if c.D.HelpBare {
		return append(b, e.String()...)
	}
	return c.AppendWrapped(b, e, c.width)
}

// appendRelations appends what is known about a symbol.
func (c describer) appendRelations(b []byte, s *model.Symbol) []byte {
	if s.Name != "" && c.D.HelpBare {
		b = append(b, "Symbol: "+s.Name+" [="+s.Text()+"]\n"...)
	} else if s.Name != "" {
		b = append(b, "Symbol: "+s.Name+" [="+s.Text()+"]\nType  : "+c.TypeName(s.Type)+"\n"...)
		if s.Type.Number() {
			if p := c.rangeProp(s); p != nil {
				b = append(b, "Range : "...)
				b = c.valued(b, p.Expr)
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
		b = c.valued(b, e)
		return append(b, '\n')
	}
	b = c.appendRevdep(b, e, model.Yes, title+" [y]:\n", c.width)
	b = c.appendRevdep(b, e, model.Mod, title+" [m]:\n", c.width)
	return c.appendRevdep(b, e, model.No, title+" [n]:\n", c.width)
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
		b = c.valued(b, p.Expr)
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
	b = c.valued(b, e)
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
	return c.appendLocation(b, m, p.Menu)
}

// appendLocation appends the menus above m. A reader who goes there finds the entry itself, if it can be seen.
func (c describer) appendLocation(b []byte, m, entry *model.Menu) []byte {
	var path []*model.Menu
	var location *model.Menu
	for ; m != &c.Root && len(path) < maxLocation; m = m.Parent {
		path = append(path, m)
		// Looking is not free of effects in older trees.
		if location == nil || c.D.VisibleSetsUser {
			if c.IsVisible(m) && location == nil {
				location = m
			}
		}
	}
	if len(path) == 0 && (!c.D.HelpNew || c.D.LocationAbove) {
		return b
	}
	target := location
	if c.jumps != nil && m != entry && location != nil && c.IsVisible(entry) {
		target = entry
	}
	b = append(b, "  Location:\n"...)
	for j := range path {
		m := path[len(path)-1-j]
		indent := 4 + 2*j
		if c.jumps != nil && m == location {
			*c.jumps = append(*c.jumps, Jump{len(b), target})
			if c.D.JumpsInText {
				b = append(b, '(', byte('0'+(len(*c.jumps)-1)%9+1), ')')
				indent -= 3
			}
		}
		b = append(b, strings.Repeat(" ", indent)...)
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
			b = c.appendLocation(b, p.Menu.Parent, p.Menu)
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
