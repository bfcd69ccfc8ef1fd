package kbuild

import (
	"slices"

	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/rules"
)

// Make compares dates. Where memory proves that a target is what its recipe made of files that hold the same now as then,
// new dates mean nothing: the files were touched, checked out again, or made again with the same bytes.

// newer reports whether a prerequisite of time depTime makes target, of time thisTime, out of date.
func (inv *Invocation) newer(dep *rules.File, depTime rules.Time, target *rules.File, thisTime rules.Time) bool {
	if depTime <= thisTime {
		return false
	}
	return inv.rec == nil || inv.flags.ByDate || !depTime.Ordinary() || !thisTime.Ordinary() || !inv.madeOfSame(target, thisTime)
}

// madeOfSame reports whether memory proves that a target, of time thisTime, is what its recipe made of what its
// prerequisites hold now.
func (inv *Invocation) madeOfSame(f *rules.File, thisTime rules.Time) bool {
	m, gen := inv.session.memory, inv.session.FS.Generation()
	if len(f.AlsoMake) > 0 || f.DoubleColon != nil {
		return false
	}
	made, ok := m.MadeIn(inv.view.Fact(f.Name), gen)
	if !ok {
		return false
	}
	for i := range f.Deps {
		d := f.Deps[i].File
		if f.Deps[i].OrderOnly || d == nil || d.Phony {
			continue
		}
		if inv.unbuilt[d.Name] != nil {
			continue
		}
		if run, date := m.Since(inv.view.Fact(d.Name), gen); run > made || date > int64(thisTime) {
			return false
		}
		if inv.view.Stat(d.Name).IsDir() {
			// Its date is all there is to it.
			inv.relies(memory.Dated, inv.view.Abs(d.Name))
			if d.Mtime > thisTime {
				return false
			}
		}
	}
	return true
}

// vouch is called for a target that needed no making. If its date is all that speaks for it, the record of the invocation
// holds only as long as dates are what they are.
func (inv *Invocation) vouch(f *rules.File) {
	if inv.rec == nil || f.Phony || f.Recipe == nil || inv.rec.byDate.Load() || !datesMatter(f) {
		return
	}
	if !f.Mtime.Ordinary() || !inv.madeOfSame(f, f.Mtime) {
		inv.rec.byDate.Store(true)
	}
}

// datesMatter reports whether another date could have anything done for a target: it has prerequisites to be compared with, and a
// recipe that does something.
func datesMatter(f *rules.File) bool {
	if len(f.AlsoMake) > 0 || f.DoubleColon != nil {
		return true
	}
	return !blankRecipe(f.Recipe) && slices.ContainsFunc(f.Deps, func(d rules.Dep) bool { return !d.OrderOnly })
}

// noteContent is told of the end of a recipe.
func (inv *Invocation) noteContent(j *job) {
	switch {
	case inv.rec == nil || j.status != rules.Success:
	case j.ran:
		inv.made(j.file)
		if !inv.settling() {
			inv.keepWarnings(j)
		}
	case !j.recalled:
		inv.vouch(j.file)
		inv.noteWarnings(j.file)
	}
}

// made notes that the recipe of a target has run.
func (inv *Invocation) made(f *rules.File) {
	if f.Phony {
		return
	}
	inv.session.memory.Made(inv.view.Fact(f.Name))
	if inv.lists(f) {
		inv.session.memory.Lists(inv.view.Fact(f.Name))
	}
	for _, also := range f.AlsoMake {
		inv.session.memory.Made(inv.view.Fact(also.Name))
	}
}
