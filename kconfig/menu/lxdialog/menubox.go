// The box with a menu.

package lxdialog

import (
	"strings"

	"gokbuild/kconfig/menu/screen"
)

// An Item is a line of a list.
type Item struct {
	Text string
	// Tag says what the line is: m menu, t bool or tristate, s text, : nothing to choose, X the chosen one.
	Tag  byte
	Data any
}

// Codes of a menu. The first five are its buttons.
const (
	Select = iota
	Exit
	Help
	Save
	Load
	Yes
	No
	Mod
	Space
	Search
	ShowAll
)

// A Menubox is a menu.
type Menubox struct {
	Title, Prompt string
	Items         []Item
	// Selected is the data of the line that is selected at first, and of the selected one afterwards. Scroll is the first
	// line that is shown.
	Selected any
	Scroll   int
	// SpaceJumps says that a blank may be the letter of a line (older trees).
	SpaceJumps bool
	// Classic is the menu of the program lxdialog: three buttons, and lines further to the left. Where Scroll is
	// negative, the selected line stands in the middle.
	Classic bool
	// Key is the key of the caller's that Extra stands for.
	Key screen.Key

	scroll, choice, shown int
	button                int
}

// least is the smallest window for a menu (MENUBOX_HEIGTH_MIN in dialog.h).
var leastMenu = size{15, 65}

// Run shows the menu until the user has chosen; index is the number of the selected line, -1 if there is none
// (dialog_menu in menubox.c).
func (m *Menubox) Run(u *UI) (code, index int) {
	m.place(u)
	lastHeight := -1
	for {
		key := u.wait(leastMenu, func(g *screen.Grid) {
			if g.Height != lastHeight {
				if lastHeight >= 0 {
					m.keep()
					m.place(u)
				}
				lastHeight = g.Height
			}
			m.draw(u, g)
		})
		code, done := m.key(key)
		if !done {
			continue
		}
		m.Key = key
		index = m.scroll + m.choice
		if code != Escape {
			m.Scroll = m.scroll
		}
		if index >= len(m.Items) {
			return code, -1
		}
		m.Selected = m.Items[index].Data
		return code, index
	}
}

// keep makes the present line the one that is selected at first.
func (m *Menubox) keep() {
	if i := m.scroll + m.choice; i < len(m.Items) {
		m.Selected, m.Scroll = m.Items[i].Data, m.scroll
	}
}

// place finds the first line to be shown.
func (m *Menubox) place(u *UI) {
	_, rows := u.Term.Size()
	m.shown = max(min(rows-4-10, len(m.Items)), 0)
	choice, scroll := 0, m.Scroll
	for i, item := range m.Items {
		if m.Selected != nil && item.Data == m.Selected {
			choice = i
		}
	}
	centred := false
	if scroll <= choice && scroll+m.shown > choice && scroll >= 0 && scroll+m.shown <= len(m.Items) {
		choice -= scroll
	} else {
		scroll = 0
		centred = m.Classic && choice >= m.shown/2
	}
	if (choice >= m.shown || centred) && m.shown > 0 {
		if choice >= len(m.Items)-m.shown/2 {
			scroll = len(m.Items) - m.shown
		} else {
			scroll = choice - m.shown/2
		}
		choice -= scroll
	}
	m.scroll, m.choice, m.button = scroll, choice, 0
}

// buttons are the labels at the bottom.
func (m *Menubox) buttons() []string {
	all := []string{"Select", " Exit ", " Help ", " Save ", " Load "}
	if m.Classic {
		return all[:3]
	}
	return all
}

func (m *Menubox) draw(u *UI, g *screen.Grid) {
	height, width := g.Height-4, g.Width-5
	list, listWidth := height-10, width-6
	f := u.centred(g, height, width)
	u.rule(f)
	u.title(f, m.Title)
	u.wrap(f, m.Prompt, width-2, 1, 3)
	by, bx := height-list-5, (width-listWidth)/2-1
	u.box(f, by, bx, list+2, listWidth+2, u.Theme.MenuboxBorder, u.Theme.Menubox)
	ix := 4
	if listWidth >= 80 || m.Classic {
		ix = (listWidth - 70) / 2
	}
	for i := range m.shown {
		row := frame{g, f.x + bx + 1, f.y + by + 1 + i, listWidth, 1}
		u.menuLine(row, m.Items[m.scroll+i], ix, i == m.choice)
	}
	u.arrows(f, m.scroll > 0, m.scroll+list < len(m.Items), by, bx+ix+1, list)
	buttons := m.buttons()
	for i, label := range buttons {
		u.button(f, label, height-2, width/2-6*len(buttons)+2+12*i, i == m.button)
	}
	f.cursor(by+1+m.choice, bx+1+ix+1)
}

