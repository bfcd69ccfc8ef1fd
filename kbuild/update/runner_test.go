package update

import (
	"context"
	"slices"
	"strings"
	"syscall"

	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/rules"
)

// This file is the runner of the tests. It starts no process: a recipe is a list of words that say what would happen.
//
//	put NAME…   files are written, with the date of the clock
//	drop NAME…  files are deleted
//	say TEXT…   the text is logged
//	fail        the recipe fails
//	die         a signal kills it
//	trap        it takes no notice of a signal that ends the build
//	lend        the job gives its slot back while it runs
//	boom        an error is met in its variables while it runs
//	refuse      an error is met in the recipe before it runs
//	nothing     an empty list
//
// All that happens when the job ends. The clock moves by one second just before. Jobs end when the walk waits: those
// that the scenario names in its order, then the others as they were launched.

// runner is the Runner of a scenario, and what the walk's turn is given to meanwhile.
type runner struct {
	*harness
	queue []*Order // jobs that run
	ended chan *Order
	after map[*Order]Outcome
	// plan is what happens whenever the walk waits: a target's job ends, "slot" comes free, "stop" is a signal.
	plan []string
	// stopping is the signal that ends the build.
	stopping syscall.Signal
	cancel   context.CancelFunc
	problems []string
}

// Launch notes which recipe begins.
func (r *runner) Launch(o *Order) bool {
	lines := r.expand(o.File)
	mark := ""
	if o.Mode.Remaking {
		mark += " for a makefile"
	}
	if o.DontCare {
		mark += " without care"
	}
	out := Outcome{AllRecursive: true, Tail: true}
	running := false
	for _, l := range lines {
		out.AllRecursive = out.AllRecursive && l.Recursive
		switch {
		case l.text == "refuse":
			panic(&eval.Fatal{Pos: o.File.Recipe.Pos, Msg: "refused"})
		case l.Recursive, !o.Mode.Question && !o.Mode.Touch && !o.Mode.DryRun:
			running = true
		case o.Mode.Question:
			r.log("ask " + o.File.Name + mark)
			out.Status = rules.Question
			r.after[o] = out
			return false
		case o.Mode.Touch:
		default:
			r.log("show " + o.File.Name + mark)
			o.Goal.Started()
		}
	}
	r.why[o.File.Name] = o.Verdict
	if !running {
		r.after[o] = out
		return false
	}
	if !o.Seat.Holds() {
		r.problems = append(r.problems, o.File.Name+" runs without a slot")
	}
	// Under -t make passes over what does not call make.
	out.Tail = o.Mode.Touch && !lines[len(lines)-1].Recursive
	r.after[o] = out
	o.Goal.Started()
	r.log("run " + o.File.Name + mark)
	if slices.ContainsFunc(lines, func(l line) bool { return l.text == "lend" }) {
		o.Seat.Leave()
	}
	r.queue = append(r.queue, o)
	return true
}

// line is a line of a recipe, after expansion.
type line struct {
	text string
	rules.Prefix
}

func (r *runner) expand(f *rules.File) (lines []line) {
	in := r.db.In
	in.Within(eval.Frame{Scope: r.db.Scope(f, false), Auto: r.db.Auto(f)}, func() {
		for _, l := range f.Recipe.Lines {
			text, _ := rules.CutPrefix(in.Expand(l.Recipe(in.Dialect)))
			lines = append(lines, line{text, rules.LinePrefix(l.Raw)})
		}
	})
	return lines
}

// finish has a job end: what its recipe says happens now.
func (r *runner) finish(i int) {
	o := r.queue[i]
	r.queue = slices.Delete(r.queue, i, i+1)
	if !r.still {
		r.world.now += second
	}
	out, trapped := r.after[o], false
	for _, l := range r.expand(o.File) {
		words := strings.Fields(l.text)
		if len(words) == 0 || !l.Recursive && (o.Mode.DryRun || o.Mode.Touch) {
			continue
		}
		switch words[0] {
		case "put":
			for _, name := range words[1:] {
				r.world.write(name)
			}
		case "drop":
			for _, name := range words[1:] {
				delete(r.world.files, name)
			}
		case "say":
			r.log(strings.Join(words[1:], " "))
		case "fail":
			out.Status = rules.Failed
		case "die":
			out.Status, out.Signalled = rules.Failed, true
		case "trap":
			trapped = true
		case "boom":
			out.Status, out.Fatal = rules.Failed, &eval.Fatal{Msg: "boom"}
		case "lend", "nothing":
		default:
			r.problems = append(r.problems, "a recipe says "+l.text)
		}
	}
	if r.stopping != 0 && !trapped {
		out.Status, out.Signalled = rules.Failed, true
		out.ReportKilled = func() { r.log("killed " + o.File.Name) }
	}
	how := ""
	if out.Status != rules.Success {
		how = ": failed"
	}
	r.log("end " + o.File.Name + how)
	r.after[o] = out
	r.make.FS.Changed()
	r.ended <- o
}

// Ended answers the walk.
func (r *runner) Ended() <-chan *Order { return r.ended }

// Outcome answers the walk, once.
func (r *runner) Outcome(o *Order) Outcome {
	out, ok := r.after[o]
	if !ok {
		r.problems = append(r.problems, o.File.Name+" is asked for twice")
	}
	delete(r.after, o)
	return out
}

// Release notes that the walk is done with a job.
func (r *runner) Release(o *Order) {
	if _, ok := r.after[o]; ok {
		r.problems = append(r.problems, o.File.Name+" is released before its end")
	}
	r.released++
}

// Lock is the walk coming back from waiting.
func (r *runner) Lock() {}

// waits reports whether the walk waits for a slot, which also the end of the build wakes it from.
func (r *runner) waits() bool { return r.walk.graph.FirstReady() != nil && !r.walk.dying }

// Unlock is the walk going to wait: exactly one thing happens then, so that what it sees is certain.
func (r *runner) Unlock() {
	if r.seat.Holds() {
		r.problems = append(r.problems, "the walk sleeps on a slot")
	}
	for len(r.plan) > 0 {
		next := r.plan[0]
		r.plan = r.plan[1:]
		switch next {
		case "slot":
			r.log("slot")
			r.others--
			r.seat.Pool().Release()
			if r.waits() {
				return
			}
			continue
		case "stop":
			r.log("stop")
			r.stopping = syscall.SIGINT
			r.cancel()
			if r.waits() {
				return
			}
			continue
		}
		if i := slices.IndexFunc(r.queue, func(o *Order) bool { return o.File.Name == next }); i >= 0 {
			r.finish(i)
			return
		}
		r.problems = append(r.problems, next+" is to end, and does not run")
	}
	if len(r.queue) == 0 {
		panic("the walk waits for nothing")
	}
	r.finish(0)
}
