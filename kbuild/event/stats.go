package event

// This file counts events, for --stats.

import (
	"fmt"
	"syscall"
	"time"
)

// Stats counts what happens in a build, for --stats and for tests. Its methods are called by one stream, or after it.
type Stats struct {
	// Makes were evaluated or replayed in this process.
	Makes int
	// Processes were started for commands; Shells of them are real shells for lines of recipes.
	Processes, Shells int
	// InProcess counts lines of recipes that needed no process of their own, ShellFuncs the commands of $(shell).
	InProcess, ShellFuncs int
	// Remembered counts answers to $(shell) from memory, Recalled the makes and lines that memory left out.
	Remembered, Recalled int
	// Traced counts commands that were run under trace, Rehearsed those that were found to change nothing when the build was
	// done.
	Traced, Rehearsed int
	// Unproved tells which makes cannot be left out the next time, and why.
	Unproved []string
	// FirstProcess is how long after the start the first process was started.
	FirstProcess time.Duration

	start time.Time
}

// NewStats returns counters for a build that begins now.
func NewStats() *Stats { return &Stats{start: time.Now()} }

// Listen counts an event.
func (s *Stats) Listen(e Event) {
	switch e := e.(type) {
	case MakeStarted:
		s.Makes++
	case MakeReplayed:
		s.Recalled++
	case MakeUnproved:
		why := e.Why
		if len(why) > 200 {
			why = why[:200] + "…"
		}
		s.Unproved = append(s.Unproved, e.Dir+": "+why)
	case ProcessStarted:
		if s.Processes++; s.Processes == 1 {
			s.FirstProcess = time.Since(s.start)
		}
	case CommandEnded:
		s.command(e)
	}
}

func (s *Stats) command(e CommandEnded) {
	switch e.By {
	case ByTrace:
		s.Traced++
	case ByRehearsal:
		s.Rehearsed++
	}
	if e.Use == ShellFunc {
		s.ShellFuncs++
		if e.By == ByMemory || e.By == ByProbes {
			s.Remembered++
		}
		return
	}
	switch e.By {
	case ByMemory:
		s.Recalled++
	case ByInProcess:
		s.InProcess++
	case ByShell:
		s.Shells++
	}
}

// String is what --stats prints about the build, with what the process has used so far.
func (s *Stats) String() string {
	var ru syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &ru)
	cpu := time.Duration(ru.Utime.Nano() + ru.Stime.Nano())
	return fmt.Sprintf("%.2f s, of which %.2f s processor time of our own; peak memory %d MiB; %d makes in this process; "+
		"%d processes for recipes, %d of them shells, the first after %.2f s; %d commands run in-process; %d $(shell), %d answered from memory; %d makes and commands left out; %d traced, %d rehearsed",
		time.Since(s.start).Seconds(), cpu.Seconds(), ru.Maxrss/1024, s.Makes,
		s.Processes, s.Shells, s.FirstProcess.Seconds(), s.InProcess, s.ShellFuncs, s.Remembered, s.Recalled, s.Traced, s.Rehearsed)
}
