package facts

// This file keeps what the run before left as it stands in the file. Most of it is only asked whether it still holds, which a row
// can tell: where nothing has changed, thousands of facts need not be made.

import (
	"encoding/binary"
	"math"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// kept are the facts of the run before, by their ID. The zero value is none.
type kept struct {
	rows, paths []byte
	// ends tells where the path of each ends in paths.
	ends []uint32
	// held is the generation in which a row was found to hold, as long as no fact is made of it.
	held []atomic.Uint64
	// facts are those that somebody has asked more about, mu is for making them.
	facts []atomic.Pointer[Fact]
	mu    sync.Mutex
}

// read takes over rows and paths, if they can be what Encode wrote.
func (k *kept) read(rows, paths []byte) error {
	n := len(rows) / RowSize
	if len(paths) > math.MaxUint32 {
		return ErrDamaged
	}
	ends, end := make([]uint32, n), uint64(0)
	for i := range ends {
		b := rows[i*RowSize:]
		if end += uint64(binary.LittleEndian.Uint32(b[4:])); end > uint64(len(paths)) || Kind(b[0]) >= kinds {
			return ErrDamaged
		}
		ends[i] = uint32(end)
	}
	k.rows, k.paths, k.ends = rows, paths, ends
	k.held, k.facts = make([]atomic.Uint64, n), make([]atomic.Pointer[Fact], n)
	return nil
}

func (k *kept) row(id ID) row { return row(k.rows[int(id)*RowSize:][:RowSize]) }

func (k *kept) key(id ID) factKey {
	begin := uint32(0)
	if id > 0 {
		begin = k.ends[id-1]
	}
	path := k.paths[begin:k.ends[id]]
	return factKey{k.row(id).kind(), unsafe.String(unsafe.SliceData(path), len(path))}
}

// holds reports whether a row holds in a generation, its date too, if that can be told without making a fact of it.
func (k *kept) holds(ds *folders, id ID, generation uint64) bool {
	if k.facts[id].Load() != nil {
		return false
	}
	if k.held[id].Load() == generation {
		return true
	}
	r, key := k.row(id), k.key(id)
	if r.flags()&isDistrusted != 0 || key.madeUp() {
		return false
	}
	st, dir := r.status()
	if dir == nil || !ds.at(parent(key.path), *dir).same(generation) {
		if Look(key.kind, "", key.path).As(key.kind) != st {
			return false
		}
	}
	k.held[id].Store(generation)
	return k.facts[id].Load() == nil // or what is known of it may have changed
}

// fact makes the fact of a row, once.
func (k *kept) fact(ds *folders, id ID) *Fact {
	if f := k.facts[id].Load(); f != nil {
		return f
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	f := k.facts[id].Load()
	if f == nil {
		f = &Fact{factKey: k.key(id)}
		k.row(id).to(f, ds)
		if generation := k.held[id].Load(); generation != 0 {
			f.seen, f.hasSeen = f.stat, true
			if f.stat.Errno != 0 || f.stat.Mtime != 0 {
				f.mtime, f.looked = f.stat.Mtime, generation // else the date that was found is not known
			}
		}
		k.facts[id].Store(f)
	}
	return f
}

// row is a fact as it is kept between runs, its path excepted.
type row []byte

func (r row) kind() Kind { return Kind(r[0]) }

func (r row) flags() byte { return r[1] }

// since are the runs in which the value and the date last changed.
func (r row) since() (value, date uint32) {
	return binary.LittleEndian.Uint32(r[12:]), binary.LittleEndian.Uint32(r[76:])
}

// status is the status that is remembered, and that of the directory that answers for a name which is not there; nil if none does.
func (r row) status() (st Stat, dir *Stat) {
	le := binary.LittleEndian
	st = Stat{
		Dev: le.Uint64(r[16:]), Ino: le.Uint64(r[24:]),
		Size: int64(le.Uint64(r[32:])), Mtime: int64(le.Uint64(r[40:])), Ctime: int64(le.Uint64(r[48:])),
		Mode: le.Uint32(r[8:]), UID: le.Uint32(r[104:]), GID: le.Uint32(r[108:]),
		Errno: syscall.Errno(le.Uint16(r[2:])),
	}
	if st.Errno == syscall.ENOENT && st.Ino != 0 {
		of := st
		of.Errno = 0
		return Stat{Errno: syscall.ENOENT}, &of
	}
	return st, nil
}

// to sets what a fact remembers.
func (r row) to(f *Fact, ds *folders) {
	le := binary.LittleEndian
	f.known, f.distrust, f.dateCounts = true, r.flags()&isDistrusted != 0, r.flags()&isDated != 0
	f.foreign.Store(r.flags()&isForeign != 0)
	st, dir := r.status()
	if f.stat = st; dir != nil {
		f.folder = ds.at(parent(f.path), *dir)
	}
	f.run, f.dated = r.since()
	f.value, f.date = le.Uint64(r[56:]), int64(le.Uint64(r[64:]))
	f.making = Making{Run: le.Uint32(r[72:]), Began: int64(le.Uint64(r[80:])), Ended: int64(le.Uint64(r[88:])), Mark: le.Uint64(r[96:])}
}
