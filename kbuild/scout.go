package kbuild

// This file has what takes long begin ahead of a build: by a guess, or by a scout (package scout).

import (
	"os"
	"runtime"
	"slices"
	"sync"

	"gokbuild/kbuild/command"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/native"
	"gokbuild/kbuild/native/probe"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/remember"
	"gokbuild/kbuild/scout"
	"gokbuild/kbuild/setting"
)

// beginAhead begins the program that the same call of make came to the last time, or else sends a scout; for goals that make a
// configuration, on more than one processor.
func (inv *Invocation) beginAhead() {
	b, s := inv.build, inv.build.session
	if inv.above != nil || inv.Effects != setting.Real || b.guessing != nil || s.Natives == nil || s.Probes == nil ||
		!remember.Memorable(&inv.Make) || !inv.Native("submake") || !inv.Native("kconfig") || !inv.Native("probe") ||
		runtime.GOMAXPROCS(0) < 2 || !slices.ContainsFunc(inv.Flags.Goals, kernel.ConfigGoal) {
		return
	}
	g := &guessing{probes: s.Probes, around: scout.Around{Env: inv.Call.Env, Auth: inv.slots.Auth()}}
	g.name = g.around.Name(inv.Dir, inv.Call.Argv)
	g.guess = g.around.Decode(s.Probes.Note(g.name))
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

// guessing is what was guessed of a build, and where what came is kept for the next one.
type guessing struct {
	probes *probe.Memo
	name   string
	around scout.Around
	guess  *scout.Guess
	// drop ends what was begun; nil if nothing was.
	drop func()
	// came is done by the first program that could have begun early: it is the one to guess.
	came sync.Once
}

// end ends what was begun and not wanted.
func (g *guessing) end() {
	if g != nil && g.drop != nil {
		g.drop()
	}
}

// cameTo keeps how a program was called that could have begun early, for the next time that make is called like this.
func (b *Build) cameTo(origin native.Origin, c *shell.Call) {
	g := b.guessing
	if g == nil {
		return
	}
	g.came.Do(func() {
		next, changed := g.guess.After(&scout.Guess{Origin: origin, Argv: c.Argv, Dir: c.Dir, Env: c.Environ()})
		if changed {
			g.probes.SetNote(g.name, g.around.Encode(next))
		}
	})
}

// scoutLink is the link of the chain by which a make of a scout runs nothing.
func (inv *Invocation) scoutLink(local *command.Local) *scout.Link {
	s := inv.build.session
	return &scout.Link{Scout: inv.build.scouting, Make: &inv.Make, Local: local, LeftOut: inv.leftOut, Probes: s.Probes,
		Runner: s.ProbeRunner, Below: inv.runBelow}
}
