package recipe

// This file expands recipes.

import (
	"strings"

	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/lang/syntax"
	"gokbuild/kbuild/setting"
)

// Expander works out what the recipes of one make say. Whoever calls it holds the make's turn to evaluate.
type Expander struct {
	Make *setting.Make
	In   *eval.Interp
	DB   *rules.DB

	exports exportCache
	// inShell is set while the environment of $(shell) is worked out: a $(shell) in there gets the one that make came with.
	inShell bool
}

// Line is one line of a recipe after expansion. It may still hold several commands, separated by newlines.
type Line struct {
	Text string
	rules.Prefix
	// Dash is set if the line as written begins with '-'.
	Dash bool
	Pos  eval.Pos
}

// Lines expands all lines of a target's recipe, before the first one runs. voice is where messages go meanwhile.
func (x *Expander) Lines(f *rules.File, voice eval.Voice) []Line {
	r, flags := f.Recipe, x.Make.Flags
	raw := r.Lines
	if x.DB.OneShell && len(raw) > 1 {
		raw = []*syntax.Line{wholeRecipe(raw)}
	}
	lines := make([]Line, 0, len(raw))
	x.In.Within(eval.Frame{Scope: x.DB.Scope(f, false), Auto: x.DB.Auto(f), Pos: x.In.Pos, Voice: voice}, func() {
		for i, l := range raw {
			out := Line{Prefix: rules.LinePrefix(l.Raw), Pos: eval.Pos{File: r.Pos.File}}
			out.Dash = out.Ignore
			if r.Pos.File != "" {
				// Lines are counted from the first, continuations not included.
				out.Pos.Line = r.Lines[0].No + i
			}
			x.In.Pos = out.Pos
			out.Text = x.In.Expand(l.Recipe(x.In.Dialect))
			out.Silent = out.Silent || f.Silent || x.DB.SilentAll || flags.Silent
			out.Ignore = out.Ignore || f.Ignore || x.DB.IgnoreAll || flags.IgnoreErrors
			lines = append(lines, out)
		}
		if x.DB.OneShell && usualShell(x.shellPath()) { // that of the target
			for i := range lines {
				lines[i].Text = withoutPrefixes(lines[i].Text)
			}
		}
	})
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
		line, _ = rules.CutPrefix(line)
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
