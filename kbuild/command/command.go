package command

// This file holds the command as a value, and the chain that it goes along.

import (
	"os"
	"sync/atomic"
	"time"

	"gokbuild/depgraph"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/output"
)

// Shell is how make would have a shell run a command: SHELL and .SHELLFLAGS.
type Shell struct {
	Path  string
	Flags []string
	// Plain is set for /bin/sh -c and -ec with the usual IFS: make starts a command of mere words without them.
	Plain bool
	// Usual is set for /bin/sh -c with the usual IFS: then what runs without a shell does the same.
	Usual bool
	// One is set under .ONESHELL: newlines in the text stay, and Path is one word, blanks and all.
	One bool
}

// Words are the program and arguments by which the shell runs a text.
func (sh Shell) Words(text string) []string {
	var words []string
	switch {
	case sh.One:
		words = []string{sh.Path}
	case sh.Path == "":
		// There is none: the first of its options is taken for the program.
	default:
		// SHELL may be a program with arguments.
		var ok bool
		if words, ok = PlainWords(sh.Path); !ok || len(words) == 0 {
			words = []string{sh.Path}
		}
	}
	words = append(words[:len(words):len(words)], sh.Flags...)
	return append(words, text)
}

// Command is a command to be run: a line of a recipe, or the text of a $(shell).
type Command struct {
	For  event.Use
	Text string
	// Targets are what the recipe makes, in the names of the makefile; the first is the one that messages name.
	Targets   []string
	Shell     Shell
	Recursive bool // it calls make, or begins with '+'
	// Hear says that what it writes to standard error may be kept with the target.
	Hear bool

	// Always says that each build runs it, as its target is phony.
	Always bool
	// Doubts are files for which memory does not leave it out, as somebody supposes that they come out different.
	Doubts []string

	// Environ returns the environment; it is worked out when first asked for.
	Environ func() []string
	// Stdin returns the standard input. For recipes it is the real one for one job at a time: asking claims it.
	Stdin func() *os.File
	// Stdout and Stderr are where a line of a recipe writes; nil is /dev/null. What $(shell) writes is in its Result.
	Stdout, Stderr *os.File
	// Complain prints a message about a command that could not be started.
	Complain func(text string)
	// Seat holds the job slot; nil for $(shell), which runs in that of its make. Prio is the place in the order of jobs.
	Seat *depgraph.Seat
	Prio depgraph.Priority
	// Explain tells, once, why the target is made (--explain). It is called before anything is run.
	Explain func()

	Form
	// Watch is set by a link that wants to know what the command does.
	Watch Watch

	after []func(*Result)
	// begun is told, by whoever has taken a slot for it, that it begins; nil if nobody listens.
	begun func()
}

// Form is what the parse link finds out about a command.
type Form struct {
	// Argv are the program and arguments by which it is started: its own if Direct, else those of the shell.
	Argv   []string
	Direct bool
	// Program is how the in-process shell runs it; nil if it can't.
	Program *shell.Program
	// Harmless says that it can do nothing but print, call make and see to it that directories are there.
	Harmless bool
}

// Watch is what a link learns of a command that another link runs.
type Watch struct {
	// Printed, if set, is told of what a harmless command prints, Mkdir takes the place of its mkdir, and Process is told of
	// a process that it starts all the same.
	Printed func(text string)
	Mkdir   shell.NativeFunc
	Process func(path string)
	// Listener, if set, hears what it writes to standard error; and, if Both is set, what its processes write to standard output.
	Listener *output.Listener
	Both     bool
	// Deeds, if set, notes which files it writes.
	Deeds *Deeds
	// Looks, if set, is told what this process does in its place.
	Looks *Looks
	// Start, if set, starts its processes, by means of what is passed on to it, or does without: then it tells Deeds what was written.
	Start func(p *shell.Process, start Starter) (shell.Waiter, error)
	// used is the processor time of its processes that have ended, in nanoseconds.
	used atomic.Int64
}

// Looks tells what this process looks at where it runs a command itself, and what it says. Its functions may be called at once.
type Looks struct {
	// Named is told of a name by which a file is looked at, Made of a directory that is there once the command has ended, Said of
	// what is written to the command's own outputs.
	Named func(file string)
	Made  func(dir string)
	Said  func(errs bool, text string)
	// Odd is told of something that decided what it did and is no file, in words.
	Odd func(what string)
	// Native is told of a call of a replacement, by its step ("fixdep"), that has ended.
	Native func(step string, p *shell.Call)
	// Known reports, of a $(shell) that this process has run, whether all that decided what it wrote was told, and it changed no file.
	Known func() bool
	// here is set once this process runs it.
	here bool
}

