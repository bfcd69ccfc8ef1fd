package store

// This file holds the manifest: what earlier results of one weak key depended on.

import "slices"

// Kind says what of a path or name a result depended on.
type Kind uint8

const (
	// Content is what a regular file holds, and whether it may be executed; or that there is none.
	Content Kind = iota
	// Presence is whether there is something under the name. "{S}/include/*.gch" is whether there is any such name.
	Presence
	// Status is whether there is something under the name, its type and permissions; links are not followed.
	Status
	// List is the names in a directory, with their types.
	List
	// Link is where a symbolic link leads.
	Link
	// Dated is size, date, permissions and owner of a file.
	Dated
	// Symbol is the value of a configuration symbol; the name is the symbol without CONFIG_.
	Symbol
	// System is a property of the machine.
	System
	// Roots are the folders that tokens stand for: the result holds their names.
	Roots
	// Word is a word that decided a weak key, for messages.
	Word
	// Tool is what makes up a program, which is found out once; the name is the key under which that is kept.
	Tool

	kinds
)

var kindNames = [kinds]string{"content", "presence", "status", "list", "link", "dated", "symbol", "system", "roots", "word", "tool"}

func (k Kind) String() string {
	if k < kinds {
		return kindNames[k]
	}
	return "unknown"
}

// Fact is one thing that a result depended on, without its value. Name is a path, in which roots are written as tokens, or
// another name, as the kind says.
type Fact struct {
	Kind Kind
	Name string
}

// Set is what one result depended on.
type Set struct {
	// Facts are in an order of the writer's; it is part of the strong key.
	Facts []Fact
	// Values are those of the result that was kept last, eight bytes of each, for messages about what has changed. They may
	// be missing.
	Values []Short
	// At is when that was, in seconds since 1970, and Origin where: for messages.
	At     int64
	Origin string
}

// Short is the beginning of a digest, for messages.
type Short [8]byte

// Short returns the beginning of a digest.
func (d Digest) Short() Short { return Short(d[:8]) }

// maxSets bounds the sets of a manifest.
const maxSets = 16

// Manifest holds the sets of one weak key, the newest first.
type Manifest struct{ Sets []Set }

// withValues is how many sets of a manifest keep their values, which take most of the room.
const withValues = 2

// Add returns a manifest with one more set, in front; one of the same facts is replaced. The receiver is not changed and may
// be nil.
func (m *Manifest) Add(s Set) *Manifest {
	sets := []Set{s}
	if m != nil {
		for _, old := range m.Sets {
			if len(sets) == maxSets || slices.Equal(old.Facts, s.Facts) {
				continue
			}
			if len(sets) >= withValues {
				old.Values = nil
			}
			sets = append(sets, old)
		}
	}
	return &Manifest{sets}
}

// Strong returns the strong key: that of a weak key, a set, and the values that its facts have today, in their order.
func Strong(weak Digest, facts []Fact, values []Digest) Digest {
	h := NewHasher("strong")
	h.Digest(weak)
	for i, f := range facts {
		h.Text(kindNames[f.Kind%kinds], f.Name)
		h.Digest(values[i])
	}
	return h.Sum()
}
