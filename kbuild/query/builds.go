package query

// This file answers questions about objects: what becomes of a source, what decides it, in which order it is linked.

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

// SymbolValue is a symbol with its value.
type SymbolValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
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

// linesOf finds the lines of makefiles that list an object: its own, the composite's, those of the folders above it.
func (e *Engine) linesOf(n *Node) []ObjLine {
	made := n.Made()
	if made == nil {
		return []ObjLine{}
	}
	return e.listed(e.short(n.Name), e.objLines(made.Make.Dir, made.Make.Makefiles), true)
}

// listed finds the lines that list an object, among those of its own makefile and of the folders above. Of one that is built it
// is known that its line is on.
func (e *Engine) listed(object string, own []ObjLine, built bool) []ObjLine {
	lines := []ObjLine{}
	lists := func(word string) func(*ObjLine) bool {
		return func(l *ObjLine) bool {
			rel := strings.TrimPrefix(word, path.Dir(e.short(l.File))+"/")
			return l.Has(path.Base(word)) || l.Has(rel)
		}
	}
	word := object
	for range mostParts {
		l := e.pick(own, lists(word))
		if l == nil || built && e.isOff(l) {
			if may := e.pick(own, func(l *ObjLine) bool { return l.may(path.Base(word)) }); may != nil {
				l = may
			}
		}
		if l == nil {
			break
		}
		lines = append(lines, *l)
		if kernel.IsGoalList(l.List) {
			break
		}
		up := e.pick(own, func(o *ObjLine) bool { return o.List != l.List && o.Has(l.List+".o") })
		if up == nil {
			if up = e.pick(own, func(o *ObjLine) bool { return o.List != l.List && slices.Contains(o.Uses, l.List+"-y") }); up == nil {
				break
			}
			lines = append(lines, *up)
			l = up
		}
		word = l.List + ".o"
	}
	// Each folder is listed by a makefile of a folder above.
	for below := path.Dir(object); below != "." && below != "/"; {
		above, l := e.folderLine(below)
		if l == nil {
			break
		}
		lines = append(lines, *l)
		below = above
	}
	return lines
}

// mostParts bounds how deep an object may be a part of a part.
const mostParts = 4

// pick is the first of some lines that is on, or else the first.
func (e *Engine) pick(lines []ObjLine, which func(*ObjLine) bool) *ObjLine {
	var first *ObjLine
	for i := range lines {
		l := &lines[i]
		if !which(l) {
			continue
		}
		if !e.isOff(l) {
			return l
		}
		if first == nil {
			first = l
		}
	}
	return first
}

// isOff reports whether the symbol of a line is off.
func (e *Engine) isOff(l *ObjLine) bool {
	return l.Symbol != "" && e.value(l.Symbol) == "n"
}

// folderLine is the line that lists a folder, in the makefile of the nearest folder above that does; nil if there is none.
func (e *Engine) folderLine(folder string) (above string, l *ObjLine) {
	for above = path.Dir(folder); ; above = path.Dir(above) {
		name := strings.TrimPrefix(folder, above+"/") + "/"
		if l := e.pick(e.folderLines(above), func(l *ObjLine) bool { return l.Has(name) }); l != nil {
			return above, l
		}
		if above == "." || above == "/" {
			return above, nil
		}
	}
}

// folderLines are the lines of the makefile of a folder of the sources.
func (e *Engine) folderLines(dir string) []ObjLine {
	for _, name := range []string{"Kbuild", "Makefile"} {
		file := filepath.Join(e.Source(), dir, name)
		if lines, ok := e.fileLines(file); ok {
			return lines
		}
	}
	return nil
}

// objLines are the lines of makefiles of a make.
func (e *Engine) objLines(dir string, makefiles []string) []ObjLine {
	var lines []ObjLine
	for _, f := range makefiles {
		if kernel.ReadOnce(f) {
			continue
		}
		more, _ := e.fileLines(absolute(dir, f))
		lines = append(lines, more...)
	}
	return lines
}

// fileLines are the lines of a makefile, which is read once.
func (e *Engine) fileLines(file string) ([]ObjLine, bool) {
	if lines, ok := e.lines[file]; ok {
		return lines, lines != nil
	}
	if e.lines == nil {
		e.lines = make(map[string][]ObjLine)
	}
	text, err := e.read(file)
	var lines []ObjLine
	if err == nil {
		if lines = e.Objects(file, string(text)); lines == nil {
			lines = []ObjLine{}
		}
	}
	e.lines[file] = lines
	return lines, err == nil
}

