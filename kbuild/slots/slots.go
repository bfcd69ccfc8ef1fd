// Package slots finds the job slots of one make. It answers one question: where does this make get its slots from?
//
// A make in this process shares those of the make above. One that a parent process started joins that one's job server, as MAKEFLAGS
// tells it to. Any other has slots of its own, and a job server for its children if there is more than one slot (manual, "Options to
// Make" and "POSIX Jobserver Interaction"). The make's seat (depgraph.Seat) holds the slot that it has.
package slots

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

// Slots are the job slots of one make.
type Slots struct {
	// Serial is set if one job runs at a time: there is one slot, or a makefile says .NOTPARALLEL.
	Serial bool

	mk   *setting.Make
	seat *depgraph.Seat
	// say prints a message of make.
	say func(format string, args ...any)
	// server is for processes that share the slots; nil if there is none.
	server *depgraph.Server
	// auth is how processes join the make's own server.
	auth string
	// jobs is the -j that the slots were set up for.
	jobs int
}

// noLoadLimit has slots granted whatever the load is.
const noLoadLimit = -1

// New returns the slots of a make that has none yet.
func New(mk *setting.Make, seat *depgraph.Seat, say func(format string, args ...any)) *Slots {
	return &Slots{mk: mk, seat: seat, say: say}
}

// Server is for processes that share the slots; nil if there is none.
func (s *Slots) Server() *depgraph.Server { return s.server }

// Auth is how processes join the make's own job server, as MAKEFLAGS has it; "" if it has none.
func (s *Slots) Auth() string { return s.auth }

// Setup finds the slots, once the options are known. above are those of the make above in this process, or nil. auth counts for a make
// of a scout alone: it has what looks like the slots of the make that is scouted for, whose server processes join like that.
func (s *Slots) Setup(above *Slots, auth string) {
	f := s.mk.Flags
	s.jobs = f.Jobs
	argv := f.ArgvJobs()
	switch {
	case above != nil && argv == flags.JobsUnset:
		s.server, s.Serial = above.server, above.Serial
		return
	case s.mk.Effects == setting.Planning:
		// Nothing runs, and evaluation is shared among the processors.
		f.JobserverAuth = ""
		s.seat.Move(depgraph.NewSlots(runtime.GOMAXPROCS(0), noLoadLimit))
		return
	case s.mk.Effects == setting.Scouting:
		s.Serial, s.auth = true, auth
		s.seat.Move(depgraph.NewSlots(1, 0))
		return
	case f.JobserverAuth != "" && argv == flags.JobsUnset:
		s.join()
		return
	}
	if f.JobserverAuth != "" {
		if s.mk.Profile.JobsForcedInWords {
			s.say("warning: -j%d forced in submake: resetting jobserver mode.", max(argv, 0))
		} else {
			s.say("warning: -jN forced in submake: disabling jobserver mode.")
		}
		f.JobserverAuth = ""
	}
	s.own(f.Jobs)
}

// Change gives the make the slots that -j in a makefile asks for, if one does, and returns Auth. forced says that the makefile asks
// for them though the make has joined a job server.
func (s *Slots) Change(forced bool) string {
	f := s.mk.Flags
	if !forced && (f.Jobs == s.jobs || f.JobserverAuth != "") {
		return s.auth
	}
	if forced {
		s.say("warning: -j%d forced in makefile: resetting jobserver mode.", max(f.Jobs, 0))
		f.JobserverAuth = ""
	}
	s.server, s.auth, s.jobs = nil, "", f.Jobs
	s.own(f.Jobs)
	return s.auth
}

// join joins the job server of a parent process.
func (s *Slots) join() {
	f := s.mk.Flags
	pool, err := depgraph.Join(f.JobserverAuth, f.MaxLoad)
	if err != nil {
		if fifo, ok := strings.CutPrefix(f.JobserverAuth, "fifo:"); ok && s.mk.Profile.JobserverFIFO {
			s.say("cannot open jobserver %s: %s", fifo, libc.Error(err))
		}
		s.say("warning: jobserver unavailable: using -j1.  Add '+' to parent make rule.")
		f.JobserverAuth = ""
		f.Jobs = 1
		s.own(1)
		return
	}
	s.server, _ = pool.Serve(depgraph.ServeOptions{})
	s.seat.Move(pool)
}

// own makes a pool for so many jobs the make's own.
func (s *Slots) own(jobs int) {
	if jobs == flags.JobsUnlimited {
		s.seat.Move(depgraph.NewSlots(0, s.mk.Flags.MaxLoad))
		return
	}
	pool := depgraph.NewSlots(max(jobs, 1), s.mk.Flags.MaxLoad)
	s.Serial = jobs <= 1
	if jobs > 1 {
		s.serve(pool)
	}
	s.seat.Move(pool)
}

// serve starts the job server. MAKEFLAGS tells of it once the makefiles are read.
func (s *Slots) serve(pool *depgraph.Slots) {
	style := depgraph.StylePipe
	if s.mk.Profile.JobserverFIFO {
		style = depgraph.StyleFifo
	}
	if name := s.mk.Flags.JobserverStyle; name != "" {
		st, ok := depgraph.ParseStyle(name)
		if !ok {
			eval.Stop("unknown jobserver auth style '" + name + "'")
		}
		style = st
	}
	err := s.serveAs(pool, style)
	if err != nil && style == depgraph.StyleFifo {
		s.say("jobserver mkfifo: %s: %s", s.mk.TempDir(s.say), libc.Error(err))
		err = s.serveAs(pool, depgraph.StylePipe)
	}
	if err != nil {
		eval.Stop("creating jobs pipe: " + libc.Error(err))
	}
}

func (s *Slots) serveAs(pool *depgraph.Slots, style depgraph.Style) error {
	opts := depgraph.ServeOptions{Style: style}
	dir := ""
	if style == depgraph.StyleFifo {
		dir = s.mk.TempDir(s.say)
		opts.TempDir = shell.Resolve(s.mk.Dir, dir)
	}
	server, err := pool.Serve(opts)
	if err != nil || server == nil {
		s.server = nil
		return err
	}
	s.server, s.auth = server, server.Auth()
	if dir != opts.TempDir {
		// Named as the environment names the directory.
		s.auth = "fifo:" + dir + "/" + path.Base(server.Auth())
	}
	return nil
}
