package query

// This file answers what a symbol decides.

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gokbuild/kbuild/mentions"
)

type fromAnswer struct {
	header
	Symbol   *Symbol            `json:"symbol"`
	Lines    []ObjLine          `json:"lines"`
	Mentions []mentions.Mention `json:"mentions"`
	short    func(string) string
	name     string
}

func (a *fromAnswer) empty() bool { return a.Symbol == nil && len(a.Mentions) == 0 }
func (a *fromAnswer) missing() []string {
	switch {
	case a.empty():
		return []string{prefix + a.name + ": nothing defines or names it"}
	case a.Symbol == nil:
		return []string{prefix + a.name + ": nothing defines it"}
	}
	return nil
}
func (a *fromAnswer) text(w io.Writer) {
	if a.Symbol != nil {
		fmt.Fprintf(w, "%s: %s\n", a.Symbol.setting(), a.Symbol.Reason)
	}
	for _, l := range a.Lines {
		fmt.Fprintf(w, "  %s:%d: %s:", a.short(l.File), l.Line, l.Variable())
		for _, word := range l.Words {
			fmt.Fprintf(w, " %s", word.Text)
		}
		fmt.Fprintln(w)
	}
	for _, m := range a.Mentions {
		fmt.Fprintf(w, "%s:%d:%d: %s\n", a.short(m.File), m.Line, m.Column, m.Kind)
	}
}

// mentions are the places in the sources that name a symbol, configurations left out.
func (e *Engine) mentions(name string) (all []mentions.Mention) {
	x := mentions.New()
	x.Keep = e.session.Cache
	x.Fill(e.Source(), e.Out, nil)
	for _, file := range x.Mentioning(name) {
		kind := mentions.KindOf(file)
		text, err := os.ReadFile(file)
		if err != nil || kind == mentions.Config {
			continue
		}
		mentions.In(file, kind, text, func(symbol string, m mentions.Mention) {
			if symbol == name {
				all = append(all, m)
			}
		})
	}
	return all
}

func (e *Engine) from(h header, args []string) (answer, error) {
	k, err := e.Kconfig()
	if err != nil {
		return nil, err
	}
	a := &fromAnswer{header: h, Lines: []ObjLine{}, Mentions: []mentions.Mention{}, short: e.short, name: Name(args[0])}
	name := a.name
	if s, ok := k.Symbol(name); ok {
		a.Symbol = &s
	}
	a.Mentions = append(a.Mentions, e.mentions(name)...)
	slices.SortFunc(a.Mentions, func(x, y mentions.Mention) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.File, y.File), cmp.Compare(x.Line, y.Line), cmp.Compare(x.Column, y.Column))
	})
	seen := make(map[string]bool)
	for _, m := range a.Mentions {
		if m.Kind != mentions.Makefile || seen[m.File] {
			continue
		}
		seen[m.File] = true
		lines, _ := e.fileLines(m.File)
		for _, l := range lines {
			if l.Symbol == name {
				a.Lines = append(a.Lines, l)
			}
		}
	}
	return a, nil
}

type goalsAnswer struct {
	header
	Goals []string `json:"goals"`
}

func (a *goalsAnswer) empty() bool       { return len(a.Goals) == 0 }
func (a *goalsAnswer) missing() []string { return ifEmpty(a, "the makefile has no phony targets") }
func (a *goalsAnswer) text(w io.Writer) {
	for _, g := range a.Goals {
		fmt.Fprintln(w, g)
	}
}

// goals are the phony targets of the first make and of those that it calls for the same makefile.
func (e *Engine) goals(h header, _ []string) (answer, error) {
	g, err := e.Graph()
	if err != nil {
		return nil, err
	}
	a := &goalsAnswer{h, []string{}}
	first := ""
	for _, m := range g.Plan.Makes {
		if len(m.Makefiles) == 0 {
			continue
		}
		file := absolute(m.Dir, m.Makefiles[0])
		if real, err := filepath.EvalSymlinks(file); err == nil {
			file = real
		}
		if first == "" {
			first = file
		}
		if file != first {
			continue
		}
		for _, name := range m.Phony {
			if !strings.ContainsAny(name, "/%") && !strings.HasPrefix(name, "_") && !strings.HasPrefix(name, ".") && name != "FORCE" {
				a.Goals = append(a.Goals, name)
			}
		}
	}
	slices.Sort(a.Goals)
	a.Goals = slices.Compact(a.Goals)
	return a, nil
}
