// The lexer of the newer trees (lexer.l), and the stack of included files. The lexer of the older trees is in lexer_old.go;
// both feed the same parser.

package syntax

import (
	"bytes"

	"gokbuild/kconfig/internal/ctext"
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
)

// inclusion is a file that is waiting for one that it includes.
type inclusion struct {
	buf    []byte
	pos    int
	line   int
	file   string
	srcPos int // line of the source statement, for messages
}

type lexer struct {
	c    *shared
	m    *macros
	buf  []byte
	pos  int
	line int // line of the next character
	file string
	ends bool // the last file was left
	// stmtFile and stmtLine are where the current statement starts.
	stmtFile string
	stmtLine int
	// stmtColumn is where in its line the current statement starts.
	stmtColumn int
	start      int // offset of the token that is being read

	stack    []inclusion
	assign   bool // the rest of the line is an assigned value
	help     bool // a help text follows
	prevPrev tok
	prev     tok
	old      oldState
}

func newLexer(c *shared) *lexer {
	l := &lexer{c: c, prevPrev: tEOL, prev: tEOL, stmtFile: "<none>"}
	l.m = newMacros(c, l)
	return l
}

// open starts the top-level file.
func (l *lexer) open(name string) {
	buf, err := l.c.world.ReadFile(name)
	if err != nil {
		l.c.complain("can't find file %s\n", name)
		l.c.world.Notify(host.Message{Pos: host.Pos{File: name}, Severity: host.Error, Text: "can't find file"})
		l.c.world.Exit(1)
	}
	l.enter(name, buf)
}

// enter switches to the contents of a file.
func (l *lexer) enter(name string, buf []byte) {
	l.buf, l.pos, l.line = buf, 0, 1
	l.file = l.c.noteFile(name)
	if len(buf) == 0 && l.c.world.OpensDir(name) {
		l.c.world.Warnf("input in flex scanner failed\n")
		l.c.world.Exit(2)
	}
}

// include switches to a file named by a source statement.
func (l *lexer) include(name string) {
	c := l.c
	buf, err := c.world.ReadFile(name)
	if err != nil {
		c.complainAt(host.Message{Pos: l.place(), Severity: host.Error, Text: "can't open file \"" + name + "\""}, ": ")
		c.world.Exit(1)
	}
	src := l.stmtLine
	if c.D.StmtFile {
		src = l.line - 1
	}
	l.stack = append(l.stack, inclusion{l.buf, l.pos, l.line, l.file, src})
	for i := len(l.stack) - 1; i >= 0; i-- {
		if l.stack[i].file == name {
			l.reportLoop(name)
		}
	}
	l.enter(name, buf)
}

func (l *lexer) reportLoop(name string) {
	c := l.c
	top := len(l.stack) - 1
	c.world.Notify(host.Message{Pos: l.place(), Severity: host.Error, Text: "recursive inclusion of " + name})
	if c.D.QuotedLoop {
		l.reportLoopOld(name)
		return
	}
	c.complain("Recursive inclusion detected.\nInclusion path:\n  current file : %s\n", name)
	for i := top; i >= 0; i-- {
		f := l.stack[i]
		c.complain("  included from: %s:%d\n", f.file, f.srcPos)
		if c.D.StmtFile && f.file == name {
			break
		}
	}
	c.world.Exit(1)
}

// reportLoopOld names, of the file that includes itself, the lines around the source statement: the position is that of
// the file as a whole, which has moved on.
func (l *lexer) reportLoopOld(name string) {
	c := l.c
	for i := len(l.stack) - 1; i >= 0; i-- {
		f := l.stack[i]
		if f.file == name {
			c.complain("%s:%d: recursive inclusion detected. Inclusion path:\n  current file : '%s'\n", name, f.line-1, name)
			break
		}
	}
	for i := len(l.stack) - 1; i >= 0; i-- {
		f := l.stack[i]
		if f.file == name {
			c.complain("  included from: '%s:%d'\n", f.file, f.line+1)
			break
		}
		c.complain("  included from: '%s:%d'\n", f.file, f.line-1)
	}
	c.world.Exit(1)
}

// place is where messages say that the current statement is.
func (l *lexer) place() host.Pos {
	return host.Pos{File: l.where(), Line: l.stmtLine, Column: l.stmtColumn}
}

