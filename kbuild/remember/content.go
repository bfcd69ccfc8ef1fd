package remember

// This file judges by content where make compares dates. Where memory proves that a target is what its recipe made of files
// that hold the same now as then, new dates mean nothing: the files were touched, checked out again, or made again with the
// same bytes.

import (
	"slices"
	"time"

	"gokbuild/depgraph/facts"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/native"
	"gokbuild/kbuild/setting"
)

// Content is a judge (update.Judge) that goes by content where it can prove something, and by dates elsewhere. It is used by
// the goroutine of its make.
type Content struct {
	r       *Recording
	leftOut *native.LeftOut
	// environ works out the environment of a target's recipe.
	environ func(f *rules.File) []string
	says    Says
	// known are the targets that were looked at, by File.ID.
	known []*judged
	// below are the targets of which dates of prerequisites are facts: see byDatesBelow.
	below map[uint32]bool
}

// judged is what is known of a target.
type judged struct {
	making facts.Making
	// meanwhile is set if a prerequisite was changed while the target was made, otherwise if its recipe would tell the makes
	// that it calls something else today.
	meanwhile, otherwise bool
}

// Says tells what the recipe of a target says, with the variables that it exports but for those that skip names, as far as that shows
// without expanding it (recipe.Expander).
type Says func(f *rules.File, skip func(name string) bool) (words string, ok bool)

// NewContent returns the judge of a make; r may be nil: then dates decide.
func NewContent(r *Recording, leftOut *native.LeftOut, environ func(f *rules.File) []string, says Says) *Content {
	return &Content{r: r, leftOut: leftOut, environ: environ, says: says}
}

// OutOfDate reports whether a prerequisite makes a target out of date (update.Judge).
func (c *Content) OutOfDate(dep *rules.File, depTime rules.Time, target *rules.File, thisTime rules.Time) bool {
	byDate := depTime > thisTime
	switch {
	case c.r == nil || c.r.mk.Flags.ByDate || !depTime.Ordinary() || !thisTime.Ordinary():
		return byDate
	case !byDate:
		return c.unseen(dep, depTime, target, thisTime) || c.r.m.spared.Load() && c.toldOtherwise(target) || c.remadeByDate(dep, target)
	case !c.madeOfSame(target, thisTime):
		return true
	}
	c.r.m.stay(c.fact(target))
	return false
}

// remadeByDate reports whether make would make a target of a prerequisite that it would make anew, and that content has spared, where
// that target is not what its recipe left: somebody has written to it.
func (c *Content) remadeByDate(dep, target *rules.File) bool {
	if !c.r.m.stays(c.fact(dep)) {
		return false
	}
	if c.making(target).Run == 0 {
		return true
	}
	c.r.m.stay(c.fact(target))
	return false
}

// Spared notes that a prerequisite which this build has made does not make a target out of date (update.Judge).
func (c *Content) Spared(dep *rules.File) {
	if c.r != nil && c.r.m.MadeNow(c.fact(dep)) {
		c.r.m.spared.Store(true)
	}
}

// ToldOtherwise reports whether the makes that a recipe calls would be told something else (update.Judge).
func (c *Content) ToldOtherwise(target *rules.File) bool {
	j := c.seen(target)
	return j != nil && j.otherwise
}

// Kept is told of a target that needed no making (update.Judge).
func (c *Content) Kept(f *rules.File) {
	if c.r != nil {
		c.vouch(f)
		c.r.noteWarnings(f)
	}
}

func (c *Content) fact(f *rules.File) facts.ID { return c.r.mk.View.Fact(f.Name) }

// unseen reports whether a source of a target was changed in a way that dates do not tell: while the recipe ran, which may
// have read it before; or later, and given an old date. The target must still be as the recipe left it: whoever has touched
// or made it since goes by dates. A source is a file that no recipe makes.
//
// A recipe may itself change its source. Then the target is remade once more, not in every build.
func (c *Content) unseen(dep *rules.File, depTime rules.Time, target *rules.File, thisTime rules.Time) bool {
	j := c.judged(target)
	how := j.making
	if how.Run == 0 || int64(thisTime) > how.Ended || dep.Recipe != nil {
		return false
	}
	meanwhile := int64(depTime) > how.Began && int64(depTime) <= how.Ended
	if !meanwhile {
		run, _, known := c.r.m.Since(c.fact(dep))
		if !known || run <= how.Run {
			return false
		}
	}
	if c.making(dep).Run != 0 || c.r.mk.View.Stat(dep.Name).IsDir() {
		return false
	}
	j.meanwhile = j.meanwhile || meanwhile
	return true
}

