// Keys.

package screen

import "unicode"

// A Key is a character that was typed, or one of the constants below. Ctrl with a letter is a character below a blank.
type Key rune

// Keys that are characters.
const (
	Tab       Key = '\t'
	Enter     Key = '\n'
	Esc       Key = 27
	Backspace Key = 127
)

// Keys that are none.
const (
	Up Key = unicode.MaxRune + 1 + iota
	Down
	Left
	Right
	PageUp
	PageDown
	Home
	End
	Delete
	Insert
	BackTab
	// F1 is the first of twelve function keys.
	F1
	F2
	F3
	F4
	F5
	F6
	F7
	F8
	F9
	F10
	F11
	F12
	// Resize: the window has another size.
	Resize
	// Interrupt: the user wants to leave, by Ctrl-C or SIGINT.
	Interrupt
	// Hangup: the process is to end, or nobody is there any more.
	Hangup
	// Unknown is a key that has no name here.
	Unknown
)

// Ctrl is the key that Ctrl and a letter give.
func Ctrl(letter rune) Key { return Key(letter & 0x1f) }

// Printable reports whether a key is a character that can be seen.
func (k Key) Printable() bool {
	return k >= ' ' && k != Backspace && k <= unicode.MaxRune && unicode.IsPrint(rune(k))
}

// Function is the number of a function key, 0 for other keys.
func (k Key) Function() int {
	if k >= F1 && k <= F12 {
		return int(k-F1) + 1
	}
	return 0
}
