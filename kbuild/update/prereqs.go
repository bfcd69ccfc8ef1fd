package update

// This file considers the prerequisites of a target: whether they must be made first, and whether they make it out of date.

import (
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
)

// updatePrereqs considers the prerequisites of a target and of its grouped
// peers, left to right.
func (w *Walk) updatePrereqs(f *rules.File, t *target, thisTime rules.Time, mustMake *bool, depth int) (status rules.Status, waits bool) {
	status, waits = w.updateDeps(f, f, t, thisTime, mustMake, depth)
	for _, also := range f.AlsoMake {
		if status != rules.Success && !w.Make.Flags.KeepGoing {
			break
		}
		w.secondExpand(also)
		s, w := w.updateDeps(f, also, t, thisTime, mustMake, depth)
		status, waits = max(status, s), waits || w
	}
	return status, waits
}

func (w *Walk) updateDeps(f, owner *rules.File, t *target, thisTime rules.Time, mustMake *bool, depth int) (status rules.Status, waits bool) {
	for _, i := range w.walkOrder(owner) {
		d := &owner.Deps[i]
		if d.File == nil {
			continue
		}
		if waits && (d.Wait && w.profile.WaitTarget || w.serialPrereqs(f)) {
			break
		}
		d.File = d.File.Resolve()
		if w.leaveOut(d.File) {
			continue
		}
		before := w.DB.ModTime(d.File)
		d.File = d.File.Resolve()
		if isUpdating(d.File) {
			w.Printer.Errorf("Circular %s <- %s dependency dropped.", f.Name, d.File.Name)
			owner.Deps[i].File = nil
			continue
		}
		d.File.Parent = f
		maybe := *mustMake
		status = max(status, w.caringAs(f, d.File, func() rules.Status { return w.checkDep(d.File, f, depth, thisTime, &maybe) }))
		if !d.OrderOnly {
			*mustMake = maybe
		}
		d.File = d.File.Resolve()
		if w.running(t, d.File) {
			waits = true
		}
		if status != rules.Success && !w.Make.Flags.KeepGoing {
			break
		}
		if !waits {
			after := w.DB.ModTime(d.File)
			d.Changed = before == rules.TimeNone || after != before && (after <= thisTime || w.Judge.OutOfDate(d.File, after, f, thisTime))
		}
	}
	w.dropCircular(owner)
	return status, waits
}

// caringAs updates a prerequisite of f. Where makefiles are remade, its failure is told of only if that of f is.
func (w *Walk) caringAs(f, prereq *rules.File, update func() rules.Status) rules.Status {
	if !w.remaking() {
		return update()
	}
	care := prereq.DontCare
	prereq.DontCare = f.DontCare
	status := update()
	prereq.DontCare = care
	return status
}

// dropCircular removes the prerequisites that were found to be circular.
func (w *Walk) dropCircular(f *rules.File) {
	kept := f.Deps[:0]
	for i := range f.Deps {
		if f.Deps[i].File != nil {
			kept = append(kept, f.Deps[i])
		}
	}
	f.Deps = kept
}

// updateIntermediates makes the intermediate prerequisites of a target that
// must be remade.
func (w *Walk) updateIntermediates(f *rules.File, t *target, depth int) (status rules.Status, waits bool) {
	for _, i := range w.walkOrder(f) {
		d := &f.Deps[i]
		if d.File == nil || !d.File.Intermediate {
			continue
		}
		before := w.DB.ModTime(d.File)
		d.File = d.File.Resolve()
		d.File.Parent = f
		status = max(status, w.caringAs(f, d.File, func() rules.Status { return w.update(d.File, depth) }))
		d.File = d.File.Resolve()
		if w.running(t, d.File) {
			waits = true
		}
		if status != rules.Success && !w.Make.Flags.KeepGoing {
			break
		}
		if !waits {
			d.Changed = f.Phony && f.Recipe != nil || w.DB.ModTime(d.File) != before
		}
	}
	return status, waits
}

