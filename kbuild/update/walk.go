package update

// This file walks over the goals, and waits for events: a job has ended, or a slot is free.

import (
	"sync"

	"gokbuild/depgraph"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/profile"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/output"
	"gokbuild/kbuild/setting"
)

// Config is what a walk is made of.
type Config struct {
	Make    *setting.Make
	DB      *rules.DB
	Printer *output.Printer
	// Seat holds the make's job slot, from which its jobs get theirs. Prio is the place of the make in the order of jobs.
	Seat   *depgraph.Seat
	Prio   depgraph.Priority
	Runner Runner
	Judge  Judge
	// Files deletes and dates files; nil are those of the system.
	Files Files
	// Turn is held by the walk but while it waits: jobs may evaluate variables then.
	Turn sync.Locker
	// Serial says that one job runs at a time, in make's order.
	Serial func() bool
	// LeaveOut, if set, decides whether a target is a program that need not be built, because recipes that run it will run
	// its replacement. Such a target counts as there and older than everything.
	LeaveOut func(f *rules.File) bool
	// Missing, if set, is told of a prerequisite that is not there and that nothing makes; true takes it for being there.
	Missing func(f *rules.File) bool
	// Planned, if set, tells of a target whether another make has made it in this build: it is exempt from -B.
	Planned func(f *rules.File) bool
	// IncludeError says, if the goal is a makefile, why that could not be read.
	IncludeError func(g *Goal)
	// Number is the number of the make, for events.
	Number uint32
}

// Walk brings goals up to date. It is used by one goroutine, which holds the make's turn.
type Walk struct {
	Config
	profile *profile.Profile
	graph   depgraph.Graph
	// targets are by File.ID.
	targets []*target
	// leftOut are the programs that LeaveOut has left out.
	leftOut map[*rules.File]bool
	// pass counts the sets of goals, makefiles among them.
	pass uint32
	goal *Goal // the one that is being considered
	// live is the number of jobs that have not ended.
	live int
	// failed is the worst that has happened to a job; dying is set once no more jobs are to be started.
	failed   rules.Status
	dying    bool
	waitSaid bool
	// answered is set if a command that runs even under -q has ended with status 1.
	answered bool
	// orders are the orders of prerequisites under --shuffle.
	orders map[*rules.File]*order
}

// NewWalk returns a walk that has not begun.
func NewWalk(c Config) *Walk {
	if c.Files == nil {
		c.Files = onDisk{}
	}
	return &Walk{Config: c, profile: c.Make.Profile}
}

// Run makes goals, and returns what came of them: None if there was nothing to do.
func (w *Walk) Run(goals []*Goal) rules.Status {
	status := rules.None
	w.dying, w.waitSaid = false, false
	w.pass++
	if len(goals) > 0 {
		w.goal = goals[0]
	}
	for _, i := range w.shuffleGoals(goals) {
		g := goals[i]
		g.target = &target{goal: g}
		g.target.node = w.graph.NewNode(g.target)
		if w.considerGoal(g, &status) && g.Mode.Remaking {
			return status
		}
		if w.dying {
			break
		}
	}
	for !w.dying {
		left := false
		for _, g := range goals {
			left = left || g.seen && !g.done
		}
		if !left {
			return status
		}
		if !w.step() {
			// Nothing runs, nothing is due, and goals are left: they would wait for ever.
			eval.Stop("internal error: targets wait for each other")
		}
		for n := w.graph.Due(); n != nil && !w.dying; n = w.graph.Due() {
			t := n.Owner.(*target)
			if t.goal == nil {
				w.reconsider(t)
			} else if w.considerGoal(t.goal, &status) && t.goal.Mode.Remaking {
				return status
			}
		}
	}
	w.Drain()
	return rules.Failed
}

// Dying reports whether the walk has stopped early: something failed, or a signal ends the build.
func (w *Walk) Dying() bool { return w.dying }

// Failed reports whether a job has failed, or Fail was called.
func (w *Walk) Failed() bool { return w.failed == rules.Failed }

// Answered reports whether a command that runs even under -q has ended with status 1: make ends at once with that status.
func (w *Walk) Answered() bool { return w.answered }

// Fail has the make end with a failure.
func (w *Walk) Fail() { w.failed = rules.Failed }

// remaking reports whether makefiles are being remade.
func (w *Walk) remaking() bool { return w.goal != nil && w.goal.Mode.Remaking }

// reconsider looks again at a target whose prerequisites have finished.
func (w *Walk) reconsider(t *target) {
	f := t.file
	if f.State != rules.DepsRunning {
		return
	}
	if t.checkOnly {
		t.checkOnly = false
		w.setState(f, rules.NotStarted)
		w.graph.Finish(t.node)
		return
	}
	care := f.DontCare
	t.due, f.DontCare = true, t.dontCare
	w.goal = t.forGoal
	depth := 1
	if t.asGoal {
		depth = 0
	}
	w.update(f, depth)
	t.due, f.DontCare = false, care
	if f.State != rules.DepsRunning && f.State != rules.Running {
		w.graph.Finish(t.node)
	}
}

