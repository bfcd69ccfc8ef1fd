package kbuild

import (
	"sync/atomic"
	"syscall"
	"time"
)

// counters are what --stats prints.
type counters struct {
	invocations, processes, shells, inProcess, shellFuncs, remembered, recalled atomic.Int64
	// firstProcess is how long after the start the first process of a recipe was started.
	firstProcess atomic.Int64
}

// unproved notes, for --stats, why a make will run again the next time.
func (s *Session) unproved(dir, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(why) > 200 {
		why = why[:200] + "…"
	}
	s.reasons = append(s.reasons, dir+": "+why)
}

// countProcess counts a process of a recipe that is about to start.
func (s *Session) countProcess() {
	if s.counters.processes.Add(1) == 1 {
		s.counters.firstProcess.Store(int64(time.Since(s.start)))
	}
}

// printStats prints what the session did (--stats).
func (s *Session) printStats(inv *Invocation) {
	var ru syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &ru); err != nil {
		return
	}
	for _, r := range s.reasons {
		inv.errorf("not remembered: %s", r)
	}
	cpu := time.Duration(ru.Utime.Nano() + ru.Stime.Nano())
	c := &s.counters
	inv.errorf("%.2f s, of which %.2f s processor time of our own; peak memory %d MiB; %d makes in this process; "+
		"%d processes for recipes, %d of them shells, the first after %.2f s; %d commands run in-process; %d $(shell), %d answered from memory; %d makes and commands left out",
		time.Since(s.start).Seconds(), cpu.Seconds(), ru.Maxrss/1024, c.invocations.Load(),
		c.processes.Load(), c.shells.Load(), time.Duration(c.firstProcess.Load()).Seconds(), c.inProcess.Load(), c.shellFuncs.Load(), c.remembered.Load(), c.recalled.Load())
}
