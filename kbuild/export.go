package kbuild

import (
	"slices"
	"strings"

	"gokbuild/kbuild/eval"
	"gokbuild/kbuild/rules"
)

// exportCache remembers which global variables are exported, until a variable
// changes.
type exportCache struct {
	changes uint64
	valid   bool
	vars    []*eval.Var
	// evaluates is set if one of them is the result of an expansion.
	evaluates bool
}

// environment returns the environment of a target's recipe (manual,
// "Communicating Variables to a Sub-make"); f may be nil.
func (inv *Invocation) environment(f *rules.File) []string {
	in := inv.in
	scope, auto, pos := in.Scope, in.Auto, in.Pos
	defer func() { in.Scope, in.Auto, in.Pos = scope, auto, pos }()
	vars := inv.globalExports()
	if f != nil {
		in.Scope, in.Auto = inv.db.Scope(f, false), inv.db.Auto(f)
		if f.HasVars() {
			vars = inv.targetExports(in.Scope, vars)
		}
	}
	env := make([]string, 0, len(vars)+2)
	for _, v := range vars {
		value := v.Value
		if v.Name == "SHELL" && v.Export != eval.ExportYes {
			if inv.shellEnv == nil {
				continue
			}
			value = *inv.shellEnv
		} else if expands(v) || v.Append || v.Name == "MAKEFLAGS" {
			in.Pos = v.Pos
			value = in.Value(v)
		}
		env = append(env, v.Name+"="+value)
	}
	return append(env, "MAKELEVEL="+itoa(inv.level+1))
}

// globalExports lists the exported global variables by name.
func (inv *Invocation) globalExports() []*eval.Var {
	c := &inv.exports
	if c.valid && c.changes == inv.in.Changes() {
		return c.vars
	}
	c.vars, c.evaluates = c.vars[:0:0], false
	for v := range inv.in.Global.All {
		if inv.exported(v) {
			c.vars = append(c.vars, v)
			c.evaluates = c.evaluates || expands(v)
		}
	}
	slices.SortFunc(c.vars, func(a, b *eval.Var) int { return strings.Compare(a.Name, b.Name) })
	c.valid, c.changes = true, inv.in.Changes()
	return c.vars
}

// expands reports whether the value of an exported variable is worked out, which
// may be an error or run something. The flags are make's own.
func expands(v *eval.Var) bool {
	return v.Recursive && v.Origin != eval.OriginEnvironment && v.Origin != eval.OriginEnvOverride &&
		strings.IndexByte(v.Value, '$') >= 0 && v.Name != "MAKEFLAGS"
}

// environmentEvaluates reports whether the environment of the job's target must
// be worked out before its first command, as make does, and not just when
// something asks for it.
func (j *job) environmentEvaluates() bool {
	inv := j.inv
	inv.mu.Lock()
	defer inv.mu.Unlock()
	inv.globalExports()
	return inv.exports.evaluates || j.file.HasVars()
}

func (inv *Invocation) exported(v *eval.Var) bool {
	if v.Name == "MAKELEVEL" {
		return false
	}
	switch v.Export {
	case eval.ExportYes:
		return true
	case eval.ExportNo:
		return v.Name == "SHELL" && inv.shellEnv != nil
	case eval.ExportIfSet:
		return v.Origin != eval.OriginDefault
	}
	if v.Origin == eval.OriginDefault || v.Origin == eval.OriginAutomatic || !eval.Exportable(v.Name) {
		return false
	}
	return inv.in.ExportAll || v.Origin == eval.OriginCommandLine || v.Origin == eval.OriginEnvironment || v.Origin == eval.OriginEnvOverride
}

// targetExports adds the variables of a target's own scopes to the global ones.
func (inv *Invocation) targetExports(scope *eval.Scope, global []*eval.Var) []*eval.Var {
	seen := map[string]*eval.Var{}
	parent := false
	for s := scope; s != nil && s.Next != nil; s = s.Next {
		for v := range s.Set.All {
			if parent && v.Private && inv.profile.PrivateNotExported {
				continue
			}
			if _, ok := seen[v.Name]; ok {
				continue
			}
			if v.PerTarget && v.Export == eval.ExportDefault {
				if g := inv.in.Global.Get(v.Name); g != nil {
					v.Export = g.Export
				}
			}
			if inv.exported(v) {
				seen[v.Name] = v
			}
		}
		parent = parent || s.NextIsParent
	}
	out := make([]*eval.Var, 0, len(global)+len(seen))
	for _, v := range global {
		if own := seen[v.Name]; own != nil {
			v = own
			delete(seen, own.Name)
		}
		out = append(out, v)
	}
	names := make([]string, 0, len(seen))
	for n := range seen {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		out = append(out, seen[n])
	}
	return out
}