// considerGoal considers a goal; stop is true if that is settled at once. Of makefiles no more are made then; under -q the
// other goals are considered all the same, so that one of them may still fail.
func (w *Walk) considerGoal(g *Goal, status *rules.Status) (stop bool) {
	g.seen, w.goal = true, g
	g.File = g.File.Resolve()
	keepGoing := w.Make.Flags.KeepGoing
	unfinished := false
	for f := range g.File.Chain {
		depth := 0
		if g.Mode.Remaking {
			f.DontCare = g.DontCare
			if f.CmdTarget {
				// It is a goal of the command line as well.
				asked := w.Make.Mode()
				g.Mode.DryRun, g.Mode.Question, g.Mode.Touch = asked.DryRun, asked.Question, asked.Touch
			}
			depth = 1
		}
		result := w.update(f, depth)
		f = f.Resolve()
		if (result != rules.Success || f.Updated) && *status < rules.Question {
			stop = w.goalStatus(g, f, status)
		}
		f.DontCare = false
		if !f.Updated && result == rules.Success {
			// The other rules of a double-colon target wait for this one.
			unfinished = w.running(g.target, f)
			break
		}
		if stop || w.dying {
			break
		}
	}
	if w.dying {
		return false
	}
	if !unfinished || stop {
		g.done = true
		w.reportGoal(g)
	}
	if *status == rules.Failed && !keepGoing && !g.Mode.Remaking {
		w.dying = true
		return false
	}
	return stop
}

// goalStatus adds what became of a goal to what became of those before it; stop is as for considerGoal.
func (w *Walk) goalStatus(g *Goal, f *rules.File, status *rules.Status) (stop bool) {
	if f.Status != rules.Success && f.Updated {
		*status = f.Status
		return g.Mode.Question && !w.Make.Flags.KeepGoing && !g.Mode.Remaking
	}
	t := w.DB.ModTime(f)
	f = f.Resolve()
	if f.Updated && t != f.MtimeBefore {
		if !g.Mode.Remaking || !g.Mode.DryRun && !g.Mode.Question {
			*status = rules.Success
		}
		if g.Mode.Remaking && g.DontCare && !g.Included {
			// A default makefile was made: read it before others are tried.
			return true
		}
	}
	return false
}

// reportGoal says so if nothing had to be done.
func (w *Walk) reportGoal(g *Goal) {
	f := g.File.Resolve()
	if g.Mode.Remaking || f.Status != rules.Success || g.started.Load() || w.silent() || g.Mode.Question {
		return
	}
	if f.Phony || f.Recipe == nil {
		w.Printer.Main().Line(w.Make.Prefix + ": Nothing to be done for '" + f.Name + "'.")
	} else {
		w.Printer.Main().Line(w.Make.Prefix + ": '" + f.Name + "' is up to date.")
	}
}

// silent reports whether make keeps quiet about what it does: -s or .SILENT.
func (w *Walk) silent() bool { return w.Make.Flags.Silent || w.DB.SilentAll }

// step waits for one event and handles it; false if there is none to wait for.
func (w *Walk) step() bool {
	if w.graph.AnyDue() {
		return true
	}
	for !w.dying && w.graph.FirstReady() != nil && w.Seat.Take() {
		w.launch(w.graph.TakeReady().Owner.(*target).file)
		if w.live == 0 {
			// It took no process: look at what became due.
			return true
		}
	}
	if w.live == 0 && w.graph.FirstReady() == nil {
		return false
	}
	w.await()
	return true
}

// await sleeps until a job ends or a slot is free. Variables may be evaluated by jobs meanwhile.
func (w *Walk) await() {
	var ready, stopped <-chan struct{}
	if first := w.graph.FirstReady(); first != nil && !w.dying {
		ready, stopped = w.Seat.Wait(w.prio(first, 0)), w.Make.Ctx.Done()
	} else {
		w.Seat.Leave()
	}
	w.Turn.Unlock()
	select {
	case o := <-w.Runner.Ended():
		w.Turn.Lock()
		w.jobDone(o)
	case <-ready:
		w.Turn.Lock()
		w.Seat.Got()
	case <-stopped:
		w.Turn.Lock()
		w.dying = true
	}
}

// prio is the place of a job in the order of all jobs of the build.
func (w *Walk) prio(n *depgraph.Node, more ...uint32) depgraph.Priority {
	return append(append(w.Prio[:len(w.Prio):len(w.Prio)], n.Order()), more...)
}

// Wait waits for the jobs that still run, although all goals are settled: under -q, or when a default makefile was made.
func (w *Walk) Wait() {
	w.waitSaid = true
	w.Drain()
}

// Finish waits for the jobs that still run when all goals are settled: under -q, or as another job has made their targets as well
// (`%.a %.b: %.c` made x.b while the recipe of x.a ran). Only a make that ends with an error says so (make 4.3, main.c, die).
func (w *Walk) Finish(status rules.Status) {
	w.waitSaid = w.waitSaid || status != rules.Failed && status != rules.Question && w.failed != rules.Failed
	w.Drain()
}

// Drain waits for the jobs that still run when the make is to end, and says so.
func (w *Walk) Drain() {
	w.dying = true
	w.graph.DropReady()
	w.Seat.Leave()
	for w.live > 0 {
		if !w.waitSaid && w.Make.Stopping() == 0 {
			w.waitSaid = true
			w.Printer.Errorf("*** Waiting for unfinished jobs....")
		}
		w.await()
	}
}

// debugf tells of decisions. Once the make is ending it makes none: what is left to do about targets is silent.
func (w *Walk) debugf(topic flags.Debug, depth int, format string, args ...any) {
	if !w.dying {
		w.Printer.Debugf(topic, depth, format, args...)
	}
}
