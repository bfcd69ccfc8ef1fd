package remember

// This file opens and closes the memory of an output directory.

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/output"
	"gokbuild/kbuild/setting"
)

// Memory is what is remembered of an output directory, and what one build has learned.
type Memory struct {
	*memory.Store
	// lock keeps others out of the directory; nil where makes only look.
	lock *memory.Lock
	// running protects the next run from what this one leaves half made if it is killed.
	running *memory.Journal
	out     kernel.Output

	// did is set once a command has run of which more may be learned when the first make settles, well once a line of a recipe
	// among them has ended well.
	did, well atomic.Bool
	// spared is set once content has spared a target that make would have made because of what this build made.
	spared atomic.Bool
	// builds counts how often a process was seen to have called make.
	builds atomic.Uint64

	// twice are the variables that the environment holds more than once.
	twice map[string]bool

	ran
	mu sync.Mutex
	// done are the actions of this build.
	done []actionDone
	// costs bound what learning may cost.
	costs costs
	// firstMake names the first make that this build evaluated.
	firstMake memory.Key
	// said are the targets of which warnings were printed again.
	said map[memory.Key]bool
	// staying are the targets that content has spared, which make would make anew; any says that there are some.
	staying map[facts.ID]bool
	any     atomic.Bool
	// own are files that recipes of this build have made, or begun to.
	own map[string]bool
	// opened is when it was opened, in the order of changes that this process has seen.
	opened uint64
}

// BusyError says that another build is at work in the output directory, and --no-wait was given.
type BusyError struct{ Text string }

func (e *BusyError) Error() string { return e.Text }

// Memorable reports whether the options allow that something is remembered: all that change what is done, or that ask how
// it is done, do not.
func Memorable(mk *setting.Make) bool {
	f := mk.Flags
	return !f.DryRun && !f.Question && !f.Touch && !f.AlwaysMake && !f.IgnoreErrors && !f.PrintDatabase && !f.Trace &&
		!f.CheckSymlinkTimes && f.DebugLevel == 0 && f.Shuffle == "" && len(f.OldFiles) == 0 && len(f.NewFiles) == 0 &&
		!slices.Contains(f.Makefiles, "-")
}

// Open opens the memory of the directory that a build works in, if there is one and the options allow it; nil
// otherwise. It waits for another build in the same directory. What another program remembered is worth nothing, nor is what was
// not signed with the secret. ready, if not nil, is what was read before. The lock keeps others out of the directory
// until it is released; it is nil if there is none. The error is a *BusyError.
func Open(mk *setting.Make, p *output.Printer, s Signer, ready *Ready) (*Memory, *memory.Lock, error) {
	get := func(name string) string {
		value := ""
		if strings.HasPrefix(name, "KBUILD_") {
			// Kbuild heeds the others where their origin is the command line, which MAKEFLAGS of a make above is part of.
			value = mk.Env[name]
		}
		for _, a := range mk.Flags.Assignments {
			if a.Name == name {
				value = a.Value
			}
		}
		return value
	}
	out, ok := kernel.FindOutput(get, mk.Dir, mk.Level)
	if !ok && ready != nil {
		out, ok = kernel.Output{Dir: ready.elsewhere, Module: true}, true
	}
	if !ok || !Memorable(mk) || mk.Flags.NativeOff("memory") {
		return nil, nil, nil
	}
	if _, err := os.Stat(filepath.Join(out.Dir, memory.Dir)); err != nil && mk.OnlyLooks() {
		return nil, nil, nil // nothing is made by who only looks
	}
	lock, err := memory.Acquire(mk.Ctx, out.Dir, func(pid int) error {
		who := ""
		if pid != 0 {
			who = " (process " + strconv.Itoa(pid) + ")"
		}
		if mk.Flags.NoWait || mk.OnlyLooks() {
			return &BusyError{"another gokbuild" + who + " is at work in " + out.Dir}
		}
		p.Errorf("waiting for another gokbuild%s that is at work in %s", who, out.Dir)
		return nil
	})
	if err != nil {
		var busy *BusyError
		if errors.As(err, &busy) {
			return nil, nil, busy
		}
		// Part of another build, or a directory we can't write to: nothing is remembered.
		return nil, nil, nil
	}
	if why := lock.Distrusted(); why != "" {
		p.Errorf("%s %s: nothing is remembered", filepath.Join(out.Dir, memory.Dir), why)
		return nil, lock, nil
	}
	store, resumed := ready.store(out.Dir, s, mk.Flags.ByDate)
	m := newMemory(store, out)
	m.lock, m.running = lock, memory.OpenJournal(out.Dir, s.Secret)
	m.costs.own, m.costs.before, m.costs.soon = ownTime(), processorTime(), out.Module || kernel.Begun(out.Dir)
	m.recallMakes(memory.Key{}, &m.costs.most)
	m.Doubt(m.running.Doubted())
	m.setEnviron(mk)
	if resumed {
		mk.FS.Resume(m.Table)
	} else {
		mk.FS.Observe(m.Table)
	}
	return m, lock, nil
}

func newMemory(store *memory.Store, out kernel.Output) *Memory {
	return &Memory{Store: store, out: out, ran: newRan(), said: make(map[memory.Key]bool), own: make(map[string]bool), opened: store.Clock()}
}

