package flags

// This file is the table of options.

import (
	"slices"
	"strings"
	"sync"

	"gokbuild/kbuild/lang/profile"
	"gokbuild/kbuild/near"
)

// kind says what an option does with its argument.
type kind uint8

const (
	ignored   kind = iota // accepted for compatibility
	flagOn                // sets a switch
	flagOff               // clears a switch
	text                  // one text; the last one counts
	textList              // a list of texts
	fileList              // a list of file names
	jobCount              // a positive number, possibly the next argument
	loadLimit             // a floating-point number, possibly the next argument
)

// group ties options together that share one value, so that the origin of the last change is known.
type group uint8

const (
	noGroup group = iota
	groupKeepGoing
	groupSilent
	groupPrintDirectory
	numGroups
)

// option is one line of the table. The order of the table is the order in MAKEFLAGS.
type option struct {
	short byte // 0 for options with a long name only
	long  string
	kind  kind

	fromEnv bool // may come from MAKEFLAGS
	toEnv   bool // is put into MAKEFLAGS
	// toEnvUntil is the first family that does not put it there any more, if not 0.
	toEnvUntil profile.Family
	// notForMakefiles: not passed to the sub-makes of recipes that remake makefiles, since those run even under -n.
	notForMakefiles bool

	optional bool   // the argument may be missing
	missing  string // what a missing argument means, for texts
	group    group
	manner   bool           // decides how the work is gone about, not what is made
	own      bool           // ours, not make's: spelled out in full only, and not in MAKEFLAGS
	since    profile.Family // the family that brought it; older ones know it by its full name only
	// letterSince is the family that brought its letter, if that is younger than the name.
	letterSince profile.Family

	toggle func(*Flags) toggle
	text   func(*Flags) *string
	list   func(*Flags) *[]string
}

// toggle reads and writes the value behind a flagOn or flagOff option.
type toggle struct {
	boolean *bool
	tri     *tristate
}

func (t toggle) set(value bool) {
	switch {
	case t.boolean != nil:
		*t.boolean = value
	case value:
		*t.tri = on
	default:
		*t.tri = off
	}
}

// is tells whether the value is the given one; an unset tristate is neither.
func (t toggle) is(value bool) bool {
	if t.boolean != nil {
		return *t.boolean == value
	}
	return value && *t.tri == on || !value && *t.tri == off
}

func boolean(field func(*Flags) *bool) func(*Flags) toggle {
	return func(f *Flags) toggle { return toggle{boolean: field(f)} }
}

func simple(short byte, long string, field func(*Flags) *bool) *option {
	return &option{short: short, long: long, kind: flagOn, fromEnv: true, toEnv: true, toggle: boolean(field)}
}

// with changes a table line in place, for the few that differ from their kind.
func (o *option) with(change func(*option)) *option {
	change(o)
	return o
}

func command(o *option) { o.fromEnv, o.toEnv = false, false }
func inward(o *option)  { o.toEnv = false }
func dryish(o *option)  { o.notForMakefiles = true }
func manner(o *option)  { o.manner = true }

func list(short byte, long string, k kind, field func(*Flags) *[]string) *option {
	return &option{short: short, long: long, kind: k, fromEnv: true, toEnv: true, list: field}
}

func word(short byte, long string, field func(*Flags) *string) *option {
	return &option{short: short, long: long, kind: text, fromEnv: true, toEnv: true, text: field}
}

func printDirectory(f *Flags) toggle { return toggle{tri: &f.printDirectory} }

