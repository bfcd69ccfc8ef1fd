package query

// This file tells what becomes of a source: its objects, what each is a part of, by which words it is compiled.

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"gokbuild/depgraph/pattern"
	"gokbuild/kbuild/forms"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/plan"
)

// Built is an object that is made of a source.
type Built struct {
	// Object is what the compiler leaves. Chain are the files that it becomes a part of, the last being the image or module.
	Object string   `json:"object"`
	Chain  []string `json:"chain"`
	// Lines are the lines of makefiles that list it: that of the object, of the composite object that it is a part of, of the
	// folders on the way. Symbols are those that decide these lines, with their values.
	Lines   []ObjLine     `json:"lines"`
	Symbols []SymbolValue `json:"symbols"`
	// Directory is where the compiler runs, Arguments its words.
	Directory string   `json:"directory"`
	Arguments []string `json:"arguments"`
}

// WhatBuilds lists the objects that are made of a source, which is an absolute name.
func (e *Engine) WhatBuilds(source string) ([]Built, error) {
	g, err := e.Graph()
	if err != nil {
		return nil, err
	}
	built := []Built{}
	for _, n := range g.Objects(source) {
		b := Built{Object: e.short(n.Name), Chain: []string{}, Symbols: []SymbolValue{}}
		way := g.Up(n, e.whole)
		for _, up := range way[1:] {
			b.Chain = append(b.Chain, e.short(up.Name))
		}
		if c := compilation(n.Made().Target.Commands, path.Clean(source)); c != nil {
			b.Directory, b.Arguments = c.Dir, c.Argv
		}
		b.Lines = e.linesOf(n)
		b.Symbols = e.symbolsOf(b.Lines)
		built = append(built, b)
	}
	return built, nil
}

// compilation is the command that compiles a source: the first that makes an object, or else the first that takes the source, as
// other tools may look at it, too.
func compilation(commands []plan.Command, source string) (of *plan.Command) {
	for i := range commands {
		c := &commands[i]
		f, ok := forms.Compiles(c.Argv)
		if !ok || !slices.ContainsFunc(f.Sources, func(s string) bool { return absolute(c.Dir, s) == source }) {
			continue
		}
		if f.Object {
			return c
		}
		if of == nil {
			of = c
		}
	}
	return of
}

// whole reports whether a node is the image or a module: what an object becomes a part of in the end.
func (e *Engine) whole(n *Node) bool {
	return kernel.IsModule(n.Name) || n.Name == filepath.Join(e.Out, kernel.Image[len(kernel.Image)-1])
}

type builtAnswer struct {
	header
	Built []Built `json:"built"`
	// unbuilt are the sources of which nothing is made, and why.
	unbuilt []string
	// short is how names are printed.
	short func(string) string
}

func (a *builtAnswer) empty() bool       { return len(a.Built) == 0 }
func (a *builtAnswer) missing() []string { return a.unbuilt }
func (a *builtAnswer) text(w io.Writer) {
	for _, b := range a.Built {
		fmt.Fprintln(w, strings.Join(append([]string{b.Object}, b.Chain...), " -> "))
		for _, l := range b.Lines {
			fmt.Fprintf(w, "  %s:%d: %s\n", a.short(l.File), l.Line, l.Variable())
		}
		for _, s := range b.Symbols {
			fmt.Fprintf(w, "  CONFIG_%s=%s\n", s.Name, s.Value)
		}
		fmt.Fprintf(w, "  %s\n", shellWords(b.Arguments))
	}
}

// plain is a word that a shell takes as it stands.
var plain = pattern.New(`^[\w@%+=:,./-]+$`)

// shellWords are words as a shell takes them.
func shellWords(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		if quoted[i] = w; !plain.MatchString(w) {
			quoted[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}

func (e *Engine) whatBuilds(h header, args []string) (answer, error) {
	a := &builtAnswer{header: h, Built: []Built{}, short: e.short}
	for _, name := range args {
		built, err := e.WhatBuilds(e.sourceArgument(name))
		if err != nil {
			return nil, err
		}
		a.Built = append(a.Built, built...)
		if len(built) == 0 {
			a.unbuilt = append(a.unbuilt, name+": "+e.whyUnbuilt(e.sourceArgument(name)))
		}
	}
	return a, nil
}

// whyUnbuilt says why nothing is made of a source.
func (e *Engine) whyUnbuilt(source string) string {
	if stateOf(source) == "" {
		return "there is no such file"
	}
	lines, err := e.ConfigOf(source)
	var off []string
	for _, s := range e.symbolsOf(lines) {
		if s.Value == "n" {
			off = append(off, prefix+s.Name+"=n")
		}
	}
	switch {
	case err == nil && len(lines) == 0:
		return "no command compiles it, and no makefile lists it"
	case len(off) > 0:
		return "no command compiles it: " + strings.Join(off, ", ")
	}
	return "no command compiles it"
}

// sourceArgument is the absolute name of a source: relative to the caller, to the sources, or to the output directory.
func (e *Engine) sourceArgument(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	for _, dir := range []string{e.call.Dir, e.Source()} {
		if file := filepath.Join(dir, name); stateOf(file) != "" {
			return file
		}
	}
	return filepath.Join(e.Out, name)
}
