package makefiles

// This file goes through one reading of the makefiles.

import (
	"slices"
	"strings"

	"gokbuild/kbuild/lang/builtin"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/output"
	"gokbuild/kbuild/setting"
)

// Reader reads the makefiles of a make.
type Reader struct {
	Make  *setting.Make
	Cache *Cache
	// Printer prints for the make; Above is that of the make above, or nil.
	Printer, Above *output.Printer
	// Shell runs the commands of $(shell).
	Shell func(r *Reading, command string) (out []byte, status int)
	// Jobs is told when makefiles may have changed -j, forced if one did so against a job server. It returns how processes
	// join the make's own job server, "" if there is none.
	Jobs func(forced bool) (auth string)
	// Mixed is called after the message about a rule that mixes patterns and names.
	Mixed func()
	// Begun is told of each reading before anything is expanded in it.
	Begun func(r *Reading)
	// Restarts counts how often the makefiles were read before.
	Restarts int
	Hooks

	// stdinFile is the copy of the makefile that came from standard input.
	stdinFile string
}

// Hooks tell others what a reading does. All may be nil.
type Hooks struct {
	// Watched tells which variables of the environment Watch is to be told of, besides those that are not defined.
	Watched func(name string) bool
	Watch   func(name string, defined bool)
	// Writing is asked before $(file) writes.
	Writing func(name string) bool
	// Poll is called for every line; it may end the make by a panic.
	Poll func()
}

// Makefile is a makefile that was read or looked for. All of them are targets before the goals are (manual, "How Makefiles
// Are Remade").
type Makefile struct {
	File *rules.File
	// Included is set for one that an include directive names, DontCare if it may be missing.
	Included, DontCare bool
	// Err is why it could not be read, Pos the place that names it.
	Err error
	Pos eval.Pos
	// Before is its time when it was read.
	Before rules.Time
}

// Reading is one reading of the makefiles, and what they said.
type Reading struct {
	*Reader
	In        *eval.Interp
	DB        *rules.DB
	Makefiles []*Makefile
	// Serial is set if the makefiles want one job at a time (.NOTPARALLEL).
	Serial bool

	// stage is what MAKEFLAGS is written for.
	stage flags.Stage
	// Early is set while the command line is evaluated: make's own variables, SHELL among them, are not there yet.
	Early bool
	// overrides is set if the command line, or MAKEFLAGS as the makefiles left it, assigns variables.
	overrides bool
	// options is set while the options of the environment are expanded: no makefile sets them then.
	options bool
	// builtins is set if the built-in variables were defined: -R in a makefile drops them again, not those of .POSIX under -R.
	builtins bool
	// exported is set once MAKEFLAGS was defined, to be exported.
	exported bool
}

// NewReading returns a reading that has the variables which exist before the first makefile is read.
func (rd *Reader) NewReading() *Reading {
	r := rd.empty()
	in, profile := r.In, rd.Make.Profile
	in.EnvOverrides = rd.Make.Flags.EnvOverrides
	in.WarnUndefined = rd.Make.Flags.WarnUndefined
	if profile.OwnVariablesQuiet {
		in.Quiet = quiet
	}
	in.Included = r.included
	in.MayRead = rd.Make.MayRead
	in.Ahead = func(names []string) func() { return rd.Cache.readAhead(rd.Make.View, names) }
	in.Watch, in.Writing = rd.Watch, rd.Writing
	r.DB.AlwaysMake = rd.Make.Flags.AlwaysMake
	r.DB.Mixed = rules.Mixed{Accept: rd.Make.Flags.AcceptMixed, Told: rd.Mixed}
	r.DB.PosixVars = map[string]string{".SHELLFLAGS": "-ec"}
	for _, v := range builtin.Posix(profile) {
		r.DB.PosixVars[v.Name] = v.Value
	}
	r.debugRules()
	r.defineEnvironment()
	assigned := r.assignArguments()
	r.defineBuiltins()
	r.defineCommandLine(assigned)
	return r
}

