package update

// This file has recipes run, and sees to their ends.

import (
	"fmt"
	"os"

	"gokbuild/depgraph"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/setting"
)

// Runner runs recipes.
type Runner interface {
	// Launch begins to run the recipe of a target. If running is true, the order comes over Ended when it has ended;
	// otherwise it has ended already. A fatal error in the recipe is a panic with a *eval.Fatal.
	Launch(o *Order) (running bool)
	Ended() <-chan *Order
	// Outcome is what became of an order that has ended. It is asked for once.
	Outcome(o *Order) Outcome
	// Release is told of an order that was running, once half-made targets are deleted.
	Release(o *Order)
}

// Order is a recipe to be run.
type Order struct {
	File *rules.File
	Mode setting.Mode
	// DontCare is set if failing is no error.
	DontCare bool
	// Seat holds the slot for it. The runner may give the slot up, or hand it on, but not keep it.
	Seat *depgraph.Seat
	Prio depgraph.Priority
	// Goal is the goal on whose behalf it runs.
	Goal    *Goal
	Verdict Verdict
}

// Outcome is what became of an order.
type Outcome struct {
	Status rules.Status
	// Signalled is set if a signal ended the recipe, so that its target is suspect; Answered if one of its commands answered
	// -q with status 1.
	Signalled, Answered bool
	// AllRecursive is set if every line that ran turned out to run make; Tail if the last one started nothing.
	AllRecursive, Tail bool
	// Fatal is an error in what was evaluated while it ran; it ends the make.
	Fatal *eval.Fatal
	// ReportKilled prints how the command ended that ran when the build was interrupted; may be nil.
	ReportKilled func()
}

// execute runs a target's recipe, now or when a slot is free.
func (w *Walk) execute(f *rules.File) {
	w.setState(f, rules.Running)
	t := w.target(f)
	t.dontCare = f.DontCare && w.remaking()
	if f.Recipe.Blank() {
		f.Status = rules.Success
		w.finished(f)
		return
	}
	if w.dying {
		return
	}
	if w.Serial() {
		for !w.Seat.Take() {
			w.graph.Ready(t.node)
			w.await()
			w.graph.TakeReady()
			if w.dying {
				return
			}
		}
		w.launch(f)
		for f.State == rules.Running && w.live > 0 {
			w.await()
		}
		return
	}
	if w.graph.FirstReady() == nil && w.Seat.Take() {
		w.launch(f)
		return
	}
	w.graph.Ready(t.node)
}

// launch starts a recipe; the walk's seat holds a slot for it.
func (w *Walk) launch(f *rules.File) {
	t := w.target(f)
	o := &Order{File: f, Mode: t.forGoal.Mode, DontCare: t.dontCare, Seat: depgraph.NewSeat(w.Seat.Pool()),
		Prio: w.prio(t.node), Goal: t.forGoal, Verdict: t.verdict}
	w.Seat.HandTo(o.Seat)
	begun := false
	defer func() {
		if !begun {
			// An error in the recipe ends the make, but the slot is for others to use.
			o.Seat.HandTo(w.Seat)
		}
	}()
	running := w.Runner.Launch(o)
	begun = true
	if !running {
		w.jobEnded(o, w.Runner.Outcome(o))
		return
	}
	w.live++
	w.debugJob("Putting child", " ("+f.Name+")", o, "on the chain")
}

// jobDone handles the end of a job that ran on its own.
func (w *Walk) jobDone(o *Order) {
	w.live--
	out := w.Runner.Outcome(o)
	how := "winning"
	if out.Status != rules.Success {
		how = "losing"
	}
	w.debugJob("Reaping "+how+" child", "", o, "")
	w.debugJob("Removing child", "", o, "from chain")
	w.jobEnded(o, out)
	w.Runner.Release(o)
}

func (w *Walk) jobEnded(o *Order, out Outcome) {
	o.Seat.HandTo(w.Seat)
	f := o.File
	f.Status = out.Status
	stopping := w.Make.Stopping() != 0
	if stopping && out.Status == rules.Success {
		// Whether the recipe was complete is not known.
		w.deleteTarget(f)
		w.dying = true
	}
	if out.Status == rules.Failed {
		w.jobFailed(o, out, stopping)
	}
	if out.Fatal != nil {
		w.Printer.Main().Fatal(out.Fatal)
		w.failed, w.dying = rules.Failed, true
	}
	if out.Answered && !w.Make.Flags.KeepGoing && !o.DontCare {
		w.dying, w.answered = true, true
	}
	w.target(f).allRecursive = out.AllRecursive
	if out.Status == rules.Question {
		w.ranNothing(f)
	}
	w.finished(f)
	if o.Mode.Touch && out.Tail && f.Status == rules.Success {
		// make finishes such a target twice: behind its last command, and when it has passed over the rest.
		w.touchTarget(f)
	}
}

// ranNothing takes back that the recipe of f runs: make -q says so only of a recipe that it really starts. What it would have made
// as well is considered by itself.
func (w *Walk) ranNothing(f *rules.File) {
	w.setState(f, rules.NotStarted)
	for _, also := range f.AlsoMake {
		if also.State != rules.Running {
			continue
		}
		also.State = rules.NotStarted
		if t := w.known(also); t != nil && t.node.Waits() {
			also.State = rules.DepsRunning
		}
	}
}

func (w *Walk) jobFailed(o *Order, out Outcome, stopping bool) {
	if out.Signalled || stopping || w.DB.DeleteOnError {
		w.deleteTarget(o.File)
	}
	if out.ReportKilled != nil {
		out.ReportKilled()
	}
	if !o.DontCare {
		w.failed = rules.Failed
	}
	if !w.Make.Flags.KeepGoing && !o.DontCare || stopping {
		w.dying = true
	}
}

// debugJob prints what --debug=jobs shows of a job. Many commands are no process of their own: the number is that of this
// one.
func (w *Walk) debugJob(what, name string, o *Order, where string) {
	if !w.Printer.Debugging(flags.DebugJobs) {
		return
	}
	if where != "" {
		where += "."
	}
	w.Printer.Debugf(flags.DebugJobs, 0, "%s", fmt.Sprintf("%s %p%s PID %d %s\n", what, o, name, os.Getpid(), where))
}
