package kbuild

import (
	"gokbuild/depgraph"
	"gokbuild/depgraph/facts"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/rules"
)

// This file decides which targets are out of date, in the order and by the
// rules of GNU make; what their prerequisites say of it is in prereqs.go. A target is considered when it is first reached; if
// prerequisites are still being made by then, it is considered again, from the
// start, when the last of them has finished (depgraph.Graph keeps track).

// target is what an invocation knows of a file besides the data base.
type target struct {
	file *rules.File
	node *depgraph.Node
	// checkOnly marks an intermediate file that waits on behalf of its parents:
	// whether it is needed itself is not known yet.
	checkOnly bool
	// recursive is set if every line of the recipe that ran turned out to run
	// make or to begin with '+'.
	recursive bool
	// dontCare keeps what the file's flag was when the work on it began, while
	// other targets are looked at.
	dontCare bool
	// due is set while the target is being considered again.
	due bool
	// asGoal is set if the target waits for its prerequisites as a goal, not as a prerequisite of another target.
	asGoal bool
	// forGoal is the goal on whose behalf the target was considered first.
	forGoal *goal
	// made is how the target was made, once that was asked for.
	made *facts.Making
	// meanwhile is set if a prerequisite was changed while the target was made, otherwise if its recipe would tell the makes that it calls
	// something else today.
	meanwhile, otherwise bool
	// goal is set for the pseudo-target that stands for a goal.
	goal *goal
}

func (inv *Invocation) target(f *rules.File) *target {
	if t, ok := f.Node.(*target); ok {
		return t
	}
	t := &target{file: f}
	t.node = inv.graph.NewNode(t)
	f.Node = t
	return t
}

// waitFor makes f due again when on has finished.
func (inv *Invocation) waitFor(t *target, on *rules.File) {
	inv.graph.Wait(t.node, inv.target(on).node)
}

// running reports whether a prerequisite is still being worked on, and waits
// for it if so.
func (inv *Invocation) running(t *target, dep *rules.File) bool {
	any := false
	for f := range dep.Resolve().Chain {
		if f.State == rules.Running || f.State == rules.DepsRunning {
			any = true
			inv.waitFor(t, f)
		}
	}
	return any
}

