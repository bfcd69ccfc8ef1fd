package remember

// This file keeps at what the recipe of a target looked beside its prerequisites: a header that no rule names, a script, the
// compiler. Who changes such a file, and touches the source to have the target made again, has it made again.

import (
	"path"
	"slices"
	"strconv"
	"syscall"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/lang/rules"
)

// keepSights keeps the record of what an action looked at, and returns the note by which the record of the action names it;
// none if that is not known, or something of it was changed since the action began. Actions that looked at the same share a
// record.
func (r *Recording) keepSights(a *Action, targets []*rules.File, outputs []facts.ID) []memory.Piece {
	if a.Unseen != "" {
		return nil
	}
	told := make(map[string]bool) // by other records
	for _, id := range outputs {
		told[path.Clean(r.m.Path(id))] = true
	}
	for _, name := range a.Wrote {
		told[path.Clean(name)] = true
	}
	if slices.ContainsFunc(a.Began, func(name string) bool { return told[path.Clean(name)] }) {
		return nil // run again, it begins with what it left
	}
	for _, f := range targets {
		for i := range f.Deps {
			if d := f.Deps[i].File; d != nil && !f.Deps[i].OrderOnly && !d.Phony {
				told[path.Clean(r.mk.View.Abs(d.Name))] = true
			}
		}
	}
	rec, words := &memory.Record{}, []string{"sights"}
	for _, s := range a.Saw {
		name := path.Clean(s.Path)
		if s.Kind == facts.System {
			name = s.Path
		} else if told[name] && s.Kind != facts.List {
			continue
		}
		st := facts.Look(s.Kind, "", name)
		if s.Kind == facts.Content && st.Errno == 0 && st.Format() == syscall.S_IFREG && max(st.Mtime, st.Ctime) >= a.Start.At {
			return nil
		}
		id := r.m.Intern(s.Kind, name)
		r.m.Saw(id, st)
		rec.Facts = append(rec.Facts, id)
		words = append(words, strconv.Itoa(int(s.Kind)), name, strconv.FormatUint(st.Ino, 16), strconv.FormatInt(st.Ctime, 16))
	}
	rec.Key = memory.NewKey(words...)
	r.m.Add(rec, r.m.Clock())
	return []memory.Piece{{Stream: memory.Note, Child: rec.Key}}
}

// sights is the record of what the recipe that made a target looked at beside its prerequisites; nil if it is not known.
func (r *Recording) sights(f *rules.File) *memory.Record {
	const at = 2 // behind the notes of what the recipe is, and says
	rec := r.m.Find(actionKey(r.mk, f))
	if rec == nil || len(rec.Pieces) <= at {
		return nil
	}
	return r.m.Find(rec.Pieces[at].Child)
}
