package remember

// This file remembers what the commands of $(shell) answered.

import (
	"bytes"
	"syscall"
	"time"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/native/probe"
	"gokbuild/kbuild/setting"
)

// answer is what a command of $(shell) wrote, its exit status, and the processor time that it took, if that is known.
type answer struct {
	out    []byte
	status int
	stderr string
	cost   time.Duration
}

func (a answer) result(by event.By) command.Result {
	return command.Result{Status: depgraph.Status{Code: a.status}, By: by, Out: a.out, Stderr: a.stderr}
}

// record is the record of an answer.
func (a answer) record() *memory.Record {
	rec := &memory.Record{Status: a.status, Cost: a.cost}
	for _, p := range []memory.Piece{{Stream: memory.Stdout, Text: string(a.out)}, {Stream: memory.Stderr, Text: a.stderr}} {
		if p.Text != "" {
			rec.Pieces = append(rec.Pieces, p)
		}
	}
	return rec
}

func answerOf(rec *memory.Record) answer {
	a := answer{status: rec.Status, cost: rec.Cost}
	for _, p := range rec.Pieces {
		if p.Stream == memory.Stderr {
			a.stderr += p.Text
		} else {
			a.out = append(a.out, p.Text...)
		}
	}
	return a
}

// recallShell answers $(shell) from the records of the output directory.
func (l recall) recallShell(c *command.Command) (command.Result, bool) {
	r := l.Recording
	k := r.keyOf(c)
	rec := r.m.findVariant(k.Key, k.settings)
	if !r.m.Holds(rec) {
		return command.Result{}, false
	}
	r.reliesOn(rec)
	r.saves(rec)
	return answerOf(rec).result(event.ByMemory), true
}

// probes is the link that answers $(shell) with what compiler probes answered, in whatever directory.
type probes struct{ *Links }

func (l probes) Run(c *command.Command) (command.Result, bool) {
	if !l.probing(c) {
		return command.Result{}, false
	}
	out, status, ok := l.Probes.Lookup(c.Text, l.Make.Dir, c.Environ())
	if !ok {
		return command.Result{}, false
	}
	a := answer{out: out, status: status}
	if rec := l.keepProbe(c, a); rec != nil {
		l.Recording.saves(rec)
	}
	return a.result(event.ByProbes), true
}

// probing reports whether a command may be a compiler probe.
func (l *Links) probing(c *command.Command) bool {
	return c.For == event.ShellFunc && l.Probes != nil && c.Shell.Usual && l.Make.Native("probe")
}

// learnShell runs a command of $(shell) of which nothing is known under trace, if it was met before. Otherwise it watches.
func (l learn) learnShell(c *command.Command) (command.Result, bool) {
	r := l.Recording
	if r == nil {
		l.try(c, func(answer, bool) {})
		return command.Result{}, false
	}
	cheap := cheapKey(l.Make, c.For, c.Argv)
	reason := why(c)
	if l.Make.Effects != setting.Real && l.Make.Effects != setting.Planning {
		r.m.Want(cheap)
		if a, ok := l.rehearseShell(c, cheap); ok {
			return a.result(event.ByRehearsal), true
		}
		// What it answered in the first run serves here; the next run traces it.
		r.unprove(reason)
		return r.m.answerTo(cheap).result(event.ByNothing), true
	}
	wanted, began := r.m.Wanted(cheap), time.Now()
	if budget, ok := r.m.costs.mayTrace(r.m.costs.spent(), r.m.Tried(cheap)); wanted && ok && l.Make.Effects == setting.Real {
		a, err := l.traceShell(c, cheap, reason, budget)
		if err == nil {
			r.m.setAnswer(cheap, a)
			r.m.setTime(cheap, time.Since(began))
			return a.result(event.ByTrace), true
		}
		reason = err.Error() + ": " + reason
	}
	l.try(c, func(a answer, isProbe bool) {
		if isProbe || l.keepPlace(c, a) {
			return
		}
		if !wanted {
			r.m.mayLearn(cheap)
		}
		if c.Watch.Looks.AllTold() {
			r.ran(reason)
		} else {
			r.unprove(reason)
		}
		r.m.setAnswer(cheap, a)
		r.m.setTime(cheap, time.Since(began))
	})
	return command.Result{}, false
}

// try sees whether a command that is about to run is a compiler probe, which is remembered anyhow, and tells then.
func (l *Links) try(c *command.Command, then func(a answer, isProbe bool)) {
	var trial *probe.Trial
	if l.probing(c) {
		trial = l.Probes.Try(c.Text, l.Make.Dir, c.Environ())
	}
	c.After(func(r *command.Result) {
		a := answer{r.Out, r.Code, r.Stderr, c.Used()}
		isProbe := false
		if trial != nil && a.stderr == "" && l.Make.Stopping() == 0 {
			trial.Cost = a.cost
			isProbe = trial.Record(a.out, a.status)
		}
		if isProbe {
			l.keepProbe(c, a)
		}
		then(a, isProbe)
	})
}

// keepProbe makes a record of what a compiler probe answered: package probe knows what decided it. It is nil if there is none.
func (l *Links) keepProbe(c *command.Command, a answer) *memory.Record {
	r := l.Recording
	if r == nil {
		return nil
	}
	env := c.Environ()
	rec, clock := a.record(), uint64(0)
	d, stands := l.Probes.Decided(c.Text, l.Make.Dir, env, func(paths []string) {
		rec.Facts = rec.Facts[:0]
		for _, p := range paths {
			kind, st := facts.Content, facts.Look(facts.Content, "", p)
			if st.Mode&syscall.S_IFMT == syscall.S_IFDIR {
				kind = facts.List
			}
			id := r.m.Intern(kind, p)
			r.m.Saw(id, st)
			rec.Facts = append(rec.Facts, id)
		}
		clock = r.m.Clock() // what is seen to change from now on is a change for the record
	})
	if !stands {
		r.unprove("what decided it has changed: " + why(c))
		return nil
	}
	rec.Cost = d.Cost
	r.keepCommand(r.keyOf(c), rec, clock, d.Names, d.Any, false)
	r.reliesOn(rec)
	return rec
}

// traceShell runs a command of $(shell) under trace. An error means that it was not run.
func (l learn) traceShell(c *command.Command, cheap memory.Key, reason string, budget time.Duration) (answer, error) {
	var out, stderr bytes.Buffer
	outFile, outDone, err := command.CopyPipe(&out)
	if err != nil {
		return answer{}, err
	}
	errFile, errDone, err := command.CopyPipe(&stderr)
	if err != nil {
		outFile.Close()
		return answer{}, err
	}
	env := c.Environ()
	report, err := l.trace(c.Argv, env, c.Stdin(), outFile, errFile, budget)
	outFile.Close()
	errFile.Close()
	if err == nil && !(command.Arrives(l.Make.Ctx, outDone) && command.Arrives(l.Make.Ctx, errDone)) {
		err = depgraph.ErrStopped
	}
	if err != nil {
		return answer{}, err
	}
	r := l.Recording
	a := answer{out: out.Bytes(), status: report.Status.Code, stderr: stderr.String()}
	if report.Status.Signal != 0 {
		r.unprove("it was killed: " + reason)
		if l.Make.Profile.ShellStatusOfSignals {
			a.status = 128 + int(report.Status.Signal)
		}
		return a, nil
	}
	rec := a.record()
	if r.keepTraced(cheap, r.keyOf(c), rec, reason, report) {
		r.reliesOn(rec)
	} else {
		r.m.mayLearn(cheap)
	}
	return a, nil
}
