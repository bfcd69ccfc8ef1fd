package cache

// This file keeps what whole makes leave, with all makes below them (snapshots): a make that finds all that it looked at as it was,
// and nothing of what it made, need not be evaluated. Its restoring is in snapshot.go.
//
// It rests on what is known of each of its parts: the makefiles tell what they look at, the in-process shell each name that it uses,
// processes are those that this package restores or keeps. One command of which anything is unknown, and the make is not kept, nor
// are those above it.

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/store"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/forms"
	"gokbuild/kbuild/native/shell"
)

// newMask is umask as a number.
var newMask = func() uint32 {
	n, _ := strconv.ParseUint(umask, 8, 32)
	return uint32(n)
}()

// Whole is a make that runs. It is safe for concurrent use; nil notes nothing.
type Whole struct {
	v     *view
	above *Whole
	weak  store.Digest
	what  string
	began moment
	at    time.Time

	mu sync.Mutex
	// unknown tells what is not known of it; "" if all is.
	unknown string
	// looked is what was looked at, with absolute names; named are names by which files were looked at, so that all may count that
	// they hold. What the make itself had written by then is in neither.
	looked map[store.Fact]bool
	named  map[string]bool
	// parts are the facts of processes that are in looked, as they were told.
	parts map[told]bool
	// before tells of what was looked at, when it was looked at first, whether it was there; wrote are the files that the make has
	// written since, with the time by which that had ended; made are the directories that it has seen to.
	before map[string]bool
	wrote  map[string]time.Time
	made   map[string]time.Time
	said   []store.Piece
	size   int
}

// told is a fact, with the roots that its tokens stand for.
type told struct {
	roots *roots
	fact  store.Fact
}

// mostSaid bounds what a make may print to be kept, in bytes.
const mostSaid = 1 << 20

// Call is a make that begins.
type Call struct {
	// Words are all that decides it but for files, What names it for people, Source is its source tree.
	Words        []string
	What, Source string
	// Above is the make that calls it; nil if there is none, or if nothing is noted of that.
	Above *Whole
	// Say prints what the make printed.
	Say func(errs bool, text string)
}

// Begin notes that a make begins. If the same was kept it is restored, and its text printed.
func (c *Cache) Begin(call *Call) (w *Whole, restored bool) {
	if c == nil || c.Wholes == nil || c.Mode != Snapshots {
		return nil, false
	}
	began := time.Now()
	v := c.view(call.Source)
	h := store.NewHasher("make 1")
	h.Text(umask, v.roots.key(), machine())
	h.Text(call.Words...)
	w = &Whole{v: v, above: call.Above, weak: h.Sum(), what: call.What, began: now(), at: began, looked: make(map[store.Fact]bool),
		named: make(map[string]bool), parts: make(map[told]bool), before: make(map[string]bool), wrote: make(map[string]time.Time),
		made: make(map[string]time.Time)}
	if c.Verify == 0 && !c.OneByOne && w.restore(call.Say) {
		v.stats.wholes.Add(1)
		v.stats.spent.Add(int64(time.Since(began)))
		return w, true
	}
	return w, false
}

// machine is what uname tells.
var machine = sync.OnceValue(func() string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return ""
	}
	words := ""
	for _, text := range [][]byte{u.Sysname[:], u.Nodename[:], u.Release[:], u.Machine[:]} {
		words += unix.ByteSliceToString(text) + " "
	}
	return words
})

// Unknown notes that something is not known of what the make does.
func (w *Whole) Unknown(why string) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.unknown == "" {
		w.unknown = why
	}
}

// Said notes what was printed.
func (w *Whole) Said(errs bool, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.size += len(text); w.size > mostSaid {
		w.said = nil
		return
	}
	if n := len(w.said); n > 0 && w.said[n-1].Err == errs {
		w.said[n-1].Text += text
		return
	}
	w.said = append(w.said, store.Piece{Err: errs, Text: text})
}

// oneName leaves out of a path what says nothing.
func oneName(file string) string {
	if strings.Contains(file, "/..") {
		return file // it may lead through a link
	}
	return path.Clean(file)
}

