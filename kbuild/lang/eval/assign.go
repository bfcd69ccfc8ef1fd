package eval

// This file assigns variables: of all kinds of assignment, define, and those of targets and patterns.

import (
	"strings"

	"gokbuild/kbuild/lang/syntax"
)

// Assign performs an assignment of an already expanded name. target makes it a
// target-specific one, into set; otherwise set is the global one.
// It returns the variable that has the name afterwards, also where the assignment
// changes nothing: ?= found a variable, or there is one of a stronger origin.
func (in *Interp) Assign(set *Set, name string, op syntax.Op, value *syntax.Expr, origin Origin, target bool) *Var {
	in.changes++
	text, recursive, appends := value.Source, true, false
	switch op {
	case syntax.OpSimple:
		text, recursive = in.Expand(value), false
	case syntax.OpImmediate:
		// Expanded once, with every '$' that came out kept for ever.
		text = strings.ReplaceAll(in.Expand(value), "$", "$$")
	case syntax.OpShell:
		text = foldNewlines(in.shell(in.Expand(value)), false)
	case syntax.OpIfUnset:
		if v := in.Lookup(name); v != nil {
			return v
		}
	case syntax.OpAppend:
		var old *Var
		if target {
			old = set.Get(name)
			appends = old == nil || old.Append
		} else {
			old = in.Scope.Lookup(name)
			in.lookedAt(name, old)
		}
		if old == nil {
			break
		}
		if recursive = old.Recursive; !recursive {
			text = in.Expand(value)
		}
		if text == "" && !in.Dialect.AppendAlwaysAddsBlank {
			return old
		}
		if old.Value != "" || in.Dialect.AppendAlwaysAddsBlank {
			have := old.Value
			if in.Dialect.OverridesCutOnAppend && name == "MAKEFLAGS" {
				// The variables behind the options are added anew.
				have, _, _ = strings.Cut(have, " -- ")
			}
			text = old.joined(have, text)
		}
	}
	if in.EnvOverrides && origin == OriginEnvironment {
		origin = OriginEnvOverride
	}
	in.override(set, name)
	if old := set.Get(name); old != nil && origin < old.Origin {
		old.Append = appends
		return old
	}
	if in.reading.once {
		if set.Get(name) == nil {
			name = strings.Clone(name)
		}
		if recursive || value.Literal() {
			text = strings.Clone(text)
		}
	}
	v := set.Define(name, text, origin, recursive, in.Pos)
	v.Append = appends
	if op == syntax.OpRecursive && !in.reading.once && !value.Literal() && v.Value == text {
		v.expr = value
	}
	if special(name) {
		in.Host.SpecialVar(v)
	}
	return v
}

// override gives a variable of the environment its origin under -e. Only an
// attempt to define it once more shows the difference.
func (in *Interp) override(set *Set, name string) {
	if in.EnvOverrides {
		if v := set.Get(name); v != nil && v.Origin == OriginEnvironment {
			v.Origin = OriginEnvOverride
		}
	}
}

// special reports whether assigning to the variable changes how make works.
func special(name string) bool {
	switch name {
	case "MAKEFLAGS", "GNUMAKEFLAGS", ".RECIPEPREFIX", ".INCLUDE_DIRS", "MAKEOVERRIDES", "SHELL":
		return true
	}
	return false
}

// variableName expands the name on the left of an assignment.
func (in *Interp) variableName(e *syntax.Expr) string {
	name := trim(in.Expand(e))
	if name == "" {
		in.fail("empty variable name")
	}
	return name
}

func originOf(m *syntax.Modifiers) Origin {
	if m.Override {
		return OriginOverride
	}
	return OriginFile
}

func (in *Interp) assign(a *syntax.Assign) {
	v := in.Assign(in.Global, in.variableName(a.Name), a.Op, a.Value, originOf(&a.Modifiers), false)
	applyModifiers(v, &a.Modifiers)
}

func applyModifiers(v *Var, m *syntax.Modifiers) {
	if e := exportOf(m); e != ExportDefault {
		v.Export = e
	}
	if m.Private {
		v.Private = true
	}
}

