package rules

// This file searches the implicit rule by which a file could be made.

import (
	"slices"
	"strings"

	"gokbuild/kbuild/lang/eval"
)

// candidate is a rule one of whose target patterns matches the name.
type candidate struct {
	rule  *PatternRule
	which int
	// stem is the text that '%' matched, without the directory that was set
	// aside for a pattern without a slash.
	stem   string
	length int
	dirOff bool
}

// found is a prerequisite of the rule being tried.
type found struct {
	name      string
	orderOnly bool
	wait      bool
	// extra is set for names from .EXTRA_PREREQS.
	extra bool
	// explicit is set for names that the rule spells out, without a '%'.
	explicit bool
	// stem is set if the name has the stem in it, for debugging.
	stem bool
	// inter is set if the name would have to be made as an intermediate file.
	inter   *File
	pattern string
}

// FindImplicit searches an implicit rule for f and applies it (manual,
// "Implicit Rule Search Algorithm").
func (db *DB) FindImplicit(f *File, depth int) bool {
	if db.searchPattern(f, f.Name, false, false, 0, depth) != "" {
		return true
	}
	if _, member, ok := splitMember(f.Name); ok {
		db.debug(depth, "Looking for archive-member implicit rule for '"+f.Name+"'.\n")
		if db.searchPattern(f, "("+member+")", true, false, 0, depth) != "" {
			return true
		}
		db.debugNew(depth, func() string { return "No archive-member implicit rule found for '" + f.Name + "'.\n" })
	}
	return false
}

func (db *DB) debug(depth int, text string) {
	if db.Debug != nil {
		db.Debug(depth, text)
	}
}

// debugNew is debug for the texts that make 4.4 added.
func (db *DB) debugNew(depth int, text func() string) {
	if db.Debug != nil && db.Switches.DebugOutdented {
		db.Debug(depth, text())
	}
}

func (db *DB) debugNoRule(depth int, name string) {
	db.debugNew(depth, func() string { return "No implicit rule found for '" + name + "'.\n" })
}

// searchPattern returns the target pattern that matched, "" if no rule applies.
// With compat a prerequisite that is merely mentioned somewhere will do.
func (db *DB) searchPattern(f *File, name string, member, compat bool, level, depth int) string {
	if level > 100 {
		return ""
	}
	dir := ""
	if _, _, isMember := splitMember(name); !member && !isMember && len(name) > 0 {
		dir = name[:strings.LastIndexByte(name[:len(name)-1], '/')+1]
	}
	outer := depth
	if db.Switches.DebugOutdented {
		depth++
	}
	cands := db.candidates(name, dir, level, depth)
	if len(cands) == 0 {
		db.debugNoRule(outer, name)
		return ""
	}
	try := attempt{f: f, dir: dir, level: level, depth: depth, compat: compat}
	for pass := range 2 {
		try.inter, try.left = pass == 1, nil
		if try.inter {
			db.debugNew(depth, func() string { return "Trying harder.\n" })
		}
		for i := range cands {
			c := &cands[i]
			if c.rule == nil || pass == 1 && c.rule.Terminal {
				continue
			}
			deps, ok, impossible := db.tryRule(&try, c)
			try.left = deps
			if impossible {
				c.rule = nil
			}
			if ok {
				db.apply(f, c, dir, deps, level)
				db.debugNew(outer, func() string { return "Found implicit rule '" + c.rule.text() + "' for '" + f.Name + "'.\n" })
				return c.rule.Targets[c.which].text
			}
		}
	}
	if try.mentioned && !compat {
		return db.searchPattern(f, name, member, true, level, outer)
	}
	db.debugNoRule(outer, name)
	return ""
}

// attempt is the search for a rule for one file.
type attempt struct {
	f   *File
	dir string
	// inter allows prerequisites that have to be made as intermediate files,
	// compat those that are only mentioned somewhere; mentioned is set if there
	// was one of these.
	inter, compat, mentioned bool
	level, depth             int
	// left are the prerequisites that the rule tried before had when it failed. Make
	// forgets to drop them where the next rule that it tries has none, and that one gets them.
	left []found
}

