package kbuild

import (
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"gokbuild/kbuild/rules"
)

// counters are what --stats prints.
type counters struct {
	invocations, processes, shells, inProcess, shellFuncs, remembered atomic.Int64
}

// explain tells, once, why the target's recipe runs a command (--explain).
// Makefiles of kernel trees run every recipe and decide in it; then only the
// recipe knows.
func (j *job) explain() {
	inv, f := j.inv, j.file
	// That a phony target is made says nothing.
	if !inv.flags.Explain || f.Phony || j.explained {
		return
	}
	j.explained = true
	var missing, newer []string
	phony := false
	for i := range f.Deps {
		d := &f.Deps[i]
		switch {
		case d.File == nil || d.OrderOnly:
		case d.File.Phony:
			phony = true
		case !d.Changed:
		case d.File.Mtime == rules.TimeNone:
			missing = append(missing, d.File.Name)
		default:
			newer = append(newer, d.File.Name)
		}
	}
	why := ""
	switch {
	case f.Mtime == rules.TimeNone:
		why = "it does not exist"
	case len(missing) > 0:
		why = "missing: " + some(missing)
	case len(newer) > 0:
		why = "newer: " + some(newer)
	case inv.flags.AlwaysMake:
		why = "of -B"
	case phony:
		why = "its recipe says so: no file it needs is newer, so the command itself changed or always runs"
	default:
		why = "it has a double-colon rule without prerequisites"
	}
	inv.errorf("remaking '%s': %s", f.Name, why)
}

// some joins the first few names of a list.
func some(names []string) string {
	const most = 5
	if len(names) > most {
		return strings.Join(names[:most], " ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, " ")
}

// printStats prints what the session did (--stats).
func (s *Session) printStats(inv *Invocation) {
	var ru syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &ru); err != nil {
		return
	}
	cpu := time.Duration(ru.Utime.Nano() + ru.Stime.Nano())
	c := &s.counters
	inv.errorf("%.2f s, of which %.2f s processor time of our own; peak memory %d MiB; %d makes in this process; "+
		"%d processes for recipes, %d of them shells; %d commands run in-process; %d $(shell), %d answered from memory",
		time.Since(s.start).Seconds(), cpu.Seconds(), ru.Maxrss/1024, c.invocations.Load(),
		c.processes.Load(), c.shells.Load(), c.inProcess.Load(), c.shellFuncs.Load(), c.remembered.Load())
}
