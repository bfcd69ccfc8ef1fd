package remember

// This file keeps one record for each setting that a piece of work looks at.

import (
	"encoding/binary"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"gokbuild/depgraph"
	"gokbuild/depgraph/inherited"
	"gokbuild/depgraph/memory"
	"gokbuild/depgraph/pattern"
	"gokbuild/kbuild/setting"
)

// What the user's environment holds is in no key, nor is the number of jobs, nor what standard input is. A record says which
// of it the work has looked at, and what it found: those are its conditions. Work for which no record meets its conditions is
// done, and gets a record beside those that it has. So two terminals that build in turn each find their own, and a new one
// finds that of all others where nothing looked at what is new in it.

// Conditions of the work itself: what standard input is, and how many jobs may run.
const (
	standardInput = "<"
	jobsSetting   = "@"
)

// maxVariants is how many records for different settings are kept of one piece of work.
const maxVariants = 8

// looks are the conditions of a piece of work: all that it has looked at.
type looks struct {
	mu     sync.Mutex
	vars   map[string]bool
	absent map[string]bool // names
	joined []string        // conditions that names are absent
	met    map[string]bool // names of variables that makefiles use
}

// isFirst reports whether a makefile uses a variable for the first time.
func (l *looks) isFirst(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.met[name] {
		return false
	}
	if l.met == nil {
		l.met = make(map[string]bool)
	}
	l.met[name] = true
	return true
}

// add adds conditions.
func (l *looks) add(conditions ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range conditions {
		if memory.IsAbsent(c) {
			l.joined = append(l.joined, c)
			continue
		}
		if l.vars == nil {
			l.vars = make(map[string]bool)
		}
		l.vars[c] = true
	}
}

// without adds the condition that there is no variable of that name.
func (l *looks) without(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.absent == nil {
		l.absent = make(map[string]bool)
	}
	l.absent[name] = true
}

// list returns the conditions, in order.
func (l *looks) list() (all []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.vars {
		all = append(all, c)
	}
	absent := memory.Absent(func(yield func(string) bool) {
		for name := range l.absent {
			if !yield(name) {
				return
			}
		}
	})
	if joined := memory.JoinAbsent(append(slices.Clone(l.joined), absent)); joined != "" {
		all = append(all, joined)
	}
	slices.Sort(all)
	return all
}

// ofWork returns those of the conditions that are of the work itself: they are those of the work above it, too.
func ofWork(conditions []string) (own []string) {
	for _, c := range conditions {
		if kind := kindOf(c); kind != "" {
			own = append(own, kind)
		}
	}
	return own
}

func kindOf(condition string) string {
	if strings.HasPrefix(condition, standardInput) || strings.HasPrefix(condition, jobsSetting) {
		return condition[:1]
	}
	return ""
}

// settings tell what a piece of work finds of what is its own.
type settings struct {
	jobs  string
	stdin *os.File
}

// condition is the one of a kind.
func (s settings) condition(kind string) string {
	if kind == standardInput {
		return kind + inherited.Input(s.stdin)
	}
	return kind + s.jobs
}

// met reports whether the conditions of the work itself are met.
func (s settings) met(rec *memory.Record) bool {
	return !slices.ContainsFunc(rec.Vars, func(c string) bool { kind := kindOf(c); return kind != "" && c != s.condition(kind) })
}

// jobsText is what MAKEFLAGS says about jobs.
func jobsText(makeflags string) string {
	var jobs []string
	options, _, _ := strings.Cut(" "+makeflags, " -- ")
	for w := range strings.FieldsSeq(options) {
		if strings.HasPrefix(w, "-j") || strings.HasPrefix(w, "--jobs") {
			jobs = append(jobs, w)
		}
	}
	return strings.Join(jobs, " ")
}

// settingsOf are the settings of a command.
func settingsOf(env []string, stdin *os.File) settings {
	flags, _ := depgraph.LookEnv(env, "MAKEFLAGS")
	return settings{jobs: jobsText(flags), stdin: stdin}
}

// settingsOfMake are those of a make.
func settingsOfMake(mk *setting.Make) settings {
	return settings{jobs: strconv.Itoa(mk.Flags.Jobs) + " " + jobsText(mk.Env["MAKEFLAGS"]), stdin: mk.Call.Stdin}
}

