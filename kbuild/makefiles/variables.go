package makefiles

// This file defines the variables and rules that exist before the first makefile is read, and follows those that steer make.

import (
	"errors"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"gokbuild/kbuild/lang/builtin"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/lang/syntax"
)

// quiet are the variables of make's own that are not always defined.
var quiet = map[string]bool{"MAKECMDGOALS": true, "MAKE_RESTARTS": true, "MAKE_TERMOUT": true, "MAKE_TERMERR": true,
	"MAKEOVERRIDES": true, ".DEFAULT": true, flags.OverridesVariable: true, flags.EvalsVariable: true, "VPATH": true, "GPATH": true}

func (r *Reading) defineEnvironment() {
	r.defineTable(builtin.First(r.Make.Profile), eval.OriginDefault)
	for _, e := range r.Make.Call.Env {
		i := strings.IndexByte(e, '=')
		if i <= 0 {
			continue
		}
		name, value := e[:i], e[i+1:]
		v := r.In.Global.Define(name, value, eval.OriginEnvironment, true, eval.Pos{})
		v.Export = eval.ExportYes
		// Before 4.4 make takes the value for a part of the name when it looks at the letters of that.
		v.Unexportable = !r.Make.Profile.ExportsInherited
		v.Watched = r.Watched != nil && r.Watched(name)
		if name == "SHELL" || name == "MAKE_RESTARTS" {
			v.Export = eval.ExportNo
		}
	}
	// It was read: sub-makes get what it says in MAKEFLAGS.
	if _, ok := r.Make.Env["GNUMAKEFLAGS"]; ok || !r.Make.Profile.GNUMakeflagsOnlyIfSet {
		r.In.SetGlobal("GNUMAKEFLAGS", "", eval.OriginEnvironment, false)
	}
	// A child is not told of restarts, nor is the first reading.
	r.In.Global.Undefine("MAKE_RESTARTS", eval.OriginAutomatic)
	if r.Restarts > 0 {
		v := r.In.SetGlobal("MAKE_RESTARTS", strconv.Itoa(r.Restarts), eval.OriginEnvironment, false)
		v.Export = eval.ExportNo
	}
}

// defineBuiltins defines the variables and rules of make itself.
func (r *Reading) defineBuiltins() {
	in := r.In
	r.defineTable(builtin.Fixed(r.Make.Profile, r.Make.Flags.NoBuiltinRules, flags.Host()), eval.OriginDefault)
	r.defineTable(builtin.Automatic(), eval.OriginAutomatic)
	command := r.Make.Call.Argv[0]
	for _, d := range []struct {
		name, value string
		origin      eval.Origin
		recursive   bool
	}{
		{"MAKE_COMMAND", command, eval.OriginDefault, false},
		{"MAKE", "$(MAKE_COMMAND)", eval.OriginDefault, true},
		{"CURDIR", r.Make.Dir, eval.OriginFile, false},
		{"MAKEFILE_LIST", "", eval.OriginFile, false},
		{".DEFAULT_GOAL", "", eval.OriginFile, false},
	} {
		in.SetGlobal(d.name, d.value, d.origin, d.recursive)
	}
	in.SetGlobal("MAKE_VERSION", r.Make.Profile.Version, eval.OriginDefault, false)
	// The user's SHELL is for the user, not for recipes.
	v := in.SetGlobal("SHELL", "/bin/sh", eval.OriginDefault, false)
	if v.Value == "" || v.Origin == eval.OriginEnvironment || v.Origin == eval.OriginEnvOverride {
		// make puts its own text into the variable that the environment gave, which stays a recursive one.
		if v.Origin == eval.OriginCommandLine {
			in.Global.Undefine("SHELL", v.Origin) // MAKEFLAGS goes on to tell what was typed
		}
		export := v.Export
		v = in.SetGlobal("SHELL", "/bin/sh", eval.OriginAutomatic, v.Recursive)
		v.Origin, v.Export = eval.OriginFile, export
	}
	if v := in.Global.Get("MAKEFILES"); v == nil {
		in.SetGlobal("MAKEFILES", "", eval.OriginDefault, false).Export = eval.ExportIfSet
	}
	in.SetGlobal("MAKELEVEL", strconv.Itoa(r.Make.Level), eval.OriginEnvironment, false)
	in.Global.Keep("MAKEFLAGS")
	in.Global.Keep("MFLAGS")
	if r.builtins = !r.Make.Flags.NoBuiltinVariables; r.builtins {
		r.defineTable(builtin.Variables(r.Make.Profile), eval.OriginDefault)
	}
	if !r.Make.Flags.NoBuiltinRules {
		r.DB.SetSuffixes(builtin.Suffixes())
		if !r.Make.Profile.SuffixRulesAfterReading {
			r.addSuffixRules()
		}
	}
	r.defineIncludeDirs()
	// What the environment gave was taken in by now.
	if v := in.Global.Get("GNUMAKEFLAGS"); v != nil {
		v.Value, v.Recursive = "", false
	} else if r.Make.Profile.OwnVariablesDefault {
		in.SetGlobal("GNUMAKEFLAGS", "", eval.OriginDefault, false)
	} else {
		in.SetGlobal("GNUMAKEFLAGS", "", eval.OriginEnvironment, false)
	}
	r.defineTerminals()
}

