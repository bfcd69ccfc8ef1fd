package kbuild

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/builtin"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/lang/syntax"
)

// makefile is a makefile that was read or looked for; all of them are targets
// before the goals are (manual, "How Makefiles Are Remade").
type makefile struct {
	file     *rules.File
	included bool
	dontCare bool
	err      error
	pos      eval.Pos
	// before is its time when it was read.
	before rules.Time
}

func evalSymlinks(p string) (string, error) { return filepath.EvalSymlinks(p) }

// errorText returns the operating system's words for an error, as C prints them.
func errorText(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		err = errno
	}
	s := err.Error()
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	return s
}

// defineBuiltins defines the variables and rules of make itself.
func (inv *Invocation) defineBuiltins() {
	in := inv.in
	inv.defineTable(builtin.Fixed(inv.profile, inv.flags.NoBuiltinRules, flags.Host()), eval.OriginDefault)
	inv.defineTable(builtin.Automatic(), eval.OriginAutomatic)
	command := inv.call.Argv[0]
	for _, d := range []struct {
		name, value string
		origin      eval.Origin
		recursive   bool
	}{
		{"MAKE_COMMAND", command, eval.OriginDefault, false},
		{"MAKE", "$(MAKE_COMMAND)", eval.OriginDefault, true},
		{"CURDIR", inv.dir, eval.OriginFile, false},
		{"MAKEFILE_LIST", "", eval.OriginFile, false},
		{".DEFAULT_GOAL", "", eval.OriginFile, false},
	} {
		in.SetGlobal(d.name, d.value, d.origin, d.recursive)
	}
	in.Global.Undefine("MAKE_VERSION", eval.OriginEnvironment)
	in.SetGlobal("MAKE_VERSION", inv.profile.Version, eval.OriginDefault, false)
	// The user's SHELL is for the user, not for recipes.
	in.Global.Undefine("SHELL", eval.OriginEnvOverride)
	if v := in.Global.Get("SHELL"); v != nil && v.Value == "" {
		in.Global.Undefine("SHELL", eval.OriginAutomatic)
		inv.shellEnv = new(string)
	}
	origin := eval.OriginDefault
	if inv.shellEnv != nil {
		origin = eval.OriginFile
	}
	in.SetGlobal("SHELL", "/bin/sh", origin, false).Export = eval.ExportNo
	if v := in.Global.Get("MAKEFILES"); v == nil {
		in.SetGlobal("MAKEFILES", "", eval.OriginDefault, false).Export = eval.ExportIfSet
	}
	in.Global.Undefine("MAKELEVEL", eval.OriginEnvOverride)
	if inv.env["MAKELEVEL"] != "" {
		in.SetGlobal("MAKELEVEL", inv.env["MAKELEVEL"], eval.OriginEnvironment, false)
	} else {
		in.SetGlobal("MAKELEVEL", "0", eval.OriginEnvironment, false)
	}
	in.Global.Keep("MAKEFLAGS")
	in.Global.Keep("MFLAGS")
	if !inv.flags.NoBuiltinVariables {
		inv.defineTable(builtin.Variables(inv.profile), eval.OriginDefault)
	}
	if !inv.flags.NoBuiltinRules {
		inv.db.SetSuffixes(builtin.Suffixes())
		if !inv.profile.SuffixRulesAfterReading {
			inv.addSuffixRules()
		}
	}
	inv.defineIncludeDirs()
	// What the environment gave was taken in by now.
	if v := in.Global.Get("GNUMAKEFLAGS"); v != nil {
		v.Value, v.Recursive = "", false
	} else if inv.profile.OwnVariablesDefault {
		in.SetGlobal("GNUMAKEFLAGS", "", eval.OriginDefault, false)
	} else {
		in.SetGlobal("GNUMAKEFLAGS", "", eval.OriginEnvironment, false)
	}
	inv.defineTerminals()
}

// defineTable defines variables that are not defined yet.
func (inv *Invocation) defineTable(vars []builtin.Var, origin eval.Origin) {
	for _, v := range vars {
		if inv.in.Global.Get(v.Name) == nil {
			inv.in.SetGlobal(v.Name, v.Value, origin, v.Recursive)
		}
	}
}

func (inv *Invocation) addSuffixRules() {
	for _, r := range builtin.SuffixRules() {
		inv.db.AddSuffixRule(r.Target, builtinRecipe(r.Recipe))
	}
}

