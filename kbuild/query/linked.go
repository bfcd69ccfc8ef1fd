package query

// This file answers what is linked: the objects of the image in their order, and what is a module or could be one.

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"gokbuild/kbuild/kernel"
)

type moduleAnswer struct {
	header
	Modules []string `json:"modules"`
	// Builtin are objects of tristate symbols that are y.
	Builtin []BuiltIn `json:"builtin"`
}

// BuiltIn is an object that could be a module and is built in.
type BuiltIn struct {
	Object string `json:"object"`
	Symbol string `json:"symbol"`
}

func (a *moduleAnswer) empty() bool { return len(a.Modules)+len(a.Builtin) == 0 }

func (a *moduleAnswer) missing() []string {
	return ifEmpty(a, "nothing becomes a module, and nothing that is built in could be one")
}

func (a *moduleAnswer) text(w io.Writer) {
	for _, m := range a.Modules {
		fmt.Fprintf(w, "m %s\n", m)
	}
	for _, b := range a.Builtin {
		fmt.Fprintf(w, "y %s CONFIG_%s\n", b.Object, b.Symbol)
	}
}

func (e *Engine) modules(h header, _ []string) (answer, error) {
	g, err := e.Graph()
	if err != nil {
		return nil, err
	}
	k, err := e.Kconfig()
	if err != nil {
		return nil, err
	}
	a := &moduleAnswer{header: h, Modules: []string{}, Builtin: []BuiltIn{}}
	for _, n := range g.order {
		if kernel.IsModule(n.Name) && n.Made() != nil {
			a.Modules = append(a.Modules, e.short(n.Name))
		}
	}
	slices.Sort(a.Modules)
	for _, n := range e.linked(g, "") {
		made := n.Made()
		for _, l := range e.objLines(made.Make.Dir, made.Make.Makefiles) {
			if l.Symbol == "" || l.List != "obj" || !l.Has(path.Base(n.Name)) {
				continue
			}
			if s, ok := k.Symbol(l.Symbol); ok && s.Type == "tristate" && s.Value == "y" {
				a.Builtin = append(a.Builtin, BuiltIn{e.short(n.Name), l.Symbol})
			}
			break
		}
	}
	return a, nil
}

// image is the file of what is built in: the first that is made of objects. It is nil if there is none.
func (e *Engine) image(g *Graph) *Node {
	for _, name := range kernel.Image {
		n := g.Find(filepath.Join(e.Out, name))
		if n != nil && n.Made() != nil && slices.ContainsFunc(n.Needs, func(m *Node) bool { return isObject(m.Name) }) {
			return n
		}
	}
	return nil
}

// isObject reports whether a file is an object, or holds some.
func isObject(name string) bool {
	return strings.HasSuffix(name, ".o") || strings.HasSuffix(name, ".a")
}

// linked are the objects of the image, or of a folder, in the order in which they are linked.
func (e *Engine) linked(g *Graph, folder string) []*Node {
	top := e.image(g)
	if folder != "" {
		top = nil
		for _, name := range kernel.Archives {
			if n := g.Find(filepath.Join(e.Out, folder, name)); n != nil && n.Made() != nil {
				top = n
			}
		}
	}
	if top == nil {
		return nil
	}
	var out []*Node
	seen := make(map[*Node]bool)
	var walk func(n *Node)
	walk = func(n *Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		switch {
		case n == top || kernel.IsArchive(n.Name):
			for _, m := range n.Needs {
				walk(m)
			}
		case strings.HasSuffix(n.Name, ".o") && n.Made() != nil:
			out = append(out, n)
		}
	}
	walk(top)
	return out
}

type linkAnswer struct {
	header
	Objects []string `json:"objects"`
	folder  string
}

func (a *linkAnswer) empty() bool { return len(a.Objects) == 0 }

func (a *linkAnswer) missing() []string {
	if a.folder == "" {
		return ifEmpty(a, "there is no image that objects are linked to")
	}
	return ifEmpty(a, a.folder+": nothing is linked in it")
}

func (a *linkAnswer) text(w io.Writer) {
	for _, o := range a.Objects {
		fmt.Fprintln(w, o)
	}
}

func (e *Engine) linkOrder(h header, args []string) (answer, error) {
	g, err := e.Graph()
	if err != nil {
		return nil, err
	}
	folder := ""
	if len(args) == 1 && !slices.Contains(kernel.Image, args[0]) {
		folder = args[0]
	}
	a := &linkAnswer{h, []string{}, folder}
	for _, n := range e.linked(g, folder) {
		a.Objects = append(a.Objects, e.short(n.Name))
	}
	return a, nil
}