// defineTable defines variables that are not defined yet.
func (r *Reading) defineTable(vars []builtin.Var, origin eval.Origin) {
	for _, v := range vars {
		if r.In.Global.Get(v.Name) == nil {
			r.In.SetGlobal(v.Name, v.Value, origin, v.Recursive)
		}
	}
}

func (r *Reading) addSuffixRules() {
	for _, rule := range builtin.SuffixRules() {
		r.DB.AddSuffixRule(rule.Target, builtinRecipe(rule.Recipe))
	}
}

func (r *Reading) defineTerminals() {
	for _, t := range []struct {
		name string
		f    *os.File
	}{{"MAKE_TERMOUT", r.Make.Terminals[0]}, {"MAKE_TERMERR", r.Make.Terminals[1]}} {
		if t.f == nil || r.In.Global.Get(t.name) != nil {
			continue
		}
		if st, err := t.f.Stat(); err != nil || st.Mode()&os.ModeCharDevice == 0 {
			continue
		}
		if tty, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(int(t.f.Fd()))); err == nil && strings.HasPrefix(tty, "/dev/pts/") {
			r.In.SetGlobal(t.name, tty, eval.OriginDefault, false).Export = eval.ExportYes
		}
	}
}

func (r *Reading) defineIncludeDirs() {
	r.In.IncludeDirs = r.includeDirs()
	r.In.SetGlobal(".INCLUDE_DIRS", strings.Join(r.In.IncludeDirs, " "), eval.OriginDefault, !r.Make.Profile.OwnVariablesDefault)
}

func (r *Reading) includeDirs() []string {
	var dirs []string
	add := func(d string) {
		if r.Make.View.Stat(d).IsDir() {
			if len(d) > 1 {
				d = strings.TrimSuffix(d, "/")
			}
			dirs = append(dirs, d)
		}
	}
	system := r.Make.Profile.IncludeDirs
	for _, d := range r.Make.Flags.IncludeDirs {
		if d == "-" && r.Make.Profile.IncludeDashResets {
			dirs, system = nil, nil
			continue
		}
		add(d)
	}
	for _, d := range system {
		add(d)
	}
	return dirs
}

func builtinRecipe(lines []string) *rules.Recipe {
	r := &rules.Recipe{}
	for _, l := range lines {
		r.Lines = append(r.Lines, &syntax.Line{Raw: l})
	}
	return r
}

// assignArguments evaluates the variables of the command line and of the parent's, which arrive in MAKEFLAGS. What they
// expand sees the environment, and no variable of make's own yet: "make V:=$(CC)" sets V to nothing.
func (r *Reading) assignArguments() (vars []*eval.Var) {
	prefix, announcing := r.Make.Prefix, r.Printer.Announcing
	r.Early, r.Make.Prefix, r.Printer.Announcing = true, path.Base(r.Make.Call.Argv[0]), false
	r.overrides = len(r.Make.Flags.Assignments) > 0
	for _, a := range r.Make.Flags.Assignments {
		if v := r.assignArgument(a); v != nil && !slices.Contains(vars, v) {
			vars = append(vars, v)
		}
	}
	r.Early, r.Make.Prefix, r.Printer.Announcing = false, prefix, announcing // an error before this is told without them
	return vars
}

// defineCommandLine tells makefiles of the command line; vars are the variables that it assigned.
func (r *Reading) defineCommandLine(vars []*eval.Var) {
	in := r.In
	var list []flags.Override
	for _, v := range vars {
		list = append(list, flags.Override{Name: v.Name, Simple: !v.Recursive, Value: v.Value})
	}
	if len(list) > 0 {
		in.SetGlobal(flags.OverridesVariable, flags.OverridesText(list), eval.OriginAutomatic, false)
		origin := eval.OriginEnvironment
		if r.Make.Profile.OverridesOriginDefault {
			origin = eval.OriginDefault
		}
		in.SetGlobal("MAKEOVERRIDES", flags.OverridesReference, origin, true)
	}
	r.defineFlags(flags.Reading)
	if len(r.Make.Flags.Goals) > 0 {
		in.SetGlobal("MAKECMDGOALS", strings.Join(r.Make.Flags.Goals, " "), eval.OriginDefault, false)
	}
}