// here is the place of the token that is being read.
func (l *lexer) here() host.Pos {
	return host.Pos{File: l.file, Line: l.line, Column: l.column(l.start)}
}

// column is that of an offset in the file, or in the line that a NUL was cut out of.
func (l *lexer) column(pos int) int { return pos - bytes.LastIndexByte(l.buf[:pos], '\n') }

// multiLine complains about a string that does not end in its line.
func (l *lexer) multiLine() {
	l.c.complainAt(host.Message{Pos: l.place(), Severity: host.Warning, Text: "multi-line strings not supported"}, ":warning: ")
}

// where is the file named in parser messages.
func (l *lexer) where() string {
	if l.c.D.StmtFile {
		return l.stmtFile
	}
	return l.file
}

// leave returns to the including file and reports whether there was one.
func (l *lexer) leave() bool {
	if len(l.stack) == 0 {
		return false
	}
	f := l.stack[len(l.stack)-1]
	l.stack = l.stack[:len(l.stack)-1]
	l.buf, l.pos, l.line, l.file = f.buf, f.pos, f.line, f.file
	return true
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

// keyword returns the token of a reserved word, or tWord.
func (l *lexer) keyword(w []byte) tok {
	if w[0] < 'a' || w[0] > 'z' {
		if l.c.D.DashHelp && string(w) == "---help---" {
			return tHelp
		}
		return tWord
	}
	switch string(w) {
	case "bool":
		return tBool
	case "choice":
		return tChoice
	case "comment":
		return tComment
	case "config":
		return tConfig
	case "def_bool":
		return tDefBool
	case "def_tristate":
		return tDefTristate
	case "allnoconfig_y":
		if l.c.D.Option && !l.c.D.OldLexer {
			return tAllNoY
		}
	case "defconfig_list":
		if l.c.D.Option && !l.c.D.OldLexer {
			return tDefconfigList
		}
	case "default":
		return tDefault
	case "depends":
		return tDepends
	case "endchoice":
		return tEndchoice
	case "endif":
		return tEndif
	case "endmenu":
		return tEndmenu
	case "help":
		return tHelp
	case "hex":
		return tHex
	case "if":
		return tIf
	case "imply":
		if l.c.D.Imply {
			return tImply
		}
	case "int":
		return tInt
	case "mainmenu":
		return tMainmenu
	case "menu":
		return tMenu
	case "menuconfig":
		return tMenuconfig
	case "modules":
		if l.c.D.Modules || l.c.D.Option {
			return tModules
		}
	case "on":
		return tOn
	case "option":
		if l.c.D.Option {
			return tOption
		}
	case "optional":
		if l.c.D.Optional {
			return tOptional
		}
	case "prompt":
		return tPrompt
	case "range":
		return tRange
	case "select":
		return tSelect
	case "source":
		return tSource
	case "string":
		return tString
	case "transitional":
		if l.c.D.Transitional {
			return tTransitional
		}
	case "tristate":
		return tTristate
	case "visible":
		return tVisible
	}
	return tWord
}

// scanString reads a quoted word after its opening quote.
func (l *lexer) scanString(quote byte) token {
	start := l.pos
	var text []byte
	copied := false
	keep := func(b []byte) {
		text = append(text, b...)
	}
	for l.pos < len(l.buf) {
		b := l.buf[l.pos]
		switch b {
		case quote:
			if !copied {
				text = l.buf[start:l.pos]
			}
			l.pos++
			return token{kind: tQuote, text: ctext.CString(text)}
		case '\n':
			l.multiLine()
			if !copied {
				text = l.buf[start:l.pos]
			}
			return token{kind: tQuote, text: text}
		case '\\', '$':
			if !copied {
				keep(l.buf[start:l.pos])
				copied = true
			}
			if b == '\\' {
				l.pos++
				if l.pos < len(l.buf) && l.buf[l.pos] != '\n' {
					keep(l.buf[l.pos : l.pos+1])
					l.pos++
				}
				continue
			}
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
			keep([]byte(out))
		default:
			if copied {
				keep(l.buf[l.pos : l.pos+1])
			}
			l.pos++
		}
	}
	if !copied {
		text = l.buf[start:l.pos]
	}
	return token{kind: tQuote, text: text}
}