// name notes a name by which a file was looked at, unless the make has written it before, or the command of these deeds.
func (w *Whole) name(file string, deeds *command.Deeds) {
	wrote, _ := deeds.All()
	file = oneName(file)
	w.mu.Lock()
	defer w.mu.Unlock()
	if dir, ok := strings.CutSuffix(file, "/*"); ok {
		w.looked[store.Fact{Kind: store.List, Name: dir}] = true
		return
	}
	if w.unknown != "" || w.named[file] || w.has(file) || slices.Contains(wrote, file) {
		return
	}
	w.named[file] = true
	if _, known := w.before[file]; !known {
		w.before[file] = facts.Look(facts.Exists, "", file).Errno != syscall.ENOENT
	}
}

// has reports whether the make has written a file, or has seen to a directory; w.mu is held.
func (w *Whole) has(file string) bool { _, ok := w.since(file); return ok }

// since is when it had.
func (w *Whole) since(file string) (at time.Time, ok bool) {
	if at, ok = w.wrote[file]; !ok {
		at, ok = w.made[file]
	}
	return at, ok
}

// depends notes what a process of a command depended on.
func (p *process) depends(v *view, list []store.Fact) {
	w := p.whole
	if w == nil {
		return
	}
	wrote, _ := p.command.Watch.Deeds.All()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.unknown != "" {
		return
	}
	for _, f := range list {
		as := told{v.roots, f}
		if w.parts[as] {
			continue
		}
		w.parts[as] = true
		name, ok := v.roots.unpack(f.Name)
		if !ok {
			w.unknown = "an unknown root"
			return
		}
		file, _, _ := strings.Cut(name, symbolMark)
		if f.Kind != store.List && w.has(file) || slices.Contains(wrote, file) {
			continue
		}
		w.looked[store.Fact{Kind: f.Kind, Name: name}] = true
		if f.Kind != store.Presence && f.Kind != store.Tool && f.Kind != store.Roots && f.Kind != store.System {
			w.before[file] = true
		}
	}
}

// Looks calls yield for all that a make has looked at, with the time of its first look and whether there was nothing then, and returns
// what is not known of it besides.
type Looks func(yield func(kind facts.Kind, path string, gone bool, at time.Time)) (unknown string)

// Below notes a make below in place of which memory has printed, as nothing has changed.
func (w *Whole) Below(looks Looks) {
	if w == nil {
		return
	}
	if why := looks(w.look); why != "" {
		w.Unknown(why)
	}
}

// look notes what makefiles have looked at.
func (w *Whole) look(kind facts.Kind, name string, gone bool, first time.Time) {
	file := oneName(name)
	w.mu.Lock()
	defer w.mu.Unlock()
	if at, ok := w.since(file); ok && !at.After(first) && kind != facts.List {
		return
	}
	if !gone {
		w.before[file] = true
	} else if _, known := w.before[file]; !known {
		w.before[file] = false
	}
	if kind == facts.Content {
		w.named[file] = true
		return
	}
	w.looked[store.Fact{Kind: kindsOf[kind], Name: name}] = true
}