// toldOtherwise reports whether the recipe of a target called makes to which it would say something else today: they would
// make something else of the same files, and save other commands. Make knows nothing of that: it runs the recipe because
// something below it was made. So this counts only where content has spared a target for which something was made just now:
// make would have gone on from there.
func (c *Content) toldOtherwise(target *rules.File) bool {
	j := c.judged(target)
	j.otherwise = j.making.Mark != 0 && j.making.Mark != told(c.environ(target), c.r.mk.Dir)
	return j.otherwise
}

// seen is what is known of a target that was judged before; nil if it was not.
func (c *Content) seen(f *rules.File) *judged {
	if int(f.ID) < len(c.known) {
		return c.known[f.ID]
	}
	return nil
}

// judged is what is known of a target; each of its prerequisites asks.
func (c *Content) judged(target *rules.File) *judged {
	for int(target.ID) >= len(c.known) {
		c.known = append(c.known, make([]*judged, 1+int(target.ID)-len(c.known))...)
	}
	j := c.known[target.ID]
	if j == nil {
		j = &judged{making: c.making(target)}
		c.known[target.ID] = j
	}
	return j
}

// making is what memory knows of how a recipe made what is in a file now.
func (c *Content) making(f *rules.File) facts.Making { return c.r.m.Making(c.fact(f)) }

// madeOfSame reports whether memory proves that a target, of time thisTime, and what its recipe makes with it, is what its
// recipe made of what its prerequisites hold now.
func (c *Content) madeOfSame(f *rules.File, thisTime rules.Time) bool {
	if f.DoubleColon != nil {
		return false
	}
	run := c.making(f).Run
	for _, also := range f.AlsoMake {
		c.r.mk.View.Stat(also.Name) // the record relies on it
		run = min(run, c.making(also).Run)
	}
	if run == 0 || !c.r.isOurs(f) || !c.sameDeps(f, run, thisTime) || !c.saysSame(f) || !c.r.m.Holds(c.r.sights(f)) {
		return false
	}
	for _, also := range f.AlsoMake {
		if !c.sameDeps(also, run, thisTime) {
			return false
		}
	}
	return true
}

// sameDeps reports whether the prerequisites of f hold what they held when a target, of time thisTime, was made in a run.
func (c *Content) sameDeps(f *rules.File, run uint32, thisTime rules.Time) bool {
	for i := range f.Deps {
		d := f.Deps[i].File
		if f.Deps[i].OrderOnly || d == nil || d.Phony || c.leftOut.Has(d.Name) {
			continue
		}
		if !c.sameSince(d, run, thisTime) {
			return false
		}
		if c.r.mk.View.Stat(d.Name).IsDir() {
			// Its date is all there is to it.
			c.r.relies(facts.Dated, c.r.mk.View.Abs(d.Name))
			if d.Mtime > thisTime {
				return false
			}
		}
	}
	return true
}

// sameSince reports whether a prerequisite, and all that its recipe makes with it, holds what it held in a run, when a target
// of time thisTime was made. Of a marker that always holds the same text, the files that it stands for decide. Where it is not
// known what a recipe makes, the date does.
func (c *Content) sameSince(d *rules.File, run uint32, thisTime rules.Time) bool {
	same := func(id facts.ID) bool {
		since, date, _ := c.r.m.Since(id)
		return since <= run && date <= int64(thisTime)
	}
	if !same(c.fact(d)) {
		return false
	}
	if d.Recipe == nil || d.Mtime <= thisTime {
		return true
	}
	outputs, known := c.r.outputs(d)
	return known && !slices.ContainsFunc(outputs, func(id facts.ID) bool { return !same(id) })
}

