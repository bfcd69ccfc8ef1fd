package rules

// This file knows the special targets, and ends the reading of makefiles.

import (
	"slices"

	"gokbuild/kbuild/lang/eval"
)

// Special takes note of a special target whose effect starts with the line
// that names it (eval.Sink).
func (db *DB) Special(name string) {
	switch name {
	case ".SECONDEXPANSION":
		db.In.SecondExpansion = true
	case ".ONESHELL":
		db.OneShell = true
	case ".POSIX":
		if db.Posix {
			return
		}
		db.Posix = true
		if db.Switches.SpecialTargetsAtOnce {
			db.keepBlanks()
		}
		for name, value := range db.PosixVars {
			db.In.SetGlobal(name, value, eval.OriginDefault, false)
		}
	}
}

// keepBlanks changes how .POSIX joins lines.
func (db *DB) keepBlanks() {
	if db.In.Dialect.KeepBlanks {
		return
	}
	d := *db.In.Dialect
	d.KeepBlanks = true
	db.In.Dialect = &d
}

// special handles .SUFFIXES and .DEFAULT when they are defined.
func (db *DB) special(f *File, deps []Dep, recipe *Recipe) {
	switch f {
	case db.suffixes:
		if len(deps) == 0 {
			f.Deps = nil
		}
	case db.defaults:
		if len(deps) == 0 && recipe == nil {
			f.Recipe = nil
		}
	}
}

// Snap ends the reading phase: it evaluates the special targets and turns
// suffix rules into pattern rules. Rules cannot be declared after it.
func (db *DB) Snap() {
	db.snapped = true
	if !db.Switches.LazySecondExpansion && db.In.SecondExpansion {
		for _, f := range db.order[:len(db.order):len(db.order)] {
			db.secondExpand(f)
		}
	}
	each := func(name string, mark func(*File)) (all, found bool) {
		f := db.files[name]
		if f == nil {
			return false, false
		}
		none := true
		for g := range f.Chain {
			db.secondExpand(g)
			for i := range g.Deps {
				none = false
				for h := range g.Deps[i].File.Chain {
					mark(h)
				}
			}
		}
		return none && f.IsTarget, f.IsTarget
	}
	each(".PRECIOUS", func(f *File) { f.Precious = true })
	each(".LOW_RESOLUTION_TIME", func(f *File) { f.LowRes = true })
	each(".PHONY", func(f *File) {
		f.Phony, f.IsTarget = true, true
		f.Mtime, f.MtimeBefore = TimeNone, TimeNone
	})
	if db.Switches.NotIntermediate {
		db.AllNotIntermediate, _ = each(".NOTINTERMEDIATE", func(f *File) { f.NotIntermed = true })
	}
	exclusive := func(f *File, name string) {
		if f.NotIntermed {
			db.fail(eval.Pos{}, f.Name+" cannot be both .NOTINTERMEDIATE and "+name)
		}
	}
	each(".INTERMEDIATE", func(f *File) {
		exclusive(f, ".INTERMEDIATE")
		f.Intermediate = true
	})
	db.AllSecondary, _ = each(".SECONDARY", func(f *File) {
		exclusive(f, ".SECONDARY")
		f.Intermediate, f.Secondary = true, true
	})
	if db.AllSecondary {
		if db.AllNotIntermediate {
			db.fail(eval.Pos{}, ".NOTINTERMEDIATE and .SECONDARY are mutually exclusive")
		}
		for _, f := range db.order {
			if !f.NotIntermed {
				f.Intermediate, f.Secondary = true, true
			}
		}
	}
	if f := db.files[".EXPORT_ALL_VARIABLES"]; f != nil && f.IsTarget {
		db.In.ExportAll = true
	}
	db.IgnoreAll, _ = each(".IGNORE", func(f *File) { f.Ignore = true })
	db.SilentAll, _ = each(".SILENT", func(f *File) { f.Silent = true })
	var found bool
	db.NotParallel, found = each(".NOTPARALLEL", func(f *File) { f.NotParallel = true })
	db.NotParallelSome = found && !db.NotParallel
	if f := db.files[".DELETE_ON_ERROR"]; f != nil && f.IsTarget {
		db.DeleteOnError = true
	}
	db.convertSuffixRules()
	if db.Switches.ExtraPrereqs {
		db.addExtras()
	}
	db.buildVpath()
}

