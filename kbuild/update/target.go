package update

// This file holds what a walk knows of a target besides the data base.

import (
	"sync/atomic"

	"gokbuild/depgraph"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/setting"
)

// Goal is a target that is made for its own sake: one of the command line, the default goal, or a makefile.
type Goal struct {
	File *rules.File
	// Mode is what -n, -q and -t say for this goal.
	Mode setting.Mode
	// DontCare is set for a makefile that may be missing, Included for one that an include directive names.
	DontCare, Included bool

	target *target
	// started is set once a command was started on its behalf, and not on behalf of goals before it.
	started    atomic.Bool
	seen, done bool
}

// Started notes that a command was started on behalf of the goal. It may be called from any goroutine.
func (g *Goal) Started() { g.started.Store(true) }

// target is a target on its way.
type target struct {
	// file is the target. For the pseudo-target that stands for a goal it is nil, and goal is set.
	file *rules.File
	goal *Goal
	node *depgraph.Node
	// forGoal is the goal on whose behalf the target was considered first.
	forGoal *Goal
	// checkOnly marks an intermediate file that waits on behalf of its parents: whether it is needed itself is not known yet.
	checkOnly bool
	// due is set while the target is being considered again.
	due bool
	// asGoal is set if the target waits for its prerequisites as a goal, not as a prerequisite of another target.
	asGoal bool
	// dontCare keeps what the file's flag was when the work on it began, while other targets are looked at.
	dontCare bool
	// allRecursive is set if every line of the recipe that ran turned out to run make.
	allRecursive bool
	verdict      Verdict
}

// target returns what is known of a file, which is nothing at first.
func (w *Walk) target(f *rules.File) *target {
	for int(f.ID) >= len(w.targets) {
		w.targets = append(w.targets, make([]*target, 1+int(f.ID)-len(w.targets))...)
	}
	t := w.targets[f.ID]
	if t == nil {
		t = &target{file: f}
		t.node = w.graph.NewNode(t)
		w.targets[f.ID] = t
	}
	return t
}

// known returns what is known of a file, nil if it was not asked for yet.
func (w *Walk) known(f *rules.File) *target {
	if int(f.ID) >= len(w.targets) {
		return nil
	}
	return w.targets[f.ID]
}

// modeOf is what -n, -q and -t say for a target.
func (w *Walk) modeOf(f *rules.File) setting.Mode {
	if t := w.known(f); t != nil && t.forGoal != nil {
		return t.forGoal.Mode
	}
	return w.goal.Mode
}

// setState sets the state of a target. Its grouped peers follow, but a peer that another rule has brought further stays
// there.
func (w *Walk) setState(f *rules.File, s rules.State) {
	f.State = s
	for _, also := range f.AlsoMake {
		if s > also.State {
			also.State = s
		}
	}
}

// waitFor makes t due again when on has finished.
func (w *Walk) waitFor(t *target, on *rules.File) {
	w.graph.Wait(t.node, w.target(on).node)
}

// running reports whether a prerequisite is still being worked on, and waits for it if so.
func (w *Walk) running(t *target, dep *rules.File) bool {
	any := false
	for f := range dep.Resolve().Chain {
		if f.State == rules.Running || f.State == rules.DepsRunning {
			any = true
			w.waitFor(t, f)
		}
	}
	return any
}

// setUpdating marks a target whose prerequisites are looked at: to meet it again there is a circle.
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
