package kbuild

// This file sends a scout ahead of a build (package scout).

import (
	"os"
	"runtime"
	"slices"

	"gokbuild/kbuild/command"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/native"
	"gokbuild/kbuild/native/probe"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/remember"
	"gokbuild/kbuild/scout"
	"gokbuild/kbuild/setting"
)

// sendScout sends a scout if it may be worth it: for goals that make a configuration, on more than one processor.
func (inv *Invocation) sendScout() {
	b, s := inv.build, inv.build.session
	if inv.above != nil || inv.Effects != setting.Real || b.scout != nil || b.guessing != nil || s.Natives == nil || s.Probes == nil ||
		!remember.Memorable(&inv.Make) || !inv.Native("submake") || !inv.Native("kconfig") || !inv.Native("probe") ||
		runtime.GOMAXPROCS(0) < 2 || !slices.ContainsFunc(inv.Flags.Goals, kernel.ConfigGoal) {
		return
	}
	g := &guessing{probes: s.Probes, what: scout.GuessOf(inv.Dir, inv.Call.Argv, inv.Call.Env), auth: inv.slots.Auth()}
	g.guess = scout.ParseGuess(s.Probes.Note(g.what), g.auth)
	b.guessing = g
	if g.drop = g.guess.Begin(s.Natives, inv.Native); g.drop != nil {
		return
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return
	}
	ahead := NewSession(s.Profile)
	ahead.Executable, ahead.Probes, ahead.ProbeRunner, ahead.Natives = s.Executable, s.Probes, s.ProbeRunner, s.Natives
	if ahead.ProbeRunner == nil {
		ahead.ProbeRunner = probe.SystemShell
	}
	call := inv.Call
	scouting := ahead.newBuild(call)
	call.Stdin, call.Stdout, call.Stderr = nil, null, null
	b.scout = scout.Send(inv.slots.Auth(), func(sc *scout.Scout) {
		defer null.Close()
		defer scouting.link.Close()
		scouting.Effects, scouting.scouting = setting.Scouting, sc
		scouting.invocation(call, nil).run()
		ahead.cancel(nil)
	})
}

// guessing is a guess which program will begin early, and where it is kept.
type guessing struct {
	probes *probe.Memo
	what   string
	// auth is how processes join the job server.
	auth  string
	guess *scout.Guess
	// drop ends what was begun; nil if nothing was.
	drop func()
}

// end ends what was begun and not wanted.
func (g *guessing) end() {
	if g != nil && g.drop != nil {
		g.drop()
	}
}

// ranEarly keeps how a program was called that could have begun early, for the next time that make is called like this.
func (b *Build) ranEarly(origin native.Origin, c *shell.Call) {
	g := b.guessing
	if g == nil {
		return
	}
	came := &scout.Guess{Origin: origin, Argv: c.Argv, Dir: c.Dir, Env: c.Environ()}
	if next, changed := g.guess.After(came); changed {
		g.probes.SetNote(g.what, next.String(g.auth))
	}
}

// scoutLink is the link of the chain by which a make of a scout runs nothing.
func (inv *Invocation) scoutLink(local *command.Local) *scout.Link {
	s := inv.build.session
	return &scout.Link{Scout: inv.build.scouting, Make: &inv.Make, Local: local, LeftOut: inv.leftOut, Probes: s.Probes,
		Runner: s.ProbeRunner, Below: inv.runBelow}
}
