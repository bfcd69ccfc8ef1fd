package update

// This file considers one target: whether it is out of date, by the rules of GNU make.

import (
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
)

// update considers a target, every rule of it if it has double-colon rules.
func (w *Walk) update(f *rules.File, depth int) rules.Status {
	status := rules.Success
	first := f
	if f.DoubleColon != nil {
		first = f.DoubleColon
	}
	if t := w.target(first); first.State == rules.DepsRunning && !t.due && !t.checkOnly && t.node.Waits() {
		return rules.Success
	}
	for g := first; g != nil; g = g.Prev {
		s := w.updateOne(g, depth)
		g = g.Resolve()
		if s != rules.Success && !w.Make.Flags.KeepGoing {
			return s
		}
		if g.State == rules.Running || g.State == rules.DepsRunning {
			// The next rule of the target waits for this one.
			return rules.Success
		}
		status = max(status, s)
	}
	return status
}

// updateOne considers one rule of a target.
func (w *Walk) updateOne(f *rules.File, depth int) rules.Status {
	if status, done := w.seen(f, depth); done {
		return status
	}
	f.NoDiag = f.DontCare
	depth++
	setUpdating(f, true)
	original := f
	thisTime := w.DB.ModTime(f)
	f = f.Resolve()
	setUpdating(f, true)
	thisTime, noexist := w.ownTime(f, thisTime, depth)
	mustMake := noexist
	w.findRecipe(f, depth)
	w.secondExpand(f)

	t := w.target(f)
	t.checkOnly, t.forGoal = false, w.goal
	depStatus, waits := w.updatePrereqs(f, t, thisTime, &mustMake, depth)
	if (mustMake || w.DB.AlwaysMake) && (depStatus == rules.Success || w.Make.Flags.KeepGoing) {
		s, more := w.updateIntermediates(f, t, depth)
		depStatus, waits = max(depStatus, s), waits || more
	}
	setUpdating(f, false)
	setUpdating(original, false)
	outdent := 0
	if w.profile.DebugOutdented {
		outdent = 1
	}
	w.debugf(flags.DebugVerbose, depth-outdent, "Finished prerequisites of target file '%s'.\n", f.Name)

	if waits && (depStatus == rules.Success || w.Make.Flags.KeepGoing) {
		w.setState(f, rules.DepsRunning)
		t.asGoal = t.asGoal || depth == 1
		t.dontCare = f.DontCare
		w.debugf(flags.DebugVerbose, depth-1, "The prerequisites of '%s' are being made.\n", f.Name)
		return rules.Success
	}
	if depStatus != rules.Success {
		return w.giveUp(f, depStatus, depth-1)
	}
	if f.State == rules.DepsRunning {
		w.setState(f, rules.NotStarted)
	}
	depsChanged := w.markChanged(f, thisTime, noexist, &mustMake, depth)
	t.verdict = w.judge(f, noexist, mustMake, depsChanged)
	w.decided(f, t.verdict, depth-1)
	if !t.verdict.Make {
		return w.keep(f)
	}
	return w.make(f, depth-1)
}

// seen reports whether there is nothing more to be said about a target in this pass, and how it stands then.
func (w *Walk) seen(f *rules.File, depth int) (status rules.Status, done bool) {
	untold := f.Status > rules.None && f.NoDiag && !f.DontCare
	// Within one pass make looks at a file once, unless there is still something to be said about it.
	if f.Considered == w.pass && (f.Updated || f.State == rules.Running) && !untold {
		if f.DoubleColon == nil || f.DoubleColon == f {
			w.debugf(flags.DebugVerbose, depth, "Pruning file '%s'.\n", f.Name)
		}
		if f.Updated && f.Status > rules.None {
			return f.Status, true
		}
		return rules.Success, true
	}
	f.Considered = w.pass
	w.debugf(flags.DebugVerbose, depth, "Considering target file '%s'.\n", f.Name)
	switch {
	case f.Updated && f.Status > rules.None:
		w.debugf(flags.DebugVerbose, depth, "Recently tried and failed to update file '%s'.\n", f.Name)
		if untold {
			w.complain(f)
		}
		return f.Status, true
	case f.Updated:
		w.debugf(flags.DebugVerbose, depth, "File '%s' was considered already.\n", f.Name)
		return rules.Success, true
	case f.State == rules.Running:
		w.debugf(flags.DebugVerbose, depth, "Still updating file '%s'.\n", f.Name)
		return rules.Success, true
	case f.State == rules.Finished:
		w.debugf(flags.DebugVerbose, depth, "Finished updating file '%s'.\n", f.Name)
		return f.Status, true
	}
	return rules.Success, false
}