// candidates lists the rules that match name, shortest stem first. The list is good until the next search of that level.
func (db *DB) candidates(name, dir string, level, depth int) []candidate {
	for len(db.matching) <= level {
		db.matching = append(db.matching, nil)
	}
	out := db.matching[level][:0]
	specific := false
	for _, r := range db.patternsFor(name) {
		if r.hasPrereqs() && r.Recipe == nil {
			continue
		}
		if r.inUse {
			if db.Switches.DebugOutdented {
				db.debugNew(depth, func() string { return "Avoiding implicit rule recursion for rule '" + r.text() + "'.\n" })
			} else {
				db.debug(depth, "Avoiding implicit rule recursion.\n")
			}
			continue
		}
		for t := range r.Targets {
			p := &r.Targets[t]
			// A rule that matches anything must not make intermediate files.
			if level > 0 && p.matchAnything() && !r.Terminal {
				continue
			}
			dirOff := dir != "" && !p.slash
			text := name
			if dirOff {
				text = name[len(dir):]
			}
			stem, ok := eval.MatchPercent(text, p.before, p.after)
			if !ok || stem == "" && !dirOff {
				continue
			}
			specific = specific || !p.matchAnything()
			// Without prerequisites and recipe a rule only hides match-anything rules.
			if !r.hasPrereqs() && r.Recipe == nil {
				continue
			}
			c := candidate{rule: r, which: t, stem: stem, length: len(stem), dirOff: dirOff}
			if dirOff {
				c.length += len(dir)
			}
			out = append(out, c)
		}
	}
	db.matching[level] = out
	last, sorted := 0, true
	for i := range out {
		r := out[i].rule
		if specific && r.anything && !r.Terminal {
			out[i].rule = nil
			continue
		}
		sorted = sorted && last <= out[i].length
		last = out[i].length
	}
	if !sorted {
		slices.SortStableFunc(out, func(a, b candidate) int { return a.length - b.length })
	}
	return out
}

// tryRule checks that every prerequisite of a rule exists, ought to exist or,
// in the second pass, can be made.
func (db *DB) tryRule(try *attempt, c *candidate) (deps []found, ok, impossible bool) {
	r, f, dir, depth := c.rule, try.f, try.dir, try.depth
	if db.Debug != nil {
		rule := ""
		if db.Switches.DebugOutdented {
			rule = " '" + r.text() + "'"
		}
		db.debug(depth, "Trying pattern rule"+rule+" with stem '"+c.stem+"'.\n")
	}
	if !r.hasPrereqs() && len(db.extras) == 0 {
		return try.left, true, false
	}
	full := c.stem
	if c.dirOff {
		full = dir + c.stem
	}
	r.inUse = true
	oldStem, oldHas := f.Stem, f.HasStem
	f.Stem, f.HasStem = full, true
	defer func() {
		r.inUse = false
		f.Stem, f.HasStem = oldStem, oldHas
	}()
	ok = true
	check := func(batch []found) bool {
		for i := range batch {
			if ok, impossible = db.tryPrereq(try, &batch[i]); !ok {
				if impossible || try.inter {
					db.debugNew(depth, func() string {
						return "Rejecting rule '" + r.text() + "' due to impossible prerequisite '" + batch[i].name + "'.\n"
					})
				}
				return false
			}
			deps = append(deps, batch[i])
		}
		return true
	}
	if r.Second != "" {
		// Word by word: what is expanded may depend on what was found so far,
		// and a rule that fails early expands no more.
		db.expandSecond(f, c, dir, check)
	} else {
		var buf [4]found
		check(db.prereqNames(c, dir, buf[:0]))
	}
	for i := range db.extras {
		if ok {
			check([]found{{name: db.extras[i].File.Name, extra: true}})
		}
	}
	return deps, ok, impossible
}

