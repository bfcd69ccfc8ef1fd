package memory

// This file says what a record is, and how one is written and read.

import (
	"encoding/binary"
	"math"
	"slices"
	"time"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/sum"
)

// Key names a piece of work: everything that decides it but for facts.
type Key = sum.Key

// NewKey makes a key from texts; where one ends and the next begins counts.
func NewKey(parts ...string) Key { return sum.Of(parts...) }

// Stream says what a piece of output is.
type Stream uint8

const (
	// Stdout and Stderr are text.
	Stdout Stream = iota + 1
	Stderr
	// Nested is the output of another record.
	Nested
	// Note is the output of another record, on which this one does not depend.
	Note
)

// Piece is a part of what a piece of work prints.
type Piece struct {
	Stream Stream
	Text   string
	Child  Key
}

// Record is a result that stays true while its facts hold.
type Record struct {
	Key    Key
	Facts  []facts.ID // sorted
	Pieces []Piece
	// Vars are the conditions on the environment, sorted: see environ.go.
	Vars []string
	// Status is the exit status.
	Status int
	// Cost is the processor time that the work took, in whole microseconds; 0 if that is not known.
	Cost time.Duration
	// ByDate says that dates count, not content.
	ByDate bool
	// Unproved says that the work may do something the next time. The record never holds; it keeps its facts.
	Unproved bool
	// KeepsFacts says that the facts are kept when the record holds no longer: they tell how files were made, and of
	// what.
	KeepsFacts bool
	// Notes says that the record is kept for what it says only; there is a bound for all of them together.
	Notes bool
	// run is the run that saved it. One that this process made is fresh; its work began at the given clock.
	run   uint32
	fresh bool
	clock uint64

	// checked is the generation in which it was found to hold or not.
	checked uint64
	holds   bool
	// prints and size are how many pieces it prints then, and how many bytes.
	prints, size int
	// changed is the path of a fact that did not hold.
	changed string
}

// Changed returns the path of the fact for which the record was last found not to hold.
func (r *Record) Changed() string { return r.changed }

const (
	flagByDate = 1 << iota
	flagUnproved
	flagNotes
	flagKeepsFacts
)

// appendRecord encodes all but the key.
func appendRecord(b []byte, r *Record, ids []facts.ID) []byte {
	b = binary.AppendUvarint(b, uint64(r.run))
	b = binary.AppendVarint(b, int64(r.Status))
	b = binary.AppendUvarint(b, uint64(min(max(0, r.Cost.Microseconds()), math.MaxUint32)))
	flags := byte(0)
	if r.ByDate {
		flags |= flagByDate
	}
	if r.Unproved {
		flags |= flagUnproved
	}
	if r.Notes {
		flags |= flagNotes
	}
	if r.KeepsFacts {
		flags |= flagKeepsFacts
	}
	b = append(b, flags)
	b = binary.AppendUvarint(b, uint64(len(r.Facts)))
	sorted := make([]facts.ID, len(r.Facts))
	for i, id := range r.Facts {
		sorted[i] = ids[id]
	}
	slices.Sort(sorted)
	last := facts.ID(0)
	for _, id := range sorted {
		b = binary.AppendUvarint(b, uint64(id-last))
		last = id
	}
	b = binary.AppendUvarint(b, uint64(len(r.Vars)))
	for _, v := range r.Vars {
		b = binary.AppendUvarint(b, uint64(len(v)))
		b = append(b, v...)
	}
	b = binary.AppendUvarint(b, uint64(len(r.Pieces)))
	for _, p := range r.Pieces {
		b = append(b, byte(p.Stream))
		if p.Stream == Nested || p.Stream == Note {
			b = append(b, p.Child[:]...)
			continue
		}
		b = binary.AppendUvarint(b, uint64(len(p.Text)))
		b = append(b, p.Text...)
	}
	return b
}

var errDamaged = facts.ErrDamaged

// reader decodes; after an error everything is zero.
type reader struct {
	b   []byte
	err error
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	r.skip(n)
	return v
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.b)
	r.skip(n)
	return v
}

// skip leaves out the n bytes of a number; there is none if n is not positive.
func (r *reader) skip(n int) {
	if n <= 0 {
		r.fail()
		return
	}
	r.b = r.b[n:]
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) fail() { r.err, r.b = errDamaged, nil }

// count reads the length of a list whose elements take at least size bytes.
func (r *reader) count(size int) int {
	n := r.uvarint()
	if n > uint64(len(r.b)/size) {
		r.fail()
		return 0
	}
	return int(n)
}

// readRecord decodes what appendRecord wrote; known is the number of facts there are.
func readRecord(b []byte, key Key, known int) (*Record, error) {
	r := reader{b: b}
	rec := &Record{Key: key, run: uint32(r.uvarint()), Status: int(r.varint()), Cost: time.Duration(uint32(r.uvarint())) * time.Microsecond}
	if flags := r.bytes(1); flags != nil {
		rec.ByDate, rec.Unproved = flags[0]&flagByDate != 0, flags[0]&flagUnproved != 0
		rec.Notes, rec.KeepsFacts = flags[0]&flagNotes != 0, flags[0]&flagKeepsFacts != 0
	}
	rec.Facts = make([]facts.ID, r.count(1))
	last := uint64(0)
	for i := range rec.Facts {
		last += r.uvarint()
		if last >= uint64(known) {
			r.fail()
			break
		}
		rec.Facts[i] = facts.ID(last)
	}
	rec.Vars = make([]string, r.count(1))
	for i := range rec.Vars {
		rec.Vars[i] = string(r.bytes(r.uvarint()))
	}
	rec.Pieces = make([]Piece, r.count(1))
	for i := range rec.Pieces {
		p := &rec.Pieces[i]
		if s := r.bytes(1); s != nil {
			p.Stream = Stream(s[0])
		}
		switch p.Stream {
		case Nested, Note:
			copy(p.Child[:], r.bytes(uint64(len(p.Child))))
		case Stdout, Stderr:
			p.Text = string(r.bytes(r.uvarint()))
		default:
			r.fail()
		}
	}
	return rec, r.err
}
