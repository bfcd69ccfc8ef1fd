// What all boxes share: the frame, buttons, wrapped text, waiting for a key.

package lxdialog

import (
	"strings"
	"unicode/utf8"

	"gokbuild/kconfig/menu/screen"
)

// A UI is the screen with what stands around the boxes.
type UI struct {
	Term  screen.Terminal
	Theme Theme
	// Title stands in the first row, Trail in the second: the menus that lead to what is shown.
	Title string
	Trail []string
	// Notice stands in the last row, which the original leaves empty.
	Notice string
	// TextLetters are the characters that are keys of the box with a text; "" stands for all that newer trees have.
	TextLetters string
	// Interrupted is called when the user wants to leave; if it returns, the box goes on. HungUp is called when the
	// process is to end, and does not return.
	Interrupted, HungUp func()
}

// Codes that boxes return beside the numbers of their buttons.
const (
	// Escape: the user left the box.
	Escape = -1
	// Extra: a key of the caller's.
	Extra = -2
)

// size is what a box needs.
type size struct{ height, width int }

// wait shows a box and returns the next key. A new size has it drawn anew; while the window is too small for it,
// nothing happens.
func (u *UI) wait(least size, draw func(g *screen.Grid)) screen.Key {
	for {
		width, height := u.Term.Size()
		small := height < least.height || width < least.width
		g := screen.NewGrid(width, height, u.Theme.Screen)
		if small {
			g.Text(0, 0, width, "Window too small: enlarge it, or press Ctrl-C", u.Theme.Screen)
		} else {
			u.background(g)
			draw(g)
		}
		u.Term.Draw(g)
		switch k := u.Term.Next(); {
		case k == screen.Hangup, k == screen.Interrupt && small:
			u.HungUp()
		case k == screen.Interrupt:
			u.Interrupted()
		case k != screen.Resize && !small:
			return k
		}
	}
}

// background draws what stands around boxes (dialog_clear in util.c).
func (u *UI) background(g *screen.Grid) {
	s := u.Theme.Screen
	g.Text(1, 0, g.Width, u.Title, s)
	length := 0
	for _, part := range u.Trail {
		length += len(part) + 3
	}
	x, skip := 1, 0
	if length > g.Width-2 {
		const ellipsis = "[...] "
		x = g.Text(x, 1, g.Width, ellipsis, s)
		skip = length - (g.Width - 2 - len(ellipsis))
	}
	put := func(r rune) {
		if skip > 0 {
			skip--
			return
		}
		g.Set(x, 1, r, s)
		x++
	}
	for _, part := range u.Trail {
		put(screen.RightArrow)
		put(' ')
		if skip < len(part) {
			x = g.Text(x, 1, g.Width, part[skip:], s)
			skip = 0
		} else {
			skip -= len(part)
		}
		put(' ')
	}
	for i := length + 1; i < g.Width-1; i++ {
		g.Set(x, 1, screen.HLine, s)
		x++
	}
	g.Text(1, g.Height-1, g.Width, u.Notice, s)
}

// A frame is where a box is drawn: places are relative to its corner, and what is outside is not drawn.
type frame struct {
	g             *screen.Grid
	x, y          int
	width, height int
}

// centred draws a box with its shadow in the middle of the screen.
func (u *UI) centred(g *screen.Grid, height, width int) frame {
	f := frame{g, (g.Width - width) / 2, (g.Height - height) / 2, width, height}
	if u.Term.Colors() > 0 && !u.Theme.Mono {
		for i := range width {
			g.Restyle(f.x+2+i, f.y+height, u.Theme.Shadow)
		}
		for y := f.y + 1; y <= f.y+height; y++ {
			g.Restyle(f.x+width, y, u.Theme.Shadow)
			g.Restyle(f.x+width+1, y, u.Theme.Shadow)
		}
	}
	u.box(f, 0, 0, height, width, u.Theme.Dialog, u.Theme.Border)
	return f
}