func (inv *Invocation) defineTerminals() {
	for _, t := range []struct {
		name string
		f    *os.File
	}{{"MAKE_TERMOUT", inv.session.terminals[0]}, {"MAKE_TERMERR", inv.session.terminals[1]}} {
		if t.f == nil || inv.in.Global.Get(t.name) != nil {
			continue
		}
		if st, err := t.f.Stat(); err != nil || st.Mode()&os.ModeCharDevice == 0 {
			continue
		}
		if tty, err := os.Readlink("/proc/self/fd/" + itoa(int(t.f.Fd()))); err == nil && strings.HasPrefix(tty, "/dev/pts/") {
			inv.in.SetGlobal(t.name, tty, eval.OriginDefault, false).Export = eval.ExportYes
		}
	}
}

func (inv *Invocation) defineIncludeDirs() {
	inv.in.IncludeDirs = inv.includeDirs()
	inv.in.SetGlobal(".INCLUDE_DIRS", strings.Join(inv.in.IncludeDirs, " "), eval.OriginDefault, !inv.profile.OwnVariablesDefault)
}

func (inv *Invocation) includeDirs() []string {
	var dirs []string
	add := func(d string) {
		if inv.view.Stat(d).IsDir() {
			if len(d) > 1 {
				d = strings.TrimSuffix(d, "/")
			}
			dirs = append(dirs, d)
		}
	}
	system := inv.profile.IncludeDirs
	for _, d := range inv.flags.IncludeDirs {
		if d == "-" && inv.profile.IncludeDashResets {
			dirs, system = nil, nil
			continue
		}
		add(d)
	}
	for _, d := range system {
		add(d)
	}
	return dirs
}

func builtinRecipe(lines []string) *rules.Recipe {
	r := &rules.Recipe{}
	for _, l := range lines {
		r.Lines = append(r.Lines, &syntax.Line{Raw: l})
	}
	return r
}

// readMakefiles reads all makefiles and remakes them. It reports whether one
// changed, so that everything must be read again.
func (inv *Invocation) readMakefiles() (again bool) {
	in := inv.in
	inv.holdBack()
	in.Poll = func() {
		if inv.session.Stopping() != 0 || inv.session.scouting != nil && inv.session.scouting.stopped() {
			panic(&exit{2})
		}
	}
	if inv.restarts == 0 {
		inv.debugf(debugBasic, 0, "%s", inv.flags.VersionText(""))
	}
	inv.readStdin()
	inv.debugf(debugBasic, 0, "Reading makefiles...\n")
	for _, text := range inv.flags.Evals {
		in.EvalText(text)
	}
	if v := in.Global.Get("MAKEFILES"); v != nil && v.Value != "" {
		for name := range eval.Words(in.Value(v)) {
			in.Pos = eval.Pos{}
			in.IncludeFile(name, true, false)
		}
	}
	if len(inv.flags.Makefiles) > 0 {
		for _, name := range inv.flags.Makefiles {
			inv.readNamed(name)
		}
	} else {
		inv.readDefault()
	}
	in.Pos, in.Poll = eval.Pos{}, nil
	inv.afterReading()
	inv.letGo()
	if inv.session.scouting != nil {
		return false
	}
	return inv.remakeMakefiles()
}

// readNamed reads a makefile given by -f.
func (inv *Invocation) readNamed(name string) {
	if strings.HasPrefix(name, "~") {
		name = fsys.Tilde(name, func() string { return inv.env["HOME"] })
	}
	f, err := inv.Load(name)
	inv.note(name, false, false, err, eval.Pos{})
	if err != nil {
		inv.errorf("%s: %s", name, errorText(err))
		return
	}
	known := inv.makefiles[len(inv.makefiles)-1].file
	if name == inv.shellCache.stdinFile {
		// It is no target, whatever the rules say.
		known.Updated, known.Status, known.State = true, rules.Success, rules.Finished
		known.MtimeBefore = inv.db.ModTimeHere(known)
	}
	inv.in.ReadMakefile(f, known.Name, known.Name, true)
}

func (inv *Invocation) readDefault() {
	names := []string{"GNUmakefile", "makefile", "Makefile"}
	for _, name := range names {
		if !inv.view.Lexists(name) {
			continue
		}
		f, err := inv.Load(name)
		inv.note(name, false, false, err, eval.Pos{})
		if err != nil {
			inv.errorf("%s: %s", name, errorText(err))
			return
		}
		inv.in.ReadMakefile(f, name, name, true)
		return
	}
	for _, name := range names {
		inv.note(name, false, true, syscall.ENOENT, eval.Pos{})
	}
}

