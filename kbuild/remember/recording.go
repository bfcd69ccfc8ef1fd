package remember

// This file notes what a make does, to prove that it need not run the next time; or prints what its record says.

import (
	"os"
	"slices"
	"strings"
	"sync"
	"time"

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

	// base names the make, key its record: see variant.go.
	base, key memory.Key
	// began are the settings with which the make began.
	began settings
	looks looks
	clock uint64
	facts fsys.Facts
	// dates are the files whose dates decided, so that those are facts as well.
	dates fsys.Facts

	mu     sync.Mutex
	pieces []memory.Piece
	// unproved tells why the next run may not be left out, in words for --stats; "" if nothing speaks against it. unknown tells what is
	// not known of this run, commands that ran apart: they speak for themselves.
	unproved, unknown string
	// replayed is the record that was printed in place of the make; nil if it ran.
	replayed *memory.Record
	// said, if set, is told of all that the make prints but for what its commands write themselves.
	said func(errs bool, text string)
}

// belowDid is why a make is not proved if only one below it was not.
const belowDid = "a make below did something"

// Begin begins to note what a make does. replayed is true if memory says that there is nothing to do: then what the make
// would print has been printed. A nil memory notes nothing.
func (m *Memory) Begin(mk *setting.Make, number uint32) (r *Recording, replayed bool) {
	if m == nil || !Memorable(mk) {
		return nil, false
	}
	r = &Recording{m: m, mk: mk, number: number, clock: m.Clock(), began: settingsOfMake(mk)}
	base, needed := m.makeKey(mk)
	r.base = base
	r.looks.add(needed...)
	if mk.Flags.PrintDirectory() && mk.Flags.SyncMode != flags.SyncNone {
		r.unprove("each piece of output has lines of its own around it")
		return r, false
	}
	rec := m.findVariant(r.base, r.began)
	if m.Holds(rec) && !m.aside() {
		r.key = rec.Key
		r.looks.add(rec.Vars...)
		r.replayed = rec
		m.replay(mk, rec, mk.Call.Stdout, mk.Call.Stderr)
		mk.Events.Send(event.MakeReplayed{Make: number})
		return r, true
	}
	if mk.Effects == setting.Real {
		m.evaluates(r.base)
	}
	if rec != nil && rec.Changed() != "" {
		mk.Events.Send(event.MakeUnproved{Make: number, Dir: mk.Dir, Why: "changed: " + rec.Changed()})
	}
	return r, false
}

// Key is that of the record, once the make has ended.
func (r *Recording) Key() memory.Key { return r.key }

// SameCall reports whether another make was called as this one was.
func (r *Recording) SameCall(other *Recording) bool {
	return r.base == other.base && r.began.jobs == other.began.jobs
}

// Attach has the recording hear and see what a make does.
func (r *Recording) Attach(p *output.Printer) {
	p.Heard = r.heard
	r.mk.View = r.mk.View.Observed(&r.facts)
	if above := r.mk.Parent; above != nil && r.mk.Way != above.Dir {
		// The record of the make above leads to this one for as long as the links on the way are the same.
		r.mk.View.NoteLinks(r.mk.Way)
	}
	if strings.Contains(r.mk.Env["MAKEFLAGS"]+r.mk.Env["GNUMAKEFLAGS"], "$") {
		r.looksAt(nil, true, false) // they were expanded
	}
}

// End keeps what was noted if it proves something, and tells whether the make is known to do nothing the next time.
func (r *Recording) End(status int) (known bool) {
	if r == nil || r.mk.Stopping() != 0 {
		return false
	}
	if r.mk.Flags.EnvOverrides {
		r.looksAt(nil, true, false) // an assignment may have been in vain
	}
	r.key = r.m.variantKey(r.base, settingsOfMake(r.mk))
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
		key := memory.NewKey("dates", string(r.key[:]))
		r.m.Add(&memory.Record{Key: key, Facts: dates, ByDate: true}, r.clock)
		r.add(memory.Piece{Stream: memory.Nested, Child: key})
	}
	r.keep(&memory.Record{Facts: r.facts.All(), Vars: r.looks.list(), Pieces: r.pieces, KeepsFacts: true, ByDate: r.mk.Flags.ByDate})
	return true
}

// keep adds the record of the make.
func (r *Recording) keep(rec *memory.Record) {
	r.m.addVariant(r.base, r.key, rec, r.clock)
}

// Nested notes a make below, whose own record says the rest. ok is false if the next run of that one may do something.
func (r *Recording) Nested(below *Recording, ok bool) {
	switch {
	case r == nil:
	case below == nil || !ok:
		r.ran(belowDid)
	default:
		for _, kind := range ofWork(below.looks.list()) {
			r.looks.add(settingsOfMake(r.mk).condition(kind))
		}
		r.add(memory.Piece{Stream: memory.Nested, Child: below.key})
	}
}