// vouch is called for a target that needed no making. If its date is all that speaks for it, the record of the make holds
// only as long as the dates of the target and of its prerequisites are what they are.
func (c *Content) vouch(f *rules.File) {
	if f.Phony || f.Recipe == nil || !datesMatter(f) {
		return
	}
	if f.Mtime.Ordinary() && c.madeOfSame(f, f.Mtime) {
		// What its recipe has made beside it must stay, too, and what it looked at beside the prerequisites.
		outputs, _ := c.r.outputs(f)
		for _, id := range append(slices.Clone(outputs), c.r.sights(f).Facts...) {
			c.r.facts.Add(id)
		}
		if alwaysMade(f) {
			return
		}
		// Under a new date its recipe would count, and what that says in the environment of then.
	}
	for _, g := range append([]*rules.File{f}, f.AlsoMake...) {
		c.byDate(g)
		for i := range g.Deps {
			if d := g.Deps[i].File; d != nil && !d.Phony && !g.Deps[i].OrderOnly {
				c.byDate(d)
				if c.making(g).Run == 0 {
					c.byDatesBelow(d)
				}
			}
		}
	}
}

// byDatesBelow makes the dates facts by which make would make a prerequisite anew, which counts for a target that is not what its
// recipe left.
func (c *Content) byDatesBelow(f *rules.File) {
	if f.Recipe == nil || c.below[f.ID] {
		return
	}
	if c.below == nil {
		c.below = make(map[uint32]bool)
	}
	c.below[f.ID] = true
	for i := range f.Deps {
		if d := f.Deps[i].File; d != nil && !d.Phony && !f.Deps[i].OrderOnly {
			c.byDate(d)
			c.byDatesBelow(d)
		}
	}
}

// byDate makes the date of a file a fact.
func (c *Content) byDate(f *rules.File) {
	if c.r.mk.View.Stat(f.Name).IsDir() {
		c.r.relies(facts.Dated, c.r.mk.View.Abs(f.Name))
		return
	}
	c.r.dates.Add(c.fact(f))
}

// datesMatter reports whether another date could have anything done for a target: it has prerequisites to be compared with, and a
// recipe that does something.
func datesMatter(f *rules.File) bool {
	if f.DoubleColon != nil {
		return true
	}
	return !f.Recipe.Blank() && (compared(f) || slices.ContainsFunc(f.AlsoMake, compared))
}

// compared reports whether a target has a prerequisite whose date is compared with its own: a phony one, or one that is not there, is
// newer than anything.
func compared(f *rules.File) bool {
	return slices.ContainsFunc(f.Deps, func(d rules.Dep) bool {
		return !d.OrderOnly && d.File != nil && !d.File.Phony && d.File.Mtime.Ordinary()
	})
}

// Ended is told of a recipe that has ended well.
func (c *Content) Ended(a *Action) {
	switch {
	case c.r == nil:
	case a.Made:
		c.made(a)
		if c.r.mk.Effects == setting.Real {
			c.r.m.keepWarnings(c.r.mk, a.File, a.Stderr)
		}
	case !a.Recalled:
		if a.File.Mtime.Ordinary() { // what is never there is made every time, whatever the dates
			c.vouch(a.File)
		}
		c.r.noteWarnings(a.File)
	}
}

// made notes that the recipe of a target has run.
func (c *Content) made(a *Action) {
	f, m := a.File, c.r.m
	m.noteOwn(a.Wrote...)
	if f.Phony {
		return
	}
	how := facts.Making{Began: a.Start.At, Ended: time.Now().UnixNano()}
	if j := c.seen(f); j != nil && j.meanwhile {
		how.Began = how.Ended
	}
	// What makes a makefile does not yet know what that one says.
	if !a.Remaking && (a.CalledMake || m.calls() != a.Start.Calls) {
		how.Mark = told(a.Environ(), c.r.mk.Dir)
		a.Unknown = "a make"
	}
	for _, f := range append([]*rules.File{f}, f.AlsoMake...) {
		m.Made(c.fact(f), how)
		if c.dateTells(f, a.Text) {
			m.CountDate(c.fact(f))
		}
	}
	c.r.keepAction(a)
}
