package kbuild

import (
	"slices"
	"strings"

	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
)

// exportCache remembers which global variables are exported, until a variable
// changes.
type exportCache struct {
	changes uint64
	valid   bool
	vars    []*eval.Var
	// evaluates is set if one of them is the result of an expansion.
	evaluates bool
	// private is set if one of them is private, which recipes do not get.
	private bool
}

// environment returns the environment of a target's recipe (manual,
// "Communicating Variables to a Sub-make"); for $(shell) f is nil, and names
// mean what they mean at the moment.
func (inv *Invocation) environment(f *rules.File) []string {
	in := inv.in
	scope, auto, pos := in.Scope, in.Auto, in.Pos
	defer func() { in.Scope, in.Auto, in.Pos = scope, auto, pos }()
	vars := inv.globalExports()
	if f != nil {
		in.Scope, in.Auto = inv.db.Scope(f, false), inv.db.Auto(f)
	}
	if in.Scope.Next != nil && (f == nil || f.HasVars() || inv.exports.private) {
		if inv.profile.ExportsInherited {
			vars = inv.inheritedExports(in.Scope, vars)
		} else {
			vars = inv.targetExports(in.Scope, vars)
		}
	}
	// A child that is no make does not get the descriptors of the job server.
	revoked := inv.profile.JobserverRevoked && inv.flags.JobserverAuth != "" &&
		!strings.HasPrefix(inv.flags.JobserverAuth, "fifo:") && (f == nil || !recursive(f.Recipe))
	env := make([]string, 0, len(vars)+2)
	for _, v := range vars {
		value := v.Value
		if v.Name == "SHELL" && v.Export != eval.ExportYes {
			if inv.shellEnv == nil {
				continue
			}
			value = *inv.shellEnv
		} else if expands(v) || v.Name == "MAKEFLAGS" && !(inv.profile.MakeflagsRawUnderE && v.Origin == eval.OriginEnvOverride) {
			in.Pos = v.Pos
			value = in.Value(v)
		}
		if revoked && (v.Name == "MAKEFLAGS" || v.Name == "MFLAGS") && strings.Contains(value, " --jobserver-auth=") {
			options, vars, found := strings.Cut(value, " -- ")
			if value = options + flags.DisableJobserver; found {
				value += " -- " + vars
			}
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
	c.vars, c.evaluates, c.private = c.vars[:0:0], false, false
	for v := range inv.in.Global.All {
		if inv.exported(v) {
			c.vars = append(c.vars, v)
			c.evaluates = c.evaluates || expands(v)
			c.private = c.private || v.Private
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
		(v.Append || strings.IndexByte(v.Value, '$') >= 0) && v.Name != "MAKEFLAGS"
}

// environmentEvaluates reports whether the environment of a target must be worked
// out before its first command, as make does, and not just when something asks
// for it. inv.mu is held.
func (inv *Invocation) environmentEvaluates(f *rules.File) bool {
	inv.globalExports()
	return inv.exports.evaluates || f.HasVars()
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
	if v.Origin == eval.OriginDefault || v.Origin == eval.OriginAutomatic || v.Unexportable || !eval.Exportable(v.Name) {
		return false
	}
	return inv.in.ExportAll || v.Origin == eval.OriginCommandLine || v.Origin == eval.OriginEnvironment || v.Origin == eval.OriginEnvOverride
}

// targetExports adds the variables of a target's own scopes to the global ones.
func (inv *Invocation) targetExports(scope *eval.Scope, global []*eval.Var) []*eval.Var {
	seen := map[string]*eval.Var{}
	for s := scope; s.Next != nil; s = s.Next {
		for v := range s.Set.All {
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
	}
	return mergeExports(seen, global)
}

// inheritedExports is targetExports of make 4.4: the nearest definition counts,
// and one that does not say whether it is exported follows the next outer one.
func (inv *Invocation) inheritedExports(scope *eval.Scope, global []*eval.Var) []*eval.Var {
	hidden := func(s *eval.Scope, v *eval.Var) bool {
		return v.Private && s != scope && inv.profile.PrivateNotExported
	}
	seen := map[string]*eval.Var{}
	s := scope
	for ; s.Next != nil; s = s.Next {
		for v := range s.Set.All {
			if hidden(s, v) {
				continue
			}
			if inner, ok := seen[v.Name]; !ok {
				seen[v.Name] = v
			} else if inner.Export == eval.ExportDefault {
				inner.Export = v.Export
			}
		}
	}
	for name, v := range seen {
		if g := s.Set.Get(name); g != nil && v.Export == eval.ExportDefault && !hidden(s, g) {
			v.Export = g.Export
		}
	}
	visible := global[:0:0]
	for _, g := range global {
		if v := seen[g.Name]; !hidden(s, g) && (v == nil || inv.exported(v)) {
			visible = append(visible, g)
		}
	}
	for name, v := range seen {
		if !inv.exported(v) {
			delete(seen, name)
		}
	}
	return mergeExports(seen, visible)
}

// mergeExports puts a target's own variables in the place of the global ones of
// the same name, and the others behind them.
func mergeExports(own map[string]*eval.Var, global []*eval.Var) []*eval.Var {
	out := make([]*eval.Var, 0, len(global)+len(own))
	for _, v := range global {
		if o := own[v.Name]; o != nil {
			v = o
			delete(own, o.Name)
		}
		out = append(out, v)
	}
	names := make([]string, 0, len(own))
	for n := range own {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		out = append(out, own[n])
	}
	return out
}
