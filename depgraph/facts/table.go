package facts

// This file keeps what a process knows of paths: what it saw, and what earlier runs remember.

import (
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"gokbuild/depgraph/sum"
)

// ID names a fact of a [Table].
type ID uint32

// Table holds the facts that a process knows: those remembered from earlier runs, and what it saw itself. It is safe
// for concurrent use.
type Table struct {
	gen  Generation
	sums *sum.Hasher
	// run is the number of this run: one more than that of the last run saved.
	run uint32

	// kept are the facts that the run before left. Those of this run have the IDs behind them.
	kept kept

	mu    sync.RWMutex
	index map[factKey]ID
	facts []*Fact
	// folders are the directories that names were found not to be in.
	folders folders
	// clock counts changes seen by this process.
	clock atomic.Uint64
}

type factKey struct {
	kind Kind
	path string
}

// Making tells when what is in a file was made, and by which work.
type Making struct {
	// Run is the run that made it. It is 0 if none is known to have: somebody else may have changed the file since.
	Run uint32
	// Began and Ended are the times of the work, in nanoseconds since 1970.
	Began, Ended int64
	// Mark is what the maker wants to know of the work later; 0 if nothing.
	Mark uint64
}

// Fact is what a table knows of one path.
type Fact struct {
	factKey
	remembered

	// mu guards what this process saw.
	mu sync.Mutex
	sight
	// makingNow is set once this process has made the file.
	makingNow *Making
	// supposed is what is supposed to become of the file; see supposed.go. It is supposed to be made at the time supposedAt.
	supposed   Outcome
	supposedAt int64
	// held is the generation in which the fact was found to hold, times two; the lowest bit is set if the date is as
	// remembered, too. It is for those who ask about thousands of facts, of which most were asked about before.
	held atomic.Uint64
}

// remembered is what the run that was saved last knew of a path.
type remembered struct {
	// known says that there is a status and a value, those at the end of that run. The value last changed in the given
	// run; the file had the given date then.
	known bool
	stat  Stat
	value uint64
	run   uint32
	date  int64
	// dated is the run in which the date last changed.
	dated  uint32
	making Making
	// foreign is set if a recipe made the file, and somebody else has dated it since: he may have run the recipe for
	// other sources, and left the same bytes here and others elsewhere. Then the date counts.
	foreign atomic.Bool
	// distrust is set if the file was so young that its status proves nothing.
	distrust bool
	// folder is the directory that answers for a name that is not in it; nil if none does.
	folder *folder
	// dateCounts is set if the date of the file belongs to its content.
	dateCounts bool
}

// sight is what this process saw last, and when that became different from what it had seen before.
type sight struct {
	seen      Stat
	hasSeen   bool
	changedAt uint64
	// datedAt is when the date did.
	datedAt uint64
	// looked is the generation in which the path was looked at; mtime is the date found, also where it is not part of
	// seen.
	looked uint64
	mtime  int64
	// now is the value that belongs to seen.
	now    uint64
	hasNow bool
	// nowYoung is set if the file was so young then that it may have changed since without a sign.
	nowYoung bool
}

// NewTable returns an empty table, for the first run of all.
func NewTable() *Table {
	t := &Table{run: 1, index: make(map[factKey]ID), sums: sum.NewHasher(sum.NewSeed())}
	t.gen.Changed()
	return t
}

// Generation returns the generation of the table: whoever lets something write files calls its Changed.
func (t *Table) Generation() *Generation { return &t.gen }

// Seed is what the values of facts depend on: it is another one in each output directory.
func (t *Table) Seed() sum.Seed { return t.sums.Seed() }

// Run is the number of this run, one more than that of the last run saved.
func (t *Table) Run() uint32 { return t.run }

