package remember

// This file keeps what the commands that made a target wrote to standard error, as long as the target is what they made of
// it. --replay-warnings prints it again: a warning is worth the same whether or not its source was compiled in this build.

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

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
	m.keepText(mk, f, key, text)
}

// keepText keeps a text as long as a target is what it is now.
func (m *Memory) keepText(mk *setting.Make, f *rules.File, key memory.Key, text string) {
	if len(text) > output.MostHeard {
		text = text[:strings.LastIndexByte(text[:output.MostHeard], '\n')+1]
	}
	id := mk.View.Fact(f.Name)
	m.Stat(id)
	m.Add(&memory.Record{Key: key, Facts: []facts.ID{id}, Notes: true, Pieces: []memory.Piece{{Stream: memory.Stderr, Text: text}}}, m.Clock())
}

// Failed is told of a recipe that has failed, and of what its commands wrote to standard error: that is kept for --messages until
// the target is there.
func (c *Content) Failed(f *rules.File, text string) {
	if c.r == nil || c.r.mk.Effects != setting.Real || f.Phony || text == "" {
		return
	}
	c.r.mk.FS.Changed()
	c.r.m.keepText(c.r.mk, f, warningsKey(c.r.mk, f), text)
}

// Said is what is kept of what a target's recipe wrote to standard error the last time; a nil memory keeps nothing.
func (m *Memory) Said(mk *setting.Make, f *rules.File) (text string) {
	if m == nil {
		return ""
	}
	if rec := m.Find(warningsKey(mk, f)); rec != nil {
		for _, p := range rec.Pieces {
			text += p.Text
		}
	}
	return text
}

// Kept is what the recipe of a target wrote to standard error when it ran last.
type Kept struct{ Target, Text string }

// KeptTexts are the texts of all targets that are what their recipes left, in order of their names: those that were made, and those
// that could not be made and are still not there.
func (m *Memory) KeptTexts() (all []Kept) {
	facts := m.All()
	for _, rec := range m.Notes() {
		if len(rec.Facts) != 1 || int(rec.Facts[0]) >= len(facts) || !m.Holds(rec) {
			continue
		}
		k := Kept{Target: facts[rec.Facts[0]].Path()}
		for _, p := range rec.Pieces {
			k.Text += p.Text
		}
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b Kept) int { return strings.Compare(a.Target, b.Target) })
	return all
}

// Texts is KeptTexts of an output directory, for who only reads. No lock is taken: what is remembered is only ever replaced as a
// whole. at is when that was last; nothing is read if that was then, too.
func Texts(out string, identity uint64, secret memory.Secret, then time.Time) (all []Kept, at time.Time) {
	st, err := os.Stat(filepath.Join(out, memory.Dir))
	if err != nil {
		return nil, time.Time{}
	}
	if at = st.ModTime(); at.Equal(then) {
		return nil, at
	}
	m := &Memory{Store: memory.Load(out, identity, secret, false)}
	return m.KeptTexts(), at
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
