// Drawing: only what has changed is sent.

package terminal

import (
	"slices"
	"strings"

	"gokbuild/kconfig/menu/screen"
)

// Draw implements screen.Terminal.
func (t *Terminal) Draw(g *screen.Grid) {
	var b strings.Builder
	b.WriteString(t.caps.hide)
	old := t.shown
	if old != nil && (old.Width != g.Width || old.Height != g.Height) {
		old = nil
	}
	p := pen{caps: &t.caps, out: &b, x: -1}
	for y := range g.Height {
		row := g.Row(y)
		if old != nil && slices.Equal(row, old.Row(y)) {
			continue
		}
		for x := 0; x < len(row); x++ {
			last := y == g.Height-1 && x == g.Width-1
			if old != nil && row[x] == old.Row(y)[x] || last && !t.caps.corner || row[x].Rune == 0 {
				continue
			}
			p.put(x, y, row[x])
		}
	}
	b.WriteString(t.caps.reset)
	if g.Cursor {
		b.WriteString(t.caps.cursor(g.CursorX, g.CursorY) + t.caps.show)
	}
	t.write(b.String())
	t.shown = g
}

// pen knows where the terminal's cursor is, and in which style it writes.
type pen struct {
	*caps
	out   *strings.Builder
	x, y  int
	style screen.Style
	begun bool
}

func (p *pen) put(x, y int, c screen.Cell) {
	if x != p.x || y != p.y {
		p.out.WriteString(p.caps.cursor(x, y))
	}
	if !p.begun || p.style != c.Style {
		p.out.WriteString(p.caps.style(c.Style))
		p.style, p.begun = c.Style, true
	}
	switch {
	case p.utf8 || c.Rune < 0x80:
		p.out.WriteRune(c.Rune)
	case p.lines[c.Rune] != "":
		p.out.WriteString(p.lines[c.Rune])
	default:
		p.out.WriteByte('?')
	}
	p.x, p.y = x+screen.RuneWidth(c.Rune), y
}
