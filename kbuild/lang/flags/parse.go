package flags

// This file reads options from the command line, the environment and makefiles.

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"gokbuild/kbuild/lang/profile"
)

// Env is what Load needs to know of the environment. The zero value is an empty one.
type Env struct {
	// GNUMakeflags and Makeflags are the values of those variables, expanded as make expands every variable.
	GNUMakeflags, Makeflags string
	// Lookup gives the value of an environment variable; it is asked for HOME and for our own GOKBUILD_ variables.
	Lookup func(name string) string
	// Seed chooses the seed of --shuffle=random; nil means a random one.
	Seed func() uint32
}

func (e *Env) lookup(name string) string {
	if e.Lookup == nil {
		return ""
	}
	return e.Lookup(name)
}

// UsageError says that the command line is wrong. The reasons are in Flags.Messages; after them the usage text (see Usage) goes
// to standard error and the exit status is 2.
type UsageError struct {
	// Told is set where all that is wrong is about options that make does not have, and the messages say what to do: then the
	// usage text is left out.
	Told bool
	// Meant is the long name of make's own option that an unknown one is most like; "" if it is like none.
	Meant string
}

func (UsageError) Error() string { return "bad options" }

// FatalError is an option value that stops make: the text of a `make: *** text.  Stop.` message, exit status 2.
type FatalError struct{ Text string }

func (e *FatalError) Error() string { return e.Text }

func fatalf(format string, args ...any) error {
	return &FatalError{fmt.Sprintf(format, args...)}
}

// Load reads the environment and then the command line; argv[0] is the program. Help and Version requests are not errors: the
// caller looks at those fields.
func (f *Flags) Load(argv []string, env Env) error {
	f.env = env
	if len(argv) > 0 {
		f.Argv0, f.Program = argv[0], filepath.Base(argv[0])
	}
	f.loadOwn()
	origin := FromEnvironment
	if f.profile.EnvFlagErrorsFatal {
		origin = FromCommandLine
	}
	if err := f.decodeText(env.GNUMakeflags, origin); err != nil {
		return err
	}
	if err := f.decodeText(env.Makeflags, origin); err != nil {
		return err
	}
	envJobs := f.Jobs
	f.Jobs = JobsUnset
	args := append([]string{f.Argv0}, argv[min(1, len(argv)):]...)
	if err := f.decode(args, FromCommandLine); err != nil {
		return err
	}
	if err := f.checkSteps(); err != nil {
		return err
	}
	if err := f.checkTogether(); err != nil {
		return err
	}
	f.argvJobs = f.Jobs
	if f.Jobs == JobsUnset {
		f.Jobs = envJobs
	}
	f.startJobs, f.startEvals = f.Jobs, len(f.Evals)
	return f.settleShuffle()
}

// Assigned applies a value that a makefile has just given to MAKEFLAGS, for profiles with MakeflagsAtOnce. It returns the
// variables the value assigns: the caller defines them, but they do not become part of Assignments and MAKEOVERRIDES.
func (f *Flags) Assigned(value string, origin Origin) ([]Assignment, error) {
	before := len(f.Assignments)
	err := f.decodeText(value, origin)
	return f.takeAssignments(before), err
}

// AfterReading applies MAKEFLAGS and GNUMAKEFLAGS, expanded, as the makefiles left them. The caller then clears GNUMAKEFLAGS.
// jobsForced means that -j now differs from the job server this make was given, which must be replaced after the warning
// `-jN forced in makefile: resetting jobserver mode.`
func (f *Flags) AfterReading(gnumakeflags, makeflags string) (assignments []Assignment, jobsForced bool, err error) {
	before := len(f.Assignments)
	f.Jobs = JobsUnset
	err = f.decodeText(gnumakeflags, FromEnvironment)
	if err == nil {
		err = f.decodeText(makeflags, FromEnvironment)
	}
	switch {
	case !f.profile.MakefileJobs:
		f.shownJobs, f.Jobs = f.Jobs, f.startJobs
	case f.Jobs == JobsUnset || f.argvJobs != JobsUnset:
		f.Jobs = f.startJobs
	case f.JobserverAuth != "":
		jobsForced = f.profile.Family < profile.V44 || f.Jobs != f.startJobs
	}
	if f.profile.Family >= profile.V44 && f.NoBuiltinVariables {
		f.NoBuiltinRules = true
	}
	return f.takeAssignments(before), jobsForced, err
}

func (f *Flags) takeAssignments(before int) []Assignment {
	added := append([]Assignment(nil), f.Assignments[before:]...)
	f.Assignments = f.Assignments[:before]
	return added
}

// splitMakeflags cuts the text of MAKEFLAGS into arguments: blanks separate, a backslash takes the next character literally,
// and a first word that is neither an option nor an assignment is a bundle of option letters.
func splitMakeflags(value string) []string {
	value = strings.TrimLeft(value, " \t\n\v\f\r")
	if value == "" {
		return nil
	}
	var words []string
	var word []byte
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && i+1 < len(value):
			i++
			word = append(word, value[i])
		case c == ' ' || c == '\t':
			words = append(words, string(word))
			word = word[:0]
			for i+1 < len(value) && (value[i+1] == ' ' || value[i+1] == '\t') {
				i++
			}
		default:
			word = append(word, c)
		}
	}
	words = append(words, string(word))
	if !strings.HasPrefix(words[0], "-") && !strings.Contains(words[0], "=") {
		words[0] = "-" + words[0]
	}
	return words
}