// SecondExpand expands the prerequisites that .SECONDEXPANSION put off, for the
// target f, and tells whether there were any (manual, "Secondary Expansion").
func (db *DB) SecondExpand(f *File) bool { return db.secondExpand(f) }

// addExtras adds what .EXTRA_PREREQS names to the targets known so far (manual,
// "Other Special Variables"). A target with variables of its own heeds only its
// own setting; the others, and pattern rules, heed the global one.
func (db *DB) addExtras() {
	in := db.In
	if v := in.Global.Get(".EXTRA_PREREQS"); v != nil {
		db.extras = db.extraDeps(in.Value(v))
	}
	for _, f := range db.order {
		extra := db.extras
		if f.Vars != nil && f.Vars.Set.Len() > 0 {
			extra = nil
			if v := f.Vars.Set.Get(".EXTRA_PREREQS"); v != nil {
				extra = db.extraDeps(in.Value(v))
			}
		} else if !f.IsTarget {
			continue
		}
		// A target that is one of them would depend on itself: it gets none.
		if !slices.ContainsFunc(extra, func(d Dep) bool { return d.File == f }) {
			f.Deps = append(f.Deps[:len(f.Deps):len(f.Deps)], extra...)
		}
	}
}

func (db *DB) extraDeps(text string) []Dep {
	deps := db.enterPrereqs(db.splitPrereqs(text), false, "")
	for i := range deps {
		deps[i].Extra = true
	}
	return deps
}

func (db *DB) secondExpand(f *File) bool {
	if f.secondDone {
		return false
	}
	f.secondDone = true
	pending := false
	for i := range f.Deps {
		pending = pending || f.Deps[i].File == nil
	}
	if !pending {
		return false
	}
	in := db.In
	scope, auto, pos, stem, hasStem := in.Scope, in.Auto, in.Pos, f.Stem, f.HasStem
	// Messages point to the recipe, if there is one.
	if in.Pos = (eval.Pos{}); f.Recipe != nil {
		in.Pos = f.Recipe.Pos
	}
	defer func() { in.Scope, in.Auto, in.Pos = scope, auto, pos }()
	old := f.Deps
	var deps []Dep
	for i, d := range old {
		if d.File != nil {
			deps = append(deps, d)
			continue
		}
		// The automatic variables hold what is known so far; $* is the stem of
		// the rule whose prerequisites are expanded.
		f.Deps = append(deps[:len(deps):len(deps)], old[i:]...)
		text := d.Text
		if d.Static {
			f.Stem, f.HasStem = d.Stem, true
			text = stemReferences(text, "$*")
		}
		in.Scope, in.Auto = db.Scope(f, false), db.Auto(f)
		text = in.ExpandText(text)
		if hasStem {
			f.Stem, f.HasStem = stem, hasStem
		}
		deps = append(deps, db.enterPrereqs(db.splitPrereqs(text), false, d.Stem)...)
	}
	f.Deps = deps
	return true
}

// stemReferences replaces the first '%' of each word by a reference to the stem,
// so that the stem itself is not expanded again.
func stemReferences(text, ref string) string {
	out := make([]byte, 0, len(text)+8)
	done := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == ' ' || c >= '\t' && c <= '\r':
			done = false
			out = append(out, c)
		case c == '%' && !done:
			done = true
			out = append(out, ref...)
		default:
			out = append(out, c)
		}
	}
	return string(out)
}
