package eval

// This file is the evaluator: its state, and what it asks of those around it.

import (
	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/hashorder"
	"gokbuild/kbuild/lang/syntax"
)

// Host is the outside world of an invocation.
type Host interface {
	// Shell runs a command for $(shell) and !=, and returns what it wrote to
	// its standard output, unchanged, and its exit status, or NotRun.
	Shell(command string) (output []byte, status int)
	// Load reads a makefile. The error is that of the operating system.
	Load(name string) (*syntax.File, error)
	// SpecialVar is told when a makefile sets a variable that steers make
	// itself: MAKEFLAGS, .RECIPEPREFIX, and the like.
	SpecialVar(v *Var)
}

// Voice is where the messages of an evaluation go.
type Voice interface {
	// Info prints a line to standard output, Warn one to standard error.
	Info(text string)
	Warn(pos Pos, text string)
}

// NotRun is the status of a command of blanks alone, for which nothing is run.
const NotRun = -1

// Sink takes the rules that statements declare.
type Sink interface {
	// Rule takes a finished rule.
	Rule(r *RuleDecl)
	// TargetScope returns the chain that starts with a target's own variables.
	TargetScope(target string) *Scope
	// PatternVar takes a pattern-specific variable.
	PatternVar(v *PatternVar)
	// Special is told of .POSIX and the like as soon as the line is read.
	Special(target string)
	// IsSuffixRule reports whether name is a suffix or a pair of suffixes, so
	// that it cannot be the default goal.
	IsSuffixRule(name string) bool
	// Vpath takes a vpath directive: pattern "" clears all, dirs "" clears one.
	Vpath(pattern, dirs string)
}

// Automatic provides the automatic variables of the target being worked on.
type Automatic interface {
	// Automatic returns the value of $@, $<, … for the character c.
	Automatic(c byte) (string, bool)
}

// Interp is the evaluator of one invocation. It is not safe for concurrent use.
type Interp struct {
	Dialect *syntax.Dialect
	View    *fsys.View
	Host    Host
	Sink    Sink
	// Voice is where messages go at the moment.
	Voice Voice

	Global *Set
	// Scope is where names are looked up; its last link is Global.
	Scope *Scope
	// Auto is the target whose automatic variables are visible; may be nil.
	Auto Automatic
	// Pos is the place that messages refer to.
	Pos Pos

	EnvOverrides  bool // -e
	WarnUndefined bool // --warn-undefined-variables
	// Quiet holds the names of make's own that may be undefined without warning.
	Quiet     map[string]bool
	ExportAll bool // export, .EXPORT_ALL_VARIABLES
	// Prefix starts recipe lines; a TAB unless .RECIPEPREFIX is set.
	Prefix byte
	// SecondExpansion is set once .SECONDEXPANSION was seen.
	SecondExpansion bool
	// IncludeDirs are searched for included makefiles.
	IncludeDirs []string
	// NoDefaultGoal is set while a makefile's targets cannot become
	// the default goal (those of MAKEFILES).
	NoDefaultGoal bool
	// Inherited, if set, is what a variable that references itself stands for.
	Inherited func(name string) string
	// ArchiveGlob lists the members of an archive that match a pattern, sorted.
	ArchiveGlob func(lib, pattern string) []string
	// Watch is told of each use of a watched variable, and of each of one that is not defined.
	Watch func(name string, defined bool)
	// MayRead, if set, is asked before $(file) reads; false means that there is nothing.
	MayRead func(name string) bool
	// Writing, if set, is asked before $(file) writes; false means that it must not.
	Writing func(name string) bool
	// Ahead, if set, is told which makefiles one directive is about to read, and the function it returns that they were.
	Ahead func(names []string) (stop func())
	// Included is told of every makefile name read or looked for.
	Included func(inc Inclusion)

	// Poll, if set, is called for every line that is read; it may end the reading.
	Poll func()

	inclusion string
	locals    []local
	// outer is how many of the locals are behind the variables of the target that an assignment is read for.
	outer int
	depth nesting
	// readNUL is set once $(file) read a NUL: what is being expanded ends there.
	readNUL bool
	// buffers are those that no expansion uses at the moment.
	buffers [][]byte
	// expandingPos is where the variable being expanded was defined.
	expandingPos Pos
	changes      uint64
	reading      reading
}

// nesting counts what is under way: expansions, calls of functions, makefiles that are read.
type nesting struct{ expansions, functions, makefiles int }

// reading is what is read: how many texts inside each other, and whether the innermost is one that is read once ([syntax.File]).
type reading struct {
	depth int
	once  bool
}

// Inclusion describes one makefile named by an include directive.
type Inclusion struct {
	Name     string // as given, or the file found along the include path
	Optional bool
	Err      error // why it could not be read; nil if it was
	Pos      Pos
}