// Restored notes that what the make would have made was restored without it: what the next run will find is not known.
func (r *Recording) Restored() {
	r.ran("it was restored as a whole")
	r.m.did.Store(true)
}

// ToldApart has the recording tell all that is printed, but for what commands write themselves, and keep what was looked at when.
func (r *Recording) ToldApart(said func(errs bool, text string)) {
	r.said = said
	r.facts.KeepLooks()
}

// Unprove notes that the make did something that may be different the next time.
func (r *Recording) Unprove(why string) {
	if r != nil {
		r.unprove(why)
	}
}

func (r *Recording) unprove(why string) {
	r.ran(why)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.unknown == "" {
		r.unknown = why
	}
}

// ran notes that a command ran, which the next run may not leave out.
func (r *Recording) ran(why string) {
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

// Looked calls yield for all that the make, and those below it of which the record was printed, have looked at, with whether
// there was nothing at the first look, and when that was. It returns what is not known of the make besides, in words; "" if all is. nil knows nothing.
func (r *Recording) Looked(yield func(kind facts.Kind, path string, gone bool, at time.Time)) (unknown string) {
	if r == nil {
		return "a make of which nothing is remembered"
	}
	all, now := r.m.All(), time.Now()
	for _, id := range r.facts.All() {
		first := r.facts.First(id)
		yield(all[id].Kind(), all[id].Path(), first.Gone, first.At)
	}
	for _, id := range r.dates.All() {
		yield(facts.Dated, all[id].Path(), false, now)
	}
	r.mu.Lock()
	unknown = r.unknown
	r.mu.Unlock()
	seen := make(map[*memory.Record]bool)
	r.m.below(r.replayed, seen)
	for rec := range seen {
		for _, id := range rec.Facts {
			kind := all[id].Kind()
			if rec.ByDate {
				kind = facts.Dated
			}
			yield(kind, all[id].Path(), false, now)
		}
		if slices.ContainsFunc(rec.Pieces, func(p memory.Piece) bool { return p.Text != "" }) {
			unknown = "a make that memory has printed"
		}
	}
	return unknown
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
	if r.said != nil {
		r.said(stream == memory.Stderr, text)
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

// reliesOn makes the facts of a command facts of the make, and its conditions.
func (r *Recording) reliesOn(rec *memory.Record) {
	for _, c := range rec.Vars {
		if kind := kindOf(c); kind != "" {
			c = settingsOfMake(r.mk).condition(kind)
		}
		r.looks.add(c)
	}
	for _, id := range rec.Facts {
		r.facts.Add(id)
	}
}

// Watched reports whether a variable of the environment is no part of the key of a make: Uses is to be told of its use.
func (r *Recording) Watched(name string) bool {
	return ofProcess(name) || free(name) && r.m.Environ.Is(name, r.mk.Env[name])
}

// Uses notes that a makefile uses a variable, which is not defined or is one that the user has set.
func (r *Recording) Uses(name string, defined bool) {
	if name != "MAKEFLAGS" && name != "MFLAGS" && !r.looks.isFirst(name) {
		return // most variables are looked up over and over
	}
	switch {
	case name == ".VARIABLES":
		r.looksAt(nil, true, false)
	case name == "MAKEFLAGS" || name == "MFLAGS":
		if r.mk.Flags.Jobs != flags.JobsUnset || jobsText(r.mk.Env["MAKEFLAGS"]) != "" {
			r.looksAt([]string{name}, false, false)
		}
	case ofProcess(name):
		// Make itself sets MAKE_TERMOUT and its like for the makes below.
		r.unprove("a makefile uses $(" + name + ")")
	case name == "PWD" && r.m.shellsPWD(r.mk) != "":
		// The key tells.
	default:
		value, set := r.mk.Env[name]
		users, given := r.m.Environ.Value(name)
		switch {
		case !free(name):
		case set && given && users == value:
			r.looks.add(name + "=" + value)
		case !set && !given:
			r.looks.without(name)
		}
	}
}

// Writing is asked before $(file) writes: it may, but not while the make settles.
func (r *Recording) Writing(name string) bool {
	r.unprove("$(file) writes " + name)
	return r.mk.Effects == setting.Real
}

// below adds a record and those that it depends on; rec may be nil.
func (m *Memory) below(rec *memory.Record, found map[*memory.Record]bool) {
	if rec == nil || found[rec] {
		return
	}
	found[rec] = true
	for _, p := range rec.Pieces {
		if p.Stream == memory.Nested {
			m.below(m.Find(p.Child), found)
		}
	}
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
