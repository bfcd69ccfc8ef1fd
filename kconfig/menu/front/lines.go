// The lines of a menu, as mconf and nconf show them (build_conf in mconf.c and nconf.c).

package front

import (
	"strings"

	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/menu"
)

// Line is one line of a menu.
type Line struct {
	Entry *menu.Entry
	// Tag says what the line does: m is a menu, t can be toggled, s has a value that is typed, : only tells.
	Tag  byte
	Text string
}

// View says what of a menu is shown, and how.
type View struct {
	Model *menu.Model
	// ShowAll shows entries whose prompt is not visible, Promptless with it those without a prompt.
	ShowAll, Promptless bool
	// Single shows menus inside of each other, those that are Unrolled with what is in them.
	Single   bool
	Unrolled map[*menu.Entry]bool
	// Margin stands before a value that is typed.
	Margin string
	// Classic is how the oldest mconf shows what cannot be changed, comments, and menus with nothing in them.
	Classic bool
}

// Lines are the lines of a menu.
func (v *View) Lines(m *menu.Entry) []Line {
	l := &lines{View: v, menu: m}
	l.build(m)
	return l.out
}

// lines makes the lines of one menu.
type lines struct {
	*View
	menu   *menu.Entry
	indent int
	out    []Line
}

func (l *lines) add(e *menu.Entry, tag byte, text string) { l.out = append(l.out, Line{e, tag, text}) }

// blanks are what stands before a prompt.
func (l *lines) blanks() string { return strings.Repeat(" ", l.indent+1) }

// arrow is what stands behind a menu's prompt.
func (l *lines) arrow(e *menu.Entry) string {
	if !l.Classic && l.Model.Empty(e) {
		return "----"
	}
	return "--->"
}

// shown reports whether an entry, and what is below it, is shown.
func (l *lines) shown(e *menu.Entry) bool {
	if l.ShowAll {
		return l.Promptless || e.Prompt != nil
	}
	return l.Model.Visible(e)
}

// build adds an entry and what is shown below it.
func (l *lines) build(e *menu.Entry) {
	if !l.shown(e) {
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
	switch kind := e.Prompt.Kind; {
	case kind == model.PropMenu:
		if l.Single {
			mark := "++>"
			if l.Unrolled[e] {
				mark = "-->"
			}
			l.add(e, 'm', mark+l.blanks()+prompt)
			return 2, l.Unrolled[e]
		}
		l.add(e, 'm', "   "+l.blanks()+prompt+"  "+l.arrow(e))
		return 2, false
	case kind == model.PropComment && !l.Classic:
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
		// The chosen member stands behind its choice.
	case t.Logic():
		tag = 't'
		switch {
		case l.Classic && !m.Changeable(s):
			front = "---"
		case !m.Changeable(s):
			front = l.box(s, "--", "--")
		case !l.Classic && m.AtLeastM(s):
			front = l.box(s, "[]", "{}")
		default:
			front = l.box(s, "[]", "<>")
		}
	default:
		value := "(" + m.Text(s) + ")"
		gap := max(l.indent-len(value)+4, 1)
		l.add(e, 's', l.Margin+value+strings.Repeat(" ", gap)+menu.Prompt(e)+isNew)
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
