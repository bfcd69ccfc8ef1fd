package probe

// This file looks up answers, and learns new ones.

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Memo is a memory of probe results kept in one directory. It is safe for use by several goroutines, and several
// processes may use the same directory.
type Memo struct {
	store store

	mu      sync.Mutex
	entries map[string][]*entry // by command text, oldest first; those of commands that were looked up
	stats   Stats
	glances map[string]glance // by key of a toolchain

	flight  prefetcher
	helpers helperTable
}

// Stats counts what a Memo did.
type Stats struct {
	Hits, Misses, Recorded int
	// Unknown counts commands that were run because it is not known what decides their results.
	Unknown int
}

// perCommand is how many answers for different circumstances (another compiler, another environment) are kept for one
// command text.
const perCommand = 8

// Open returns the memory kept in dir; it is empty when the directory holds none or a damaged one. An empty dir gives
// a memory that lasts as long as the process. Nothing is read before it is asked. A directory that is not to be
// trusted is not used, and is complained of on standard error.
func Open(dir string) *Memo {
	m := &Memo{entries: map[string][]*entry{}}
	m.store.dir = dir
	m.store.warn = func(text string) { os.Stderr.WriteString("gokbuild: " + text + "\n") }
	return m
}

// entriesOf returns what is remembered of a command, oldest first.
func (m *Memo) entriesOf(cmd string) []*entry {
	m.mu.Lock()
	list, known := m.entries[cmd]
	m.mu.Unlock()
	if known {
		return list
	}
	found := m.store.find(cmd)
	m.mu.Lock()
	defer m.mu.Unlock()
	if list, known := m.entries[cmd]; known {
		return list
	}
	m.entries[cmd] = found
	return found
}

// insert adds an entry, replacing one for the same circumstances.
func (m *Memo) insert(e *entry) {
	list := slices.Clone(m.entriesOf(e.Cmd))
	list = slices.DeleteFunc(list, func(o *entry) bool { return o.Dir == e.Dir && slices.Equal(o.Facts, e.Facts) })
	if len(list) >= perCommand {
		list = slices.Delete(list, 0, len(list)-perCommand+1)
	}
	m.mu.Lock()
	m.entries[e.Cmd] = append(list, e)
	m.mu.Unlock()
	_ = m.store.add(e) // a memory that cannot be written only costs time
}

// find returns the entry that answers for what v looks at; nil if there is none.
func (m *Memo) find(cmd string, v *view) *entry {
	list := m.entriesOf(cmd)
	for _, e := range slices.Backward(list) {
		if e.holds(v) {
			return e
		}
	}
	return nil
}

// Lookup returns the remembered result of running cmd with /bin/sh in dir with env, if everything that decided it is
// unchanged. If the command is being run ahead, Lookup waits for it.
func (m *Memo) Lookup(cmd, dir string, env []string) (stdout []byte, status int, ok bool) {
	m.wait(cmd, dir)
	return m.lookup(cmd, dir, env)
}

func (m *Memo) lookup(cmd, dir string, env []string) (stdout []byte, status int, ok bool) {
	e := m.find(cmd, m.newView(dir, env))
	if e == nil {
		m.count(func(s *Stats) { s.Misses++ })
		return nil, 0, false
	}
	m.count(func(s *Stats) { s.Hits++ })
	return slices.Clone(e.Stdout), e.Status, true
}

func (m *Memo) count(f func(*Stats)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f(&m.stats)
}

// Decision is what decided a result besides files.
type Decision struct {
	// Names are the variables of the environment that the command may have looked at, those left out by which programs choose a
	// language or find their parts ([Ambient]); Any says that it may have looked at all.
	Names []string
	Any   bool
	// Cost is the processor time that the command took; 0 if that is not known.
	Cost time.Duration
}

// Decided calls look with the files and directories that decided the result of a command, also those that were looked
// for in vain, and then reports whether the result still stands: if so, what look saw is what decided it. It may call
// look more than once; the last call counts.
func (m *Memo) Decided(cmd, dir string, env []string, look func(paths []string)) (d Decision, stands bool) {
	v := m.newView(dir, env)
	for _, e := range slices.Backward(m.entriesOf(cmd)) {
		look(e.paths(v))
		if e.holds(v) {
			d.Cost = e.Cost
			for _, f := range e.Facts {
				if f.Kind == factEnv {
					d.Names = append(d.Names, f.Name)
				}
				if f.Kind == factNamed {
					d.Names = append(d.Names, strings.Fields(f.Name)...)
				}
				d.Any = d.Any || f.Kind == factEnviron
			}
			return d, true
		}
	}
	return Decision{}, false
}

// paths are the files and directories among the facts of an entry.
func (e *entry) paths(v *view) (paths []string) {
	for _, f := range e.Facts {
		switch f.Kind {
		case factProgram:
			paths = append(paths, candidates(f.Name, v.dir, v.env.get("PATH"))...)
		case factFile:
			paths = append(paths, inDir(v.dir, f.Name))
		case factAbove:
			for d := v.dir; ; d = filepath.Dir(d) {
				paths = append(paths, filepath.Join(d, f.Name))
				if d == filepath.Dir(d) {
					break
				}
			}
		case factToolchain:
			if key, ok := v.toolchainKey(f.Name); ok {
				for _, t := range v.memo.entriesOf(key) {
					paths = append(paths, t.paths(v)...)
				}
			}
		}
	}
	return paths
}

func (v *view) holds(facts []fact) bool {
	for _, f := range facts {
		if v.state(f.Kind, f.Name) != f.State {
			return false
		}
	}
	return true
}