// Run is a link of the make's chain that takes no command, but has each tell what it does. It stands before all others.
func (w *Whole) Run(c *command.Command) (command.Result, bool) {
	var known atomic.Bool
	known.Store(true)
	unknown := func(why string) {
		known.Store(false)
		if c.For != event.ShellFunc {
			w.Unknown(c.Target() + ": " + why)
		}
	}
	c.Watch.Looks = &command.Looks{
		Named: func(file string) { w.name(file, c.Watch.Deeds) },
		Made: func(dir string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.makes(oneName(dir), time.Now())
		},
		Said: w.Said,
		Odd:  unknown,
		Native: func(step string, p *shell.Call) {
			if why := w.native(step, p, c.Watch.Deeds); why != "" {
				unknown(why)
			}
		},
		Known: func() bool {
			wrote, not := c.Watch.Deeds.All()
			return known.Load() && len(wrote) == 0 && not == ""
		},
	}
	if c.For == event.ShellFunc {
		c.Watch.Deeds = new(command.Deeds)
		c.Watch.Process = unknown
		return command.Result{}, false
	}
	c.After(func(r *command.Result) {
		switch {
		case r.By == event.BySubmake, r.By == event.ByMemory, r.By == event.ByRehearsal, r.By == event.ByNothing:
			return
		case r.Unknown != "":
			w.Unknown(c.Target() + ": it is not known what is written by " + r.Unknown)
			return
		case r.By == event.ByInProcess, r.By == event.ByTrace:
		case (r.By == event.ByDirect || r.By == event.ByShell) && strings.HasPrefix(c.Argv[0], "/"):
			// Its process tells what it does.
		default:
			w.Unknown(c.Target() + ": " + c.Argv[0]) // it is searched for, or run by somebody else
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, name := range r.Wrote {
			w.writes(name)
		}
	})
	return command.Result{}, false
}

// makes notes that there is a directory by a time; w.mu is held.
func (w *Whole) makes(dir string, at time.Time) {
	if _, ok := w.made[dir]; !ok {
		w.made[dir] = at
	}
}

// writes notes that a file was written; w.mu is held.
func (w *Whole) writes(name string) {
	name = oneName(name)
	if _, ok := w.wrote[name]; !ok {
		w.wrote[name] = time.Now()
	}
}

// native notes what a replacement of a program has read; it tells what is not known.
func (w *Whole) native(step string, p *shell.Call, deeds *command.Deeds) string {
	switch step {
	case "nm", "ar":
		for _, word := range p.Argv[1:] {
			w.name(shell.Resolve(p.Dir, word), deeds)
		}
	case "fixdep":
		// It reads what the compiler has read before: what the list names.
		if len(p.Argv) < 2 {
			return step
		}
		text, err := os.ReadFile(shell.Resolve(p.Dir, p.Argv[1]))
		if err != nil {
			return step
		}
		list, ok := forms.ParseDeps(string(text))
		if !ok {
			return "fixdep reads an unusual list of dependencies"
		}
		for _, name := range append(list.Names, p.Argv[1]) {
			w.name(shell.Resolve(p.Dir, name), deeds)
		}
	default:
		return step
	}
	return ""
}

// End ends a make with a status; looks tells what its makefiles have looked at. The make above has done all that this one has.
func (w *Whole) End(ok, wasRestored bool, looks Looks) {
	if w == nil {
		return
	}
	if !wasRestored {
		if !ok {
			w.Unknown("it failed")
		}
		w.Below(looks)
		if w.unknown == "" {
			if err := w.keep(); err != nil {
				w.Unknown(err.Error())
			}
		}
		if w.unknown != "" {
			w.v.stats.noWhole(w.what, w.unknown)
		}
	}
	w.merge()
}

// merge tells the make above.
func (w *Whole) merge() {
	a := w.above
	switch {
	case a == nil:
		return
	case w.unknown != "":
		a.Unknown("a make below")
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.unknown != "" {
		return
	}
	// What that make had written before this one began it need not have found.
	its := func(file string) bool { at, ok := a.since(file); return ok && at.Before(w.at) }
	for f := range w.looked {
		if file, _, _ := strings.Cut(f.Name, symbolMark); f.Kind == store.List || !its(file) {
			a.looked[f] = true
		}
	}
	for name := range w.named {
		if !its(name) {
			a.named[name] = true
		}
	}
	for name, there := range w.before {
		if _, known := a.before[name]; !its(name) && (there || !known) {
			a.before[name] = there
		}
	}
	for name, at := range w.wrote {
		if _, ok := a.wrote[name]; !ok {
			a.wrote[name] = at
		}
	}
	for name, at := range w.made {
		a.makes(name, at)
	}
	a.said = append(a.said, w.said...)
	a.size += w.size
}

// keep keeps what the make has left, if all that decided it is known.
func (w *Whole) keep() error {
	if w.size > mostSaid || slices.ContainsFunc(w.said, func(p store.Piece) bool { return strings.Contains(p.Text, "PRIVATE KEY") }) {
		return missing("what it prints is too much, or secret")
	}
	outputs, absent, err := w.outputs()
	if err != nil || len(outputs) == 0 {
		return err
	}
	list, values, err := w.facts(absent)
	if err != nil {
		return err
	}
	e := &store.Entry{Printed: w.said, Origin: store.Origin{What: w.what, Host: w.v.Host, Program: w.v.Program,
		At: time.Now().Unix(), Took: time.Since(w.at), Known: "parts"}}
	if err := w.v.put(w.v.Wholes, w.weak, list, values, outputs, e); err != nil {
		return err
	}
	w.v.stats.keptWholes.Add(1)
	return nil
}

// outputs reads what the make has left, in the order of dates; outputs of one date have one Rank. absent are the names under which
// nothing may be, if it is to be restored.
func (w *Whole) outputs() (out outputs, absent []string, err error) {
	type file struct {
		name string
		date int64
	}
	var files []file
	for name := range w.wrote {
		st := facts.Look(facts.Exists, "", name)
		there, known := w.before[name]
		switch {
		case there:
			return nil, nil, missing("it replaces what it has looked at: " + name)
		case st.Errno == syscall.ENOENT:
		case !known && st.Mode&0o7777 != 0o666&^newMask:
			// What is written anew without a look has the permissions of new files, or of what was there before.
			return nil, nil, missing("it is not known what was there before: " + name)
		default:
			files = append(files, file{name, st.Mtime})
		}
		absent = append(absent, name)
	}
	for name := range w.made {
		packed := w.v.roots.packPath(name)
		if !strings.HasPrefix(packed, tokenO+"/") {
			return nil, nil, missing("it makes a folder elsewhere: " + name)
		}
		out = append(out, left{Output: store.Output{Name: packed, Form: store.Folder}})
		if there, known := w.before[name]; known && !there {
			absent = append(absent, name)
		}
	}
	slices.SortFunc(out, func(a, b left) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(files, func(a, b file) int { return cmp.Or(cmp.Compare(a.date, b.date), strings.Compare(a.name, b.name)) })
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.name
	}
	read, err := w.v.outputs(names, "")
	if err != nil {
		return nil, nil, err
	}
	rank := uint32(0)
	for i := range read {
		if i > 0 && files[i].date != files[i-1].date {
			rank++
		}
		read[i].Rank = rank
	}
	slices.Sort(absent)
	return append(out, read...), absent, nil
}

// facts puts together all that the make depended on: what it has made itself is not part of that, but that it was not there.
func (w *Whole) facts(absent []string) (list []store.Fact, values []store.Digest, err error) {
	all := make(map[store.Fact]bool, len(w.looked))
	add := func(f store.Fact) {
		file, _, _ := strings.Cut(f.Name, symbolMark)
		there, known := w.before[file]
		own := w.has(oneName(file)) && (f.Kind != store.List || known && !there)
		if !own && f.Kind != store.Roots && !facts.OfDevices(file) {
			all[f] = true
		}
	}
	for f := range w.looked {
		add(f)
	}
	for name := range w.named {
		for _, k := range factsOf(name) {
			add(store.Fact{Kind: k, Name: name})
		}
	}
	for _, name := range absent {
		list, values = append(list, store.Fact{Kind: store.Presence, Name: w.v.roots.packPath(name)}), append(values, absentValue)
	}
	sorted := slices.SortedFunc(maps.Keys(all), func(a, b store.Fact) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind))
	})
	for _, f := range sorted {
		if err := w.unchanged(f); err != nil {
			return nil, nil, err
		}
		packed := store.Fact{Kind: f.Kind, Name: w.v.roots.packPath(f.Name)}
		value, ok := w.v.value(packed)
		if !ok {
			return nil, nil, missing("it cannot be read: " + f.Name)
		}
		list, values = append(list, packed), append(values, value)
	}
	return list, values, nil
}

