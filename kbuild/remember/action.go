package remember

// This file holds the action: what the recipe of a target did, and on which authority that is known. Whoever wants to leave
// work out because a target is what its recipe made of these inputs asks here.
//
// An action is kept as a record whose facts are its outputs: while it holds, nobody has touched any of them since. By dates,
// that is: somebody else's run of the same recipe may leave the same bytes in the target and others beside it. Its inputs are
// the prerequisites; what they held when the recipe began is checked at the end of the build (Memory.Close).

import (
	"slices"
	"syscall"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/setting"
)

// Authority says how it is known what an action wrote.
type Authority uint8

const (
	// NotKnown: a program may have written files of which nothing is known. Dates decide about the target, as for make.
	NotKnown Authority = iota
	// KnownForm: every command is one whose words tell what it writes (package forms), or ran in this process.
	KnownForm
	// Traced: a tracer has seen what the other commands wrote.
	Traced
)

// Start is when an action began.
type Start struct {
	// At is the time by the clock that files are dated with, in nanoseconds since 1970.
	At int64
	// Clock is the point in the order of changes that this process has seen.
	Clock uint64
	// Calls is how many calls of make by processes had been seen.
	Calls uint64
}

// Action is what the recipe of a target did, as far as it is known when it has ended well.
type Action struct {
	File  *rules.File
	Start Start
	// Made is set if a command ran that may have made something; Recalled if memory left one out.
	Made, Recalled bool
	// CalledMake is set if a make ran in this process.
	CalledMake bool
	// Remaking is set if it ran on behalf of a makefile.
	Remaking bool
	command.Written
	// Stderr is what was heard of its commands.
	Stderr string
	// Text is the recipe, expanded; Says is what it says without that (Content.Begins).
	Text, Says string
	// Environ works out the environment of the recipe.
	Environ func() []string
}

// Authority says how it is known what the action wrote. A command that memory left out is not seen to write anything.
func (a *Action) Authority() Authority {
	switch {
	case a.Unknown != "" || a.Recalled || a.CalledMake:
		return NotKnown
	case a.Traced:
		return Traced
	}
	return KnownForm
}

func actionKey(mk *setting.Make, f *rules.File) memory.Key {
	return memory.NewKey("action", mk.View.Abs(f.Name))
}

// keepAction keeps what an action wrote; or forgets what an earlier one did, if nothing is known of this one.
func (r *Recording) keepAction(a *Action) {
	targets := append([]*rules.File{a.File}, a.File.AlsoMake...)
	if a.Authority() == NotKnown || slices.ContainsFunc(targets, r.madeOfStrange) {
		for _, f := range targets {
			r.m.Forget(actionKey(r.mk, f))
		}
		return
	}
	outputs := r.outputsOf(a, targets)
	outputs = append(outputs, r.leftBefore(targets, outputs)...)
	sights := r.keepSights(a, targets, outputs)
	clock := r.m.Clock()
	for _, f := range targets {
		r.m.Add(&memory.Record{Key: actionKey(r.mk, f), Facts: outputs, KeepsFacts: true, ByDate: true, Status: int(a.Authority()),
			Pieces: append([]memory.Piece{recipeNote(a.Text), saysNote(a.Says)}, sights...)}, clock)
	}
	done := actionDone{clock: a.Start.Clock}
	for _, f := range targets {
		done.keys, done.targets = append(done.keys, actionKey(r.mk, f)), append(done.targets, r.mk.View.Fact(f.Name))
		for i := range f.Deps {
			if d := f.Deps[i].File; d != nil && !f.Deps[i].OrderOnly && !d.Phony {
				done.inputs = append(done.inputs, r.mk.View.Fact(d.Name))
			}
		}
	}
	r.m.mu.Lock()
	r.m.done = append(r.m.done, done)
	r.m.mu.Unlock()
}

// madeOfStrange reports whether a target was made of a prerequisite beside which somebody has changed what its recipe also wrote. The
// target may have been made of that; and memory goes on to know what the recipe had written, which may come back.
func (r *Recording) madeOfStrange(f *rules.File) bool {
	return slices.ContainsFunc(f.Deps, func(d rules.Dep) bool {
		if d.File == nil || d.File.Recipe == nil || d.File.Phony {
			return false
		}
		_, known := r.outputs(d.File)
		return known && !r.isOurs(d.File)
	})
}

// outputsOf looks at the files that an action wrote. Those that it has removed again are none.
func (r *Recording) outputsOf(a *Action, targets []*rules.File) (ids []facts.ID) {
	names := slices.Clone(a.Wrote)
	for _, f := range targets {
		names = append(names, r.mk.View.Abs(f.Name))
	}
	slices.Sort(names)
	for i, name := range names {
		if i > 0 && name == names[i-1] {
			continue
		}
		st := facts.Look(facts.Content, "", name)
		if again := i+1 < len(names) && names[i+1] == name; st.Errno != 0 && again {
			continue
		}
		if st.Errno == 0 && st.Format() == syscall.S_IFDIR {
			continue // others write into it, too
		}
		id := r.m.Intern(facts.Content, name)
		r.m.Saw(id, st)
		ids = append(ids, id)
	}
	return ids
}

// leftBefore are files that the recipe has written before, not this time, and that are still there: it found that they hold what
// they should, whoever made them so.
func (r *Recording) leftBefore(targets []*rules.File, outputs []facts.ID) (ids []facts.ID) {
	for _, f := range targets {
		before, _ := r.outputs(f)
		for _, id := range before {
			if slices.Contains(outputs, id) || slices.Contains(ids, id) {
				continue
			}
			if st := facts.Look(facts.Content, "", r.m.Path(id)); st.Errno == 0 {
				r.m.Saw(id, st)
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// isOurs reports whether the outputs of the action that made a target are known, and still as it left them.
func (r *Recording) isOurs(f *rules.File) bool {
	return r.m.Holds(r.m.Find(actionKey(r.mk, f)))
}

// outputs lists what the action wrote that made a target; known is false if that is not known.
func (r *Recording) outputs(f *rules.File) (ids []facts.ID, known bool) {
	rec := r.m.Find(actionKey(r.mk, f))
	if rec == nil {
		return nil, false
	}
	return rec.Facts, true
}

// actionDone is an action of this build, for the check at its end.
type actionDone struct {
	keys            []memory.Key
	targets, inputs []facts.ID
	clock           uint64
}

// checkInputs forgets the actions of this build one of whose inputs has changed since they began: what they have read of it is
// not known. All facts were looked at again.
func (m *Memory) checkInputs() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, a := range m.done {
		if !slices.ContainsFunc(a.inputs, func(id facts.ID) bool { return m.ChangedSince(id, a.clock) }) {
			continue
		}
		for i, key := range a.keys {
			m.Forget(key)
			m.Unmake(a.targets[i])
		}
	}
}
