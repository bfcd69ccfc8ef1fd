// From bytes to keys.

package terminal

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xo/terminfo"

	"gokbuild/kconfig/menu/screen"
)

// escWait is how long an Esc waits for what may follow it: keys that are no characters begin with one.
const escWait = 50 * time.Millisecond

// escEcho is how long a second Esc belongs to the first: people who know the original press it twice.
const escEcho = 300 * time.Millisecond

// decoder makes keys of bytes.
type decoder struct {
	keys map[string]screen.Key // what the terminal sends for keys
	buf  []byte
	late bool // nothing more will come for what is in buf
	// twice says that Esc is pressed twice by habit, esc when it was pressed last.
	twice bool
	esc   time.Time
	now   func() time.Time
}

func (d *decoder) feed(b []byte) { d.buf, d.late = append(d.buf, b...), false }

// expire says that nothing has come for a while.
func (d *decoder) expire() { d.late = true }

// patience is how long to wait for more, in milliseconds; -1 stands for ever.
func (d *decoder) patience() int {
	if len(d.buf) > 0 {
		return int(escWait / time.Millisecond)
	}
	return -1
}

// next returns the next key; ok is false if more bytes are needed.
func (d *decoder) next() (screen.Key, bool) {
	for len(d.buf) > 0 {
		k, n := d.decode()
		if n == 0 {
			return 0, false
		}
		d.buf = d.buf[n:]
		if k == screen.Unknown {
			continue
		}
		if k == screen.Esc && d.echo() {
			continue
		}
		return k, true
	}
	return 0, false
}

// echo reports whether an Esc belongs to the one before it.
func (d *decoder) echo() bool {
	if !d.twice {
		return false
	}
	now := time.Now
	if d.now != nil {
		now = d.now
	}
	at := now()
	if !d.esc.IsZero() && at.Sub(d.esc) < escEcho {
		d.esc = time.Time{}
		return true
	}
	d.esc = at
	return false
}

// decode returns the key at the beginning of the bytes and how many it takes, 0 for more are needed.
func (d *decoder) decode() (screen.Key, int) {
	switch b := d.buf[0]; {
	case b == byte(screen.Esc):
		return d.escape()
	case b == '\r':
		return screen.Enter, 1
	case b == 3:
		return screen.Interrupt, 1
	case b == 0:
		return screen.Unknown, 1
	case b < utf8.RuneSelf:
		return screen.Key(b), 1
	}
	if !utf8.FullRune(d.buf) && !d.late {
		return 0, 0
	}
	r, n := utf8.DecodeRune(d.buf)
	if r == utf8.RuneError && n <= 1 {
		return screen.Unknown, 1
	}
	return screen.Key(r), n
}

// escape decodes what begins with Esc.
func (d *decoder) escape() (screen.Key, int) {
	longer := false
	for n := len(d.buf); n > 1; n-- {
		if k, ok := d.keys[string(d.buf[:n])]; ok {
			return k, n
		}
	}
	for seq := range d.keys {
		longer = longer || strings.HasPrefix(seq, string(d.buf))
	}
	if len(d.buf) == 1 || longer {
		if d.late {
			return screen.Esc, 1
		}
		return 0, 0
	}
	switch d.buf[1] {
	case byte(screen.Esc):
		return screen.Esc, 1
	case '[':
		return d.control()
	case 'O':
		if len(d.buf) == 2 {
			if d.late {
				return screen.Key('O'), 2
			}
			return 0, 0
		}
		return finals[d.buf[2]].or(screen.Unknown), 3
	}
	// Alt with a character is the character, as in the original.
	k, n := (&decoder{buf: d.buf[1:], late: d.late}).decode()
	if n == 0 {
		return 0, 0
	}
	return k, n + 1
}

// A named key, or none.
type named screen.Key

func (k named) or(other screen.Key) screen.Key {
	if k == 0 {
		return other
	}
	return screen.Key(k)
}

// finals are the keys that a letter stands for.
var finals = map[byte]named{'A': named(screen.Up), 'B': named(screen.Down), 'C': named(screen.Right), 'D': named(screen.Left),
	'H': named(screen.Home), 'F': named(screen.End), 'Z': named(screen.BackTab), 'P': named(screen.F1), 'Q': named(screen.F2),
	'R': named(screen.F3), 'S': named(screen.F4), 'M': named(screen.Enter)}

// numbers are the keys that a number before a tilde stands for.
var numbers = map[int]named{1: named(screen.Home), 2: named(screen.Insert), 3: named(screen.Delete), 4: named(screen.End),
	5: named(screen.PageUp), 6: named(screen.PageDown), 7: named(screen.Home), 8: named(screen.End),
	11: named(screen.F1), 12: named(screen.F2), 13: named(screen.F3), 14: named(screen.F4), 15: named(screen.F5),
	17: named(screen.F6), 18: named(screen.F7), 19: named(screen.F8), 20: named(screen.F9), 21: named(screen.F10),
	23: named(screen.F11), 24: named(screen.F12)}

// control decodes a control sequence of ECMA-48: Esc [, parameters, a final byte.
func (d *decoder) control() (screen.Key, int) {
	n := 2
	if n < len(d.buf) && d.buf[n] == '[' { // the function keys of the Linux console
		n++
	}
	for n < len(d.buf) && d.buf[n] >= 0x20 && d.buf[n] < 0x40 {
		n++
	}
	if n == len(d.buf) {
		if d.late {
			return screen.Unknown, n
		}
		return 0, 0
	}
	final := d.buf[n]
	if final == '~' {
		number, _, _ := strings.Cut(string(d.buf[2:n]), ";")
		i, _ := strconv.Atoi(number)
		return numbers[i].or(screen.Unknown), n + 1
	}
	return finals[final].or(screen.Unknown), n + 1
}

// loadKeys reads what keys send.
func (c *caps) loadKeys() {
	c.keys = map[string]screen.Key{}
	for i, k := range map[int]screen.Key{terminfo.KeyUp: screen.Up, terminfo.KeyDown: screen.Down, terminfo.KeyLeft: screen.Left,
		terminfo.KeyRight: screen.Right, terminfo.KeyPpage: screen.PageUp, terminfo.KeyNpage: screen.PageDown,
		terminfo.KeyHome: screen.Home, terminfo.KeyEnd: screen.End, terminfo.KeyDc: screen.Delete, terminfo.KeyIc: screen.Insert,
		terminfo.KeyBtab: screen.BackTab, terminfo.KeyF1: screen.F1, terminfo.KeyF2: screen.F2, terminfo.KeyF3: screen.F3,
		terminfo.KeyF4: screen.F4, terminfo.KeyF5: screen.F5, terminfo.KeyF6: screen.F6, terminfo.KeyF7: screen.F7,
		terminfo.KeyF8: screen.F8, terminfo.KeyF9: screen.F9, terminfo.KeyF10: screen.F10, terminfo.KeyF11: screen.F11,
		terminfo.KeyF12: screen.F12} {
		if seq := c.text(i); len(seq) > 1 {
			c.keys[seq] = k
		}
	}
}
