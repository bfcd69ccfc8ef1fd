// The lines of a menu.

package nconf

import (
	"strings"

	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/menu"
)

// lines makes the lines of one menu.
type lines struct {
	*program
	menu   *menu.Entry
	indent int
	out    []item
}

// maxItem is the longest line in bytes, maxItems the most lines of a menu (nconf.c).
const (
	maxItem  = 255
	maxItems = 4095
)

// items are the lines of a menu (build_conf in nconf.c).
func (p *program) items(m *menu.Entry) []item {
	l := &lines{program: p, menu: m}
	l.build(m)
	return l.out
}

// item makes a line. One that is not visible begins with XXX.
func (p *program) item(e *menu.Entry, tag byte, text string) item {
	if !p.Model.Visible(e) && len(text) >= 3 {
		text = "XXX" + text[3:]
	}
	if len(text) > maxItem {
		text = text[:maxItem]
	}
	return item{e, tag, text}
}

func (l *lines) add(e *menu.Entry, tag byte, text string) {
	if len(l.out) < maxItems {
		l.out = append(l.out, l.item(e, tag, text))
	}
}

func (l *lines) blanks() string { return strings.Repeat(" ", l.indent+1) }

func (l *lines) arrow(e *menu.Entry) string {
	if l.Model.Empty(e) {
		return "----"
	}
	return "--->"
}

// build adds an entry and what is shown below it.
func (l *lines) build(e *menu.Entry) {
	if !l.showAll && !l.Model.Visible(e) {
		return
	}
	deeper, below := 2, true
	switch {
	case e.Sym == nil:
		deeper, below = l.plain(e)
	case e.Sym.IsChoice():
		below = l.choiceLine(e)
	case e == l.menu:
		l.add(e, ':', "---"+l.blanks()+menu.Prompt(e))
	default:
		below = l.symbol(e)
	}
	if below {
		l.indent += deeper
		for c := e.List; c != nil; c = c.Next {
			l.build(c)
		}
		l.indent -= deeper
	}
}

// plain adds a menu or a comment; it tells whether and how far indented its children follow.
func (l *lines) plain(e *menu.Entry) (deeper int, below bool) {
	if e.Prompt == nil || e == l.menu {
		return 0, true
	}
	prompt := menu.Prompt(e)
	switch e.Prompt.Kind {
	case model.PropMenu:
		if l.single {
			mark := "++>"
			if l.unrolled[e] {
				mark = "-->"
			}
			l.add(e, 'm', mark+l.blanks()+prompt)
			return 2, l.unrolled[e]
		}
		l.add(e, 'm', "   "+l.blanks()+prompt+"  "+l.arrow(e))
		return 2, false
	case model.PropComment:
		l.add(e, ':', "   "+l.blanks()+"*** "+prompt+" ***")
	default:
		l.add(e, ':', "---"+l.blanks()+prompt)
	}
	return 2, true
}

// choiceLine adds a choice; it reports whether its members follow.
func (l *lines) choiceLine(e *menu.Entry) bool {
	m := l.Model
	chosen := m.Chosen(e)
	var member *menu.Entry
	for c := e.List; c != nil; c = c.Next {
		if m.Visible(c) && c.Sym == chosen {
			member = c
		}
	}
	front, tag := "   ", byte(':')
	if member != nil {
		tag = 't'
	}
	if !m.D.NewChoices && m.Changeable(e.Sym) {
		front, tag = l.box(e.Sym, "[]", "<>"), 't'
	}
	text := front + l.blanks() + menu.Prompt(e)
	if !m.D.NewChoices && m.Value(e.Sym) != model.Yes {
		l.add(e, tag, text)
		return true
	}
	if member != nil {
		text += " (" + menu.Prompt(member) + ")  --->"
	}
	l.add(e, tag, text)
	if !m.D.NewChoices && member != nil && member.List != nil {
		l.indent += 2
		l.build(member)
		l.indent -= 2
	}
	return false
}

// box is the value of a bool or tristate between brackets.
func (l *lines) box(s *model.Symbol, boolean, tristate string) string {
	v, mark, around := l.Model.Value(s), " ", boolean
	if v != model.No {
		mark = "*"
	}
	if l.Model.Type(s) == model.TristateType {
		around = tristate
		if v == model.Mod {
			mark = "M"
		}
	}
	return around[:1] + mark + around[1:]
}

// symbol adds a symbol; it reports whether its children follow.
func (l *lines) symbol(e *menu.Entry) bool {
	m, s := l.Model, e.Sym
	isNew := ""
	if m.IsNew(s) {
		isNew = " (NEW)"
	}
	front, tag := "   ", byte(':')
	switch t := m.Type(s); {
	case !m.D.NewChoices && s.InChoice != nil && m.Value(s) == model.Yes:
	case t.Logic():
		tag = 't'
		switch {
		case !m.Changeable(s):
			front = l.box(s, "--", "--")
		case m.AtLeastM(s):
			front = l.box(s, "[]", "{}")
		default:
			front = l.box(s, "[]", "<>")
		}
	default:
		front = "    (" + m.Text(s) + ")"
		gap := max(l.indent-(len(front)-4)+4, 1)
		l.add(e, 's', front+strings.Repeat(" ", gap)+menu.Prompt(e)+isNew)
		return true
	}
	text := front + l.blanks() + menu.Prompt(e) + isNew
	if e.Prompt != nil && e.Prompt.Kind == model.PropMenu {
		l.add(e, tag, text+"  "+l.arrow(e))
		return false
	}
	l.add(e, tag, text)
	return true
}
