package probe

// This file looks up answers, and learns new ones.

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// A Memo is a memory of probe results kept in one directory. It is safe for use by several goroutines, and several
// processes may use the same directory.
type Memo struct {
	dir string

	mu      sync.Mutex
	loaded  bool
	entries map[string][]*entry // by command text, oldest first
	stats   Stats

	flight  prefetcher
	helpers helperTable
}

// Stats counts what a Memo did.
type Stats struct {
	Hits, Misses, Recorded int
	// Unknown counts commands that were run because they were not understood as pure probes.
	Unknown int
}

// perCommand is how many answers for different circumstances (another compiler, another environment) are kept for one
// command text.
const perCommand = 8

// Open returns the memory kept in dir; it is empty when the directory holds none or a damaged one. An empty dir
// gives a memory that lasts as long as the process. It is read when it is first asked.
func Open(dir string) *Memo {
	return &Memo{dir: dir, entries: map[string][]*entry{}}
}

// lock locks the memo, read from its directory.
func (m *Memo) lock() {
	m.mu.Lock()
	if m.loaded || m.dir == "" {
		return
	}
	m.loaded = true
	list, size, sound := loadStore(m.dir)
	for _, e := range list {
		m.insert(e)
	}
	if !sound || size > compactAt {
		// What could be read is kept; the rest costs time, not truth.
		_ = rewriteStore(m.dir, m.all())
	}
}

func (m *Memo) all() []*entry {
	var out []*entry
	for _, l := range m.entries {
		out = append(out, l...)
	}
	return out
}

// insert adds an entry, replacing one for the same circumstances.
func (m *Memo) insert(e *entry) {
	l := m.entries[e.Cmd]
	l = slices.DeleteFunc(l, func(o *entry) bool { return o.Dir == e.Dir && slices.Equal(o.Facts, e.Facts) })
	if len(l) >= perCommand {
		l = slices.Delete(l, 0, len(l)-perCommand+1)
	}
	m.entries[e.Cmd] = append(l, e)
}

// Lookup returns the remembered result of running cmd with /bin/sh in dir with env, if everything that decided it is
// unchanged. If the command is being run ahead, Lookup waits for it.
func (m *Memo) Lookup(cmd, dir string, env []string) (stdout []byte, status int, ok bool) {
	m.wait(cmd, dir)
	return m.lookup(cmd, dir, env)
}

func (m *Memo) lookup(cmd, dir string, env []string) (stdout []byte, status int, ok bool) {
	m.lock()
	defer m.mu.Unlock()
	list := m.entries[cmd]
	if len(list) > 0 {
		v := newView(dir, env)
		for i := len(list) - 1; i >= 0; i-- {
			if e := list[i]; e.holds(v) {
				m.stats.Hits++
				return slices.Clone(e.Stdout), e.Status, true
			}
		}
	}
	m.stats.Misses++
	return nil, 0, false
}

// Decided calls look with the files and directories that decided the result of a command, also those that were looked for in
// vain, and then reports whether the result still stands: if so, what look saw is what decided it. It may call look more than
// once; the last call counts.
func (m *Memo) Decided(cmd, dir string, env []string, look func(paths []string)) bool {
	m.lock()
	defer m.mu.Unlock()
	list := m.entries[cmd]
	v := newView(dir, env)
	for i := len(list) - 1; i >= 0; i-- {
		look(list[i].paths(v))
		if list[i].holds(v) {
			return true
		}
	}
	return false
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
	// pure is set if the command is a pure probe of files whose next change will show.
	pure bool
	// before is what decides the result, as it was before the run.
	before []fact
}

// Try is called before a command is run whose result may be worth remembering.
func (m *Memo) Try(cmd, dir string, env []string) *Trial {
	in, pure := Classify(cmd, dir, env)
	return m.try(in, pure, cmd, dir, env)
}

// try is Try for a command that was classified before.
func (m *Memo) try(in Inputs, pure bool, cmd, dir string, env []string) *Trial {
	t := &Trial{memo: m, cmd: cmd, dir: dir, env: env, in: in, pure: pure}
	if pure {
		v := newView(dir, env)
		t.before = m.facts(v, &in, env)
		t.pure = !v.young
	}
	return t
}

// Record remembers a result if the command is understood as a pure probe and it is known what decided it, and reports whether that
// is so. It is not if something is not as it was before the run, since others may write what the command reads, or could be
// another without a sign. The caller must not record a command that wrote to standard error or was interrupted: only output
// and status are given back later.
func (t *Trial) Record(stdout []byte, status int) bool {
	m := t.memo
	e := &entry{Cmd: t.cmd, Stdout: slices.Clone(stdout), Status: status}
	pure := t.pure
	if pure {
		v := newView(t.dir, t.env)
		e.Facts = m.facts(v, &t.in, t.env)
		pure = v.same(t.before, e.Facts)
		if t.in.Here {
			e.Dir = t.dir
		}
	}
	m.lock()
	defer m.mu.Unlock()
	if !pure {
		m.stats.Unknown++
		return false
	}
	m.insert(e)
	m.stats.Recorded++
	if m.dir != "" {
		_ = appendToStore(m.dir, e) // a memory that cannot be written only costs time
	}
	return true
}

// same reports whether nothing but directories, in which a command may make files of its own, changed from one look to the next.
func (v *view) same(before, after []fact) bool {
	return slices.EqualFunc(before, after, func(a, b fact) bool {
		if a == b {
			return true
		}
		st, err := os.Stat(inDir(v.dir, b.Name))
		return a.Kind == b.Kind && a.Name == b.Name && a.Kind == factFile && a.State != factAbsent && err == nil && st.IsDir()
	})
}

// facts looks at everything that decides a result.
func (m *Memo) facts(v *view, in *Inputs, env []string) (facts []fact) {
	add := func(k factKind, name string) {
		facts = append(facts, fact{k, name, v.state(k, name)})
	}
	// The shell itself decides too.
	add(factProgram, "/bin/sh")
	add(factAmbient, "")
	for _, n := range in.Env {
		add(factEnv, n)
	}
	for _, p := range in.Programs {
		add(factProgram, p)
		if path, found := lookPath(p, v.dir, v.env.get("PATH")); found && kindOfProgram(p) == progTool {
			for _, h := range m.helpers.of(path, in.System, v, env) {
				add(factFile, h)
			}
		}
	}
	for _, f := range in.Files {
		add(factFile, f)
	}
	for _, d := range in.Dirs {
		add(factFile, d)
	}
	for _, n := range in.Above {
		add(factAbove, n)
	}
	if in.Scratch {
		add(factScratch, "")
	}
	if in.Uname {
		add(factUname, "")
	}
	return facts
}

// Stats returns the counts so far.
func (m *Memo) Stats() Stats {
	m.lock()
	defer m.mu.Unlock()
	return m.stats
}