var table = []*option{
	{short: 'b', kind: ignored},
	simple('B', "always-make", func(f *Flags) *bool { return &f.AlwaysMake }),
	simple('d', "", func(f *Flags) *bool { return &f.DebugLetter }),
	simple('e', "environment-overrides", func(f *Flags) *bool { return &f.EnvOverrides }),
	list('E', "eval", textList, func(f *Flags) *[]string { return &f.Evals }).with(inward).with(func(o *option) { o.letterSince = profile.V43 }),
	simple('h', "help", func(f *Flags) *bool { return &f.Help }).with(command),
	simple('i', "ignore-errors", func(f *Flags) *bool { return &f.IgnoreErrors }),
	simple('k', "keep-going", func(f *Flags) *bool { return &f.KeepGoing }).with(func(o *option) { o.group = groupKeepGoing }),
	simple('L', "check-symlink-times", func(f *Flags) *bool { return &f.CheckSymlinkTimes }),
	{short: 'm', kind: ignored},
	simple('n', "just-print", func(f *Flags) *bool { return &f.DryRun }).with(dryish),
	simple('p', "print-data-base", func(f *Flags) *bool { return &f.PrintDatabase }),
	simple('q', "question", func(f *Flags) *bool { return &f.Question }).with(dryish),
	simple('r', "no-builtin-rules", func(f *Flags) *bool { return &f.NoBuiltinRules }),
	simple('R', "no-builtin-variables", func(f *Flags) *bool { return &f.NoBuiltinVariables }),
	simple('s', "silent", func(f *Flags) *bool { return &f.Silent }).with(func(o *option) { o.group = groupSilent }),
	simple('S', "no-keep-going", func(f *Flags) *bool { return &f.KeepGoing }).with(func(o *option) {
		o.kind, o.group = flagOff, groupKeepGoing
	}),
	simple('t', "touch", func(f *Flags) *bool { return &f.Touch }).with(dryish),
	simple('v', "version", func(f *Flags) *bool { return &f.Version }).with(func(o *option) { o.toEnvUntil = profile.V44 }),
	{short: 'w', long: "print-directory", kind: flagOn, fromEnv: true, toEnv: true, group: groupPrintDirectory, toggle: printDirectory},

	list('C', "directory", fileList, func(f *Flags) *[]string { return &f.Directories }).with(command),
	list('f', "file", fileList, func(f *Flags) *[]string { return &f.Makefiles }).with(command),
	list('I', "include-dir", fileList, func(f *Flags) *[]string { return &f.IncludeDirs }),
	{short: 'j', long: "jobs", kind: jobCount, fromEnv: true, toEnv: true, optional: true, manner: true},
	{short: 'l', long: "load-average", kind: loadLimit, fromEnv: true, toEnv: true, optional: true},
	list('o', "old-file", fileList, func(f *Flags) *[]string { return &f.OldFiles }).with(command),
	word('O', "output-sync", func(f *Flags) *string { return &f.OutputSync }).with(func(o *option) {
		o.optional, o.missing = true, "target"
	}),
	list('W', "what-if", fileList, func(f *Flags) *[]string { return &f.NewFiles }).with(command),

	list(0, "debug", textList, func(f *Flags) *[]string { return &f.DebugFlags }).with(func(o *option) {
		o.optional, o.missing = true, "basic"
	}),
	word(0, "jobserver-auth", func(f *Flags) *string { return &f.JobserverAuth }).with(manner),
	simple(0, "trace", func(f *Flags) *bool { return &f.Trace }),
	{long: "no-print-directory", fromEnv: true, toEnv: true, group: groupPrintDirectory, kind: flagOff, toggle: printDirectory},
	simple(0, "warn-undefined-variables", func(f *Flags) *bool { return &f.WarnUndefined }),
	word(0, "sync-mutex", func(f *Flags) *string { return &f.SyncMutex }).with(manner),
	simple(0, "no-silent", func(f *Flags) *bool { return &f.Silent }).with(func(o *option) {
		o.kind, o.group, o.since = flagOff, groupSilent, profile.V43
	}),
	word(0, "jobserver-fds", func(f *Flags) *string { return &f.JobserverAuth }).with(inward).with(manner).with(func(o *option) {
		o.since = profile.V43
	}),
	// A make that starts itself again hands the makefile it read from standard input to itself under this name.
	list(0, "temp-stdin", textList, func(f *Flags) *[]string { return &f.Makefiles }).with(command).with(func(o *option) {
		o.since = profile.V44
	}),
	word(0, "shuffle", func(f *Flags) *string { return &f.Shuffle }).with(func(o *option) {
		o.optional, o.missing, o.since = true, "random", profile.V44
	}),
	word(0, "jobserver-style", func(f *Flags) *string { return &f.JobserverStyle }).with(inward).with(manner).with(func(o *option) {
		o.since = profile.V44
	}),

	word(0, "make-version", func(f *Flags) *string { return &f.MakeVersion }).with(ours),
	list(0, "no-native", textList, func(f *Flags) *[]string { return &f.NoNative }).with(ours).with(func(o *option) {
		o.optional, o.missing = true, "all"
	}),
	simple(0, "explain", func(f *Flags) *bool { return &f.Explain }).with(ours),
	list(0, "why", fileList, func(f *Flags) *[]string { return &f.Why }).with(ours),
	word(0, "compdb", func(f *Flags) *string { return &f.CompDB }).with(ours).with(func(o *option) {
		o.optional, o.missing = true, "compile_commands.json"
	}),
	word(0, "query", func(f *Flags) *string { return &f.Ask.Query }).with(ours),
	word(0, "each-commit", func(f *Flags) *string { return &f.Each.Commit }).with(ours),
	list(0, "each-config", textList, func(f *Flags) *[]string { return &f.Each.Configs }).with(ours),
	list(0, "each-size", textList, func(f *Flags) *[]string { return &f.Each.Files }).with(ours),
	word(0, "each-bad", func(f *Flags) *string { return &f.Each.Bad }).with(ours),
	simple(0, "each-again", func(f *Flags) *bool { return &f.Each.Again }).with(ours),
	simple(0, "watch", func(f *Flags) *bool { return &f.Watch }).with(ours),
	simple(0, "lsp", func(f *Flags) *bool { return &f.LSP }).with(ours),
	simple(0, "mcp", func(f *Flags) *bool { return &f.MCP }).with(ours),
	word(0, "depth", func(f *Flags) *string { return &f.Ask.Depth }).with(ours),
	word(0, "json", func(f *Flags) *string { return &f.Ask.JSON }).with(ours).with(func(o *option) {
		o.optional, o.missing = true, "-"
	}),
	simple(0, "dot", func(f *Flags) *bool { return &f.Ask.Dot }).with(ours),
	simple(0, "reverse", func(f *Flags) *bool { return &f.Ask.Reverse }).with(ours),
	simple(0, "stats", func(f *Flags) *bool { return &f.Stats }).with(ours),
	simple(0, "mtime", func(f *Flags) *bool { return &f.ByDate }).with(ours),
	simple(0, "no-wait", func(f *Flags) *bool { return &f.NoWait }).with(ours),
	simple(0, "replay-warnings", func(f *Flags) *bool { return &f.ReplayWarnings }).with(ours),
	word(0, "sarif", func(f *Flags) *string { return &f.SARIF }).with(ours),
	word(0, traceFile, func(f *Flags) *string { return &f.TraceFile }).with(ours),
	word(0, "report", func(f *Flags) *string { return &f.Report }).with(ours).with(func(o *option) {
		o.optional, o.missing = true, "gokbuild-report.html"
	}),
	word(0, "progress", func(f *Flags) *string { return &f.Progress }).with(ours),
	word(0, "color", func(f *Flags) *string { return &f.Color }).with(ours).with(func(o *option) { o.optional, o.missing = true, "always" }),
	simple(0, "summary", func(f *Flags) *bool { return &f.Summary }).with(ours),
	simple(0, "messages", func(f *Flags) *bool { return &f.Kept }).with(ours),
	simple(0, "accept-mixed-rules", func(f *Flags) *bool { return &f.AcceptMixed }).with(ours),
	word(0, "cache", func(f *Flags) *string { return &f.Cache }).with(ours).with(func(o *option) { o.optional, o.missing = true, "rw" }),
	word(0, "cache-verify", func(f *Flags) *string { return &f.CacheVerify }).with(ours).with(func(o *option) { o.optional, o.missing = true, "100" }),
	word(0, "remote-cache", func(f *Flags) *string { return &f.Remote.Cache }).with(ours),
	word(0, "remote-cache-write", func(f *Flags) *string { return &f.Remote.Write }).with(ours).with(func(o *option) {
		o.optional, o.missing = true, "yes"
	}),
	word(0, "remote-exec", func(f *Flags) *string { return &f.Remote.Exec }).with(ours),
	list(0, "remote-platform", textList, func(f *Flags) *[]string { return &f.Remote.Platform }).with(ours),
	word(0, "remote-instance", func(f *Flags) *string { return &f.Remote.Instance }).with(ours),
	word(0, "remote-token-file", func(f *Flags) *string { return &f.Remote.TokenFile }).with(ours),
	word(0, "remote-ca", func(f *Flags) *string { return &f.Remote.CA }).with(ours),
	word(0, "remote-flush", func(f *Flags) *string { return &f.Remote.Flush }).with(ours),
	word(0, "cache-trust", func(f *Flags) *string { return &f.Remote.Trust }).with(ours),
	word(0, "cache-sign", func(f *Flags) *string { return &f.Remote.Sign }).with(ours),
	word(0, "dist", func(f *Flags) *string { return &f.Remote.Dist }).with(ours),
	list(0, "why-missed", textList, func(f *Flags) *[]string { return &f.WhyMissed }).with(ours).with(func(o *option) {
		o.optional, o.missing = true, "all"
	}),
}

