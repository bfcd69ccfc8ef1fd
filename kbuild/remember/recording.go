package remember

// This file notes what a make does, to prove that it need not run the next time; or prints what its record says.

import (
	"os"
	"slices"
	"strings"
	"sync"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/output"
	"gokbuild/kbuild/setting"
)

// Recording is what a make notes while it runs.
type Recording struct {
	m  *Memory
	mk *setting.Make
	// number is that of the make, for events.
	number uint32

	// base is the first key, key the second: see variant.go.
	base, key memory.Key
	names     nameSet
	clock     uint64
	facts     fsys.Facts
	// dates are the files whose dates decided, so that those are facts as well.
	dates fsys.Facts

	mu     sync.Mutex
	pieces []memory.Piece
	// vars are the settings of the environment that were used.
	vars []string
	// unproved tells why the next run may not be left out, in words for --stats; "" if nothing speaks against it.
	unproved string
}

// belowDid is why a make is not proved if only one below it was not.
const belowDid = "a make below did something"

// Begin begins to note what a make does. replayed is true if memory says that there is nothing to do: then what the make
// would print has been printed. A nil memory notes nothing.
func (m *Memory) Begin(mk *setting.Make, number uint32) (r *Recording, replayed bool) {
	if m == nil || !Memorable(mk) {
		return nil, false
	}
	r = &Recording{m: m, mk: mk, number: number, base: m.makeKey(mk), clock: m.Clock()}
	if mk.Flags.PrintDirectory() && mk.Flags.SyncMode != flags.SyncNone {
		r.unprove("each piece of output has lines of its own around it")
		return r, false
	}
	rec, names := m.findVariant(r.base, settingsOfMake(mk))
	r.key = settingsOfMake(mk).key(r.base, names)
	if m.Holds(rec) {
		r.names.add(names...)
		m.replay(mk, rec, mk.Call.Stdout, mk.Call.Stderr)
		mk.Events.Send(event.MakeReplayed{Make: number})
		return r, true
	}
	if rec != nil && rec.Changed() != "" {
		mk.Events.Send(event.MakeUnproved{Make: number, Dir: mk.Dir, Why: "changed: " + rec.Changed()})
	}
	return r, false
}

// Attach has the recording hear and see what a make does.
func (r *Recording) Attach(p *output.Printer) {
	p.Heard = r.heard
	r.mk.View = r.mk.View.Observed(&r.facts)
	for _, dir := range r.mk.Flags.Directories {
		r.mk.View.NoteLinks(dir)
	}
}

// End keeps what was noted if it proves something, and tells whether the make is known to do nothing the next time.
func (r *Recording) End(status int) (known bool) {
	if r == nil || r.mk.Stopping() != 0 {
		return false
	}
	if status != 0 || !r.proved() {
		// What was made, and of what, is worth knowing all the same.
		r.keep(&memory.Record{Facts: r.facts.All(), KeepsFacts: true, Unproved: true})
		if r.unproved != belowDid {
			r.mk.Events.Send(event.MakeUnproved{Make: r.number, Dir: r.mk.Dir, Why: r.unproved})
		}
		return false
	}
	if dates := r.dates.All(); len(dates) > 0 && !r.mk.Flags.ByDate {
		// A record of its own, on which this one depends.
		counting := r.m.counting(r.base, r.names.list())
		of := settingsOfMake(r.mk).key(r.base, counting)
		key := memory.NewKey("dates", string(of[:]))
		r.m.Add(&memory.Record{Key: key, Facts: dates, ByDate: true}, r.clock)
		r.add(memory.Piece{Stream: memory.Nested, Child: key})
	}
	r.keep(&memory.Record{Facts: r.facts.All(), Vars: r.vars, Pieces: r.pieces, KeepsFacts: true, ByDate: r.mk.Flags.ByDate})
	return true
}

// keep adds the record of the make.
func (r *Recording) keep(rec *memory.Record) {
	r.names.add(r.m.addVariant(r.base, settingsOfMake(r.mk), r.names.list(), rec, r.clock)...)
	r.key = rec.Key
}

