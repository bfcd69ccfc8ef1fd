package kbuild

import (
	"encoding/binary"
	"slices"
	"time"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/lang/rules"
)

// Make compares dates. Where memory proves that a target is what its recipe made of files that hold the same now as then,
// new dates mean nothing: the files were touched, checked out again, or made again with the same bytes.

// newer reports whether a prerequisite of time depTime makes target, of time thisTime, out of date.
func (inv *Invocation) newer(dep *rules.File, depTime rules.Time, target *rules.File, thisTime rules.Time) bool {
	byDate := depTime > thisTime
	switch {
	case inv.rec == nil || inv.flags.ByDate || !depTime.Ordinary() || !thisTime.Ordinary():
		return byDate
	case !byDate:
		return inv.unseen(dep, depTime, target, thisTime) || inv.session.spared.Load() && inv.calledOtherwise(target)
	}
	return !inv.madeOfSame(target, thisTime) || inv.session.memory.MadeNow(inv.view.Fact(dep.Name)) && inv.calledOtherwise(target)
}

// unseen reports whether a source of a target was changed in a way that dates do not tell: while the recipe ran, which may have read it
// before, or later, and given an old date. The target must still be as the recipe left it: whoever touched or made it since goes by
// dates. A source is what no recipe makes. One that a recipe changes itself must not have it run for ever: it runs once more.
func (inv *Invocation) unseen(dep *rules.File, depTime rules.Time, target *rules.File, thisTime rules.Time) bool {
	t := inv.target(target)
	how := t.making(inv)
	if how.Run == 0 || int64(thisTime) > how.Ended || dep.Recipe != nil {
		return false
	}
	meanwhile := int64(depTime) > how.Began && int64(depTime) <= how.Ended
	if !meanwhile {
		run, _, known := inv.session.memory.Since(inv.view.Fact(dep.Name))
		if !known || run <= how.Run {
			return false
		}
	}
	if inv.making(dep).Run != 0 || inv.view.Stat(dep.Name).IsDir() {
		return false
	}
	t.meanwhile = t.meanwhile || meanwhile
	return true
}

// calledOtherwise reports whether the recipe of a target called makes, to which it would say something else today: they would make
// something else of the same files, and save other commands. Make knows nothing of that: it runs the recipe because something below it was
// made. So it counts only where content has spared a target for which something was made just now: make would have gone on from there.
func (inv *Invocation) calledOtherwise(target *rules.File) bool {
	t := inv.target(target)
	below := t.making(inv).Mark
	t.otherwise = below != 0 && below != saidBelow(inv.environment(target), inv.dir)
	return t.otherwise
}

// making is [Invocation.making] of the target, asked for once: each prerequisite wants to know.
func (t *target) making(inv *Invocation) facts.Making {
	if t.made == nil {
		how := inv.making(t.file)
		t.made = &how
	}
	return *t.made
}

// saidBelow stands for what a recipe with the given environment tells the makes that it calls.
func saidBelow(env []string, dir string) uint64 {
	key := memory.NewKey(decisiveEnv(env, dir)...)
	return max(1, binary.LittleEndian.Uint64(key[:]))
}

// madeOfSame reports whether memory proves that a target, of time thisTime, and what its recipe makes with it, is what that recipe
// made of what its prerequisites hold now.
func (inv *Invocation) madeOfSame(f *rules.File, thisTime rules.Time) bool {
	if f.DoubleColon != nil {
		return false
	}
	made := inv.making(f).Run
	for _, also := range f.AlsoMake {
		inv.view.Stat(also.Name) // the record relies on it
		made = min(made, inv.making(also).Run)
	}
	if made == 0 || !inv.sameDeps(f, made, thisTime) {
		return false
	}
	for _, also := range f.AlsoMake {
		if !inv.sameDeps(also, made, thisTime) {
			return false
		}
	}
	return true
}

// making returns what memory knows of how a recipe made what is in a file now.
func (inv *Invocation) making(f *rules.File) facts.Making {
	return inv.session.memory.Making(inv.view.Fact(f.Name))
}

// sameDeps reports whether the prerequisites of f hold what they held when a target, of time thisTime, was made in the given run.
func (inv *Invocation) sameDeps(f *rules.File, made uint32, thisTime rules.Time) bool {
	for i := range f.Deps {
		d := f.Deps[i].File
		if f.Deps[i].OrderOnly || d == nil || d.Phony {
			continue
		}
		if inv.unbuilt[d.Name] != nil {
			continue
		}
		run, date, _ := inv.session.memory.Since(inv.view.Fact(d.Name))
		if run > made || date > int64(thisTime) {
			return false
		}
		if inv.view.Stat(d.Name).IsDir() {
			// Its date is all there is to it.
			inv.relies(facts.Dated, inv.view.Abs(d.Name))
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
	if f.DoubleColon != nil {
		return true
	}
	return !blankRecipe(f.Recipe) && (compared(f) || slices.ContainsFunc(f.AlsoMake, compared))
}

// compared reports whether a target has a prerequisite whose date is compared with its own: a phony one, or one that is not there, is
// newer than anything.
func compared(f *rules.File) bool {
	return slices.ContainsFunc(f.Deps, func(d rules.Dep) bool {
		return !d.OrderOnly && d.File != nil && !d.File.Phony && d.File.Mtime.Ordinary()
	})
}

// noteContent is told of the end of a recipe.
func (inv *Invocation) noteContent(j *job) {
	switch {
	case inv.rec == nil || j.status != rules.Success:
	case j.ran:
		inv.made(j)
		if !inv.settling() {
			inv.keepWarnings(j)
		}
	case !j.recalled:
		if j.file.Mtime.Ordinary() { // what is never there is made every time, whatever the dates
			inv.vouch(j.file)
		}
		inv.noteWarnings(j.file)
	}
}

// made notes that the recipe of a target has run.
func (inv *Invocation) made(j *job) {
	f, m := j.file, inv.session.memory
	if f.Phony {
		return
	}
	how := facts.Making{Began: j.began, Ended: time.Now().UnixNano()}
	if inv.target(f).meanwhile {
		how.Began = how.Ended
	}
	// What makes a makefile does not yet know what that one says.
	if !inv.remaking && (j.calledMake || m.buildsBelow() != j.buildsBefore) {
		how.Mark = saidBelow(j.environ(), inv.dir)
	}
	m.Made(inv.view.Fact(f.Name), how)
	if inv.lists(f) {
		m.CountDate(inv.view.Fact(f.Name))
	}
	for _, also := range f.AlsoMake {
		m.Made(inv.view.Fact(also.Name), how)
	}
}