// box draws a frame of lines (draw_box in util.c).
func (u *UI) box(f frame, y, x, height, width int, box, border screen.Style) {
	right, bottom := x+width-1, y+height-1
	f.fill(y, x, height, width, ' ', box)
	f.fill(y, x, 1, width, screen.HLine, border)
	f.fill(bottom, x, 1, width, screen.HLine, box)
	f.fill(y, x, height, 1, screen.VLine, border)
	f.fill(y, right, height, 1, screen.VLine, box)
	f.set(y, x, screen.ULCorner, border)
	f.set(bottom, x, screen.LLCorner, border)
	f.set(y, right, screen.URCorner, box)
	f.set(bottom, right, screen.LRCorner, box)
}

// rule draws the line above the buttons.
func (u *UI) rule(f frame) {
	f.set(f.height-3, 0, screen.LeftTee, u.Theme.Border)
	f.fill(f.height-3, 1, 1, f.width-2, screen.HLine, u.Theme.Border)
	f.set(f.height-3, f.width-1, screen.RightTee, u.Theme.Dialog)
}

func (f frame) set(y, x int, r rune, s screen.Style) { f.g.Set(f.x+x, f.y+y, r, s) }

func (f frame) fill(y, x, height, width int, r rune, s screen.Style) {
	f.g.Fill(f.x+x, f.y+y, width, height, r, s)
}

func (f frame) text(y, x int, text string, s screen.Style) int {
	return f.g.Text(f.x+x, f.y+y, f.x+f.width, text, s) - f.x
}

func (f frame) cursor(y, x int) { f.g.CursorX, f.g.CursorY, f.g.Cursor = f.x+x, f.y+y, true }

// title writes the title of a box into its upper line (print_title in util.c).
func (u *UI) title(f frame, title string) {
	if title == "" {
		return
	}
	n := min(f.width-2, len(title))
	x := f.text(0, (f.width-n)/2-1, " "+cut(title, n), u.Theme.Title)
	f.text(0, x, " ", u.Theme.Title)
}

// button draws a button (print_button in util.c). Its letter is the first that is no blank.
func (u *UI) button(f frame, label string, y, x int, selected bool) {
	t := &u.Theme
	frameStyle, key, text := t.ButtonInactive, t.ButtonKeyInactive, t.ButtonLabelInactive
	if selected {
		frameStyle, key, text = t.ButtonActive, t.ButtonKeyActive, t.ButtonLabelActive
	}
	f.text(y, x, "<", frameStyle)
	f.text(y, x+1, label, text)
	blanks := len(label) - len(strings.TrimLeft(label, " "))
	f.set(y, x+1+blanks, rune(label[blanks]), key)
	f.text(y, x+1+len(label), ">", frameStyle)
}

// wrap writes text into lines and returns the last row (print_autowrap in util.c). A word goes to the next line if it
// does not fit, or if it begins a sentence, is short, and its successor does not fit.
func (u *UI) wrap(f frame, text string, width, y, x int) (row int) {
	s := u.Theme.Dialog
	if len(text) <= width-x*2 {
		f.text(y, (width-len(text))/2, text, s)
		return y
	}
	cy, cx, sentence := y, x, true
	for text != "" {
		i := strings.IndexAny(text, "\n ")
		word, rest, more := text, "", i >= 0
		newline := false
		if more {
			word, rest, newline = text[:i], text[i+1:], text[i] == '\n'
		}
		room := width - cx
		if len(word) > room || sentence && len(word) < 4 && more && len(word)+1+len(rest) > room && len(word)+1+nextWord(rest) > room {
			cy++
			cx = x
		}
		cx = f.text(cy, cx, word, s)
		if newline {
			cy, cx = cy+1, x
		} else {
			cx++
		}
		sentence = false
		if more && strings.HasPrefix(rest, " ") {
			cx++
			rest = strings.TrimLeft(rest, " ")
			sentence = true
		}
		text = rest
	}
	return cy
}

// nextWord is the length of the first word of a text; of the last one it counts as none.
func nextWord(text string) int {
	if i := strings.IndexAny(text, "\n "); i >= 0 {
		return i
	}
	return 1 << 20
}

// cut is a text cut to a number of bytes, without part of a character at its end.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	text = text[:max(n, 0)]
	for i := 1; i < utf8.UTFMax && i <= len(text); i++ {
		if b := text[len(text)-i]; b >= utf8.RuneSelf {
			if utf8.RuneStart(b) {
				if !utf8.FullRuneInString(text[len(text)-i:]) {
					return text[:len(text)-i]
				}
				break
			}
			continue
		}
		break
	}
	return text
}
