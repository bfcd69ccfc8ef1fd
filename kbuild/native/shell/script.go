package shell

// Scripts: a program that is a file for /bin/sh is compiled once and run in this
// process, if all of it is simple. A script can do what a line cannot (it has
// arguments, and a process of its own that it may end), and what a script is run
// with is known only when it starts, so some things are looked at then; after the
// first command there is no way back.

import (
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"mvdan.cc/sh/v3/syntax"

	"gokbuild/depgraph/descriptors"
	"gokbuild/depgraph/facts"
)

// Scripts remembers compiled scripts by file. The zero value is ready; it may be
// used by many goroutines.
type Scripts struct {
	mu    sync.Mutex
	known map[string]scriptEntry
}

type scriptEntry struct {
	id      facts.Stat
	program *script // nil: left to the real shell
}

// script is a compiled script.
type script struct {
	body node
	// commands are the variables that name commands. The program never sets
	// them: whether one names a builtin is known before it starts.
	commands []string
	// self are the variables that hold $$ and are used to end the script only.
	self []string

	kills, traps bool // it ends itself; it has traps
	need         int  // descriptors
}

// maxScript bounds the size of a file that is read for its first line.
const maxScript = 64 << 10

// maxScriptDepth bounds scripts that run scripts: one that runs itself without
// end must not end us.
const maxScriptDepth = 16

// find returns the compiled script that is at path, an absolute name.
func (sc *Scripts) find(path string) *script {
	var st syscall.Stat_t
	if syscall.Stat(path, &st) != nil || !isRegular(st) || st.Size > maxScript || syscall.Access(path, 1) != nil {
		return nil
	}
	id := facts.Of(&st)
	settled := id.Settled()
	sc.mu.Lock()
	defer sc.mu.Unlock()
	if e, ok := sc.known[path]; ok && e.id == id {
		return e.program
	}
	var program *script // nil: left to the real shell
	if text, err := os.ReadFile(path); err == nil && int64(len(text)) == st.Size {
		program, _ = compileScript(string(text))
	}
	if settled {
		if sc.known == nil {
			sc.known = map[string]scriptEntry{}
		}
		sc.known[path] = scriptEntry{id, program}
	}
	return program
}

// compileScript compiles a file that says on its first line that /bin/sh is to
// run it.
func compileScript(text string) (*script, error) {
	head, _, _ := strings.Cut(text, "\n")
	interpreter, ok := strings.CutPrefix(head, "#!")
	if !ok || strings.Trim(interpreter, " \t") != "/bin/sh" {
		return nil, refusal("no script for /bin/sh")
	}
	if !shIsDash() {
		return nil, refusal("/bin/sh is not dash")
	}
	out := &script{}
	body, err := parseWith(text, func(file *syntax.File) compiler {
		out.self = selfNames(file)
		return compiler{src: text, script: out, set: assignedNames(file)}
	})
	if err != nil {
		return nil, err
	}
	out.body, out.need = body, mostOpen(body)+kept(body)
	return out, nil
}

// assignedNames returns the variables that a script sets.
func assignedNames(file *syntax.File) map[string]bool {
	names := map[string]bool{}
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			if n.Name != nil {
				names[n.Name.Value] = true
			}
		case *syntax.WordIter:
			names[n.Name.Value] = true
		}
		return true
	})
	return names
}

// selfNames returns the variables that are set once, to $$, and are read nowhere
// but in `kill $name`: those may hold a number that is no process.
func selfNames(file *syntax.File) []string {
	set, pid, read, killed := map[string]int{}, map[string]bool{}, map[string]int{}, map[string]int{}
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			if n.Name == nil {
				break
			}
			set[n.Name.Value]++
			if n.Value != nil && plainParam(n.Value) == "$" {
				pid[n.Name.Value] = true
			}
		case *syntax.WordIter:
			set[n.Name.Value]++
		case *syntax.ParamExp:
			if n.Param != nil {
				read[n.Param.Value]++
			}
		case *syntax.CallExpr:
			if len(n.Args) == 2 && n.Args[0].Lit() == "kill" {
				killed[plainParam(n.Args[1])]++
			}
		}
		return true
	})
	var names []string
	for name := range pid {
		if set[name] == 1 && read[name] == killed[name] {
			names = append(names, name)
		}
	}
	return names
}

// plainParam returns the name of the parameter that is all of a word; "" if it
// is anything else.
func plainParam(w *syntax.Word) string {
	if len(w.Parts) != 1 {
		return ""
	}
	part := w.Parts[0]
	if q, ok := part.(*syntax.DblQuoted); ok && len(q.Parts) == 1 && !q.Dollar {
		part = q.Parts[0]
	}
	if p, ok := part.(*syntax.ParamExp); ok && p.Param != nil && p.Exp == nil && !p.Length && p.Slice == nil && p.Repl == nil && p.Index == nil {
		return p.Param.Value
	}
	return ""
}

// process is what a script and its subshells share.
type process struct {
	pid    pid
	killed atomic.Bool // by itself, with SIGTERM
}

// runScript runs argv in this process if file is a script that can be.
func (s *state) runScript(outer environment, file string, argv []string) (Status, bool) {
	if s.env.Scripts == nil || s.depth >= maxScriptDepth {
		return Status{}, false
	}
	sc := s.env.Scripts.find(s.path(file))
	if sc == nil {
		return Status{}, false
	}
	env := *s.env
	env.Dir, env.Environ, env.Lookup = s.dir, outer.environ, nil
	c := &state{ctx: s.ctx, env: &env, arg0: file, params: argv[1:], dir: s.dir, line: 1, proc: &process{}, depth: s.depth + 1}
	c.vars = newVariables(c)
	c.fds, c.base = s.fds, s.fds
	for _, name := range sc.commands {
		value, _ := c.vars.get(name)
		words := strings.Fields(value)
		if len(words) == 0 || dashBuiltins.Has(words[0]) || reservedWords.Has(words[0]) || strings.ContainsAny(value, "*?[") {
			return Status{}, false
		}
	}
	for _, name := range sc.self {
		if _, there := c.vars.get(name); there {
			return Status{}, false // its children would see it
		}
	}
	more := sc.need
	if !descriptors.Process().TryTake(more) {
		return Status{}, false
	}
	defer descriptors.Process().Give(more)
	defer c.end()
	st := c.run(sc.body)
	s.inherit(c)
	return st, true
}

// killScript ends the script as SIGTERM would. A subshell goes on.
func (s *state) killScript(*simpleNode, []string) int {
	s.proc.killed.Store(true)
	if !s.sub {
		return s.die(syscall.SIGTERM)
	}
	return 0
}
