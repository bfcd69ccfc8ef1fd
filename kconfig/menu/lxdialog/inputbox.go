// The box with a field.

package lxdialog

import (
	"slices"

	"gokbuild/kconfig/menu/screen"
)

// An Inputbox asks for a text.
type Inputbox struct {
	Title, Prompt string
	Height, Width int
	Text          string

	line []rune
	// pos is the cursor in the text, first the character that is shown first. button is -1 for the field.
	pos, first, button int
}

// maxInput is the length of the longest text (MAX_LEN in dialog.h).
const maxInput = 2048

// Run shows the field until the user leaves it (dialog_inputbox in inputbox.c). Text is what was entered then.
func (in *Inputbox) Run(u *UI) (code int) {
	in.line = []rune(in.Text)
	in.pos, in.button = len(in.line), -1
	in.first = max(len(in.line)-in.field()+1, 0)
	for {
		key := u.wait(size{in.Height - 1, in.Width - 1}, func(g *screen.Grid) { in.draw(u, g) })
		if in.button == -1 && in.edit(key) {
			continue
		}
		if code, done := in.key(key); done {
			in.Text = string(in.line)
			return code
		}
	}
}

// field is how many characters fit into the field.
func (in *Inputbox) field() int { return in.Width - 6 }

func (in *Inputbox) draw(u *UI, g *screen.Grid) {
	f := u.centred(g, in.Height, in.Width)
	u.rule(f)
	u.title(f, in.Title)
	y := u.wrap(f, in.Prompt, in.Width-2, 1, 3)
	x := (in.Width - in.field()) / 2
	u.box(f, y+1, x-1, 3, in.field()+2, u.Theme.Dialog, u.Theme.Border)
	f.text(y+2, x, string(in.line[in.first:min(in.first+in.field(), len(in.line))]), u.Theme.Input)
	by, bx := in.Height-2, in.Width/2-11
	u.button(f, "  Ok  ", by, bx, in.button != 1)
	u.button(f, " Help ", by, bx+14, in.button == 1)
	switch in.button {
	case -1:
		f.cursor(y+2, x+in.pos-in.first)
	default:
		f.cursor(by, bx+1+14*in.button)
	}
}

// edit changes the text as a key asks for; it reports whether the key was for the text.
func (in *Inputbox) edit(key screen.Key) bool {
	switch key {
	case screen.Backspace, screen.Ctrl('h'):
		if in.pos > 0 {
			in.pos--
			in.line = slices.Delete(in.line, in.pos, in.pos+1)
			if in.pos < in.first {
				in.first = in.pos
			}
		}
		return true
	case screen.Delete, screen.Ctrl('d'):
		if in.pos < len(in.line) {
			in.line = slices.Delete(in.line, in.pos, in.pos+1)
		}
		return true
	case screen.Ctrl('u'):
		in.line, in.pos = in.line[in.pos:], 0
	case screen.Ctrl('k'):
		in.line = in.line[:in.pos]
	case screen.Left:
		in.pos = max(in.pos-1, 0)
	case screen.Right:
		in.pos = min(in.pos+1, len(in.line))
	case screen.Home, screen.Ctrl('a'):
		in.pos = 0
	case screen.End, screen.Ctrl('e'):
		in.pos = len(in.line)
	default:
		if !key.Printable() {
			return false
		}
		if len(in.line) < maxInput {
			in.line = slices.Insert(in.line, in.pos, rune(key))
			in.pos++
		}
	}
	in.first = max(min(in.first, in.pos), in.pos-in.field()+1, 0)
	return true
}

// key does what a key asks for that is not for the text; done says that the box is left with the code.
func (in *Inputbox) key(key screen.Key) (code int, done bool) {
	switch key {
	case 'O', 'o':
		return Ok, true
	case 'H', 'h':
		return AskHelp, true
	case screen.Up, screen.Left, screen.BackTab:
		in.button = (in.button+3)%3 - 1 // the field, Ok, Help
	case screen.Tab, screen.Down, screen.Right:
		in.button = (in.button+2)%3 - 1
	case ' ', screen.Enter:
		return max(in.button, Ok), true
	case 'X', 'x', screen.Esc:
		return Escape, true
	}
	return 0, false
}
