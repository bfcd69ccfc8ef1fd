// Package terminal answers: how does a screen come to a real terminal, and how do keys come from it? What a terminal
// can do is read from its terminfo entry, as curses does it; curses itself is not needed.
//
// Reading order: terminal.go, decode.go (from bytes to keys), draw.go.
package terminal
