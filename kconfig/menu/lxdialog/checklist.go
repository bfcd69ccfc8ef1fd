// The box with a choice.

package lxdialog

import "gokbuild/kconfig/menu/screen"

// A Checklist is a choice of which one line is chosen.
type Checklist struct {
	Title, Prompt string
	Items         []Item
	// Selected is the number of the line that is selected at first; -1 stands for the one with the tag X.
	Selected int
	// Width is that of the box; 0 stands for 65.
	Width int
	Key   screen.Key

	choice, scroll, shown, button int
	above, below                  bool
}

// The buttons of a choice, and of a field.
const (
	Ok      = 0
	AskHelp = 1
)

const (
	checkHeight = 15
	checkWidth  = 65
	checkList   = 6
)

// Run shows the choice until the user has chosen; index is the number of the selected line, -1 if there is none
// (dialog_checklist in checklist.c).
func (c *Checklist) Run(u *UI) (code, index int) {
	c.shown, c.choice, c.button = min(checkList, len(c.Items)), 0, 0
	for i, item := range c.Items {
		if item.Tag == 'X' && c.Selected < 0 || i == c.Selected {
			c.choice = i
		}
	}
	if c.Width == 0 {
		c.Width = checkWidth
	}
	c.scroll = 0
	if c.choice >= checkList {
		c.scroll = c.choice - checkList + 1
		c.choice -= c.scroll
	}
	c.arrows()
	for {
		// The original wants six rows more, without drawing there: in the smallest window that it begins in, a choice
		// stays shut.
		key := u.wait(size{checkHeight, c.Width}, func(g *screen.Grid) { c.draw(u, g) })
		code, done := c.key(key)
		if !done {
			continue
		}
		c.Key = key
		if index = c.scroll + c.choice; index >= len(c.Items) {
			index = -1
		}
		return code, index
	}
}

// arrows says whether there is more. As in the original it is not said anew before the list scrolls.
func (c *Checklist) arrows() {
	c.above = c.scroll > 0
	c.below = checkList < len(c.Items) && c.scroll+c.choice < len(c.Items)-1
}

func (c *Checklist) draw(u *UI, g *screen.Grid) {
	width := c.Width
	f := u.centred(g, checkHeight, width)
	u.rule(f)
	u.title(f, c.Title)
	u.wrap(f, c.Prompt, width-2, 1, 3)
	listWidth := width - 6
	by, bx := checkHeight-checkList-5, (width-listWidth)/2-1
	u.box(f, by, bx, checkList+2, listWidth+2, u.Theme.MenuboxBorder, u.Theme.Menubox)
	x := 0
	for _, item := range c.Items {
		x = max(x, len(item.Text)+4)
	}
	x = (listWidth - min(x, listWidth)) / 2
	for i := range c.shown {
		row := frame{g, f.x + bx + 1, f.y + by + 1 + i, listWidth, 1}
		u.checkLine(row, c.Items[c.scroll+i], x, i == c.choice)
	}
	u.arrows(f, c.above, c.below, by, bx+x+5, checkList)
	u.button(f, "Select", checkHeight-2, width/2-11, c.button == 0)
	u.button(f, " Help ", checkHeight-2, width/2-11+14, c.button == 1)
	f.cursor(by+1+c.choice, bx+1+x+1)
}

func (u *UI) checkLine(row frame, item Item, x int, selected bool) {
	t := &u.Theme
	check, tag, text := t.Check, t.Tag, t.Item
	if selected {
		check, tag, text = t.CheckSelected, t.TagSelected, t.ItemSelected
	}
	row.fill(0, 0, 1, row.width, ' ', t.Menubox)
	switch item.Tag {
	case ':':
	case 'X':
		row.text(0, x, "(X)", check)
	default:
		row.text(0, x, "( )", check)
	}
	line := cut(item.Text, row.width-(x+4))
	row.text(0, x+4, line, text)
	if line != "" {
		row.set(0, x+4, rune(line[0]), tag)
	}
}

// key does what a key asks for; done says that the box is left with the code.
func (c *Checklist) key(key screen.Key) (code int, done bool) {
	for i := range c.shown {
		if text := c.Items[c.scroll+i].Text; text != "" && key != '-' && key != '+' && lower(key) == lower(screen.Key(text[0])) {
			c.choice = i
			return 0, false
		}
	}
	switch key {
	case screen.Up, '-':
		switch {
		case c.choice > 0:
			c.choice--
		case c.scroll > 0:
			c.scroll--
			c.arrows()
		}
	case screen.Down, '+':
		switch {
		case c.choice < c.shown-1:
			c.choice++
		case c.scroll+c.choice < len(c.Items)-1:
			c.scroll++
			c.arrows()
		}
	case screen.Home, screen.PageUp:
		c.choice, c.scroll = 0, 0
		c.arrows()
	case screen.End, screen.PageDown:
		c.choice, c.scroll = max(c.shown-1, 0), len(c.Items)-c.shown
		c.arrows()
	case 'H', 'h', '?':
		return AskHelp, true
	case 'S', 's', ' ', screen.Enter:
		return c.button, true
	case screen.Tab, screen.Left, screen.Right, screen.BackTab:
		c.button = 1 - c.button
	case 'X', 'x', screen.Esc:
		return Escape, true
	default:
		if !key.Printable() && key != screen.Unknown {
			return Extra, true
		}
	}
	return 0, false
}