// A Trial is a command that is about to be run.
type Trial struct {
	memo     *Memo
	cmd, dir string
	env      []string
	in       Inputs
	// narrow is set if the command has a form that tells what decides it, and all of that is such that its next change
	// will show.
	narrow bool
	// before is what decides the result, as it was before the run.
	before []fact
	// Cost is the processor time that the run took; 0 if that is not known.
	Cost time.Duration
	// observed is what came of the command's observed run; nil if there is none.
	observed func() *observation
}

// Try is called before a command is run whose result may be worth remembering.
func (m *Memo) Try(cmd, dir string, env []string) *Trial {
	in, narrow := m.classify(cmd, dir, env)
	return m.try(in, narrow, cmd, dir, env)
}

// try is Try for a command that was classified before.
func (m *Memo) try(in Inputs, narrow bool, cmd, dir string, env []string) *Trial {
	t := &Trial{memo: m, cmd: cmd, dir: dir, env: env, in: in, narrow: narrow}
	if narrow {
		v := m.newView(dir, env)
		var ok bool
		t.before, ok = m.facts(v, &in)
		t.narrow = ok && !v.young
	} else {
		t.observed = m.observe(cmd, dir, env)
	}
	return t
}

// Record remembers a result if it is known what decided it, and reports whether that is so. It is not if something is
// not as it was before the run, since others may write what the command reads, or could be another without a sign.
// The caller must not record a command that wrote to standard error or was interrupted: only output and status are
// given back later.
func (t *Trial) Record(stdout []byte, status int) bool {
	m := t.memo
	e := &entry{Cmd: t.cmd, Stdout: slices.Clone(stdout), Status: status, Cost: t.Cost}
	known := false
	v := m.newView(t.dir, t.env)
	in := t.in
	if t.narrow {
		e.Facts, known = m.facts(v, &in)
		known = known && v.same(t.before, e.Facts)
	} else if t.observed != nil {
		if o := t.observed(); o != nil && o.status == status && string(o.stdout) == string(stdout) {
			in = o.in
			e.Facts, known = m.facts(v, &in)
			known = known && !v.young
		}
	}
	if in.Here {
		e.Dir = t.dir
	}
	m.count(func(s *Stats) {
		if known {
			s.Recorded++
		} else {
			s.Unknown++
		}
	})
	if known {
		m.insert(e)
	}
	return known
}

// same reports whether nothing but directories, in which a command may make files of its own, changed from one look
// to the next.
func (v *view) same(before, after []fact) bool {
	return slices.EqualFunc(before, after, func(a, b fact) bool {
		if a == b {
			return true
		}
		st, err := os.Stat(inDir(v.dir, b.Name))
		return a.Kind == b.Kind && a.Name == b.Name && a.Kind == factFile && a.State != factAbsent && err == nil && st.IsDir()
	})
}

// facts looks at everything that decides a result. It reports false if a compiler is not understood.
func (m *Memo) facts(v *view, in *Inputs) (facts []fact, ok bool) {
	add := func(k factKind, name string) {
		facts = append(facts, fact{k, name, v.state(k, name)})
	}
	// The shell itself decides too.
	add(factProgram, "/bin/sh")
	add(factInherited, "")
	facts = append(facts, v.environment(in.Words)...)
	for _, n := range in.Env {
		add(factEnv, n)
	}
	for _, p := range in.Programs {
		add(factProgram, p)
	}
	for _, c := range in.Compilers {
		if !m.knowToolchain(v, c) {
			return nil, false
		}
		add(factToolchain, c)
	}
	for _, f := range in.Files {
		add(factFile, f)
	}
	for _, n := range in.Above {
		add(factAbove, n)
	}
	if in.Scratch {
		add(factScratch, "")
	}
	for _, d := range in.Folders {
		add(factScratch, d)
	}
	if in.Uname {
		add(factUname, "")
	}
	return facts, true
}

// environment are the facts of the environment for who looks at variables that these words may name.
func (v *view) environment(words []string) []fact {
	now := func(k factKind, name string) fact { return fact{k, name, v.state(k, name)} }
	switch {
	case len(words) == 0:
		return []fact{now(factAmbient, "")}
	case slices.Contains(words, anyName):
		return []fact{now(factEnviron, "")}
	}
	return []fact{now(factAmbient, ""), now(factNamed, strings.Join(words, " "))}
}

// knowToolchain makes sure that the files behind a compiler are remembered as they are.
func (m *Memo) knowToolchain(v *view, name string) bool {
	key, ok := v.toolchainKey(name)
	if !ok {
		return true // there is no such program
	}
	if list := m.entriesOf(key); len(list) > 0 {
		var states []string
		for _, f := range list[len(list)-1].Facts {
			states = append(states, f.Name, f.State)
		}
		if digest(states...) == v.toolchain(name) {
			return true
		}
	}
	path, _ := lookPath(name, v.dir, v.env.get("PATH"))
	tc := m.helpers.of(path, v.dir, v.env)
	if tc == nil {
		return false
	}
	e := &entry{Cmd: key}
	for _, f := range tc.files {
		e.Facts = append(e.Facts, fact{factFile, f, v.state(factFile, f)})
	}
	m.insert(e)
	m.sawLately(key, glance{})
	return true
}

// Stats returns the counts so far.
func (m *Memo) Stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.stats
}

// Last returns what the command printed when it was last run, whether or not that still stands: for those who only show it, and
// may not run anything. The newest result that stands here is preferred.
func (m *Memo) Last(cmd, dir string, env []string) (stdout []byte, ok bool) {
	if out, _, ok := m.lookup(cmd, dir, env); ok {
		return out, true
	}
	entries := m.entriesOf(cmd)
	if len(entries) == 0 {
		return nil, false
	}
	return slices.Clone(entries[len(entries)-1].Stdout), true
}
