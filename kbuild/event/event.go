package event

// This file lists the events, in the order in which a build sends them. Durations are wall time; names of files are as the
// makefiles write them, relative to the directory of their make.

import "time"

// MakeStarted: a make begins to look at what it was called for. Each make of a build has a number; Parent is that of the
// make whose recipe called it in this process, 0 for the first.
type MakeStarted struct {
	Make, Parent uint32
	Dir          string
	Goals        []string
	// Settling is set for makes that run once more at the end of a build, without effects, to learn what the next build
	// will find.
	Settling bool
}

// MakeReplayed: memory shows that a make has nothing to do. What it would print was printed.
type MakeReplayed struct{ Make uint32 }

// MakeUnproved: the next run of a make cannot be left out, and why.
type MakeUnproved struct {
	Make uint32
	Dir  string
	Why  string
}

// MakeEnded: a make has ended with an exit status.
type MakeEnded struct {
	Make   uint32
	Status int
}

// TargetDecided: it was decided whether a target is made, and why. A target that waits for its prerequisites is decided
// once, when they are there.
type TargetDecided struct {
	Make   uint32
	Target string
	// Remake says whether the target is made; Why says why, in the words of --explain: "changed: a.h".
	Remake bool
	Why    string
}

// RecipeStarted: the recipe of a target begins.
type RecipeStarted struct {
	Make   uint32
	Target string
}

// RecipeEnded: the recipe of a target has ended.
type RecipeEnded struct {
	Make   uint32
	Target string
	OK     bool
	// Ran says whether it ran a command that may have made something; without, memory showed that it need not.
	Ran  bool
	Took time.Duration
	// Stderr is what its commands wrote to standard error, as far as it was heard.
	Stderr string
}

// Use tells what a command was run for.
type Use uint8

const (
	Recipe    Use = iota // a line of a recipe
	ShellFunc            // $(shell) or !=
)

// By names the way in which a command was run: the link of the chain that took it.
type By string

// The links of the chain (package command), as CommandEnded.By names them. Other links have names of their own.
const (
	BySubmake   By = "make"
	ByMemory    By = "memory"
	ByProbes    By = "probes"
	ByTrace     By = "trace"
	ByRehearsal By = "rehearsal"
	ByInProcess By = "in-process"
	ByDirect    By = "direct"
	ByShell     By = "shell"
	ByNothing   By = "nothing"
)

// CommandEnded: a command was run, or left out.
type CommandEnded struct {
	Make   uint32
	Use    Use
	By     By
	Text   string
	Status int
	Took   time.Duration
}

// ProcessStarted: a process of a command was started.
type ProcessStarted struct{ Path string }

// BuildEnded: the first make has ended, and memory is saved. It is the last event.
type BuildEnded struct{ Status int }

func (MakeStarted) event()    {}
func (MakeReplayed) event()   {}
func (MakeUnproved) event()   {}
func (MakeEnded) event()      {}
func (TargetDecided) event()  {}
func (RecipeStarted) event()  {}
func (RecipeEnded) event()    {}
func (CommandEnded) event()   {}
func (ProcessStarted) event() {}
func (BuildEnded) event()     {}
