package memory

// This file reads the memory of an output directory, and decides whether a record holds.

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/owner"
	"gokbuild/depgraph/sum"
)

// Dir is the folder in an output directory that holds the memory.
const Dir = facts.OwnDir

const fileName = "memory"

// Store is the memory of one output directory.
type Store struct {
	*facts.Table
	// Environ is the environment that records may depend on.
	Environ *Environ

	dir      string
	identity uint64
	secret   Secret
	mu       sync.Mutex
	records  map[Key]*Record
	// wanted holds the commands that are to be traced when they are run next: how many traces in a row have proved nothing,
	// and above that how many rehearsals.
	wanted map[Key]uint8
	// index and blob are the records of the file, decoded when they are asked for; inFile is the number of its facts.
	index, blob []byte
	inFile      int
	dirty       bool
	// byDate makes a changed date a change for all records.
	byDate bool
	// swept is set once facts were swept.
	swept bool
	// supposed is set if something was supposed since records were last asked for.
	supposed bool
	// file is the state of the file when it was read.
	file facts.Stat
}

// Open returns what dir/.gokbuild remembers; it is empty if there is nothing, or nothing that can be trusted: what
// somebody else may have written, or who does not know the secret. Identity stands for the program: what another
// program remembers is forgotten. With byDate, dates count, not content. The file stays mapped until the process ends.
func Open(dir string, identity uint64, secret Secret, byDate bool) *Store {
	return open(dir, identity, secret, byDate, mapFile)
}

// Load is Open for processes that last: nothing of the file stays once the store is of no more use.
func Load(dir string, identity uint64, secret Secret, byDate bool) *Store {
	return open(dir, identity, secret, byDate, readFile)
}

func open(dir string, identity uint64, secret Secret, byDate bool, read func(f *os.File, size int) ([]byte, error)) *Store {
	s := &Store{dir: dir, identity: identity, secret: secret}
	s.empty()
	if file, st, err := fileOf(filepath.Join(dir, Dir), read); err == nil {
		s.file = st
		data, ok := s.secret.signed(file)
		if !ok || s.decode(data) != nil {
			s.empty()
		}
	}
	s.byDate = byDate
	return s
}

func (s *Store) empty() {
	s.Table = facts.NewTable()
	s.records, s.wanted = make(map[Key]*Record), make(map[Key]uint8)
	s.index, s.blob, s.inFile = nil, nil, 0
}

// fileOf reads the file in a folder, in one of the two ways.
func fileOf(dir string, read func(f *os.File, size int) ([]byte, error)) (data []byte, id facts.Stat, err error) {
	d, err := owner.OpenDir(dir, false)
	if err != nil {
		return nil, id, err
	}
	defer d.Close()
	f, err := d.Read(fileName)
	if err != nil {
		return nil, id, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, id, err
	}
	if st.Size() < headerSize || st.Size() > 1<<32 {
		return nil, id, errDamaged
	}
	data, err = read(f, int(st.Size()))
	return data, facts.Of(st.Sys().(*syscall.Stat_t)), err
}

// mapFile maps a file for reading. The mapping stays: paths point into it. The file is only ever replaced, never written
// in place, so that it can't change below us.
func mapFile(f *os.File, size int) ([]byte, error) {
	return syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_PRIVATE)
}

func readFile(f *os.File, size int) ([]byte, error) {
	data := make([]byte, size)
	_, err := io.ReadFull(f, data)
	return data, err
}

// Current reports whether the file is still the one that was read. It is only ever replaced by another.
func (s *Store) Current() bool {
	return s.file.Ino != 0 && facts.Look(facts.Exists, "", filepath.Join(s.dir, Dir, fileName)) == s.file
}

// Touched has records and facts looked at again of which paths may have changed; see [facts.Table.Touched].
func (s *Store) Touched(paths []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Table.Touched(paths)
	s.forgetChecked()
}

// forgetChecked has records looked at again.
func (s *Store) forgetChecked() {
	for _, r := range s.records {
		if r != nil {
			r.checked = 0
		}
	}
	s.supposed = false
}

// Suppose has records count what would become of a file; see [facts.Table.Suppose].
func (s *Store) Suppose(path string, o facts.Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Table.Suppose(path, o)
	s.supposed = true
}

// The file: a header with the seed of the values, the facts in rows of one size, the records' keys in order with the
// place of each, the wanted keys, the records, the paths, a signature. Numbers are little-endian.
const (
	magic      = "gokbuild memory 6\n\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	headerSize = 32 + 8 + 6*8 + 32
	indexSize  = 16 + 8
	wantedSize = 16 + 1
)

