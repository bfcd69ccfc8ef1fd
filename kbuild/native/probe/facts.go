package probe

// This file lists what decides a probe, and describes the state of it.

import (
	"encoding/hex"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/inherited"
)

// An Inputs value lists what decides the output of a probe besides its text. Relative paths are relative to where the
// probe runs.
type Inputs struct {
	// Programs are names as written, looked up through PATH when they hold no slash.
	Programs []string
	// Compilers are those of Programs that compile, and so start other programs.
	Compilers []string
	// Files are read or tested for existence; a missing file is an input too.
	Files []string
	// Env names variables that the command mentions.
	Env []string
	// Words are those of the texts of scripts that may name variables; anyName among them says that any may have been
	// looked at. It is nil where no script runs.
	Words []string
	// Scratch says that the command makes files of its own where it runs.
	Scratch bool
	// Folders are other directories in which it does so.
	Folders []string
	// Above names files looked for in the working directory and all directories above it.
	Above []string
	// Uname says that the command asks for the name of the system.
	Uname bool
	// Here says that the result may depend on the working directory in other ways.
	Here bool
}

func (in *Inputs) addProgram(name string) { in.Programs = addOnce(in.Programs, name) }
func (in *Inputs) addFile(path string)    { in.Files = addOnce(in.Files, path) }
func (in *Inputs) addEnv(name string)     { in.Env = addOnce(in.Env, name) }

func addOnce(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// A fact is an input with the state it had when the answer was recorded.
type fact struct {
	Kind factKind
	Name string
	// State is the identity of a file, the value of a variable, or factAbsent.
	State string
}

type factKind string

const (
	factProgram factKind = "p"
	factFile    factKind = "f"
	factEnv     factKind = "e"
	// factAmbient covers all variables of the policy at once, so that a newly set one is noticed.
	factAmbient factKind = "a"
	// factScratch tells whether files can be made in a directory, the working directory if it has no name.
	factScratch factKind = "w"
	factAbove   factKind = "u"
	factUname   factKind = "n"
	// factEnviron covers the whole environment, factNamed the variables whose names it lists.
	factEnviron factKind = "E"
	factNamed   factKind = "N"
	// factInherited is what programs get from this process unseen: limits, user, umask.
	factInherited factKind = "i"
	// factToolchain covers all files behind a compiler. They are listed in an entry of their own.
	factToolchain factKind = "t"
	// factTraced covers all that a trace has found, in an order of its own: its name lists kinds and paths, one a line.
	factTraced factKind = "T"

	factAbsent = "-"
)

// view answers questions about the present state of the world for one environment, remembering nothing beyond the
// call it serves.
type view struct {
	memo    *Memo
	env     environ
	dir     string
	ambient string
	environ string
	// seen, if not nil, are states found before.
	seen map[[2]string]string
	// young is set once a file was so young that its next change need not show.
	young bool
}

func (m *Memo) newView(dir string, env []string) *view {
	return &view{memo: m, env: newEnviron(env), dir: dir}
}

// state returns the present state of an input, in the form stored in facts.
func (v *view) state(kind factKind, name string) string {
	if v.seen == nil {
		return v.look(kind, name)
	}
	key := [2]string{string(kind), name}
	s, ok := v.seen[key]
	if !ok {
		s = v.look(kind, name)
		v.seen[key] = s
	}
	return s
}

func (v *view) look(kind factKind, name string) string {
	switch kind {
	case factProgram:
		path, ok := lookPath(name, v.dir, v.env.get("PATH"))
		if !ok {
			return factAbsent
		}
		return path + "|" + v.identity(path)
	case factFile:
		return v.identity(inDir(v.dir, name))
	case factScratch:
		if unix.Access(inDir(v.dir, name), unix.W_OK|unix.X_OK) != nil {
			return factAbsent
		}
		return "+"
	case factAbove:
		return v.above(name)
	case factUname:
		return systemName()
	case factEnv:
		val, ok := v.env.lookup(name)
		if !ok {
			return factAbsent
		}
		return "=" + val
	case factAmbient:
		return v.ambientText()
	case factEnviron:
		if v.environ == "" {
			v.environ = digest(v.env.list()...)
		}
		return v.environ
	case factNamed:
		return v.named(name)
	case factInherited:
		return inheritedText()
	case factToolchain:
		return v.toolchain(name)
	case factTraced:
		return v.sights(name)
	}
	return "?"
}

// inheritedText stands for what programs inherit.
var inheritedText = sync.OnceValue(func() string { return digest(inherited.Text()) })

func (v *view) ambientText() string {
	if v.ambient == "" {
		v.ambient = v.env.ambientText()
	}
	return v.ambient
}

// named describes the variables of a list of words.
func (v *view) named(words string) string {
	var list []string
	for word := range strings.FieldsSeq(words) {
		if value, ok := v.env.lookup(word); ok {
			list = append(list, word+"="+value)
		}
	}
	return digest(list...)
}

// toolchainKey is the command under which the files behind a compiler are remembered.
func (v *view) toolchainKey(name string) (key string, found bool) {
	path, ok := lookPath(name, v.dir, v.env.get("PATH"))
	return "\x00toolchain\x00" + path + "\x00" + identity(path) + "\x00" + v.ambientText(), ok
}

// toolchain describes the files behind a compiler as they are now.
func (v *view) toolchain(name string) string {
	key, ok := v.toolchainKey(name)
	if !ok {
		return factAbsent
	}
	list := v.memo.entriesOf(key)
	if len(list) == 0 {
		return "?"
	}
	if seen := v.memo.seenLately(key); seen.state != "" {
		v.young = v.young || seen.young
		return seen.state
	}
	look := v.memo.newView(v.dir, nil)
	look.env = v.env
	var states []string
	for _, f := range list[len(list)-1].Facts {
		states = append(states, f.Name, look.state(f.Kind, f.Name))
	}
	v.young = v.young || look.young
	state := digest(states...)
	v.memo.sawLately(key, glance{state, look.young, time.Now()})
	return state
}

// glance is what was seen of the files behind a compiler at some moment.
type glance struct {
	state string
	young bool
	at    time.Time
}

// lately is how long a look at the files behind a compiler serves: there are many, and a configuration asks a hundred questions
// within that time.
const lately = 100 * time.Millisecond

func (m *Memo) seenLately(key string) glance {
	m.mu.Lock()
	defer m.mu.Unlock()
	if g := m.glances[key]; time.Since(g.at) < lately {
		return g
	}
	return glance{}
}

func (m *Memo) sawLately(key string, g glance) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.glances == nil {
		m.glances = make(map[string]glance)
	}
	m.glances[key] = g
}