// tryPrereq checks one prerequisite; impossible means that it failed before.
func (db *DB) tryPrereq(try *attempt, n *found) (ok, impossible bool) {
	kind := "rule"
	if n.stem {
		kind = "implicit"
	}
	if db.impossible[n.name] {
		if !db.Switches.DebugOutdented {
			db.debug(try.depth, "Rejecting impossible "+kind+" prerequisite '"+n.name+"'.\n")
		}
		return false, true
	}
	if db.Debug != nil {
		db.debug(try.depth, "Trying "+kind+" prerequisite '"+n.name+"'.\n")
	}
	if db.oughtToExist(try, n) {
		db.debugNew(try.depth, func() string { return "'" + n.name + "' ought to exist.\n" })
		return true, false
	}
	if db.exists(n.name) {
		db.debugNew(try.depth, func() string { return "Found '" + n.name + "'.\n" })
		return true, false
	}
	mentioned := db.files[n.name] != nil
	if mentioned && try.compat {
		return true, false
	}
	try.mentioned = try.mentioned || mentioned
	if at, ok := db.search(n.name); ok {
		if db.Debug != nil {
			stop := ""
			if db.Switches.DebugOutdented {
				stop = "."
			}
			db.debug(try.depth, "Found prerequisite '"+n.name+"' as VPATH '"+at+"'"+stop+"\n")
		}
		return true, false
	}
	if !try.inter {
		db.debugNew(try.depth, func() string { return "Not found '" + n.name + "'.\n" })
		return false, false
	}
	db.debug(try.depth, "Looking for a rule with intermediate file '"+n.name+"'.\n")
	g := &File{Name: n.name, HName: n.name, Progress: Progress{Status: None}}
	depth := try.depth
	if !db.Switches.DebugOutdented {
		depth++
	}
	if p := db.searchPattern(g, g.Name, false, try.compat, try.level+1, depth); p != "" {
		n.inter, n.pattern = g, p
		return true, false
	}
	if !mentioned {
		db.impossible[n.name] = true
	}
	return false, false
}

// oughtToExist reports whether a prerequisite needs no further test because
// makefiles name it.
func (db *DB) oughtToExist(try *attempt, n *found) bool {
	g := db.files[n.name]
	if !db.Switches.ExplicitPrereqsOughtToExist {
		return g != nil || db.explicitDep(try.f, n.name)
	}
	n.explicit = n.explicit || g != nil && g.IsExplicit
	if g != nil && !n.explicit {
		// It is known only from an implicit rule.
		g.Intermediate = !g.NotIntermed && !db.AllNotIntermediate
	}
	return g != nil && g.IsTarget || db.explicitDep(try.f, n.name)
}

func (db *DB) explicitDep(f *File, name string) bool {
	for i := range f.Deps {
		if d := &f.Deps[i]; d.File != nil && d.File.Name == name || d.name == name && d.File == nil {
			return true
		}
	}
	return false
}

func (db *DB) exists(name string) bool {
	if _, _, ok := splitMember(name); ok {
		return db.lookTime(&File{Name: name, HName: name, Progress: Progress{Status: None}}, false) != TimeNone
	}
	return db.In.View.Lexists(name)
}

// prereqNames substitutes the stem in the prerequisites of a rule.
func (db *DB) prereqNames(c *candidate, dir string, out []found) []found {
	r := c.rule
	for i := range r.Deps {
		d := &r.Deps[i]
		name := d.name
		if d.percent {
			name = d.before + c.stem + d.after
			if c.dirOff {
				name = dir + name
			}
		}
		if strings.IndexByte(name, '*') < 0 && strings.IndexByte(name, '[') < 0 && strings.IndexByte(name, '?') < 0 {
			out = append(out, found{name: eval.TrimDotSlash(name), stem: d.percent, orderOnly: d.orderOnly, wait: d.wait, explicit: !d.percent})
			continue
		}
		for i, n := range db.In.FileNames(name) {
			out = append(out, found{name: n.Name, stem: d.percent, orderOnly: d.orderOnly, wait: d.wait && i == 0, explicit: !d.percent})
		}
	}
	return out
}

// expandSecond expands the prerequisites a second time and checks those of each
// word; '%' becomes $* so that the stem itself is not expanded.
func (db *DB) expandSecond(f *File, c *candidate, dir string, check func([]found) bool) {
	in := db.In
	scope, auto := in.Scope, in.Auto
	defer func() { in.Scope, in.Auto = scope, auto }()
	orderOnly := false
	for w := range unexpandedWords(c.rule.Second) {
		if w == "|" {
			orderOnly = true
			continue
		}
		addDir, explicit := false, true
		if strings.IndexByte(w, '%') >= 0 {
			ref := "$*"
			if c.dirOff {
				ref, addDir = "$(*F)", true
			}
			w, explicit = stemReferences(w, ref), false
		}
		in.Scope, in.Auto = db.Scope(f, false), db.Auto(f)
		text := in.ExpandText(w)
		in.Scope, in.Auto = scope, auto
		var out []found
		for _, p := range db.splitPrereqs(text) {
			name := p.name
			if addDir {
				name = dir + name
			}
			out = append(out, found{name: name, orderOnly: orderOnly || p.orderOnly, wait: p.wait, explicit: explicit})
		}
		if strings.IndexByte(text, '|') >= 0 {
			orderOnly = true
		}
		if !check(out) {
			return
		}
	}
}

