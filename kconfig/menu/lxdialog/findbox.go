// The box with a field and what it finds while something is typed. The original has none.

package lxdialog

import (
	"fmt"

	"gokbuild/kconfig/menu/screen"
)

// A Findbox finds lines while a text is typed.
type Findbox[T comparable] struct {
	Title, Prompt string
	Text          string
	// Find returns the lines for a text; they are made when they are shown.
	Find func(text string) []T
	Line func(found T) string
	// Key is the key that left the box.
	Key screen.Key

	found       []T
	top, choice int
	height      int
}

// Run shows the box until the user leaves it; found is the selected line, the zero value if there is none. The code is
// Ok for Enter, and Extra for a key of the caller's.
func (b *Findbox[T]) Run(u *UI) (code int, found T) {
	field := Inputbox{Width: 75, Text: b.Text, button: -1}
	field.line = []rune(b.Text)
	field.pos = len(field.line)
	b.found = b.Find(b.Text)
	b.choice = min(b.choice, max(len(b.found)-1, 0))
	for {
		key := u.wait(leastMenu, func(g *screen.Grid) { b.draw(u, g, &field) })
		switch {
		case b.move(key):
			continue
		case key == screen.Enter, key == screen.Esc:
		case field.edit(key):
			if text := string(field.line); text != b.Text {
				b.Text, b.top, b.choice = text, 0, 0
				b.found = b.Find(text)
			}
			continue
		}
		b.Key = key
		if b.choice < len(b.found) {
			found = b.found[b.choice]
		}
		switch key {
		case screen.Esc:
			var none T
			return Escape, none
		case screen.Enter:
			return Ok, found
		}
		return Extra, found
	}
}

// Choose shows the box until the user chooses something that can be gone to, or leaves: then e is the zero value. F1
// shows help; F2, and Enter where nothing can be gone to, tell why.
func (b *Findbox[T]) Choose(u *UI, can func(T) bool, help, why func(T)) (e T) {
	var none T
	for {
		code, e := b.Run(u)
		switch {
		case code == Escape:
			return none
		case e == none:
		case code == Ok && can(e):
			return e
		case b.Key == screen.F1:
			help(e)
		case code == Ok || b.Key == screen.F2 || b.Key == screen.Ctrl('w'):
			why(e)
		}
	}
}

// FindKeys name the keys of [Findbox.Choose].
const FindKeys = "Enter goes there  F1 help  F2 why  Esc leaves"

func (b *Findbox[T]) move(key screen.Key) bool {
	step := 0
	switch key {
	case screen.Up:
		step = -1
	case screen.Down:
		step = 1
	case screen.PageUp:
		step = -b.height
	case screen.PageDown:
		step = b.height
	default:
		return false
	}
	b.choice = max(min(b.choice+step, len(b.found)-1), 0)
	return true
}

func (b *Findbox[T]) draw(u *UI, g *screen.Grid, field *Inputbox) {
	height, width := g.Height-4, g.Width-5
	f := u.centred(g, height, width)
	u.title(f, b.Title)
	f.text(1, 2, b.Prompt, u.Theme.Dialog)
	field.Width = width
	field.first = max(min(field.first, field.pos), field.pos-field.field()+1, 0)
	u.box(f, 2, 2, 3, width-4, u.Theme.Dialog, u.Theme.Border)
	f.text(3, 3, string(field.line[field.first:min(field.first+field.field(), len(field.line))]), u.Theme.Input)
	b.height = height - 7
	u.box(f, 5, 2, b.height+2, width-4, u.Theme.MenuboxBorder, u.Theme.Menubox)
	b.top = max(min(b.top, b.choice), b.choice-b.height+1)
	for i := range min(b.height, len(b.found)-b.top) {
		s := u.Theme.Item
		if b.top+i == b.choice {
			s = u.Theme.ItemSelected
		}
		f.text(6+i, 3, cut(b.Line(b.found[b.top+i]), width-6), s)
	}
	u.arrows(f, b.top > 0, b.top+b.height < len(b.found), 5, 4, b.height)
	if len(b.found) > 0 {
		f.text(5, width-16, fmt.Sprintf(" %d of %d ", b.choice+1, len(b.found)), u.Theme.Position)
	}
	f.cursor(3, 3+field.pos-field.first)
}
