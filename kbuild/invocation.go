package kbuild

import (
	"errors"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph"
	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/builtin"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/profile"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/lang/syntax"
	"gokbuild/kbuild/native/shell"
)

// Call is what a make process is started with.
type Call struct {
	// Argv holds the program and its arguments.
	Argv []string
	// Dir is the absolute working directory.
	Dir string
	// Env is the environment.
	Env                   []string
	Stdin, Stdout, Stderr *os.File
}

// Invocation is one run of make.
type Invocation struct {
	session *Session
	profile *profile.Profile
	call    Call

	dir    string
	view   *fsys.View
	flags  *flags.Flags
	level  int
	prefix string
	parent *Invocation
	prio   depgraph.Priority

	in    *eval.Interp
	db    *rules.DB
	graph depgraph.Graph
	// env is the environment as received, by name.
	env map[string]string
	// shellEnv is the value of SHELL in the environment, which recipes inherit.
	shellEnv  *string
	makefiles []*makefile
	restarts  int
	// early is set while the command line is evaluated: make's own variables, SHELL among them, are not there yet.
	early bool
	// overrides is set if the command line, or MAKEFLAGS as the makefiles left it, assigns variables.
	overrides bool
	// stage is what MAKEFLAGS is written for.
	stage flags.Stage

	// While makefiles are remade, -n, -q and -t do not count.
	remaking                bool
	remakingFile            *makefile
	remakingList            []*makefile
	dryRun, question, touch bool
	serial                  bool
	// pass counts the sets of goals, makefiles among them.
	pass uint32

	// mu is held while variables are evaluated: by the invocation itself except
	// when it waits, and by a job that needs its environment.
	mu   sync.Mutex
	done chan *job
	// liveJobs is the number of jobs that have not ended.
	liveJobs int
	// slots are shared with the invocations above and below, unless one was
	// given a -j of its own; server is for processes that share them.
	slots    *depgraph.Slots
	server   *depgraph.Server
	ownSlots bool
	// slotJobs is the -j that slots were set up for.
	slotJobs int
	// serverAuth is how processes join the invocation's own server.
	serverAuth string
	// held is set while the invocation itself holds a slot; outer is the pool of
	// the caller, one slot of which an invocation with its own pool keeps.
	held   bool
	outer  *depgraph.Slots
	waiter *depgraph.Waiter
	goal   *goal // the one that is being considered
	failed rules.Status
	dying  bool
	// answered is set if a command that runs even under -q ended with 1: make ends at once, with that status.
	answered bool
	waitSaid bool

	outMu     sync.Mutex
	out       sink
	announced bool
	// context is where messages go while makefiles are read or a recipe is
	// expanded, if not to out.
	context *sink
	// tmpDir is tempDir once it was asked for.
	tmpDir string
	// settled is set once the directory is final and may be announced.
	settled  bool
	writeErr atomic.Pointer[error]
	output   *depgraph.Output

	// unbuilt holds the programs of the tree that are replaced, by name. Only the
	// invocation itself adds to it, under unbuiltMu.
	unbuiltMu sync.Mutex
	unbuilt   map[string]*unbuilt
	// goals replace those of the command line, and buildAll builds even what has
	// a replacement: see buildNeeded.
	goals    []string
	buildAll bool

	// rec notes what the invocation does; nil if nothing is remembered. recalled is set if memory says all.
	rec      *recording
	recalled bool
	// known is set at the end if it is known that the same call would do nothing.
	known bool

	exports    exportCache
	shellCache shellCache
}

// Run runs make as the top of a session and returns its exit status.
func (s *Session) Run(call Call) int {
	s.terminals = [2]*os.File{call.Stdout, call.Stderr}
	inv := s.invocation(call, nil)
	status := inv.run()
	s.scout.stop()
	s.closeMemory(call, status, inv.known)
	if inv.flags != nil && inv.flags.Stats {
		s.printStats(inv)
	}
	return status
}

func (s *Session) invocation(call Call, parent *Invocation) *Invocation {
	inv := &Invocation{session: s, profile: s.Profile, call: call, dir: call.Dir, parent: parent,
		done: make(chan *job, 64)}
	inv.out = sink{stdout: call.Stdout, stderr: call.Stderr}
	if parent == nil || parent.out != inv.out {
		appendOnly(call.Stdout)
		appendOnly(call.Stderr)
	}
	return inv
}

