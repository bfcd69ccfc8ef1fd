package cache

// This file knows compilations: what makes their weak key, and what decided one that has ended.

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/inherited"
	"gokbuild/depgraph/store"
	"gokbuild/kbuild/forms"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/setting"
)

// compilation is a compiler that is to be run.
type compilation struct {
	*view
	*forms.Compilation
	dir  string
	argv []string
	weakKey
	// search are the folders of Quote and Angle, as they begin the names of dependencies; begins are the beginnings.
	search, begins []string
}

// compilerEnv are the variables that compilers look at (manual of GCC, "Environment Variables"); those of the language are LANG and LC_*.
var compilerEnv = strings.Fields(`GCC_EXEC_PREFIX COMPILER_PATH LIBRARY_PATH CPATH C_INCLUDE_PATH DEPENDENCIES_OUTPUT SUNPRO_DEPENDENCIES SOURCE_DATE_EPOCH
	GCC_COLORS GCC_COMPARE_DEBUG GCC_URLS TERM_URLS TERM LD_LIBRARY_PATH LD_PRELOAD LANG LANGUAGE LC_ALL LC_CTYPE LC_MESSAGES CCC_OVERRIDE_OPTIONS GCC_SPECS GCC_ROOT
	AS_ALLOW ASAN_OPTIONS LD_AUDIT GLIBC_TUNABLES LOCPATH GCONV_PATH OUTPUT_CHARSET GCC_EXTRA_DIAGNOSTIC_OUTPUT GCC_DIAGNOSTICS_LOG
	EXPERIMENTAL_SARIF_SOCKET COLLECT_GCC COLLECT_GCC_OPTIONS COLLECT_LTO_WRAPPER OFFLOAD_TARGET_NAMES CC_PRINT_OPTIONS CC_PRINT_HEADERS CC_LOG_DIAGNOSTICS
	CLANG_NO_DEFAULT_CONFIG SDKROOT`)

// compilation tells whether a process is a compilation whose inputs can be known, and makes its weak key; the error says why not.
func (v *view) compilation(p *process) (*compilation, error) {
	k, ok := forms.Compile(&forms.Command{Path: p.Path, Argv: p.Argv, Dir: p.Dir})
	if !ok {
		return nil, errForm
	}
	c := &compilation{view: v, Compilation: k, dir: p.Dir, argv: p.Argv}
	for _, dir := range slices.Concat(k.Quote, k.Angle) {
		name := plainName(dir)
		c.search, c.begins = append(c.search, name), append(c.begins, name+"/")
	}
	if s, _, _, ok := v.files.text(c.abs(k.Source)); ok && s.reads {
		return nil, errForm // the tracer sees what it reads
	}
	tools, tool, err := v.toolchain(p)
	if err != nil {
		return nil, err
	}
	p.depends(v, []store.Fact{{Kind: store.Tool, Name: tool.String()}})
	w := newKey("compile 2")
	w.add("the folder "+v.roots.pack(p.Dir), "the mask "+p.umask, "to "+p.terminal)
	w.variables(v.roots, compilerEnv, p.Env)
	if name := p.otherName(); name != "" {
		w.add("the variable PWD=" + name)
	}
	bound := k.PathBound
	for i, word := range p.Argv {
		if strings.IndexByte(word, 1) >= 0 {
			return nil, errForm
		}
		packed := v.roots.pack(word)
		w.add(packed)
		bound = bound || packed != word && !forms.NamesFiles(p.Argv, i)
		if word == "-fverbose-asm" {
			p.whole.Unknown("the size of the memory")
			w.add("the memory " + memoryOfMachine() + inherited.Text()) // how much it may take stands in a comment
		}
	}
	if bound {
		w.add("the roots " + v.roots.key())
	}
	w.add(compilerWord + tools.String())
	c.weakKey = v.weakKey(w, p.Dir, k.Output)
	return c, nil
}

// otherName is another name of the directory in which the process runs, which it is told in PWD and writes into debugging information; ""
// if it is told none.
func (p *process) otherName() string {
	name := setting.Getenv(p.Env, "PWD")
	if !setting.OtherName(name, p.Dir) {
		return ""
	}
	return name
}

// memoryOfMachine is the size of the machine's memory in bytes.
func memoryOfMachine() string {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return ""
	}
	return strconv.FormatUint(uint64(info.Totalram)*uint64(info.Unit), 10)
}

// plainName drops what compilers drop from the names of dependencies: "./" in front.
func plainName(name string) string {
	for strings.HasPrefix(name, "./") {
		name = strings.TrimLeft(name[1:], "/")
	}
	if name == "." {
		return ""
	}
	return name
}

// abs is the absolute name of a file, parts not taken away: a ".." behind a link leads elsewhere.
func (c *compilation) abs(name string) string {
	if path.IsAbs(name) {
		return name
	}
	return c.dir + "/" + name
}

// gathering collects the facts of a compilation that has ended.
type gathering struct {
	*compilation
	facts  []store.Fact
	values []store.Digest
	seen   map[store.Fact]bool
	// inputs are the dependencies, by their names in the list, with what their text mentions; nil for the header of a configuration.
	inputs map[string]*scan
	// ways holds the results of missingAbove.
	ways map[string]string
	// nothing are folders, for each folder of the search those below it, that are known to be missing.
	nothing []map[string]bool
	// rests are the names of all inputs behind the folders of the search; they are worked out once one is asked for.
	rests []string
	// guessed are folders in which each of the rests has been looked for, headers those in which a precompiled header has.
	guessed, headers map[string]bool
	// began is when the compilation began, by the clock of file dates.
	began moment
	err   error
}

func (g *gathering) fail(why string) {
	if g.err == nil {
		g.err = missing(why)
	}
}

// add adds a fact about an absolute name.
func (g *gathering) add(kind store.Kind, name string) {
	f := store.Fact{Kind: kind, Name: g.view.roots.packPath(name)}
	if g.err != nil || g.seen[f] {
		return
	}
	g.seen[f] = true
	v, ok := g.valueOf(kind, name)
	if !ok {
		g.fail("cannot be read: " + name)
		return
	}
	g.facts, g.values = append(g.facts, f), append(g.values, v)
}

// gather finds out what decided a compilation that began at a time, has read these files, and has said this.
func (c *compilation) gather(list []string, began moment, heard string) (*gathering, error) {
	names := make([]string, len(list))
	for i, name := range list {
		names[i] = strings.ReplaceAll(name, "//", "/")
	}
	named := false
	g := &gathering{compilation: c, seen: make(map[store.Fact]bool, 4*len(names)), inputs: make(map[string]*scan, len(names)), ways: make(map[string]string),
		nothing: make([]map[string]bool, len(c.search)), guessed: make(map[string]bool), headers: make(map[string]bool), began: began}
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
	s, st, ok := g.files.textNow(g.abs(name))
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
	g.add(store.Content, g.abs(name))
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
	c, _, ok := g.files.config(header)
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
	for _, symbol := range names {
		g.add(store.Symbol, header+symbolMark+symbol)
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
		for name := range g.inputs {
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
	if g.files.present(full) && facts.Look(facts.Exists, "", full).Ctime >= g.began.coarse {
		g.fail("appeared while it was compiled: " + name)
	}
	g.add(store.Presence, full)
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
	if missing == "" && !g.files.present(dir) {
		missing = dir
	}
	g.ways[dir] = missing
	return missing
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
