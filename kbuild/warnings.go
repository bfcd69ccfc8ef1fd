package kbuild

import (
	"strings"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/lang/rules"
)

// What the commands that made a target wrote to standard error is kept as long as the target is what they made of it, and printed
// again with --replay-warnings: a warning is worth the same whether or not its source was compiled in this build.

// mostHeard bounds what is kept for one target.
const mostHeard = 32 << 10

func (inv *Invocation) warningsKey(f *rules.File) memory.Key {
	return memory.NewKey("warnings", inv.view.Abs(f.Name))
}

// keepWarnings keeps what the recipe of a target, which has run, wrote to standard error.
func (inv *Invocation) keepWarnings(j *job) {
	m, key := inv.session.memory, inv.warningsKey(j.file)
	text := j.heard
	m.sayOnce(key) // by the recipe, a moment ago
	if j.file.Phony || text == "" {
		m.Forget(key)
		return
	}
	if len(text) > mostHeard {
		text = text[:strings.LastIndexByte(text[:mostHeard], '\n')+1]
	}
	id := inv.view.Fact(j.file.Name)
	m.Stat(id)
	m.Add(&memory.Record{Key: key, Facts: []facts.ID{id}, Notes: true, Pieces: []memory.Piece{{Stream: memory.Stderr, Text: text}}}, m.Clock())
}

// noteWarnings is called for a target that needed no making: what is kept of it is part of what its invocation says.
func (inv *Invocation) noteWarnings(f *rules.File) {
	if inv.rec == nil || f.Phony || f.Recipe == nil {
		return
	}
	key := inv.warningsKey(f)
	if inv.session.memory.Find(key) == nil {
		return
	}
	inv.rec.noted(key)
	inv.replayWarnings(key)
}

// replayWarnings prints what is kept under a key, if it is wanted and still true.
func (inv *Invocation) replayWarnings(key memory.Key) {
	m := inv.session.memory
	if !inv.flags.ReplayWarnings || inv.settling() {
		return
	}
	if !m.sayOnce(key) {
		return
	}
	rec := m.Find(key)
	if !m.Holds(rec) {
		return
	}
	for _, p := range rec.Pieces {
		writeText(inv.out.stderr, p.Text)
	}
}

// sayOnce reports whether nothing was said under a key in this session: makes above pass a target on.
func (m *sessionMemory) sayOnce(key memory.Key) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	said := m.said[key]
	m.said[key] = true
	return !said
}

// noted makes what is kept of a target part of what the invocation says.
func (r *recording) noted(key memory.Key) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pieces = append(r.pieces, memory.Piece{Stream: memory.Note, Child: key})
}
