package diagnostic

// This file takes away what terminals are told besides text.

import "strings"

// plain returns a text without escape sequences (ECMA-48: colours, erasing, links) and carriage returns before newlines.
func plain(text string) string {
	if strings.IndexByte(text, '\x1b') < 0 && strings.IndexByte(text, '\r') < 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '\x1b':
			i += escape(text[i:])
		case c == '\r' && i+1 < len(text) && text[i+1] == '\n':
			i++
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String()
}

// escape returns the length of the escape sequence that a text begins with.
func escape(s string) int {
	if len(s) < 2 {
		return len(s)
	}
	switch s[1] {
	case '[': // CSI: parameters, then one final byte
		for i := 2; i < len(s); i++ {
			if s[i] >= 0x40 && s[i] <= 0x7e {
				return i + 1
			}
			if s[i] < 0x20 {
				return i
			}
		}
		return len(s)
	case ']': // OSC: until BEL or ESC \
		for i := 2; i < len(s) && s[i] != '\n'; i++ {
			if s[i] == '\a' {
				return i + 1
			}
			if s[i] == '\x1b' && i+1 < len(s) && s[i+1] == '\\' {
				return i + 2
			}
		}
		return 2
	}
	return 2
}
