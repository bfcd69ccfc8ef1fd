package kbuild

import (
	"os"
	"strings"
	"sync/atomic"

	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
)

// goal is a target that is made for its own sake: one of the command line, the
// default goal, or a makefile.
type goal struct {
	file     *rules.File
	makefile *makefile
	target   *target
	// started is set once a command was started on its behalf: not for goals that were considered before it.
	started    atomic.Bool
	seen, done bool
}

// exit ends the invocation with a status and without a message.
type exit struct{ status int }

// makeGoals makes what was asked for.
func (inv *Invocation) makeGoals() int {
	inv.removeStdin()
	inv.defineFlags(flags.Building)
	inv.db.AlwaysMake = inv.flags.AlwaysMake
	goals := inv.findGoals()
	// What failed or was not cared about while makefiles were remade is tried
	// again; what was made is not.
	inv.debugf(debugBasic, 0, "Updating goal targets....\n")
	status := inv.runGoals(goals)
	inv.removeIntermediates()
	if inv.db.ClockSkew() {
		inv.rec.unprove("a file is from the future")
		inv.errorf("warning:  Clock skew detected.  Your build may be incomplete.")
	}
	switch {
	case status == rules.Failed || inv.failed == rules.Failed:
		return 2
	case status == rules.Question:
		return 1
	}
	return 0
}

func (inv *Invocation) findGoals() []*goal {
	var goals []*goal
	if len(inv.flags.Goals) > 0 {
		for _, name := range inv.flags.Goals {
			name = eval.TrimDotSlash(name)
			f := inv.db.Lookup(name)
			if f == nil {
				f = inv.db.Enter(name)
			}
			f.CmdTarget = true
			goals = append(goals, &goal{file: f})
		}
		return goals
	}
	in := inv.in
	if v := in.Global.Get(".DEFAULT_GOAL"); v != nil {
		text := strings.TrimSpace(in.Value(v))
		if text != "" {
			f := inv.db.Lookup(text)
			if f == nil {
				names := in.FileNames(text)
				if len(names) > 1 {
					inv.fatal(".DEFAULT_GOAL contains more than one target")
				}
				if len(names) == 1 {
					text = names[0].Name
				}
				f = inv.db.Lookup(text)
				if f == nil {
					f = inv.db.Enter(text)
				}
			}
			return []*goal{{file: f}}
		}
	}
	if v := in.Global.Get("MAKEFILE_LIST"); v != nil && v.Value != "" {
		inv.fatal("No targets")
	}
	inv.fatal("No targets specified and no makefile found")
	return nil
}

// runGoals makes goals. It considers them in order, then waits for events:
// a job has ended, or a slot is free.
func (inv *Invocation) runGoals(goals []*goal) rules.Status {
	status := rules.None
	inv.dying, inv.waitSaid = false, false
	inv.pass++
	for _, i := range inv.shuffleGoals(goals) {
		g := goals[i]
		g.target = &target{goal: g}
		g.target.node = inv.graph.NewNode(g.target)
		if inv.considerGoal(g, &status) && inv.remaking {
			return status
		}
		if inv.dying {
			break
		}
	}
	for !inv.dying {
		left := false
		for _, g := range goals {
			left = left || g.seen && !g.done
		}
		if !left {
			return status
		}
		if !inv.step() {
			// Nothing runs, nothing is due, and goals are left: they would wait for ever.
			inv.fatal("internal error: targets wait for each other")
		}
		for n := inv.graph.Due(); n != nil && !inv.dying; n = inv.graph.Due() {
			t := n.Owner.(*target)
			if t.goal != nil {
				if inv.considerGoal(t.goal, &status) && inv.remaking {
					return status
				}
				continue
			}
			inv.reconsider(t)
		}
	}
	inv.drain()
	if inv.answered {
		panic(&exit{1})
	}
	return rules.Failed
}

// reconsider looks again at a target whose prerequisites have finished.
func (inv *Invocation) reconsider(t *target) {
	f := t.file
	if f.State != rules.DepsRunning {
		return
	}
	if t.checkOnly {
		t.checkOnly = false
		inv.setState(f, rules.NotStarted)
		inv.graph.Finish(t.node)
		return
	}
	care := f.DontCare
	t.due, f.DontCare = true, t.dontCare
	inv.goal = t.forGoal
	depth := 1
	if t.asGoal {
		depth = 0
	}
	inv.update(f, depth)
	t.due, f.DontCare = false, care
	if f.State != rules.DepsRunning && f.State != rules.Running {
		inv.graph.Finish(t.node)
	}
}

// considerGoal considers a goal; stop is true if that is settled at once. Of makefiles no more are made then; under -q the other
// goals are considered all the same, so that one of them may still fail.
func (inv *Invocation) considerGoal(g *goal, status *rules.Status) (stop bool) {
	g.seen, inv.goal = true, g
	g.file = g.file.Resolve()
	unfinished := false
	for f := range g.file.Chain {
		inv.remakingFile = g.makefile
		if g.makefile != nil {
			f.DontCare = g.makefile.dontCare
			inv.dryRun, inv.question, inv.touch = false, false, false
			if f.CmdTarget {
				inv.dryRun, inv.question, inv.touch = inv.flags.DryRun, inv.flags.Question, inv.flags.Touch
			}
		}
		depth := 0
		if inv.remaking {
			depth = 1
		}
		result := inv.update(f, depth)
		f = f.Resolve()
		if (result != rules.Success || f.Updated) && *status < rules.Question {
			stop = inv.goalStatus(g, f, status)
		}
		f.DontCare = false
		if !f.Updated && result == rules.Success {
			// The other rules of a double-colon target wait for this one.
			unfinished = inv.running(g.target, f)
			break
		}
		if stop || inv.dying {
			break
		}
	}
	if inv.dying {
		return false
	}
	if !unfinished || stop {
		g.done = true
		inv.reportGoal(g)
	}
	if *status == rules.Failed && !inv.flags.KeepGoing && !inv.remaking {
		inv.dying = true
		return false
	}
	return stop
}