// ownTime is the time that the prerequisites of a target, whose file has time t, are compared with. noexist is set if the
// file, or one of its group, is not there.
func (w *Walk) ownTime(f *rules.File, t rules.Time, depth int) (own rules.Time, noexist bool) {
	noexist = t == rules.TimeNone
	switch {
	case noexist:
		w.debugf(flags.DebugBasic, depth, "File '%s' does not exist.\n", f.Name)
	case f.LowRes && t.Ordinary():
		if t.Nanoseconds() != 0 {
			w.Printer.Errorf("*** Warning: .LOW_RESOLUTION_TIME file '%s' has a high resolution time stamp", f.Name)
		}
		// Anything within the second counts as old as its end.
		t = t.EndOfSecond()
	}
	for _, also := range f.AlsoMake {
		if noexist || !w.profile.GroupedTargetsTogether {
			break
		}
		peerTime := w.DB.ModTime(also)
		if noexist = peerTime == rules.TimeNone; noexist {
			w.debugf(flags.DebugBasic, depth, "Grouped target peer '%s' of file '%s' does not exist.\n", also.Name, f.Name)
		} else {
			// The oldest of them decides.
			t = min(t, peerTime)
		}
	}
	return t, noexist
}

// giveUp ends the work on a target whose prerequisites could not be made.
func (w *Walk) giveUp(f *rules.File, status rules.Status, depth int) rules.Status {
	f.Status = status
	if status == rules.None {
		f.Status = rules.Failed
	}
	w.finished(f)
	w.debugf(flags.DebugVerbose, depth, "Giving up on target file '%s'.\n", f.Name)
	mode := w.goal.Mode
	if depth == 0 && w.Make.Flags.KeepGoing && !mode.DryRun && !mode.Question {
		w.Printer.Errorf("Target '%s' not remade because of errors.", f.Name)
	}
	return status
}

// keep ends the work on a target that is up to date.
func (w *Walk) keep(f *rules.File) rules.Status {
	if w.profile.ExplicitPrereqsOughtToExist && !f.NotIntermed && !w.DB.AllNotIntermediate {
		// We did not make it, so we do not delete it.
		f.Secondary = true
	}
	w.finished(f)
	w.Judge.Kept(f)
	// What needs no remaking is used under the name it was found by.
	for g := f; g != nil; g = g.Prev {
		g.Name = g.HName
	}
	return rules.Success
}

// make makes a target that is out of date.
func (w *Walk) make(f *rules.File, depth int) rules.Status {
	if f.Name != f.HName {
		f.IgnoreVpath = true
	}
	w.remake(f)
	if f.State != rules.Finished {
		w.debugf(flags.DebugVerbose, depth, "Recipe of '%s' is being run.\n", f.Name)
		return rules.Success
	}
	switch {
	case f.Status == rules.Failed && !w.dying:
		w.debugf(flags.DebugBasic, depth, "Failed to remake target file '%s'.\n", f.Name)
	case f.Status == rules.Success:
		w.debugf(flags.DebugBasic, depth, "Successfully remade target file '%s'.\n", f.Name)
	case f.Status == rules.Question:
		w.debugf(flags.DebugBasic, depth, "Target file '%s' needs to be remade under -q.\n", f.Name)
	}
	f.Updated = true
	return f.Status
}

// findRecipe searches an implicit rule for a target without a recipe.
func (w *Walk) findRecipe(f *rules.File, depth int) {
	if !f.Phony && f.Recipe == nil && !f.TriedImplicit {
		w.debugf(flags.DebugImplicit, depth, "Looking for an implicit rule for '%s'.\n", f.Name)
		deps := len(f.Deps)
		found := w.DB.FindImplicit(f, depth)
		if found && (len(f.Deps) > deps || !w.wasShuffled(f)) {
			w.shuffleAgain(f)
		}
		switch {
		case w.profile.DebugOutdented:
			// The search itself tells what it found.
		case found:
			w.debugf(flags.DebugImplicit, depth, "Found an implicit rule for '%s'.\n", f.Name)
		default:
			w.debugf(flags.DebugImplicit, depth, "No implicit rule found for '%s'.\n", f.Name)
		}
		f.TriedImplicit = true
	}
	if def := w.DB.Default(); f.Recipe == nil && !f.IsTarget && def.Recipe != nil {
		w.debugf(flags.DebugImplicit, depth, "Using default recipe for '%s'.\n", f.Name)
		f.Recipe = def.Recipe
	}
}

// secondExpand expands the prerequisites of a target that were put off.
func (w *Walk) secondExpand(f *rules.File) {
	if w.DB.SecondExpand(f) {
		w.shuffleAgain(f)
	}
}
