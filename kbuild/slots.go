package kbuild

import (
	"path"
	"strings"

	"gokbuild/depgraph"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/native/shell"
)

// setupSlots finds the job slots of the invocation: those of the invocation
// above, of a parent make, or its own.
func (inv *Invocation) setupSlots() {
	f := inv.flags
	inv.slotJobs = f.Jobs
	inv.setupOutput()
	own := f.ArgvJobs()
	switch {
	case inv.parent != nil && own == flags.JobsUnset:
		inv.slots, inv.server, inv.serial = inv.parent.slots, inv.parent.server, inv.parent.serial
		return
	case inv.session.scouting != nil:
		inv.scoutSlots(inv.session.scouting)
		return
	case f.JobserverAuth != "" && own == flags.JobsUnset:
		inv.joinSlots()
	default:
		if f.JobserverAuth != "" {
			if inv.profile.JobsForcedInWords {
				inv.errorf("warning: -j%d forced in submake: resetting jobserver mode.", max(own, 0))
			} else {
				inv.errorf("warning: -jN forced in submake: disabling jobserver mode.")
			}
			f.JobserverAuth = ""
		}
		inv.newSlots(f.Jobs)
	}
	inv.ownSlots = true
	if inv.held {
		inv.outer = inv.parent.slots
	}
	inv.held = inv.slots.TryAcquire()
}

// changeSlots gives the invocation the job slots that -j in a makefile asks for.
func (inv *Invocation) changeSlots(forced bool) {
	f := inv.flags
	if forced {
		inv.errorf("warning: -j%d forced in makefile: resetting jobserver mode.", max(f.Jobs, 0))
		f.JobserverAuth = ""
	}
	switch {
	case inv.ownSlots:
		inv.releaseHeld()
		inv.slots.Close()
	case inv.held:
		inv.outer, inv.held = inv.slots, false
	}
	inv.server, inv.serverAuth, inv.ownSlots, inv.slotJobs = nil, "", true, f.Jobs
	inv.newSlots(f.Jobs)
	inv.held = inv.slots.TryAcquire()
}

func (inv *Invocation) joinSlots() {
	f := inv.flags
	slots, err := depgraph.Join(f.JobserverAuth, f.MaxLoad)
	if err != nil {
		if fifo, ok := strings.CutPrefix(f.JobserverAuth, "fifo:"); ok && inv.profile.JobserverFIFO {
			inv.errorf("cannot open jobserver %s: %s", fifo, errorText(err))
		}
		inv.errorf("warning: jobserver unavailable: using -j1.  Add '+' to parent make rule.")
		f.JobserverAuth = ""
		f.Jobs = 1
		inv.newSlots(1)
		return
	}
	inv.slots = slots
	inv.server, _ = slots.Serve(depgraph.ServeOptions{})
}

func (inv *Invocation) newSlots(jobs int) {
	if jobs == flags.JobsUnlimited {
		inv.slots = depgraph.NewSlots(0, inv.flags.MaxLoad)
		return
	}
	inv.slots = depgraph.NewSlots(max(jobs, 1), inv.flags.MaxLoad)
	inv.serial = jobs <= 1
	if jobs > 1 {
		inv.serve()
	}
}

func (inv *Invocation) serve() {
	style := depgraph.StylePipe
	if inv.profile.JobserverFIFO {
		style = depgraph.StyleFifo
	}
	if inv.flags.JobserverStyle != "" {
		st, ok := depgraph.ParseStyle(inv.flags.JobserverStyle)
		if !ok {
			inv.fatal("unknown jobserver auth style '" + inv.flags.JobserverStyle + "'")
		}
		style = st
	}
	server, err := inv.serveAs(style)
	if err != nil && style == depgraph.StyleFifo {
		inv.errorf("jobserver mkfifo: %s: %s", inv.tempDir(), errorText(err))
		server, err = inv.serveAs(depgraph.StylePipe)
	}
	if err != nil {
		inv.fatal("creating jobs pipe: " + errorText(err))
	}
	inv.server = server
}

// serveAs starts the job server. MAKEFLAGS tells of it once the makefiles are read.
func (inv *Invocation) serveAs(style depgraph.Style) (*depgraph.Server, error) {
	opts := depgraph.ServeOptions{Style: style}
	dir := ""
	if style == depgraph.StyleFifo {
		dir = inv.tempDir()
		opts.TempDir = shell.Resolve(inv.dir, dir)
	}
	server, err := inv.slots.Serve(opts)
	if err != nil || server == nil {
		return nil, err
	}
	inv.serverAuth = server.Auth()
	if dir != opts.TempDir {
		inv.serverAuth = "fifo:" + dir + "/" + path.Base(server.Auth())
	}
	return server, nil
}

// closeSlots gives back what the invocation holds.
func (inv *Invocation) closeSlots() {
	inv.releaseHeld()
	if inv.ownSlots {
		inv.slots.Close()
	}
	if inv.outer != nil {
		inv.outer.Release()
	}
}
