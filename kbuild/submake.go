package kbuild

// This file starts the makes below, and tells what they share.

import (
	"gokbuild/depgraph"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/slots"
)

// runBelow runs a make that a command calls. It takes over the slot of the command, and gives it back itself.
func (inv *Invocation) runBelow(c *command.Command, call Call) depgraph.Status {
	below := inv.build.invocation(call, inv)
	below.prio, below.caller = c.Prio, c.Target()
	c.Seat.HandTo(below.seat)
	status := below.run()
	// If its output goes elsewhere, its record does not say what this make prints.
	inv.recording.Nested(below.recording, below.known && call.Stdout == c.Stdout)
	if sig := inv.Stopping(); sig != 0 && status != 0 {
		// A make that is interrupted dies of the signal.
		return depgraph.Status{Signal: sig}
	}
	return depgraph.Status{Code: status}
}

// buildPrograms builds programs that were left unbuilt, as a command for the real shell may start them. It runs this very
// make again with the programs as its goals.
func (inv *Invocation) buildPrograms(c *command.Command, targets []string) depgraph.Status {
	if c.Seat.Acquire(inv.Ctx, c.Prio) != nil {
		return depgraph.Status{Code: 2}
	}
	call := inv.Call
	call.Dir = inv.Dir
	again := inv.build.invocation(call, inv)
	again.programs, again.prio = targets, c.Prio
	c.Seat.HandTo(again.seat)
	return depgraph.Status{Code: again.run()}
}

// setupSlots finds the job slots of the make.
func (inv *Invocation) setupSlots() {
	inv.printer.Setup(inv.printerAbove())
	var above *slots.Slots
	if inv.above != nil {
		above = inv.above.slots
	}
	auth := ""
	if sc := inv.build.scouting; sc != nil {
		auth = sc.Auth
	}
	inv.slots.Setup(above, auth)
}

// allSerial reports whether this make and all above it run one job at a time.
func (inv *Invocation) allSerial() bool {
	for i := inv; i != nil; i = i.above {
		if !i.slots.Serial {
			return false
		}
	}
	return true
}