// variants returns the records of a piece of work: the first is under its key, the others are listed under another.
func (m *Memory) variants(base memory.Key) (all []*memory.Record) {
	if rec := m.Find(base); rec != nil {
		all = append(all, rec)
	}
	if list := m.Find(listKey(base)); list != nil {
		for _, p := range list.Pieces {
			if rec := m.Find(p.Child); rec != nil {
				all = append(all, rec)
			}
		}
	}
	return all
}

func listKey(base memory.Key) memory.Key { return memory.NewKey("variants", string(base[:])) }

// findVariant returns the record of a piece of work that holds, or one that would if files were as they were; nil if there
// is none for such settings.
func (m *Memory) findVariant(base memory.Key, s settings) (found *memory.Record) {
	for _, rec := range m.variants(base) {
		if !s.met(rec) || !m.Meets(rec) {
			continue
		}
		if m.Holds(rec) {
			return rec
		}
		if found == nil || found.Unproved {
			found = rec
		}
	}
	return found
}

// variantKey is the key under which a record is to be kept: in the place of one for the same settings, or beside the others.
func (m *Memory) variantKey(base memory.Key, s settings) memory.Key {
	free := m.Find(base) == nil
	for _, rec := range m.variants(base) {
		if s.met(rec) && m.Meets(rec) {
			return rec.Key
		}
	}
	if free {
		return base
	}
	list := m.Find(listKey(base))
	n := uint64(0)
	if list != nil {
		n = uint64(list.Status)
	}
	return memory.NewKey("variant", string(base[:]), string(binary.LittleEndian.AppendUint64(nil, n)))
}

// addVariant adds a record under the key that variantKey gave.
func (m *Memory) addVariant(base, key memory.Key, rec *memory.Record, clock uint64) {
	rec.Key = key
	isNew := key != base && m.Find(key) == nil
	m.Add(rec, clock)
	if !isNew {
		return
	}
	now := &memory.Record{Key: listKey(base)}
	if old := m.Find(now.Key); old != nil {
		now.Pieces, now.Status = slices.Clone(old.Pieces), old.Status
	}
	for len(now.Pieces) >= maxVariants-1 {
		m.Forget(now.Pieces[0].Child)
		now.Pieces = now.Pieces[1:]
	}
	now.Pieces = append(now.Pieces, memory.Piece{Stream: memory.Note, Child: key})
	now.Status++ // numbers the variants
	m.Add(now, clock)
}

var words = pattern.New(`[A-Za-z_][A-Za-z0-9_]*`)

// mentions notes the settings that a command that is run in this process may look at.
func (r *Recording) mentions(cmd string) {
	if strings.Contains(cmd, "((") {
		r.looksAt(nil, true, false)
	}
	if strings.Contains(cmd, "$") {
		r.looksAt(words.FindAllString(cmd, -1), false, false)
	}
}

// looksAt notes that some variables were looked at by a command, or any.
func (r *Recording) looksAt(names []string, any, stdin bool) {
	r.looks.add(r.m.conditions(r.env(), settingsOfMake(r.mk), names, any, stdin)...)
}

func (r *Recording) env() func(name string) (string, bool) {
	return func(name string) (value string, set bool) { value, set = r.mk.Env[name]; return value, set }
}

// conditions are those of a piece of work that has looked at some variables of its environment, or any, or at its standard
// input. What the work got from above and not from the user is in its key.
func (m *Memory) conditions(get func(name string) (string, bool), s settings, names []string, any, stdin bool) (list []string) {
	var l looks
	for _, name := range names {
		if name == "MAKEFLAGS" || name == "MFLAGS" {
			l.add(s.condition(jobsSetting))
			continue
		}
		value, set := get(name)
		switch users, given := m.Environ.Value(name); {
		case !free(name):
		case set && given && users == value:
			l.add(name + "=" + value)
		case !set && !given:
			l.without(name)
		}
	}
	if any {
		l.add(m.Environ.Whole(), s.condition(jobsSetting))
	}
	if stdin {
		l.add(s.condition(standardInput))
	}
	return l.list()
}

// inheritedKey stands for what processes inherit from this one unseen: limits, user, the mask for new files.
var inheritedKey = sync.OnceValue(func() string { k := memory.NewKey(inherited.Text()); return string(k[:]) })
