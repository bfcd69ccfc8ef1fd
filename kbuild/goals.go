package kbuild

// This file makes the goals: it gives the walk recipes to run, and tells memory what came of them.

import (
	"strings"
	"time"

	"gokbuild/kbuild/event"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/recipe"
	"gokbuild/kbuild/remember"
	"gokbuild/kbuild/update"
)

// makeGoals makes what was asked for.
func (inv *Invocation) makeGoals() int {
	inv.reading.BeginGoals()
	goals := inv.findGoals()
	inv.printer.Debugf(flags.DebugBasic, 0, "Updating goal targets....\n")
	status := inv.walk.Run(goals)
	if inv.walk.Answered() {
		panic(&exit{1})
	}
	inv.walk.Finish(status)
	inv.walk.RemoveIntermediates()
	if inv.reading.DB.ClockSkew() {
		inv.recording.Unprove("a file is from the future")
		inv.printer.Errorf("warning:  Clock skew detected.  Your build may be incomplete.")
	}
	switch {
	case status == rules.Failed || inv.walk.Failed():
		return 2
	case status == rules.Question:
		return 1
	}
	return 0
}

// findGoals finds the goals of the command line, or the default goal (manual, "Arguments to Specify the Goals").
func (inv *Invocation) findGoals() []*update.Goal {
	in, db := inv.reading.In, inv.reading.DB
	enter := func(name string) *rules.File {
		if f := db.Lookup(name); f != nil {
			return f
		}
		return db.Enter(name)
	}
	var goals []*update.Goal
	for _, name := range inv.Flags.Goals {
		f := enter(eval.TrimDotSlash(name))
		f.CmdTarget = true
		goals = append(goals, &update.Goal{File: f, Mode: inv.Mode()})
	}
	if len(goals) > 0 {
		return goals
	}
	if v := in.Global.Get(".DEFAULT_GOAL"); v != nil {
		text := strings.TrimSpace(in.Value(v))
		if text != "" && db.Lookup(text) == nil {
			names := in.FileNames(text)
			if len(names) > 1 {
				eval.Stop(".DEFAULT_GOAL contains more than one target")
			}
			if len(names) == 1 {
				text = names[0].Name
			}
		}
		if text != "" {
			return []*update.Goal{{File: enter(text), Mode: inv.Mode()}}
		}
	}
	if v := in.Global.Get("MAKEFILE_LIST"); v != nil && v.Value != "" {
		eval.Stop("No targets")
	}
	eval.Stop("No targets specified and no makefile found")
	return nil
}

// leaveOut is what decides whether a target is a program that need not be built.
func (inv *Invocation) leaveOut() func(f *rules.File) bool {
	if inv.leftOut == nil {
		return nil
	}
	return func(f *rules.File) bool { return inv.leftOut.Leave(inv.reading.DB, f.Name) }
}

// work is a recipe that runs.
type work struct {
	job    *recipe.Job
	action remember.Action
	began  time.Time
}

// took is how long the recipe ran; 0 if it started nothing.
func (w *work) took() time.Duration {
	if w.began.IsZero() {
		return 0
	}
	return time.Since(w.began)
}

// Launch begins to run a recipe (update.Runner).
func (inv *Invocation) Launch(o *update.Order) (running bool) {
	f := o.File
	w := &work{action: remember.Action{File: f, Remaking: o.Mode.Remaking}}
	if inv.recording != nil {
		w.action.Start, w.action.Says = inv.build.memory.Began(), inv.content.Begins(f)
	}
	w.job = &recipe.Job{File: f, Mode: o.Mode, DontCare: o.DontCare, Seat: o.Seat, Prio: o.Prio, Started: o.Goal.Started,
		Reason: inv.reason(o), IncludeError: func() { inv.includeError(o.Goal) }}
	inv.jobs.Open(w.job)
	if inv.planner != nil {
		inv.planner.Plan.Because(f.Name, o.Verdict.String(), o.Verdict.Of)
	}
	inv.running[o] = w
	if inv.Events.On() {
		inv.Events.Send(event.RecipeStarted{Make: inv.Number, Target: f.Name, After: after(f)})
	}
	if !w.job.Begin() {
		return false
	}
	if m := inv.build.memory; m != nil {
		m.BeginTarget(&inv.Make, f)
	}
	w.began = time.Now()
	w.job.Ready()
	go func() {
		w.job.Run()
		inv.ended <- o
	}()
	return true
}

// after are the prerequisites of a target that have recipes.
func after(f *rules.File) (names []string) {
	for i := range f.Deps {
		if d := f.Deps[i].File; d != nil && d.Recipe != nil {
			names = append(names, d.Name)
		}
	}
	return names
}

// Ended is where recipes arrive that have ended (update.Runner).
func (inv *Invocation) Ended() <-chan *update.Order { return inv.ended }

// Outcome ends a job, and tells memory what its recipe did (update.Runner).
func (inv *Invocation) Outcome(o *update.Order) update.Outcome {
	w := inv.running[o]
	delete(inv.running, o)
	r := w.job.End()
	inv.build.noteUnseen(o.File, r.CalledMake || !r.Made)
	if w.job.Explained() {
		inv.noteMade(o.File)
	}
	before := ""
	if inv.Hear && r.Said != "" {
		before = inv.build.memory.Said(&inv.Make, o.File)
	}
	if a := &w.action; inv.planner != nil {
		inv.suppose(o.File, w.job.Text())
	} else if r.Status == rules.Success {
		a.Made, a.Recalled, a.CalledMake, a.Stderr, a.Environ = r.Made, r.Recalled, r.CalledMake, r.Heard, w.job.EnvironInTurn
		a.Written, a.Text = r.Written, w.job.Text()
		inv.content.Ended(a)
	} else if r.Status == rules.Failed {
		inv.content.Failed(o.File, r.Heard)
	}
	inv.Events.Send(event.RecipeEnded{Make: inv.Number, Target: o.File.Name, OK: r.Status == rules.Success, Ran: r.Made, Took: w.took(), Stderr: r.Said,
		Before: before})
	return update.Outcome{Status: r.Status, Signalled: r.Signalled, Answered: r.Answered, AllRecursive: r.AllRecursive, Tail: r.Tail,
		Fatal: r.Fatal, ReportKilled: w.job.ReportKilled}
}

// Release notes that a target is no longer being made (update.Runner).
func (inv *Invocation) Release(o *update.Order) {
	if m := inv.build.memory; m != nil {
		m.EndTarget(&inv.Make, o.File)
	}
}

// reason is why a target is made, if somebody wants to know. That a phony target is made says nothing, unless it was asked
// for by name.
func (inv *Invocation) reason(o *update.Order) recipe.Reason {
	f := o.File
	if !inv.wants(f) && (!inv.Flags.Explain || f.Phony) {
		return recipe.Reason{}
	}
	r := recipe.Reason{Wanted: true, Text: o.Verdict.String()}
	if o.Verdict.ByRecipe() {
		r.Text, r.Otherwise = "", r.Text
	}
	return r
}

// isFile reports whether name, as a user writes it, means the target.
func (inv *Invocation) isFile(f *rules.File, name string) bool {
	return f.Name == name || inv.View.Abs(f.Name) == name || strings.HasSuffix("/"+f.Name, "/"+strings.TrimPrefix(name, "./"))
}
