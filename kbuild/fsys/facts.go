package fsys

// This file collects the facts that somebody relied on.

import (
	"math/bits"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"gokbuild/depgraph/facts"
)

// Facts is the set of facts that somebody relied on.
type Facts struct {
	mu   sync.Mutex
	bits []uint64
	// looks tells of each what its first look has found; nil if nobody wants to know.
	looks map[facts.ID]Look
}

// Look is the first look at something.
type Look struct {
	At time.Time
	// Gone says that there was nothing.
	Gone bool
}

// KeepLooks has the set keep when something was looked at first. It is called before anything is added.
func (f *Facts) KeepLooks() { f.looks = make(map[facts.ID]Look) }

// First is the first look at what a fact of the set is about, if they are kept.
func (f *Facts) First(id facts.ID) Look {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.looks[id]
}

// Add adds a fact and reports whether it is new.
func (f *Facts) Add(id facts.ID) bool { return f.saw(id, false) }

// saw adds a fact, and keeps whether there was nothing.
func (f *Facts) saw(id facts.ID, gone bool) bool {
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
	if f.looks != nil {
		f.looks[id] = Look{time.Now(), gone}
	}
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

// NoteLinks makes all on the way to a name facts: each link, and what is there behind it, whose it is and who may do what with it.
// They decide which file the name leads to, whether it leads anywhere, and whether it may be read, of which its content says
// nothing.
func (v *View) NoteLinks(name string) {
	if v.seen == nil {
		return
	}
	links := 0
	done, rest := "", v.Abs(name)
	for rest != "" {
		rest = strings.TrimLeft(rest, "/")
		part := rest
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			part = rest[:i]
		}
		rest = rest[len(part):]
		switch part {
		case "", ".":
			continue
		case "..":
			done = done[:max(strings.LastIndexByte(done, '/'), 0)]
			continue
		}
		full := done + "/" + part
		st := facts.Look(facts.Exists, "", full)
		isLink := st.Errno == 0 && st.Mode&syscall.S_IFMT == syscall.S_IFLNK
		kind := facts.Exists
		if isLink {
			kind = facts.Link
		}
		id := v.fs.table.Intern(kind, full)
		v.fs.table.Saw(id, st)
		v.seen.Add(id)
		if !isLink {
			if st.Errno != 0 {
				return
			}
			done = full
			continue
		}
		to, err := os.Readlink(full)
		if links++; err != nil || links > maxLinks {
			return
		}
		if strings.HasPrefix(to, "/") {
			done = ""
		}
		rest = to + rest
		if !strings.HasPrefix(rest, "/") {
			rest = "/" + rest
		}
	}
}