// traceFile is the name under which --trace with an argument is found, which is ours: make's own --trace takes none.
const traceFile = "trace="

func ours(o *option) { o.own, o.fromEnv, o.toEnv = true, false, false }

// alone are the options that build nothing and must stand alone: they are taken before a command line is read (cmd/gokbuild).
var alone = []string{"completion", "complete", "cache-gc", "cache-list", "cache-export", "cache-import"}

// nearest is the long name that an unknown one is most like, "" if it is like none, and whether it is one of ours. Ours must be
// spelled out: to their beginnings, too, this is the answer.
func nearest(name string, family profile.Family) (meant string, own bool) {
	var makes, ours, begun []string
	ours = append(ours, alone...)
	for _, n := range longNames() {
		switch {
		case n.name == traceFile || n.opt.since > family:
		case n.opt.own:
			ours = append(ours, n.name)
		default:
			makes = append(makes, n.name)
		}
	}
	for _, o := range ours {
		if strings.HasPrefix(o, name) && name != "" {
			begun = append(begun, o)
		}
	}
	if len(begun) == 1 || len(begun) > 1 && strings.HasPrefix(begun[1], begun[0]) {
		return begun[0], true
	}
	meant = near.Name(name, append(makes, ours...))
	return meant, slices.Contains(ours, meant)
}