// origins has the origin of a variable for each place in which package flags may find an assignment.
var origins = map[flags.Origin]eval.Origin{
	flags.FromCommandLine: eval.OriginCommandLine, flags.FromFile: eval.OriginFile, flags.FromOverride: eval.OriginOverride,
	flags.FromEnvironment: eval.OriginEnvironment, flags.FromEnvironmentOverride: eval.OriginEnvOverride,
}

// assignArgument assigns a variable of the command line, or of MAKEFLAGS.
func (r *Reading) assignArgument(a flags.Assignment) *eval.Var {
	in := r.In
	name := strings.TrimSpace(in.ExpandText(a.Name))
	if name == "" {
		eval.Stop("empty variable name")
	}
	return in.Assign(in.Global, name, opOf(a.Op), syntax.Compile(a.Value, in.Dialect), origins[a.Origin], false)
}

func opOf(op string) syntax.Op {
	switch op {
	case ":=", "::=":
		return syntax.OpSimple
	case ":::=":
		return syntax.OpImmediate
	case "+=":
		return syntax.OpAppend
	case "?=":
		return syntax.OpIfUnset
	case "!=":
		return syntax.OpShell
	}
	return syntax.OpRecursive
}

// defineFlags writes MAKEFLAGS and MFLAGS for a stage of the invocation.
func (r *Reading) defineFlags(stage flags.Stage) {
	r.stage = stage
	in := r.In
	overrides, name := flags.ByReference, "MAKEOVERRIDES"
	if r.DB.Posix {
		overrides, name = flags.ByHiddenReference, flags.OverridesVariable
	}
	if r.Make.Profile.OverridesOfCommandLine {
		if !r.overrides {
			overrides = flags.NoOverrides
		}
	} else if v := in.Global.Get(name); v == nil || v.Value == "" {
		overrides = flags.NoOverrides
	}
	origin := eval.OriginFile
	if r.Make.Flags.EnvOverrides {
		origin = eval.OriginEnvOverride
	}
	if len(r.Make.Flags.Evals) > 0 {
		in.SetGlobal(flags.EvalsVariable, r.Make.Flags.EvalsText(), eval.OriginAutomatic, false)
	}
	v := in.SetGlobal("MAKEFLAGS", r.Make.Flags.Makeflags(stage, overrides), origin, true)
	if !r.exported {
		// A makefile that undefines it takes this away.
		v.Export, r.exported = eval.ExportYes, true
	}
	// The number of jobs in it is no part of what names the make.
	v.Watched = r.Watched != nil
	in.SetGlobal("MFLAGS", r.Make.Flags.Mflags(stage), eval.OriginEnvironment, true).Watched = r.Watched != nil
}

// dropBuiltins drops the variables that -R turns off, if a makefile has said so.
func (r *Reading) dropBuiltins() {
	if !r.builtins {
		return
	}
	for _, v := range builtin.Variables(r.Make.Profile) {
		if g := r.In.Global.Get(v.Name); g != nil && g.Origin == eval.OriginDefault {
			r.In.Global.Undefine(v.Name, eval.OriginDefault)
		}
	}
}

// SpecialVar follows assignments to variables that steer make (eval.Host).
func (r *Reading) SpecialVar(v *eval.Var) {
	switch v.Name {
	case ".RECIPEPREFIX":
		r.In.Prefix = '\t'
		if text := r.In.Value(v); text != "" {
			r.In.Prefix = text[0]
		}
	case "MAKEFLAGS":
		if r.Make.Profile.MakeflagsAtOnce && !r.options {
			r.makeflagsAtOnce(v)
		}
	}
}

func (r *Reading) makeflagsAtOnce(v *eval.Var) {
	origin := flags.FromFile
	for from, o := range origins {
		if o == v.Origin {
			origin = from
		}
	}
	assigns, err := r.Make.Flags.Assigned(r.In.Value(v), origin)
	var wrong *flags.FatalError
	if errors.As(err, &wrong) {
		eval.Stop(wrong.Text)
	}
	for _, a := range assigns {
		r.assignArgument(a)
	}
	r.In.WarnUndefined = r.Make.Flags.WarnUndefined
	r.defineFlags(r.stage)
	r.defineIncludeDirs()
}
