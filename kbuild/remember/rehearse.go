package remember

// This file rehearses commands while a make settles. Those that the next run will find to be run, as Kbuild has them run
// every time, mostly find that they have nothing to do. Now is the time to learn that: what they look at is as the next run
// will find it. A rehearsal (trace.Rehearse) changes nothing; if the command would, it ends, and nothing is proved.

import (
	"io"
	"time"

	"gokbuild/depgraph/inherited"
	"gokbuild/depgraph/memory"
	"gokbuild/depgraph/trace"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/setting"
)

// rehearseLine rehearses a line of a recipe that took so long in this build; nil if that proves nothing.
func (l *Links) rehearseLine(c *command.Command, cheap memory.Key, took time.Duration) *memory.Record {
	if l.LeftOut.Mentioned(c.Text) {
		return nil
	}
	if c.Seat.Acquire(l.Make.Ctx, c.Prio) != nil {
		return nil
	}
	report := l.rehearse(c, l.Local.ProcessEnv(c), cheap, took)
	if report == nil || !report.Status.Success() {
		return nil
	}
	rec := &memory.Record{}
	for _, o := range report.Output {
		rec.Pieces = append(rec.Pieces, memory.Piece{Stream: streamOf(o), Text: o.Text})
	}
	if !l.Recording.keepReport(l.Recording.keyOf(c), rec, report) {
		return nil
	}
	return rec
}

// rehearseShell rehearses a command of $(shell); ok is false if that proves nothing.
func (l *Links) rehearseShell(c *command.Command, cheap memory.Key) (a answer, ok bool) {
	took, ran := l.Recording.m.timeOf(cheap)
	if !ran || !l.Recording.m.costs.traceable(took) {
		return answer{}, false
	}
	report := l.rehearse(c, c.Environ(), cheap, took)
	if report == nil || report.Status.Signal != 0 {
		return answer{}, false
	}
	a.status = report.Status.Code
	for _, o := range report.Output {
		if o.Err {
			a.stderr += o.Text
		} else {
			a.out = append(a.out, o.Text...)
		}
	}
	rec := a.record()
	if !l.Recording.keepReport(l.Recording.keyOf(c), rec, report) {
		return answer{}, false
	}
	l.Recording.reliesOn(rec)
	return a, true
}

func streamOf(o trace.Output) memory.Stream {
	if o.Err {
		return memory.Stderr
	}
	return memory.Stdout
}

// rehearse rehearses a command that took so long in this build; nil if that proves nothing.
func (l *Links) rehearse(c *command.Command, env []string, cheap memory.Key, took time.Duration) *trace.Report {
	m := l.Recording.m
	if l.Make.Effects != setting.Settling || !m.Rehearsable(cheap) || m.aside() || !m.worthRehearsing(cheap) {
		return nil
	}
	budget, ok := m.costs.mayRehearse(took, m.costs.spent())
	if !ok {
		return nil
	}
	spec, err := l.spec(c.Argv, env)
	if err != nil {
		return nil
	}
	// Pipes, as the next run may have them; a rehearsal must not reach what the real ones lead to.
	stdout, outDone, err := command.CopyPipe(io.Discard)
	if err != nil {
		return nil
	}
	defer func() { stdout.Close(); <-outDone }()
	stderr, errDone, err := command.CopyPipe(io.Discard)
	if err != nil {
		return nil
	}
	defer func() { stderr.Close(); <-errDone }()
	spec.Stdout, spec.Stderr = stdout, stderr
	l.Make.Events.Send(event.ProcessStarted{Path: spec.Path})
	report, err := trace.Rehearse(l.Make.Ctx, l.Make.Procs, spec, rehearsalLimit(took), budget)
	if err != nil {
		return nil
	}
	m.costs.rehearsed(report.Cost)
	l.addSearch(report, c.Argv[0], env)
	terminal := terminalText(l.Make.Terminals[0]) + terminalText(l.Make.Terminals[1])
	proved := report.Impure == "" && !(report.Terminal && terminal != "") && !(report.Stdin && inherited.Input(l.Make.Call.Stdin) != "")
	m.Rehearsed(cheap, proved)
	if !proved {
		return nil
	}
	return report
}

// rehearsalLimit is how long a rehearsal may take of what took so long untraced.
func rehearsalLimit(took time.Duration) time.Duration { return 10*took + 5*time.Second }
