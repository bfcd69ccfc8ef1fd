package mentions

// This file knows which files of a tree mention a symbol, and where Kconfig files define it. Kconfig files that the
// configuration does not read, such as those of other architectures, count too.

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"gokbuild/depgraph/pattern"
)

// Index knows the symbols of the files that were put into it. It is for several goroutines.
type Index struct {
	// Keep is a folder of the user's own in which Fill finds what was known before, and leaves what is known then; "" if there is none.
	Keep string

	mu sync.Mutex
	// texts are what is known of files, by name. From it come files, which mention a symbol, and defined, the places by symbol.
	texts   map[string]*text
	files   map[string][]string
	defined map[string][]Place
}

// New returns an index of nothing.
func New() *Index {
	return &Index{texts: make(map[string]*text), files: make(map[string][]string), defined: make(map[string][]Place)}
}

// text is what an index knows of a text: each symbol that it mentions, once, and where it defines symbols.
type text struct {
	symbols []string
	defined []definition
}

// definition is the definition of a symbol in a line of a Kconfig file, from 1.
type definition struct {
	symbol string
	line   int
}

var definitionLine = pattern.New(`^[ \t]*(?:menu)?config[ \t]+([A-Za-z0-9_]+)`)

// Defines is the symbol that a line of a Kconfig file begins to define, "" if it does not.
func Defines(line string) string {
	if m := definitionLine.FindStringSubmatch(line); m != nil {
		return m[1]
	}
	return ""
}

// read finds what is to be known of a text.
func read(name string, kind Kind, data []byte) (t text) {
	if kind == Kconfig || bytes.Contains(data, []byte(prefix)) {
		seen := make(map[string]bool)
		In(name, kind, data, func(symbol string, _ Mention) {
			if !seen[symbol] {
				seen[symbol] = true
				t.symbols = append(t.symbols, symbol)
			}
		})
	}
	if kind == Kconfig {
		no := 0
		for line := range bytes.Lines(data) {
			no++
			if m := definitionLine.Compiled().FindSubmatch(line); m != nil {
				t.defined = append(t.defined, definition{string(m[1]), no})
			}
		}
	}
	return t
}

// Put takes in a file, in place of what was known of it.
func (x *Index) Put(name string, data []byte) {
	kind := KindOf(name)
	if kind == "" {
		return
	}
	t := read(name, kind, data)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.put(name, &t)
}

// put is Put of what is known already. x.mu is held.
func (x *Index) put(name string, t *text) {
	if was := x.texts[name]; was != nil {
		for _, s := range was.symbols {
			x.files[s] = slices.DeleteFunc(x.files[s], func(f string) bool { return f == name })
		}
		for _, d := range was.defined {
			x.defined[d.symbol] = slices.DeleteFunc(x.defined[d.symbol], func(p Place) bool { return p.File == name })
		}
	}
	delete(x.texts, name)
	if len(t.symbols)+len(t.defined) == 0 {
		return
	}
	x.texts[name] = t
	for _, s := range t.symbols {
		x.files[s] = append(x.files[s], name)
	}
	for _, d := range t.defined {
		x.defined[d.symbol] = append(x.defined[d.symbol], Place{name, d.line})
	}
}

// Mentioning are the files that mention a symbol, in order.
func (x *Index) Mentioning(symbol string) []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	files := slices.Clone(x.files[symbol])
	slices.Sort(files)
	return files
}

// Definitions are the places that define a symbol, in order of files.
func (x *Index) Definitions(symbol string) []Place {
	x.mu.Lock()
	defer x.mu.Unlock()
	places := slices.Clone(x.defined[symbol])
	slices.SortStableFunc(places, func(a, b Place) int { return strings.Compare(a.File, b.File) })
	return places
}
