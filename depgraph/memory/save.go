package memory

// This file brings the memory up to date at the end of a run, and writes it.

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"path/filepath"
	"slices"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/onestep"
	"gokbuild/depgraph/owner"
)

// Save writes the memory, if there is anything new in it, in one step: a crash leaves the old file or the new one.
// Nothing may have written files since the generation of the table began.
func (s *Store) Save() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.dirty {
		return nil
	}
	s.settle()
	dir, err := owner.OpenDir(filepath.Join(s.dir, Dir), true)
	if err != nil {
		return err
	}
	defer dir.Close()
	if why := dir.Foreign(); why != "" {
		return errors.New(Dir + " " + why)
	}
	dir.MakeRoom(fileName)
	data := s.encode()
	if err := onestep.In(dir, fileName, data, s.secret.sign(data)); err != nil {
		return err
	}
	s.dirty = false
	return nil
}

// maxRecords is the number of records above which those are forgotten that were of no use to this run: a command line
// that was changed leaves a record behind that nobody asks for again.
const maxRecords = 30_000

// maxNotes is how many bytes of notes are kept.
const maxNotes = 4 << 20

// settle makes the records of this process part of the memory: their facts are brought up to date, and those that
// changed after they were used make their records void.
func (s *Store) settle() {
	// All records, so that those of the file are kept.
	for i := 0; i < len(s.index); i += indexSize {
		s.find(Key(s.index[i:][:16]))
	}
	all := s.All()
	used := make([]bool, len(all))
	for _, r := range s.records {
		if r != nil && r.fresh {
			for _, id := range r.Facts {
				used[id] = true
			}
		}
	}
	s.Settle(used)
	var notes, useless []*Record
	for key, r := range s.records {
		sound := r != nil && r.sound(all)
		switch {
		case !sound && (r == nil || !r.KeepsFacts):
			delete(s.records, key)
			continue
		case !sound:
			r.unprove(all)
		}
		switch {
		case r.Notes:
			notes = append(notes, r)
		case !r.fresh && !r.holds:
			useless = append(useless, r)
		}
	}
	s.forget(useless, len(s.records)-len(useless), maxRecords, func(*Record) int { return 1 })
	s.forget(notes, 0, maxNotes, func(r *Record) (size int) {
		for _, p := range r.Pieces {
			size += len(p.Text)
		}
		return size
	})
	for _, r := range s.records {
		r.fresh = false
	}
}

// forget drops the oldest of some records, such that the others and what is kept besides stay below a bound.
func (s *Store) forget(some []*Record, kept, bound int, size func(*Record) int) {
	slices.SortFunc(some, func(a, b *Record) int { return cmp.Or(cmp.Compare(b.run, a.run), bytes.Compare(a.Key[:], b.Key[:])) })
	for _, r := range some {
		if kept += size(r); kept > bound {
			delete(s.records, r.Key)
		}
	}
}

// unprove leaves of a record that holds no longer its facts, if they are known.
func (r *Record) unprove(all []*facts.Fact) {
	r.Facts = slices.DeleteFunc(r.Facts, func(id facts.ID) bool { return !all[id].Known() })
	r.Unproved, r.ByDate, r.Pieces, r.Vars = true, false, nil, nil
}

// sound reports whether a record may be saved.
func (r *Record) sound(all []*facts.Fact) bool {
	if r.Unproved {
		return false
	}
	for _, id := range r.Facts {
		f := all[id]
		since, dated := f.Since()
		at, datedAt := f.ChangedAt()
		if !f.Known() || r.fresh && at > r.clock || since > r.run {
			return false
		}
		if r.ByDate && r.fresh && datedAt > r.clock || (r.ByDate || !r.fresh && f.Foreign()) && dated > r.run {
			return false
		}
	}
	return true
}

// encode writes the records and the facts they use; facts that none uses are forgotten.
func (s *Store) encode() []byte {
	keys := make([]Key, 0, len(s.records))
	used := make([]bool, len(s.All()))
	for key, r := range s.records {
		keys = append(keys, key)
		for _, id := range r.Facts {
			used[id] = true
		}
	}
	slices.SortFunc(keys, func(a, b Key) int { return bytes.Compare(a[:], b[:]) })
	rows, paths, ids := s.Encode(used)
	index := make([]byte, 0, len(keys)*indexSize)
	blob := make([]byte, 0, len(s.blob)+len(s.blob)/8)
	var wanted []byte
	for _, key := range keys {
		index = append(index, key[:]...)
		index = binary.LittleEndian.AppendUint64(index, uint64(len(blob)))
		blob = appendRecord(blob, s.records[key], ids)
	}
	for key, failed := range s.wanted {
		wanted = append(append(wanted, key[:]...), failed)
	}
	le := binary.LittleEndian
	b := make([]byte, 0, headerSize+len(rows)+len(index)+len(wanted)+len(blob)+len(paths))
	b = append(b, magic...)
	b = le.AppendUint64(b, s.identity)
	for _, v := range []int{int(s.Run()), len(rows) / facts.RowSize, len(keys), len(s.wanted), len(blob), len(paths)} {
		b = le.AppendUint64(b, uint64(v))
	}
	seed := s.Seed()
	b = append(b, seed[:]...)
	for _, part := range [][]byte{rows, index, wanted, blob, paths} {
		b = append(b, part...)
	}
	return b
}
