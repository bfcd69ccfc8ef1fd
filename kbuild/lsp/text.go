package lsp

// This file holds a text as an editor sees it: places are lines and UTF-16 columns from 0.

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Text is a text with its lines found. It is not changed.
type Text struct {
	s string
	// starts are the offsets at which lines begin.
	starts []int
}

// NewText finds the lines of a text.
func NewText(s string) *Text {
	t := &Text{s: s, starts: []int{0}}
	for i := 0; i < len(s); i++ {
		if s[i] == '\n' {
			t.starts = append(t.starts, i+1)
		}
	}
	return t
}

// Line is a line without its end; one that is not there is empty.
func (t *Text) Line(n int) string {
	if n < 0 || n >= len(t.starts) {
		return ""
	}
	end := len(t.s)
	if n+1 < len(t.starts) {
		end = t.starts[n+1] - 1
	}
	return strings.TrimSuffix(t.s[t.starts[n]:end], "\r")
}

// Offset is the offset of a place in bytes. A place behind the end of a line is its end.
func (t *Text) Offset(p Position) int {
	if p.Line < 0 {
		return 0
	}
	if p.Line >= len(t.starts) {
		return len(t.s)
	}
	return t.starts[p.Line] + byteColumn(t.Line(p.Line), p.Character)
}

// Position is the place of an offset.
func (t *Text) Position(offset int) Position {
	offset = min(max(offset, 0), len(t.s))
	line := sort.SearchInts(t.starts, offset+1) - 1
	return Position{line, units(t.s[t.starts[line]:offset])}
}

// Range is the place of a part of a line: from and to are bytes of the line.
func (t *Text) Range(line, from, to int) Range {
	l := t.Line(line)
	from = min(max(from, 0), len(l))
	to = min(max(to, from), len(l))
	return Range{Position{line, units(l[:from])}, Position{line, units(l[:to])}}
}

// WholeLine is the place of a line without its indentation.
func (t *Text) WholeLine(line int) Range {
	l := t.Line(line)
	return t.Range(line, len(l)-len(strings.TrimLeft(l, " \t")), len(strings.TrimRight(l, " \t")))
}

// Edited is the text with a part replaced; nil replaces everything.
func (t *Text) Edited(r *Range, with string) *Text {
	if r == nil {
		return NewText(with)
	}
	from, to := t.Offset(r.Start), t.Offset(r.End)
	if to < from {
		from, to = to, from
	}
	return NewText(t.s[:from] + with + t.s[to:])
}

// units counts the UTF-16 units of a text. A byte that is no UTF-8 is one, as it reaches an editor.
func units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// byteColumn is the offset in a line of a column of UTF-16 units. In the middle of a character it is before it.
func byteColumn(line string, column int) int {
	at := 0
	for at < len(line) && column > 0 {
		r, size := utf8.DecodeRuneInString(line[at:])
		column--
		if r > 0xffff {
			column--
		}
		if column < 0 {
			break
		}
		at += size
	}
	return at
}
