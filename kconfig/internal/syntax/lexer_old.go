// The lexer of the older trees (zconf.l): at the start of a line a command word is looked up among the keywords; what
// follows are parameters, in which only if and on are reserved.

package syntax

import (
	"bytes"

	"gokbuild/kconfig/internal/ctext"
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
)

// oldState is what the lexer expects next.
type oldState uint8

const (
	oldInitial oldState = iota
	oldCommand
	oldParam
	oldString
	oldAssign
	oldHelp
)

// nextOld returns the next token; line ends of empty lines are tokens too.
func (l *lexer) nextOld() token {
	for {
		if t, ok := l.stepOld(); ok {
			return t
		}
	}
}

// stepOld makes one step; it may find no token.
func (l *lexer) stepOld() (token, bool) {
	if l.help {
		l.help = false
		l.old = oldInitial
		t := l.scanHelpOld()
		return t, true
	}
	if l.pos >= len(l.buf) {
		return l.endOld(), true
	}
	switch l.old {
	case oldInitial:
		return l.initialOld()
	case oldCommand:
		return l.commandOld()
	case oldParam:
		return l.paramOld()
	case oldString:
		return l.stringOld()
	case oldAssign:
		return l.assignOld()
	}
	return token{}, false
}

// endOld is at the end of a file.
func (l *lexer) endOld() token {
	l.old = oldInitial
	if l.ends {
		return token{kind: tEOF}
	}
	if l.leave() {
		return token{kind: tEOL}
	}
	l.ends = true
	return token{kind: tEOL}
}

// scanHelpOld reads a help text.
func (l *lexer) scanHelpOld() token {
	raw := l.buf[l.pos:]
	n, used, lines := scanHelp(raw)
	if l.c.D.BusyBox {
		l.overlong(raw[:n])
	}
	l.pos += used
	l.line += lines
	return token{kind: tHelpText, help: model.HelpText{Raw: raw[:n], Set: true, KeepWS: l.c.D.BusyBox}}
}

// overlong reports pieces of help that BusyBox finds too long.
func (l *lexer) overlong(raw []byte) {
	line := l.line
	for len(raw) > 0 {
		text := raw
		if i := bytes.IndexByte(raw, '\n'); i >= 0 {
			text, raw = raw[:i], raw[i+1:]
		} else {
			raw = nil
		}
		if len(bytes.TrimLeft(text, " \t")) > 70 {
			l.c.world.Report(host.Message{Pos: host.Pos{File: l.file, Line: line}, Severity: host.Warning, Text: "Overlong line"}, " error: ", false)
		}
		line++
	}
}

// eol reads a line end.
func (l *lexer) eol() (token, bool) {
	l.pos++
	l.line++
	l.old = oldInitial
	return token{kind: tEOL}, true
}

// initialOld skips a line without statement or goes to its first word.
func (l *lexer) initialOld() (token, bool) {
	i := l.pos
	for i < len(l.buf) && (l.buf[i] == ' ' || l.buf[i] == '\t') {
		i++
	}
	switch {
	case i == len(l.buf):
		l.pos = i
		l.old = oldCommand
		return token{}, false
	case l.buf[i] == '\n':
		l.pos = i
		return l.eol()
	case l.buf[i] == '#':
		nl := bytes.IndexByte(l.buf[i:], '\n')
		if nl < 0 {
			l.pos = len(l.buf)
			return token{}, false
		}
		l.pos = i + nl
		return l.eol()
	}
	l.pos = i
	l.old = oldCommand
	return token{}, false
}

// commandByte reports whether a byte may be part of the first word of a line.
func (l *lexer) commandByte(b byte) bool {
	return ctext.WordByte[b] && (b != '-' || !l.c.D.NoDashCommand)
}

// commandOld reads the first word of a line, or what an assignment has in its place.
func (l *lexer) commandOld() (token, bool) {
	c := l.c
	b := l.buf[l.pos]
	switch {
	case b == '\n':
		return l.eol()
	case b == ' ' || b == '\t':
		l.pos++
		return token{}, false
	case l.commandByte(b) || b == '$' && c.D.Macros:
		start := l.pos
		i := start
		for i < len(l.buf) && l.commandByte(l.buf[i]) {
			i++
		}
		if c.D.Macros && i < len(l.buf) && l.buf[i] == '$' {
			return l.expandWord(start, i)
		}
		l.pos = i
		word := l.buf[start:i]
		l.stmtFile, l.stmtLine, l.stmtColumn = l.file, l.line, l.column(start)
		if k := l.commandWord(word); k != tWord {
			l.old = oldParam
			return token{kind: k, text: word}, true
		}
		if !c.D.Macros {
			l.old = oldParam
		}
		return token{kind: tWord, text: word}, true
	case c.D.Macros && b == '=':
		l.pos++
		l.old = oldAssign
		return token{kind: tEqual}, true
	case c.D.Macros && b == ':' && l.pos+1 < len(l.buf) && l.buf[l.pos+1] == '=':
		l.pos += 2
		l.old = oldAssign
		return token{kind: tColonEqual}, true
	case c.D.Macros && b == '+' && l.pos+1 < len(l.buf) && l.buf[l.pos+1] == '=':
		l.pos += 2
		l.old = oldAssign
		return token{kind: tPlusEqual}, true
	}
	l.pos++
	l.junk(b)
	return token{}, false
}

