package kbuild

import (
	"strings"

	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/lang/syntax"
)

// recursive reports whether a recipe has a line that runs make.
func recursive(r *rules.Recipe) bool {
	for _, l := range r.Lines {
		if _, f := prefixes(l.Raw); f.recursive || mentionsMake(l.Raw) {
			return true
		}
	}
	return false
}

func allRecursive(r *rules.Recipe) bool {
	for _, l := range r.Lines {
		if _, f := prefixes(l.Raw); !f.recursive && !mentionsMake(l.Raw) {
			return false
		}
	}
	return true
}

func mentionsMake(text string) bool {
	return strings.Contains(text, "$(MAKE)") || strings.Contains(text, "${MAKE}")
}

// prefixes takes the characters @ + - off the front of a command.
func prefixes(text string) (rest string, l line) {
	i := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '@':
			l.silent = true
			continue
		case '+':
			l.recursive = true
			continue
		case '-':
			l.ignore = true
			continue
		case ' ', '\t':
			continue
		}
		break
	}
	return text[i:], l
}

// blankRecipe reports whether a recipe has nothing in it, which takes no
// expansion to see.
func blankRecipe(r *rules.Recipe) bool {
	for _, l := range r.Lines {
		if strings.Trim(l.Raw, " \t\n\r\v\f@+-") != "" {
			return false
		}
	}
	return true
}

// expandRecipe expands all lines of a recipe before the first runs.
func (inv *Invocation) expandRecipe(f *rules.File) []line {
	in := inv.in
	scope, auto, pos := in.Scope, in.Auto, in.Pos
	in.Scope, in.Auto = inv.db.Scope(f, false), inv.db.Auto(f)
	r := f.Recipe
	raw := r.Lines
	if inv.db.OneShell && len(raw) > 1 {
		raw = []*syntax.Line{wholeRecipe(raw)}
	}
	lines := make([]line, 0, len(raw))
	for i, l := range raw {
		_, out := prefixes(l.Raw)
		out.recursive = out.recursive || mentionsMake(l.Raw)
		out.dash = out.ignore
		out.pos = eval.Pos{File: r.Pos.File}
		if r.Pos.File != "" {
			// Lines are counted from the first, continuations not included.
			out.pos.Line = r.Lines[0].No + i
		}
		in.Pos = out.pos
		out.text = in.Expand(l.Recipe(in.Dialect))
		out.silent = out.silent || f.Silent || inv.db.SilentAll || inv.flags.Silent
		out.ignore = out.ignore || f.Ignore || inv.db.IgnoreAll || inv.flags.IgnoreErrors
		lines = append(lines, out)
	}
	in.Scope, in.Auto, in.Pos = scope, auto, pos
	if inv.db.OneShell && usualShell(inv.shellPath()) {
		for i := range lines {
			lines[i].text = withoutPrefixes(lines[i].text)
		}
	}
	return lines
}

// wholeRecipe makes one line of a recipe for .ONESHELL, before anything is expanded: a reference may go on in the next line.
func wholeRecipe(lines []*syntax.Line) *syntax.Line {
	raw := make([]string, len(lines))
	for i, l := range lines {
		raw[i] = strings.TrimPrefix(l.Raw, "\t")
	}
	return &syntax.Line{Raw: strings.Join(raw, "\n"), No: lines[0].No}
}

// withoutPrefixes removes the prefixes of all lines but the first, which alone count under .ONESHELL.
func withoutPrefixes(text string) string {
	line, rest := cutCommand(text)
	lines := []string{line}
	for rest != "" {
		line, rest = cutCommand(rest)
		line, _ = prefixes(line)
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// cutCommand cuts the text up to the first newline that no backslash quotes.
func cutCommand(text string) (cmd, rest string) {
	for i := 0; i < len(text); i++ {
		if text[i] != '\n' {
			continue
		}
		bs := 0
		for bs < i && text[i-1-bs] == '\\' {
			bs++
		}
		if bs%2 == 0 {
			return text[:i], text[i+1:]
		}
	}
	return text, ""
}

// blank reports whether a command has no text, continued lines included.
func blank(cmd string) bool {
	if strings.IndexByte(cmd, '\\') >= 0 {
		cmd = strings.ReplaceAll(cmd, "\\\n", "")
	}
	return strings.TrimLeft(cmd, " \t\n\r\v\f") == ""
}
