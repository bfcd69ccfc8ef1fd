package kbuild

// This file finds the job slots of a make: those of the make above, of a parent process, or its own.

import (
	"path"
	"runtime"
	"strings"

	"gokbuild/depgraph"
	"gokbuild/depgraph/libc"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/setting"
)

// slots are where the slots of a make come from. Its seat holds the one it has.
type slots struct {
	// server is for processes that share the slots; nil if there is none.
	server *depgraph.Server
	// auth is how processes join the make's own server.
	auth string
	// jobs is the -j that the slots were set up for.
	jobs int
	// serial is set if one job runs at a time.
	serial bool
}

// setupSlots finds the slots.
func (inv *Invocation) setupSlots() {
	f := inv.Flags
	inv.slots.jobs = f.Jobs
	inv.printer.Setup(inv.printerAbove())
	own := f.ArgvJobs()
	switch {
	case inv.above != nil && own == flags.JobsUnset:
		up := inv.above.slots
		inv.slots.server, inv.slots.serial = up.server, up.serial
		return
	case inv.Effects == setting.Planning:
		// Nothing runs, and evaluation is shared among the processors.
		f.JobserverAuth = ""
		inv.seat.Move(depgraph.NewSlots(runtime.GOMAXPROCS(0), 0))
		return
	case inv.build.scouting != nil:
		// What looks like the slots of the make that is scouted for.
		inv.slots.serial, inv.slots.auth = true, inv.build.scouting.Auth
		inv.seat.Move(depgraph.NewSlots(1, 0))
		return
	case f.JobserverAuth != "" && own == flags.JobsUnset:
		inv.joinSlots()
		return
	}
	if f.JobserverAuth != "" {
		if inv.Profile.JobsForcedInWords {
			inv.printer.Errorf("warning: -j%d forced in submake: resetting jobserver mode.", max(own, 0))
		} else {
			inv.printer.Errorf("warning: -jN forced in submake: disabling jobserver mode.")
		}
		f.JobserverAuth = ""
	}
	inv.newSlots(f.Jobs)
}

// changeSlots gives the make the slots that -j in a makefile asks for, if one does; it returns how processes join its server.
func (inv *Invocation) changeSlots(forced bool) string {
	f := inv.Flags
	if !forced && (f.Jobs == inv.slots.jobs || f.JobserverAuth != "") {
		return inv.slots.auth
	}
	if forced {
		inv.printer.Errorf("warning: -j%d forced in makefile: resetting jobserver mode.", max(f.Jobs, 0))
		f.JobserverAuth = ""
	}
	inv.slots.server, inv.slots.auth, inv.slots.jobs = nil, "", f.Jobs
	inv.newSlots(f.Jobs)
	return inv.slots.auth
}

// joinSlots joins the job server of a parent process.
func (inv *Invocation) joinSlots() {
	f := inv.Flags
	pool, err := depgraph.Join(f.JobserverAuth, f.MaxLoad)
	if err != nil {
		if fifo, ok := strings.CutPrefix(f.JobserverAuth, "fifo:"); ok && inv.Profile.JobserverFIFO {
			inv.printer.Errorf("cannot open jobserver %s: %s", fifo, libc.Error(err))
		}
		inv.printer.Errorf("warning: jobserver unavailable: using -j1.  Add '+' to parent make rule.")
		f.JobserverAuth = ""
		f.Jobs = 1
		inv.newSlots(1)
		return
	}
	inv.slots.server, _ = pool.Serve(depgraph.ServeOptions{})
	inv.seat.Move(pool)
}

// newSlots makes a pool for so many jobs the make's own.
func (inv *Invocation) newSlots(jobs int) {
	if jobs == flags.JobsUnlimited {
		inv.seat.Move(depgraph.NewSlots(0, inv.Flags.MaxLoad))
		return
	}
	pool := depgraph.NewSlots(max(jobs, 1), inv.Flags.MaxLoad)
	inv.slots.serial = jobs <= 1
	if jobs > 1 {
		inv.serve(pool)
	}
	inv.seat.Move(pool)
}

// serve starts the job server. MAKEFLAGS tells of it once the makefiles are read.
func (inv *Invocation) serve(pool *depgraph.Slots) {
	style := depgraph.StylePipe
	if inv.Profile.JobserverFIFO {
		style = depgraph.StyleFifo
	}
	if name := inv.Flags.JobserverStyle; name != "" {
		st, ok := depgraph.ParseStyle(name)
		if !ok {
			eval.Stop("unknown jobserver auth style '" + name + "'")
		}
		style = st
	}
	err := inv.serveAs(pool, style)
	if err != nil && style == depgraph.StyleFifo {
		inv.printer.Errorf("jobserver mkfifo: %s: %s", inv.TempDir(inv.printer.Errorf), libc.Error(err))
		err = inv.serveAs(pool, depgraph.StylePipe)
	}
	if err != nil {
		eval.Stop("creating jobs pipe: " + libc.Error(err))
	}
}

func (inv *Invocation) serveAs(pool *depgraph.Slots, style depgraph.Style) error {
	opts := depgraph.ServeOptions{Style: style}
	dir := ""
	if style == depgraph.StyleFifo {
		dir = inv.TempDir(inv.printer.Errorf)
		opts.TempDir = shell.Resolve(inv.Dir, dir)
	}
	server, err := pool.Serve(opts)
	if err != nil || server == nil {
		inv.slots.server = nil
		return err
	}
	inv.slots.server, inv.slots.auth = server, server.Auth()
	if dir != opts.TempDir {
		// Named as the environment names the directory.
		inv.slots.auth = "fifo:" + dir + "/" + path.Base(server.Auth())
	}
	return nil
}

// allSerial reports whether this make and all above it run one job at a time.
func (inv *Invocation) allSerial() bool {
	for i := inv; i != nil; i = i.above {
		if !i.slots.serial {
			return false
		}
	}
	return true
}