// junk complains about a character that is no part of the language.
func (l *lexer) junk(b byte) {
	if !l.c.D.SilentJunk {
		l.c.world.WarnAt(l.place(), "ignoring unsupported character '%s'", string([]byte{b}))
	}
}

// assignOld reads an assigned value.
func (l *lexer) assignOld() (token, bool) {
	b := l.buf[l.pos]
	switch b {
	case '\n':
		return l.eol()
	case ' ', '\t':
		l.pos++
		return token{}, false
	}
	start := l.pos
	if i := bytes.IndexByte(l.buf[start:], '\n'); i >= 0 {
		l.pos += i
	} else {
		l.pos = len(l.buf)
	}
	return token{kind: tAssignVal, text: l.buf[start:l.pos]}, true
}

// paramByte reports whether a byte may be part of a word after the command.
func (l *lexer) paramByte(b byte) bool { return ctext.WordByte[b] || b == '/' || b == '.' }

// paramWord reads a word after the command.
func (l *lexer) paramWord() (token, bool) {
	start := l.pos
	i := start
	for i < len(l.buf) && l.paramByte(l.buf[i]) {
		i++
	}
	if l.c.D.Macros && i < len(l.buf) && l.buf[i] == '$' {
		return l.expandWord(start, i)
	}
	word := l.buf[start:i]
	l.pos = i
	switch string(word) {
	case "if":
		return token{kind: tIf, text: word}, true
	case "on":
		return token{kind: tOn, text: word}, true
	case "---":
		if l.c.D.SilentJunk {
			return token{}, false
		}
	}
	return token{kind: tWord, text: word}, true
}

// paramOld reads a token after the command.
func (l *lexer) paramOld() (token, bool) {
	c := l.c
	b := l.buf[l.pos]
	if l.paramByte(b) || b == '$' && c.D.Macros {
		return l.paramWord()
	}
	switch b {
	case '\n':
		return l.eol()
	case ' ', '\t':
		l.pos++
		return token{}, false
	case '"', '\'':
		l.pos++
		return l.startString(b)
	case '#':
		if i := bytes.IndexByte(l.buf[l.pos:], '\n'); i >= 0 {
			l.pos += i
		} else {
			l.pos = len(l.buf)
		}
		return token{}, false
	case '\\':
		if l.pos+1 < len(l.buf) && l.buf[l.pos+1] == '\n' {
			l.pos += 2
			l.line++
			return token{}, false
		}
	}
	l.pos++
	if b != ':' && b != '+' && (c.D.Relational || b != '<' && b != '>') {
		if k := l.operator(b); k != tEOF {
			return token{kind: k}, true
		}
	}
	l.junk(b)
	return token{}, false
}

// expandWord reads a word with a dollar sign in it. The characters before the dollar may include those of paths: the
// expansion stops at the first of them, and the rest is read again.
func (l *lexer) expandWord(start, dollar int) (token, bool) {
	in := l.restOfLine(start)
	out, rest := l.m.expandToken(in)
	used := len(in) - len(rest)
	l.pos = start + used
	if out == "" {
		if used < dollar-start {
			l.pos++
		}
		return token{}, false
	}
	return token{kind: tWord, text: []byte(out)}, true
}

// startString reads a quoted word; at a line end inside it the warning follows the word.
func (l *lexer) startString(quote byte) (token, bool) {
	var text []byte
	got := false
	for l.pos < len(l.buf) {
		b := l.buf[l.pos]
		switch {
		case b == quote:
			l.pos++
			l.old = oldParam
			return token{kind: tQuote, text: text}, true
		case b == '\n':
			l.old = oldString
			if got {
				return token{kind: tQuote, text: text}, true
			}
			return token{}, false
		case b == '\\':
			l.pos++
			if l.pos < len(l.buf) && l.buf[l.pos] != '\n' {
				text = append(text, l.buf[l.pos])
				l.pos++
			}
			got = true
		case b == '$' && l.c.D.Macros:
			in := l.restOfLine(l.pos + 1)
			out, rest := l.m.expandDollar(in, nil)
			l.pos += 1 + len(in) - len(rest)
			text = append(text, out...)
			got = false
		default:
			text = append(text, b)
			l.pos++
			got = b != '"' && b != '\''
		}
	}
	return token{}, false
}

// stringOld is at the line end of an unterminated string.
func (l *lexer) stringOld() (token, bool) {
	l.multiLine()
	return l.eol()
}
