package facts

// This file writes and reads facts as they are kept between runs: a row of one size for each fact, and the paths one
// after another. Numbers are little-endian.

import (
	"encoding/binary"
	"errors"

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
// Rows and paths are not copied.
func Decode(run uint32, seed sum.Seed, rows, paths []byte) (*Table, error) {
	t := &Table{run: run, sums: sum.NewHasher(seed)}
	t.gen.Changed()
	return t, t.kept.read(rows, paths)
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