// menuLine draws a line of a menu. Its letter is the first that is in no brackets and no command.
func (u *UI) menuLine(row frame, item Item, x int, selected bool) {
	t := &u.Theme
	text, key := t.Item, t.TagKey
	if selected {
		text, key = t.ItemSelected, t.TagKeySelected
	}
	row.fill(0, 0, 1, row.width, ' ', t.Menubox)
	line := cut(item.Text, row.width-x)
	row.text(0, x, line, text)
	if j := firstAlpha(line); item.Tag != ':' && j < len(line) {
		row.set(0, x+j, rune(line[j]), key)
	}
}

// arrows draws what tells that there is more above or below.
func (u *UI) arrows(f frame, above, below bool, y, x, height int) {
	f.fill(y, x, 1, 4, screen.HLine, u.Theme.Menubox)
	if above {
		f.set(y, x, screen.UpArrow, u.Theme.UArrow)
		f.text(y, x+1, "(-)", u.Theme.UArrow)
	}
	y += height + 1
	f.fill(y, x, 1, 4, screen.HLine, u.Theme.MenuboxBorder)
	if below {
		f.set(y, x, screen.DownArrow, u.Theme.DArrow)
		f.text(y, x+1, "(+)", u.Theme.DArrow)
	}
}

// firstAlpha is the place of a line's letter, 0 if it has none (first_alpha in util.c).
func firstAlpha(line string) int {
	depth := 0
	for i := range len(line) {
		c := line[i] | 0x20
		switch {
		case strings.IndexByte("<[(", line[i]) >= 0:
			depth++
		case strings.IndexByte(">])", line[i]) >= 0 && depth > 0:
			depth--
		}
		if depth == 0 && c >= 'a' && c <= 'z' && line[i] >= 'A' && strings.IndexByte("ynmh", c) < 0 {
			return i
		}
	}
	return 0
}

// letter is the key that leads to a line.
func letter(line string) screen.Key {
	if line == "" {
		return screen.Unknown
	}
	return lower(screen.Key(line[firstAlpha(line)]))
}

func lower(k screen.Key) screen.Key {
	if k >= 'A' && k <= 'Z' {
		k |= 0x20
	}
	return k
}

// key does what a key asks for; done says that the box is left with the code.
func (m *Menubox) key(key screen.Key) (code int, done bool) {
	key = lower(key)
	if m.move(key) { // - and + move, also where a line begins with one
		return 0, false
	}
	if i, ok := m.jump(key); ok {
		m.choice = i
		return 0, false
	}
	switch key {
	case screen.Left, screen.Tab, screen.Right, screen.BackTab:
		step := 1
		if key == screen.Left || key == screen.BackTab {
			step = len(m.buttons()) - 1
		}
		m.button = (m.button + step) % len(m.buttons())
		return 0, false
	case screen.Enter:
		return m.button, true
	case 'e', 'x', screen.Esc:
		return Escape, true
	}
	if code, ok := menuKeys[key]; ok {
		return code, true
	}
	if key.Printable() || key == screen.Unknown {
		return 0, false
	}
	return Extra, true
}

// menuKeys are the commands of a menu.
var menuKeys = map[screen.Key]int{'h': Help, '?': Help, 's': Yes, 'y': Yes, 'n': No, 'm': Mod, ' ': Space, '/': Search,
	'z': ShowAll}

// jump finds the next line that a letter leads to, from the one after the present one.
func (m *Menubox) jump(key screen.Key) (int, bool) {
	if strings.ContainsRune("ynmh", rune(key)) || key == ' ' && !m.SpaceJumps {
		return 0, false
	}
	for n := range m.shown {
		i := (m.choice + 1 + n) % m.shown
		if letter(m.Items[m.scroll+i].Text) == key {
			return i, true
		}
	}
	return 0, false
}

// move goes to another line.
func (m *Menubox) move(key screen.Key) bool {
	count := len(m.Items)
	more := func() bool { return m.scroll+m.shown < count }
	switch key {
	case screen.Up, '-':
		if m.choice < 2 && m.scroll > 0 {
			m.scroll--
		} else {
			m.choice = max(m.choice-1, 0)
		}
	case screen.Down, '+':
		if m.choice > m.shown-3 && more() {
			m.scroll++
		} else {
			m.choice = max(min(m.choice+1, m.shown-1), 0)
		}
	case screen.PageUp:
		for range m.shown {
			if m.scroll > 0 {
				m.scroll--
			} else {
				m.choice = max(m.choice-1, 0)
			}
		}
	case screen.PageDown:
		for range m.shown {
			if more() {
				m.scroll++
			} else {
				m.choice = min(m.choice+1, m.shown-1)
			}
		}
	case screen.Home:
		m.scroll, m.choice = 0, 0
	case screen.End:
		m.scroll, m.choice = count-m.shown, max(m.shown-1, 0)
	default:
		return false
	}
	return true
}
