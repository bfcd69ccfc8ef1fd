package query

// This file draws the trees that a build is made of.

import (
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"gokbuild/depgraph/pattern"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/plan"
)

// Tree is a node with what is below it.
type Tree struct {
	Name string `json:"name"`
	// Note says what the node is to the one above: "source", "obj-$(CONFIG_NET)", "order-only".
	Note string `json:"note"`
	// More is set for a node that stands elsewhere in the tree with what is below it, or where --depth ends.
	More  bool    `json:"more"`
	Below []*Tree `json:"below"`
}

type treeAnswer struct {
	header
	Tree *Tree `json:"tree"`
	// of is what the tree is about; nowhere is what to say of it if there is no tree, none if nothing is below it.
	of, nowhere, none string
}

func (a *treeAnswer) empty() bool {
	return a.Tree == nil || len(a.Tree.Below) == 0 && a.Tree.Note == ""
}

func (a *treeAnswer) missing() []string {
	if a.Tree == nil {
		return []string{a.of + ": " + a.nowhere}
	}
	return ifEmpty(a, a.none)
}

func (a *treeAnswer) text(w io.Writer) {
	var walk func(t *Tree, indent string)
	walk = func(t *Tree, indent string) {
		line := indent + t.Name
		if t.Note != "" {
			line += "  (" + t.Note + ")"
		}
		if t.More {
			line += " ..."
		}
		fmt.Fprintln(w, line)
		for _, b := range t.Below {
			walk(b, indent+"  ")
		}
	}
	walk(a.Tree, "")
}

// dot prints the tree in the language of Graphviz.
func (a *treeAnswer) dot(w io.Writer) {
	fmt.Fprintln(w, "digraph tree {\n\trankdir=LR;\n\tnode [shape=box];")
	ids := make(map[string]int)
	id := func(name string) string {
		n, ok := ids[name]
		if !ok {
			n = len(ids)
			ids[name] = n
			fmt.Fprintf(w, "\tn%d [label=%s];\n", n, dotText(name))
		}
		return fmt.Sprintf("n%d", n)
	}
	var walk func(t *Tree)
	walk = func(t *Tree) {
		from := id(t.Name)
		for _, b := range t.Below {
			to := id(b.Name)
			label := ""
			if b.Note != "" {
				label = " [label=" + dotText(b.Note) + "]"
			}
			fmt.Fprintf(w, "\t%s -> %s%s;\n", from, to, label)
			walk(b)
		}
	}
	walk(a.Tree)
	fmt.Fprintln(w, "}")
}

// dotText is a quoted string of Graphviz, in which only quotes and backslashes are special.
func dotText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

func (e *Engine) tree(h header, args []string) (answer, error) {
	depth, err := e.depth()
	if err != nil {
		return nil, err
	}
	goal := ""
	if len(args) > 1 {
		if args[0] != "targets" {
			return nil, errUsage("tree " + args[0] + " takes no goal: " + args[1])
		}
		goal = args[1]
	}
	var t *Tree
	switch args[0] {
	case "kconfig":
		t, err = e.KconfigTree()
	case "makefiles":
		t, err = e.MakefileTree()
	case "objects":
		t, err = e.ObjectTree()
	case "targets":
		t, err = e.TargetTree(goal, false)
	default:
		err = errUsage("no such tree: " + args[0] + " (kconfig, makefiles, objects, targets)")
	}
	if err != nil {
		return nil, err
	}
	if t != nil && depth > 0 {
		t.cut(depth)
	}
	a := &treeAnswer{header: h, Tree: t, of: goal, nowhere: noTarget, none: "there is nothing below it"}
	if goal == "" {
		a.of, a.nowhere = "tree "+args[0], "there is none"
	}
	return a, nil
}

// cut leaves so many levels below the node.
func (t *Tree) cut(depth int) {
	if depth == 0 {
		t.More = t.More || len(t.Below) > 0
		t.Below = []*Tree{}
		return
	}
	for _, b := range t.Below {
		b.cut(depth - 1)
	}
}

