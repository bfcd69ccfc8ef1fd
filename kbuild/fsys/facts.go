package fsys

// This file collects the facts that somebody relied on.

import (
	"math/bits"
	"sync"
	"syscall"

	"gokbuild/depgraph/facts"
)

// Facts is the set of facts that somebody relied on.
type Facts struct {
	mu   sync.Mutex
	bits []uint64
}

// Add adds a fact and reports whether it is new.
func (f *Facts) Add(id facts.ID) bool {
	word, bit := int(id/64), uint64(1)<<(id%64)
	f.mu.Lock()
	defer f.mu.Unlock()
	if word >= len(f.bits) {
		f.bits = append(f.bits, make([]uint64, word+1-len(f.bits))...)
	}
	if f.bits[word]&bit != 0 {
		return false
	}
	f.bits[word] |= bit
	return true
}

// All returns the facts in order.
func (f *Facts) All() []facts.ID {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, w := range f.bits {
		n += bits.OnesCount64(w)
	}
	out := make([]facts.ID, 0, n)
	for i, w := range f.bits {
		for ; w != 0; w &= w - 1 {
			out = append(out, facts.ID(i*64+bits.TrailingZeros64(w)))
		}
	}
	return out
}

// Fact returns the fact about the content of a file.
func (v *View) Fact(name string) facts.ID {
	v.mu.Lock()
	s, ok := v.stats[name]
	v.mu.Unlock()
	if ok {
		return s.id
	}
	return v.fs.table.Intern(facts.Content, factPath(v.dir, name))
}

// NoteLinks makes the links on the way to a name facts: where they lead decides which file it is.
func (v *View) NoteLinks(name string) {
	if v.seen == nil {
		return
	}
	full := v.Abs(name)
	for i := 1; i <= len(full); i++ {
		if i < len(full) && full[i] != '/' {
			continue
		}
		part := full[:i]
		kind := facts.Exists
		st := facts.Look(facts.Exists, "", part)
		if st.Errno == 0 && st.Mode&syscall.S_IFMT == syscall.S_IFLNK {
			kind = facts.Link
		}
		id := v.fs.table.Intern(kind, part)
		v.fs.table.Saw(id, st)
		v.seen.Add(id)
	}
}