// run is make from command line to exit status.
func (inv *Invocation) run() (status int) {
	inv.mu.Lock()
	defer inv.mu.Unlock()
	status = 2
	var ended *exit
	err := eval.Catch(func() { status, ended = inv.mainOrExit() })
	if ended != nil {
		status = ended.status
	}
	var fatal *eval.Fatal
	if errors.As(err, &fatal) {
		if inv.in != nil {
			inv.in.Recover()
		}
		inv.printFatal(fatal)
		if fatal.Msg == rules.MixedRules {
			inv.hintMixed()
		}
		inv.drain()
		status = 2
		if inv.in != nil {
			inv.removeIntermediates()
		}
	}
	inv.letGo()
	if inv.in != nil && inv.flags.PrintDatabase && inv.session.Stopping() == 0 {
		inv.printDatabase()
	}
	inv.finish()
	if status == 0 && inv.writeErr.Load() != nil {
		inv.write(inv.out.stderr, inv.prefix+": write error: stdout\n")
		status = 1
	}
	inv.known = inv.endRecording(status)
	return status
}

// finish ends the output and gives the slot back.
func (inv *Invocation) finish() {
	inv.cancelWaiter()
	inv.closeSlots()
	inv.removeStdin()
	inv.outMu.Lock()
	defer inv.outMu.Unlock()
	if inv.output != nil {
		inv.output.Close()
	}
	if inv.announced && inv.session.Stopping() == 0 {
		inv.write(inv.out.stdout, inv.leaving())
	}
}

// mainOrExit runs main; what ended it early without a message is returned.
func (inv *Invocation) mainOrExit() (status int, ended *exit) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*exit)
			if !ok {
				panic(r)
			}
			ended = e
		}
	}()
	return inv.main(), nil
}

func (inv *Invocation) main() int {
	inv.session.counters.invocations.Add(1)
	inv.splitEnv()
	inv.level, _ = strconv.Atoi(inv.env["MAKELEVEL"])
	inv.level = max(inv.level, 0)
	program := path.Base(inv.call.Argv[0])
	inv.prefix = program
	if inv.profile.TempDirChecked {
		inv.tempDir()
	}
	inv.prefix = makeName(program, inv.level)
	inv.flags = flags.New(inv.profile)
	if status, ok := inv.loadFlags(); !ok {
		return status
	}
	if inv.goals == nil {
		inv.changeDirectory()
	} else {
		inv.flags.Goals = inv.goals
	}
	inv.view = inv.session.FS.View(inv.dir)
	if inv.parent != nil {
		// Our own options do not travel in MAKEFLAGS.
		up := inv.parent.flags
		inv.flags.NoNative, inv.flags.ByDate = up.NoNative, up.ByDate
		inv.flags.Explain, inv.flags.Why, inv.flags.Stats = up.Explain, up.Why, up.Stats
		inv.flags.ReplayWarnings, inv.flags.AcceptMixed = up.ReplayWarnings, up.AcceptMixed
	}
	inv.flags.Settle(inv.level)
	if inv.parent == nil && !inv.onlyLooks() {
		inv.openMemory()
	}
	if inv.startRecording() {
		return 0
	}
	inv.settled = true
	if inv.rec != nil {
		inv.view = inv.view.Observed(&inv.rec.facts)
		for _, dir := range inv.flags.Directories {
			inv.view.NoteLinks(dir)
		}
	}
	if inv.flags.CheckSymlinkTimes {
		inv.view = inv.view.WithSymlinkTimes()
	}
	inv.setupSlots()
	inv.sendScout()
	loaded := inv.flags
	for {
		inv.flags = loaded.Clone()
		inv.dryRun, inv.question, inv.touch = inv.flags.DryRun, inv.flags.Question, inv.flags.Touch
		inv.setupVariables()
		if !inv.readMakefiles() {
			break
		}
		inv.restarts++
		inv.debugf(debugBasic, 0, "Re-executing[%d]: %s\n", inv.restarts, strings.Join(inv.restartArgs(), " "))
		if !inv.runnable() {
			return 127
		}
	}
	return inv.makeGoals()
}

