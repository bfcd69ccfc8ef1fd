// Reading a tree ahead for its $(shell,...) commands only.

package syntax

import (
	"bytes"
	"slices"
	"strings"

	"gokbuild/kconfig/internal/ctext"
)

// announce expands what a file and those it includes hold of macros. That is all it takes to find the commands, and
// much less than parsing; where it misunderstands a line, a command is announced in vain or not at all.
func (l *lexer) announce(name string) {
	// The run itself complains of files that include themselves.
	if name == l.file || slices.ContainsFunc(l.stack, func(i inclusion) bool { return i.file == name }) || len(l.stack) > maxNesting {
		return
	}
	buf, err := l.c.world.ReadFile(name)
	if err != nil {
		return
	}
	l.stack = append(l.stack, inclusion{file: l.file, line: l.line})
	l.file, l.line = name, 0
	for len(buf) > 0 {
		l.line++
		line := buf
		if i := bytes.IndexByte(buf, '\n'); i >= 0 {
			line, buf = buf[:i], buf[i+1:]
		} else {
			buf = nil
		}
		line = bytes.TrimLeft(line, " \t")
		n := 0
		for n < len(line) && ctext.WordByte[line[n]] {
			n++
		}
		word, rest := line[:n], bytes.TrimLeft(line[n:], " \t")
		if len(rest) == 0 && string(word) == "help" {
			_, used, lines := scanHelp(buf)
			buf = buf[used:]
			l.line += lines
			continue
		}
		switch {
		case n == 0 && (len(line) == 0 || line[0] == '#'):
		case n > 0 && bytes.HasPrefix(rest, []byte(":=")):
			l.m.assign(string(word), assigned(rest[2:]), flavorSimple)
		case n > 0 && bytes.HasPrefix(rest, []byte("+=")):
			l.m.assign(string(word), assigned(rest[2:]), flavorAppend)
		case n > 0 && bytes.HasPrefix(rest, []byte("=")):
			l.m.assign(string(word), assigned(rest[1:]), flavorRecursive)
		case string(word) == "source":
			l.announce(strings.Trim(l.m.expand(string(rest), nil), " \t\"'"))
		case bytes.IndexByte(line, '$') >= 0:
			l.m.expand(string(line), nil)
		}
	}
	up := l.stack[len(l.stack)-1]
	l.stack = l.stack[:len(l.stack)-1]
	l.file, l.line = up.file, up.line
}

func assigned(text []byte) string { return string(bytes.TrimLeft(text, " \t")) }