// objLinesOf are the lines of one makefile.
func (e *Engine) objLinesOf(file string) []ObjLine {
	lines, _ := e.fileLines(file)
	return lines
}

// symbolsOf are the symbols that decide lines, each once.
func (e *Engine) symbolsOf(lines []ObjLine) []SymbolValue {
	out := []SymbolValue{}
	for _, l := range lines {
		for _, name := range append(slices.Clone(l.Around), l.Symbol) {
			if name == "" || slices.ContainsFunc(out, func(s SymbolValue) bool { return s.Name == name }) {
				continue
			}
			out = append(out, SymbolValue{name, e.value(name)})
		}
	}
	return out
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

type configAnswer struct {
	header
	// Symbols and Lines are those of all files.
	Symbols []SymbolValue `json:"symbols"`
	Lines   []ObjLine     `json:"lines"`
	Files   []Decided     `json:"files"`
	// short is how names are printed.
	short func(string) string
}

// Decided is a source with what decides whether it is compiled. Without a symbol it always is, if a line lists it.
type Decided struct {
	File    string        `json:"file"`
	Symbols []SymbolValue `json:"symbols"`
	Lines   []ObjLine     `json:"lines"`
	// foreign says that it belongs to another architecture than the one that is configured.
	foreign bool
}

func (a *configAnswer) empty() bool { return len(a.Lines) == 0 }
func (a *configAnswer) text(w io.Writer) {
	for _, f := range a.Files {
		name := ""
		if len(a.Files) > 1 {
			name = f.File + ": "
		}
		for _, s := range f.Symbols {
			fmt.Fprintf(w, "%sCONFIG_%s=%s\n", name, s.Name, s.Value)
		}
		if len(f.Symbols) > 0 || len(f.Lines) == 0 {
			continue
		}
		var places []string
		for _, l := range f.Lines {
			places = append(places, fmt.Sprintf("%s:%d", a.short(l.File), l.Line))
		}
		when := "always"
		if f.foreign {
			when = "if this is the architecture"
		}
		fmt.Fprintf(w, "%s: %s (%s)\n", f.File, when, strings.Join(places, ", "))
	}
}

func (a *configAnswer) missing() (lines []string) {
	for _, f := range a.Files {
		if len(f.Lines) == 0 {
			lines = append(lines, f.File+": no makefile lists it")
		}
	}
	return lines
}

// configOf answers for sources that are not compiled, too: it goes by the makefiles of the folder and those above.
func (e *Engine) configOf(h header, args []string) (answer, error) {
	a := &configAnswer{header: h, Lines: []ObjLine{}, Files: []Decided{}, short: e.short}
	for _, name := range args {
		lines, err := e.ConfigOf(e.sourceArgument(name))
		if err != nil {
			return nil, err
		}
		a.Lines = append(a.Lines, lines...)
		a.Files = append(a.Files, Decided{name, e.symbolsOf(lines), append([]ObjLine{}, lines...), e.isForeign(e.sourceArgument(name))})
	}
	a.Symbols = e.symbolsOf(a.Lines)
	return a, nil
}

// isForeign reports whether a source belongs to another architecture than the one that is configured.
func (e *Engine) isForeign(source string) bool {
	k, err := e.Kconfig()
	rel, relErr := filepath.Rel(e.Source(), source)
	return err == nil && relErr == nil && kernel.IsForeign(rel, k.Env("SRCARCH"))
}

// ConfigOf lists the lines of makefiles that decide whether a source is compiled: of its object, the composite object, and the
// folders above.
func (e *Engine) ConfigOf(source string) ([]ObjLine, error) {
	rel, err := filepath.Rel(e.Source(), source)
	if err != nil || strings.HasPrefix(rel, "..") {
		return nil, nil
	}
	object := strings.TrimSuffix(rel, path.Ext(rel)) + ".o"
	file := ""
	for dir := path.Dir(rel); ; dir = path.Dir(dir) {
		for _, name := range []string{"Kbuild", "Makefile"} {
			f := filepath.Join(e.Source(), dir, name)
			lines, _ := e.fileLines(f)
			word := strings.TrimPrefix(object, dir+"/")
			if slices.ContainsFunc(lines, func(l ObjLine) bool { return l.Has(word) }) {
				file = f
			}
		}
		if file != "" || dir == "." {
			break
		}
	}
	if file == "" {
		return nil, nil
	}
	return e.listed(object, e.objLinesOf(file), false), nil
}

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
