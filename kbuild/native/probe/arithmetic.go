package probe

// Arithmetic may take names of variables out of values: with x=N, $((x + 1)) reads N. So a text with $((…)) may look at any variable,
// unless it is known what is reckoned. In an observed run $((100 * $1 + ${2:-0})) is asked of this file, after $1 and $2 were put in:
// if numbers and operators are left, no variable was read besides those that are named.

import (
	"errors"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"gokbuild/depgraph/pattern"
)

// reckon is the name of the command that stands for $((…)).
const reckon = ":reckon"

var (
	// reckonable is what may stand in $((…)): numbers, operators, and parameters with a number in their place if they are not set.
	reckonable = pattern.New(`^(?:[-+*/%()<>=!&|^~?: \t0-9]|\$[0-9#]|\$[A-Za-z_][A-Za-z0-9_]*|\$\{(?:[0-9]+|[A-Za-z_][A-Za-z0-9_]*)(?::?-[0-9]+)?\})+$`)
	numeric    = pattern.New(`^[-+*/%()<>=!&|^~?: \t0-9]+$`)
)

// observed reads a shell text for an observed run, and returns it as it is run there. ok is false if it holds what is not seen.
func observed(text, name string) (f *syntax.File, said string, ok bool) {
	parse := func(text string) (*syntax.File, error) {
		return syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), name)
	}
	f, err := parse(text)
	if err != nil || !observable(f) {
		return nil, "", false
	}
	if said = askingToReckon(f, text); said == text {
		return f, text, true
	}
	f, err = parse(said)
	return f, said, err == nil
}

// askingToReckon puts calls of reckon in the place of $((…)). It leaves assignments alone in which a command runs already: the last one
// decides the status.
func askingToReckon(f *syntax.File, text string) string {
	if strings.Contains(text, reckon) {
		return text
	}
	var places [][2]int
	syntax.Walk(f, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			return !runsCommand(n)
		case *syntax.CmdSubst:
			return !n.Backquotes // quotes have another meaning there
		case *syntax.ArithmExp:
			from, to := int(n.Pos().Offset()), int(n.End().Offset())
			if inner, ok := enclosed(text[from:to], "$((", "))"); ok && reckonable.MatchString(inner) {
				places = append(places, [2]int{from, to})
			}
			return false
		}
		return true
	})
	var b strings.Builder
	last := 0
	for _, p := range places {
		inner, _ := enclosed(text[p[0]:p[1]], "$((", "))")
		b.WriteString(text[last:p[0]] + "$(" + reckon + ` "` + inner + `")`)
		last = p[1]
	}
	return b.String() + text[last:]
}

// runsCommand reports whether a command is to be run for a part of a text.
func runsCommand(part syntax.Node) (runs bool) {
	syntax.Walk(part, func(n syntax.Node) bool {
		if _, ok := n.(*syntax.CmdSubst); ok {
			runs = true
		}
		return !runs
	})
	return runs
}

// enclosed is what stands between two texts.
func enclosed(text, before, after string) (inner string, ok bool) {
	inner, ok = strings.CutPrefix(text, before)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(inner, after)
}

var errNames = errors.New("names in arithmetic")

// reckoned is what a text of numbers and operators comes to.
func reckoned(text string) (result string, err error) {
	if !numeric.MatchString(text) {
		return "", errNames
	}
	expr, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Arithmetic(strings.NewReader(text))
	if err != nil {
		return "", err
	}
	n, err := expand.Arithm(&expand.Config{Env: variables{}}, expr)
	return strconv.Itoa(n), err
}
