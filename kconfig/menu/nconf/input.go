// Texts: fields, files, choices.

package nconf

import (
	"slices"
	"strings"

	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/menu"
	"gokbuild/kconfig/menu/screen"
)

// What a field is left for, beside escape.
const (
	entered = 0
	askHelp = 1
)

// input asks for a text (dialog_inputbox in nconf.gui.c).
func (w *window) input(title, prompt, text string) (code int, result string) {
	lines := strings.Split(prompt, "\n")
	line := []rune(text)
	pos, at, width := len(line), 0, 1 // at is the cursor in the field
	first := true
	for {
		key := w.wait(func(g *screen.Grid) {
			rows := max(min(len(lines)+6, g.Height-2)-6, 0)
			columns := min(max(widest(lines), len(title))+7, g.Width-2)
			width = max(columns-7, 1)
			if first {
				at, first = min(pos, width-1), false
			}
			at = max(min(at, width-1), 0)
			height := rows + 6
			y, x := (g.Height-height)/2, (g.Width-columns)/2
			rect(g, y, x, height, columns, w.look.inputBox, w.look.normal)
			g.Text(x+3, y, x+columns, title, w.look.boxHeading)
			for i, l := range lines[:min(rows+1, len(lines))] {
				g.Text(x+2, y+2+i, x+2+width, l, w.look.text)
			}
			fy := y + rows + 3
			g.Fill(x+2, fy, width, 1, ' ', w.look.field)
			g.Text(x+2, fy, x+2+width, string(line[max(pos-at, 0):]), w.look.field)
			g.CursorX, g.CursorY, g.Cursor = x+2+at, fy, true
		})
		switch key {
		case screen.Enter:
			return entered, string(line)
		case screen.Esc, screen.F5, screen.F9:
			return escape, string(line)
		case screen.F1:
			return askHelp, string(line)
		}
		line, pos, at = edit(key, line, pos, at, width)
	}
}

// edit changes a text as a key asks for.
func edit(key screen.Key, line []rune, pos, at, width int) ([]rune, int, int) {
	switch key {
	case screen.Backspace, screen.Ctrl('h'):
		if pos > 0 {
			return slices.Delete(line, pos-1, pos), pos - 1, at - 1
		}
	case screen.Delete:
		if pos < len(line) {
			return slices.Delete(line, pos, pos+1), pos, at
		}
	case screen.Up, screen.Right:
		if pos < len(line) {
			return line, pos + 1, at + 1
		}
	case screen.Down, screen.Left:
		if pos > 0 {
			return line, pos - 1, at - 1
		}
	case screen.Home:
		return line, 0, 0
	case screen.End:
		return line, len(line), min(len(line), width-1)
	default:
		if key.Printable() {
			return slices.Insert(line, pos, rune(key)), pos + 1, at + 1
		}
	}
	return line, pos, at
}

// text asks for a number or a string (conf_string in nconf.c).
func (p *program) text(e *menu.Entry) {
	defer func() { p.notice = hint }()
	for {
		prompt := p.texts.String
		switch p.Model.Type(e.Sym) {
		case model.Int:
			prompt = p.texts.Int
		case model.Hex:
			prompt = p.texts.Hex
		}
		if low, high, ok := p.Model.Range(e.Sym); ok {
			p.notice = "from " + low + " to " + high
		}
		code, text := p.input(menu.Prompt(e), prompt, p.Model.Text(e.Sym))
		switch code {
		case entered:
			if p.Model.SetText(e.Sym, text) {
				return
			}
			p.notice = p.Model.Invalid(e.Sym, text)
			p.buttons("You have made an invalid entry.")
		case askHelp:
			p.help(e)
		default:
			return
		}
	}
}

// help shows what is known about an entry.
func (p *program) help(e *menu.Entry) {
	if e != nil {
		p.read(menu.Prompt(e), p.Model.Help(e, 0))
	}
}

// file asks for the name of a file, until there is nothing more to ask (conf_load and conf_save in nconf.c).
func (p *program) file(prompt, helpTitle, help string, do func(name string) bool) {
	for {
		code, name := p.input("", prompt, p.filename)
		switch code {
		case entered:
			if name == "" {
				return
			}
			if do(name) {
				p.filename = name
				return
			}
		case askHelp:
			p.read(helpTitle, help)
		default:
			return
		}
	}
}

func (p *program) load() {
	p.file(p.texts.LoadText, "Load Alternate Configuration", p.texts.LoadHelp, func(name string) bool {
		ok := p.Model.Load(name)
		if !ok {
			p.buttons("File does not exist!")
		}
		return ok
	})
}

func (p *program) save() {
	p.file(p.texts.SaveText, "Save Alternate Configuration", p.texts.SaveHelp, func(name string) bool {
		ok := p.Model.Save(name)
		if !ok {
			p.buttons(p.texts.ErrCreate, "<OK>")
		}
		return ok
	})
}

// choice has a member chosen (conf_choice in nconf.c).
func (p *program) choice(e *menu.Entry) {
	active := p.Model.Chosen(e)
	l, stay := &list{}, false
	for !p.done {
		l.title, l.head = menu.Prompt(e), p.title()
		var items []item
		for c := e.List; c != nil; c = c.Next {
			if !p.View.ShowAll && !p.Model.Visible(c) {
				continue
			}
			text := "    " + menu.Prompt(c)
			switch {
			case c.Sym == p.Model.Chosen(e):
				text = "<X> " + menu.Prompt(c)
			case c.Sym == nil:
				text = "*** " + menu.Prompt(c) + " ***"
			}
			items = append(items, p.item(c, ':', text))
		}
		l.set(items, p.rows())
		for i, it := range items {
			if it.entry.Sym == active && !stay {
				l.center(i)
			}
		}
		key := p.choose(l, p.texts.Radiolist)
		if key == screen.Esc || key == screen.Left {
			return
		}
		// After what a function key does, the original selects the member again that was chosen when the choice was entered.
		stay = functionOf(key) == 0 && key != screen.Enter && key != ' '
		member, _ := l.current()
		if member == nil || member.Sym == nil || !p.Model.Visible(member) || key != screen.Enter && key != ' ' {
			continue
		}
		p.Model.Choose(e, member.Sym)
		return
	}
}
