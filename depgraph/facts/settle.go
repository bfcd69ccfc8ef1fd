package facts

// This file makes what is the case at the end of a run what is remembered.

// Settle takes over what is the case now as what is remembered, as of this run: of the facts for which used is set. Of
// the others it finds out which directory answers for a name that is not there. Nothing may have written files since
// the generation began.
func (t *Table) Settle(used []bool) {
	t.settle(used, t.gen.Number(), t.gen.Began().UnixNano())
}

func (t *Table) settle(used []bool, generation uint64, began int64) {
	var facts, others []*Fact
	for id, f := range t.All()[:len(used)] {
		if used[id] {
			facts = append(facts, f)
		} else {
			others = append(others, f)
		}
	}
	Parallel(facts, func(f *Fact) { f.commit(t, t.run, generation, began) })
	Parallel(others, func(f *Fact) {
		f.mu.Lock() // a sweep may still be under way
		defer f.mu.Unlock()
		if f.known && f.looked == generation && f.seen == f.stat {
			f.settleFolder(t, generation, began)
		}
	})
}

// commit takes over what is the case now as what is remembered, as of the given run. A fact whose value cannot be told
// is not known any more. What was seen in the generation, which began at the given time, need not be looked at again: a
// change since then is one for the next run.
func (f *Fact) commit(t *Table, run uint32, generation uint64, began int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lookIn(t, generation)
	if f.hasNow && f.nowYoung {
		before := f.now
		f.hasNow = false
		if v, ok := f.current(t); !ok || v != before {
			f.changedAt = t.clock.Add(1)
		}
	}
	v, ok := f.current(t)
	if !ok {
		f.known = false
		return
	}
	if !f.known || v != f.value {
		f.run, f.date, f.making = run, f.seen.Mtime, Making{}
	}
	if !f.known || f.seen.Mtime != f.stat.Mtime {
		f.dated = run
	}
	if f.makingNow != nil {
		f.making = *f.makingNow
		f.foreign.Store(false)
	}
	f.known, f.value, f.stat = true, v, f.seen
	f.distrust = f.seen.young(began)
	f.settleFolder(t, generation, began)
}
