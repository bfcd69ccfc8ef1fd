package trace

import (
	"context"
	"errors"
	"fmt"

	"gokbuild/depgraph"
)

// Kind is what a command asked of a path. Value computes, for each kind, what has to be the same for the answer to be
// the same.
type Kind uint8

const (
	// Content: a regular file was read, or executed, or its first bytes decided how it was executed; or, with
	// Fact.Written, this is what the command left there. The same: permission bits and bytes. The date may differ.
	Content Kind = iota + 1
	// Stat: size or date of a regular file may have been looked at. The same: permission bits, owner, size, date. Where they
	// were asked by name, Exists is a fact too.
	Stat
	// Exists: presence, type or permissions were asked. The same: type, permission bits, owner.
	Exists
	// Absent: there was nothing by that name. The same: ENOENT or ENOTDIR.
	Absent
	// List: a directory was read. The same: names and types of its entries, in any order.
	List
	// Link: a symbolic link was read or followed. The same: its target.
	Link
	// System: a property of the machine. Path is one of the words that Value knows, or a file that the kernel makes up on each
	// reading and whose status tells nothing. The same: the answer.
	System
)

func (k Kind) String() string {
	if int(k) < len(kindNames) && kindNames[k] != "" {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

var kindNames = [...]string{Content: "content", Stat: "stat", Exists: "exists", Absent: "absent", List: "list", Link: "link", System: "system"}

// Fact is one thing that the command's outcome depended on, or that it left behind.
type Fact struct {
	// Path is absolute. No directory in it was a symbolic link when the command ran: links on the way are facts of
	// their own.
	Path string
	Kind Kind
	// Written: the command itself made what is there. Its date is then not a part of the claim: a repetition would
	// give it a new one.
	Written bool
	// ID is what the tracer saw at the end of the command (zero for Absent and System). A caller that reads Value
	// later compares it, so that a change by somebody else in between is not taken for the command's view.
	ID Identity
}

// Identity tells two states of a file apart without reading it.
type Identity struct {
	Dev, Ino     uint64
	Mode         uint32 // type and permissions, as in stat
	UID, GID     uint32
	Size         int64
	Mtime, Ctime int64 // nanoseconds since 1970
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
// the same bytes in every file. And that stays so as long as Value of every fact stays what it was at the end.
type Report struct {
	Facts  []Fact // sorted by path, then kind; each once
	Impure string // "", or in words why nothing is proved: the first reason found
	Status depgraph.Status

	// Output is what was written to standard output and error, in order. It is complete if Impure is empty.
	Output []Output

	Wrote    bool // something was written to standard output
	WroteErr bool // something was written to standard error
	Terminal bool // it asked whether one of its standard descriptors is a terminal, or of what size
}

// ErrUnavailable says that a process cannot be traced here. The command has not been started.
var ErrUnavailable = errors.New("tracing is not possible here")

// Name is the argv[0] under which this executable is the tracer: main must call Main then.
const Name = "gokbuild-trace"

// Run runs a command under trace and waits for it. Errors mean that the command has not been started: one that wraps
// ErrUnavailable; depgraph.ErrStopped; or, if the program cannot be executed, the *os.PathError that
// depgraph.Procs.Start would have returned. Everything that happens later is in the report, a lost tracer included.
//
// When ctx is cancelled the command and all it started are killed with SIGKILL. A SIGTERM, SIGHUP, SIGUSR1 or SIGUSR2 that
// is sent to the tracer (Procs.KillAll) is passed on to the command: procs starts the tracer; nil: one of its own. If the
// command uses one of its extra descriptors, nothing is proved.
func Run(ctx context.Context, procs *depgraph.Procs, c depgraph.ProcSpec) (*Report, error) {
	return run(ctx, procs, c)
}
