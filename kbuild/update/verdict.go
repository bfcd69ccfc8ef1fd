package update

// This file holds the decision as a value, and puts it into words: those of -d, and those of --explain.

import (
	"slices"

	"gokbuild/kbuild/event"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/output"
)

// Why is the reason of a verdict.
type Why uint8

const (
	// Reasons for which a target is not made.
	UpToDate     Why = iota // nothing it depends on is newer
	NothingToRun            // it has no recipe, and no prerequisite has changed

	// Reasons for which it is made, the first that holds.
	ToldOtherwise // the makes that its recipe calls would be told something else
	IsPhony       // it is phony
	DoesNotExist  // it, or one of its group, is not there
	PrereqMissing // a prerequisite is not there
	PrereqChanged // a prerequisite is newer, or was made
	AlwaysMake    // -B
	RecipeDecides // a phony prerequisite has its recipe run every time
	NoPrereqs     // a double-colon rule without prerequisites
)

// Verdict is what was decided about a target.
type Verdict struct {
	// Make says whether the target is made.
	Make bool
	Why  Why
	// Of names the prerequisites that decided it.
	Of []string
	// forced is set if -B alone has it made.
	forced bool
}

// judge decides whether a target is made. noexist says that it is not there, mustMake that a prerequisite wants it made,
// depsChanged that one was made or is newer.
func (w *Walk) judge(f *rules.File, noexist, mustMake, depsChanged bool) Verdict {
	switch {
	case f.DoubleColon != nil && len(f.Deps) == 0:
		return w.because(f, noexist)
	case !noexist && f.IsTarget && !depsChanged && f.Recipe == nil && !w.DB.AlwaysMake:
		return Verdict{Why: NothingToRun}
	case mustMake:
		return w.because(f, noexist)
	case f.Recipe != nil && w.DB.AlwaysMake && !(w.Planned != nil && w.Planned(f)):
		v := w.because(f, noexist)
		v.forced = true
		return v
	}
	return Verdict{}
}

// because is the verdict that a target is made, with the first reason that holds.
func (w *Walk) because(f *rules.File, noexist bool) Verdict {
	v := Verdict{Make: true}
	var missing, changed []string
	phony := false
	for i := range f.Deps {
		d := &f.Deps[i]
		switch {
		case d.File == nil || d.OrderOnly:
		case d.File.Phony:
			phony = true
		case !d.Changed:
		case d.File.Mtime == rules.TimeNone:
			missing = append(missing, d.File.Name)
		default:
			changed = append(changed, d.File.Name)
		}
	}
	switch {
	case w.Judge.ToldOtherwise(f):
		v.Why = ToldOtherwise
	case f.Phony:
		v.Why = IsPhony
	case noexist:
		v.Why = DoesNotExist
	case len(missing) > 0:
		v.Why, v.Of = PrereqMissing, missing
	case len(changed) > 0:
		v.Why, v.Of = PrereqChanged, changed
	case w.DB.AlwaysMake:
		v.Why = AlwaysMake
	case phony:
		v.Why = RecipeDecides
	default:
		v.Why = NoPrereqs
	}
	return v
}

// decided tells of a decision: in the words of -d, and as an event.
func (w *Walk) decided(f *rules.File, v Verdict, depth int) {
	if w.Make.Events.On() {
		w.Make.Events.Send(event.TargetDecided{Make: w.Number, Target: f.Name, Remake: v.Make, Why: v.String()})
	}
	if !w.Printer.Debugging(flags.DebugBasic | flags.DebugVerbose) {
		return
	}
	switch {
	case f.DoubleColon != nil && len(f.Deps) == 0:
		w.debugf(flags.DebugBasic, depth, "Target '%s' is double-colon and has no prerequisites.\n", f.Name)
	case v.Why == NothingToRun:
		w.debugf(flags.DebugVerbose, depth, "No recipe for '%s' and no prerequisites actually changed.\n", f.Name)
	case v.forced:
		w.debugf(flags.DebugVerbose, depth, "Making '%s' due to always-make flag.\n", f.Name)
	}
	switch {
	case v.Make:
		w.debugf(flags.DebugBasic, depth, "Must remake target '%s'.\n", f.Name)
		if f.Name != f.HName {
			w.debugf(flags.DebugBasic, depth, "  Ignoring VPATH name '%s'.\n", f.HName)
		}
	case f.Name != f.HName:
		w.debugf(flags.DebugVerbose, depth, "No need to remake target '%s'; using VPATH name '%s'.\n", f.Name, f.HName)
	default:
		w.debugf(flags.DebugVerbose, depth, "No need to remake target '%s'.\n", f.Name)
	}
}

// String is the reason in the words of --explain: "changed: a.h b.h".
func (v Verdict) String() string {
	switch v.Why {
	case NothingToRun:
		return "it has no recipe, and nothing it depends on has changed"
	case ToldOtherwise:
		return "the makes that its recipe calls get other options or another environment"
	case IsPhony:
		return "it is phony"
	case DoesNotExist:
		return "it does not exist"
	case PrereqMissing:
		return "missing: " + output.Some(v.Of)
	case PrereqChanged:
		return "changed: " + output.Some(v.described())
	case AlwaysMake:
		return "of -B"
	case RecipeDecides:
		return "its recipe says so: nothing it needs has changed; the command always runs, or its saved form is missing"
	case NoPrereqs:
		return "it has a double-colon rule without prerequisites"
	}
	return "it is up to date"
}

// Kept says why a target that was looked at was left as it was: by the verdict, or, if it was to be made, because its recipe found
// nothing to run. It is "" where something else became of it.
func (w *Walk) Kept(f *rules.File) (why string) {
	t := w.known(f)
	if t == nil || !f.Updated || f.Status > rules.Success {
		return ""
	}
	v, mode := t.verdict, w.modeOf(f)
	switch {
	case v.Make && (mode.DryRun || mode.Question || mode.Touch):
		return ""
	case f.Recipe == nil && len(f.Deps) == 0 && !f.Phony:
		return "it is there, and no rule makes it"
	case v.Make && v.ByRecipe():
		return "nothing it depends on has changed, and its recipe found nothing to run"
	case v.Make:
		return v.String() + ", but its recipe found nothing to run"
	case v.Why == NothingToRun:
		return v.String()
	}
	var same []string
	for i := range f.Deps {
		if d := &f.Deps[i]; !d.OrderOnly && !d.Changed && d.File.Mtime > f.Mtime {
			same = append(same, d.File.Name)
		}
	}
	if len(same) > 0 {
		return "what is newer holds what it held when it was made: " + output.Some(same)
	}
	return "nothing it depends on is newer"
}

// described names the prerequisites by what they stand for in a kernel tree, each once.
func (v Verdict) described() []string {
	var out []string
	for _, name := range v.Of {
		if name = kernel.Described(name); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// ByRecipe reports whether the prerequisites do not tell why the target is made: the recipe may.
func (v Verdict) ByRecipe() bool { return v.Why == RecipeDecides || v.Why == NoPrereqs }