func (f *Flags) decodeText(value string, origin Origin) error {
	words := splitMakeflags(value)
	if words == nil {
		return nil
	}
	// Messages about the environment's options have no program name in front.
	return f.decode(append([]string{""}, words...), origin)
}

func (f *Flags) decode(argv []string, origin Origin) error {
	s := &scanner{f: f, argv: argv, next: 1, quiet: origin != FromCommandLine}
	bad, told := false, true
	for {
		it, ok := s.scan()
		if !ok {
			break
		}
		var err error
		switch {
		case it.bad:
			bad, told = true, told && it.told
		case it.opt == nil:
			err = f.operand(it.operand, origin)
		default:
			var wrong bool
			wrong, err = f.apply(it, s, origin)
			bad, told = bad || wrong, told && !(wrong && !it.opt.own)
		}
		if err != nil {
			return err
		}
	}
	for _, arg := range s.remaining() {
		if err := f.operand(arg, origin); err != nil {
			return err
		}
	}
	if bad && origin == FromCommandLine {
		return UsageError{Told: told, Meant: f.meant}
	}
	if err := f.decodeDebug(); err != nil {
		return err
	}
	return f.decodeSync()
}

// operand takes an argument that is no option: an assignment or a goal.
func (f *Flags) operand(arg string, origin Origin) error {
	if arg == "-" {
		return nil // ignored for compatibility
	}
	if a, ok := parseAssignment(arg, f.profile.ImmediateRecursiveAssign); ok {
		if f.profile.MakeflagsByOrigin {
			a.Origin = origin
		}
		f.Assignments = append(f.Assignments, a)
		return nil
	}
	if origin != FromCommandLine || arg == "" && f.profile.MakeflagsByOrigin {
		return nil
	}
	name, err := f.fileName(arg)
	if err != nil {
		return err
	}
	f.Goals = append(f.Goals, name)
	return nil
}

// apply carries out one option. Even an option that has no effect here, such as -C in MAKEFLAGS, uses up its argument.
func (f *Flags) apply(it item, s *scanner, origin Origin) (bad bool, err error) {
	o := it.opt
	effective := origin == FromCommandLine || o.fromEnv
	if f.profile.MakeflagsByOrigin && origin != FromCommandLine && o.group != noGroup && origin < f.origins[o.group] {
		effective = false
	}
	it.takeNumber(s)
	if !effective {
		return false, nil
	}
	f.specified[o] = true
	f.origins[o.group] = origin
	switch o.kind {
	case flagOn, flagOff:
		f.toggle(o)
	case text, textList, fileList:
		return f.applyText(it)
	case jobCount:
		n, ok := jobsOf(it)
		if !ok {
			f.report("the '-%c' option requires a positive integer argument", o.short)
			return true, nil
		}
		f.Jobs = n
	case loadLimit:
		f.MaxLoad = loadUnset
		if it.hasArg {
			f.MaxLoad = leadingFloat(it.arg)
		}
	}
	return false, nil
}

// takeNumber takes the next argument for the number of -j or -l, if it is one.
func (it *item) takeNumber(s *scanner) {
	next, ok := s.peek()
	if !ok || it.hasArg {
		return
	}
	switch it.opt.kind {
	case jobCount:
		ok = strings.Trim(next, "0123456789") == ""
	case loadLimit:
		ok = next != "" && strings.Contains("0123456789.", next[:1])
	default:
		return
	}
	if ok {
		it.arg, it.hasArg = next, true
		s.next++
	}
}

func (f *Flags) toggle(o *option) {
	if o.kind == flagOff && o.group == groupPrintDirectory && !f.profile.LastPrintDirectoryWins {
		f.noPrintDirectory = true
		return
	}
	o.toggle(f).set(o.kind == flagOn)
}

func (f *Flags) applyText(it item) (bad bool, err error) {
	o, arg := it.opt, it.arg
	if !it.hasArg {
		arg = o.missing
	} else if arg == "" {
		f.report("the '%s' option requires a non-empty string argument%s", o.spelling(), o.wants())
		return true, nil
	}
	if o.kind == text {
		*o.text(f) = arg
		return false, nil
	}
	list := o.list(f)
	if f.profile.RepeatedOptionsDropped && o.short != 'f' {
		for _, have := range *list {
			if have == arg {
				return false, nil
			}
		}
	}
	if o.kind == fileList {
		if arg, err = f.fileName(arg); err != nil {
			return false, err
		}
	}
	if o.own {
		*list = append(*list, strings.FieldsFunc(arg, func(r rune) bool { return r == ',' })...)
		return false, nil
	}
	*list = append(*list, arg)
	return false, nil
}

