package query

// This file finds the lines of makefiles that list an object, and the symbols that decide them.

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"gokbuild/kbuild/kernel"
)

// SymbolValue is a symbol with its value.
type SymbolValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// linesOf finds the lines of makefiles that list an object: its own, the composite's, those of the folders above it.
func (e *Engine) linesOf(n *Node) []ObjLine {
	made := n.Made()
	if made == nil {
		return []ObjLine{}
	}
	return e.listed(e.short(n.Name), e.objLines(made.Make.Dir, made.Make.Makefiles), true)
}

// listed finds the lines that list an object: those of its own makefile (own), then one for each folder above. built says that the
// object is built, so its line is on.
func (e *Engine) listed(object string, own []ObjLine, built bool) []ObjLine {
	lines := e.partLines(object, own, built)
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

// partLines finds the lines of one makefile by which an object gets from part to part into what the folder builds. For part.o it is
// two: "drv-y += part.o" makes it a part of drv.o, "obj-$(CONFIG_DRV) += drv.o" lists that.
func (e *Engine) partLines(object string, own []ObjLine, built bool) []ObjLine {
	lines := []ObjLine{}
	for range mostParts {
		l := e.partLine(object, own, built)
		if l == nil {
			break
		}
		lines = append(lines, *l)
		if kernel.IsGoalList(l.List) {
			break
		}
		if up := e.pick(own, func(o *ObjLine) bool { return o.List != l.List && o.Has(l.List+".o") }); up == nil {
			// No line lists the composite object. One may take in its list: "i915-y += $(gt-y)".
			if up = e.pick(own, func(o *ObjLine) bool { return o.List != l.List && slices.Contains(o.Uses, l.List+"-y") }); up == nil {
				break
			}
			lines = append(lines, *up)
			l = up
		}
		object = l.List + ".o"
	}
	return lines
}

// partLine finds the line that lists an object, by its name below the folder of the makefile; nil if there is none. Where the object
// is built and that line is off, the object may come of a line whose words take in variables.
func (e *Engine) partLine(object string, own []ObjLine, built bool) *ObjLine {
	base := path.Base(object)
	l := e.pick(own, func(l *ObjLine) bool {
		return l.Has(base) || l.Has(strings.TrimPrefix(object, path.Dir(e.short(l.File))+"/"))
	})
	if l == nil || built && e.isOff(l) {
		if may := e.pick(own, func(l *ObjLine) bool { return l.may(base) }); may != nil {
			return may
		}
	}
	return l
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

// fileLines are the lines of a makefile, which is read once. ok is false if it cannot be read.
func (e *Engine) fileLines(file string) (lines []ObjLine, ok bool) {
	if lines, ok := e.lines[file]; ok {
		return lines, lines != nil
	}
	if e.lines == nil {
		e.lines = make(map[string][]ObjLine)
	}
	text, err := e.read(file)
	if err == nil {
		if lines = e.Objects(file, string(text)); lines == nil {
			lines = []ObjLine{}
		}
	}
	e.lines[file] = lines
	return lines, err == nil
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
	file := e.lister(object)
	if file == "" {
		return nil, nil
	}
	own, _ := e.fileLines(file)
	return e.listed(object, own, false), nil
}

// lister is the makefile that lists an object, which is named from the root of the sources: that of its folder, or else of the nearest
// one above; "" if there is none.
func (e *Engine) lister(object string) (file string) {
	for dir := path.Dir(object); ; dir = path.Dir(dir) {
		for _, name := range []string{"Kbuild", "Makefile"} {
			f := filepath.Join(e.Source(), dir, name)
			lines, _ := e.fileLines(f)
			word := strings.TrimPrefix(object, dir+"/")
			if slices.ContainsFunc(lines, func(l ObjLine) bool { return l.Has(word) }) {
				file = f
			}
		}
		if file != "" || dir == "." {
			return file
		}
	}
}
