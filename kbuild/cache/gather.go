package cache

// This file finds out what decided a compilation that has ended.

import (
	"path"
	"slices"
	"strings"
	"time"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/store"
	"gokbuild/kbuild/kernel"
)

// gathering collects the facts of a compilation that has ended.
type gathering struct {
	*compilation
	decided
	// names are the dependencies, as the list has them; inputs are the same with what their text mentions, nil for the header of a
	// configuration.
	names  []string
	inputs map[string]*scan
	// ways holds the results of missingAbove.
	ways map[string]string
	// nothing are folders, for each folder of the search those below it, that are known to be missing.
	nothing []map[string]bool
	// rests are the names of all inputs behind the folders of the search; they are worked out once one is asked for.
	rests []string
	// guessed are folders in which each of the rests has been looked for, headers those in which a precompiled header has.
	guessed, headers map[string]bool
	// began is when the compilation began, now is when it is looked at what decided it.
	began moment
	now   time.Time
}

// gather finds out what decided a compilation that began at a time, has read these files, and has said this.
func (c *compilation) gather(list []string, began moment, heard string) (*gathering, error) {
	names := make([]string, len(list))
	for i, name := range list {
		names[i] = strings.ReplaceAll(name, "//", "/")
	}
	named := false
	g := &gathering{compilation: c, decided: c.decide(4 * len(names)), names: names, inputs: make(map[string]*scan, len(names)), ways: make(map[string]string),
		nothing: make([]map[string]bool, len(c.search)), guessed: make(map[string]bool), headers: make(map[string]bool), began: began, now: time.Now()}
	for i := range g.nothing {
		g.nothing[i] = make(map[string]bool)
	}
	symbols := make(map[string]bool)
	config, whole := "", c.AllMacros
	for _, name := range names {
		if kernel.IsConfigHeader(name) {
			if config != "" {
				whole = true
			}
			config = name
			g.inputs[name] = nil
			g.unchanged(name, facts.Look(facts.Content, "", g.abs(name)), began)
			continue
		}
		s := g.input(name, began)
		if s == nil {
			return nil, g.err
		}
		g.inputs[name] = s
		for _, symbol := range s.symbols {
			symbols[symbol] = true
		}
		whole = whole || s.pasted
		named = named || s.named
	}
	if !g.isInput(plainName(c.Source)) {
		g.fail("its list of dependencies does not name the source")
	}
	for _, word := range c.argv {
		for _, symbol := range scanText([]byte(word)).symbols {
			symbols[symbol] = true
		}
	}
	if config != "" {
		// Messages tell on which line of the header a symbol is defined.
		g.config(c.abs(config), symbols, whole || strings.Contains(heard, path.Base(config)))
	}
	if named {
		g.roots(names)
	}
	for _, name := range names {
		g.shadows(name)
	}
	for _, name := range c.Forced {
		g.absent(plainName(name))
	}
	return g, g.err
}

// roots adds the folders under whose names files were read, where their text can ask for their names: the length of one may decide, too.
func (g *gathering) roots(names []string) {
	for _, root := range g.view.roots.list {
		if slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, root.dir+"/") && !g.Mapped(name) }) {
			g.add(store.Roots, root.dir)
		}
	}
}

// input adds what a file holds; it returns what its text mentions, nil if it proves nothing.
func (g *gathering) input(name string, began moment) *scan {
	if strings.Contains(name, symbolMark) {
		g.fail("an unusual name: " + name)
		return nil
	}
	n := g.fact(store.Content, g.abs(name))
	s, digest, st, ok := g.files.text(n.file, true)
	switch {
	case !ok:
		g.fail("cannot be read: " + name)
		return nil
	case !g.unchanged(name, st, began):
		return nil
	case s.clock:
		g.fail("it mentions the time: " + name)
		return nil
	case s.reads:
		g.fail("it may read files that no list names: " + name)
		return nil
	}
	g.put(n, contentValue(digest, st))
	return s
}

// unchanged sees that a file, of which this is the status now, was not changed since the compilation began: then what it holds now is
// what was read.
func (g *gathering) unchanged(name string, st facts.Stat, began moment) bool {
	at := max(st.Mtime, st.Ctime)
	if st.Errno == 0 && began.after(at, func() bool { return g.wroteIt(g.abs(plainName(name))) }) {
		return true
	}
	g.fail("changed while it was read: " + name)
	return false
}

