package memory

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"gokbuild/depgraph/owner"
)

// Save writes the memory, if there is anything new in it, in one step: a crash leaves the old file or the new one. Nothing may have
// written files since the generation began.
func (s *Store) Save(generation uint64, began time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.dirty {
		return nil
	}
	s.settle(generation, began.UnixNano())
	dir, err := owner.OpenDir(filepath.Join(s.dir, Dir), true)
	if err != nil {
		return err
	}
	defer dir.Close()
	if why := dir.Foreign(); why != "" {
		return errors.New(Dir + " " + why)
	}
	// Under the lock nobody else writes this one.
	const tmp = fileName + ".new"
	dir.MakeRoom(tmp)
	f, err := dir.Open(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	data := s.encode()
	if _, err = f.Write(data); err == nil {
		_, err = f.Write(s.secret.sign(data))
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		dir.MakeRoom(fileName)
		err = dir.Rename(tmp, fileName)
	}
	if err != nil {
		_ = dir.Remove(tmp)
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

// settle makes the records of this process part of the memory: their facts are brought up to date, and those that changed
// after they were used make their records void.
func (s *Store) settle(generation uint64, began int64) {
	// All records, so that those of the file are kept.
	for i := 0; i < len(s.index); i += indexSize {
		s.find(Key(s.index[i:][:16]))
	}
	used := make([]bool, len(s.facts))
	for _, r := range s.records {
		if r != nil && r.fresh {
			for _, id := range r.Facts {
				used[id] = true
			}
		}
	}
	var facts, others []*fact
	for id, f := range s.facts {
		if used[id] {
			facts = append(facts, f)
		} else {
			others = append(others, f)
		}
	}
	parallel(facts, func(f *fact) { f.commit(s.Table, s.run, generation, began) })
	parallel(others, func(f *fact) {
		f.mu.Lock() // a sweep may still be under way
		defer f.mu.Unlock()
		if f.known && f.looked == generation && f.seen == f.stat {
			f.settleFolder(s.Table, generation, began)
		}
	})
	var notes, useless []*Record
	for key, r := range s.records {
		sound := r != nil && s.sound(r)
		switch {
		case !sound && (r == nil || !r.Targets):
			delete(s.records, key)
			continue
		case !sound:
			s.unprove(r)
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

// unprove leaves of a record of targets that holds no longer what it tells of them: a run for another goal may have changed only some.
func (s *Store) unprove(r *Record) {
	r.Facts = slices.DeleteFunc(r.Facts, func(id ID) bool { return !s.facts[id].known })
	r.Unproved, r.ByDate, r.Pieces, r.Vars = true, false, nil, nil
}

// sound reports whether a record may be saved.
func (s *Store) sound(r *Record) bool {
	if r.Unproved {
		return false
	}
	for _, id := range r.Facts {
		f := s.facts[id]
		if !f.known || r.fresh && f.changedAt > r.clock || f.run > r.run {
			return false
		}
		if r.ByDate && r.fresh && f.datedAt > r.clock || (r.ByDate || !r.fresh && f.foreign.Load()) && f.dated > r.run {
			return false
		}
	}
	return true
}

// encode writes the records and the facts they use; facts that none uses are forgotten.
func (s *Store) encode() []byte {
	keys := make([]Key, 0, len(s.records))
	ids := make([]ID, len(s.facts))
	used := make([]bool, len(s.facts))
	for key, r := range s.records {
		keys = append(keys, key)
		for _, id := range r.Facts {
			used[id] = true
		}
	}
	slices.SortFunc(keys, func(a, b Key) int { return bytes.Compare(a[:], b[:]) })
	var rows, paths, index, blob, wanted []byte
	n := 0
	for id, f := range s.facts {
		if used[id] {
			ids[id] = ID(n)
			n++
			rows = appendFact(rows, f)
			paths = append(paths, f.path...)
		}
	}
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
	for _, v := range []int{int(s.run), n, len(keys), len(s.wanted), len(blob), len(paths)} {
		b = le.AppendUint64(b, uint64(v))
	}
	b = append(b, s.hash.seed[:]...)
	for _, part := range [][]byte{rows, index, wanted, blob, paths} {
		b = append(b, part...)
	}
	return b
}