// empty returns a reading without variables.
func (rd *Reader) empty() *Reading {
	r := &Reading{Reader: rd}
	r.In = eval.NewInterp(rd.Make.View, rd.Cache.dialect, host{r}, rd.Printer.Main(), nil)
	r.DB = rules.New(r.In, func(pos eval.Pos, text string) { r.In.Voice.Warn(pos, text) })
	r.In.Sink = r.DB
	rd.Begun(r)
	return r
}

// host is the outside world of the evaluator (eval.Host).
type host struct{ *Reading }

func (h host) Shell(command string) (out []byte, status int) {
	return h.Reader.Shell(h.Reading, command)
}

// ExpandEnv is the value of a variable of the environment, expanded as that of any variable; no other variables exist yet.
func (rd *Reader) ExpandEnv(name string) string {
	text := rd.Make.Env[name]
	for i := range len(text) {
		if text[i] != '$' {
			continue
		}
		r := rd.empty()
		r.options = true
		for name, value := range rd.Make.Env {
			r.In.SetGlobal(name, value, eval.OriginEnvironment, true)
		}
		return r.In.ExpandText(text)
	}
	return text
}

// Level is the level of the make: a MAKELEVEL of the command line, or of MAKEFLAGS, counts before that of the environment, its text
// as it stands. Other arguments are looked at as far as that does nothing; an error in one is told when all are evaluated.
func (rd *Reader) Level() int {
	names := func(a flags.Assignment) bool { return a.Name == "MAKELEVEL" || strings.Contains(a.Name, "$") }
	if !slices.ContainsFunc(rd.Make.Flags.Assignments, names) {
		return rd.Make.Level
	}
	r := rd.empty()
	r.Early, r.options = true, true
	r.defineEnvironment()
	_ = eval.Catch(func() {
		for _, a := range rd.Make.Flags.Assignments {
			if names(a) || a.Op == "=" {
				r.assignArgument(a)
			}
		}
	})
	if v := r.In.Global.Get("MAKELEVEL"); v != nil {
		return setting.Level(v.Value)
	}
	return 0
}

// Read reads all makefiles.
func (r *Reading) Read() {
	in := r.In
	r.Printer.HoldBack(r.Above)
	in.Poll = r.Poll
	if r.Restarts == 0 {
		r.Printer.Debugf(flags.DebugBasic, 0, "%s", r.Make.Flags.VersionText(""))
	}
	r.readStdin()
	r.Printer.Debugf(flags.DebugBasic, 0, "Reading makefiles...\n")
	for _, text := range r.Make.Flags.Evals {
		in.EvalText(text)
	}
	if v := in.Global.Get("MAKEFILES"); v != nil && v.Value != "" {
		for name := range eval.Words(in.Value(v)) {
			in.Pos = eval.Pos{}
			in.IncludeFile(name, true, false)
		}
	}
	if len(r.Make.Flags.Makefiles) > 0 {
		for _, name := range r.Make.Flags.Makefiles {
			r.readNamed(name)
		}
	} else {
		r.readDefault()
	}
	in.Pos, in.Poll = eval.Pos{}, nil
	r.snap()
	r.Printer.LetGo()
}

// BeginGoals writes MAKEFLAGS as the recipes of goals see it, now that no makefile is read any more.
func (r *Reading) BeginGoals() {
	r.RemoveStdin()
	r.defineFlags(flags.Building)
	r.DB.AlwaysMake = r.Make.Flags.AlwaysMake || r.Make.Everything
}

// RestartArgs is the command line as make would run itself again with.
func (r *Reading) RestartArgs() []string {
	return r.Make.Flags.RestartArgs(r.Make.Call.Argv, r.stdinFile)
}

// debugRules has the search for implicit rules told of, if that is asked for.
func (r *Reading) debugRules() {
	if r.Printer.Debugging(flags.DebugImplicit) {
		r.DB.Debug = func(depth int, text string) { r.Printer.Debugf(flags.DebugImplicit, depth, "%s", text) }
	}
}
