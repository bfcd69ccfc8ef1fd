package trace

// This file is what the callers of the package see: a run, its report, its facts.

import (
	"context"
	"errors"
	"time"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts"
)

// Fact is one thing that the command's outcome depended on, or that it left behind.
type Fact struct {
	// Path is absolute. No directory in it was a symbolic link when the command ran: links on the way are facts of
	// their own.
	Path string
	// Kind is what the command asked:
	//   - Content: a regular file was read, or executed, or its first bytes decided how it was executed; or, with Written,
	//     this is what the command left there.
	//   - Dated: size or date of a regular file may have been looked at. Where they were asked by name, Exists is a fact too.
	//   - Exists: presence, type or permissions were asked. Where there was nothing by that name, ID is zero.
	//   - List: a directory was read.
	//   - Link: a symbolic link was read or followed.
	//   - System: a property of the machine.
	Kind facts.Kind
	// Written: the command itself made what is there. Its date is then not a part of the claim: a repetition would
	// give it a new one.
	Written bool
	// Fresh: there was nothing when the command asked first, and it has made what is there now (RunFresh).
	Fresh bool
	// Asked: the command asked for it before it made it, and what it made is the same.
	Asked bool
	// ID is what the tracer saw at the end of the command. It is zero for System, and where there was nothing.
	ID facts.Stat
}

// Absent reports whether there was nothing under the path.
func (f *Fact) Absent() bool { return f.Kind == facts.Exists && f.ID == (facts.Stat{}) }

// Is reports whether a path, by its status now as a fact of that kind sees it, is what the tracer saw when the command ended. That is
// always so for System.
func (f *Fact) Is(now facts.Stat) bool {
	if f.Absent() {
		return now.Errno != 0
	}
	return f.ID.As(f.Kind) == now.As(f.Kind)
}

// Output is a piece of what a command wrote.
type Output struct {
	Err  bool // to standard error
	Text string
}

// Report is what one run of a command came to.
//
// The claim, if Impure is empty: running the command again from the files as they were at its end, with the same arguments,
// directory, environment, user, limits and descriptors of the same kind, ends the same way, prints the same, and leaves
// the same bytes in every file. And that stays so as long as every fact holds that was true at the end.
type Report struct {
	Facts  []Fact // sorted by path, then kind; each once
	Impure string // "", or in words why nothing is proved: the first reason found
	Status depgraph.Status

	// Output is what was written to standard output and error, in order. It is complete if Impure is empty.
	Output []Output

	Wrote    bool // something was written to standard output
	WroteErr bool // something was written to standard error
	Stdin    bool // it looked at standard input, though nothing came from it
	Terminal bool // it asked whether one of its standard descriptors is a terminal

	// Names are the names of variables that texts of interpreters mention: no others were looked at unless AnyName is set.
	// Variables by which programs choose a language, or find their own parts, do not count.
	Names   []string
	AnyName bool

	// Cost is the processor time that the command and its tracer have used, Overhead the part of it that the tracing cost,
	// about.
	Cost, Overhead time.Duration
}

// ErrUnavailable says that a process cannot be traced here. The command has not been started.
var ErrUnavailable = errors.New("tracing is not possible here")

// Name is the argv[0] under which this executable is the tracer: main must call Main then.
const Name = "gokbuild-trace"

// Run runs a command under trace and waits for it. Errors mean that the command has not been started: one that wraps
// ErrUnavailable; depgraph.ErrStopped; or, if the program cannot be executed, the *os.PathError that
// depgraph.Procs.Start would have returned. Everything that happens later is in the report, a lost tracer included.
//
// When ctx is cancelled the command and all it started are killed with SIGKILL; of a command that was let go, as nothing could be
// proved, the first process. A SIGTERM, SIGHUP, SIGUSR1 or SIGUSR2 that
// is sent to the tracer (Procs.KillAll) is passed on to the command: procs starts the tracer; nil: one of its own. If the
// command uses one of its extra descriptors, nothing is proved.
func Run(ctx context.Context, procs *depgraph.Procs, c depgraph.ProcSpec) (*Report, error) {
	return RunWithin(ctx, procs, c, 0)
}

// RunWithin is Run for whoever has so much processor time to spend on tracing, about: then the command is let go, and goes on at
// its own speed, and nothing is proved. 0 is no bound.
func RunWithin(ctx context.Context, procs *depgraph.Procs, c depgraph.ProcSpec, budget time.Duration) (*Report, error) {
	return repeated(run(ctx, procs, c, bounds{budget: budget}))
}

// RunFresh is Run for whoever wants to know what the command would do again from the files as they were at its beginning: facts that
// are Fresh say that there must be nothing, and what has been made.
func RunFresh(ctx context.Context, procs *depgraph.Procs, c depgraph.ProcSpec) (*Report, error) {
	return run(ctx, procs, c, bounds{})
}

// repeated turns a report into one for repetitions from the end: those find what the command has made.
func repeated(r *Report, err error) (*Report, error) {
	if err != nil {
		return nil, err
	}
	for i := range r.Facts {
		if f := &r.Facts[i]; f.Fresh {
			r.Impure, r.Facts, r.Output = "it made "+f.Path+", which was not there", nil, nil
			break
		}
	}
	return r, nil
}

// Rehearse runs a command as Run does, to learn what it does the next time, and sees to it that it changes nothing: the
// command is killed before a system call that would change, replace or remove anything that the rehearsal has not made
// itself, talk to another process, or read what is then gone; and as soon as nothing can be proved any more, after the
// limit, or when tracing has cost about as much processor time as the budget says (0 is no bound). What it has made up to then is removed. If Report.Impure is empty it has run to its end, and has left everything as
// it was.
//
// It needs all descriptors of its own: the command must not be able to do harm by writing to them.
func Rehearse(ctx context.Context, procs *depgraph.Procs, c depgraph.ProcSpec, limit, budget time.Duration) (*Report, error) {
	return repeated(run(ctx, procs, c, bounds{rehearsal: max(limit, time.Millisecond), budget: budget}))
}
