// Menus: their lines, and moving among them.

package nconf

import (
	"strings"

	"gokbuild/kconfig/menu"
	"gokbuild/kconfig/menu/screen"
)

// item is a line of a menu.
type item struct {
	entry *menu.Entry
	tag   byte // m menu, t bool or tristate, s text, : nothing to choose
	text  string
}

// list is a menu on the screen, as the menu library of curses has it.
type list struct {
	title, head     string
	items           []item
	top, at, height int
	searching       bool
	pattern         string
	up              bool // the direction of the search
}

// set replaces the lines; place and scroll stay, if they can.
func (l *list) set(items []item, height int) {
	top, at := l.top, l.at
	l.items, l.height, l.top = items, height, 0
	if top <= max(len(items)-height, 0) {
		l.top = top
	}
	l.center(at)
}

// center selects a line, and scrolls only if it could not be seen (center_item in nconf.c).
func (l *list) center(i int) {
	i = max(min(i, len(l.items)-1), 0)
	if i < l.top || i >= l.top+l.height {
		l.top = max(i-l.height/2, 0)
		if l.top >= len(l.items)-l.height {
			l.top = max(len(l.items)-l.height, 0)
		}
	}
	l.at = i
	l.follow()
}

// find selects the line of an entry.
func (l *list) find(e *menu.Entry) {
	for i, it := range l.items {
		if it.entry == e {
			l.center(i)
			return
		}
	}
}

// follow scrolls so that the selected line can be seen.
func (l *list) follow() {
	l.at = max(min(l.at, len(l.items)-1), 0)
	l.top = max(min(l.top, l.at), l.at-l.height+1, 0)
}

// current is the selected line.
func (l *list) current() (e *menu.Entry, tag byte) {
	if l.at >= len(l.items) {
		return nil, 0
	}
	return l.items[l.at].entry, l.items[l.at].tag
}

// move goes to another line (menu_driver in ncurses).
func (l *list) move(key screen.Key) bool {
	switch key {
	case screen.Down, 'j':
		l.at++
	case screen.Up, 'k':
		l.at--
	case screen.PageDown:
		n := max(min(len(l.items)-(l.height+l.top), l.height), 0)
		l.top, l.at = l.top+n, l.at+n
	case screen.PageUp:
		n := min(l.height, l.top)
		l.top, l.at = l.top-n, l.at-n
	case screen.Home:
		l.at = 0
	case screen.End:
		l.at = len(l.items) - 1
	default:
		return false
	}
	l.follow()
	return true
}

// search takes a key for the search in this menu; it reports whether the key was one (do_match in nconf.c).
func (l *list) search(key screen.Key) bool {
	switch {
	case key == '/' || l.searching && key == screen.Esc:
		l.searching, l.pattern, l.up = !l.searching, "", false
		return true
	case !l.searching:
		return false
	case key.Printable():
		l.pattern += string(rune(key))
		l.match(0)
	case key == screen.Down:
		l.up = false
		l.match(1)
	case key == screen.Up:
		l.up = true
		l.match(-1)
	case key == screen.Backspace || key == screen.Ctrl('h'):
		if r := []rune(l.pattern); len(r) > 0 {
			l.pattern = string(r[:len(r)-1])
		}
	default:
		l.searching, l.pattern = false, ""
		return false
	}
	return true
}

// match goes to the next line that holds the pattern, from step lines away (get_mext_match in nconf.c).
func (l *list) match(step int) {
	n := len(l.items)
	way := 1
	if l.up {
		way = -1
	}
	for k := range n {
		i := ((l.at+step+way*k)%n + n) % n
		if strings.Contains(strings.ToLower(l.items[i].text), strings.ToLower(l.pattern)) {
			l.center(i)
			return
		}
	}
}

// functions are the words of the last line (print_function_line in nconf.c).
var functions = []string{"Help", "SymInfo", "Help 2", "ShowAll", "Back", "Save", "Load", "SymSearch", "Exit"}

// draw draws a menu (show_menu in nconf.c).
func (l *list) draw(g *screen.Grid, look *look) {
	if l.searching {
		g.Fill(0, 0, g.Width, 1, ' ', look.normal)
		g.Text(0, 0, g.Width, "searching: "+l.pattern, look.normal)
	}
	g.Text((g.Width-len(l.head))/2, 1, g.Width, l.head, look.heading)
	const y, x = 2, 1
	height, width := g.Height-2, g.Width-2
	rect(g, y, x, height, width, look.menuBox, look.normal)
	g.Text(x+3, y, x+width, " "+l.title+" ", look.menuHeading)
	columns := 0
	for _, it := range l.items {
		columns = max(columns, len(it.text)+1)
	}
	columns = min(columns, g.Width-6-2)
	at := x + (g.Width-6-columns)/2
	for i := range min(l.height, len(l.items)-l.top) {
		s := look.normal
		if l.top+i == l.at {
			s = look.menuFore
			g.Fill(at, y+2+i, columns, 1, ' ', s)
			g.CursorX, g.CursorY = at, y+2+i
		}
		g.Text(at+1, y+2+i, at+columns, l.items[l.top+i].text, s)
	}
	fx := x + 1
	for i, word := range functions {
		fx = g.Text(fx, y+height-1, x+width, "F"+string(rune('1'+i)), look.functionKey)
		fx = g.Text(fx, y+height-1, x+width, word, look.functions) + 1
	}
}

// choose shows a menu until a key leaves it that is for the selected line.
func (p *program) choose(l *list, instructions string) screen.Key {
	for {
		p.under = func(g *screen.Grid) { l.draw(g, &p.look) }
		key := p.wait(nil)
		p.notice = hint
		if key == screen.Resize {
			l.height = p.rows()
			l.follow()
			continue
		}
		if l.search(key) || l.move(key) {
			continue
		}
		e, _ := l.current()
		if key == 'h' || key == '?' {
			p.help(e)
			return key
		}
		if back, left := p.function(key, e, instructions); left {
			return back
		}
		switch key {
		case screen.Enter, screen.Esc, ' ', 'n', 'y', 'm', screen.Left, screen.Right:
			return key
		}
	}
}
