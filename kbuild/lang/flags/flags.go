package flags

// This file holds all options, with what they come to.

import (
	"gokbuild/kbuild/lang/profile"
)

// Values of Flags.Jobs besides a positive number.
const (
	// JobsUnset: no -j anywhere.
	JobsUnset = 0
	// JobsUnlimited: -j without a number.
	JobsUnlimited = -1
)

// loadUnset is Flags.MaxLoad without -l, and with -l without a number, which takes the limit back.
const loadUnset = -1.0

// Sync is a mode of --output-sync.
type Sync uint8

// Modes of --output-sync.
const (
	SyncNone Sync = iota
	SyncLine
	SyncTarget
	SyncRecurse
)

// Debug is a set of --debug topics.
type Debug uint16

// Topics of --debug. DebugAll is what -d means.
const (
	DebugBasic Debug = 1 << iota
	DebugVerbose
	DebugJobs
	DebugImplicit
	DebugPrint
	DebugWhy
	DebugMakefiles

	DebugAll Debug = 1<<iota - 1
)

// Shuffle is a mode of --shuffle.
type Shuffle uint8

// Modes of --shuffle.
const (
	ShuffleNone Shuffle = iota
	ShuffleIdentity
	ShuffleReverse
	ShuffleRandom
)

// Origin says where an option or assignment comes from. The order matters: a higher one beats a lower one.
type Origin uint8

// Origins in make's order of precedence.
const (
	_ Origin = iota // the default, which nobody asked for
	FromEnvironment
	FromFile
	FromEnvironmentOverride
	FromCommandLine
	FromOverride
)

// Assignment is an operand of the form NAME=value, not evaluated.
type Assignment struct {
	// Name may hold variable references; the caller expands it.
	Name string
	// Op is one of = := ::= :::= += ?= !=
	Op string
	// Value is the text after the operator without leading blanks.
	Value string
	// Origin is FromCommandLine, except for variables that a makefile puts into MAKEFLAGS under profiles that keep them apart.
	Origin Origin
}

// Flags are the options of one invocation of make. Create it with New.
type Flags struct {
	profile *profile.Profile

	// Argv0 is the program as it was called; Program is its last path element, which starts messages.
	Argv0, Program string
	// Level is MAKELEVEL, as told to Settle.
	Level int

	AlwaysMake         bool // -B
	DebugLetter        bool // -d as it is passed on; see DebugLevel for what to print
	EnvOverrides       bool // -e
	Help               bool // -h
	IgnoreErrors       bool // -i
	KeepGoing          bool // -k and -S
	CheckSymlinkTimes  bool // -L
	DryRun             bool // -n
	PrintDatabase      bool // -p
	Question           bool // -q
	NoBuiltinRules     bool // -r
	NoBuiltinVariables bool // -R
	Silent             bool // -s and --no-silent
	Touch              bool // -t
	Version            bool // -v
	Trace              bool // --trace
	WarnUndefined      bool // --warn-undefined-variables

	Directories []string // -C, in order; each is relative to the one before
	Makefiles   []string // -f
	IncludeDirs []string // -I
	OldFiles    []string // -o
	NewFiles    []string // -W
	Evals       []string // -E, --eval
	DebugFlags  []string // --debug

	Jobs    int     // -j
	MaxLoad float64 // -l

	OutputSync     string // -O, as given
	JobserverAuth  string // --jobserver-auth: set by a parent make, or by the caller when it starts a job server
	JobserverStyle string // --jobserver-style
	SyncMutex      string // --sync-mutex
	Shuffle        string // --shuffle; after Load the effective value ("random" has become its seed), empty for none

	// Decoded forms of the options above.
	DebugLevel  Debug
	SyncMode    Sync
	ShuffleMode Shuffle
	ShuffleSeed uint32

	// Our own options. They travel to child processes in the environment (see OwnEnviron), never in MAKEFLAGS, whose text
	// makefiles take apart.
	MakeVersion string   // --make-version
	NoNative    []string // --no-native=a,b; "all" for --no-native
	Explain     bool     // --explain
	Why         []string // --why=TARGET
	Stats       bool     // --stats
	ByDate      bool     // --mtime
	NoWait      bool     // --no-wait
	// Cache is --cache: auto, rw, whole, ro, all or off; "" if it was not given.
	Cache string
	// CacheVerify is --cache-verify: for how many of a hundred hits the work is done all the same.
	CacheVerify string
	// WhyMissed is --why-missed: the targets of which it is to be said why the cache missed something; "all" for all.
	WhyMissed []string
	LSP       bool   // --lsp
	MCP       bool   // --mcp
	Watch     bool   // --watch
	CompDB    string // --compdb: the file to be written, or "clang"; "" if nothing is asked for
	// Each is what is built in place of this tree.
	Each Each
	// Ask is a question in place of a build.
	Ask Ask
	// Remote is what lies on other machines.
	Remote Remote
	// AcceptMixed is --accept-mixed-rules.
	AcceptMixed bool
	// ReplayWarnings is --replay-warnings.
	ReplayWarnings bool

	// Who watches. These are the first make's alone: they are not passed on.
	TraceFile string // --trace=FILE
	Report    string // --report[=FILE]
	Progress  string // --progress=auto|always|never|plain
	SARIF     string // --sarif=FILE
	Color     string // --color=auto|always|never
	Summary   bool   // --summary
	Kept      bool   // --messages

	// Assignments are the variables of the environment's MAKEFLAGS and of the command line, in the order met.
	Assignments []Assignment
	// Goals are the other operands, with leading "./" removed as MAKECMDGOALS shows them.
	Goals []string

	// Messages are complete lines for standard error that are no reason to stop.
	Messages []string
	// meant is make's own option that an unknown one is most like.
	meant string

	// printDirectory is -w and --no-print-directory in one: unset, off, on. noPrintDirectory is the second flag that profiles
	// without LastPrintDirectoryWins keep apart.
	printDirectory   tristate
	noPrintDirectory bool

	argvJobs   int              // -j of argv alone
	startJobs  int              // -j before makefiles were read
	shownJobs  int              // -j that MAKEFLAGS shows instead of the one in force, if not 0
	startEvals int              // how many of Evals were there before makefiles were read
	specified  map[*option]bool // options that took effect at least once, for those that show only when given
	origins    [numGroups]Origin
	env        Env
}

