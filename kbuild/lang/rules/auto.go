package rules

// This file works out automatic variables.

import "strings"

// automatic computes the automatic variables of one target when asked (manual,
// "Automatic Variables").
type automatic struct {
	db     *DB
	f      *File
	values [8]string
	known  [8]bool
}

const autoNames = "@%*<?^+|"

// Auto returns the automatic variables of f.
func (db *DB) Auto(f *File) *automatic { return &automatic{db: db, f: f} }

// Automatic returns the value of $@, $< and so on (eval.Automatic).
func (a *automatic) Automatic(c byte) (string, bool) {
	i := strings.IndexByte(autoNames, c)
	if i < 0 {
		return "", false
	}
	if !a.known[i] {
		a.values[i] = a.compute(c)
		a.known[i] = true
	}
	return a.values[i], true
}

func (a *automatic) compute(c byte) string {
	f := a.f
	lib, member, isMember := splitMember(f.Name)
	switch c {
	case '@':
		if isMember {
			return lib
		}
		return f.Name
	case '%':
		if isMember {
			return member
		}
		return ""
	case '*':
		return a.stem(member, isMember)
	case '<':
		if f.Recipe != nil && f.Recipe == a.db.defaults.Recipe {
			v, _ := a.Automatic('@')
			return v
		}
		for i := range f.Deps {
			if d := &f.Deps[i]; !d.OrderOnly && !d.Extra && d.File != nil {
				// Of a member this one gives all of the name.
				return d.File.Resolve().Name
			}
		}
		return ""
	}
	return a.list(c)
}

// stem returns $*: of an explicit rule it is the target without a known suffix.
func (a *automatic) stem(member string, isMember bool) string {
	if a.f.HasStem {
		return a.f.Stem
	}
	name := a.f.Name
	if isMember {
		name = member
	}
	for i := range a.db.suffixes.Deps {
		if d := a.db.suffixes.Deps[i].File; d != nil {
			if base, ok := strings.CutSuffix(name, d.Name); ok && base != "" {
				return base
			}
		}
	}
	return ""
}

func prereqName(d *Dep) string {
	name := d.File.Resolve().Name
	if _, member, ok := splitMember(name); ok {
		return member
	}
	return name
}

func (a *automatic) list(c byte) string {
	deps := a.f.Deps
	var b strings.Builder
	add := func(name string) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(name)
	}
	if c == '+' {
		for i := range deps {
			if d := &deps[i]; !d.OrderOnly && !d.Extra && d.File != nil {
				add(prereqName(d))
			}
		}
		return b.String()
	}
	// A prerequisite that is both normal and order-only counts as normal.
	type entry struct{ normal, changed, done bool }
	seen := make(map[string]*entry, len(deps))
	for i := range deps {
		d := &deps[i]
		if d.File == nil || d.Extra {
			continue
		}
		name := prereqName(d)
		e := seen[name]
		if e == nil {
			e = &entry{}
			seen[name] = e
		}
		e.normal = e.normal || !d.OrderOnly
		e.changed = e.changed || d.Changed && !d.OrderOnly
	}
	for i := range deps {
		if deps[i].File == nil || deps[i].Extra {
			continue
		}
		name := prereqName(&deps[i])
		e := seen[name]
		if e.done {
			continue
		}
		e.done = true
		switch {
		case c == '^' && e.normal, c == '|' && !e.normal, c == '?' && e.normal && (e.changed || a.db.AlwaysMake):
			add(name)
		}
	}
	return b.String()
}
