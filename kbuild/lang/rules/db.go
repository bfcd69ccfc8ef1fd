package rules

// This file takes rules while makefiles are read, and keeps the files that they name.

import (
	"slices"
	"strings"

	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/profile"
)

// DB is the data base of targets and rules of one invocation.
type DB struct {
	In *eval.Interp
	// Switches are those of the imitated make.
	Switches *profile.Switches
	// Warn prints a warning with its place.
	Warn func(pos eval.Pos, text string)

	files map[string]*File
	fresh fresh
	order []*File

	patternRules
	patVars []*eval.PatternVar
	vpath   vpathState

	// suffixes is the file .SUFFIXES, defaults is .DEFAULT.
	suffixes, defaults *File
	impossible         map[string]bool
	snapped            bool

	Settings

	// PosixVars are the variables that .POSIX defines.
	PosixVars map[string]string
	// extras are the global .EXTRA_PREREQS.
	extras []Dep
	// AlwaysMake is -B: every prerequisite counts as newer in $?.
	AlwaysMake bool
	// Mixed is about rules that mix patterns and names.
	Mixed Mixed
	// Debug is called with debugging text; nil if not wanted.
	Debug func(depth int, text string)

	// Clock shows whether a file is from the future.
	Clock clock

	archives map[string]*archive
}

// fresh is where the next file comes from.
type fresh struct {
	slab []File
	// once: the name is a part of a text that is not to be kept, and is copied.
	once bool
}

// Settings are what special targets say for all files (manual, "Special Built-in Target Names").
type Settings struct {
	OneShell, Posix, NotParallel, SilentAll, IgnoreAll bool
	// NotParallelSome is set for .NOTPARALLEL with prerequisites.
	NotParallelSome                  bool
	AllSecondary, AllNotIntermediate bool
	DeleteOnError                    bool
}

// Mixed is about rules that mix patterns and names, which make rejects.
type Mixed struct {
	// Accept makes both halves of such a rule work.
	Accept bool
	// Told, if set, is called after the message about such a rule.
	Told func()
}

// New returns an empty data base for the evaluator in.
func New(in *eval.Interp, warn func(eval.Pos, string)) *DB {
	db := &DB{In: in, Switches: in.Dialect.Switches, Warn: warn, files: make(map[string]*File, 256), impossible: map[string]bool{}}
	in.ArchiveGlob = db.archiveGlob
	db.suffixes = db.Enter(".SUFFIXES")
	db.suffixes.Builtin = true
	db.defaults = db.Enter(".DEFAULT")
	db.defaults.Builtin = true
	return db
}

// Lookup returns the file called name, nil if nothing mentions it.
func (db *DB) Lookup(name string) *File { return db.files[eval.TrimDotSlash(name)] }

// Default returns the file .DEFAULT.
func (db *DB) Default() *File { return db.defaults }

// Enter returns the file called name, making it if needed. For the name of a
// double-colon rule it makes another link of the chain.
func (db *DB) Enter(name string) *File {
	f := db.files[name]
	if f != nil && f.DoubleColon == nil {
		f.Builtin = false
		return f
	}
	if len(db.fresh.slab) == 0 {
		db.fresh.slab = make([]File, 64)
	}
	if db.fresh.once {
		name = strings.Clone(name)
	}
	n := &db.fresh.slab[0]
	db.fresh.slab = db.fresh.slab[1:]
	n.ID, n.Name, n.HName, n.Status = uint32(len(db.order)), name, name, None
	if db.snapped && db.AllSecondary {
		// Files that turn up later are not marked by .SECONDARY.
		n.Intermediate = false
	}
	if f == nil {
		db.files[name] = n
		n.last = n
	} else {
		n.DoubleColon = f
		f.last.Prev = n
		f.last = n
	}
	db.order = append(db.order, n)
	return n
}

