package shell

// Variables and the environment of children. dash hands its children not the
// environment it got but the contents of its variable table: names that are not
// identifiers are dropped, PWD is always there and always right, and the order
// is that of its hash table. All of that is visible to a child, so we do it too.

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"mvdan.cc/sh/v3/syntax"
)

// environment is what a program is started with.
type environment interface {
	get(name string) (string, bool)
	environ() []string
}

type variable struct {
	value    string
	exported bool
}

// inherited is the environment as given, asked for at most once per run and
// shared by a shell and its subshells.
type inherited struct {
	env *Env

	mu     sync.Mutex // elements of a pipeline ask concurrently
	asked  bool
	list   []string
	values map[string]string
}

// load must be called with mu held.
func (in *inherited) load() {
	if in.asked {
		return
	}
	in.asked = true
	if in.env.Environ != nil {
		in.list = in.env.Environ()
	}
	in.values = make(map[string]string, len(in.list))
	for _, kv := range in.list {
		if name, value, ok := strings.Cut(kv, "="); ok && syntax.ValidName(name) {
			in.values[name] = value
		}
	}
}

func (in *inherited) get(name string) (string, bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if !in.asked && in.env.Lookup != nil {
		return in.env.Lookup(name)
	}
	in.load()
	v, ok := in.values[name]
	return v, ok
}

// environ returns the environment as it was given.
func (in *inherited) environ() []string {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.load()
	return in.list
}

// variables is the table of one shell process.
type variables struct {
	s     *state
	from  *inherited
	own   map[string]variable // set by the program
	cache []string            // environ, until something changes
}

func newVariables(s *state) *variables {
	return &variables{s: s, from: &inherited{env: s.env}}
}

func (v *variables) fork(s *state) *variables {
	c := &variables{s: s, from: v.from, cache: v.cache}
	if len(v.own) > 0 {
		c.own = make(map[string]variable, len(v.own)+1)
		for k, x := range v.own {
			c.own[k] = x
		}
	}
	return c
}

func (v *variables) put(name string, x variable) {
	if v.own == nil {
		v.own = map[string]variable{}
	}
	v.own[name] = x
	v.cache = nil
}

// set assigns; a variable that came from the environment stays exported.
func (v *variables) set(name, value string) {
	exported := v.own[name].exported
	if _, mine := v.own[name]; !mine {
		_, exported = v.from.get(name)
	}
	v.put(name, variable{value, exported})
}

func (v *variables) export(name, value string) { v.put(name, variable{value, true}) }

const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

func (v *variables) get(name string) (string, bool) {
	if x, ok := v.own[name]; ok {
		return x.value, true
	}
	if name == "PWD" {
		return v.s.workingDir(), true
	}
	if value, ok := v.from.get(name); ok {
		return value, true
	}
	if name == "PATH" {
		return defaultPath, true
	}
	return "", false
}

func (v *variables) path() string {
	p, _ := v.get("PATH")
	return p
}

// workingDir is dash's idea of the current directory: PWD from the environment
// if it is a name for the directory, else the physical one.
func (s *state) workingDir() string {
	if s.curdir != "" {
		return s.curdir
	}
	if p, ok := s.vars.from.get("PWD"); ok && strings.HasPrefix(p, "/") && sameFile(p, s.dir) {
		s.curdir = p
		return p
	}
	s.curdir = physical(s.dir)
	return s.curdir
}

// physical is the name that the system gives a directory: without links.
func physical(dir string) string {
	if p, err := filepath.EvalSymlinks(dir); err == nil {
		return p
	}
	return dir
}

func sameFile(a, b string) bool {
	var x, y syscall.Stat_t
	return syscall.Stat(a, &x) == nil && syscall.Stat(b, &y) == nil && x.Dev == y.Dev && x.Ino == y.Ino
}

// dashTable is the number of chains in dash's variable table.
const dashTable = 39

func dashHash(name string) int {
	h := uint32(name[0]) << 4
	for i := 0; i < len(name); i++ {
		h += uint32(name[i])
	}
	return int(h % dashTable)
}

// dashPredefined are the variables dash creates before it reads the environment,
// in the order in which they are put at the head of their chains.
var dashPredefined = []string{
	"IFS", "MAIL", "MAILPATH", "PATH", "PS1", "PS2", "PS4", "OPTIND", "LINENO",
}

// environ builds the environment of a child.
func (v *variables) environ() []string {
	if v.cache != nil {
		return v.cache
	}
	inherited := v.from.environ()
	// Exported name=value pairs by chain. An empty entry keeps the place of a
	// predefined variable that is not exported.
	type slot struct{ name, pair string }
	var chains [dashTable][]slot
	for _, name := range dashPredefined {
		h := dashHash(name)
		chains[h] = append([]slot{{name: name}}, chains[h]...)
	}
	put := func(name, pair string) {
		h := dashHash(name)
		for i := range chains[h] {
			if chains[h][i].name == name {
				chains[h][i].pair = pair
				return
			}
		}
		chains[h] = append(chains[h], slot{name, pair})
	}
	for _, kv := range inherited {
		name, _, ok := strings.Cut(kv, "=")
		if !ok || !syntax.ValidName(name) {
			continue
		}
		switch name {
		case "IFS":
			kv = "IFS= \t\n"
		case "OPTIND":
			kv = "OPTIND=1"
		case "PPID":
			kv = "PPID=" + strconv.Itoa(os.Getpid())
		}
		put(name, kv)
	}
	if _, ok := v.own["PWD"]; !ok {
		put("PWD", "PWD="+v.s.workingDir())
	}
	for name, x := range v.own {
		if x.exported {
			put(name, name+"="+x.value)
		}
	}
	n := 0
	for _, c := range chains {
		n += len(c)
	}
	out := make([]string, 0, n)
	for _, c := range chains {
		for _, e := range c {
			if e.pair != "" {
				out = append(out, e.pair)
			}
		}
	}
	v.cache = out
	return out
}