// runnable reports whether make could run itself again.
func (inv *Invocation) runnable() bool {
	file := inv.call.Argv[0]
	if !strings.Contains(file, "/") {
		return true
	}
	err := unix.Access(shell.Resolve(inv.call.Dir, file), unix.X_OK)
	if err != nil {
		inv.write(inv.out.stderr, inv.prefix+": "+inv.execError(inv.call.Argv[0], err)+"\n")
	}
	return err == nil
}

// splitEnv indexes the environment.
func (inv *Invocation) splitEnv() {
	inv.env = make(map[string]string, len(inv.call.Env))
	for _, e := range inv.call.Env {
		if i := strings.IndexByte(e, '='); i > 0 {
			inv.env[e[:i]] = e[i+1:]
		}
	}
}

// expandEnv is the value of a variable of the environment, expanded as that of
// any variable; no other variables exist yet.
func (inv *Invocation) expandEnv(name string) string {
	text := inv.env[name]
	if strings.IndexByte(text, '$') < 0 {
		return text
	}
	in := eval.NewInterp(inv.session.FS.View(inv.dir), inv.session.Dialect, inv, nil)
	for name, value := range inv.env {
		in.SetGlobal(name, value, eval.OriginEnvironment, true)
	}
	return in.ExpandText(text)
}

// loadFlags reads options; ok is false if the invocation ends here.
func (inv *Invocation) loadFlags() (status int, ok bool) {
	f := inv.flags
	env := flags.Env{GNUMakeflags: inv.expandEnv("GNUMAKEFLAGS"), Makeflags: inv.expandEnv("MAKEFLAGS"),
		Lookup: func(name string) string { return inv.env[name] }}
	err := f.Load(inv.call.Argv, env)
	for _, m := range f.Messages {
		inv.write(inv.out.stderr, strings.TrimSuffix(m, "\n")+"\n")
	}
	var usage flags.UsageError
	var fatal *flags.FatalError
	switch {
	case errors.As(err, &usage):
		inv.write(inv.out.stderr, f.Usage())
		return 2, false
	case errors.As(err, &fatal):
		inv.fatal(fatal.Text)
	case err != nil:
		inv.fatal(err.Error())
	}
	if f.Help {
		inv.write(inv.out.stdout, f.Usage())
		return 0, false
	}
	if f.Version {
		inv.write(inv.out.stdout, f.VersionText(""))
		return 0, false
	}
	return 0, true
}

// changeDirectory follows each -C.
func (inv *Invocation) changeDirectory() {
	start := inv.dir
	for _, d := range inv.flags.Directories {
		next := d
		if strings.HasPrefix(next, "~") {
			next = fsys.Tilde(next, func() string { return inv.env["HOME"] })
		}
		next = shell.Resolve(inv.dir, next)
		st, err := os.Stat(next)
		if err == nil && !st.IsDir() {
			err = syscall.ENOTDIR
		}
		if err != nil {
			if inv.profile.DirectoryLinesOnBadC {
				inv.flags.Settle(inv.level)
				inv.settled = true
			}
			inv.settled = inv.settled || inv.flags.PrintDirectoryAsked()
			inv.dir = start // what the directory lines name
			inv.fatal(d + ": " + errorText(err))
		}
		inv.dir = realDir(next)
	}
}

// realDir is the name that the system gives a directory: without links.
func realDir(dir string) string {
	if real, err := evalSymlinks(dir); err == nil {
		return real
	}
	return path.Clean(dir)
}