func (e *Engine) depends(h header, args []string) (answer, error) {
	depth, err := e.depth()
	if err != nil {
		return nil, err
	}
	t, err := e.TargetTree(args[0], e.flags.Ask.Reverse)
	if err != nil {
		return nil, err
	}
	if t != nil {
		t.cut(max(depth, 1))
	}
	a := &treeAnswer{header: h, Tree: t, of: args[0], nowhere: noTarget, none: args[0] + " needs nothing"}
	if e.flags.Ask.Reverse {
		a.none = "nothing needs " + args[0]
	}
	return a, nil
}

// noTarget says of a name that no node has it.
const noTarget = "no make of a build has such a target"

// TargetTree is the tree of prerequisites of a target, or with reverse of what needs it; "" is the default goal. It is nil if the
// plan does not name the target.
func (e *Engine) TargetTree(name string, reverse bool) (*Tree, error) {
	g, err := e.Graph()
	if err != nil {
		return nil, err
	}
	var top *Node
	if name == "" {
		// The first target of the last make that was called for the whole: the makes before only find it. Where none is phony, a file.
		for _, n := range g.order {
			if len(n.Uses) == 0 || len(n.Needs) == 0 || len(n.NeededBy) > 0 {
				continue
			}
			if top == nil || n.Phony() && !top.Phony() || n.Phony() == top.Phony() && len(n.Needs) > len(top.Needs) {
				top = n
			}
		}
	} else if top = g.Find(filepath.Join(e.Out, name)); top == nil {
		top = g.Find(e.sourceArgument(name))
	}
	if top == nil {
		return nil, nil
	}
	seen := make(map[*Node]bool)
	var walk func(n *Node, note string) *Tree
	walk = func(n *Node, note string) *Tree {
		t := &Tree{Name: e.short(n.Name), Note: note, Below: []*Tree{}}
		next := n.Needs
		if reverse {
			next = n.NeededBy
		}
		if seen[n] {
			t.More = len(next) > 0
			return t
		}
		seen[n] = true
		for _, m := range next {
			note := ""
			if from, to := n, m; isOrderOnly(from, to) || reverse && isOrderOnly(to, from) {
				note = "order-only"
			}
			t.Below = append(t.Below, walk(m, note))
		}
		return t
	}
	return walk(top, ""), nil
}

// isOrderOnly reports whether a node needs another one only to be there.
func isOrderOnly(n, need *Node) bool {
	only := false
	for _, u := range n.Uses {
		is := func(name string) bool { return absolute(u.Make.Dir, name) == need.Name }
		if slices.ContainsFunc(u.Target.Prereqs, is) {
			return false
		}
		only = only || slices.ContainsFunc(u.Target.OrderOnly, is)
	}
	return only
}

// ObjectTree is the tree of built-in objects, folder by folder in the order in which they are linked, and of modules with their
// objects.
func (e *Engine) ObjectTree() (*Tree, error) {
	g, err := e.Graph()
	if err != nil {
		return nil, err
	}
	root := &Tree{Name: e.Out, Below: []*Tree{}}
	seen := make(map[*Node]bool)
	var walk func(n *Node) *Tree
	walk = func(n *Node) *Tree {
		t := &Tree{Name: e.short(n.Name), Note: e.objNote(n), Below: []*Tree{}}
		if seen[n] {
			t.More = true
			return t
		}
		seen[n] = true
		for _, m := range n.Needs {
			if isObject(m.Name) {
				t.Below = append(t.Below, walk(m))
			}
		}
		return t
	}
	if n := e.image(g); n != nil {
		root.Below = append(root.Below, walk(n))
	}
	for _, n := range g.order {
		if kernel.IsModule(n.Name) && n.Made() != nil {
			root.Below = append(root.Below, walk(n))
		}
	}
	return root, nil
}

// objNote is the variable of the line that lists an object or the folder of an archive.
func (e *Engine) objNote(n *Node) string {
	word := path.Base(n.Name)
	made := n.Made()
	if made == nil {
		return ""
	}
	var l *ObjLine
	if dir := path.Dir(e.short(n.Name)); !slices.Contains(kernel.Archives, word) {
		l = e.pick(e.objLines(made.Make.Dir, made.Make.Makefiles), func(l *ObjLine) bool { return l.Has(word) })
	} else if dir != "." {
		_, l = e.folderLine(dir)
	}
	if l == nil {
		return ""
	}
	return l.Variable()
}