// config adds the values of symbols, or all of the header.
func (g *gathering) config(header string, symbols map[string]bool, whole bool) {
	c, ok := g.files.config(g.files.file(header), g.now)
	if !ok {
		g.fail("cannot be read: " + header)
		return
	}
	if whole || !c.plain {
		g.add(store.Content, header)
		return
	}
	names := make([]string, 0, len(symbols))
	for symbol := range symbols {
		names = append(names, symbol)
	}
	slices.Sort(names)
	begin := g.view.roots.packPath(header) + symbolMark
	for _, symbol := range names {
		g.put(g.named(store.Fact{Kind: store.Symbol, Name: begin + symbol}), c.sum(symbol))
	}
}

func (g *gathering) isInput(name string) bool {
	_, is := g.inputs[name]
	return is
}

// shadows adds where a file would have to appear to be taken in place of one that was read, or by it: under the same name in a folder
// that is searched before; in the folder of a file that names it in quotes.
func (g *gathering) shadows(name string) {
	folder := path.Dir(name)
	g.precompiled(folder)
	g.each(name, func(i int, rest string) {
		below := above(rest)
		for at, dir := range g.search[:i] {
			if !g.nothing[at][below] && g.absent(join(dir, rest)) && below != "" {
				g.nothing[at][below] = true
			}
		}
	})
	s := g.inputs[name]
	if s == nil {
		return
	}
	if folder == "." {
		folder = "" // names of dependencies do not begin with it
	}
	for _, q := range s.quoted {
		if !path.IsAbs(q) {
			g.absent(plainName(join(folder, q)))
		}
	}
	if !s.computed || g.guessed[folder] {
		return
	}
	// What it includes is not known by name: any of the files that were read.
	g.guessed[folder] = true
	for _, rest := range g.allRests() {
		g.absent(plainName(join(folder, rest)))
	}
}

// allRests are the names of all inputs, as they may have been found in some folder of the search.
func (g *gathering) allRests() []string {
	if g.rests == nil {
		for _, name := range g.names {
			g.each(name, func(_ int, rest string) { g.rests = append(g.rests, rest) })
		}
	}
	return g.rests
}

// each calls do for every folder of the search in which a name could have been found, with its rest.
func (g *gathering) each(name string, do func(i int, rest string)) {
	for i, begin := range g.begins {
		switch rest, ok := strings.CutPrefix(name, begin); {
		case ok:
			do(i, rest)
		case begin == "/" && !path.IsAbs(name):
			do(i, name)
		}
	}
}

func join(dir, name string) string {
	if dir == "" {
		return name
	}
	return dir + "/" + name
}

// absent adds that a name was not there, or was, unless it was read: then its content is a fact. Where a folder on the way is missing,
// that is the fact, and whole is true: it says so of all names below.
func (g *gathering) absent(name string) (whole bool) {
	if g.isInput(name) || strings.Contains(name, symbolMark) {
		return false
	}
	full := g.abs(name)
	// Folders of the output directory come and go on the way that a name takes through "..".
	if strings.Contains(name, "/") && !strings.Contains(name, "..") {
		if missing := g.missingAbove(above(full)); missing != "" {
			g.add(store.Presence, missing)
			return true
		}
	}
	n := g.fact(store.Presence, full)
	if g.seen[n] {
		return false
	}
	value, ok := g.valueOf(n, g.now)
	if !ok {
		g.fail("cannot be looked for: " + name)
	}
	if value == presentValue && facts.Look(facts.Exists, "", full).Ctime >= g.began.coarse {
		g.fail("appeared while it was compiled: " + name)
	}
	g.put(n, value)
	if i := strings.LastIndexByte(name, '/'); i > 0 {
		g.precompiled(name[:i])
	}
	return false
}

// missingAbove returns the highest folder on the way to a folder, itself included, that is not there; "" if it is there.
func (g *gathering) missingAbove(dir string) string {
	if dir == "" || dir == g.dir {
		return ""
	}
	if known, ok := g.ways[dir]; ok {
		return known
	}
	missing := g.missingAbove(above(dir))
	if missing == "" && !g.present(dir) {
		missing = dir
	}
	g.ways[dir] = missing
	return missing
}

// present reports whether there is something under an absolute name.
func (g *gathering) present(name string) bool {
	value, _ := g.valueOf(g.fact(store.Presence, name), g.now)
	return value == presentValue
}

// above is the name of the folder of a file, parts not taken away.
func above(name string) string { return name[:max(0, strings.LastIndexByte(name, '/'))] }

// precompiled adds whether a folder holds a precompiled header.
func (g *gathering) precompiled(dir string) {
	if !g.headers[dir] {
		g.headers[dir] = true
		g.add(store.Presence, g.abs(dir)+"/*"+precompiled)
	}
}