// wants is what an option of ours takes, as --help has it, in brackets; "" for one of make's.
func (o *option) wants() string {
	if !o.own {
		return ""
	}
	for _, group := range ownHelp {
		for _, e := range group.entries {
			if strings.HasPrefix(e.forms, "--"+o.long+"=") || strings.HasPrefix(e.forms, "--"+o.long+"[") {
				return " (" + e.forms + ")"
			}
		}
	}
	return ""
}

// aliases are further long names, in the order the C library would list them after the table's own.
var aliases = []struct {
	name  string
	short byte
	form  argForm
}{
	{"quiet", 's', noArg},
	{"stop", 'S', noArg},
	{"new-file", 'W', needsArg},
	{"assume-new", 'W', needsArg},
	{"assume-old", 'o', needsArg},
	{"max-load", 'l', optionalArg},
	{"dry-run", 'n', noArg},
	{"recon", 'n', noArg},
	{"makefile", 'f', needsArg},
}

type argForm uint8

const (
	noArg argForm = iota
	needsArg
	optionalArg
)

func (o *option) form() argForm {
	switch {
	case o.kind == ignored || o.kind == flagOn || o.kind == flagOff:
		return noArg
	case o.optional:
		return optionalArg
	}
	return needsArg
}

func (o *option) spelling() string {
	if o.short != 0 {
		return "-" + string(o.short)
	}
	return "--" + o.long
}

func byShort(c byte, family profile.Family) *option {
	if c == 0 {
		return nil
	}
	for _, o := range table {
		if o.short == c && o.letterSince <= family {
			return o
		}
	}
	return nil
}

// longName is one entry of the list of long names, an option's own or an alias.
type longName struct {
	name string
	opt  *option
	form argForm
}

var longNames = sync.OnceValue(func() []longName {
	var names []longName
	for _, o := range table {
		if o.long != "" {
			names = append(names, longName{o.long, o, o.form()})
		}
	}
	for _, a := range aliases {
		names = append(names, longName{a.name, byShort(a.short, profile.V44), a.form})
	}
	return names
})

// byLong finds a long option by its name or an unambiguous beginning. Two beginnings of the same option with the same form are
// not ambiguous. If several options match, all their names are returned.
func byLong(name string, family profile.Family) (match *longName, several []string) {
	var found []*longName
	ambiguous := false
	names := longNames()
	for i := range names {
		n := &names[i]
		if n.name == name {
			return n, nil
		}
		if n.opt.own || n.opt.since > family || !strings.HasPrefix(n.name, name) {
			continue
		}
		found = append(found, n)
		ambiguous = ambiguous || n.opt != found[0].opt || n.form != found[0].form
	}
	if ambiguous {
		for _, n := range found {
			several = append(several, n.name)
		}
		return nil, several
	}
	if len(found) == 0 {
		return nil, nil
	}
	return found[0], nil
}