// enterName is Enter for prerequisites, which refer to a whole chain.
func (db *DB) enterName(name string) *File {
	if f := db.files[name]; f != nil {
		return f
	}
	return db.Enter(name)
}

func (db *DB) fail(pos eval.Pos, msg string) { panic(&eval.Fatal{Pos: pos, Msg: msg}) }

// Rule takes a rule in (eval.Sink).
func (db *DB) Rule(r *eval.RuleDecl) {
	if db.snapped {
		db.fail(r.Pos, "prerequisites cannot be defined in recipes")
	}
	db.fresh.once = r.Once
	defer func() { db.fresh.once = false }()
	var recipe *Recipe
	if r.HasRecipe {
		recipe = &Recipe{Lines: r.Recipe, Pos: eval.Pos{File: r.Pos.File, Line: r.Recipe[0].No}}
	} else if r.Grouped {
		db.fail(r.Pos, "grouped targets must provide a recipe")
	}
	targets := r.Targets
	if _, _, ok := eval.SplitPercent(targets[0]); ok {
		if r.Static {
			db.fail(r.Pos, "mixed implicit and static pattern rules")
		}
		if !slices.ContainsFunc(targets, func(t string) bool { return !isPattern(t) }) {
			db.addPattern(targets, r, recipe)
			return
		}
		if db.Mixed.Accept {
			db.mixed(r)
			return
		}
		db.fail(r.Pos, MixedRules)
	}
	if db.Mixed.Accept && !r.Static && slices.ContainsFunc(targets, isPattern) {
		db.mixed(r)
		return
	}
	db.explicit(r, recipe)
}

// MixedRules is the error of a rule whose first target is a pattern and another one is not. Where the first one is
// none, patterns behind it are names like any other, and each draws a message that begins so.
const MixedRules = "mixed implicit and normal rules"

const deprecatedMix = "*** " + MixedRules + ": deprecated syntax"

func isPattern(target string) bool {
	_, _, ok := eval.SplitPercent(target)
	return ok
}

// mixed takes "config %config: …" where both halves are to work: trees up to 2.6.35 rely on that.
func (db *DB) mixed(r *eval.RuleDecl) {
	db.Warn(r.Pos, deprecatedMix)
	var plain, implicit []string
	for _, t := range r.Targets {
		if isPattern(t) {
			implicit = append(implicit, t)
		} else {
			plain = append(plain, t)
		}
	}
	half := *r
	half.Targets = plain
	db.Rule(&half)
	half = *r
	half.Targets = implicit
	db.Rule(&half)
}

// explicit takes in a rule whose targets are names.
func (db *DB) explicit(r *eval.RuleDecl, recipe *Recipe) {
	var names []prereq
	if !secondExpansion(r) {
		names = db.splitPrereqs(r.Prereqs)
	}
	var group []*File
	for _, name := range r.Targets {
		name = db.explicitName(name, r)
		stem, matches := db.staticStem(name, r)
		f := db.target(name, r, recipe)
		if r.Static {
			f.Stem, f.HasStem = stem, true
		}
		var deps []Dep
		switch {
		case !matches:
		case secondExpansion(r):
			deps = []Dep{{Text: r.Prereqs, Static: r.Static, Stem: stem}}
		default:
			deps = db.enterPrereqs(names, r.Static, stem)
		}
		db.special(f, deps, recipe)
		if f.Name == ".POSIX" {
			db.keepBlanks()
		}
		if db.Switches.WaitTarget && f.Name == ".WAIT" {
			if len(deps) > 0 {
				db.Warn(r.Pos, ".WAIT should not have prerequisites")
			}
			if recipe != nil {
				db.Warn(r.Pos, ".WAIT should not have commands")
			}
		}
		f.IsTarget = true
		if recipe != nil && len(f.Deps) > 0 {
			// The prerequisites of the rule with the recipe come first.
			f.Deps = append(deps[:len(deps):len(deps)], f.Deps...)
		} else if f.Deps == nil {
			f.Deps = deps
		} else {
			f.Deps = append(f.Deps, deps...)
		}
		group = append(group, f)
	}
	if r.Grouped {
		makeTogether(group)
	}
}