// AllTold reports of a $(shell) that has ended whether all is known that it did. l may be nil.
func (l *Looks) AllTold() bool { return l != nil && l.here && l.Known() }

// watch has the environment of a program tell what it looks at.
func (l *Looks) watch(env *shell.Env) {
	if l != nil {
		l.here = true
		env.Named, env.Made, env.Said, env.Odd = l.Named, l.Made, l.Said, l.Odd
	}
}

// Starter starts a process of a command.
type Starter func(p *shell.Process) (shell.Waiter, error)

// Result is what came of a command.
type Result struct {
	depgraph.Status
	// By names the link that took the command.
	By event.By
	// Out and Stderr are what a $(shell) wrote. Stderr of a line of a recipe is what was heard of it, and is worth keeping; Said
	// is all that was heard.
	Out          []byte
	Stderr, Said string
	// Made says that the command may have made something; one that memory has left out, or that called make in this
	// process, has not. CalledMake says that a make ran in this process.
	Made, CalledMake bool
	Written
}

// Runner is a way to run commands: one link of a chain.
type Runner interface {
	// Run runs a command and returns what came of it; or it declines: then ok is false and it has done nothing. Who runs one
	// before the link that takes a slot sees to that itself (Seat), calls Explain first, and tells what the command wrote
	// (Wrote, or Unknown): otherwise nothing is believed of its target.
	Run(c *Command) (r Result, ok bool)
}

// After has a function called with the result, once a later link has run the command. A link that declines uses it.
func (c *Command) After(f func(*Result)) { c.after = append(c.after, f) }

// Used is the processor time that the processes have used that were started for it and have ended, and all whom those waited for.
func (c *Command) Used() time.Duration { return time.Duration(c.Watch.used.Load()) }

// Target is the target that messages name; "" for $(shell).
func (c *Command) Target() string {
	if len(c.Targets) == 0 {
		return ""
	}
	return c.Targets[0]
}

// Chain runs commands by the first of its links that does not decline.
type Chain struct {
	Links  []Runner
	Events *event.Stream
	Make   uint32 // the number of the make, for events
}

// commands counts the commands that have begun while somebody listened.
var commands atomic.Uint64

// Run runs a command. The last link of a chain takes every command.
func (ch *Chain) Run(c *Command) Result {
	var began time.Time
	id := uint64(0)
	if ch.Events.On() {
		began = time.Now()
		c.begun = func() {
			id = commands.Add(1)
			ch.Events.Send(event.CommandStarted{ID: id, Make: ch.Make, Use: c.For, Target: c.Target(), Text: c.Text, Recursive: c.Recursive})
		}
	}
	for _, link := range ch.Links {
		r, ok := link.Run(c)
		if !ok {
			continue
		}
		for i := len(c.after) - 1; i >= 0; i-- {
			c.after[i](&r)
		}
		if ch.Events.On() {
			ch.Events.Send(event.CommandEnded{ID: id, Make: ch.Make, Use: c.For, By: r.By, Target: c.Target(), Text: c.Text, Status: r.ExitCode(),
				Took: time.Since(began)})
		}
		return r
	}
	panic("command: no link takes " + c.Text)
}

// takeSlot sees to it that the command has a job slot; false if the build is ending.
func (c *Command) takeSlot(l *Local) bool {
	return c.Seat == nil || c.Seat.Acquire(l.Make.Ctx, c.Prio) == nil
}

// stderr is where the processes of the command write their errors.
func (c *Command) stderr() *os.File {
	if c.Watch.Listener != nil {
		return c.Watch.Listener.File()
	}
	return c.Stderr
}

// stdout is where the processes of the command write.
func (c *Command) stdout() *os.File {
	if c.Watch.Listener != nil && c.Watch.Both {
		return c.Watch.Listener.File()
	}
	return c.Stdout
}

// Outputs are where the processes of the command write.
func (c *Command) Outputs() (stdout, stderr *os.File) { return c.stdout(), c.stderr() }

// Begun tells whoever listens that the command begins. Links that do not come behind the one that takes a slot call it.
func (c *Command) Begun() {
	if c.begun != nil {
		c.begun()
		c.begun = nil
	}
}

func (c *Command) explain() {
	if c.Explain != nil {
		c.Explain()
	}
}

// ended is the result where the build is ending and nothing was started.
func ended(by event.By) Result { return Result{Status: depgraph.Status{Code: 2}, By: by} }
