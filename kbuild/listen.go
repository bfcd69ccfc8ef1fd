package kbuild

// This file has the listeners hear of a build.

import (
	"sync/atomic"

	"gokbuild/kbuild/event"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/report"
	"gokbuild/kbuild/setting"
)

// audience is who listens to the builds of a session.
type audience struct {
	listeners []func(event.Event)
	// hear says that they want to know what commands write.
	hear bool
	// reporters are those of the build that runs.
	reporters atomic.Pointer[report.Reporters]
}

// listenEarly has those hear of the build who need no options: that it cannot begin, say.
func (b *Build) listenEarly(inv *Invocation) {
	if inv.above == nil && inv.Effects == setting.Real {
		b.Events, b.HearMakes = event.NewStream(b.session.listeners...), len(b.session.listeners) > 0
	}
}

// listen has the listeners hear of the build, once the options of the first make are known.
func (b *Build) listen(inv *Invocation) {
	if inv.above != nil || inv.Effects != setting.Real {
		return
	}
	var err error
	var before *report.Reporters
	if b.ready != nil {
		before = b.session.reporters.Load()
	}
	if b.reporters, err = report.Open(&inv.Make, before); err != nil {
		eval.Stop(err.Error())
	}
	listeners := append(b.reporters.Listeners(), b.session.listeners...)
	if inv.Flags.Stats {
		listeners = append(listeners, b.stats.Listen)
	}
	b.Events = event.NewStream(listeners...)
	b.Hear = b.reporters.Hear() || b.session.hear
	b.HearMakes = b.Hear || len(b.session.listeners) > 0
	b.redirect(inv)
	b.session.reporters.Store(b.reporters)
}

// redirect has the first make and what it runs write to where the reporters want it.
func (b *Build) redirect(inv *Invocation) {
	stdout, stderr := b.reporters.Outputs()
	if stdout != nil {
		inv.Call.Stdout = stdout
	}
	if stderr != nil {
		inv.Call.Stderr = stderr
	}
	if stdout != nil || stderr != nil {
		inv.printer.Redirect()
	}
}

// closeReporters has them write what they write at the end, once make has its own outputs back.
func (b *Build) closeReporters(inv *Invocation) {
	inv.Call.Stdout, inv.Call.Stderr = b.Terminals[0], b.Terminals[1]
	inv.printer.Redirect()
	if err := b.reporters.Close(inv.Call.Stderr); err != nil {
		inv.printer.Errorf("%s", err)
	}
}

// Leave leaves the terminal as it should be, without waiting for anything: the process is about to end.
func (s *Session) Leave() { s.reporters.Load().Leave() }

// sendBuildStarted tells that the build begins.
func (inv *Invocation) sendBuildStarted() {
	if !inv.Events.On() {
		return
	}
	e := event.BuildStarted{Argv: inv.Call.Argv, Dir: inv.Dir, Goals: inv.Flags.Goals, Jobs: max(inv.Flags.Jobs, 1)}
	if inv.Flags.Jobs == flags.JobsUnlimited {
		e.Jobs = 0
	}
	if m := inv.build.memory; m != nil {
		e.Output = m.Output()
	}
	inv.Events.Send(e)
}
