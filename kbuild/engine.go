package kbuild

// This file puts the rooms together for one reading of the makefiles: the walk that decides, what runs recipes, and the chain
// along which commands go.

import (
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/makefiles"
	"gokbuild/kbuild/recipe"
	"gokbuild/kbuild/remember"
	"gokbuild/kbuild/update"
)

// engine is what is made anew each time that the makefiles are read.
type engine struct {
	reading *makefiles.Reading
	jobs    *recipe.Context
	content *remember.Content
	walk    *update.Walk
	// running are the recipes that run, ended those that have ended since.
	running map[*update.Order]*work
	ended   chan *update.Order
	// remaking are the makefiles that are being remade.
	remaking remaking
}

// setUp puts together the engine for a reading.
func (inv *Invocation) setUp(r *makefiles.Reading) {
	x := &recipe.Expander{Make: &inv.Make, In: r.In, DB: r.DB}
	local := &command.Local{Make: &inv.Make, Natives: inv.build.session.Natives, LeftOut: inv.leftOut, Scripts: &inv.build.session.scripts,
		Link: &inv.build.link, Server: inv.slots.Server, RunMake: inv.runBelow, BuildPrograms: inv.buildPrograms}
	inv.engine = engine{reading: r, running: make(map[*update.Order]*work), ended: make(chan *update.Order, 64),
		content: remember.NewContent(inv.recording, inv.leftOut, x.Environ, x.Says),
		jobs: &recipe.Context{Expander: x, Printer: inv.printer, Turn: &inv.turn, Chain: inv.chain(local), Stdin: &inv.build.stdin,
			Serial: inv.allSerial},
	}
	inv.walk = update.NewWalk(update.Config{Make: &inv.Make, DB: r.DB, Printer: inv.printer, Seat: inv.seat, Prio: inv.prio,
		Runner: inv, Judge: inv.content, Turn: &inv.turn, Serial: func() bool { return inv.slots.Serial },
		LeaveOut: inv.leaveOut(), Missing: inv.missing(), Planned: inv.planned(), IncludeError: inv.includeError, Number: inv.Number})
}

// chain is how the commands of the make are run.
func (inv *Invocation) chain(local *command.Local) *command.Chain {
	links := &remember.Links{Make: &inv.Make, Recording: inv.recording, Probes: inv.build.session.Probes, LeftOut: inv.leftOut, Local: local}
	links.Cached = inv.build.backends.Caches(&inv.Make)
	c := &command.Chain{Events: inv.Events, Make: inv.Number}
	if inv.build.scouting != nil {
		c.Links = append(c.Links, inv.scoutLink(local))
	}
	if inv.planner != nil {
		return inv.planChain(c, links, local)
	}
	if inv.whole != nil {
		c.Links = append(c.Links, inv.whole)
	}
	c.Links = append(c.Links, local.First()...)
	c.Links = append(c.Links, links.All()...)
	c.Links = append(c.Links, inv.build.backends.Links(&inv.Make, inv.whole)...)
	c.Links = append(c.Links, local.Changes())
	c.Links = append(c.Links, inv.build.session.Runners...)
	c.Links = append(c.Links, local.Last()...)
	return c
}