// digest is short and differs for different texts.
func digest(texts ...string) string {
	key := storeKey(texts...)
	return hex.EncodeToString(key[:])
}

// inDir makes a name that is relative to dir absolute.
func inDir(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

// above describes the files of a name where the command runs and above. Where none is says nothing.
func (v *view) above(name string) string {
	var found []string
	for d := v.dir; ; d = filepath.Dir(d) {
		if id := v.identity(filepath.Join(d, name)); id != factAbsent {
			found = append(found, d+"="+id)
		}
		if d == filepath.Dir(d) {
			return strings.Join(found, "|")
		}
	}
}

func systemName() string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return "?"
	}
	var parts []string
	for _, f := range [][]byte{u.Sysname[:], u.Nodename[:], u.Release[:], u.Version[:], u.Machine[:]} {
		parts = append(parts, unix.ByteSliceToString(f))
	}
	return strings.Join(parts, "|")
}

// identity is that of a file that decides the command, and notes whether it is young. Directories change all the
// time, by files that the command makes itself: how young they are does not count.
func (v *view) identity(path string) string {
	st := facts.Look(facts.Content, "", path)
	if st.Errno == 0 && st.Format() == syscall.S_IFREG && !st.Settled() {
		v.young = true
	}
	return identityOf(st)
}

// identity describes the file that path leads to, so that any replacement or change of it shows.
func identity(path string) string { return identityOf(facts.Look(facts.Content, "", path)) }

// identityOf is the text of an identity in the store. The change time is part of it because tools that restore the
// modification time cannot restore it.
func identityOf(st facts.Stat) string {
	if st.Errno != 0 {
		return factAbsent
	}
	b := make([]byte, 0, 96)
	for _, n := range []uint64{st.Dev, st.Ino, uint64(st.Size), uint64(st.Mtime), uint64(st.Ctime), uint64(st.Mode), st.Owner()} {
		b = strconv.AppendUint(b, n, 16)
		b = append(b, '.')
	}
	return string(b)
}

// candidates lists the paths at which a shell started in dir would look for a program, up to the one it finds.
func candidates(name, dir, path string) (out []string) {
	if strings.ContainsRune(name, '/') {
		return []string{inDir(dir, name)}
	}
	_, _ = depgraph.SearchPath(name, path, dir, func(full string) error {
		out = append(out, filepath.Clean(full))
		return executable(full)
	})
	return out
}

// lookPath finds a program as a shell started in dir would.
func lookPath(name, dir, path string) (string, bool) {
	if strings.ContainsRune(name, '/') {
		name = inDir(dir, name)
		return name, executable(name) == nil
	}
	found, err := depgraph.SearchPath(name, path, dir, executable)
	if err != nil {
		return "", false
	}
	return inDir(dir, found), true
}

// executable returns nil for a regular file that somebody may execute.
func executable(path string) error {
	st := facts.Look(facts.Content, "", path)
	if st.Errno != 0 || st.Format() != syscall.S_IFREG || st.Mode&0o111 == 0 {
		return syscall.ENOENT
	}
	return nil
}

// environ is an environment in which, as in a process started with it, the last setting of a name wins.
type environ map[string]string

func newEnviron(env []string) environ {
	m := make(environ, len(env))
	for _, kv := range env {
		if i := strings.IndexByte(kv, '='); i > 0 {
			m[kv[:i]] = kv[i+1:]
		}
	}
	return m
}

func (e environ) get(name string) string { return e[name] }

func (e environ) lookup(name string) (string, bool) { v, ok := e[name]; return v, ok }

// list is the environment as programs get it, in order.
func (e environ) list() []string {
	list := make([]string, 0, len(e))
	for name, val := range e {
		list = append(list, name+"="+val)
	}
	slices.Sort(list)
	return list
}

func (e environ) ambientText() string {
	var list []string
	for name, val := range e {
		if ambient(name) {
			list = append(list, name+"="+val)
		}
	}
	slices.Sort(list)
	return strings.Join(list, "\x00")
}
