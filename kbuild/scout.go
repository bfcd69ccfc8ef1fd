package kbuild

// This file sends a scout ahead of a build (package scout).

import (
	"os"
	"runtime"
	"slices"

	"gokbuild/kbuild/command"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/native/probe"
	"gokbuild/kbuild/remember"
	"gokbuild/kbuild/scout"
	"gokbuild/kbuild/setting"
)

// sendScout sends a scout if it may be worth it: for goals that make a configuration, on more than one processor.
func (inv *Invocation) sendScout() {
	b, s := inv.build, inv.build.session
	if inv.above != nil || inv.Effects != setting.Real || b.scout != nil || s.Natives == nil || s.Probes == nil ||
		!remember.Memorable(&inv.Make) || !inv.Native("submake") || !inv.Native("kconfig") || !inv.Native("probe") ||
		runtime.GOMAXPROCS(0) < 2 || !slices.ContainsFunc(inv.Flags.Goals, kernel.ConfigGoal) {
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

// scoutLink is the link of the chain by which a make of a scout runs nothing.
func (inv *Invocation) scoutLink(local *command.Local) *scout.Link {
	s := inv.build.session
	return &scout.Link{Scout: inv.build.scouting, Make: &inv.Make, Local: local, LeftOut: inv.leftOut, Probes: s.Probes,
		Runner: s.ProbeRunner, Below: inv.runBelow}
}
