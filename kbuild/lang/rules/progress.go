package rules

// This file says how far the work on a target has come. Package update does that work, and sets what is here; the data base
// only looks at it, and carries it along when two names turn out to be one file.

// State tells how far the work on a target has come.
type State uint8

const (
	NotStarted State = iota
	DepsRunning
	Running
	Finished
)

// Status is the outcome of an update, least first.
type Status uint8

const (
	Success  Status = iota
	None            // nothing was done yet
	Question        // -q found something to do
	Failed
)

// Progress is how far the work on a target has come.
type Progress struct {
	State  State
	Status Status
	// Updated is set once the work has ended, Updating while the prerequisites are looked at, to find circles.
	Updated, Updating bool
	// DontCare is set while a failure is no error: the target is made for a makefile that may be missing. NoDiag says that
	// it failed without a message.
	DontCare, NoDiag bool
	// Expanded is set once the recipe was expanded to be run.
	Expanded bool
	// Considered is the pass in which the file was last looked at.
	Considered uint32
}

// MarkDone makes a target count as made, although nothing was done.
func (f *File) MarkDone() { f.Updated, f.Status, f.State = true, Success, Finished }

// MarkOld makes a file count as made and as older than everything, as -o does.
func (f *File) MarkOld() {
	f.Mtime, f.MtimeBefore = TimeOld, TimeOld
	f.MarkDone()
}
