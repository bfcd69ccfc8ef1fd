package event

// This file lists the events, in the order in which a build sends them. Durations are wall time; names of files are as the
// makefiles write them, relative to the directory of their make.

import "time"

// BuildStarted: the first make has read its options and knows where it works. It is the first event of a build.
type BuildStarted struct {
	// Argv holds the program and its arguments, Dir the directory after all -C.
	Argv []string
	Dir  string
	// Output is the output directory whose memory is open; "" if nothing is remembered.
	Output string
	Goals  []string
	// Jobs is the number of job slots; 0 if there is no bound.
	Jobs int
}

// MakeStarted: a make begins to look at what it was called for. Each make of a build has a number; Parent is that of the
// make whose recipe called it in this process, 0 for the first.
type MakeStarted struct {
	Make, Parent uint32
	// Caller is the target whose recipe called it; "" for the first.
	Caller string
	Dir    string
	Goals  []string
	// Settling is set for makes that run once more at the end of a build, without effects, to learn what the next build
	// will find.
	Settling bool
}

// MakeRead: a make has read its makefiles. It reads them again if one was remade.
type MakeRead struct{ Make uint32 }

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

// MakeSaid: a make has printed something of its own: a line of a recipe, a message.
type MakeSaid struct {
	Stderr bool
	Text   string
}

// RecipeStarted: the recipe of a target begins. After are the prerequisites that have recipes of their own.
type RecipeStarted struct {
	Make   uint32
	Target string
	After  []string
}

// RecipeEnded: the recipe of a target has ended.
type RecipeEnded struct {
	Make   uint32
	Target string
	OK     bool
	// Ran says whether it ran a command that may have made something; without, memory showed that it need not.
	Ran  bool
	Took time.Duration
	// Stderr is what its commands wrote to standard error, as far as it was heard; where both outputs go to one place, what
	// they wrote to either. Before is what was kept of what they wrote the last time that the recipe ran.
	Stderr, Before string
}

// TextKept: what the recipe of a target that is as it left it wrote to standard error when it ran, for --messages. The target is
// named by its absolute name.
type TextKept struct{ Target, Text string }

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

// CommandStarted: a command that was not left out begins: it has its job slot. Its CommandEnded has the same ID.
type CommandStarted struct {
	ID   uint64
	Make uint32
	Use  Use
	// Target is the target of the recipe; "" for ShellFunc.
	Target string
	Text   string
	// Recursive says that it may call make: then it holds its slot only until it does.
	Recursive bool
}

// CommandEnded: a command was run, or left out. ID is 0 if it never began.
type CommandEnded struct {
	ID     uint64
	Make   uint32
	Use    Use
	By     By
	Target string
	Text   string
	Status int
	Took   time.Duration
}

// ProcessStarted: a process of a command was started.
type ProcessStarted struct{ Path string }

// ProcessEnded: a process of a command has ended. CPU is the processor time that it and all whom it waited for have used.
type ProcessEnded struct {
	Make      uint32
	Target    string
	Path      string
	Took, CPU time.Duration
	// MaxRSS is the most memory that it had, in bytes.
	MaxRSS int64
}

// BuildEnded: the first make has ended, and memory is saved. It is the last event.
type BuildEnded struct{ Status int }

func (BuildStarted) event()   {}
func (MakeStarted) event()    {}
func (MakeRead) event()       {}
func (MakeSaid) event()       {}
func (MakeReplayed) event()   {}
func (MakeUnproved) event()   {}
func (MakeEnded) event()      {}
func (TargetDecided) event()  {}
func (RecipeStarted) event()  {}
func (RecipeEnded) event()    {}
func (TextKept) event()       {}
func (CommandStarted) event() {}
func (CommandEnded) event()   {}
func (ProcessStarted) event() {}
func (ProcessEnded) event()   {}
func (BuildEnded) event()     {}