func exportOf(m *syntax.Modifiers) Export {
	switch {
	case m.Export:
		return ExportYes
	case m.Unexport:
		return ExportNo
	}
	return ExportDefault
}

// TargetAssign evaluates a target-specific assignment into the first set of
// scope, with names looked up along scope. Variables of call, foreach and let are
// in front of the global ones: they are seen unless another target's are between.
func (in *Interp) TargetAssign(scope *Scope, a *syntax.Assign) {
	saved, locals, outer := in.Scope, in.locals, in.outer
	in.Scope = scope
	if saved.Set != in.Global {
		in.locals = nil
	}
	in.outer = len(in.locals)
	name := in.variableName(a.Name)
	v := in.Assign(scope.Set, name, a.Op, a.Value, originOf(&a.Modifiers), true)
	in.Scope, in.locals, in.outer = saved, locals, outer
	in.markTarget(v, &a.Modifiers)
}

// markTarget marks what a target-specific assignment defined, or the outer
// variable that its ?= found: make marks that one for all targets.
func (in *Interp) markTarget(v *Var, m *syntax.Modifiers) {
	v.PerTarget = true
	v.Private = m.Private
	if e := exportOf(m); e != ExportDefault || !in.Dialect.UnexportAssign {
		v.Export = e
	}
	if g := in.forced(v.Name, v.Origin); g != nil && g != v {
		v.set(g.Value, g.Origin, g.Recursive, v.Pos)
		v.Append = false
	}
}

// forced returns the variable of the command line, or of the environment under
// -e, that gives a target-specific or pattern-specific one its value; nil if
// there is none.
func (in *Interp) forced(name string, origin Origin) *Var {
	if origin == OriginOverride {
		return nil
	}
	g := in.Scope.Lookup(name)
	if g != nil && (g.Origin == OriginEnvOverride || g.Origin == OriginCommandLine) {
		return g
	}
	return nil
}

// PatternVar is a pattern-specific variable. It is evaluated for each target
// that matches, except that the value of a simple one is computed when read.
type PatternVar struct {
	Before, After string // the pattern around its '%'
	Name          string
	Op            syntax.Op
	Value         *syntax.Expr
	Origin        Origin
	Export        Export
	Private       bool
	Pos           Pos
}

func (in *Interp) patternVar(before, after string, a *syntax.Assign) *PatternVar {
	p := &PatternVar{Before: before, After: after, Name: in.variableName(a.Name), Op: a.Op, Value: a.Value,
		Origin: originOf(&a.Modifiers), Export: exportOf(&a.Modifiers), Private: a.Private, Pos: in.Pos}
	if a.Op == syntax.OpSimple {
		p.Value = syntax.Literal(in.Expand(a.Value))
	}
	if g := in.forced(p.Name, p.Origin); g != nil {
		// The operator stays: += adds the value of the command line to itself.
		p.Origin, p.Value = g.Origin, syntax.Literal(g.Value)
		if p.Op != syntax.OpSimple {
			p.Value = syntax.Compile(g.Value, in.Dialect)
		}
	}
	return p
}

// Apply defines the variable in the first set of scope.
func (p *PatternVar) Apply(in *Interp, scope *Scope) {
	saved, pos := in.Scope, in.Pos
	// No makefile is read then: messages have no place.
	in.Scope, in.Pos = scope, Pos{}
	var v *Var
	if p.Op == syntax.OpSimple {
		v = scope.Set.Define(p.Name, literalText(p.Value), p.Origin, false, p.Pos)
	} else if v = in.Assign(scope.Set, p.Name, p.Op, p.Value, p.Origin, true); v.Pos == in.Pos {
		v.Pos = p.Pos
	}
	in.Scope, in.Pos = saved, pos
	// A ?= that found a global variable marks that one.
	v.PerTarget, v.Export, v.Private = true, p.Export, p.Private
}

func literalText(e *syntax.Expr) string { return e.Source }