func (s *Store) decode(data []byte) error {
	le := binary.LittleEndian
	if len(data) < headerSize || string(data[:32]) != magic || le.Uint64(data[32:]) != s.identity {
		return errDamaged
	}
	var n [6]uint64
	for i := range n {
		n[i] = le.Uint64(data[40+8*i:])
		if n[i] > uint64(len(data)) {
			return errDamaged
		}
	}
	run, rows, records, wanted, blob, paths := n[0], int(n[1]), int(n[2]), int(n[3]), int(n[4]), int(n[5])
	if headerSize+rows*facts.RowSize+records*indexSize+wanted*wantedSize+blob+paths != len(data) {
		return errDamaged
	}
	seed := sum.Seed(data[headerSize-len(sum.Seed{}):])
	data = data[headerSize:]
	known, data := data[:rows*facts.RowSize], data[rows*facts.RowSize:]
	s.index, data = data[:records*indexSize], data[records*indexSize:]
	for range wanted {
		s.wanted[Key(data[:16])] = data[16]
		data = data[wantedSize:]
	}
	s.blob, data = data[:blob], data[blob:]
	table, err := facts.Decode(uint32(run)+1, seed, known, data)
	if err != nil {
		return err
	}
	s.Table, s.inFile = table, rows
	return nil
}

// Doubt is told of files whose recipes began in runs of which nothing was saved ([Journal.Doubted]): what is remembered
// of them is not believed.
func (s *Store) Doubt(paths []string) {
	if len(paths) > 0 {
		s.Table.Doubt(paths)
		s.dirty = true
	}
}

// Find returns the record of a key; nil if there is none.
func (s *Store) Find(key Key) *Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.find(key)
}

