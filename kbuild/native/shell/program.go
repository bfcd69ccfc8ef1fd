package shell

// This file parses command lines, and refuses those that the real shell must run.

import (
	"strings"
	"sync"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"
)

// Program is a line proved simple enough to run without a shell. It is
// immutable and may be run many times, also concurrently.
type Program struct {
	body node   // nil when the line does nothing
	arg0 string // "/bin/sh": the name in front of messages

	text string // the line
	need int    // how many descriptors it may have open at once

	// direct holds the words of a line that make itself would execute without a
	// shell; body is then nil and dash's rules do not apply.
	direct []string
}

// maxLine bounds what Parse looks at. Longer lines would not fit into one
// argument of a real `sh -c` either (128 KiB), but native use has no such limit.
const maxLine = 1 << 20

// maxNesting bounds recursion in the parser and in the compiler.
const maxNesting = 200

// Parse compiles the text that make would hand to `/bin/sh -c`. False means that
// the line must be given to the real shell.
func Parse(line string) (*Program, bool) {
	p, err := parse(line)
	return p, err == nil
}

// refusal is the reason why a line is left to /bin/sh.
type refusal string

func (r refusal) Error() string { return string(r) }

func parse(line string) (*Program, error) {
	if !shIsDash() {
		return nil, refusal("/bin/sh is not dash")
	}
	body, err := parseBody(line, true)
	if err != nil {
		return nil, err
	}
	return &Program{body: body, arg0: "/bin/sh", text: line, need: mostOpen(body) + kept(body)}, nil
}

// parsers are reused: a new one is bigger than what most lines need.
var parsers = sync.Pool{New: func() any { return syntax.NewParser(syntax.Variant(syntax.LangPOSIX)) }}

// parseBody compiles one text. allowTraps is false inside trap actions.
func parseBody(line string, allowTraps bool) (node, error) {
	return parseWith(line, func(*syntax.File) compiler { return compiler{src: line, inTrap: !allowTraps} })
}

// parseWith compiles one text by the compiler that its syntax asks for.
func parseWith(line string, choose func(*syntax.File) compiler) (node, error) {
	if blank(line) {
		return nil, nil
	}
	if err := prescan(line); err != nil {
		return nil, err
	}
	parser := parsers.Get().(*syntax.Parser)
	file, err := parser.Parse(strings.NewReader(line), "")
	parsers.Put(parser)
	if err != nil {
		return nil, refusal("syntax: " + err.Error())
	}
	c := choose(file)
	return c.stmts(file.Stmts)
}

func blank(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] != ' ' && s[i] != '\t' && s[i] != '\n' {
			return false
		}
	}
	return true
}

// prescan refuses texts on which the parser and dash could disagree about what
// a character is, and texts nested so deep that recursion would be a risk.
func prescan(line string) error {
	if len(line) > maxLine {
		return refusal("too long")
	}
	if !utf8.ValidString(line) {
		return refusal("not UTF-8")
	}
	open := 0
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '(' || c == '{' || c == '`' || c == '!':
			open++
		case c < ' ' && c != '\t' && c != '\n', c == 0x7f:
			return refusal("control character")
		}
	}
	if open > maxNesting && nesting(line) > maxNesting {
		return refusal("too deeply nested")
	}
	// "if" and "case" nest without brackets.
	if strings.Count(line, "if")+strings.Count(line, "case")+strings.Count(line, "do") > 10*maxNesting {
		return refusal("too many keywords")
	}
	if strings.HasSuffix(line, "\\") {
		return refusal("trailing backslash")
	}
	if continuedComment(line) {
		return refusal("comment before a line that is joined")
	}
	if strings.Contains(line, "/proc/") || strings.Contains(line, "/dev/std") || strings.Contains(line, "/dev/fd/") {
		// A shell has a process of its own there, we have not.
		return refusal("/proc")
	}
	return nil
}

// continuedComment says whether what may be a comment ends in a backslash. To
// dash that is a part of the comment, to the parser the next line is.
func continuedComment(line string) bool {
	for i := 0; i < len(line); i++ {
		if line[i] != '#' || i > 0 && strings.IndexByte(" \t\n;&|()`", line[i-1]) < 0 {
			continue
		}
		end := strings.IndexByte(line[i:], '\n')
		if end < 0 {
			return false
		}
		if i += end; line[i-1] == '\\' {
			return true
		}
	}
	return false
}

// nesting estimates the depth of brackets, ignoring quoting: good enough as an
// upper guard, since quoted brackets only make it refuse more.
func nesting(line string) int {
	depth, deepest, flat := 0, 0, 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '(', '{':
			depth++
			deepest = max(deepest, depth)
		case ')', '}':
			if depth > 0 {
				depth--
			}
		case '`', '!':
			flat++
		}
	}
	return deepest + flat
}
