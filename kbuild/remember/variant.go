package remember

// This file keeps one record for each setting that a piece of work looks at.

import (
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"gokbuild/depgraph"
	"gokbuild/depgraph/inherited"
	"gokbuild/depgraph/memory"
	"gokbuild/depgraph/pattern"
	"gokbuild/depgraph/trace"
	"gokbuild/kbuild/setting"
)

// What differs from one terminal to the next is in no key: no variable of the window, not the number of jobs, not
// what standard input is. Most pieces of work look at none of it. Those that do have one record for each setting:
// which settings count is kept under the first key, and the second key holds their values. So two terminals that
// build in turn each find their own record.

// Names of settings that are no variables of the window. MAKEFLAGS stands for the number of jobs in it.
const (
	anyVariable   = "*"
	standardInput = "<"
	jobsSetting   = "MAKEFLAGS"
)

// maxVariants is how many records for different settings are kept of one piece of work.
const maxVariants = 8

// nameSet is a set of names of settings.
type nameSet struct {
	mu  sync.Mutex
	set map[string]bool
}

func (n *nameSet) add(list ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.set == nil {
		n.set = make(map[string]bool)
	}
	for _, name := range list {
		n.set[name] = true
	}
}

func (n *nameSet) list() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Sorted(maps.Keys(n.set))
}

// settings tell what a piece of work finds.
type settings struct {
	env   func(name string) (value string, set bool)
	jobs  string
	stdin *os.File
}

func (s settings) text(name string) string {
	switch name {
	case anyVariable:
		var all []string
		for _, name := range append(windowNames, "PWD", jobsSetting) {
			all = append(all, s.text(name))
		}
		return strings.Join(all, "\x00")
	case standardInput:
		return name + inputText(s.stdin)
	case jobsSetting:
		return name + "=" + s.jobs
	}
	if value, set := s.env(name); set {
		return name + "=" + value
	}
	return name
}

// key is the second key.
func (s settings) key(base memory.Key, names []string) memory.Key {
	if len(names) == 0 {
		return base
	}
	parts := []string{"settings", string(base[:])}
	for _, name := range names {
		parts = append(parts, s.text(name))
	}
	return memory.NewKey(parts...)
}

// inputText tells of what kind standard input is; "" if nothing can come from it.
func inputText(f *os.File) string {
	if f == nil {
		return ""
	}
	st, err := f.Stat()
	if err != nil {
		return ""
	}
	const null = 1<<8 | 3 // /dev/null
	if sys, ok := st.Sys().(*syscall.Stat_t); ok && st.Mode()&os.ModeCharDevice != 0 && sys.Rdev == null {
		return ""
	}
	return st.Mode().Type().String()
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
	get := func(name string) (string, bool) { return depgraph.LookEnv(env, name) }
	flags, _ := get("MAKEFLAGS")
	return settings{env: get, jobs: jobsText(flags), stdin: stdin}
}

// settingsOfMake are those of a make.
func settingsOfMake(mk *setting.Make) settings {
	get := func(name string) (string, bool) { value, ok := mk.Env[name]; return value, ok }
	jobs := strconv.Itoa(mk.Flags.Jobs) + " " + jobsText(mk.Env["MAKEFLAGS"])
	return settings{env: get, jobs: jobs, stdin: mk.Call.Stdin}
}

func namesKey(base memory.Key) memory.Key { return memory.NewKey("names", string(base[:])) }

// namesOf returns the names of the settings that count for a piece of work, in order.
func (m *Memory) namesOf(base memory.Key) []string {
	if rec := m.Find(namesKey(base)); rec != nil {
		return rec.Vars
	}
	return nil
}

// findVariant returns the record of a piece of work for some settings, and the names of those that count.
func (m *Memory) findVariant(base memory.Key, s settings) (*memory.Record, []string) {
	counting := m.namesOf(base)
	return m.Find(s.key(base, counting)), counting
}

// counting returns the names of the settings that count for a piece of work, those found before included.
func (m *Memory) counting(base memory.Key, more []string) []string {
	all := append(slices.Clone(more), m.namesOf(base)...)
	return slices.Compact(slices.Sorted(slices.Values(all)))
}

// addVariant adds a record, which does not have its key yet, for the settings that count. It returns the names of
// those, which were found to count before or are among the given ones.
func (m *Memory) addVariant(base memory.Key, s settings, counting []string, rec *memory.Record,
	clock uint64) []string {
	counting = m.counting(base, counting)
	rec.Key = s.key(base, counting)
	m.Add(rec, clock)
	if len(counting) == 0 {
		return nil
	}
	old := m.Find(namesKey(base))
	now := &memory.Record{Key: namesKey(base), Vars: counting}
	if old != nil {
		now.Pieces = slices.DeleteFunc(slices.Clone(old.Pieces), func(p memory.Piece) bool { return p.Child == rec.Key })
	}
	for len(now.Pieces) >= maxVariants {
		m.Forget(now.Pieces[0].Child)
		now.Pieces = now.Pieces[1:]
	}
	now.Pieces = append(now.Pieces, memory.Piece{Stream: memory.Note, Child: rec.Key})
	m.Add(now, clock)
	return counting
}

// lookedAt are the settings that a traced command may have looked at.
func lookedAt(report *trace.Report) []string {
	return counting(report.Names, report.AnyName, report.Stdin)
}

// counting picks the names of settings from names of variables.
func counting(variables []string, any, stdin bool) (list []string) {
	for _, name := range variables {
		if watched(name) && !strings.HasPrefix(name, "MAKE_") && !strings.HasPrefix(name, "GOKBUILD_") ||
			name == jobsSetting || name == "MFLAGS" {
			list = append(list, strings.Replace(name, "MFLAGS", jobsSetting, 1))
		}
	}
	if any {
		list = append(list, anyVariable)
	}
	if stdin {
		list = append(list, standardInput)
	}
	return list
}

var capitals = pattern.New(`[A-Z_][A-Z0-9_]*`)

// mentions notes the settings that a command that is run in this process may look at.
func (r *Recording) mentions(cmd string) {
	if strings.Contains(cmd, "$") {
		r.names.add(counting(capitals.FindAllString(cmd, -1), false, false)...)
	}
}

// inheritedKey stands for what processes inherit from this one unseen: limits, user, the mask for new files.
var inheritedKey = sync.OnceValue(func() string { k := memory.NewKey(inherited.Text()); return string(k[:]) })