// secondExpansion reports whether the prerequisites of a rule are expanded when its target is considered (.SECONDEXPANSION).
func secondExpansion(r *eval.RuleDecl) bool {
	return r.Second && strings.IndexByte(r.Prereqs, '$') >= 0
}

// explicitName is the name of a target without the backslashes that quote a '%'. A '%' that is not quoted has come here only
// as the rule mixes patterns and names, which make 4.3 still takes.
func (db *DB) explicitName(name string, r *eval.RuleDecl) string {
	if strings.IndexByte(name, '%') < 0 {
		return name
	}
	name, rest, pattern := eval.SplitPercent(name)
	if !pattern {
		return name
	}
	db.Warn(r.Pos, deprecatedMix)
	if db.Mixed.Told != nil {
		db.Mixed.Told()
	}
	return name + "%" + rest
}

// staticStem is the stem of a target of a static pattern rule. One that does not match has its whole name, and no prerequisites.
func (db *DB) staticStem(name string, r *eval.RuleDecl) (stem string, matches bool) {
	if !r.Static {
		return "", true
	}
	before, after, _ := eval.SplitPercent(r.Pattern)
	if stem, matches = eval.MatchPercent(name, before, after); !matches {
		db.Warn(r.Pos, "target '"+name+"' doesn't match the target pattern")
		return name, false
	}
	return stem, true
}

// makeTogether notes that one run of the recipe makes all files of a group.
func makeTogether(group []*File) {
	for _, f := range group {
		for _, g := range slices.Backward(group) {
			if g != f {
				f.AlsoMake = append(f.AlsoMake, g)
			}
		}
	}
}

// target returns the file a rule is for and gives it the recipe.
func (db *DB) target(name string, r *eval.RuleDecl, recipe *Recipe) *File {
	if r.Double {
		if f := db.files[name]; f != nil && f.IsTarget && f.DoubleColon == nil {
			db.fail(r.Pos, "target file '"+name+"' has both : and :: entries")
		}
		f := db.Enter(name)
		if f.DoubleColon == nil {
			f.DoubleColon = f
		}
		f.Recipe = recipe
		return f
	}
	if f := db.files[name]; f != nil && f.DoubleColon != nil {
		db.fail(r.Pos, "target file '"+name+"' has both : and :: entries")
	}
	f := db.Enter(name)
	f.IsExplicit = true
	if recipe != nil && recipe == f.Recipe {
		db.Warn(r.Pos, "target '"+name+"' given more than once in the same rule")
	} else if recipe != nil && f.Recipe != nil && f.IsTarget {
		db.Warn(recipe.Pos, "warning: overriding recipe for target '"+name+"'")
		db.Warn(f.Recipe.Pos, "warning: ignoring old recipe for target '"+name+"'")
	}
	if recipe != nil {
		f.Recipe = recipe
	}
	return f
}

// prereq is a prerequisite name of a rule before it belongs to a target.
type prereq struct {
	name      string
	orderOnly bool
	wait      bool
}

// splitPrereqs takes the text behind the colon apart: "a b | c".
func (db *DB) splitPrereqs(text string) []prereq {
	var out []prereq
	order := ""
	if i := strings.IndexByte(text, '|'); i >= 0 {
		text, order = splitOrderOnly(text)
	}
	out = db.appendPrereqs(out, text, false)
	return db.appendPrereqs(out, order, true)
}

// splitOrderOnly splits at the first '|' that stands where a name could begin
// or end.
func splitOrderOnly(text string) (normal, order string) {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(':
			depth++
		case ')':
			depth--
		case '|':
			if i == 0 || text[i-1] != '\\' {
				return text[:i], text[i+1:]
			}
		}
	}
	return text, ""
}

