package kbuild

import "gokbuild/kbuild/lang/rules"

// This file considers the prerequisites of a target: whether they must be made first, and whether they make it out of date.

// updatePrereqs considers the prerequisites of a target and of its grouped
// peers, left to right.
func (inv *Invocation) updatePrereqs(f *rules.File, t *target, thisTime rules.Time, mustMake *bool, depth int) (status rules.Status, waits bool) {
	status, waits = inv.updateDeps(f, f, t, thisTime, mustMake, depth)
	for _, also := range f.AlsoMake {
		if status != rules.Success && !inv.flags.KeepGoing {
			break
		}
		inv.secondExpand(also)
		s, w := inv.updateDeps(f, also, t, thisTime, mustMake, depth)
		status, waits = max(status, s), waits || w
	}
	return status, waits
}

func (inv *Invocation) updateDeps(f, owner *rules.File, t *target, thisTime rules.Time, mustMake *bool, depth int) (status rules.Status, waits bool) {
	for _, i := range inv.walkOrder(owner) {
		d := &owner.Deps[i]
		if d.File == nil {
			continue
		}
		if waits && (d.Wait && inv.profile.WaitTarget || inv.serialPrereqs(f)) {
			break
		}
		d.File = d.File.Resolve()
		if inv.leaveUnbuilt(d.File) {
			continue
		}
		before := inv.db.ModTime(d.File)
		d.File = d.File.Resolve()
		if isUpdating(d.File) {
			inv.errorf("Circular %s <- %s dependency dropped.", f.Name, d.File.Name)
			owner.Deps[i].File = nil
			continue
		}
		for g := range d.File.Chain {
			g.Parent = f
		}
		maybe := *mustMake
		status = max(status, inv.caringAs(f, d.File, func() rules.Status { return inv.checkDep(d.File, f, depth, thisTime, &maybe) }))
		if !d.OrderOnly {
			*mustMake = maybe
		}
		d.File = d.File.Resolve()
		if inv.running(t, d.File) {
			waits = true
		}
		if status != rules.Success && !inv.flags.KeepGoing {
			break
		}
		if !waits {
			after := inv.db.ModTime(d.File)
			d.Changed = before == rules.TimeNone || after != before && (after <= thisTime || inv.newer(d.File, after, f, thisTime))
		}
	}
	inv.dropCircular(owner)
	return status, waits
}

// caringAs updates a prerequisite of f. Where makefiles are remade, its failure is told of only if that of f is.
func (inv *Invocation) caringAs(f, prereq *rules.File, update func() rules.Status) rules.Status {
	if !inv.remaking {
		return update()
	}
	care := prereq.DontCare
	prereq.DontCare = f.DontCare
	status := update()
	prereq.DontCare = care
	return status
}

