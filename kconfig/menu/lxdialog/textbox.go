// The box with a text, and the one with a question.

package lxdialog

import (
	"fmt"
	"strings"

	"gokbuild/kconfig/menu/screen"
)

// A Textbox shows a text.
type Textbox struct {
	Title, Text string
	// Height and Width are those of the box; 0 stands for all there is.
	Height, Width int
	// Line is the first line that is shown, Column the first column.
	Line, Column int
	// Overlay, if there is one, is called for the part of the text that is shown; it returns the text that stands in its
	// place.
	Overlay func(start, end int) string
	// Jump reports whether a key leaves the box, given the part of the text that is shown.
	Jump func(key screen.Key, start, end int) bool
	// Key is the key that left the box.
	Key screen.Key

	pager
	start, end int // the part of the text that is shown
	boxHeight  int
}

// pager goes through a text by lines, with the ways of the original at its end.
type pager struct {
	text         string
	page         int // where the next line begins
	begin, ended bool
	length       int // lines shown
}

// back goes n lines back (back_lines in textbox.c).
func (p *pager) back(n int) {
	p.begin = false
	for range n {
		if p.page == len(p.text) && p.ended {
			p.ended = false
			continue
		}
		if p.page == 0 {
			p.begin = true
			return
		}
		p.page--
		for {
			if p.page == 0 {
				p.begin = true
				return
			}
			p.page--
			if p.text[p.page] == '\n' {
				break
			}
		}
		p.page++
	}
}

// line returns the next line (get_line in textbox.c).
func (p *pager) line() string {
	rest := p.text[p.page:]
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		p.page, p.ended = p.page+i+1, false
		return rest[:i]
	}
	p.page, p.ended = len(p.text), true
	return rest
}

// Run shows the text until the user leaves it (dialog_textbox in textbox.c).
func (t *Textbox) Run(u *UI) {
	t.text = t.Text
	t.begin = t.Line == 0
	for range t.Line {
		t.line()
	}
	width, height := 0, 0
	var lines []string
	fresh := true
	for {
		key := u.wait(size{8, 8}, func(g *screen.Grid) {
			if g.Width != width || g.Height != height {
				if !fresh {
					t.back(t.length)
				}
				fresh, width, height = true, g.Width, g.Height
			}
			if fresh {
				lines = t.lines(g)
				fresh = false
			}
			t.draw(u, g, lines)
		})
		done, moved := t.key(u, key)
		if done {
			t.Key = key
			break
		}
		fresh = moved
	}
	t.back(t.length)
	t.Line = strings.Count(t.text[:t.page], "\n")
}

// extent is the size of the box.
func (t *Textbox) extent(g *screen.Grid) (height, width int) {
	height, width = t.Height, t.Width
	if height == 0 {
		height = max(g.Height-4, 0)
	}
	if width == 0 {
		width = max(g.Width-5, 0)
	}
	return height, width
}

// lines takes the lines of a page (print_page in textbox.c).
func (t *Textbox) lines(g *screen.Grid) []string {
	height, _ := t.extent(g)
	t.boxHeight = height - 4
	if t.Overlay != nil {
		for range t.boxHeight {
			t.line()
		}
		end := t.page
		t.back(t.boxHeight)
		t.text = t.Overlay(t.page, end)
		t.start, t.end = t.page, end
	} else {
		t.start = t.page
	}
	t.length = 0
	var out []string
	passed := false
	for range t.boxHeight {
		out = append(out, t.line())
		if !passed {
			t.length++
		}
		passed = passed || t.ended
	}
	if t.Overlay == nil {
		t.end = t.page
	}
	return out
}

func (t *Textbox) draw(u *UI, g *screen.Grid, lines []string) {
	height, width := t.extent(g)
	f := u.centred(g, height, width)
	u.rule(f)
	u.title(f, t.Title)
	u.button(f, " Exit ", height-2, width/2-4, true)
	f.cursor(height-2, width/2-4+2)
	for i, line := range lines {
		if t.Column < len(line) {
			line = line[t.Column:]
		} else {
			line = ""
		}
		g.TextFrom(f.x+2, f.y+1+i, f.x+width-1, f.x+1, cut(line, width-4), u.Theme.Dialog)
	}
	percent := 100
	if len(t.text) > 0 {
		percent = t.page * 100 / len(t.text)
	}
	f.text(height-3, width-9, fmt.Sprintf("(%3d%%)", percent), u.Theme.Position)
}

// key does what a key asks for: it may leave the box, or show another part of the text.
func (t *Textbox) key(u *UI, key screen.Key) (done, moved bool) {
	if u.TextLetters != "" && key.Printable() && !strings.ContainsRune(u.TextLetters, rune(key)) {
		return t.jumps(key), false
	}
	switch key {
	case 'E', 'e', 'X', 'x', 'q', screen.Enter, screen.Esc:
		return true, false
	case 'g', screen.Home:
		if t.begin {
			return false, false
		}
		t.begin, t.page = true, 0
	case 'G', screen.End:
		t.ended, t.page = true, len(t.text)
		t.back(t.boxHeight)
	case 'K', 'k', screen.Up:
		if t.begin {
			return false, false
		}
		t.back(t.length + 1)
	case 'B', 'b', 'u', screen.PageUp:
		if t.begin {
			return false, false
		}
		t.back(t.length + t.boxHeight)
	case 'J', 'j', screen.Down:
		if t.ended {
			return false, false
		}
		t.back(t.length - 1)
	case ' ', 'd', screen.PageDown:
		if t.ended {
			return false, false
		}
		t.begin = false
	case '0', 'H', 'h', screen.Left, 'L', 'l', screen.Right:
		return false, t.sideways(key)
	default:
		return t.jumps(key), false
	}
	return false, true
}

func (t *Textbox) jumps(key screen.Key) bool { return t.Jump != nil && t.Jump(key, t.start, t.end) }

// sideways scrolls to the left or right and reports whether there is anything new.
func (t *Textbox) sideways(key screen.Key) bool {
	switch key {
	case 'L', 'l', screen.Right:
		if t.Column >= maxInput {
			return false
		}
		t.Column++
	default:
		if t.Column <= 0 {
			return false
		}
		if t.Column--; key == '0' {
			t.Column = 0
		}
	}
	t.back(t.length)
	return true
}

// A Yesno asks a question.
type Yesno struct {
	Title, Prompt string
	Height, Width int
	Key           screen.Key
	button        int
}

// Run asks until there is an answer: 0 is yes, 1 is no (dialog_yesno in yesno.c).
func (q *Yesno) Run(u *UI) (code int) {
	q.button = 0
	for {
		key := u.wait(size{q.Height + 4, q.Width + 4}, func(g *screen.Grid) {
			f := u.centred(g, q.Height, q.Width)
			u.rule(f)
			u.title(f, q.Title)
			u.wrap(f, q.Prompt, q.Width-2, 1, 3)
			y, x := q.Height-2, q.Width/2-10
			u.button(f, " Yes ", y, x, q.button == 0)
			u.button(f, "  No  ", y, x+13, q.button == 1)
			f.cursor(y, x+1+13*q.button)
		})
		q.Key = key
		switch key {
		case 'Y', 'y':
			return 0
		case 'N', 'n':
			return 1
		case screen.Tab, screen.Left, screen.Right, screen.BackTab:
			q.button = 1 - q.button
		case ' ', screen.Enter:
			return q.button
		case screen.Esc:
			return Escape
		default:
			if !key.Printable() && key != screen.Unknown {
				return Extra
			}
		}
	}
}