// NewInterp returns an evaluator without variables.
func NewInterp(view *fsys.View, d *syntax.Dialect, host Host, voice Voice, sink Sink) *Interp {
	in := &Interp{Dialect: d, View: view, Host: host, Voice: voice, Sink: sink, Global: NewSet(512), Prefix: '\t'}
	in.Scope = &Scope{Set: in.Global}
	return in
}

// Frame is the standpoint of an expansion: whose variables are visible, and where messages go.
type Frame struct {
	Scope *Scope
	Auto  Automatic
	Pos   Pos
	// Voice is where messages go; nil is where they go anyway.
	Voice Voice
}

// Frame is the present standpoint.
func (in *Interp) Frame() Frame { return Frame{in.Scope, in.Auto, in.Pos, in.Voice} }

// Within calls expand with another standpoint, and goes back to the present one, also if expand ends with a fatal error.
func (in *Interp) Within(f Frame, expand func()) {
	before := in.Frame()
	defer func() { in.Scope, in.Auto, in.Pos, in.Voice = before.Scope, before.Auto, before.Pos, before.Voice }()
	in.Scope, in.Auto, in.Pos = f.Scope, f.Auto, f.Pos
	if f.Voice != nil {
		in.Voice = f.Voice
	}
	expand()
}

// local is a variable of foreach, let or call, in force while their body is
// expanded. A call has args and no name.
type local struct {
	v    *Var
	args []string
}

// Changes counts the changes of variables, for callers that remember expansions.
func (in *Interp) Changes() uint64 { return in.changes }

// Lookup finds the variable that a reference to name means at this moment.
func (in *Interp) Lookup(name string) *Var {
	numbered := name != "" && name[0] >= '0' && name[0] <= '9'
	for i := len(in.locals) - 1; i >= 0; i-- {
		if i+1 == in.outer {
			if v := in.Scope.Set.Get(name); v != nil {
				return v
			}
		}
		l := &in.locals[i]
		if l.v != nil {
			if l.v.Name == name {
				return l.v
			}
		} else if numbered {
			if v := in.argument(i, name); v != nil {
				return v
			}
		}
	}
	if len(name) == 1 && in.Auto != nil {
		if value, ok := in.Auto.Automatic(name[0]); ok {
			return &Var{Name: name, Value: value, Origin: OriginAutomatic}
		}
	}
	if name == ".VARIABLES" {
		if in.Watch != nil {
			in.Watch(name, true)
		}
		return in.variableNames()
	}
	v := in.Scope.Lookup(name)
	in.lookedAt(name, v)
	return v
}

// lookedAt tells who watches that a variable was looked up.
func (in *Interp) lookedAt(name string, v *Var) {
	if in.Watch != nil && (v == nil || v.Watched) {
		in.Watch(name, v != nil)
	}
}

// argument resolves $(0), $(1), … of the call at locals[i]. Arguments that only
// an outer call has are empty in the inner one.
func (in *Interp) argument(i int, name string) *Var {
	n := 0
	for j := 0; j < len(name); j++ {
		if name[j] < '0' || name[j] > '9' || n > 1<<20 {
			return nil
		}
		n = n*10 + int(name[j]-'0')
	}
	if len(name) > 1 && name[0] == '0' {
		return nil
	}
	if n < len(in.locals[i].args) {
		return &Var{Name: name, Value: in.locals[i].args[n], Origin: OriginAutomatic}
	}
	for i--; i >= 0; i-- {
		if in.locals[i].v == nil && n < len(in.locals[i].args) {
			return &Var{Name: name, Origin: OriginAutomatic}
		}
	}
	return nil
}

func (in *Interp) variableNames() *Var {
	return &Var{Name: ".VARIABLES", Value: in.Global.names(hashorder.Global, in.Dialect.ShiftHash), Origin: OriginDefault}
}

// fail ends the evaluation with a fatal error at the present position; the
// exported entry points turn it into an error.
func (in *Interp) fail(msg string) { panic(&Fatal{in.Pos, msg}) }

// failExpanding is fail at the place of the variable being expanded.
func (in *Interp) failExpanding(msg string) {
	pos := in.Pos
	if in.expandingPos.File != "" {
		pos = in.expandingPos
	}
	panic(&Fatal{pos, msg})
}

// Catch runs f and returns the fatal error that ended it, if any.
func Catch(f func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			fatal, ok := r.(*Fatal)
			if !ok {
				panic(r)
			}
			err = fatal
		}
	}()
	f()
	return nil
}

// Recover makes the evaluator usable after a fatal error that ended an
// expansion half-way.
func (in *Interp) Recover() {
	in.locals, in.outer, in.depth, in.expandingPos = nil, 0, nesting{makefiles: in.depth.makefiles}, Pos{}
}

// SetGlobal defines a global variable from inside make.
func (in *Interp) SetGlobal(name, value string, origin Origin, recursive bool) *Var {
	in.changes++
	if in.EnvOverrides && origin == OriginEnvironment {
		origin = OriginEnvOverride
	}
	in.override(in.Global, name)
	return in.Global.Define(name, value, origin, recursive, Pos{})
}
