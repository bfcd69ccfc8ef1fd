package syntax

// This file cuts text into logical lines.

import (
	"strings"
	"sync/atomic"
)

// File is the immutable parse of one makefile or of one text given to $(eval).
type File struct {
	Name string
	// Lines are what it holds. There are none in a large makefile, which is cut while it is read: see [File.Read].
	Lines []Line
	// End is the number of the line behind the last one, 0 in a large makefile.
	End int
	// String is set for the argument of eval.
	String bool
	// Once is set for a text that is read by one make: who keeps a word of it copies that, so that the text can go.
	Once bool

	// large is what is to be cut while it is read.
	large cutter
}

// Line is a logical line: one or more physical lines, joined where a backslash
// ends a line.
type Line struct {
	// Raw is the text without its final newline; continuations are still in it.
	Raw string
	// No is the number of the first physical line, counting from 1.
	No int
	// NULs counts the warnings about NUL characters that come in front of the line.
	NULs int
	// Stmt is the statement the line is outside a recipe. It is nil for lines
	// that start with a TAB, for lines inside define, and in texts that are read once; see [Line.Statement].
	Stmt Stmt

	recipe atomic.Pointer[Expr]
}

// Recipe returns the compiled text of a recipe line. The result is remembered,
// since one rule text often serves hundreds of invocations.
func (l *Line) Recipe(d *Dialect) *Expr {
	if e := l.recipe.Load(); e != nil {
		return e
	}
	text := strings.TrimPrefix(l.Raw, "\t")
	if strings.Contains(text, "\\\n\t") {
		text = strings.ReplaceAll(text, "\\\n\t", "\\\n")
	}
	e := Compile(collapseInReferences(text), d)
	l.recipe.Store(e)
	return e
}

// Statement returns the statement of a line that turned out not to belong to a
// recipe.
func (l *Line) Statement(d *Dialect) Stmt {
	if l.Stmt != nil && !(d.KeepBlanks && strings.IndexByte(l.Raw, '\n') >= 0) {
		return l.Stmt
	}
	return parseStmt(l.Raw, l.No, d)
}

// Parse splits text into logical lines and parses each. first is the number of
// the first line.
func Parse(name, text string, first int, d *Dialect) *File {
	return parse(&File{Name: name}, text, first, d)
}

// ParseString is Parse for the argument of eval: all lines count as the one
// where eval stands.
func ParseString(name, text string, line int, d *Dialect) *File {
	return parse(&File{Name: name, String: true}, text, line, d)
}

// manyLines is the number of lines from which on a makefile is so large that its lines cost too much memory to be kept.
const manyLines = 100_000

func parse(f *File, text string, first int, d *Dialect) *File {
	lines := strings.Count(text, "\n") - strings.Count(text, "\\\n") + 1
	c := newCutter(text, first)
	if !f.String && lines > manyLines {
		f.large = c
		return f
	}
	f.Lines = make([]Line, 0, lines)
	for defines := 0; c.next(); {
		no := c.began
		if f.String {
			no = first
		}
		f.Lines = append(f.Lines, Line{Raw: c.raw, No: no, NULs: c.nuls})
		l := &f.Lines[len(f.Lines)-1]
		if f.String {
			// Each statement is parsed when it is reached, and not kept.
		} else if len(l.Raw) > 0 && l.Raw[0] == '\t' {
			// The line of a recipe, unless something else begins those.
		} else if defines > 0 {
			defines += DefineNesting(l.Raw)
		} else {
			l.Stmt = parseStmt(l.Raw, l.No, d)
			if def, ok := l.Stmt.(*Define); ok && !def.Undefine {
				defines++
			}
		}
	}
	if f.End = first; !f.String {
		f.End = c.no
	}
	return f
}

// nulReader cuts logical lines off a text that holds NUL characters. Make reads pieces into a buffer of limited size and takes
// each for a C string, so that what follows a NUL is lost with the end of its line, and the next line goes on in its place:
// "a\x00b\nc\n" is "ac". A piece that begins with a NUL draws a warning and is an empty line.
type nulReader struct {
	// size is that of make's buffer. It doubles whenever a piece does not end a line.
	size int
}

const (
	// firstBuffer is the size of the buffer when a file is opened.
	firstBuffer = 200
	// leastRoom is the room for which make does not double the buffer after a backslash-newline.
	leastRoom = 80
)

// cut cuts the first logical line off text, and returns what is left of it, and how many physical lines and warnings there were.
func (r *nulReader) cut(text string) (line, rest string, count, nuls int) {
	var buf []byte
	for text != "" {
		piece := text[:min(len(text), r.size-len(buf)-1)]
		if i := strings.IndexByte(piece, '\n'); i >= 0 {
			piece = piece[:i+1]
		}
		text = text[len(piece):]
		if i := strings.IndexByte(piece, 0); i == 0 {
			nuls++
			piece = "\n"
		} else if i > 0 {
			piece = piece[:i]
		}
		buf = append(buf, piece...)
		if piece[len(piece)-1] != '\n' {
			r.size *= 2
			continue
		}
		count++
		if n := len(buf); n > 1 && buf[n-2] == '\r' {
			buf = append(buf[:n-2], '\n')
		}
		if n := len(buf) - 1; trailingBackslashes(string(buf[:n]))%2 == 0 {
			return string(buf[:n]), text, count, nuls
		}
		if r.size-len(buf) < leastRoom {
			r.size *= 2
		}
	}
	return string(buf), "", max(count, 1), nuls
}

