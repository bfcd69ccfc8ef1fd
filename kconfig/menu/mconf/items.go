// The lines of a menu.

package mconf

import (
	"fmt"
	"strings"

	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/menu"
	"gokbuild/kconfig/menu/lxdialog"
)

// lines makes the lines of one menu.
type lines struct {
	*program
	menu   *menu.Entry
	indent int
	out    []lxdialog.Item
}

// maxItem is the longest line in bytes (MAXITEMSTR in dialog.h, with its end).
const maxItem = 199

// items are the lines of a menu (build_conf in mconf.c).
func (p *program) items(m *menu.Entry) []lxdialog.Item {
	l := &lines{program: p, menu: m}
	l.build(m)
	return l.out
}

func (l *lines) add(e *menu.Entry, tag byte, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if len(text) > maxItem {
		text = text[:maxItem]
	}
	l.out = append(l.out, lxdialog.Item{Text: text, Tag: tag, Data: e})
}

// blanks are what stands before a prompt.
func (l *lines) blanks() string { return strings.Repeat(" ", l.indent+1) }

// arrow is what stands behind a menu's prompt.
func (l *lines) arrow(e *menu.Entry) string {
	if l.Model.Empty(e) {
		return "----"
	}
	return "--->"
}

// build adds an entry and what is shown below it.
func (l *lines) build(e *menu.Entry) {
	visible := l.Model.Visible(e)
	if l.showAll && e.Prompt == nil || !l.showAll && !visible {
		return
	}
	deeper, below := 2, true
	switch {
	case e.Sym == nil:
		deeper, below = l.plain(e)
	case e.Sym.IsChoice():
		below = l.choiceLine(e)
	case e == l.menu:
		l.add(e, ':', "---%s%s", l.blanks(), menu.Prompt(e))
	default:
		below = l.symbol(e)
	}
	if below {
		l.below(e, deeper)
	}
}

func (l *lines) below(e *menu.Entry, deeper int) {
	l.indent += deeper
	for c := e.List; c != nil; c = c.Next {
		l.build(c)
	}
	l.indent -= deeper
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
			l.add(e, 'm', "%s%s%s", mark, l.blanks(), prompt)
			return 2, l.unrolled[e]
		}
		l.add(e, 'm', "   %s%s  %s", l.blanks(), prompt, l.arrow(e))
		return 2, false
	case model.PropComment:
		l.add(e, ':', "   %s*** %s ***", l.blanks(), prompt)
	default:
		l.add(e, ':', "---%s%s", l.blanks(), prompt)
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
	if m.D.NewChoices {
		if member != nil {
			text += " (" + menu.Prompt(member) + ")  --->"
		}
		l.add(e, tag, "%s", text)
		return false
	}
	if m.Value(e.Sym) != model.Yes {
		l.add(e, tag, "%s", text)
		return true
	}
	if member != nil {
		text += " (" + menu.Prompt(member) + ")  --->"
	}
	l.add(e, tag, "%s", text)
	if member != nil && member.List != nil {
		l.indent += 2
		l.build(member)
		l.indent -= 2
	}
	return false
}

// box is the value of a bool or tristate between brackets.
func (l *lines) box(s *model.Symbol, boolean, tristate string) string {
	v := l.Model.Value(s)
	mark, around := " ", boolean
	if v == model.Yes {
		mark = "*"
	}
	if l.Model.Type(s) == model.TristateType {
		around = tristate
		if v == model.Mod {
			mark = "M"
		}
	} else if v != model.No {
		mark = "*"
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
		case !m.Changeable(s):
			front = l.box(s, "--", "--")
		case m.AtLeastM(s):
			front = l.box(s, "[]", "{}")
		default:
			front = l.box(s, "[]", "<>")
		}
	default:
		front = "(" + m.Text(s) + ")"
		gap := max(l.indent-len(front)+4, 1)
		l.add(e, 's', "%s%s%s%s", front, strings.Repeat(" ", gap), menu.Prompt(e), isNew)
		return true
	}
	text := front + l.blanks() + menu.Prompt(e) + isNew
	if e.Prompt.Kind == model.PropMenu {
		l.add(e, tag, "%s  %s", text, l.arrow(e))
		return false
	}
	l.add(e, tag, "%s", text)
	return true
}