// Load reads a makefile (eval.Host).
func (inv *Invocation) Load(name string) (*syntax.File, error) {
	if how, say := inv.in.Inclusion(); say {
		inv.debugf(debugVerbose, 0, "Reading makefile '%s'%s...\n", name, how)
	}
	if !inv.mayRead(name) {
		return nil, &os.PathError{Op: "open", Path: name, Err: syscall.ENXIO}
	}
	f, err := inv.session.load(inv.view, name)
	if errors.Is(err, syscall.EISDIR) {
		// A directory can be opened; that it cannot be read is fatal.
		inv.fatal(name + ": " + errorText(syscall.EISDIR))
	}
	return f, err
}

// included notes a makefile named by an include directive.
func (inv *Invocation) included(i eval.Inclusion) {
	inv.note(i.Name, true, i.Optional, i.Err, i.Pos)
	var errno syscall.Errno
	if i.Err != nil && errors.As(i.Err, &errno) &&
		(errno == syscall.EMFILE || errno == syscall.ENFILE || errno == syscall.ENOMEM) {
		panic(&eval.Fatal{Pos: i.Pos, Msg: errorText(errno)})
	}
}

func (inv *Invocation) note(name string, included, dontCare bool, err error, pos eval.Pos) {
	f := inv.db.Lookup(name)
	if f == nil {
		f = inv.db.Enter(eval.TrimDotSlash(name))
	}
	switch {
	case err != nil:
		f.Mtime = rules.TimeNone
	case f.Mtime == rules.TimeNone && !inv.profile.MissingMakefileRemembered:
		// It was looked for before, and made meanwhile.
		f.Mtime = rules.TimeUnknown
	}
	f.IsExplicit = f.IsExplicit || inv.profile.MakefilesExplicit
	inv.makefiles = append(inv.makefiles, &makefile{file: f, included: included, dontCare: dontCare, err: err, pos: pos})
}

// afterReading does what make does between reading and remaking.
func (inv *Invocation) afterReading() {
	in := inv.in
	value := func(name string) string {
		if v := in.Global.Get(name); v != nil {
			return in.Value(v)
		}
		return ""
	}
	assigned, forced, err := inv.flags.AfterReading(value("GNUMAKEFLAGS"), value("MAKEFLAGS"))
	var fatal *flags.FatalError
	if errors.As(err, &fatal) {
		inv.fatal(fatal.Text)
	}
	for _, a := range assigned {
		inv.assignArgument(a)
	}
	inv.overrides = inv.overrides || len(assigned) > 0
	in.SetGlobal("GNUMAKEFLAGS", "", eval.OriginOverride, false)
	if forced || inv.flags.Jobs != inv.slotJobs && inv.flags.JobserverAuth == "" {
		inv.changeSlots(forced)
	}
	inv.holdBack()
	inv.dryRun, inv.question, inv.touch = inv.flags.DryRun, inv.flags.Question, inv.flags.Touch
	// Under -B makefiles are remade once, not over and over.
	inv.db.AlwaysMake = inv.flags.AlwaysMake && inv.restarts == 0
	in.WarnUndefined = inv.flags.WarnUndefined
	if inv.flags.NoBuiltinVariables {
		inv.dropBuiltins()
	}
	switch {
	case inv.flags.NoBuiltinRules:
		inv.db.DropBuiltin()
		in.SetGlobal("SUFFIXES", "", eval.OriginDefault, false)
	case inv.profile.SuffixRulesAfterReading:
		inv.addSuffixRules()
	}
	inv.serveMutex()
	if inv.serverAuth != "" {
		inv.flags.JobserverAuth = inv.serverAuth
	}
	inv.defineFlags(flags.Remaking)
	inv.db.Snap()
	// The special targets act like the options, also in sub-makes.
	inv.flags.IgnoreErrors = inv.flags.IgnoreErrors || inv.db.IgnoreAll
	if inv.db.SilentAll && inv.profile.SilentTargetPassedOn {
		inv.flags.Silent = true
	}
	if !inv.flags.NoBuiltinRules {
		for _, r := range builtin.PatternRules() {
			inv.db.AddPattern(rules.ImplicitPattern(r.Targets, r.Prereqs, r.DoubleColon, builtinRecipe(r.Recipe)), false)
		}
	}
	if inv.db.NotParallel || inv.db.NotParallelSome && !inv.profile.NotParallelPrereqs {
		inv.serial = true
	}
	inv.markFiles()
	for _, name := range inv.flags.Goals {
		if f := inv.db.Lookup(name); f != nil {
			f.CmdTarget = true
		}
	}
}