// factsOf are the facts that whoever names a file may depend on.
func factsOf(name string) []store.Kind {
	st := facts.Look(facts.Content, "", name)
	switch {
	case st.Errno != 0:
		return []store.Kind{store.Presence}
	case st.Format() == syscall.S_IFDIR:
		return []store.Kind{store.Status}
	case st.Format() == syscall.S_IFREG:
		return []store.Kind{store.Content, store.Status}
	}
	return []store.Kind{store.Dated}
}

// unchanged sees that what a fact is about was not changed since the make began.
func (w *Whole) unchanged(f store.Fact) error {
	if f.Kind == store.System || f.Kind == store.Tool {
		return nil
	}
	name, _, _ := strings.Cut(f.Name, symbolMark)
	if strings.HasPrefix(name, "/proc/") {
		return missing("it reads " + name)
	}
	name = strings.TrimSuffix(name, "/*"+precompiled)
	st := facts.Look(facts.Content, "", name)
	if st.Errno != 0 || f.Kind != store.List && st.Format() == syscall.S_IFDIR {
		return nil
	}
	if at := max(st.Mtime, st.Ctime); !w.began.after(at, func() bool { return w.v.wroteIt(name) }) {
		return missing(fmt.Sprintf("changed while it ran: %s", name))
	}
	return nil
}
