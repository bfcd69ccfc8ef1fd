package update

// This file ends the work on targets.

import (
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/rules"
)

// remake makes a target that is out of date.
func (w *Walk) remake(f *rules.File) {
	if f.Recipe == nil {
		if f.Phony || f.IsTarget || w.Missing != nil && w.Missing(f) {
			// Nothing to run: it counts as made.
			f.Status = rules.Success
		} else {
			if !w.remaking() || !f.DontCare {
				w.complain(f)
			}
			f.Status = rules.Failed
		}
		w.finished(f)
		return
	}
	if w.modeOf(f).Touch && !f.Recipe.Recursive() {
		f.Status = rules.Success
		w.finished(f)
		return
	}
	w.execute(f)
}

// finished records the end of the work on a target (its own status is set) and looks at its time again if a recipe ran.
func (w *Walk) finished(f *rules.File) {
	mode := w.modeOf(f)
	ran := f.State == rules.Running
	touched := false
	f.State, f.Updated = rules.Finished, true
	if mode.Touch && f.Status == rules.Success {
		touched = w.touchTarget(f)
	}
	if f.MtimeBefore == rules.TimeUnknown {
		f.MtimeBefore = f.Mtime
	}
	pretend := false // the time was not looked at: the recipe would have made it new
	if ran && !f.Phony || touched {
		switch {
		case (mode.Question || mode.DryRun || mode.Touch) && f.Recipe != nil:
			// Only recipes that were really run show in the file's time.
			pretend = !f.Recipe.AllRecursive() && !w.target(f).allRecursive
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
				w.DB.FreshTime(also, true)
			}
			w.finishNode(also)
		}
		if w.profile.PeerTargetWarning && f.TriedImplicit && !pretend {
			w.checkPeers(f)
		}
	} else if f.Status == rules.None {
		f.Status = rules.Success
	}
	w.finishNode(f)
}

// checkPeers warns of targets that a pattern rule promised to make and did not.
func (w *Walk) checkPeers(f *rules.File) {
	if len(f.AlsoMake) == 0 {
		return
	}
	if t := w.DB.ModTime(f); !t.Ordinary() || t <= f.MtimeBefore {
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
		w.Printer.Main().Error(pos, "warning: pattern recipe did not update peer target '"+also.Name+"'.")
	}
}

// finishNode tells the targets that wait for a file.
func (w *Walk) finishNode(f *rules.File) {
	if t := w.known(f); t != nil {
		w.graph.Finish(t.node)
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
func (w *Walk) complain(f *rules.File) {
	for i := range f.Deps {
		if d := f.Deps[i].File; d != nil && d.Updated && d.Status > rules.None && f.NoDiag {
			w.complain(d)
			return
		}
	}
	f.NoDiag = false
	w.IncludeError(w.goal)
	msg := "No rule to make target '" + f.Name + "'"
	if f.Parent != nil {
		msg += ", needed by '" + f.Parent.Name + "'"
	}
	if !w.Make.Flags.KeepGoing {
		eval.Stop(msg)
	}
	w.Printer.Errorf("*** %s.", msg)
}