func (inv *Invocation) dropBuiltins() {
	for _, v := range builtin.Variables(inv.profile) {
		if g := inv.in.Global.Get(v.Name); g != nil && g.Origin == eval.OriginDefault {
			inv.in.Global.Undefine(v.Name, eval.OriginDefault)
		}
	}
}

// markFiles applies -o and -W.
func (inv *Invocation) markFiles() {
	enter := func(name string) *rules.File {
		name = eval.TrimDotSlash(name)
		if f := inv.db.Lookup(name); f != nil {
			return f
		}
		return inv.db.Enter(name)
	}
	for _, name := range inv.flags.OldFiles {
		for f := range enter(name).Chain {
			f.Mtime, f.MtimeBefore = rules.TimeOld, rules.TimeOld
			f.Updated, f.Status, f.State = true, rules.Success, rules.Finished
		}
	}
	if inv.restarts == 0 || inv.dryRun || inv.question || inv.touch {
		for _, name := range inv.flags.NewFiles {
			for f := range enter(name).Chain {
				f.Mtime, f.MtimeBefore = rules.TimeNew, rules.TimeNew
			}
		}
	}
}

// remakeMakefiles brings the makefiles up to date and reports whether one
// changed.
func (inv *Invocation) remakeMakefiles() bool {
	inv.debugf(debugBasic, 0, "Updating makefiles....\n")
	var list, missing []*makefile
	for _, m := range inv.makefiles {
		if inv.mightLoop(m.file) {
			inv.debugf(debugVerbose, 0, "Makefile '%s' might loop; not remaking it.\n", m.file.Name)
			if m.err != nil && !m.dontCare && inv.profile.MakefileFailuresEnd {
				missing = append(missing, m)
			}
			continue
		}
		list = append(list, m)
	}
	if !inv.profile.MakefilesInReadOrder {
		for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
			list[i], list[j] = list[j], list[i]
		}
	}
	for _, m := range list {
		m.before = inv.db.ModTimeHere(m.file)
	}
	inv.remaking, inv.remakingList = true, list
	inv.dryRun, inv.question, inv.touch = false, false, false
	goals := make([]*goal, len(list))
	for i, m := range list {
		goals[i] = &goal{file: m.file, makefile: m}
	}
	status := inv.runGoals(goals)
	inv.remaking, inv.remakingFile = false, nil
	if inv.dying {
		panic(&exit{2})
	}
	inv.dryRun, inv.question, inv.touch = inv.flags.DryRun, inv.flags.Question, inv.flags.Touch
	for _, m := range slices.Backward(missing) {
		inv.errorAt(m.pos, m.file.Name+": "+errorText(m.err))
	}
	failed := len(missing) > 0
	switch {
	case status == rules.Success && !failed:
		return true
	case status == rules.Failed:
		remade, bad := inv.makefilesFailed(list)
		if remade {
			return true
		}
		failed = failed || bad
	}
	if failed {
		panic(&exit{2})
	}
	return false
}

// mightLoop tells makefiles that would be remade every time.
func (inv *Invocation) mightLoop(f *rules.File) bool {
	f = f.Resolve()
	if f.Phony && inv.profile.PhonyMakefilesKept {
		return true
	}
	if f.DoubleColon == nil {
		return false
	}
	for g := range f.Chain {
		if len(g.Deps) == 0 && g.Recipe != nil {
			return true
		}
	}
	return false
}

// makefilesFailed tells which makefiles could not be remade: remade is set if
// another one was, failed if make is to end.
func (inv *Invocation) makefilesFailed(list []*makefile) (remade, failed bool) {
	for _, m := range list {
		f := m.file.Resolve()
		switch {
		case f.Updated && f.Status == rules.Success:
			remade = remade || inv.db.ModTimeHere(f) != m.before
		case f.Updated && !m.dontCare:
			pos := m.pos
			if !inv.profile.MakefileErrorsPlaced {
				pos = eval.Pos{}
			}
			inv.errorAt(pos, "Failed to remake makefile '"+f.Name+"'.")
			t := inv.db.ModTimeHere(f)
			remade = remade || t != rules.TimeNone && t != m.before
			inv.failed = rules.Failed
			failed = failed || inv.profile.MakefileFailuresEnd
		case !f.Updated && !m.dontCare && m.included:
			inv.errorAt(m.pos, "Included makefile '"+f.Name+"' was not found.")
		case !f.Updated && !m.dontCare:
			inv.errorf("Makefile '%s' was not found", f.Name)
			failed = true
		}
	}
	return remade, failed
}