// setupVariables makes a fresh evaluator with the variables that exist before
// the first makefile is read.
func (inv *Invocation) setupVariables() {
	in := eval.NewInterp(inv.view, inv.session.Dialect, inv, nil)
	inv.in = in
	in.EnvOverrides = inv.flags.EnvOverrides
	in.WarnUndefined = inv.flags.WarnUndefined
	if inv.profile.OwnVariablesQuiet {
		in.Quiet = quiet
	}
	in.Included = inv.included
	in.MayRead = inv.mayRead
	in.Ahead = func(names []string) func() { return inv.session.readAhead(inv.view, names) }
	if inv.session.scouting != nil {
		in.Writing = func(string) bool { return false }
	}
	if inv.rec != nil {
		in.Watch = inv.uses
		in.Writing = func(name string) bool {
			inv.rec.unprove("$(file) writes " + name)
			return !inv.settling()
		}
	}
	inv.db = rules.New(in, inv.errorAt)
	in.Sink = inv.db
	inv.db.AlwaysMake = inv.flags.AlwaysMake
	inv.db.AcceptMixed, inv.db.Mixed = inv.flags.AcceptMixed, inv.hintMixed
	inv.db.SuffixPrereqWarning = inv.profile.SuffixPrereqWarning
	inv.db.WaitTarget, inv.db.NotIntermediate = inv.profile.WaitTarget, inv.profile.NotIntermediate
	inv.db.OughtToExist = inv.profile.ExplicitPrereqsOughtToExist
	inv.db.DebugRules = inv.profile.DebugOutdented
	inv.db.ShiftHash = inv.profile.ShiftHash
	inv.db.OlderMemberMissing = inv.profile.OlderMemberMissing
	inv.db.LazySecondExpansion = inv.profile.LazySecondExpansion
	inv.db.SpecialAtOnce = inv.profile.SpecialTargetsAtOnce
	inv.db.ExtraPrereqs = inv.profile.ExtraPrereqs
	inv.db.PosixVars = map[string]string{".SHELLFLAGS": "-ec"}
	for _, v := range builtin.Posix(inv.profile) {
		inv.db.PosixVars[v.Name] = v.Value
	}
	in.FileNameTrimmed = inv.profile.FileNameTrimmed
	in.NumbersParsed, in.IfeqBlankHint = inv.profile.NumbersParsed, inv.profile.IfeqBlankHint
	in.AppendBlank = inv.profile.AppendAlwaysAddsBlank
	in.ShiftHash = inv.profile.ShiftHash
	in.OverridesCut = inv.profile.OverridesCutOnAppend
	if inv.debugging(debugImplicit) {
		inv.db.Debug = func(depth int, text string) { inv.debugf(debugImplicit, depth, "%s", text) }
	}
	inv.graph = depgraph.Graph{}
	inv.makefiles = nil
	inv.exports = exportCache{}

	inv.defineEnvironment()
	assigned := inv.assignArguments()
	inv.defineBuiltins()
	inv.defineCommandLine(assigned)
}

// quiet are the variables of make's own that are not always defined.
var quiet = map[string]bool{"MAKECMDGOALS": true, "MAKE_RESTARTS": true, "MAKE_TERMOUT": true, "MAKE_TERMERR": true,
	"MAKEOVERRIDES": true, ".DEFAULT": true, flags.OverridesVariable: true, flags.EvalsVariable: true, "VPATH": true, "GPATH": true}

func (inv *Invocation) defineEnvironment() {
	inv.defineTable(builtin.First(inv.profile), eval.OriginDefault)
	for _, e := range inv.call.Env {
		i := strings.IndexByte(e, '=')
		if i <= 0 {
			continue
		}
		name, value := e[:i], e[i+1:]
		v := inv.in.Global.Define(name, value, eval.OriginEnvironment, true, eval.Pos{})
		v.Export = eval.ExportYes
		// Before 4.4 make takes the value for a part of the name when it looks at the letters of that.
		v.Unexportable = !inv.profile.ExportsInherited
		v.Watched = inv.rec != nil && watched(name)
		switch name {
		case "SHELL":
			inv.shellEnv = &value
			v.Export = eval.ExportNo
		case "MAKE_RESTARTS":
			v.Export = eval.ExportNo
		}
	}
	// It was read: sub-makes get what it says in MAKEFLAGS.
	if _, ok := inv.env["GNUMAKEFLAGS"]; ok || !inv.profile.GNUMakeflagsOnlyIfSet {
		inv.in.SetGlobal("GNUMAKEFLAGS", "", eval.OriginEnvironment, false)
	}
	// A child is not told of restarts, nor is the first reading.
	inv.in.Global.Undefine("MAKE_RESTARTS", eval.OriginAutomatic)
	if inv.restarts > 0 {
		v := inv.in.SetGlobal("MAKE_RESTARTS", strconv.Itoa(inv.restarts), eval.OriginEnvironment, false)
		v.Export = eval.ExportNo
	}
}

