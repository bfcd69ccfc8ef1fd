package rules

// This file keeps pattern rules.

import (
	"slices"
	"strings"

	"gokbuild/kbuild/lang/eval"
)

// PatternRule is an implicit rule.
type PatternRule struct {
	Targets []pattern
	Deps    []patternDep
	// Second is the unexpanded text of the prerequisites under
	// .SECONDEXPANSION; Deps is empty then.
	Second   string
	Recipe   *Recipe
	Terminal bool
	inUse    bool
	// anything is set if one of the targets matches any name.
	anything bool
}

type pattern struct {
	text, before, after string
	slash               bool
}

func (p *pattern) matchAnything() bool { return p.before == "" && p.after == "" }

type patternDep struct {
	name          string
	before, after string
	percent       bool
	orderOnly     bool
	wait          bool
}

func (r *PatternRule) hasPrereqs() bool { return len(r.Deps) > 0 || r.Second != "" }

// patternRules are all of them, and what finds those that match.
type patternRules struct {
	patterns []*PatternRule
	// ending has the rules that may match a name with that last byte, in their order; it is filled when it is asked for.
	ending map[byte][]*PatternRule
	// matching is room for the candidates of a search, by its level.
	matching [][]candidate
}

func (db *DB) addPattern(targets []string, r *eval.RuleDecl, recipe *Recipe) {
	rule := &PatternRule{Recipe: recipe, Terminal: r.Double}
	for _, t := range targets {
		rule.Targets = append(rule.Targets, newPattern(t))
	}
	if r.Second && strings.IndexByte(r.Prereqs, '$') >= 0 {
		rule.Second = strings.TrimSpace(r.Prereqs)
	} else {
		for _, p := range db.splitPrereqs(r.Prereqs) {
			rule.Deps = append(rule.Deps, newPatternDep(p))
		}
	}
	db.AddPattern(rule, true)
}

func newPattern(t string) pattern {
	before, after, _ := eval.SplitPercent(t)
	return pattern{t, before, after, strings.IndexByte(before, '/') >= 0 || strings.IndexByte(after, '/') >= 0}
}

func newPatternDep(p prereq) patternDep {
	d := patternDep{name: p.name, orderOnly: p.orderOnly, wait: p.wait}
	d.before, d.after, d.percent = eval.SplitPercent(p.name)
	if !d.percent {
		d.name = d.before
	}
	return d
}

// AddPattern adds an implicit rule. An old rule with the same prerequisites is
// replaced, or kept in its place where replace is false, if each of its targets
// is one and the same target of the new rule: "%.a %.b: %.c" replaces
// "%.b: %.c", never another "%.a %.b: %.c" (manual, "Canceling Implicit Rules").
func (db *DB) AddPattern(rule *PatternRule, replace bool) {
	for i, old := range db.patterns {
		if !covers(rule, old) || !slices.Equal(rule.prereqNames(), old.prereqNames()) {
			continue
		}
		if !replace {
			return
		}
		db.patterns = slices.Delete(db.patterns, i, i+1)
		break
	}
	rule.anything = slices.ContainsFunc(rule.Targets, func(p pattern) bool { return p.matchAnything() })
	db.patterns = append(db.patterns, rule)
	clear(db.ending)
}

// patternsFor lists the rules that may match a name. Those that cannot, by its last byte, are only of interest where it is told
// which rules are in use.
func (db *DB) patternsFor(name string) []*PatternRule {
	if name == "" || db.Debug != nil {
		return db.patterns
	}
	last := name[len(name)-1]
	list, known := db.ending[last]
	if !known {
		for _, r := range db.patterns {
			if slices.ContainsFunc(r.Targets, func(p pattern) bool { return p.after == "" || p.after[len(p.after)-1] == last }) {
				list = append(list, r)
			}
		}
		if db.ending == nil {
			db.ending = map[byte][]*PatternRule{}
		}
		db.ending[last] = list
	}
	return list
}

// covers reports whether all targets of the old rule equal one target of the new rule.
func covers(rule, old *PatternRule) bool {
	name := old.Targets[0].text
	for _, t := range old.Targets[1:] {
		if t.text != name {
			return false
		}
	}
	for _, t := range rule.Targets {
		if t.text == name {
			return true
		}
	}
	return false
}

// prereqNames returns the names of the prerequisites as they were given, those of a
// second expansion as one.
func (r *PatternRule) prereqNames() []string {
	if r.Second != "" {
		return []string{r.Second}
	}
	names := make([]string, len(r.Deps))
	for i := range r.Deps {
		names[i] = r.Deps[i].name
	}
	return names
}

// ImplicitPattern makes a rule of plain texts, for the built-in rules.
func ImplicitPattern(targets, prereqs []string, terminal bool, recipe *Recipe) *PatternRule {
	r := &PatternRule{Recipe: recipe, Terminal: terminal}
	for _, t := range targets {
		r.Targets = append(r.Targets, newPattern(t))
	}
	for _, p := range prereqs {
		r.Deps = append(r.Deps, newPatternDep(prereq{name: p}))
	}
	return r
}