// Ask is a question: what is asked (--query), as what the answer is printed (--json, --dot), and how much (--depth, --reverse).
type Ask struct {
	Query, JSON, Depth string
	Dot, Reverse       bool
}

// Each are commits to be built one after the other: which (--each-commit), in which configurations (--each-config), which of the
// files that are linked are measured (--each-size), what makes a commit a bad one (--each-bad), and whether those are built again that
// were built before (--each-again).
type Each struct {
	Commit, Bad    string
	Configs, Files []string
	Again          bool
}

// Remote are options for what lies on other machines; "" where nothing is said.
type Remote struct {
	Cache    string   // --remote-cache: an address
	Write    string   // --remote-cache-write: yes or no
	Exec     string   // --remote-exec: an address
	Platform []string // --remote-platform: NAME=VALUE
	Dist     string   // --dist: icecc or distcc
	// Instance is --remote-instance, a name; TokenFile --remote-token-file, CA --remote-ca, Trust --cache-trust and Sign
	// --cache-sign, files; Flush --remote-flush, seconds.
	Instance, TokenFile, CA, Trust, Sign, Flush string
}

type tristate int8

const (
	unset tristate = iota - 1
	off
	on
)

// New returns flags as they are before anything is read.
func New(p *profile.Profile) *Flags {
	return &Flags{profile: p, MaxLoad: loadUnset, printDirectory: unset, specified: map[*option]bool{}, Program: "make", Argv0: "make"}
}

// Clone returns an independent copy, so that a re-reading of the makefiles can start from the flags as loaded.
func (f *Flags) Clone() *Flags {
	c := *f
	for _, list := range []*[]string{&c.Directories, &c.Makefiles, &c.IncludeDirs, &c.OldFiles, &c.NewFiles, &c.Evals,
		&c.DebugFlags, &c.NoNative, &c.Each.Configs, &c.Each.Files, &c.Goals, &c.Messages} {
		*list = append([]string(nil), *list...)
	}
	c.Assignments = append([]Assignment(nil), c.Assignments...)
	c.specified = make(map[*option]bool, len(f.specified))
	for o := range f.specified {
		c.specified[o] = true
	}
	return &c
}

// PrintDirectory tells whether "Entering directory" lines are printed.
func (f *Flags) PrintDirectory() bool {
	if f.printDirectory != unset {
		return f.printDirectory == on
	}
	return !f.noPrintDirectory && f.impliedPrintDirectory()
}

// PrintDirectoryAsked tells whether -w itself was given.
func (f *Flags) PrintDirectoryAsked() bool { return f.printDirectory == on }

func (f *Flags) impliedPrintDirectory() bool {
	return !f.Silent && (f.Level > 0 || len(f.Directories) > 0)
}

// Settle applies what options and the level imply for one another. Call it after Load and before MAKEFLAGS is first shown.
func (f *Flags) Settle(level int) {
	f.Level = level
	if f.NoBuiltinVariables {
		f.NoBuiltinRules = true
	}
	if f.profile.LastPrintDirectoryWins {
		return
	}
	// The older profiles decide here once; what a makefile says later counts for sub-makes only.
	switch {
	case f.noPrintDirectory:
		f.printDirectory = off
	case f.impliedPrintDirectory():
		f.printDirectory = on
	case f.printDirectory == unset:
		f.printDirectory = off
	}
}

// ArgvJobs is the -j of the command line alone, without the environment's.
func (f *Flags) ArgvJobs() int { return f.argvJobs }

// NativeOff tells whether the named native step was switched off.
func (f *Flags) NativeOff(step string) bool {
	for _, name := range f.NoNative {
		if name == step || name == "all" {
			return true
		}
	}
	return false
}