// MakefileTree is the tree of makes: which make calls which, for which folder, and which makefiles each reads.
func (e *Engine) MakefileTree() (*Tree, error) {
	g, err := e.Graph()
	if err != nil {
		return nil, err
	}
	byNumber := make(map[uint32]*Tree)
	var root *Tree
	for _, m := range g.Plan.Makes {
		t := &Tree{Name: e.makeName(m), Below: []*Tree{}}
		for _, f := range m.Makefiles {
			if !kernel.ReadOnce(f) {
				t.Below = append(t.Below, &Tree{Name: e.short(absolute(m.Dir, f)), Note: "reads", Below: []*Tree{}})
			}
		}
		t.Note = "make in " + m.Dir
		if dir := objOf(m); dir != "" {
			t.Note = "obj=" + dir
			if v := e.folderVariable(dir); v != "" {
				t.Note += ", " + v
			}
		}
		byNumber[m.Number] = t
		if up := byNumber[m.Parent]; up != nil {
			up.Below = append(up.Below, t)
		} else if root == nil {
			root = t
		}
	}
	return root, nil
}

// objOf is the folder that a make of Kbuild works for: obj= on its command line.
func objOf(m *plan.Make) string {
	for _, a := range m.Argv[1:] {
		if dir, ok := strings.CutPrefix(a, "obj="); ok {
			return dir
		}
	}
	return ""
}

func (e *Engine) makeName(m *plan.Make) string {
	if dir := objOf(m); dir != "" {
		return dir
	}
	words := []string{path.Base(m.Argv[0])}
	for _, a := range m.Argv[1:] {
		if strings.HasPrefix(a, "-") && len(words) > 1 {
			continue
		}
		words = append(words, a)
		if len(words) == 4 {
			break
		}
	}
	return strings.Join(words, " ")
}

// folderVariable is the variable of the line that lists a folder.
func (e *Engine) folderVariable(dir string) string {
	_, l := e.folderLine(dir)
	if l == nil {
		return ""
	}
	return l.Variable() + " (" + e.short(l.File) + ")"
}

// sourceLine is a source statement of a Kconfig file.
var sourceLine = pattern.New(`^\s*(o?r?source)\s+"?([^"#\s]+)"?\s*(#.*)?$`)

// KconfigTree is the tree of Kconfig files: which file sources which, and how many symbols each defines.
func (e *Engine) KconfigTree() (*Tree, error) {
	k, err := e.Kconfig()
	if err != nil {
		return nil, err
	}
	read := make(map[string]bool)
	files := k.Config.Files()
	for _, f := range files {
		read[k.File(f)] = true
	}
	if len(files) == 0 {
		return nil, nil
	}
	defines := make(map[string][]string)
	for m := range k.Config.Entries() {
		if m.Sym != nil && m.Sym.Name != "" {
			file := k.File(m.Pos.File)
			defines[file] = append(defines[file], m.Sym.Name)
		}
	}
	seen := make(map[string]bool)
	var walk func(file string) *Tree
	walk = func(file string) *Tree {
		t := &Tree{Name: e.short(file), Below: []*Tree{}}
		if seen[file] {
			t.More = true
			return t
		}
		seen[file] = true
		t.Note = strings.Join(defines[file], " ")
		text, err := os.ReadFile(file)
		if err != nil {
			return t
		}
		for line := range strings.Lines(string(text)) {
			m := sourceLine.FindStringSubmatch(strings.TrimRight(line, "\n"))
			if m == nil {
				continue
			}
			name := k.expand(m[2])
			if strings.Contains(m[1], "rs") {
				name = filepath.Join(filepath.Dir(file), name)
			}
			if name = k.File(name); read[name] {
				t.Below = append(t.Below, walk(name))
			}
		}
		return t
	}
	return walk(k.File(files[0])), nil
}

// reference is a variable in the name of a file.
var reference = pattern.New(`\$\(?([A-Za-z0-9_]+)\)?`)

// expand puts in the variables of the environment that the parse has used.
func (k *Kconfig) expand(name string) string {
	return reference.Compiled().ReplaceAllStringFunc(name, func(r string) string {
		want := reference.FindStringSubmatch(r)[1] + "="
		for _, v := range k.env {
			if value, ok := strings.CutPrefix(v, want); ok {
				return value
			}
		}
		return r
	})
}