func (inv *Invocation) goalStatus(g *goal, f *rules.File, status *rules.Status) (stop bool) {
	if f.Status != rules.Success && f.Updated {
		*status = f.Status
		return inv.question && !inv.flags.KeepGoing && !inv.remaking
	}
	t := inv.db.ModTime(f)
	f = f.Resolve()
	if f.Updated && t != f.MtimeBefore {
		if !inv.remaking || !inv.dryRun && !inv.question {
			*status = rules.Success
		}
		if inv.remaking && g.makefile.dontCare && !g.makefile.included {
			// A default makefile was made: read it before others are tried.
			return true
		}
	}
	return false
}

// reportGoal says so if nothing had to be done.
func (inv *Invocation) reportGoal(g *goal) {
	f := g.file.Resolve()
	if inv.remaking || f.Status != rules.Success || g.started.Load() || inv.silent() || inv.question {
		return
	}
	if f.Phony || f.Recipe == nil {
		inv.message(inv.prefix + ": Nothing to be done for '" + f.Name + "'.")
	} else {
		inv.message(inv.prefix + ": '" + f.Name + "' is up to date.")
	}
}

// step waits for one event and handles it; false if there is none to wait for.
func (inv *Invocation) step() bool {
	if inv.graph.AnyDue() {
		return true
	}
	for !inv.dying {
		if inv.graph.FirstReady() == nil {
			break
		}
		if !inv.takeSlot() {
			break
		}
		t := inv.graph.TakeReady().Owner.(*target)
		inv.launch(t.file)
		if inv.liveJobs == 0 {
			// It took no process: look at what became due.
			return true
		}
	}
	if inv.liveJobs == 0 && inv.graph.FirstReady() == nil {
		return false
	}
	inv.await()
	return true
}

// await sleeps until a job ends or a slot is free. Variables may be evaluated
// by jobs meanwhile.
func (inv *Invocation) await() {
	var ready, stopped <-chan struct{}
	if first := inv.graph.FirstReady(); first != nil && !inv.dying {
		if inv.waiter == nil {
			prio := append(append(inv.prio[:len(inv.prio):len(inv.prio)], first.Order()), 0)
			inv.waiter = inv.slots.Wait(prio)
		}
		ready, stopped = inv.waiter.Ready(), inv.session.ctx.Done()
	} else {
		// A slot that is granted but not looked for would be lost to everybody.
		inv.cancelWaiter()
		inv.releaseHeld()
	}
	inv.mu.Unlock()
	select {
	case j := <-inv.done:
		inv.mu.Lock()
		inv.jobDone(j)
	case <-ready:
		inv.mu.Lock()
		inv.waiter = nil
		if inv.held {
			inv.slots.Release()
		}
		inv.held = true
	case <-stopped:
		inv.mu.Lock()
		inv.dying = true
	}
}

// cancelWaiter withdraws the request for a slot, if there is one.
func (inv *Invocation) cancelWaiter() {
	if inv.waiter != nil {
		inv.waiter.Cancel()
		inv.waiter = nil
	}
}

// takeSlot gets a slot for a job if one is to be had now.
func (inv *Invocation) takeSlot() bool {
	if inv.held {
		inv.held = false
		return true
	}
	return inv.slots.TryAcquire()
}

func (inv *Invocation) releaseHeld() {
	if inv.held {
		inv.held = false
		if inv.slots == nil {
			// The command line was wrong: the slot is still the caller's.
			inv.parent.slots.Release()
			return
		}
		inv.slots.Release()
	}
}

// drain waits for the jobs that still run when the invocation is to end.
func (inv *Invocation) drain() {
	inv.dying = true
	inv.graph.DropReady()
	inv.cancelWaiter()
	for inv.liveJobs > 0 {
		if !inv.waitSaid && inv.session.Stopping() == 0 {
			inv.waitSaid = true
			inv.errorf("*** Waiting for unfinished jobs....")
		}
		inv.await()
	}
}

// removeIntermediates deletes the files that only implicit chains needed.
func (inv *Invocation) removeIntermediates() {
	if inv.question || inv.touch || inv.onlyLooks() {
		return
	}
	said := false
	for _, f := range inv.db.TableOrder() {
		if !f.Intermediate || f.Precious && !f.DontCare || f.Secondary || f.NotIntermed || f.CmdTarget || f.Status == rules.None {
			continue
		}
		if !inv.dryRun {
			if err := os.Remove(inv.view.Abs(f.Name)); os.IsNotExist(err) {
				continue
			}
		}
		if !said {
			inv.debugf(debugBasic, 0, "Removing intermediate files...\n")
		}
		if f.DontCare || inv.silent() {
			continue
		}
		inv.outMu.Lock()
		inv.announce()
		if !said {
			inv.write(inv.out.stdout, "rm "+f.Name)
		} else {
			inv.write(inv.out.stdout, " "+f.Name)
		}
		inv.outMu.Unlock()
		said = true
	}
	if said {
		inv.write(inv.out.stdout, "\n")
		inv.session.FS.Changed()
	}
}
