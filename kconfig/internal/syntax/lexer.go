// The lexer of the newer trees (lexer.l). That of the older trees is in lexer_old.go; both feed the same parser.

package syntax

import (
	"bytes"

	"gokbuild/kconfig/internal/ctext"
	"gokbuild/kconfig/internal/model"
)

// lexer makes tokens of one file after the other.
type lexer struct {
	c *shared
	m *macros
	input
	statement

	assign   bool // the rest of the line is an assigned value
	help     bool // a help text follows
	prevPrev tok
	prev     tok
	old      oldState
}

func newLexer(c *shared) *lexer {
	l := &lexer{c: c, prevPrev: tEOL, prev: tEOL}
	l.stmtFile = "<none>"
	l.m = newMacros(c, &l.input)
	return l
}

// next returns the next token that the parser should see: empty statements are dropped, and the position of each
// statement is noted at its first token.
func (l *lexer) next() token {
	for {
		var t token
		if l.help {
			t = l.scanHelp()
		} else {
			t = l.scan()
		}
		if l.prev == tEOL || l.prev == tHelpText {
			if t.kind == tEOL {
				continue
			}
			l.stmtLine, l.stmtColumn = l.line, l.column(min(l.start, len(l.buf)))
			l.stmtFile = l.file
			if l.ends {
				l.stmtFile = "<none>"
			}
		}
		if l.prevPrev == tEOL && l.prev == tWord && (t.kind == tEqual || t.kind == tColonEqual || t.kind == tPlusEqual) {
			l.assign = true
		}
		l.prevPrev, l.prev = l.prev, t.kind
		return t
	}
}

func (l *lexer) scanHelp() token {
	l.help = false
	raw := l.buf[l.pos:]
	n, used, lines := scanHelp(raw)
	l.pos += used
	l.line += lines
	l.start = l.pos
	return token{kind: tHelpText, help: model.HelpText{Raw: raw[:n], Set: true}}
}

// scan returns the next token as it stands, line ends included.
func (l *lexer) scan() token {
	if l.assign {
		return l.scanAssigned()
	}
	for l.pos < len(l.buf) {
		b := l.buf[l.pos]
		l.start = l.pos
		if ctext.WordByte[b] || b == '$' {
			if t, ok := l.scanWord(); ok {
				return t
			}
			continue
		}
		l.pos++
		switch b {
		case ' ', '\t':
		case '\n':
			l.line++
			return token{kind: tEOL}
		case '#':
			if i := bytes.IndexByte(l.buf[l.pos:], '\n'); i >= 0 {
				l.pos += i
			} else {
				l.pos = len(l.buf)
			}
		case '"', '\'':
			return l.scanString(b)
		case '\\':
			if l.at('\n') {
				l.pos++
				l.line++
			} else {
				l.unsupported(b)
			}
		default:
			if k := l.operator(b); k != tEOF {
				return token{kind: k}
			}
			l.unsupported(b)
		}
	}
	return l.scanEOF()
}

// at reports whether b is next.
func (l *lexer) at(b byte) bool { return l.pos < len(l.buf) && l.buf[l.pos] == b }

// follow consumes b if it is next.
func (l *lexer) follow(b byte) bool {
	if l.at(b) {
		l.pos++
		return true
	}
	return false
}

// operator returns the operator starting with b, or tEOF.
func (l *lexer) operator(b byte) tok {
	switch b {
	case '|':
		if l.follow('|') {
			return tOr
		}
	case '&':
		if l.follow('&') {
			return tAnd
		}
	case '=':
		return tEqual
	case '!':
		if l.follow('=') {
			return tUnequal
		}
		return tNot
	case '<':
		if l.follow('=') {
			return tLessEqual
		}
		return tLess
	case '>':
		if l.follow('=') {
			return tGreaterEqual
		}
		return tGreater
	case '(':
		return tOpen
	case ')':
		return tClose
	case ':':
		if l.follow('=') {
			return tColonEqual
		}
	case '+':
		if l.follow('=') {
			return tPlusEqual
		}
	}
	return tEOF
}

func (l *lexer) unsupported(b byte) {
	l.c.world.WarnAt(l.here(), "ignoring unsupported character '%s'", string([]byte{b}))
}

