package kbuild

import (
	"context"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/native/shell"
)

// recording is what an invocation notes while it runs, to prove that it need not run the next time. A nil recording
// notes nothing.
type recording struct {
	key   memory.Key
	clock uint64
	facts fsys.Facts
	// byDate is set if dates decided, so that they are facts as well.
	byDate atomic.Bool

	mu     sync.Mutex
	pieces []memory.Piece
	// vars are the settings of the environment that were used.
	vars []string
	// unproved tells why the next run may not be left out, in words for --stats; "" if nothing speaks against it.
	unproved string
}

// printed notes text that the invocation or one of its jobs wrote.
func (r *recording) printed(stream memory.Stream, text string) {
	if r == nil || text == "" {
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

// belowDid is why an invocation is not proved if only one below it was not.
const belowDid = "a make below did something"

// nested notes a make below, whose own record says the rest.
func (r *recording) nested(child *recording, ok bool) {
	if r == nil {
		return
	}
	if child == nil || !ok {
		r.unprove(belowDid)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pieces = append(r.pieces, memory.Piece{Stream: memory.Nested, Child: child.key})
}

// unprove notes that the invocation did something that may be different the next time.
func (r *recording) unprove(why string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.unproved == "" {
		r.unproved = why
	}
}

func (r *recording) proved() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.unproved == ""
}

// relies notes facts that something outside the evaluator looked at.
func (inv *Invocation) relies(kind facts.Kind, abs string) {
	if inv.rec == nil {
		return
	}
	t := inv.session.memory.Table
	id := t.Intern(kind, abs)
	t.Saw(id, facts.Look(kind, "", abs))
	inv.rec.facts.Add(id)
}

// startRecording begins to note what the invocation does, if its session has a memory. It returns true if the memory
// says that there is nothing to do: then what it would print has been printed.
func (inv *Invocation) startRecording() (nothing bool) {
	m := inv.session.memory
	if m == nil || !inv.memorable() {
		return false
	}
	inv.rec = &recording{key: inv.memoryKey(), clock: m.Clock()}
	if inv.flags.PrintDirectory() && inv.flags.SyncMode != flags.SyncNone {
		inv.rec.unprove("each piece of output has lines of its own around it")
		return false
	}
	rec := m.Find(inv.rec.key)
	if m.Holds(rec) {
		inv.replay(rec)
		inv.recalled = true
		return true
	}
	if rec != nil && inv.flags.Stats && rec.Changed() != "" {
		inv.session.unproved(inv.dir, "changed: "+rec.Changed())
	}
	return false
}

// endRecording keeps what was noted if it proves something, and tells whether the invocation is known to do nothing.
func (inv *Invocation) endRecording(status int) (known bool) {
	r := inv.rec
	if inv.recalled {
		return true
	}
	if r == nil || inv.session.Stopping() != 0 {
		return false
	}
	if status != 0 || !r.proved() {
		// What was made, and of what, is worth knowing all the same.
		inv.session.memory.Add(&memory.Record{Key: r.key, Facts: r.facts.All(), KeepsFacts: true, Unproved: true}, r.clock)
		if inv.flags.Stats && r.unproved != belowDid {
			inv.session.unproved(inv.dir, r.unproved)
		}
		return false
	}
	inv.session.memory.Add(&memory.Record{Key: r.key, Facts: r.facts.All(), Vars: r.vars, Pieces: r.pieces, KeepsFacts: true,
		ByDate: r.byDate.Load() || inv.flags.ByDate}, r.clock)
	return true
}

// replay prints what a record says.
func (inv *Invocation) replay(rec *memory.Record) {
	inv.session.counters.recalled.Add(1)
	inv.outMu.Lock()
	defer inv.outMu.Unlock()
	inv.replayTo(&inv.out, rec)
}

func (inv *Invocation) replayTo(out *sink, rec *memory.Record) {
	for _, p := range rec.Pieces {
		switch p.Stream {
		case memory.Stdout:
			writeText(out.stdout, p.Text)
		case memory.Stderr:
			writeText(out.stderr, p.Text)
		case memory.Nested:
			if child := inv.session.memory.Find(p.Child); child != nil {
				inv.replayTo(out, child)
			}
		case memory.Note:
			inv.replayWarnings(p.Child)
		}
	}
}

func writeText(f *os.File, text string) {
	if f != nil {
		_, _ = f.WriteString(text)
	}
}

// harmless reports whether a command can do nothing but print, call make and see to it that directories are there: such a
// command is run, and what it does is noted.
func (j *job) harmless(p *shell.Program, recursive bool) bool {
	return p.PureText() || p.Harmless(func(name string) bool {
		return recursive && (name == j.inv.call.Argv[0] || name == "mkdir")
	})
}

// noting returns a standard output for the job's commands that notes what they print.
func (j *job) noting() io.Writer { return notingWriter{j.inv.rec, j.out.stdout} }

type notingWriter struct {
	rec *recording
	f   *os.File
}

func (w notingWriter) Write(p []byte) (int, error) {
	w.rec.printed(memory.Stdout, string(p))
	return shell.Writer(w.f).Write(p)
}

// notedMkdir is mkdir -p where the directories are there already, which is a fact.
func (j *job) notedMkdir(_ context.Context, c *shell.Call) (shell.Status, bool) {
	inv := j.inv
	known := len(c.Argv) > 2 && c.Argv[1] == "-p"
	for _, name := range c.Argv[min(2, len(c.Argv)):] {
		name = shell.Resolve(c.Dir, name)
		if st, err := os.Stat(name); err != nil || !st.IsDir() {
			known = false
			break
		}
		inv.relies(facts.Content, name)
	}
	if !known {
		inv.rec.unprove("a directory is made")
	}
	return shell.Status{}, known || inv.settling()
}

// settling reports whether this is the second run of the top invocation, in which no command is run.
func (inv *Invocation) settling() bool {
	return inv.session.memory != nil && inv.session.memory.settling
}