func (s *Store) find(key Key) *Record {
	if r, ok := s.records[key]; ok {
		return r
	}
	lo, hi := 0, len(s.index)/indexSize
	for lo < hi {
		mid := (lo + hi) / 2
		if bytes.Compare(s.index[mid*indexSize:mid*indexSize+16], key[:]) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo*indexSize >= len(s.index) || Key(s.index[lo*indexSize:][:16]) != key {
		return nil
	}
	var rec *Record
	off := binary.LittleEndian.Uint64(s.index[lo*indexSize+16:])
	if off <= uint64(len(s.blob)) {
		if r, err := readRecord(s.blob[off:], key, s.inFile); err == nil {
			rec = r
		}
	}
	s.records[key] = rec
	return rec
}

// Notes returns the records that are kept for what they say only, in no order.
func (s *Store) Notes() (all []*Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := 0; i+indexSize <= len(s.index); i += indexSize {
		s.find(Key(s.index[i:][:16]))
	}
	for _, r := range s.records {
		if r != nil && r.Notes {
			all = append(all, r)
		}
	}
	return all
}

// Holds reports whether a record is still true: all its facts hold, and so do the records it is made of. Paths are
// looked at once in a generation of the table.
func (s *Store) Holds(r *Record) bool {
	if r == nil {
		return false
	}
	generation := s.Generation().Number()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.supposed {
		s.forgetChecked()
	}
	if changed, ok := s.sweep(r, generation); !ok {
		r.checked, r.holds, r.changed = generation, false, changed
		return false
	}
	return s.holdsRecord(r, generation, 0)
}

// Broken returns the one record that does not hold, of those that a record is made of, if all else that it says is true; nil if there
// is none, or if anything else has changed.
func (s *Store) Broken(r *Record) (broken *Record) {
	generation := s.Generation().Number()
	s.mu.Lock()
	defer s.mu.Unlock()
	own := *r
	own.Pieces, own.checked = nil, 0
	if !s.holdsRecord(&own, generation, 0) {
		return nil
	}
	for _, p := range r.Pieces {
		if p.Stream != Nested {
			continue
		}
		child := s.find(p.Child)
		switch {
		case child == nil || broken != nil && broken != child && !s.holdsRecord(child, generation, 1):
			return nil
		case !s.holdsRecord(child, generation, 1):
			broken = child
		}
	}
	return broken
}

// sweepable is the number of facts above which they are looked at in parallel.
const sweepable = 256

// sweep looks at the facts of a record and of the records it is made of, so that they are known in the generation. It
// ends early if the record does not hold: then ok is false, and the rest is looked at in the background, for those who
// will ask.
func (s *Store) sweep(r *Record, generation uint64) (changed string, ok bool) {
	nests := slices.ContainsFunc(r.Pieces, func(p Piece) bool { return p.Stream == Nested })
	if r.checked == generation || len(r.Facts) <= sweepable && !nests {
		return "", true
	}
	c := collector{store: s, generation: generation, seen: make([]bool, s.inFile), met: make(map[*Record]bool)}
	c.collect(r, 0)
	if len(c.recent)+len(c.older) <= sweepable {
		return "", true
	}
	if c.broken && s.swept {
		// While commands run, what was seen is soon worth nothing.
		return "", false
	}
	s.swept = true
	found, done := make(chan string, 1), make(chan struct{})
	go func() {
		facts.Parallel(append(c.recent, c.older...), func(id facts.ID) {
			if !s.Table.Holds(id, generation, false) {
				select {
				case found <- s.Path(id):
				default:
				}
			}
		})
		close(done)
	}()
	if c.broken {
		return "", false
	}
	select {
	case changed := <-found:
		return changed, false
	case <-done:
	}
	select {
	case changed := <-found:
		return changed, false
	default:
		return "", true
	}
}

// collector gathers the facts that a record depends on, of this process's own records excepted.
type collector struct {
	store      *Store
	generation uint64
	seen       []bool
	met        map[*Record]bool
	// recent are the facts that changed lately: who edits a file edits it again.
	recent, older []facts.ID
	// broken is set if a record is missing or proves nothing.
	broken bool
}

// lately is the number of runs within which a fact has changed lately.
const lately = 16

func (c *collector) collect(r *Record, depth int) {
	if r == nil || depth > maxDepth {
		c.broken = true
		return
	}
	if r.Unproved || r.checked == c.generation && !r.holds {
		c.broken = true
	}
	if r.fresh || r.checked == c.generation || c.met[r] {
		return
	}
	c.met[r] = true
	for _, id := range r.Facts {
		if c.seen[id] {
			continue
		}
		c.seen[id] = true
		if c.store.LastChanged(id)+lately > c.store.Run() {
			c.recent = append(c.recent, id)
		} else {
			c.older = append(c.older, id)
		}
	}
	for _, p := range r.Pieces {
		if p.Stream == Nested {
			c.collect(c.store.find(p.Child), depth+1)
		}
	}
}

// maxDepth bounds a chain of records: damaged ones could make a circle.
const maxDepth = 1000

// maxPrints and maxText bound what one record has printed, with those it is made of: each of forty that names the next
// one twice prints twice as much as that. A record above does not hold: the work is done again.
const (
	maxPrints = 1 << 20
	maxText   = 64 << 20
)

func (s *Store) holdsRecord(r *Record, generation uint64, depth int) bool {
	if r.checked == generation {
		return r.holds
	}
	r.checked, r.holds = generation, false
	if depth > maxDepth || r.Unproved {
		return false
	}
	for _, v := range r.Vars {
		if !s.Environ.meets(v) {
			r.changed = named(v)
			return false
		}
	}
	byDate := r.ByDate || s.byDate
	for _, id := range r.Facts {
		if r.fresh && !s.Unchanged(id, r.clock, generation, byDate) || !r.fresh && !s.Held(id, r.run, generation, byDate) {
			r.changed = s.Path(id)
			return false
		}
	}
	r.prints, r.size = 0, 0
	for _, p := range r.Pieces {
		if p.Stream == Nested {
			child := s.find(p.Child)
			if child == nil || !s.holdsRecord(child, generation, depth+1) {
				if child != nil {
					r.changed = child.changed
				}
				return false
			}
			r.prints, r.size = r.prints+child.prints, r.size+child.size
		}
		r.prints, r.size = r.prints+1, r.size+len(p.Text)
		if r.prints > maxPrints || r.size > maxText {
			return false
		}
	}
	r.holds = true
	return true
}

// Add adds a record that this process made. Clock is that of the table when the work began: a fact that was seen to
// change since then makes the record void. One that is unproved, perhaps because the work failed half way, keeps the
// facts that were known before.
func (s *Store) Add(r *Record, clock uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.find(r.Key); old != nil && r.Unproved {
		r.Facts = append(r.Facts, old.Facts...)
	}
	slices.Sort(r.Facts)
	r.Facts = slices.Compact(r.Facts)
	r.fresh, r.clock, r.run = true, clock, s.Run()
	s.records[r.Key] = r
	s.dirty = true
}

// Forget drops a record.
func (s *Store) Forget(key Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.find(key) != nil {
		s.records[key] = nil
		s.dirty = true
	}
}

// hopeless is the number of traces in a row that proved nothing after which a command is not traced any more. A trace
// also proves nothing when the command had something to do.
const hopeless = 20

// In a count of wanted the upper bits are those of rehearsals.
const (
	tracesMask   = 1<<6 - 1
	oneRehearsal = 1 << 6
	rehearsals   = 3 * oneRehearsal
)

// Rehearsable reports whether a rehearsal of a command may prove something: not if three have proved nothing.
func (s *Store) Rehearsable(key Key) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wanted[key]&rehearsals < rehearsals
}

// Rehearsed tells what came of a rehearsal. The command is traced when it is run next, whatever that was.
func (s *Store) Rehearsed(key Key, proved bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	was, ok := s.wanted[key]
	is := was
	switch {
	case proved:
		is = 0
	case was&rehearsals < rehearsals:
		is += oneRehearsal
	}
	if !ok || is != was {
		s.wanted[key] = is
		s.dirty = true
	}
}

// Want asks for a command to be traced when it is run next.
func (s *Store) Want(key Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.wanted[key]; !ok {
		s.wanted[key] = 0
		s.dirty = true
	}
}

// Wanted reports whether a command is to be traced.
func (s *Store) Wanted(key Key) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	failed, ok := s.wanted[key]
	return ok && failed&tracesMask < hopeless
}

// Tried is how often in a row a command was traced in vain.
func (s *Store) Tried(key Key) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int(s.wanted[key] & tracesMask)
}

// Traced tells what came of it.
func (s *Store) Traced(key Key, proved bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	failed := s.wanted[key]
	switch {
	case proved:
		failed = 0
	case failed&tracesMask < hopeless:
		failed++
	}
	if failed != s.wanted[key] {
		s.wanted[key] = failed
		s.dirty = true
	}
}
