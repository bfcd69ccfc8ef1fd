package rules

// This file holds recipes as the makefile has them, and what can be seen of them without expanding anything.

import (
	"strings"

	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/syntax"
)

// Recipe is the recipe of a rule.
type Recipe struct {
	Lines []*syntax.Line
	Pos   eval.Pos
}

// Prefix is what the characters @ - + in front of a command say (manual, "Recipe Echoing", "Errors in Recipes", "Instead
// of Executing Recipes").
type Prefix struct{ Silent, Ignore, Recursive bool }

// CutPrefix takes these characters off the front of a command.
func CutPrefix(text string) (rest string, p Prefix) {
	i := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '@':
			p.Silent = true
			continue
		case '+':
			p.Recursive = true
			continue
		case '-':
			p.Ignore = true
			continue
		case ' ', '\t':
			continue
		}
		break
	}
	return text[i:], p
}

// LinePrefix is the prefix of a line as written. A line that mentions $(MAKE) is recursive, too.
func LinePrefix(raw string) Prefix {
	_, p := CutPrefix(raw)
	p.Recursive = p.Recursive || strings.Contains(raw, "$(MAKE)") || strings.Contains(raw, "${MAKE}")
	return p
}

// Recursive reports whether the recipe has a line that runs make.
func (r *Recipe) Recursive() bool {
	for _, l := range r.Lines {
		if LinePrefix(l.Raw).Recursive {
			return true
		}
	}
	return false
}

// AllRecursive reports whether all lines of the recipe run make. An empty recipe has none that does not.
func (r *Recipe) AllRecursive() bool {
	for _, l := range r.Lines {
		if !LinePrefix(l.Raw).Recursive {
			return false
		}
	}
	return true
}

// Blank reports whether the recipe has nothing in it, which takes no expansion to see.
func (r *Recipe) Blank() bool {
	for _, l := range r.Lines {
		if strings.Trim(l.Raw, " \t\n\r\v\f@+-") != "" {
			return false
		}
	}
	return true
}
