package memory

// This file holds the environment that records depend on: which variables a piece of work looked at, and what it found.

import (
	"encoding/binary"
	"hash/fnv"
	"slices"
	"strings"
)

// A condition on the environment is a text in Record.Vars:
//
//	NAME=value   the variable has this value
//	*=sum        the whole environment is this one
//	\0…          none of the variables is there whose names have these hashes, four bytes each, in order. A name that is
//	             there and has the hash of another one costs time, nothing else
//	<… @…        a condition of the work itself, which whoever finds the record checks (see remember)
const (
	anyVariable  = '*'
	absentNames  = '\x00'
	standardIn   = '<'
	ofTheWork    = '@'
	bytesPerHash = 4
)

// Environ is the environment of a build.
type Environ struct {
	values map[string]string
	sum    string
	hashes []uint32
}

// NewEnviron returns the environment that consists of the given settings.
func NewEnviron(list []string) *Environ {
	e := &Environ{values: make(map[string]string, len(list))}
	sorted := slices.Sorted(slices.Values(list))
	for _, s := range sorted {
		name, value, _ := strings.Cut(s, "=")
		e.values[name] = value
		e.hashes = append(e.hashes, hashOf(name))
	}
	key := NewKey(sorted...)
	e.sum = string(anyVariable) + "=" + string(key[:])
	return e
}

// Value returns the value of a variable.
func (e *Environ) Value(name string) (value string, set bool) {
	value, set = e.values[name]
	return value, set
}

// Is reports whether a variable is there and has that value.
func (e *Environ) Is(name, value string) bool {
	v, set := e.values[name]
	return set && v == value
}

// All calls yield for each variable, in no particular order.
func (e *Environ) All(yield func(name, value string) bool) {
	for name, value := range e.values {
		if !yield(name, value) {
			return
		}
	}
}

// Whole is the condition that the whole environment is this one.
func (e *Environ) Whole() string { return e.sum }

func hashOf(name string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	return h.Sum32()
}

// Absent is the condition that none of the variables is there; "" if there are no names.
func Absent(names func(yield func(string) bool)) string {
	var hashes []uint32
	for name := range names {
		hashes = append(hashes, hashOf(name))
	}
	return absent(hashes)
}

func absent(hashes []uint32) string {
	if len(hashes) == 0 {
		return ""
	}
	slices.Sort(hashes)
	b := []byte{absentNames}
	for _, h := range slices.Compact(hashes) {
		b = binary.BigEndian.AppendUint32(b, h)
	}
	return string(b)
}

// JoinAbsent is the condition that all of the given ones are.
func JoinAbsent(conditions []string) string {
	var hashes []uint32
	for _, c := range conditions {
		for c = c[min(1, len(c)):]; len(c) >= bytesPerHash; c = c[bytesPerHash:] {
			hashes = append(hashes, binary.BigEndian.Uint32([]byte(c[:bytesPerHash])))
		}
	}
	return absent(hashes)
}

// IsAbsent recognises the condition that variables are absent.
func IsAbsent(condition string) bool { return condition != "" && condition[0] == absentNames }

// meets reports whether a condition holds in the environment. Those of the work itself are not for us. A nil environment is
// an empty one.
func (e *Environ) meets(condition string) bool {
	if condition == "" {
		return false
	}
	switch condition[0] {
	case standardIn, ofTheWork:
		return true
	case absentNames:
		return e == nil || !slices.ContainsFunc(e.hashes, func(h uint32) bool { return hasHash(condition[1:], h) })
	case anyVariable:
		return e != nil && condition == e.sum
	}
	name, value, valued := strings.Cut(condition, "=")
	return e != nil && valued && e.Is(name, value)
}

// hasHash looks for a hash in the text of many.
func hasHash(text string, h uint32) bool {
	at := func(i int) uint32 { return binary.BigEndian.Uint32([]byte(text[i*bytesPerHash:][:bytesPerHash])) }
	lo, n := 0, len(text)/bytesPerHash
	for hi := n; lo < hi; {
		if mid := (lo + hi) / 2; at(mid) < h {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo < n && at(lo) == h
}

// named is how a condition that is not met is called.
func named(condition string) string {
	name, _, _ := strings.Cut(condition, "=")
	if name == string(anyVariable) {
		return "the environment"
	}
	if IsAbsent(condition) {
		return "a new variable of the environment"
	}
	return name
}

// Meets reports whether the environment is as a record, and those that it is made of, want it; if not, the record may hold
// in another one.
func (s *Store) Meets(r *Record) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.meets(r, make(map[*Record]bool), 0)
}

func (s *Store) meets(r *Record, met map[*Record]bool, depth int) bool {
	if r == nil || met[r] || depth > maxDepth {
		return true
	}
	met[r] = true
	for _, v := range r.Vars {
		if !s.Environ.meets(v) {
			return false
		}
	}
	for _, p := range r.Pieces {
		if p.Stream == Nested && !s.meets(s.find(p.Child), met, depth+1) {
			return false
		}
	}
	return true
}
