// The screen: a menu, and at times a box over it.

package nconf

import (
	"strings"

	"gokbuild/kconfig/menu/screen"
)

// look is a style for each part of the screen (set_colors in nconf.gui.c).
type look struct {
	normal, heading, menuBox, menuFore, menuHeading, boxHeading, box, text, buttonFore, button, inputBox, field, functions,
	functionKey screen.Style
}

func newLook(colors int) look {
	plain := screen.Plain
	with := func(fg screen.Color, a screen.Attr) screen.Style {
		if colors < 8 {
			fg = screen.Default
		}
		return screen.Style{Fg: fg, Bg: screen.Default, Attr: a}
	}
	bold, reverse := screen.Bold, screen.Reverse
	return look{
		normal: plain, heading: with(screen.Magenta, bold|screen.Underline), menuBox: with(screen.Yellow, 0),
		menuFore: with(screen.Default, reverse), menuHeading: with(screen.Green, bold), boxHeading: with(screen.Green, bold),
		box: with(screen.Yellow, bold), text: plain, buttonFore: with(screen.Red, reverse), button: with(screen.Yellow, 0),
		inputBox: with(screen.Yellow, 0), field: with(screen.Default, screen.Underline), functions: with(screen.Yellow, reverse),
		functionKey: with(screen.Default, bold),
	}
}

// escape is what boxes return when the user leaves them.
const escape = -1

// window shows the last menu and what lies over it.
type window struct {
	term screen.Terminal
	look look
	// notice stands in the first row, which the original uses for its search only.
	notice              string
	hungUp, interrupted func()
	under               func(g *screen.Grid) // the last menu
}

// leastRows and leastColumns are the smallest window in which anything is shown.
const (
	leastRows    = 10
	leastColumns = 40
)

// wait shows the menu and what lies over it, and returns the next key.
func (w *window) wait(over func(g *screen.Grid)) screen.Key {
	for {
		width, height := w.term.Size()
		small := height < leastRows || width < leastColumns
		g := screen.NewGrid(width, height, w.look.normal)
		if small {
			g.Text(0, 0, width, "Window too small: enlarge it, or press Ctrl-C", w.look.normal)
		} else {
			g.Text(0, 0, width, w.notice, w.look.normal)
			if w.under != nil {
				w.under(g)
			}
			if over != nil {
				over(g)
			}
		}
		w.term.Draw(g)
		switch k := w.term.Next(); {
		case k == screen.Hangup, k == screen.Interrupt && small:
			w.hungUp()
		case k == screen.Interrupt:
			w.interrupted()
		case k == screen.Resize && over == nil && !small:
			return k // the menu is laid out anew
		case k != screen.Resize && !small:
			return k
		}
	}
}

// rows is how many lines of a menu can be seen.
func (w *window) rows() int {
	_, height := w.term.Size()
	return max(height-7, 1)
}

// rect draws an empty box with its lines.
func rect(g *screen.Grid, y, x, height, width int, s, inside screen.Style) {
	g.Fill(x, y, width, height, ' ', inside)
	right, bottom := x+width-1, y+height-1
	g.Fill(x, y, width, 1, screen.HLine, s)
	g.Fill(x, bottom, width, 1, screen.HLine, s)
	g.Fill(x, y, 1, height, screen.VLine, s)
	g.Fill(right, y, 1, height, screen.VLine, s)
	g.Set(x, y, screen.ULCorner, s)
	g.Set(right, y, screen.URCorner, s)
	g.Set(x, bottom, screen.LLCorner, s)
	g.Set(right, bottom, screen.LRCorner, s)
}

// widest is the length of the longest line.
func widest(lines []string) int {
	n := 0
	for _, line := range lines {
		n = max(n, len(line))
	}
	return n
}

