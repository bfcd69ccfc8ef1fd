package remember

// This file keeps what the commands that made a target wrote to standard error, as long as the target is what they made of
// it. --replay-warnings prints it again: a warning is worth the same whether or not its source was compiled in this build.

import (
	"strings"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/output"
	"gokbuild/kbuild/setting"
)

func warningsKey(mk *setting.Make, f *rules.File) memory.Key {
	return memory.NewKey("warnings", mk.View.Abs(f.Name))
}

// keepWarnings keeps what the recipe of a target, which has run, wrote to standard error.
func (m *Memory) keepWarnings(mk *setting.Make, f *rules.File, text string) {
	key := warningsKey(mk, f)
	m.sayOnce(key) // by the recipe, a moment ago
	if f.Phony || text == "" {
		m.Forget(key)
		return
	}
	if len(text) > output.MostHeard {
		text = text[:strings.LastIndexByte(text[:output.MostHeard], '\n')+1]
	}
	id := mk.View.Fact(f.Name)
	m.Stat(id)
	m.Add(&memory.Record{Key: key, Facts: []facts.ID{id}, Notes: true, Pieces: []memory.Piece{{Stream: memory.Stderr, Text: text}}}, m.Clock())
}

// noteWarnings is called for a target that needed no making: what is kept of it is part of what its make says.
func (r *Recording) noteWarnings(f *rules.File) {
	if f.Phony || f.Recipe == nil {
		return
	}
	key := warningsKey(r.mk, f)
	if r.m.Find(key) == nil {
		return
	}
	r.add(memory.Piece{Stream: memory.Note, Child: key})
	r.m.replayWarnings(r.mk, key)
}

// replayWarnings prints what is kept under a key, if it is wanted and still true.
func (m *Memory) replayWarnings(mk *setting.Make, key memory.Key) {
	if !mk.Flags.ReplayWarnings || mk.Effects != setting.Real || !m.sayOnce(key) {
		return
	}
	rec := m.Find(key)
	if !m.Holds(rec) {
		return
	}
	for _, p := range rec.Pieces {
		writeText(mk.Call.Stderr, p.Text)
	}
}

// sayOnce reports whether nothing was said under a key in this build: makes above pass a target on.
func (m *Memory) sayOnce(key memory.Key) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	said := m.said[key]
	m.said[key] = true
	return !said
}