// checkDep considers a prerequisite of a file, of, of time thisTime and sets
// mustMake if the prerequisite makes it out of date. An intermediate file that
// does not exist is looked through: only what it is made from counts.
func (w *Walk) checkDep(f, of *rules.File, depth int, thisTime rules.Time, mustMake *bool) rules.Status {
	if !w.profile.DebugOutdented {
		depth++
	}
	setUpdating(f, true)
	original := f
	defer func() {
		setUpdating(f, false)
		setUpdating(original, false)
	}()
	if f.Phony || !f.Intermediate {
		status := w.update(f, depth)
		f = f.Resolve()
		t := w.DB.ModTime(f)
		f = f.Resolve()
		if t == rules.TimeNone || w.Judge.OutOfDate(f, t, of, thisTime) {
			*mustMake = true
		}
		return status
	}
	w.findRecipe(f, depth)
	w.secondExpand(f)
	f = f.Resolve()
	mtime := w.DB.ModTime(f)
	f = f.Resolve()
	if mtime != rules.TimeNone && w.Judge.OutOfDate(f, mtime, of, thisTime) {
		*mustMake = true
		return rules.Success
	}
	if f.State != rules.Running && !(f.State == rules.DepsRunning && !w.target(f).checkOnly) {
		w.setState(f, rules.NotStarted)
	}
	t := w.target(f)
	status, waits := rules.Success, false
	for i := 0; i < len(f.Deps); i++ {
		d := &f.Deps[i]
		d.File = d.File.Resolve()
		if isUpdating(d.File) {
			w.Printer.Errorf("Circular %s <- %s dependency dropped.", f.Name, d.File.Name)
			f.Deps = append(f.Deps[:i], f.Deps[i+1:]...)
			i--
			continue
		}
		d.File.Parent = f
		maybe := *mustMake
		deeper := depth
		if w.profile.DebugOutdented {
			deeper++
		}
		status = max(status, w.checkDep(d.File, of, deeper, thisTime, &maybe))
		if !d.OrderOnly {
			*mustMake = maybe
		}
		d.File = d.File.Resolve()
		if status != rules.Success && !w.Make.Flags.KeepGoing {
			break
		}
		if f.State != rules.Running && f.State != rules.DepsRunning || t.checkOnly {
			if w.running(t, d.File) {
				waits = true
			}
		}
	}
	if waits {
		t.checkOnly = true
		w.setState(f, rules.DepsRunning)
	}
	return status
}

// markChanged records which prerequisites are newer than the target.
func (w *Walk) markChanged(f *rules.File, thisTime rules.Time, noexist bool, mustMake *bool, depth int) (depsChanged bool) {
	for i := range f.Deps {
		d := &f.Deps[i]
		t := w.DB.ModTime(d.File)
		d.File = d.File.Resolve()
		if !d.OrderOnly {
			if t == rules.TimeNone && !d.File.Intermediate {
				*mustMake = true
			}
			depsChanged = depsChanged || d.Changed
		}
		d.Changed = d.Changed || noexist || w.Judge.OutOfDate(d.File, t, f, thisTime)
		if !d.Changed && !d.OrderOnly && t > thisTime {
			w.Judge.Spared(d.File)
		}
		if noexist || !w.Printer.Debugging(flags.DebugBasic|flags.DebugVerbose) {
			continue
		}
		switch {
		case d.OrderOnly:
			w.debugf(flags.DebugVerbose, depth, "Prerequisite '%s' is order-only for target '%s'.\n", d.File.Name, f.Name)
		case t == rules.TimeNone:
			w.debugf(flags.DebugBasic, depth, "Prerequisite '%s' of target '%s' does not exist.\n", d.File.Name, f.Name)
		case d.Changed:
			w.debugf(flags.DebugBasic, depth, "Prerequisite '%s' is newer than target '%s'.\n", d.File.Name, f.Name)
		default:
			w.debugf(flags.DebugVerbose, depth, "Prerequisite '%s' is older than target '%s'.\n", d.File.Name, f.Name)
		}
	}
	return depsChanged
}

// leaveOut reports whether a prerequisite is a program that need not be built. It counts as made, and as older than
// everything.
func (w *Walk) leaveOut(f *rules.File) bool {
	if w.leftOut[f] {
		return true
	}
	if w.LeaveOut == nil || f.Phony || f.Updated || f.State != rules.NotStarted || !w.LeaveOut(f) {
		return false
	}
	if w.leftOut == nil {
		w.leftOut = make(map[*rules.File]bool)
	}
	w.leftOut[f] = true
	f.MarkOld()
	return true
}
