package makefiles

// This file does what make does once the last line is read: options that makefiles set count, and the data base is closed.

import (
	"errors"
	"strings"

	"gokbuild/kbuild/lang/builtin"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/output"
)

// snap does what make does between reading and remaking makefiles.
func (r *Reading) snap() {
	in := r.In
	value := func(name string) string {
		if v := in.Global.Get(name); v != nil {
			v.Watched = false // it is defined anew below, and this is no use by a makefile
			return in.Value(v)
		}
		return ""
	}
	told := len(r.Make.Flags.Messages)
	assigned, forced, err := r.Make.Flags.AfterReading(value("GNUMAKEFLAGS"), value("MAKEFLAGS"))
	for _, m := range r.Make.Flags.Messages[told:] {
		r.Printer.Bare(output.Stderr, strings.TrimSuffix(m, "\n")+"\n")
	}
	var wrong *flags.FatalError
	if errors.As(err, &wrong) {
		eval.Stop(wrong.Text)
	}
	for _, a := range assigned {
		r.assignArgument(a)
	}
	r.overrides = r.overrides || len(assigned) > 0
	in.SetGlobal("GNUMAKEFLAGS", "", eval.OriginOverride, false)
	auth := r.Jobs(forced)
	r.Printer.HoldBack(r.Above)
	// Under -B makefiles are remade once, not over and over.
	r.DB.AlwaysMake = r.Make.Flags.AlwaysMake && r.Restarts == 0
	in.WarnUndefined = r.Make.Flags.WarnUndefined
	r.debugRules()
	if r.Make.Flags.NoBuiltinVariables {
		r.dropBuiltins()
	}
	switch {
	case r.Make.Flags.NoBuiltinRules:
		r.DB.DropBuiltin()
		in.SetGlobal("SUFFIXES", "", eval.OriginDefault, false)
	case r.Make.Profile.SuffixRulesAfterReading:
		r.addSuffixRules()
	}
	r.Printer.ServeMutex(func() string { return r.Make.TempDir(r.Printer.Errorf) })
	if auth != "" {
		r.Make.Flags.JobserverAuth = auth
	}
	r.defineFlags(flags.Remaking)
	r.DB.Snap()
	// The special targets act like the options, also in sub-makes.
	r.Make.Flags.IgnoreErrors = r.Make.Flags.IgnoreErrors || r.DB.IgnoreAll
	if r.DB.SilentAll && r.Make.Profile.SilentTargetPassedOn {
		r.Make.Flags.Silent = true
	}
	if !r.Make.Flags.NoBuiltinRules {
		for _, p := range builtin.PatternRules() {
			r.DB.AddPattern(rules.ImplicitPattern(p.Targets, p.Prereqs, p.DoubleColon, builtinRecipe(p.Recipe)), false)
		}
	}
	r.Serial = r.DB.NotParallel || r.DB.NotParallelSome && !r.Make.Profile.NotParallelPrereqs
	r.markFiles()
	// make knows of the goals before it reads anything: an implicit rule may use one although no makefile names it.
	for _, name := range r.Make.Flags.Goals {
		r.enter(name).CmdTarget = true
	}
}

// enter returns the file of a name that the command line gives.
func (r *Reading) enter(name string) *rules.File {
	name = eval.TrimDotSlash(name)
	if f := r.DB.Lookup(name); f != nil {
		return f
	}
	return r.DB.Enter(name)
}

// markFiles applies -o and -W. Of a double-colon rule make marks a link that it adds to the chain for that.
func (r *Reading) markFiles() {
	mark := func(name string) *rules.File { return r.DB.Enter(eval.TrimDotSlash(name)) }
	for _, name := range r.Make.Flags.OldFiles {
		mark(name).MarkOld()
	}
	if mode := r.Make.Mode(); r.Restarts == 0 || mode.DryRun || mode.Question || mode.Touch {
		for _, name := range r.Make.Flags.NewFiles {
			f := mark(name)
			f.Mtime, f.MtimeBefore = rules.TimeNew, rules.TimeNew
		}
	}
}
