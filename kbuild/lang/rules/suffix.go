package rules

// This file turns suffix rules into pattern rules.

import (
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/syntax"
)

func skipReference(s string, i int) int { return syntax.SkipReference(s, i) }

// suffixList returns the known suffixes.
func (db *DB) suffixList() []string {
	var out []string
	for i := range db.suffixes.Deps {
		if f := db.suffixes.Deps[i].File; f != nil {
			out = append(out, f.Name)
		}
	}
	return out
}

// IsSuffixRule reports whether name is a known suffix or a pair of them
// (eval.Sink): such a target is never the default goal.
func (db *DB) IsSuffixRule(name string) bool {
	if name == "" || name[0] != '.' {
		return false
	}
	list := db.suffixList()
	for _, s := range list {
		if name == s {
			return true
		}
		for _, t := range list {
			if name == s+t {
				return true
			}
		}
	}
	return false
}

// convertSuffixRules makes pattern rules of the suffix rules (manual,
// "Old-Fashioned Suffix Rules").
func (db *DB) convertSuffixRules() {
	list := db.suffixList()
	for _, s := range list {
		// Names with a known suffix are not for match-anything rules.
		db.AddPattern(ImplicitPattern([]string{"%" + s}, nil, false, nil), false)
		// A suffix rule for one suffix makes a file without suffix from one with it.
		db.convert(s, "", s)
		if f := db.files[s+".a"]; f != nil && f.Recipe != nil && db.usableSuffix(f) {
			// ".c.a" makes archive members.
			db.AddPattern(ImplicitPattern([]string{"(%.o)"}, []string{"%" + s}, false, f.Recipe), false)
		}
		for _, t := range list {
			db.convert(s+t, t, s)
		}
	}
}

func (db *DB) convert(name, target, source string) {
	f := db.files[name]
	if f == nil || f.Recipe == nil || !db.usableSuffix(f) {
		return
	}
	db.AddPattern(ImplicitPattern([]string{"%" + target}, []string{"%" + source}, false, f.Recipe), false)
}

// usableSuffix rejects a suffix rule with prerequisites: it is a rule for a
// file of that name.
func (db *DB) usableSuffix(f *File) bool {
	if len(f.Deps) == 0 {
		return true
	}
	if f.Builtin || f.Recipe == nil || db.Posix {
		return false
	}
	if db.Switches.SuffixPrereqWarning {
		db.Warn(f.Recipe.Pos, "warning: ignoring prerequisites on suffix rule definition")
	}
	return true
}

// AddSuffixRule enters a built-in suffix rule, unless the makefile has one.
func (db *DB) AddSuffixRule(name string, recipe *Recipe) {
	if f := db.Enter(name); f.Recipe == nil {
		f.Recipe, f.Builtin = recipe, true
	}
}

// SetSuffixes enters the built-in list of suffixes.
func (db *DB) SetSuffixes(list []string) {
	db.suffixes.Builtin = true
	for _, s := range list {
		f := db.Enter(s)
		f.Builtin = true
		db.suffixes.Deps = append(db.suffixes.Deps, Dep{File: f})
	}
}

var _ eval.Sink = (*DB)(nil)

// DropBuiltin empties the list of suffixes, because of a -r that a makefile
// added, unless a makefile has changed it.
func (db *DB) DropBuiltin() {
	if db.suffixes.Builtin {
		db.suffixes.Deps = nil
	}
}