// Nested notes a make below, whose own record says the rest. ok is false if the next run of that one may do something.
func (r *Recording) Nested(below *Recording, ok bool) {
	switch {
	case r == nil:
	case below == nil || !ok:
		r.unprove(belowDid)
	default:
		r.names.add(below.names.list()...)
		r.add(memory.Piece{Stream: memory.Nested, Child: below.key})
	}
}

// Unprove notes that the make did something that may be different the next time.
func (r *Recording) Unprove(why string) {
	if r != nil {
		r.unprove(why)
	}
}

func (r *Recording) unprove(why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.unproved == "" {
		r.unproved = why
	}
}

func (r *Recording) proved() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.unproved == ""
}

// heard notes text that the make has printed.
func (r *Recording) heard(s output.Stream, text string) {
	stream := memory.Stdout
	if s == output.Stderr {
		stream = memory.Stderr
	}
	r.printed(stream, text)
}

// printed notes text that the make or one of its jobs has written.
func (r *Recording) printed(stream memory.Stream, text string) {
	if text == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.pieces); n > 0 && r.pieces[n-1].Stream == stream {
		r.pieces[n-1].Text += text
		return
	}
	r.pieces = append(r.pieces, memory.Piece{Stream: stream, Text: text})
}

func (r *Recording) add(p memory.Piece) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pieces = append(r.pieces, p)
}

// relies notes facts that something outside the evaluator looked at.
func (r *Recording) relies(kind facts.Kind, abs string) {
	id := r.m.Intern(kind, abs)
	r.m.Saw(id, facts.Look(kind, "", abs))
	r.facts.Add(id)
}

// reliesOn makes the facts of a command facts of the make.
func (r *Recording) reliesOn(rec *memory.Record) {
	for _, id := range rec.Facts {
		r.facts.Add(id)
	}
}

// Watched reports whether a variable of the environment is no part of the key of a make: Uses is to be told of its use.
func (r *Recording) Watched(name string) bool { return watched(name) }

func watched(name string) bool { return windowVariables[name] || name == "PWD" }

// Uses notes that a makefile uses a variable that is no part of the key. All makes get it from the environment of the first.
// Defined tells whether it is there.
func (r *Recording) Uses(name string, defined bool) {
	if name == "MAKEFLAGS" || name == "MFLAGS" {
		if r.mk.Flags.Jobs != flags.JobsUnset || jobsText(r.mk.Env["MAKEFLAGS"]) != "" {
			r.names.add(jobsSetting)
		}
		return
	}
	if !defined && !r.Watched(name) || name == "PWD" && r.m.shellsPWD(r.mk) != "" {
		return // the key tells
	}
	setting := name
	if defined {
		setting += "=" + r.mk.Env[name]
	}
	// Make itself sets MAKE_TERMOUT and its like for the makes below.
	if !r.m.Environ[setting] || !defined && strings.HasPrefix(name, "MAKE_") {
		r.unprove("a makefile uses $(" + name + ")")
		return
	}
	if !strings.HasPrefix(name, "MAKE_") {
		r.names.add(name)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Contains(r.vars, setting) {
		r.vars = append(r.vars, setting)
		slices.Sort(r.vars)
	}
}

// Writing is asked before $(file) writes: it may, but not while the make settles.
func (r *Recording) Writing(name string) bool {
	r.unprove("$(file) writes " + name)
	return r.mk.Effects == setting.Real
}

// replay prints what a record says.
func (m *Memory) replay(mk *setting.Make, rec *memory.Record, stdout, stderr *os.File) {
	for _, p := range rec.Pieces {
		switch p.Stream {
		case memory.Stdout:
			writeText(stdout, p.Text)
		case memory.Stderr:
			writeText(stderr, p.Text)
		case memory.Nested:
			if child := m.Find(p.Child); child != nil {
				m.replay(mk, child, stdout, stderr)
			}
		case memory.Note:
			m.replayWarnings(mk, p.Child)
		}
	}
}

func writeText(f *os.File, text string) {
	if f != nil {
		_, _ = f.WriteString(text)
	}
}