// assignArguments evaluates the variables of the command line and of the
// parent's, which arrive in MAKEFLAGS. What they expand sees the environment,
// and no variable of make's own yet: "make V:=$(CC)" sets V to nothing.
func (inv *Invocation) assignArguments() (vars []*eval.Var) {
	prefix := inv.prefix
	inv.early, inv.prefix = true, path.Base(inv.call.Argv[0])
	defer func() { inv.early, inv.prefix = false, prefix }()
	inv.overrides = len(inv.flags.Assignments) > 0
	for _, a := range inv.flags.Assignments {
		if v := inv.assignArgument(a); v != nil && !slices.Contains(vars, v) {
			vars = append(vars, v)
		}
	}
	return vars
}

// defineCommandLine tells makefiles of the command line; vars are the variables
// that it assigned.
func (inv *Invocation) defineCommandLine(vars []*eval.Var) {
	in := inv.in
	var list []flags.Override
	for _, v := range vars {
		list = append(list, flags.Override{Name: v.Name, Simple: !v.Recursive, Value: v.Value})
	}
	if len(list) > 0 {
		in.SetGlobal(flags.OverridesVariable, flags.OverridesText(list), eval.OriginAutomatic, false)
		origin := eval.OriginEnvironment
		if inv.profile.OverridesOriginDefault {
			origin = eval.OriginDefault
		}
		in.SetGlobal("MAKEOVERRIDES", flags.OverridesReference, origin, true)
	}
	inv.defineFlags(flags.Reading)
	if len(inv.flags.Goals) > 0 {
		in.SetGlobal("MAKECMDGOALS", strings.Join(inv.flags.Goals, " "), eval.OriginDefault, false)
	}
}

func (inv *Invocation) assignArgument(a flags.Assignment) *eval.Var {
	in := inv.in
	origin := eval.OriginCommandLine
	switch a.Origin {
	case flags.FromFile:
		origin = eval.OriginFile
	case flags.FromEnvironment:
		origin = eval.OriginEnvironment
	case flags.FromEnvironmentOverride:
		origin = eval.OriginEnvOverride
	case flags.FromOverride:
		origin = eval.OriginOverride
	}
	name := strings.TrimSpace(in.ExpandText(a.Name))
	if name == "" {
		inv.fatal("empty variable name")
	}
	return in.Assign(in.Global, name, opOf(a.Op), syntax.Compile(a.Value, in.Dialect), origin, false)
}

func opOf(op string) syntax.Op {
	switch op {
	case ":=", "::=":
		return syntax.OpSimple
	case ":::=":
		return syntax.OpImmediate
	case "+=":
		return syntax.OpAppend
	case "?=":
		return syntax.OpIfUnset
	case "!=":
		return syntax.OpShell
	}
	return syntax.OpRecursive
}

// defineFlags writes MAKEFLAGS and MFLAGS for a stage of the invocation.
func (inv *Invocation) defineFlags(stage flags.Stage) {
	inv.stage = stage
	in := inv.in
	overrides, name := flags.ByReference, "MAKEOVERRIDES"
	if inv.db.Posix {
		overrides, name = flags.ByHiddenReference, flags.OverridesVariable
	}
	if inv.profile.OverridesOfCommandLine {
		if !inv.overrides {
			overrides = flags.NoOverrides
		}
	} else if v := in.Global.Get(name); v == nil || v.Value == "" {
		overrides = flags.NoOverrides
	}
	origin := eval.OriginFile
	if inv.flags.EnvOverrides {
		origin = eval.OriginEnvOverride
	}
	if len(inv.flags.Evals) > 0 {
		in.SetGlobal(flags.EvalsVariable, inv.flags.EvalsText(), eval.OriginAutomatic, false)
	}
	v := in.SetGlobal("MAKEFLAGS", inv.flags.Makeflags(stage, overrides), origin, true)
	if v.Export == eval.ExportDefault {
		v.Export = eval.ExportYes
	}
	in.SetGlobal("MFLAGS", inv.flags.Mflags(stage), eval.OriginEnvironment, true)
}