// Intern returns the fact about an absolute path.
func (t *Table) Intern(kind Kind, path string) ID {
	k := factKey{kind, path}
	t.mu.RLock()
	id, ok := t.indexed()[k]
	t.mu.RUnlock()
	if ok {
		return id
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if id, ok := t.index[k]; ok {
		return id
	}
	id = ID(len(t.kept.facts) + len(t.facts))
	t.facts = append(t.facts, &Fact{factKey: k})
	t.index[k] = id
	return id
}

// indexed returns the index; a run in which nothing changed never asks for it.
func (t *Table) indexed() map[factKey]ID {
	if t.index != nil {
		return t.index
	}
	t.mu.RUnlock()
	t.mu.Lock()
	if t.index == nil {
		n := len(t.kept.facts)
		t.index = make(map[factKey]ID, n+n/2)
		for id := range ID(n) {
			t.index[t.kept.key(id)] = id
		}
	}
	t.mu.Unlock()
	t.mu.RLock()
	return t.index
}

func (t *Table) fact(id ID) *Fact {
	n := len(t.kept.facts)
	if int(id) < n {
		return t.kept.fact(&t.folders, id)
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.facts[int(id)-n]
}

// All returns the facts there are at the moment, by their ID.
func (t *Table) All() []*Fact {
	all := make([]*Fact, 0, t.Len())
	for id := range ID(len(t.kept.facts)) {
		all = append(all, t.kept.fact(&t.folders, id))
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return append(all, t.facts...)
}

// Len is the number of facts there are at the moment.
func (t *Table) Len() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return len(t.kept.facts) + len(t.facts)
}

// Path is the path that a fact is about.
func (t *Table) Path(id ID) string {
	if int(id) < len(t.kept.facts) {
		return t.kept.key(id).path
	}
	return t.fact(id).path
}

// Saw notes that the process found the path in this state.
func (t *Table) Saw(id ID, st Stat) {
	f := t.fact(id)
	f.mu.Lock()
	f.saw(t, st)
	f.mu.Unlock()
}

// SawIn is Saw by who looked since the generation of that number began: nobody need look again in it.
func (t *Table) SawIn(id ID, st Stat, generation uint64) {
	f := t.fact(id)
	f.mu.Lock()
	f.saw(t, st)
	f.looked = generation
	f.mu.Unlock()
}

// Stat looks at a path once in a generation. It returns the date, the type and permissions, and why the path could not
// be looked at.
func (t *Table) Stat(id ID) (mtime int64, mode uint32, errno syscall.Errno) {
	f, generation := t.fact(id), t.gen.Number()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lookIn(t, generation)
	return f.mtime, f.seen.Mode, f.seen.Errno
}

// Known tells whether a path is there, if the path was looked at in this generation.
func (t *Table) Known(id ID) (exists, known bool) {
	f, generation := t.fact(id), t.gen.Number()
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen.Errno == 0, f.looked == generation
}

func (f *Fact) saw(t *Table, st Stat) {
	f.mtime = st.Mtime
	if !f.hasSeen && f.making.Run != 0 && f.kind == Content && st.Errno == 0 && st.Mtime != f.stat.Mtime {
		f.making = Making{}
		f.foreign.Store(true)
	}
	if st = st.As(f.kind); f.madeUp() {
		st = Stat{Mode: st.Mode, UID: st.UID, GID: st.GID, Errno: st.Errno}
	}
	if f.hasSeen && f.seen == st {
		return
	}
	before, knew := uint64(0), false
	if f.hasSeen && f.valued() {
		before, knew = f.current(t)
	}
	had := f.hasSeen
	if had && f.seen.Mtime != st.Mtime {
		f.datedAt = t.clock.Add(1)
	}
	f.seen, f.hasSeen, f.hasNow = st, true, false
	f.held.Store(0)
	if f.kind == List || f.kind == Link {
		// Cheap to know now, so that a later change of nothing but the date is told from a change.
		_, _ = f.current(t)
	}
	if had {
		if now, ok := f.current(t); !knew || !ok || now != before {
			f.changedAt = t.clock.Add(1)
		}
	}
}

// valued reports whether the value that belongs to what was seen is known.
func (f *Fact) valued() bool {
	return f.hasNow || f.known && !f.distrust && f.seen == f.stat && !f.madeUp()
}

// madeUp reports whether the kernel makes the file up when it is looked at: its status says nothing.
func (k factKey) madeUp() bool {
	return k.kind == System || strings.HasPrefix(k.path, "/proc/") || strings.HasPrefix(k.path, "/sys/")
}

// Clock returns the present point in the process's own order of changes.
func (t *Table) Clock() uint64 { return t.clock.Load() }

// look brings what the process knows of a fact up to date.
func (f *Fact) look(t *Table) {
	st := Look(f.kind, "", f.path)
	f.saw(t, st)
}

// lookIn looks at the path once in a generation.
func (f *Fact) lookIn(t *Table, generation uint64) {
	if f.looked == generation {
		return
	}
	if f.folder != nil && f.folder.same(generation) {
		f.saw(t, Stat{Errno: syscall.ENOENT})
	} else {
		f.look(t)
	}
	f.looked = generation
}

// current returns the value that belongs to what was seen last. f.mu is held.
func (f *Fact) current(t *Table) (uint64, bool) {
	if f.hasNow {
		return f.now, true
	}
	if f.valued() {
		return f.value, true
	}
	asked := time.Now().UnixNano()
	v, ok := t.valueOf(f.kind, f.path, &f.seen)
	if !ok {
		return 0, false
	}
	if !f.madeUp() && Look(f.kind, "", f.path).As(f.kind) != f.seen {
		return 0, false
	}
	if f.dateCounts && f.kind == Content {
		v = mix(v, uint64(f.seen.Mtime))
	}
	f.now, f.hasNow, f.nowYoung = v, true, f.seen.young(asked)
	return v, true
}

// Kind is what is asked of the path.
func (f *Fact) Kind() Kind { return f.kind }

// Path is the path that the fact is about.
func (f *Fact) Path() string { return f.path }

// Known reports whether the fact is remembered from an earlier run, or was settled in this one.
func (f *Fact) Known() bool { return f.known }

// LastChanged returns the run in which the remembered value of a fact last changed.
func (t *Table) LastChanged(id ID) (run uint32) {
	if int(id) < len(t.kept.facts) && t.kept.facts[id].Load() == nil {
		run, _ = t.kept.row(id).since()
		return run
	}
	return t.fact(id).run
}

// Since returns the runs in which the remembered value and the remembered date last changed.
func (f *Fact) Since() (value, date uint32) { return f.run, f.dated }

// Foreign reports whether a recipe made the file and somebody else has dated it since: then its date counts.
func (f *Fact) Foreign() bool { return f.foreign.Load() }

// ChangedAt returns the points in the process's own order of changes at which the value and the date last changed.
func (f *Fact) ChangedAt() (value, date uint64) { return f.changedAt, f.datedAt }

// holdsByRow reports whether a fact holds, its date too, if its row tells that.
func (t *Table) holdsByRow(id ID, generation uint64) bool {
	return int(id) < len(t.kept.facts) && t.kept.holds(&t.folders, id, generation)
}

// Held reports whether a fact is as remembered, and was so at the end of an earlier run, also by its date with byDate, or where that counts
// anyhow. The generation is as for Holds.
func (t *Table) Held(id ID, run uint32, generation uint64, byDate bool) bool {
	if t.holdsByRow(id, generation) {
		r := t.kept.row(id)
		since, dated := r.since()
		return since <= run && (!byDate && r.flags()&isForeign == 0 || dated <= run)
	}
	f := t.fact(id)
	since, dated := f.Since()
	return since <= run && (!byDate && !f.Foreign() || dated <= run) && f.holds(t, generation, byDate)
}

// Holds reports whether the fact is as remembered, also by its date with byDate. The path is looked at once in a
// generation, whose number the caller asked for when its own work began.
func (t *Table) Holds(id ID, generation uint64, byDate bool) bool {
	if t.holdsByRow(id, generation) {
		return true
	}
	return t.fact(id).holds(t, generation, byDate)
}

func (f *Fact) holds(t *Table, generation uint64, byDate bool) bool {
	if held := f.held.Load(); held>>1 == generation && (held&1 != 0 || !byDate) {
		return true
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.known {
		return false
	}
	f.lookIn(t, generation)
	dated := f.sameDate()
	if (byDate || f.foreign.Load()) && !dated || !t.isSame(f, generation) {
		return false
	}
	held := generation << 1
	if dated {
		held |= 1
	}
	f.held.Store(held)
	return true
}

// sameDate reports whether the date that was seen last, where it counts at all, is the one remembered.
func (f *Fact) sameDate() bool {
	if f.supposed != NotMade {
		return f.kind != Content
	}
	return f.kind != Content || f.seen.Format() == syscall.S_IFDIR || f.seen.Mtime == f.stat.Mtime
}

// isSame reports whether the content is as remembered.
func (t *Table) isSame(f *Fact, generation uint64) bool {
	if !f.known || f.supposed != NotMade {
		return f.supposedSame()
	}
	f.lookIn(t, generation)
	v, ok := f.current(t)
	return ok && v == f.value
}

// Unchanged reports whether a path is still as it was when this process used it first after the given clock.
func (t *Table) Unchanged(id ID, clock, generation uint64, byDate bool) bool {
	f := t.fact(id)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lookIn(t, generation)
	return f.changedAt <= clock && (!byDate || f.datedAt <= clock)
}

// Since tells since when a file has had its present content: the run, and the date it had then. If nothing was known of
// the file before this run, that is since now.
func (t *Table) Since(id ID) (run uint32, date int64, known bool) {
	f, generation := t.fact(id), t.gen.Number()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lookIn(t, generation)
	if t.isSame(f, generation) {
		return f.run, f.date, true
	}
	if f.supposed != NotMade {
		return t.run, f.supposedAt, f.known
	}
	return t.run, f.seen.Mtime, f.known
}

// ChangedSince reports whether the content of a path was seen to change after a point in the process's own order of changes.
func (t *Table) ChangedSince(id ID, clock uint64) bool {
	f := t.fact(id)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.changedAt > clock
}

// Unmake notes that it is not known how a file was made.
func (t *Table) Unmake(id ID) {
	f := t.fact(id)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.makingNow, f.making = nil, Making{}
}

// Made notes that a file has just been made, and how; the run is this one.
func (t *Table) Made(id ID, how Making) {
	f := t.fact(id)
	how.Run = t.run
	f.mu.Lock()
	f.makingNow = &how
	f.mu.Unlock()
}

// MadeNow reports whether a file was made in this run, or is supposed to have been.
func (t *Table) MadeNow(id ID) bool {
	f := t.fact(id)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.makingNow != nil || f.supposed != NotMade
}

// Making returns when and how what is in a file now was made; it is zero if that is not known.
func (t *Table) Making(id ID) Making {
	f, generation := t.fact(id), t.gen.Number()
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.makingNow != nil:
		return *f.makingNow
	case f.making.Run == 0 || !t.isSame(f, generation):
		return Making{}
	}
	return f.making
}

// CountDate makes the date of a file a part of its content: written again, it is another one, even with the same bytes.
func (t *Table) CountDate(id ID) {
	f := t.fact(id)
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.dateCounts {
		f.dateCounts, f.hasNow = true, false
		f.held.Store(0)
		f.changedAt = t.clock.Add(1)
	}
}

// DateCounts reports whether CountDate was called for a file, in this run or an earlier one.
func (t *Table) DateCounts(id ID) bool {
	f := t.fact(id)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dateCounts
}

// Refresh looks again at all that this process has seen, so that changes up to now count as such before the next clock.
func (t *Table) Refresh() {
	generation := t.gen.Number()
	ids := make([]ID, 0, t.Len())
	for id := range ID(cap(ids)) {
		if int(id) >= len(t.kept.facts) || t.kept.facts[id].Load() != nil || t.kept.held[id].Load() != 0 {
			ids = append(ids, id)
		}
	}
	Parallel(ids, func(id ID) {
		if t.holdsByRow(id, generation) {
			return
		}
		f := t.fact(id)
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.hasSeen {
			f.lookIn(t, generation)
		}
	})
}

// Doubt is told of files whose recipes began in runs of which nothing was saved. What is remembered of them, of how
// they were made and of what else those recipes wrote, may be wrong: it counts as changed in this run.
func (t *Table) Doubt(paths []string) {
	doubted := make(map[string]bool, len(paths))
	for _, p := range paths {
		doubted[p] = true
	}
	for _, f := range t.All() {
		if f.known && doubted[f.path] {
			f.run, f.dated, f.making = t.run, t.run, Making{}
		}
	}
}

// Parallel calls do for each of some facts on all processors.
func Parallel[F ID | *Fact](facts []F, do func(F)) {
	const chunk = 128
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), 8, len(facts)/chunk+1) {
		wg.Go(func() {
			for {
				end := int(next.Add(chunk))
				if end-chunk >= len(facts) {
					return
				}
				for _, f := range facts[end-chunk : min(end, len(facts))] {
					do(f)
				}
			}
		})
	}
	wg.Wait()
}
