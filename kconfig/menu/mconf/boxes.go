// Choices, texts, files: what is shown in boxes of their own.

package mconf

import (
	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/menu"
	"gokbuild/kconfig/menu/lxdialog"
)

// choice has a member chosen (conf_choice in mconf.c).
func (p *program) choice(e *menu.Entry) {
	active := p.Model.Chosen(e)
	for {
		box := lxdialog.Checklist{Title: menu.Prompt(e), Prompt: p.texts.Radiolist, Selected: -1}
		if p.classic() {
			box.Width = 70
		}
		for c := e.List; c != nil; c = c.Next {
			if !p.Model.Visible(c) {
				continue
			}
			item := lxdialog.Item{Text: menu.Prompt(c), Data: c}
			if c.Sym == nil {
				item.Text, item.Tag = "*** "+menu.Prompt(c)+" ***", ':'
			}
			if box.Selected < 0 && c.Sym == active {
				box.Selected = len(box.Items)
			}
			if c.Sym == p.Model.Chosen(e) {
				item.Tag = 'X'
			}
			box.Items = append(box.Items, item)
		}
		code, i := box.Run(p.ui)
		p.ui.Notice = hint
		var member *menu.Entry
		if i >= 0 {
			member = box.Items[i].Data.(*menu.Entry)
		}
		if code == lxdialog.Ok && member != nil && member.Sym == nil {
			continue // a comment: the original goes back to the line that was selected before
		}
		if member != nil {
			active = member.Sym
		}
		switch code {
		case lxdialog.Ok:
			if member == nil {
				return
			}
			if p.Model.Choose(e, member.Sym) {
				return
			}
			p.ui.Notice = p.refusal(member.Sym, model.Yes)
			if !p.Model.D.NewChoices {
				return
			}
		case lxdialog.AskHelp:
			if member != nil {
				p.help(member)
			} else {
				p.help(e)
			}
		case lxdialog.Extra:
			p.extra(box.Key, member)
		default:
			return
		}
	}
}

// text asks for a number or a string (conf_string in mconf.c).
func (p *program) text(e *menu.Entry) {
	for {
		box := lxdialog.Inputbox{Title: menu.Prompt(e), Prompt: p.texts.String, Height: 10, Width: 75, Text: p.Model.Text(e.Sym)}
		switch p.Model.Type(e.Sym) {
		case model.Int:
			box.Prompt = p.texts.Int
		case model.Hex:
			box.Prompt = p.texts.Hex
		}
		if low, high, ok := p.Model.Range(e.Sym); ok {
			p.ui.Notice = "from " + low + " to " + high
		}
		code := box.Run(p.ui)
		p.ui.Notice = hint
		switch code {
		case lxdialog.Ok:
			if p.Model.SetText(e.Sym, box.Text) {
				return
			}
			p.ui.Notice = p.Model.Invalid(e.Sym, box.Text)
			p.box("You have made an invalid entry.", 5, 43)
			p.ui.Notice = hint
		case lxdialog.AskHelp:
			p.help(e)
		default:
			return
		}
	}
}

// load reads another configuration (conf_load in mconf.c).
func (p *program) load() {
	p.file(p.texts.LoadText, "Load Alternate Configuration", p.texts.LoadHelp, func(name string) bool {
		if !p.Model.Load(name) {
			p.box("File does not exist!", 5, 38)
			return false
		}
		if !p.classic() {
			p.setFilename(name)
		}
		return true
	})
}

// save writes the configuration somewhere (conf_save in mconf.c). From then on it has that name.
func (p *program) save() {
	p.file(p.texts.SaveText, "Save Alternate Configuration", p.texts.SaveHelp, func(name string) bool {
		if !p.Model.Save(name) {
			p.box(p.texts.ErrCreate, 5, 60)
			return false
		}
		if !p.classic() {
			p.setFilename(name)
		}
		return true
	})
}

// file asks for the name of a file, until there is nothing more to ask.
func (p *program) file(prompt, helpTitle, help string, do func(name string) bool) {
	for {
		box := lxdialog.Inputbox{Prompt: prompt, Height: 11, Width: 55, Text: p.filename}
		switch box.Run(p.ui) {
		case lxdialog.Ok:
			if box.Text == "" || do(box.Text) {
				return
			}
		case lxdialog.AskHelp:
			p.page(helpTitle, help)
		default:
			return
		}
	}
}
