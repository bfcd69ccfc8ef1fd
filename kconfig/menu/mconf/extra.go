// What the original has not: keys for why, changes, undo and a search while typing.

package mconf

import (
	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/menu"
	"gokbuild/kconfig/menu/lxdialog"
	"gokbuild/kconfig/menu/screen"
)

// hint stands in the last row, which the original leaves empty.
const hint = "F2 why  F3 changes  F4 find  F5 undo  F6 redo"

// extra does what a key of ours asks for. It returns the entry to go to, if there is one.
func (p *program) extra(key screen.Key, e *menu.Entry) (to *menu.Entry) {
	switch key {
	case screen.F2, screen.Ctrl('w'):
		if e != nil && e.Sym != nil {
			p.why(e.Sym)
		}
	case screen.F3, screen.Ctrl('d'):
		p.page("Changes", p.Model.ChangesPage())
	case screen.F4, screen.Ctrl('f'):
		return p.find()
	case screen.F5, screen.Ctrl('u'):
		p.ui.Notice = p.Undo()
	case screen.F6, screen.Ctrl('r'):
		p.ui.Notice = p.Redo()
	}
	return nil
}

// refusal says why a symbol is not set to a value.
func (p *program) refusal(s *model.Symbol, want model.Tristate) string {
	return p.Model.Refusal(s, want) + "   (F2: what would do)"
}

// why shows why a symbol has its value, and gives the answers that would turn it on if the user wants that.
func (p *program) why(s *model.Symbol) {
	text, steps := p.Why(s, "F5")
	page := lxdialog.Textbox{Title: s.Shown(), Text: text, Jump: func(key screen.Key, _, _ int) bool {
		return key == 'a' && len(steps) > 0
	}}
	page.Run(p.ui)
	if page.Key == 'a' {
		p.Model.Follow(steps)
		p.ui.Notice = p.Now(s)
	}
}

// find finds entries while the user types. It returns the entry to go to, nil if the user leaves.
func (p *program) find() *menu.Entry {
	if p.finder == nil {
		p.finder = p.Model.Finder()
	}
	defer func(notice string) { p.ui.Notice = notice }(p.ui.Notice)
	p.ui.Notice = lxdialog.FindKeys
	box := lxdialog.Findbox[*menu.Entry]{Title: "Find", Prompt: "Words in names, prompts and help", Find: p.finder.Find, Line: p.Model.Line}
	return box.Choose(p.ui, func(e *menu.Entry) bool { return p.View.ShowAll && e.Prompt != nil || p.Model.Visible(e) }, p.help, func(e *menu.Entry) {
		if e.Sym != nil {
			p.why(e.Sym)
			p.ui.Notice = lxdialog.FindKeys
		}
	})
}
