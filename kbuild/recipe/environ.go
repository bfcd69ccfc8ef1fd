package recipe

// This file works out the environment of recipes (manual, "Communicating Variables to a Sub-make").

import (
	"slices"
	"strconv"
	"strings"

	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/hashorder"
	"gokbuild/kbuild/lang/rules"
)

// exportCache remembers which global variables are exported, until a variable
// changes.
type exportCache struct {
	changes uint64
	valid   bool
	// vars are sorted by name. Once asked for, entered are the same and MAKELEVEL in the order of the table of global variables, in
	// which make enters them in a table of its own, and handed are they in the order of that.
	vars, entered, handed []*eval.Var
	// evaluates is set if one of them is the result of an expansion.
	evaluates bool
	// private is set if one of them is private, which recipes do not get.
	private bool
	// words are what they say (exportsSay), once told is set; wordsOK is its ok.
	told, wordsOK bool
	words         string
}

// Environ returns the environment of a target's recipe.
func (x *Expander) Environ(f *rules.File) (env []string) {
	frame := eval.Frame{Scope: x.In.Scope, Auto: x.In.Auto, Pos: x.In.Pos}
	if f != nil {
		frame.Scope, frame.Auto = x.DB.Scope(f, false), x.DB.Auto(f)
	}
	x.In.Within(frame, func() { env = x.environ(f) })
	return env
}

// ShellEnviron returns the environment of $(shell). Where it sees exported variables, names mean what they mean at the
// moment; one whose own value is being worked out has the value it came with.
func (x *Expander) ShellEnviron() []string {
	if !x.Make.Profile.ShellSeesExports || x.inShell {
		return x.Make.Call.Env
	}
	x.inShell = true
	x.In.Inherited = func(name string) string { return x.Make.Env[name] }
	defer func() { x.inShell, x.In.Inherited = false, nil }()
	return x.Environ(nil)
}

// environ is Environ from the standpoint of the target. For $(shell) f is nil.
func (x *Expander) environ(f *rules.File) []string {
	in, profile, flags := x.In, x.Make.Profile, x.Make.Flags
	vars := x.handedExports(f)
	// A child that is no make does not get the descriptors of the job server.
	revoked := profile.JobserverRevoked && flags.JobserverAuth != "" && !strings.HasPrefix(flags.JobserverAuth, "fifo:") &&
		(f == nil || !f.Recipe.Recursive())
	level := "MAKELEVEL=" + strconv.FormatUint(uint64(uint32(x.Make.Level+1)), 10)
	env := make([]string, 0, len(vars)+2)
	var last []string
	for _, v := range vars {
		value := v.Value
		switch {
		case v.Name == "MAKELEVEL":
			if profile.ExportsInherited {
				env, level = append(env, level), ""
			}
			continue
		case v.Name == "SHELL" && v.Export == eval.ExportNo:
			// Recipes inherit the user's SHELL, not make's.
			if x.Make.ShellEnv == nil {
				continue
			}
			value = *x.Make.ShellEnv
			if profile.ExportsInherited {
				last = append(last, "SHELL="+value)
				continue
			}
		case !x.exported(v):
			continue
		case expands(v) || v.Name == "MAKEFLAGS" && !(profile.MakeflagsRawUnderE && v.Origin == eval.OriginEnvOverride):
			in.Pos = v.Pos
			// That it is handed on is no use of it.
			watched := v.Watched
			v.Watched = watched && v.Name != "MAKEFLAGS"
			value = in.Value(v)
			v.Watched = watched
		}
		if revoked && (v.Name == "MAKEFLAGS" || v.Name == "MFLAGS") && strings.Contains(value, " --jobserver-auth=") {
			value = revoke(value)
		}
		env = append(env, v.Name+"="+value)
	}
	if level != "" {
		last = append(last, level)
	}
	return append(env, last...)
}

// revoke makes a value of MAKEFLAGS say that there is no job server.
func revoke(value string) string {
	options, vars, found := strings.Cut(value, " -- ")
	options += flags.DisableJobserver
	if found {
		options += " -- " + vars
	}
	return options
}

// globalExports lists the exported global variables by name.
func (x *Expander) globalExports() []*eval.Var {
	c := &x.exports
	if c.valid && c.changes == x.In.Changes() {
		return c.vars
	}
	c.vars, c.entered, c.handed, c.evaluates, c.private, c.told = c.vars[:0:0], nil, nil, false, false, false
	for v := range x.In.Global.All {
		if v.Name != "MAKELEVEL" && x.exported(v) {
			c.vars = append(c.vars, v)
			c.evaluates = c.evaluates || expands(v)
			c.private = c.private || v.Private
		}
	}
	slices.SortFunc(c.vars, func(a, b *eval.Var) int { return strings.Compare(a.Name, b.Name) })
	c.valid, c.changes = true, x.In.Changes()
	return c.vars
}

