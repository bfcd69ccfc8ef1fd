package facts

// This file writes and reads facts as they are kept between runs: a row of one size for each fact, and the paths one
// after another. Numbers are little-endian.

import (
	"encoding/binary"
	"errors"
	"slices"
	"sync"
	"syscall"
	"unsafe"

	"gokbuild/depgraph/sum"
)

// RowSize is the number of bytes of one fact, its path excepted.
const RowSize = 112

// ErrDamaged says that rows are not what Encode wrote.
var ErrDamaged = errors.New("damaged")

// Flags of a fact as it is kept.
const (
	isDistrusted = 1 << iota
	isDated
	isForeign
)

// Decode returns the table of a run from what Encode made of the facts of the run before, whose values have the seed.
// The paths are not copied.
func Decode(run uint32, seed sum.Seed, rows, paths []byte) (*Table, error) {
	all := make([]Fact, len(rows)/RowSize)
	t := &Table{run: run, sums: sum.NewHasher(seed), facts: make([]*Fact, len(all))}
	t.gen.Changed()
	// Each run waits for this: the rows are taken in pieces, side by side.
	const piece = 4096
	var wg sync.WaitGroup
	for at := 0; at < len(all); at += piece {
		to := min(at+piece, len(all))
		length := pathsOf(rows[at*RowSize : to*RowSize])
		if length > len(paths) {
			wg.Wait()
			return nil, ErrDamaged
		}
		these := paths[:length]
		paths = paths[length:]
		wg.Go(func() { t.decode(all, at, to, rows, these) })
	}
	wg.Wait()
	if slices.Contains(t.facts, nil) {
		return nil, ErrDamaged
	}
	return t, nil
}

// pathsOf is the length of the paths of some rows.
func pathsOf(rows []byte) (length int) {
	for ; len(rows) >= RowSize; rows = rows[RowSize:] {
		length += int(binary.LittleEndian.Uint32(rows[4:]))
	}
	return length
}

// decode makes facts of the rows from at up to to, whose paths are given. What it can make nothing of stays nil in the table.
func (t *Table) decode(all []Fact, at, to int, rows, paths []byte) {
	le := binary.LittleEndian
	var last *folder
	for i := at; i < to; i++ {
		b := rows[i*RowSize:]
		f := &all[i]
		end := int(le.Uint32(b[4:]))
		if f.kind = Kind(b[0]); f.kind >= kinds {
			return
		}
		f.known, f.distrust, f.dateCounts = true, b[1]&isDistrusted != 0, b[1]&isDated != 0
		f.foreign.Store(b[1]&isForeign != 0)
		f.path = unsafe.String(unsafe.SliceData(paths), end)
		paths = paths[end:]
		f.stat = Stat{
			Dev: le.Uint64(b[16:]), Ino: le.Uint64(b[24:]),
			Size: int64(le.Uint64(b[32:])), Mtime: int64(le.Uint64(b[40:])), Ctime: int64(le.Uint64(b[48:])),
			Mode: le.Uint32(b[8:]), UID: le.Uint32(b[104:]), GID: le.Uint32(b[108:]),
			Errno: syscall.Errno(le.Uint16(b[2:])),
		}
		if f.stat.Errno == syscall.ENOENT && f.stat.Ino != 0 {
			dir, of := f.stat, parent(f.path)
			dir.Errno, f.stat = 0, Stat{Errno: syscall.ENOENT}
			if last == nil || last.path != of || last.stat != dir {
				last = t.folders.at(of, dir)
			}
			f.folder = last
		}
		f.run = le.Uint32(b[12:])
		f.value, f.date = le.Uint64(b[56:]), int64(le.Uint64(b[64:]))
		f.dated = le.Uint32(b[76:])
		f.making = Making{
			Run: le.Uint32(b[72:]), Began: int64(le.Uint64(b[80:])), Ended: int64(le.Uint64(b[88:])), Mark: le.Uint64(b[96:]),
		}
		t.facts[i] = f
	}
}

func appendFact(b []byte, f *Fact) []byte {
	le := binary.LittleEndian
	flags := byte(0)
	if f.distrust {
		flags |= isDistrusted
	}
	if f.dateCounts {
		flags |= isDated
	}
	if f.foreign.Load() {
		flags |= isForeign
	}
	st := f.stat
	if f.folder != nil {
		// What is not there has no status: its directory has.
		st = f.folder.stat
		st.Errno = f.stat.Errno
	}
	b = append(b, byte(f.kind), flags)
	b = le.AppendUint16(b, uint16(st.Errno))
	b = le.AppendUint32(b, uint32(len(f.path)))
	b = le.AppendUint32(b, st.Mode)
	b = le.AppendUint32(b, f.run)
	for _, v := range []uint64{
		st.Dev, st.Ino, uint64(st.Size), uint64(st.Mtime), uint64(st.Ctime), f.value, uint64(f.date),
		uint64(f.making.Run) | uint64(f.dated)<<32, uint64(f.making.Began), uint64(f.making.Ended), f.making.Mark,
	} {
		b = le.AppendUint64(b, v)
	}
	b = le.AppendUint32(b, st.UID)
	return le.AppendUint32(b, st.GID)
}

// Encode writes the facts for which used is set, and returns their IDs in the table that Decode will make of them.
func (t *Table) Encode(used []bool) (rows, paths []byte, ids []ID) {
	ids = make([]ID, len(used))
	all := t.All()[:len(used)]
	count, size := 0, 0
	for id, f := range all {
		if used[id] {
			count, size = count+1, size+len(f.path)
		}
	}
	rows, paths = make([]byte, 0, count*RowSize), make([]byte, 0, size)
	n := ID(0)
	for id, f := range all {
		if used[id] {
			ids[id] = n
			n++
			rows = appendFact(rows, f)
			paths = append(paths, f.path...)
		}
	}
	return rows, paths, ids
}
