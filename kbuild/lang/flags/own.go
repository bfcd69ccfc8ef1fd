package flags

// This file hands the options that GNU make does not have to the makes below: in variables of the environment to processes,
// as values to makes in this process.

import (
	"slices"
	"strings"

	"gokbuild/kbuild/lang/profile"
)

// Environment variables that carry our own options to child processes. MAKEFLAGS cannot: makefiles search its text, and a real
// make that meets unknown options there may refuse to run.
const (
	noNativeVariable = "GOKBUILD_NO_NATIVE"
	explainVariable  = "GOKBUILD_EXPLAIN"
	whyVariable      = "GOKBUILD_WHY"
	statsVariable    = "GOKBUILD_STATS"
	byDateVariable   = "GOKBUILD_MTIME"
	replayVariable   = "GOKBUILD_REPLAY_WARNINGS"
	progressVariable = "GOKBUILD_PROGRESS" // is not passed on: a make below shows nothing
	mixedVariable    = "GOKBUILD_ACCEPT_MIXED_RULES"
	cacheVariable    = "GOKBUILD_ACTION_CACHE"
	verifyVariable   = "GOKBUILD_CACHE_VERIFY"
	missedVariable   = "GOKBUILD_WHY_MISSED"
	platformVariable = "GOKBUILD_REMOTE_PLATFORM"
)

// named is a variable for the value of an option.
type named struct {
	name string
	at   *string
}

// variables are those of options with one value.
func (f *Flags) variables() []named {
	r := &f.Remote
	return []named{{cacheVariable, &f.Cache}, {verifyVariable, &f.CacheVerify},
		{"GOKBUILD_REMOTE_CACHE", &r.Cache}, {"GOKBUILD_REMOTE_CACHE_WRITE", &r.Write}, {"GOKBUILD_REMOTE_EXEC", &r.Exec},
		{"GOKBUILD_REMOTE_INSTANCE", &r.Instance}, {"GOKBUILD_REMOTE_TOKEN_FILE", &r.TokenFile}, {"GOKBUILD_REMOTE_CA", &r.CA},
		{"GOKBUILD_REMOTE_FLUSH", &r.Flush}, {"GOKBUILD_CACHE_TRUST", &r.Trust}, {"GOKBUILD_CACHE_SIGN", &r.Sign},
		{"GOKBUILD_DIST", &r.Dist}}
}

// loadOwn takes our own options from the environment; the command line may add to them.
func (f *Flags) loadOwn() {
	f.NoNative = append(f.NoNative, strings.FieldsFunc(f.env.lookup(noNativeVariable), func(r rune) bool { return r == ',' })...)
	f.Explain = f.Explain || f.env.lookup(explainVariable) == "1"
	f.ByDate = f.ByDate || f.env.lookup(byDateVariable) == "1"
	f.ReplayWarnings = f.ReplayWarnings || f.env.lookup(replayVariable) == "1"
	f.AcceptMixed = f.AcceptMixed || f.env.lookup(mixedVariable) == "1"
	for _, v := range f.variables() {
		if *v.at == "" {
			*v.at = f.env.lookup(v.name)
		}
	}
	f.Remote.Platform = append(f.Remote.Platform, strings.Fields(f.env.lookup(platformVariable))...)
	f.WhyMissed = append(f.WhyMissed, strings.Fields(f.env.lookup(missedVariable))...)
	f.Why = append(f.Why, strings.Fields(f.env.lookup(whyVariable))...)
	f.Progress = f.env.lookup(progressVariable)
	f.Stats = f.Stats || f.env.lookup(statsVariable) == "1"
}

// TakeOwn takes our own options from the make above in the same process. They do not travel in MAKEFLAGS.
func (f *Flags) TakeOwn(above *Flags) {
	f.NoNative, f.ByDate = above.NoNative, above.ByDate
	f.Explain, f.Why, f.Stats = above.Explain, above.Why, above.Stats
	f.ReplayWarnings, f.AcceptMixed = above.ReplayWarnings, above.AcceptMixed
	f.Cache, f.CacheVerify, f.WhyMissed = above.Cache, above.CacheVerify, above.WhyMissed
	f.Remote = above.Remote
}

// steps are those that --no-native switches off; docs/architecture.md says what each replaces.
var steps = []string{"submake", "shell", "probe", "fixdep", "nm", "ar", "kconfig", "memory", "cache"}

// checkSteps refuses steps that there are none of: who has mistyped one would think that it is off.
func (f *Flags) checkSteps() error {
	for _, name := range f.NoNative {
		if name != "all" && !slices.Contains(steps, name) {
			return fatalf("--no-native: no such step: '%s' (%s, all)", name, strings.Join(steps, ", "))
		}
	}
	return nil
}

