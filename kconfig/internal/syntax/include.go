// The stack of included files, and places in them.

package syntax

import (
	"bytes"

	"gokbuild/kconfig/internal/host"
)

// input is the text being read.
type input struct {
	buf   []byte
	pos   int
	start int // offset of the token that is being read
	line  int // line of the next character
	file  string
	ends  bool // the last file was left
	stack []inclusion
}

// statement is where the current statement starts.
type statement struct {
	stmtFile   string
	stmtLine   int
	stmtColumn int
}

// inclusion is a file that is waiting for one that it includes.
type inclusion struct {
	buf    []byte
	pos    int
	line   int
	file   string
	srcPos int // line of the source statement, for messages
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

// reportLoop ends the run at a file that includes itself.
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

// stmtPos is where entries and properties made now are said to be.
func (l *lexer) stmtPos() host.Pos {
	return host.Pos{File: l.file, Line: l.stmtLine, Column: l.stmtColumn}
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