// update considers a target, every rule of it if it has double-colon rules.
func (inv *Invocation) update(f *rules.File, depth int) rules.Status {
	status := rules.Success
	first := f
	if f.DoubleColon != nil {
		first = f.DoubleColon
	}
	if first.State == rules.DepsRunning && !inv.target(first).due && !inv.target(first).checkOnly && inv.target(first).node.Waits() {
		return rules.Success
	}
	for g := first; g != nil; g = g.Prev {
		s := inv.updateOne(g, depth)
		g = g.Resolve()
		if s != rules.Success && !inv.flags.KeepGoing {
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

// updateOne considers one rule of a target (GNU make manual, "How make
// Processes a Makefile", and the facts in compatibility.md).
func (inv *Invocation) updateOne(f *rules.File, depth int) rules.Status {
	// Within one pass make looks at a file once, unless there is still something
	// to be said about it.
	if f.Considered == inv.pass && (f.Updated || f.State == rules.Running) && !(f.Status > rules.None && f.NoDiag && !f.DontCare) {
		if f.DoubleColon == nil || f.DoubleColon == f {
			inv.debugf(debugVerbose, depth, "Pruning file '%s'.\n", f.Name)
		}
		if f.Updated && f.Status > rules.None {
			return f.Status
		}
		return rules.Success
	}
	f.Considered = inv.pass
	inv.debugf(debugVerbose, depth, "Considering target file '%s'.\n", f.Name)
	if f.Updated {
		if f.Status > rules.None {
			inv.debugf(debugVerbose, depth, "Recently tried and failed to update file '%s'.\n", f.Name)
			if f.NoDiag && !f.DontCare {
				inv.complain(f)
			}
			return f.Status
		}
		inv.debugf(debugVerbose, depth, "File '%s' was considered already.\n", f.Name)
		return rules.Success
	}
	switch f.State {
	case rules.Running:
		inv.debugf(debugVerbose, depth, "Still updating file '%s'.\n", f.Name)
		return rules.Success
	case rules.Finished:
		inv.debugf(debugVerbose, depth, "Finished updating file '%s'.\n", f.Name)
		return f.Status
	}
	f.NoDiag = f.DontCare
	depth++
	setUpdating(f, true)
	original := f

	db := inv.db
	thisTime := db.ModTime(f)
	f = f.Resolve()
	setUpdating(f, true)
	noexist := thisTime == rules.TimeNone
	switch {
	case noexist:
		inv.debugf(debugBasic, depth, "File '%s' does not exist.\n", f.Name)
	case f.LowRes && thisTime.Ordinary():
		if ns := thisTime.Nanoseconds(); ns != 0 {
			inv.errorf("*** Warning: .LOW_RESOLUTION_TIME file '%s' has a high resolution time stamp", f.Name)
		}
		// Anything within the second counts as old as its end.
		thisTime = thisTime.EndOfSecond()
	}
	for _, also := range f.AlsoMake {
		if noexist || !inv.profile.GroupedTargetsTogether {
			break
		}
		peerTime := db.ModTime(also)
		noexist = peerTime == rules.TimeNone
		if !noexist {
			// The oldest of them decides.
			thisTime = min(thisTime, peerTime)
		}
		if noexist {
			inv.debugf(debugBasic, depth, "Grouped target peer '%s' of file '%s' does not exist.\n", also.Name, f.Name)
		}
	}
	mustMake := noexist
	inv.findRecipe(f, depth)
	inv.secondExpand(f)

	t := inv.target(f)
	t.checkOnly, t.forGoal = false, inv.goal
	depStatus, waits := inv.updatePrereqs(f, t, thisTime, &mustMake, depth)
	if (mustMake || inv.db.AlwaysMake) && (depStatus == rules.Success || inv.flags.KeepGoing) {
		s, w := inv.updateIntermediates(f, t, depth)
		depStatus, waits = max(depStatus, s), waits || w
	}
	setUpdating(f, false)
	setUpdating(original, false)
	outdent := 0
	if inv.profile.DebugOutdented {
		outdent = 1
	}
	inv.debugf(debugVerbose, depth-outdent, "Finished prerequisites of target file '%s'.\n", f.Name)

	if waits && (depStatus == rules.Success || inv.flags.KeepGoing) {
		inv.setState(f, rules.DepsRunning)
		t.asGoal = t.asGoal || depth == 1
		t.dontCare = f.DontCare
		inv.debugf(debugVerbose, depth-1, "The prerequisites of '%s' are being made.\n", f.Name)
		return rules.Success
	}
	if depStatus != rules.Success {
		f.Status = depStatus
		if depStatus == rules.None {
			f.Status = rules.Failed
		}
		inv.finished(f)
		depth--
		inv.debugf(debugVerbose, depth, "Giving up on target file '%s'.\n", f.Name)
		if depth == 0 && inv.flags.KeepGoing && !inv.dryRun && !inv.question {
			inv.errorf("Target '%s' not remade because of errors.", f.Name)
		}
		return depStatus
	}
	if f.State == rules.DepsRunning {
		inv.setState(f, rules.NotStarted)
	}
	depsChanged := inv.markChanged(f, thisTime, noexist, &mustMake, depth)
	depth--
	switch {
	case f.DoubleColon != nil && len(f.Deps) == 0:
		mustMake = true
		inv.debugf(debugBasic, depth, "Target '%s' is double-colon and has no prerequisites.\n", f.Name)
	case !noexist && f.IsTarget && !depsChanged && f.Recipe == nil && !inv.db.AlwaysMake:
		mustMake = false
		inv.debugf(debugVerbose, depth, "No recipe for '%s' and no prerequisites actually changed.\n", f.Name)
	case !mustMake && f.Recipe != nil && inv.db.AlwaysMake:
		mustMake = true
		inv.debugf(debugVerbose, depth, "Making '%s' due to always-make flag.\n", f.Name)
	}
	if !mustMake {
		if f.Name != f.HName {
			inv.debugf(debugVerbose, depth, "No need to remake target '%s'; using VPATH name '%s'.\n", f.Name, f.HName)
		} else {
			inv.debugf(debugVerbose, depth, "No need to remake target '%s'.\n", f.Name)
		}
		if inv.db.Switches.ExplicitPrereqsOughtToExist && !f.NotIntermed && !inv.db.AllNotIntermediate {
			// We did not make it, so we do not delete it.
			f.Secondary = true
		}
		inv.finished(f)
		inv.vouch(f)
		inv.noteWarnings(f)
		// What needs no remaking is used under the name it was found by.
		for g := f; g != nil; g = g.Prev {
			g.Name = g.HName
		}
		return rules.Success
	}
	inv.debugf(debugBasic, depth, "Must remake target '%s'.\n", f.Name)
	if f.Name != f.HName {
		inv.debugf(debugBasic, depth, "  Ignoring VPATH name '%s'.\n", f.HName)
		f.IgnoreVpath = true
	}
	inv.remake(f)
	if f.State != rules.Finished {
		inv.debugf(debugVerbose, depth, "Recipe of '%s' is being run.\n", f.Name)
		return rules.Success
	}
	switch f.Status {
	case rules.Failed:
		if inv.dying {
			break
		}
		inv.debugf(debugBasic, depth, "Failed to remake target file '%s'.\n", f.Name)
	case rules.Success:
		inv.debugf(debugBasic, depth, "Successfully remade target file '%s'.\n", f.Name)
	case rules.Question:
		inv.debugf(debugBasic, depth, "Target file '%s' needs to be remade under -q.\n", f.Name)
	}
	f.Updated = true
	return f.Status
}

func setUpdating(f *rules.File, on bool) {
	if f.DoubleColon != nil {
		f = f.DoubleColon
	}
	f.Updating = on
}

func isUpdating(f *rules.File) bool {
	if f.DoubleColon != nil {
		f = f.DoubleColon
	}
	return f.Updating
}

// findRecipe searches an implicit rule for a target without a recipe.
func (inv *Invocation) findRecipe(f *rules.File, depth int) {
	if !f.Phony && f.Recipe == nil && !f.TriedImplicit {
		inv.debugf(debugImplicit, depth, "Looking for an implicit rule for '%s'.\n", f.Name)
		deps := len(f.Deps)
		found := inv.db.FindImplicit(f, depth)
		if found && (len(f.Deps) > deps || !f.Shuffled) {
			inv.shuffleAgain(f)
		}
		switch {
		case inv.db.Switches.DebugOutdented:
			// The search itself tells what it found.
		case found:
			inv.debugf(debugImplicit, depth, "Found an implicit rule for '%s'.\n", f.Name)
		default:
			inv.debugf(debugImplicit, depth, "No implicit rule found for '%s'.\n", f.Name)
		}
		f.TriedImplicit = true
	}
	if def := inv.db.Default(); f.Recipe == nil && !f.IsTarget && def.Recipe != nil {
		inv.debugf(debugImplicit, depth, "Using default recipe for '%s'.\n", f.Name)
		f.Recipe = def.Recipe
	}
}

// secondExpand expands the prerequisites of a target that were put off.
func (inv *Invocation) secondExpand(f *rules.File) {
	if inv.db.SecondExpand(f) {
		inv.shuffleAgain(f)
	}
}

// setState sets the state of a target. Its grouped peers follow, but a peer
// that another rule has brought further stays there.
func (inv *Invocation) setState(f *rules.File, s rules.State) {
	f.State = s
	for _, also := range f.AlsoMake {
		if s > also.State {
			also.State = s
		}
	}
}

// remake makes a target that is out of date.
func (inv *Invocation) remake(f *rules.File) {
	if f.Recipe == nil {
		if f.Phony || f.IsTarget {
			// Nothing to run: it counts as made.
			f.Status = rules.Success
		} else {
			if !inv.remaking || !f.DontCare {
				inv.complain(f)
			}
			f.Status = rules.Failed
		}
		inv.finished(f)
		return
	}
	if inv.touch && !recursive(f.Recipe) {
		f.Status = rules.Success
		inv.finished(f)
		return
	}
	inv.execute(f)
}

// finished records the end of the work on a target (its own status is set) and
// looks at its time again if a recipe ran.
func (inv *Invocation) finished(f *rules.File) {
	ran := f.State == rules.Running
	touched := false
	f.State, f.Updated = rules.Finished, true
	if inv.touch && f.Status == rules.Success {
		touched = inv.touchTarget(f)
	}
	if f.MtimeBefore == rules.TimeUnknown {
		f.MtimeBefore = f.Mtime
	}
	if ran && !f.Phony || touched {
		pretend := false
		switch {
		case (inv.question || inv.dryRun || inv.touch) && f.Recipe != nil:
			// Only recipes that were really run show in the file's time.
			pretend = !allRecursive(f.Recipe) && !inv.target(f).recursive
		case f.IsTarget && f.Recipe == nil:
			pretend = true
		}
		f.Mtime = rules.TimeUnknown
		if pretend && !touched {
			f.Mtime = rules.TimeNew
		}
	}
	if f.DoubleColon != nil {
		shareTime(f)
	}
	if ran && f.Status != rules.None {
		for _, also := range f.AlsoMake {
			also.State, also.Updated, also.Status = rules.Finished, true, f.Status
			if !also.Phony {
				inv.db.FreshTime(also, true)
			}
			inv.finishNode(also)
		}
		if inv.profile.PeerTargetWarning && f.TriedImplicit {
			inv.checkPeers(f)
		}
	} else if f.Status == rules.None {
		f.Status = rules.Success
	}
	inv.finishNode(f)
}

// checkPeers warns of targets that a pattern rule promised to make and did not.
func (inv *Invocation) checkPeers(f *rules.File) {
	if len(f.AlsoMake) == 0 {
		return
	}
	if t := inv.db.ModTime(f); !t.Ordinary() || t <= f.MtimeBefore {
		return
	}
	for _, also := range f.AlsoMake {
		if also.Mtime != rules.TimeNone {
			continue
		}
		pos := eval.Pos{}
		if f.Recipe != nil {
			pos = f.Recipe.Pos
		}
		inv.errorAt(pos, "warning: pattern recipe did not update peer target '"+also.Name+"'.")
	}
}

func (inv *Invocation) finishNode(f *rules.File) {
	if t, ok := f.Node.(*target); ok {
		inv.graph.Finish(t.node)
	}
}

// shareTime gives all double-colon rules of a target the time of the last.
func shareTime(f *rules.File) {
	latest := f.Mtime
	for g := f.DoubleColon; g != nil; g = g.Prev {
		if !g.Updated {
			return
		}
		if latest != rules.TimeUnknown && (g.Mtime == rules.TimeUnknown || g.Mtime > latest) {
			latest = g.Mtime
		}
	}
	for g := f.DoubleColon; g != nil; g = g.Prev {
		g.Mtime = latest
	}
}

// complain reports a prerequisite that nothing can make. If it was tried before without a message, the one that is really missing may
// be below it: it is named each time, though it is tried only once.
func (inv *Invocation) complain(f *rules.File) {
	for i := range f.Deps {
		if d := f.Deps[i].File; d != nil && d.Updated && d.Status > rules.None && f.NoDiag {
			inv.complain(d)
			return
		}
	}
	f.NoDiag = false
	inv.showIncludeError()
	msg := "No rule to make target '" + f.Name + "'"
	if f.Parent != nil {
		msg += ", needed by '" + f.Parent.Name + "'"
	}
	if !inv.flags.KeepGoing {
		inv.fatal(msg)
	}
	inv.errorf("*** %s.", msg)
}