// enteredExports lists them in the order of make's table of global variables. MAKELEVEL, which has a place in make's own table until the
// environment is written, is among them.
func (x *Expander) enteredExports() []*eval.Var {
	c := &x.exports
	if vars := x.globalExports(); c.entered == nil {
		c.entered = make([]*eval.Var, 0, len(vars)+1)
		for _, v := range x.In.Global.TableOrder(hashorder.Global, x.In.Dialect.ShiftHash) {
			if x.exported(v) {
				c.entered = append(c.entered, v)
			}
		}
	}
	return c.entered
}

// handedExports lists the exported variables of a target in the order in which they are expanded, and in which its commands find them.
func (x *Expander) handedExports(f *rules.File) []*eval.Var {
	in, c := x.In, &x.exports
	vars := x.enteredExports()
	if in.Scope.Next == nil || f != nil && !f.HasVars() && !c.private {
		if c.handed == nil {
			c.handed = eval.InTableOrder(vars, hashorder.Global, in.Dialect.ShiftHash)
		}
		return c.handed
	}
	if x.Make.Profile.ExportsInherited {
		vars = x.inheritedExports(in.Scope, vars)
	} else {
		vars = x.targetExports(in.Scope, vars)
	}
	return eval.InTableOrder(vars, hashorder.Global, in.Dialect.ShiftHash)
}

// expands reports whether the value of an exported variable is worked out, which
// may be an error or run something. The flags are make's own.
func expands(v *eval.Var) bool {
	return v.Recursive && v.Origin != eval.OriginEnvironment && v.Origin != eval.OriginEnvOverride &&
		(v.Append || strings.IndexByte(v.Value, '$') >= 0) && v.Name != "MAKEFLAGS"
}

// EvaluatesEnviron reports whether the environment of a target must be worked out before its first command, as make does,
// and not just when something asks for it.
func (x *Expander) EvaluatesEnviron(f *rules.File) bool {
	x.globalExports()
	return x.exports.evaluates || f.HasVars()
}

func (x *Expander) exported(v *eval.Var) bool {
	switch v.Export {
	case eval.ExportYes:
		return true
	case eval.ExportNo:
		return v.Name == "SHELL" && x.Make.ShellEnv != nil
	case eval.ExportIfSet:
		return v.Origin != eval.OriginDefault
	}
	switch v.Origin {
	case eval.OriginDefault, eval.OriginAutomatic:
		return false
	case eval.OriginCommandLine, eval.OriginEnvironment, eval.OriginEnvOverride:
	default:
		if !x.In.ExportAll {
			return false
		}
	}
	return !v.Unexportable && eval.Exportable(v.Name)
}

// targetExports lists the exported variables of a target's own scopes, which make enters first, then the global ones of other names.
func (x *Expander) targetExports(scope *eval.Scope, global []*eval.Var) []*eval.Var {
	var own []*eval.Var
	seen := map[string]bool{}
	for s := scope; s.Next != nil; s = s.Next {
		for _, v := range x.ownVars(s) {
			if v.PerTarget && v.Export == eval.ExportDefault {
				if g := x.In.Global.Get(v.Name); g != nil {
					v.Export = g.Export
				}
			}
			if !seen[v.Name] && x.exported(v) {
				seen[v.Name] = true
				own = append(own, v)
			}
		}
	}
	return withoutSeen(own, seen, global)
}

// ownVars lists the variables of a target's own scope in the order of make's table.
func (x *Expander) ownVars(s *eval.Scope) []*eval.Var {
	return s.Set.TableOrder(hashorder.Target, x.In.Dialect.ShiftHash)
}

// withoutSeen adds the global variables that were not seen before.
func withoutSeen(own []*eval.Var, seen map[string]bool, global []*eval.Var) []*eval.Var {
	for _, v := range global {
		if !seen[v.Name] {
			own = append(own, v)
		}
	}
	return own
}

// inheritedExports is targetExports of make 4.4: the nearest definition counts,
// and one that does not say whether it is exported follows the next outer one.
func (x *Expander) inheritedExports(scope *eval.Scope, global []*eval.Var) []*eval.Var {
	hidden := func(s *eval.Scope, v *eval.Var) bool {
		return v.Private && s != scope && x.Make.Profile.PrivateNotExported
	}
	nearest := map[string]*eval.Var{}
	var own []*eval.Var
	s := scope
	for ; s.Next != nil; s = s.Next {
		for _, v := range x.ownVars(s) {
			if hidden(s, v) {
				continue
			}
			if inner, ok := nearest[v.Name]; !ok {
				nearest[v.Name] = v
				own = append(own, v)
			} else if inner.Export == eval.ExportDefault {
				inner.Export = v.Export
			}
		}
	}
	seen := make(map[string]bool, len(own))
	for _, v := range own {
		if g := s.Set.Get(v.Name); g != nil && v.Export == eval.ExportDefault && !hidden(s, g) {
			v.Export = g.Export
		}
		seen[v.Name] = true
	}
	visible := global[:0:0]
	for _, g := range global {
		if !hidden(s, g) {
			visible = append(visible, g)
		}
	}
	return withoutSeen(own, seen, visible)
}