// cutLogical cuts the first logical line off text; count is the number of
// physical lines in it. A last one without newline counts only where it is the
// whole logical line: make counts newlines.
func cutLogical(text string) (line, rest string, count int) {
	for i := 0; ; {
		n := strings.IndexByte(text[i:], '\n')
		if n < 0 {
			return text, "", max(count, 1)
		}
		n += i
		count++
		if n == 0 || text[n-1] != '\\' || trailingBackslashes(text[:n])%2 == 0 {
			return text[:n], text[n+1:], count
		}
		i = n + 1
	}
}

func trailingBackslashes(s string) int {
	n := 0
	for n < len(s) && s[len(s)-1-n] == '\\' {
		n++
	}
	return n
}

// Collapse joins the physical lines of a logical line: each backslash-newline with the blanks around it becomes one blank (manual,
// "Splitting Long Lines"). Under .POSIX the blanks in front of the backslash stay.
func (d *Dialect) Collapse(s string) string { return collapse(s, d.KeepBlanks) }

func collapse(s string, keepBlanks bool) string { return join(s, keepBlanks, false) }

// join is Collapse; keepQuotes leaves the backslashes in front of the one that continues the line.
func join(s string, keepBlanks, keepQuotes bool) string {
	i := strings.IndexByte(s, '\n')
	if i < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i >= 0 {
		out = append(out, s[:i]...)
		bs := 0
		for bs < len(out) && out[len(out)-1-bs] == '\\' {
			bs++
		}
		switch {
		case !keepQuotes:
			out = out[:len(out)-bs+bs/2]
		case bs%2 == 1:
			out = out[:len(out)-1]
		}
		s = s[i+1:]
		if bs%2 == 1 {
			for len(s) > 0 && isBlank(s[0]) {
				s = s[1:]
			}
			for !keepBlanks && len(out) > 0 && isBlank(out[len(out)-1]) {
				out = out[:len(out)-1]
			}
			out = append(out, ' ')
		} else {
			out = append(out, '\n')
		}
		i = strings.IndexByte(s, '\n')
	}
	return string(append(out, s...))
}

// collapseInReferences joins continuation lines inside $(…) and ${…} only: in a
// recipe the others are left to the shell. The shell's $$(…) and $${…} are taken
// for references, too, and backslashes are not halved.
func collapseInReferences(s string) string {
	if !strings.Contains(s, "\\\n") || !strings.Contains(s, "$") {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '$' || i+1 >= len(s) || s[i+1] != '(' && s[i+1] != '{' {
			out.WriteByte(s[i])
			i++
			continue
		}
		end := SkipReference(s, i)
		out.WriteString(join(s[i:end], false, true))
		i = end
	}
	return out.String()
}

// SkipReference returns the offset behind the reference that starts with the
// '$' at s[i]; len(s) if it does not end.
func SkipReference(s string, i int) int {
	if i+1 >= len(s) {
		return len(s)
	}
	open, closing := s[i+1], byte(')')
	switch open {
	case '(':
	case '{':
		closing = '}'
	default:
		return i + 2
	}
	depth := 1
	for j := i + 2; j < len(s); j++ {
		switch s[j] {
		case open:
			depth++
		case closing:
			if depth--; depth == 0 {
				return j + 1
			}
		}
	}
	return len(s)
}

// FindUnquoted returns the offset of the first of the stop characters, one or two, that no
// backslash quotes, -1 if there is none, and s with the quoting backslashes in
// front of the stop characters passed on the way removed. With skipRefs,
// variable references are passed over.
func FindUnquoted(s, stops string, skipRefs bool) (string, int) {
	first, last := stops[0], stops[len(stops)-1]
	if strings.IndexByte(s, first) < 0 && strings.IndexByte(s, last) < 0 {
		return s, -1
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c == '$' && skipRefs {
			i = SkipReference(s, i)
			continue
		}
		if c != first && c != last {
			i++
			continue
		}
		bs := trailingBackslashes(s[:i])
		if bs == 0 {
			return s, i
		}
		s = s[:i-bs] + s[i-bs+(bs+1)/2:]
		i -= (bs + 1) / 2
		if bs%2 == 0 {
			return s, i
		}
		i++
	}
	return s, -1
}

// StripComment removes an unquoted '#' and what follows it.
func StripComment(s string, d *Dialect) string {
	if strings.IndexByte(s, '#') < 0 {
		return s
	}
	s, i := FindUnquoted(s, "#", !d.HashStartsCommentInCalls)
	if i >= 0 {
		return s[:i]
	}
	return s
}

// DefineNesting tells what a line inside define, which is none of a recipe, does to the nesting: 1 for
// another define, -1 for endef, 0 for anything else.
func DefineNesting(raw string) int {
	word, rest := cutWord(strings.TrimLeft(raw, " \t"))
	switch word {
	case "define":
		if rest != "" || raw != "" {
			return 1
		}
	case "endef":
		return -1
	}
	return 0
}
