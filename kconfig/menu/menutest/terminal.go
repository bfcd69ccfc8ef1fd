// This file is a terminal without a terminal.

package menutest

import (
	"strings"

	"gokbuild/kconfig/menu/screen"
)

// Terminal has keys that are given beforehand, and screens that can be looked at.
type Terminal struct {
	Width, Height int
	// Keys are sent one by one; after them comes Hangup.
	Keys []screen.Key
	// Screens are those before each key.
	Screens []string
	// Before is called before the n-th key is sent, counted from 1; it may change the size.
	Before func(n int)
	// Closed says that the terminal was given back.
	Closed bool

	last *screen.Grid
}

// Size implements [screen.Terminal].
func (t *Terminal) Size() (width, height int) { return t.Width, t.Height }

// Colors implements [screen.Terminal].
func (t *Terminal) Colors() int { return 8 }

// Draw implements [screen.Terminal].
func (t *Terminal) Draw(g *screen.Grid) { t.last = g }

// Next implements [screen.Terminal].
func (t *Terminal) Next() screen.Key {
	k := screen.Hangup
	if len(t.Keys) > 0 {
		k, t.Keys = t.Keys[0], t.Keys[1:]
	}
	t.Screens = append(t.Screens, t.last.String())
	if t.Before != nil {
		t.Before(len(t.Screens))
	}
	return k
}

// Close implements [screen.Terminal].
func (t *Terminal) Close() { t.Closed = true }

// Keys reads keys: letters are themselves, words in < > have names.
func Keys(text string) []screen.Key {
	names := map[string]screen.Key{"up": screen.Up, "down": screen.Down, "right": screen.Right, "enter": screen.Enter,
		"esc": screen.Esc, "bs": screen.Backspace, "tab": screen.Tab, "resize": screen.Resize, "int": screen.Interrupt,
		"hup": screen.Hangup, "home": screen.Home, "end": screen.End, "del": screen.Delete, "pgdn": screen.PageDown,
		"f2": screen.F2, "f3": screen.F3, "f4": screen.F4, "f5": screen.F5, "f6": screen.F6,
		"f8": screen.F8, "f9": screen.F9, "ctrl-u": screen.Ctrl('u'), "ctrl-w": screen.Ctrl('w')}
	var out []screen.Key
	for text != "" {
		if text[0] == '<' {
			name, rest, _ := strings.Cut(text[1:], ">")
			k, ok := names[name]
			if !ok {
				panic("no key " + name)
			}
			out, text = append(out, k), rest
			continue
		}
		r := []rune(text)[0]
		out, text = append(out, screen.Key(r)), text[len(string(r)):]
	}
	return out
}