func (db *DB) appendPrereqs(out []prereq, text string, orderOnly bool) []prereq {
	if text == "" {
		return out
	}
	wait := false
	for _, n := range db.In.FileNames(text) {
		if n.Name == ".WAIT" && db.Switches.WaitTarget {
			wait = true
			continue
		}
		out = append(out, prereq{n.Name, orderOnly, wait})
		wait = false
	}
	return out
}

// enterPrereqs turns names into prerequisites of one target; in a static
// pattern rule the first '%' of each is the stem.
func (db *DB) enterPrereqs(names []prereq, static bool, stem string) []Dep {
	if len(names) == 0 {
		return nil
	}
	deps := make([]Dep, 0, len(names))
	for _, n := range names {
		name := n.name
		if static {
			if b, a, ok := eval.SplitPercent(name); ok {
				if name = b + stem + a; name == "" {
					continue
				}
			} else {
				name = b
			}
		}
		f := db.enterName(name)
		if !static && stem == "" {
			f.IsExplicit = true
		}
		deps = append(deps, Dep{File: f, OrderOnly: n.orderOnly, Wait: n.wait})
	}
	return deps
}

// TargetScope returns the chain of a target's variables while reading (eval.Sink).
func (db *DB) TargetScope(name string) *eval.Scope {
	f := db.files[name]
	if f == nil {
		f = db.Enter(name)
	} else if f.DoubleColon != nil {
		f = f.DoubleColon
	}
	return db.Scope(f, true)
}

// PatternVar takes a pattern-specific variable (eval.Sink). The list is kept
// with longer patterns later, so that the most specific is applied last.
func (db *DB) PatternVar(v *eval.PatternVar) {
	n := len(v.Before) + len(v.After)
	i := len(db.patVars)
	for i > 0 && len(db.patVars[i-1].Before)+len(db.patVars[i-1].After) > n {
		i--
	}
	db.patVars = append(db.patVars, nil)
	copy(db.patVars[i+1:], db.patVars[i:])
	db.patVars[i] = v
}

// Scope returns the chain in which a target's names are looked up: its own
// variables, its patterns', those of the targets it is made for, the global
// ones. While reading, patterns are not looked at yet.
func (db *DB) Scope(f *File, reading bool) *eval.Scope {
	s := f.Vars
	if s == nil {
		s = &eval.Scope{Set: eval.NewSet(0)}
		f.Vars = s
	}
	next, parent := &eval.Scope{Set: db.In.Global}, true
	switch {
	case f.DoubleColon != nil && f.DoubleColon != f:
		next, parent = db.Scope(f.DoubleColon, reading), false
		s.Next, s.NextIsParent = next, parent
		return s
	case f.Parent != nil && f.Parent != f:
		next = db.Scope(f.Parent, reading)
	}
	if !reading && !f.patSearched {
		f.patSearched = true
		for _, v := range db.patVars {
			// Unlike in a static pattern rule or a filter, the '%' stands for at least one byte.
			if stem, _ := eval.MatchPercent(f.Name, v.Before, v.After); stem == "" {
				continue
			}
			if f.patVars == nil {
				f.patVars = eval.NewSet(4)
			}
			v.Apply(db.In, &eval.Scope{Set: f.patVars, Next: &eval.Scope{Set: db.In.Global}})
		}
	}
	if f.patVars != nil {
		s.Next, s.NextIsParent = &eval.Scope{Set: f.patVars, Next: next, NextIsParent: parent}, false
	} else {
		s.Next, s.NextIsParent = next, parent
	}
	return s
}

// HasVars reports whether the target or one it is made for has variables of
// its own.
func (f *File) HasVars() bool {
	for ; f != nil; f = f.Parent {
		if f.patVars != nil || f.Vars != nil && f.Vars.Set.Len() > 0 {
			return true
		}
		if f.Parent == f {
			break
		}
	}
	return false
}