// dropCircular removes the prerequisites that were found to be circular.
func (inv *Invocation) dropCircular(f *rules.File) {
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
func (inv *Invocation) updateIntermediates(f *rules.File, t *target, depth int) (status rules.Status, waits bool) {
	for _, i := range inv.walkOrder(f) {
		d := &f.Deps[i]
		if d.File == nil || !d.File.Intermediate {
			continue
		}
		before := inv.db.ModTime(d.File)
		d.File = d.File.Resolve()
		d.File.Parent = f
		status = max(status, inv.caringAs(f, d.File, func() rules.Status { return inv.update(d.File, depth) }))
		d.File = d.File.Resolve()
		if inv.running(t, d.File) {
			waits = true
		}
		if status != rules.Success && !inv.flags.KeepGoing {
			break
		}
		if !waits {
			d.Changed = f.Phony && f.Recipe != nil || inv.db.ModTime(d.File) != before
		}
	}
	return status, waits
}

// checkDep considers a prerequisite of a file, of, of time thisTime and sets
// mustMake if the prerequisite makes it out of date. An intermediate file that
// does not exist is looked through: only what it is made from counts.
func (inv *Invocation) checkDep(f, of *rules.File, depth int, thisTime rules.Time, mustMake *bool) rules.Status {
	if !inv.profile.DebugOutdented {
		depth++
	}
	setUpdating(f, true)
	original := f
	defer func() {
		setUpdating(f, false)
		setUpdating(original, false)
	}()
	if f.Phony || !f.Intermediate {
		status := inv.update(f, depth)
		f = f.Resolve()
		t := inv.db.ModTime(f)
		f = f.Resolve()
		if t == rules.TimeNone || inv.newer(f, t, of, thisTime) {
			*mustMake = true
		}
		return status
	}
	inv.findRecipe(f, depth)
	inv.secondExpand(f)
	f = f.Resolve()
	mtime := inv.db.ModTime(f)
	f = f.Resolve()
	if mtime != rules.TimeNone && inv.newer(f, mtime, of, thisTime) {
		*mustMake = true
		return rules.Success
	}
	if f.State != rules.Running && !(f.State == rules.DepsRunning && !inv.target(f).checkOnly) {
		inv.setState(f, rules.NotStarted)
	}
	t := inv.target(f)
	status, waits := rules.Success, false
	for i := 0; i < len(f.Deps); i++ {
		d := &f.Deps[i]
		d.File = d.File.Resolve()
		if isUpdating(d.File) {
			inv.errorf("Circular %s <- %s dependency dropped.", f.Name, d.File.Name)
			f.Deps = append(f.Deps[:i], f.Deps[i+1:]...)
			i--
			continue
		}
		d.File.Parent = f
		maybe := *mustMake
		deeper := depth
		if inv.profile.DebugOutdented {
			deeper++
		}
		status = max(status, inv.checkDep(d.File, of, deeper, thisTime, &maybe))
		if !d.OrderOnly {
			*mustMake = maybe
		}
		d.File = d.File.Resolve()
		if status != rules.Success && !inv.flags.KeepGoing {
			break
		}
		if f.State != rules.Running && f.State != rules.DepsRunning || t.checkOnly {
			if inv.running(t, d.File) {
				waits = true
			}
		}
	}
	if waits {
		t.checkOnly = true
		inv.setState(f, rules.DepsRunning)
	}
	return status
}

// markChanged records which prerequisites are newer than the target.
func (inv *Invocation) markChanged(f *rules.File, thisTime rules.Time, noexist bool, mustMake *bool, depth int) (depsChanged bool) {
	for i := range f.Deps {
		d := &f.Deps[i]
		t := inv.db.ModTime(d.File)
		d.File = d.File.Resolve()
		if !d.OrderOnly {
			if t == rules.TimeNone && !d.File.Intermediate {
				*mustMake = true
			}
			depsChanged = depsChanged || d.Changed
		}
		d.Changed = d.Changed || noexist || inv.newer(d.File, t, f, thisTime)
		if !d.Changed && !d.OrderOnly && t > thisTime && inv.session.memory.MadeNow(inv.view.Fact(d.File.Name)) {
			inv.session.spared.Store(true)
		}
		if noexist || !inv.debugging(debugBasic|debugVerbose) {
			continue
		}
		switch {
		case d.OrderOnly:
			inv.debugf(debugVerbose, depth, "Prerequisite '%s' is order-only for target '%s'.\n", d.File.Name, f.Name)
		case t == rules.TimeNone:
			inv.debugf(debugBasic, depth, "Prerequisite '%s' of target '%s' does not exist.\n", d.File.Name, f.Name)
		case d.Changed:
			inv.debugf(debugBasic, depth, "Prerequisite '%s' is newer than target '%s'.\n", d.File.Name, f.Name)
		default:
			inv.debugf(debugVerbose, depth, "Prerequisite '%s' is older than target '%s'.\n", d.File.Name, f.Name)
		}
	}
	return depsChanged
}
