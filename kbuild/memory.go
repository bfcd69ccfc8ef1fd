package kbuild

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gokbuild/depgraph/memory"
)

// This file and memorykey.go, recording.go, recall.go, content.go and lists.go hold the memory between runs
// (docs/architecture.md). A record says: while these facts hold, this run of make does nothing but print this. It is made by
// an invocation that did nothing but that.

// sessionMemory is the memory of a session.
type sessionMemory struct {
	*memory.Store
	lock *memory.Lock
	// running protects the next run from what this one leaves half made if it is killed.
	running *memory.Journal
	dir     string
	// module is set for the directory of an external module, which has no configuration.
	module bool
	// settling is set while the top invocation is run a second time to see what a run in which nothing changed does:
	// commands are not run then.
	settling bool

	// did is set once a command has run of which nothing is known.
	did atomic.Bool
	// builds counts how often a process was seen to have called make.
	builds atomic.Uint64

	mu sync.Mutex
	// took tells how long commands ran, shells what $(shell) answered.
	took   map[memory.Key]time.Duration
	shells map[memory.Key]answer
	// said are the targets of which warnings were printed again.
	said map[memory.Key]bool
}

// answer is what a command of $(shell) wrote, and its exit status.
type answer struct {
	out    []byte
	status int
	stderr string
}

func (m *sessionMemory) timeOf(key memory.Key) (took time.Duration, ran bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	took, ran = m.took[key]
	return took, ran
}

func (m *sessionMemory) setTime(key memory.Key, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.took[key] = took
}

func (m *sessionMemory) answerTo(key memory.Key) answer {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.shells[key]
}

func (m *sessionMemory) setAnswer(key memory.Key, a answer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.shells[key] = a
}

// buildsBelow brings the count of builds below this one, started by processes of recipes, up to date. Which of the recipes that run
// side by side it was is not known.
func (m *sessionMemory) buildsBelow() uint64 {
	if m.lock.Below() {
		return m.builds.Add(1)
	}
	return m.builds.Load()
}

// openMemory opens the memory of the output directory, if there is one and the options allow it. It waits for another
// build in the same directory.
func (inv *Invocation) openMemory() {
	s := inv.session
	dir, module, ok := inv.outputDir()
	if !ok || !inv.memorable() || inv.flags.NativeOff("memory") {
		return
	}
	lock, err := memory.Acquire(s.ctx, dir, func(pid int) error {
		who := ""
		if pid != 0 {
			who = " (process " + strconv.Itoa(pid) + ")"
		}
		if inv.flags.NoWait {
			inv.fatal("another gokbuild" + who + " is at work in " + dir)
		}
		inv.errorf("waiting for another gokbuild%s that is at work in %s", who, dir)
		return nil
	})
	if s.Stopping() != 0 {
		panic(&exit{2})
	}
	if err != nil {
		// Part of another build, or a directory we can't write to: nothing is remembered.
		return
	}
	s.memory = &sessionMemory{Store: memory.Open(dir, s.Identity, inv.flags.ByDate), lock: lock, dir: dir, module: module, running: memory.OpenJournal(dir),
		took: make(map[memory.Key]time.Duration), shells: make(map[memory.Key]answer), said: make(map[memory.Key]bool)}
	s.memory.Environ = make(map[string]bool, len(inv.call.Env))
	for _, e := range inv.call.Env {
		s.memory.Environ[e] = true
	}
	for name := range windowVariables {
		s.memory.Environ[name] = true
	}
	s.memory.Environ["PWD"] = true
	for name := range inv.env {
		delete(s.memory.Environ, name)
	}
	s.FS.Observe(s.memory.Table)
}

// outputDir finds the directory that this run of make will build in, by the conventions of Kbuild: O= or KBUILD_OUTPUT, a
// module's own directory, or the present one. It is one if it is configured.
func (inv *Invocation) outputDir() (dir string, module, ok bool) {
	get := func(name string) string {
		value := ""
		if strings.HasPrefix(name, "KBUILD_") {
			// Kbuild heeds the others where their origin is the command line, which MAKEFLAGS of a make above is part of.
			value = inv.env[name]
		}
		for _, a := range inv.flags.Assignments {
			if a.Name == name {
				value = a.Value
			}
		}
		if strings.Contains(value, "$") {
			return ""
		}
		return value
	}
	abs := func(p string) string {
		if !filepath.IsAbs(p) {
			p = filepath.Join(inv.dir, p)
		}
		return p
	}
	for _, name := range []string{"MO", "M", "KBUILD_EXTMOD"} {
		if m := get(name); m != "" {
			st, err := os.Stat(abs(m))
			return abs(m), true, err == nil && st.IsDir()
		}
	}
	dir = inv.dir
	for _, name := range []string{"KBUILD_OUTPUT", "O"} {
		if o := get(name); o != "" {
			dir = abs(o)
		}
	}
	if inv.level > 0 && !configured(dir) {
		// A relative name does not lead there from where the make above has gone.
		dir = inv.dir
	}
	return dir, false, configured(dir)
}

// configured reports whether a directory holds a configuration.
func configured(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, ".config"))
	return err == nil
}

// memorable reports whether the options allow that something is remembered: all that change what is done, or that ask
// how it is done, do not.
func (inv *Invocation) memorable() bool {
	f := inv.flags
	return !f.DryRun && !f.Question && !f.Touch && !f.AlwaysMake && !f.IgnoreErrors && !f.PrintDatabase && !f.Trace &&
		!f.CheckSymlinkTimes && f.DebugLevel == 0 && f.Shuffle == "" && len(f.OldFiles) == 0 && len(f.NewFiles) == 0 &&
		!slices.Contains(f.Makefiles, "-") && inv.goals == nil
}

// closeMemory saves what was learned. If the run did something, the top invocation is run a second time without running
// commands, to learn what the next run will find; known says that this is not needed.
func (s *Session) closeMemory(call Call, status int, known bool) {
	m := s.memory
	if m == nil {
		return
	}
	defer m.lock.Release()
	m.running.Close()
	if s.Stopping() != 0 {
		return
	}
	if !m.module && !configured(m.dir) {
		// Cleaned: nothing of ours is left either.
		_ = os.RemoveAll(filepath.Join(m.dir, memory.Dir))
		return
	}
	if status == 0 && !known && m.did.Load() {
		s.settle(call)
	}
	if s.Stopping() != 0 {
		return
	}
	// A memory that can't be written costs time, nothing else.
	_ = m.Save(s.FS.Generation(), s.FS.Began())
}

// settle is that second run. It runs nothing and prints nothing.
func (s *Session) settle(call Call) {
	// Opened twice: what is printed is told apart by the file.
	for _, f := range []**os.File{&call.Stdout, &call.Stderr} {
		null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
		if err != nil {
			return
		}
		defer null.Close()
		*f = null
	}
	s.memory.settling = true
	s.FS.Changed()
	s.memory.Refresh(s.FS.Generation())
	s.invocation(call, nil).run()
}
