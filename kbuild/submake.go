package kbuild

import (
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/native/shell"
)

// This file starts the makes below.

// runBelow runs a make that a command calls. It takes over the slot of the command, and gives it back itself.
func (inv *Invocation) runBelow(c *command.Command, call Call) shell.Status {
	below := inv.build.invocation(call, inv)
	below.prio = c.Prio
	c.Seat.HandTo(below.seat)
	status := below.run()
	// If its output goes elsewhere, its record does not say what this make prints.
	inv.recording.Nested(below.recording, below.known && call.Stdout == c.Stdout)
	if sig := inv.Stopping(); sig != 0 && status != 0 {
		// A make that is interrupted dies of the signal.
		return shell.Status{Signal: sig}
	}
	return shell.Status{Code: status}
}

// buildPrograms builds programs that were left unbuilt, as a command for the real shell may start them. It runs this very
// make again with the programs as its goals.
func (inv *Invocation) buildPrograms(c *command.Command, targets []string) shell.Status {
	if !c.Seat.Acquire(inv.Ctx, c.Prio) {
		return shell.Status{Code: 2}
	}
	call := inv.Call
	call.Dir = inv.Dir
	again := inv.build.invocation(call, inv)
	again.programs, again.prio = targets, c.Prio
	c.Seat.HandTo(again.seat)
	return shell.Status{Code: again.run()}
}