// unexpandedWords iterates over blank-separated words, not splitting inside
// references.
func unexpandedWords(s string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for i := 0; i < len(s); {
			if s[i] == ' ' || s[i] >= '\t' && s[i] <= '\r' {
				i++
				continue
			}
			start := i
			for i < len(s) && s[i] != ' ' && (s[i] < '\t' || s[i] > '\r') {
				if s[i] == '$' {
					i = skipReference(s, i)
				} else {
					i++
				}
			}
			if !yield(s[start:i]) {
				return
			}
		}
	}
}

// apply gives f the recipe and prerequisites of the rule that was found.
func (db *DB) apply(f *File, c *candidate, dir string, names []found, level int) {
	r := c.rule
	deps := make([]Dep, 0, len(names)+len(f.Deps))
	for i := range names {
		n := &names[i]
		if n.inter != nil {
			db.enterIntermediate(n)
		}
		d := Dep{OrderOnly: n.orderOnly, Wait: n.wait, Extra: n.extra, name: n.name}
		if level == 0 {
			d.File = db.enterName(n.name)
			d.File.TriedImplicit = d.File.TriedImplicit || n.inter == nil && r.Terminal
		} else {
			d.tried = n.inter == nil && r.Terminal
		}
		deps = append(deps, d)
	}
	f.Deps = append(deps, f.Deps...)
	f.Stem, f.HasStem = c.stem, true
	if c.dirOff {
		f.Stem = dir + c.stem
	}
	f.Recipe, f.IsTarget = r.Recipe, true
	if g := db.files[r.Targets[c.which].text]; g != nil {
		f.Precious = f.Precious || g.Precious
		if db.Switches.ExplicitPrereqsOughtToExist {
			f.NotIntermed = f.NotIntermed || g.NotIntermed
		}
	}
	// From the last to the first, the order make deletes them in.
	for i := len(r.Targets) - 1; i >= 0; i-- {
		if i == c.which {
			continue
		}
		p := &r.Targets[i]
		also := db.enterName(p.before + f.Stem + p.after)
		if c.dirOff {
			also = db.enterName(dir + p.before + c.stem + p.after)
		}
		also.IsTarget = true
		if g := db.files[p.text]; g != nil {
			also.Precious = also.Precious || g.Precious
			if db.Switches.ExplicitPrereqsOughtToExist {
				also.NotIntermed = also.NotIntermed || g.NotIntermed
			}
		}
		f.AlsoMake = append(f.AlsoMake, also)
	}
}

func (db *DB) enterIntermediate(n *found) {
	imf := n.inter
	f := db.files[imf.Name]
	switch {
	case f == nil:
		f = db.Enter(imf.Name)
	case !db.Switches.ExplicitPrereqsOughtToExist:
		f.Precious = true
	}
	f.Deps, f.Recipe, f.Stem, f.HasStem = imf.Deps, imf.Recipe, imf.Stem, imf.HasStem
	f.AlsoMake, f.patVars, f.patSearched = imf.AlsoMake, imf.patVars, imf.patSearched
	if f.Vars == nil {
		f.Vars = imf.Vars
	}
	f.IsTarget, f.TriedImplicit = true, true
	if db.Switches.ExplicitPrereqsOughtToExist {
		f.IsExplicit = f.IsExplicit || n.explicit
		f.NotIntermed = f.NotIntermed || imf.NotIntermed || db.AllNotIntermediate
		f.Intermediate = f.Intermediate || !f.IsExplicit && !f.NotIntermed
	} else {
		f.Intermediate = !f.NotIntermed && !db.AllNotIntermediate
	}
	f.Secondary = f.Secondary || db.AllSecondary
	if g := db.files[n.pattern]; g != nil {
		f.Precious = f.Precious || g.Precious
		if g.NotIntermed && !db.Switches.ExplicitPrereqsOughtToExist {
			f.Intermediate = false
		}
	}
	for i := range f.Deps {
		d := &f.Deps[i]
		if d.File == nil && d.Text == "" {
			d.File = db.enterName(d.name)
			d.File.TriedImplicit = d.File.TriedImplicit || d.tried
		}
	}
}