// aside reports whether makes only look: see [Ready.Aside].
func (m *Memory) aside() bool { return m.lock == nil }

// Output is the output directory.
func (m *Memory) Output() string { return m.out.Dir }

// setEnviron tells the store which environment records may depend on.
func (m *Memory) setEnviron(mk *setting.Make) {
	m.twice = make(map[string]bool)
	var list []string
	seen := make(map[string]bool, len(mk.Call.Env))
	for _, e := range mk.Call.Env {
		name, _, ok := strings.Cut(e, "=")
		if seen[name] || !ok {
			m.twice[name] = true
		}
		seen[name] = true
		if !ofProcess(name) && name != "MAKEFLAGS" && name != "MFLAGS" {
			list = append(list, e)
		}
	}
	m.Environ = memory.NewEnviron(list)
}

// Close saves what was learned, unless a signal ends the build. ok says that the build has ended well, known that the next
// run is known to do nothing. If that is not known, settle is called first: it runs the first make a second time without
// running commands, to learn what the next run will find. So it is after a build that failed, if it made something: what
// was made beside the failure, and the makes that ended well, are known from then on.
func (m *Memory) Close(mk *setting.Make, ok, known bool, settle func()) {
	defer m.running.Keep()
	if mk.Stopping() != 0 {
		return
	}
	if !m.out.Module && !kernel.Configured(m.out.Dir) {
		// Cleaned: nothing of ours is left either.
		_ = os.RemoveAll(filepath.Join(m.out.Dir, memory.Dir))
		return
	}
	if len(m.done) > 0 || m.did.Load() {
		mk.FS.Changed()
		m.Refresh()
		m.checkInputs()
	}
	if (ok && !known && m.did.Load() || !ok && m.well.Load()) && m.costs.maySettle() {
		settle()
	}
	if mk.Stopping() != 0 {
		return
	}
	m.keepMakes(memory.Key{}, &m.costs.most)
	m.keepMakes(m.firstMake, &m.costs.usual)
	m.keepCredit()
	// A memory that can't be written costs time, nothing else.
	if m.Save() == nil {
		m.running.Close()
	}
}

// Began is the present moment: a recipe begins.
func (m *Memory) Began() Start {
	if m.aside() {
		return Start{}
	}
	return Start{At: m.lock.Now(), Clock: m.Clock(), Calls: m.calls()}
}

// calls brings the count of builds below this one, started by processes of recipes, up to date. Which of the recipes that
// run side by side it was is not known.
func (m *Memory) calls() uint64 {
	if m.lock.Below() {
		return m.builds.Add(1)
	}
	return m.builds.Load()
}

// BeginTarget notes that the files of a recipe begin to be made, EndTarget that they no longer are.
func (m *Memory) BeginTarget(mk *setting.Make, f *rules.File) {
	m.eachTarget(mk, f, func(path string) { m.noteOwn(path) })
	if f.Precious {
		// It is never deleted, but may be wrong.
		m.eachTarget(mk, f, m.running.Doubt)
		return
	}
	m.eachTarget(mk, f, m.running.Begin)
}

// EndTarget is the end of BeginTarget.
func (m *Memory) EndTarget(mk *setting.Make, f *rules.File) {
	if !f.Precious {
		m.eachTarget(mk, f, m.running.End)
	}
}

func (m *Memory) eachTarget(mk *setting.Make, f *rules.File, note func(string)) {
	if mk.Effects != setting.Real || f.Phony {
		return
	}
	note(mk.View.Abs(f.Name))
	for _, also := range f.AlsoMake {
		note(mk.View.Abs(also.Name))
	}
}

// stay notes a target that content has spared, stays reports whether it has.
func (m *Memory) stay(id facts.ID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.staying == nil {
		m.staying = make(map[facts.ID]bool)
	}
	m.staying[id] = true
	m.any.Store(true)
}

func (m *Memory) stays(id facts.ID) bool {
	if !m.any.Load() {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.staying[id]
}

// noteOwn notes files that recipes make.
func (m *Memory) noteOwn(paths ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, path := range paths {
		m.own[path] = true
	}
}

// Own are the files that recipes of the build have made, or have begun to.
func (m *Memory) Own() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Collect(maps.Keys(m.own))
}

// ChangedByOthers reports whether a path, or the names beside it, was seen to change during the build, and no recipe is known to have
// made it, or to have begun to.
func (m *Memory) ChangedByOthers(path string) bool {
	m.mu.Lock()
	own := m.own[path]
	m.mu.Unlock()
	return !own && m.ChangedAfter(path, m.opened)
}

// AnyChangedByOthers reports whether a file was seen to change during the build, and no recipe is known to have made it.
func (m *Memory) AnyChangedByOthers() bool {
	changed := m.AllChanged(m.opened)
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.ContainsFunc(changed, func(path string) bool { return !m.own[path] })
}

// mayLearn notes that a command ran. A make that settles may learn something of it, unless others before have not.
func (m *Memory) mayLearn(cheap memory.Key) {
	if m.Rehearsable(cheap) {
		m.did.Store(true)
	}
}

// ended notes how a line of a recipe has ended. New says that nothing was known of it.
func (m *Memory) ended(cheap memory.Key, st depgraph.Status, isNew bool) {
	m.setStatus(cheap, st)
	if isNew && st.Success() {
		m.well.Store(true)
	}
}