// OwnEnviron are the NAME=value entries that pass our own options on to child processes; none if none was given, so that
// recipes see the same environment as under make. The imitated version is not among them: the caller knows when it was chosen.
func (f *Flags) OwnEnviron() []string {
	var entries []string
	if len(f.NoNative) > 0 {
		entries = append(entries, noNativeVariable+"="+strings.Join(f.NoNative, ","))
	}
	if f.Explain {
		entries = append(entries, explainVariable+"=1")
	}
	if f.ByDate {
		entries = append(entries, byDateVariable+"=1")
	}
	if f.ReplayWarnings {
		entries = append(entries, replayVariable+"=1")
	}
	if f.AcceptMixed {
		entries = append(entries, mixedVariable+"=1")
	}
	if len(f.Why) > 0 {
		entries = append(entries, whyVariable+"="+strings.Join(f.Why, " "))
	}
	missed, platform := strings.Join(f.WhyMissed, " "), strings.Join(f.Remote.Platform, " ")
	for _, v := range append(f.variables(), named{missedVariable, &missed}, named{platformVariable, &platform}) {
		if *v.at != "" {
			entries = append(entries, v.name+"="+*v.at)
		}
	}
	if f.Stats {
		entries = append(entries, statsVariable+"=1")
	}
	return entries
}

// BareArgs is a command line that says of the options and variables of this one what decides how makefiles are evaluated: the
// program, directories, makefiles, variables. Goals, and options that say how to run, are left out.
func (f *Flags) BareArgs() []string {
	args := []string{f.Argv0}
	each := func(option string, values []string) {
		for _, v := range values {
			args = append(args, option+v)
		}
	}
	each("-C", f.Directories)
	each("-f", f.Makefiles)
	each("-I", f.IncludeDirs)
	each("--eval=", f.Evals)
	for _, s := range []struct {
		on     bool
		option string
	}{{f.EnvOverrides, "-e"}, {f.NoBuiltinRules, "-r"}, {f.NoBuiltinVariables, "-R"}, {f.AcceptMixed, "--accept-mixed-rules"}} {
		if s.on {
			args = append(args, s.option)
		}
	}
	each("--no-native=", f.NoNative)
	for _, a := range f.Assignments {
		args = append(args, a.Name+a.Op+a.Value)
	}
	return args
}

// Words are the options and variables of a command line, which Load has understood, in their order, each in one word. Goals
// and -C are left out, and what drop, given the long name of an option or the name of a variable, says.
func (f *Flags) Words(argv []string, drop func(name string) bool) (words []string) {
	s := &scanner{f: New(f.profile), argv: argv, next: 1, quiet: true}
	operand := func(arg string) {
		if a, ok := parseAssignment(arg, f.profile.ImmediateRecursiveAssign); ok && !drop(a.Name) {
			words = append(words, arg)
		}
	}
	for {
		it, ok := s.scan()
		if !ok {
			break
		}
		if it.opt == nil {
			if !it.bad {
				operand(it.operand)
			}
			continue
		}
		it.takeNumber(s)
		switch {
		case it.opt.short == 'C' || drop(strings.TrimSuffix(it.opt.long, "=")):
		case it.opt.short != 0:
			words = append(words, "-"+string(it.opt.short)+it.arg)
		case it.hasArg:
			words = append(words, "--"+strings.TrimSuffix(it.opt.long, "=")+"="+it.arg)
		default:
			words = append(words, "--"+it.opt.long)
		}
	}
	for _, arg := range s.remaining() {
		operand(arg)
	}
	return words
}

// Decisive returns a command line, the name of the program first, without the options that do not decide what is made: how many jobs run,
// where the job server is, and ours. Those of ours that do decide something ([Flags.MakeVersion], [Flags.NoNative], [Flags.ByDate],
// [Flags.AcceptMixed]) are to be asked for by their fields.
func Decisive(argv []string) []string {
	s := &scanner{f: New(&profile.Profile{Family: profile.V44}), argv: argv, next: 1, quiet: true}
	out := slices.Clone(argv[:min(1, len(argv))])
	for begin, drop := 1, true; ; {
		it, ok := s.scan()
		if !ok {
			return append(out, argv[min(begin, len(argv)):]...)
		}
		if it.opt != nil {
			it.takeNumber(s)
		}
		drop = drop && it.opt != nil && !it.bad && (it.opt.manner || it.opt.own)
		if s.rest != "" {
			continue // more letters of this word
		}
		if !drop {
			out = append(out, argv[begin:s.next]...)
		}
		begin, drop = s.next, true
	}
}