// report keeps a message with make's own prefix.
func (f *Flags) report(format string, args ...any) {
	prefix := f.Program
	if f.Level > 0 {
		prefix += fmt.Sprintf("[%d]", f.Level)
	}
	f.Messages = append(f.Messages, prefix+": "+fmt.Sprintf(format, args...))
}

// fileName makes a name from the command line look like one from a makefile: tilde expanded, leading "./" removed.
func (f *Flags) fileName(name string) (string, error) {
	if name == "" {
		return "", fatalf("empty string invalid as file name")
	}
	if name[0] == '~' {
		name = f.expandTilde(name)
	}
	for strings.HasPrefix(name, "./") {
		name = strings.TrimLeft(name[2:], "/")
	}
	if name == "" {
		return "./", nil
	}
	return name, nil
}

func (f *Flags) expandTilde(name string) string {
	who, rest, slash := strings.Cut(name[1:], "/")
	home := ""
	if who == "" {
		home = f.env.lookup("HOME")
	}
	if home == "" {
		var u *user.User
		var err error
		if who == "" {
			u, err = user.Current()
		} else {
			u, err = user.Lookup(who)
		}
		if err != nil {
			return name
		}
		home = u.HomeDir
	}
	if slash {
		return home + "/" + rest
	}
	return home
}

func jobsOf(it item) (n int, ok bool) {
	if !it.hasArg {
		return JobsUnlimited, true
	}
	n64, err := strconv.ParseUint(it.arg, 10, 64)
	if it.arg == "" || strings.Trim(it.arg, "0123456789") != "" || n64 == 0 {
		return 0, false
	}
	if err != nil || n64 > math.MaxInt32 {
		n64 = math.MaxInt32
	}
	return int(n64), true
}

// leadingFloat reads the number a text starts with, 0 if there is none.
func leadingFloat(s string) float64 {
	s = strings.TrimLeft(s, " \t")
	for end := len(s); end > 0; end-- {
		if v, err := strconv.ParseFloat(s[:end], 64); err == nil {
			return v
		}
	}
	return 0
}

// decodeDebug works out the debug level anew from -d, --trace and all --debug texts. Only the first letter of each word counts.
func (f *Flags) decodeDebug() error {
	if f.DebugLetter {
		f.DebugLevel = DebugAll
	}
	known := "abijmnv"
	if f.profile.TraceIsPrintAndWhy {
		known += "pw"
		if f.Trace {
			f.DebugLevel |= DebugPrint | DebugWhy
		}
	}
	for _, words := range f.DebugFlags {
		for {
			c := strings.ToLower(words[:min(1, len(words))])
			if c == "" || !strings.Contains(known, c) {
				return fatalf("unknown debug level specification '%s'", words)
			}
			if c == "n" {
				f.DebugLevel = 0
			}
			f.DebugLevel |= debugLetters[c[0]]
			i := strings.IndexAny(words[1:], ", ")
			if i < 0 || i+2 >= len(words) {
				break
			}
			words = words[i+2:]
		}
	}
	if f.DebugLevel == 0 {
		f.DebugLetter = false
	}
	return nil
}

var debugLetters = map[byte]Debug{
	'a': DebugAll, 'b': DebugBasic, 'i': DebugBasic | DebugImplicit, 'j': DebugJobs, 'm': DebugBasic | DebugMakefiles,
	'p': DebugPrint, 'v': DebugBasic | DebugVerbose, 'w': DebugWhy,
}

func (f *Flags) decodeSync() error {
	switch f.OutputSync {
	case "":
	case "none":
		f.SyncMode = SyncNone
	case "line":
		f.SyncMode = SyncLine
	case "target":
		f.SyncMode = SyncTarget
	case "recurse":
		f.SyncMode = SyncRecurse
	default:
		return fatalf("unknown output-sync type '%s'", f.OutputSync)
	}
	return nil
}

// settleShuffle replaces the text of --shuffle by the mode in force, so that sub-makes shuffle with the same seed.
func (f *Flags) settleShuffle() error {
	switch strings.ToLower(f.Shuffle) {
	case "":
		return nil
	case "none":
		f.Shuffle, f.ShuffleMode = "", ShuffleNone
		return nil
	case "identity":
		f.Shuffle, f.ShuffleMode = "identity", ShuffleIdentity
		return nil
	case "reverse":
		f.Shuffle, f.ShuffleMode = "reverse", ShuffleReverse
		return nil
	case "random":
		if f.env.Seed != nil {
			f.ShuffleSeed = f.env.Seed()
		} else {
			f.ShuffleSeed = rand.Uint32()
		}
	default:
		seed, err := strconv.ParseUint(strings.TrimLeft(f.Shuffle, " \t"), 10, 64)
		if err != nil {
			return fatalf("invalid shuffle mode: Invalid value: '%s'", f.Shuffle)
		}
		f.ShuffleSeed = uint32(seed)
	}
	f.ShuffleMode = ShuffleRandom
	f.Shuffle = strconv.FormatUint(uint64(f.ShuffleSeed), 10)
	return nil
}
