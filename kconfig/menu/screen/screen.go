// The grid of cells that front ends draw into.

package screen

import (
	"strings"
	"unicode/utf8"
)

// A Terminal shows grids and sends keys.
type Terminal interface {
	// Size returns columns and rows.
	Size() (width, height int)
	// Colors returns how many colours there are, 0 for a terminal that has none.
	Colors() int
	// Draw shows a grid.
	Draw(*Grid)
	// Next waits for a key, or for what is told as one: a new size, a signal.
	Next() Key
	// Close gives the terminal back as it was.
	Close()
}

// A Color is one of the eight colours of terminals, or the terminal's own.
type Color int8

// The colours.
const (
	Default Color = iota - 1
	Black
	Red
	Green
	Yellow
	Blue
	Magenta
	Cyan
	White
)

// An Attr is a set of attributes.
type Attr uint8

// The attributes.
const (
	Bold Attr = 1 << iota
	Dim
	Reverse
	Underline
)

// A Style is how a cell looks.
type Style struct {
	Fg, Bg Color
	Attr   Attr
}

// Plain is the terminal's own style.
var Plain = Style{Fg: Default, Bg: Default}

// Lines and arrows. A terminal that has no such characters shows what comes next to them.
const (
	HLine      = '─'
	VLine      = '│'
	ULCorner   = '┌'
	URCorner   = '┐'
	LLCorner   = '└'
	LRCorner   = '┘'
	LeftTee    = '├'
	RightTee   = '┤'
	UpArrow    = '↑'
	DownArrow  = '↓'
	RightArrow = '→'
)

// A Cell is one place on the screen. The second half of a wide character holds the rune 0.
type Cell struct {
	Rune  rune
	Style Style
}

// A Grid is a screen full of cells.
type Grid struct {
	Width, Height int
	// CursorX and CursorY say where the cursor is, Cursor whether it is to be seen.
	CursorX, CursorY int
	Cursor           bool
	cells            []Cell
}

// NewGrid returns an empty grid in one style.
func NewGrid(width, height int, s Style) *Grid {
	g := &Grid{Width: width, Height: height, cells: make([]Cell, width*height)}
	g.Fill(0, 0, width, height, ' ', s)
	return g
}

// Row returns the cells of a row.
func (g *Grid) Row(y int) []Cell { return g.cells[y*g.Width : (y+1)*g.Width] }

// At returns a cell, and a blank for a place outside.
func (g *Grid) At(x, y int) Cell {
	if !g.inside(x, y) {
		return Cell{Rune: ' ', Style: Plain}
	}
	return g.cells[y*g.Width+x]
}

func (g *Grid) inside(x, y int) bool { return x >= 0 && y >= 0 && x < g.Width && y < g.Height }

// Set puts a character into a cell; what is outside is not drawn.
func (g *Grid) Set(x, y int, r rune, s Style) {
	if g.inside(x, y) {
		g.cells[y*g.Width+x] = Cell{r, s}
	}
}

// Restyle changes how a cell looks.
func (g *Grid) Restyle(x, y int, s Style) {
	if g.inside(x, y) {
		g.cells[y*g.Width+x].Style = s
	}
}

// Fill fills a rectangle.
func (g *Grid) Fill(x, y, width, height int, r rune, s Style) {
	for j := y; j < y+height; j++ {
		for i := x; i < x+width; i++ {
			g.Set(i, j, r, s)
		}
	}
}

// Text puts text into a row, up to the column limit, and returns the column after it. A tab leads to the next column,
// counted from the column tabs, that eight divides; a control character is shown as ^ and a letter, as curses does.
func (g *Grid) Text(x, y, limit int, text string, s Style) int {
	return g.text(x, y, limit, x, text, s)
}

// TextFrom is Text whose tabs are counted from a column.
func (g *Grid) TextFrom(x, y, limit, tabs int, text string, s Style) int {
	return g.text(x, y, limit, tabs, text, s)
}

func (g *Grid) text(x, y, limit, tabs int, text string, s Style) int {
	put := func(r rune) {
		w := RuneWidth(r)
		if w == 0 || x+w > limit {
			return
		}
		g.Set(x, y, r, s)
		if w == 2 {
			g.Set(x+1, y, 0, s)
		}
		x += w
	}
	for len(text) > 0 {
		r, n := utf8.DecodeRuneInString(text)
		bad := r == utf8.RuneError && n == 1
		text = text[n:]
		switch {
		case r == '\t':
			for put(' '); (x-tabs)%8 != 0 && x < limit; {
				put(' ')
			}
		case r < ' ':
			put('^')
			put(r + '@')
		case bad || r == 0x7f:
			put('?')
		default:
			put(r)
		}
	}
	return x
}

// RuneWidth returns how many columns a character takes.
func RuneWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case r <= 0x36f || r >= 0x200b && r <= 0x200f || r >= 0x20d0 && r <= 0x20ff || r >= 0xfe00 && r <= 0xfe0f:
		return 0 // these join what stands before them
	case r >= 0x1100 && r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff ||
		r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 || r >= 0x1f300 && r <= 0x1faff ||
		r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

// String returns the rows without blanks at their ends.
func (g *Grid) String() string {
	var b strings.Builder
	for y := range g.Height {
		var row strings.Builder
		for _, c := range g.Row(y) {
			if c.Rune != 0 {
				row.WriteRune(c.Rune)
			}
		}
		b.WriteString(strings.TrimRight(row.String(), " "))
		b.WriteByte('\n')
	}
	return b.String()
}