// buttons shows a text with buttons below it and returns the number of the one that was pressed. Without any, a key
// ends it (btn_dialog in nconf.gui.c).
func (w *window) buttons(text string, labels ...string) int {
	lines := strings.Split(text, "\n")
	textWidth, all := widest(lines), 0
	for _, l := range labels {
		all += len(l) + 1
	}
	total := max(textWidth, all)
	height := len(lines) + 2
	if len(labels) > 0 {
		height += 2
	}
	choice := 0
	for {
		key := w.wait(func(g *screen.Grid) {
			y, x := (g.Height-(len(lines)+4))/2, (g.Width-(total+4))/2
			rect(g, y, x, height, total+4, w.look.box, w.look.normal)
			for i, line := range lines {
				g.Text(x+1+(total+2-textWidth)/2, y+1+i, x+total+3, line, w.look.text)
			}
			at := x + 1 + (total+2-all)/2
			for i, l := range labels {
				s := w.look.button
				if i == choice {
					s = w.look.buttonFore
				}
				g.Text(at, y+height-2, g.Width, l, s)
				at += widest(labels) + 1
			}
		})
		switch key {
		case screen.Left:
			choice = max(choice-1, 0)
		case screen.Right:
			choice = max(min(choice+1, len(labels)-1), 0)
		case screen.Enter, ' ':
			return choice
		case screen.Esc, screen.F5, screen.F9:
			return escape
		}
	}
}

// page is a text in a box that can be scrolled (show_scroll_win_ext in nconf.gui.c).
type page struct {
	title, text string
	line, col   int
	// jump reports whether a key leaves the page, given the part of the text that is shown.
	jump func(key screen.Key, start, end int) bool
}

// show shows a page until the user leaves it; it returns the key that did.
func (w *window) show(p *page) screen.Key {
	lines := strings.Split(p.text, "\n")
	columns := widest(lines) + 2
	var shown, across int
	for {
		key := w.wait(func(g *screen.Grid) {
			height, width := min(len(lines)+4, g.Height-2), min(columns+2, g.Width-2)
			shown, across = max(height-4, 0), max(width-2, 0)
			y, x := (g.Height-height)/2, (g.Width-width)/2
			rect(g, y, x, height, width, w.look.box, w.look.normal)
			g.Text(x+3, y, x+width, " "+p.title+" ", w.look.boxHeading)
			for i := range shown - 1 {
				if p.line+i < len(lines) {
					row := screen.NewGrid(columns+10, 1, w.look.text)
					row.Text(0, 0, columns+10, lines[p.line+i], w.look.text)
					for j := 2; j <= across; j++ {
						c := row.At(p.col+j-2, 0)
						g.Set(x+j, y+2+i, c.Rune, w.look.text)
					}
				}
			}
			g.Text(x+(across-4)/2, y+shown+2, x+width, "<OK>", w.look.buttonFore)
		})
		switch key {
		case screen.PageDown, ' ', 'd':
			p.line += shown - 2
		case screen.PageUp, 'u':
			p.line -= shown + 2
		case screen.Home:
			p.line = 0
		case screen.End:
			p.line = len(lines) - shown
		case screen.Down, 'j':
			p.line++
		case screen.Up, 'k':
			p.line--
		case screen.Left, 'h':
			p.col--
		case screen.Right, 'l':
			p.col++
		case screen.Enter, screen.Esc, 'q', screen.F1, screen.F5, screen.F9:
			return key
		default:
			if p.jump != nil && p.jump(key, offset(lines, p.line), offset(lines, p.line+shown)) {
				return key
			}
		}
		p.line = min(max(p.line, 0), len(lines)-shown)
		p.col = min(max(p.col, 0), max(columns-across, 0))
	}
}

// offset is where a line begins in its text.
func offset(lines []string, n int) int {
	at := 0
	for _, line := range lines[:min(n, len(lines))] {
		at += len(line) + 1
	}
	return at
}

// read shows a page that is not scrolled to any place.
func (w *window) read(title, text string) { w.show(&page{title: title, text: text}) }
