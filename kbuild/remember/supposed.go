package remember

// This file tells makes that run nothing what would become of the files that recipes would make.

import (
	"slices"
	"strings"
	"syscall"
	"unicode"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/lang/rules"
)

// Suppose has all that the recipe of a target writes count as made. It comes out as the last build left it if memory knows that it was
// made by the same recipe, whose text is given, of files that hold the same now as then; otherwise different. Under least it comes out
// as it was, and what is there is left alone.
func (c *Content) Suppose(f *rules.File, text string, least bool) {
	if c.r == nil || f.Phony {
		return
	}
	o := facts.Different
	if least || c.comesOutSame(f, text) {
		o = facts.Same
	}
	var paths []string
	for _, g := range append([]*rules.File{f}, f.AlsoMake...) {
		paths = append(paths, c.r.mk.View.Abs(g.Name))
	}
	outputs, _ := c.r.outputs(f)
	for _, id := range outputs {
		paths = append(paths, c.r.m.Path(id))
	}
	for _, path := range paths {
		if !least || facts.Look(facts.Exists, "", path).Errno != 0 {
			c.r.m.Suppose(path, o)
		}
	}
}

// Known reports whether it is known what the recipe wrote that made a target, so that content can spare it or what needs it; dated,
// whether it is a file of which the date counts even so, as it is empty or only names others.
func (c *Content) Known(f *rules.File) (known, dated bool) {
	if c.r == nil {
		return false, false
	}
	rec := c.r.m.Find(actionKey(c.r.mk, f))
	return rec != nil && !rec.Unproved, c.r.m.WritingCounts(c.fact(f))
}

// comesOutSame reports whether a recipe is the one that made the target, and what it would read is what it read then: prerequisites,
// and files that it names. What else the action wrote must be as it left that: it may tell what was read.
func (c *Content) comesOutSame(f *rules.File, text string) bool {
	rec := c.r.m.Find(actionKey(c.r.mk, f))
	if rec == nil || rec.Unproved || rec.Status != int(KnownForm) || !slices.Contains(rec.Pieces, recipeNote(text)) {
		return false
	}
	run, date := c.r.m.Remembered(c.fact(f))
	generation := c.r.m.Generation().Number()
	targets := append([]*rules.File{f}, f.AlsoMake...)
	for _, id := range rec.Facts {
		if !slices.ContainsFunc(targets, func(g *rules.File) bool { return c.fact(g) == id }) && !c.r.m.Table.Holds(id, generation, true) {
			return false
		}
	}
	if run == 0 || slices.ContainsFunc(targets, func(g *rules.File) bool { return !c.sameDeps(g, run, rules.Time(date)) }) {
		return false
	}
	return c.namesSame(text, rec.Facts, run)
}

// namesSame reports whether the files that a recipe names, but for its outputs, hold what they held in a run. What commands in it
// print is not known.
func (c *Content) namesSame(text string, outputs []facts.ID, run uint32) bool {
	if strings.Contains(text, "`") || strings.Contains(text, "$(") {
		return false
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("'\";|&<>(){}=,", r) })
	slices.Sort(words)
	for _, word := range slices.Compact(words) {
		if st := facts.Look(facts.Exists, "", c.r.mk.View.Abs(word)); st.Errno != 0 || st.Format() != syscall.S_IFREG && st.Format() != syscall.S_IFLNK {
			continue
		}
		id := c.r.mk.View.Fact(word)
		if _, output := slices.BinarySearch(outputs, id); output {
			continue
		}
		if since, _, known := c.r.m.Since(id); !known || since > run {
			return false
		}
	}
	return true
}

// recipeNote is how an action remembers the text of its recipe.
func recipeNote(text string) memory.Piece {
	return memory.Piece{Stream: memory.Note, Child: memory.NewKey("recipe", text)}
}

// supposed lists the files of a record that are supposed to come out different.
func (r *Recording) supposed(rec *memory.Record) (paths []string) {
	if rec == nil {
		return nil
	}
	for _, id := range rec.Facts {
		if r.m.Supposed(id) == facts.Different {
			paths = append(paths, r.m.Path(id))
		}
	}
	return paths
}
