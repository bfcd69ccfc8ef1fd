package facts

// This file is for those who go through work without doing any: they say of files that these would be made anew, and what would
// become of them.

import "time"

// Outcome is what becomes of a file that is made anew.
type Outcome uint8

const (
	// NotMade: it stays as it is.
	NotMade Outcome = iota
	// Different: it holds something that it did not hold when the last run ended.
	Different
	// Same: it holds what it held when the last run ended, if it was there; else it is Different.
	Same
)

// Suppose has all that is known of a path be as if the file had just been made, by this run, and come out like that. What is seen
// of the path says no more.
func (t *Table) Suppose(path string, o Outcome) {
	at := time.Now().UnixNano()
	for kind := range kinds {
		t.mu.RLock()
		_, ok := t.indexed()[factKey{kind, path}]
		t.mu.RUnlock()
		if !ok && kind != Content {
			continue
		}
		f := t.fact(t.Intern(kind, path))
		f.mu.Lock()
		f.supposed, f.supposedAt = o, at
		f.held.Store(0)
		f.mu.Unlock()
	}
}

// Supposed is what [Table.Suppose] said of a file.
func (t *Table) Supposed(id ID) Outcome {
	f := t.fact(id)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.supposed
}

// Remembered is the run in which a file was made that the last run left, and its date then, whatever has become of it since; the run
// is 0 if that is not known.
func (t *Table) Remembered(id ID) (run uint32, date int64) {
	f := t.fact(id)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.making.Run, f.stat.Mtime
}

// WritingCounts reports whether a file that is written again, with the same bytes, is another one, as its date is a part of what it holds:
// an empty one, or one of which [Table.CountDate] was told.
func (t *Table) WritingCounts(id ID) bool {
	f := t.fact(id)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.datesBelong()
}

// datesBelong reports whether the date of what is remembered is a part of the value.
func (f *Fact) datesBelong() bool {
	return f.dateCounts || f.known && f.stat.Errno == 0 && f.stat.Size == 0
}

// supposedSame reports whether a fact is as remembered of which it is supposed what becomes of it. That a file is there is known
// either way.
func (f *Fact) supposedSame() bool {
	there := f.known && f.stat.Errno == 0
	return there && (f.kind == Exists || f.supposed == Same && !f.datesBelong() && f.kind != Dated)
}