func (l *lexer) scanEOF() token {
	c := l.c
	l.start = l.pos
	if l.ends {
		return token{kind: tEOF}
	}
	if c.D.EOLWarning && l.prev != tEOL && l.prev != tHelpText {
		c.world.WarnAt(l.here(), "no new line at end of file")
	}
	l.assign = false
	if l.leave() {
		return token{kind: tEOL}
	}
	l.ends = true
	if !c.D.NoFinalEOL {
		return token{kind: tEOL}
	}
	return token{kind: tEOF}
}

func (l *lexer) scanAssigned() token {
	for l.pos < len(l.buf) {
		b := l.buf[l.pos]
		switch b {
		case ' ', '\t':
			l.pos++
			continue
		case '\n':
			l.pos++
			l.line++
			l.assign = false
			return token{kind: tEOL}
		}
		start := l.pos
		if i := bytes.IndexByte(l.buf[start:], '\n'); i >= 0 {
			l.pos += i
		} else {
			l.pos = len(l.buf)
		}
		return token{kind: tAssignVal, text: ctext.CString(l.buf[start:l.pos])}
	}
	return l.scanEOF()
}

// restOfLine is the text from pos to the end of the line.
func (l *lexer) restOfLine(pos int) string {
	rest := l.buf[pos:]
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	if i := bytes.IndexByte(rest, 0); i >= 0 {
		rest = rest[:i]
	}
	return string(rest)
}

// splice makes the input go on with rest and then with what stands at pos.
func (l *lexer) splice(rest string, pos int) {
	l.buf = append([]byte(rest), l.buf[pos:]...)
	l.pos = 0
}

// scanWord reads a word; one that expands to nothing is no token.
func (l *lexer) scanWord() (token, bool) {
	start := l.pos
	i := start
	for i < len(l.buf) && ctext.WordByte[l.buf[i]] {
		i++
	}
	if i < len(l.buf) && l.buf[i] == '$' {
		in := l.restOfLine(start)
		out, rest := l.m.expandToken(in)
		l.pos = start + len(in) - len(rest)
		if end := start + len(in); end < len(l.buf) && l.buf[end] == 0 {
			l.splice(rest, end+1) // reading the line stopped at the NUL and took it
		}
		if out == "" {
			return token{}, false
		}
		return token{kind: tWord, text: []byte(out)}, true
	}
	l.pos = i
	text := l.buf[start:i]
	return token{kind: l.keyword(text), text: text}, true
}

// scanString reads a quoted word after its opening quote.
func (l *lexer) scanString(quote byte) token {
	start := l.pos
	var text []byte
	copied := false // text holds what was read; else it stands in the buffer
	for l.pos < len(l.buf) {
		b := l.buf[l.pos]
		switch b {
		case quote, '\n':
			if !copied {
				text = l.buf[start:l.pos]
			}
			if b == '\n' {
				l.multiLine()
				return token{kind: tQuote, text: text}
			}
			l.pos++
			return token{kind: tQuote, text: ctext.CString(text)}
		case '\\', '$':
			if !copied {
				text = append(text, l.buf[start:l.pos]...)
				copied = true
			}
			if b == '$' {
				text = append(text, l.expandQuoted()...)
				continue
			}
			l.pos++
			if l.pos < len(l.buf) && l.buf[l.pos] != '\n' {
				text = append(text, l.buf[l.pos])
				l.pos++
			}
		default:
			if copied {
				text = append(text, b)
			}
			l.pos++
		}
	}
	if !copied {
		text = l.buf[start:l.pos]
	}
	return token{kind: tQuote, text: text}
}

// expandQuoted expands what follows a dollar sign in a quoted word.
func (l *lexer) expandQuoted() string {
	in := l.restOfLine(l.pos + 1)
	out, rest := l.m.expandDollar(in, nil)
	end := l.pos + 1 + len(in)
	l.pos += 1 + len(in) - len(rest)
	if end < len(l.buf) && l.buf[end] == 0 {
		// The line was taken as a C string: what follows the NUL is lost.
		if i := bytes.IndexByte(l.buf[end:], '\n'); i >= 0 {
			end += i
		} else {
			end = len(l.buf)
		}
		l.splice(rest, end)
	}
	return out
}
