//go:build linux && (amd64 || arm64)

package trace

// What is known about general Unix programs by name. Only their habits are listed, never what a tree brings along, and a
// program that is not listed is trusted less, not more.

import (
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/pattern"
)

type program struct {
	name  string // of the file that is executed; of an interpreter, for a script
	clock int    // how often it has read the clock
	sizes bool   // see asksNoDates
	// known: what it uses of the status of a file is known. Of others it is all.
	known bool
	// keyed: it has taken the random number that the C library takes when a program allocates memory for the first time.
	keyed bool
	// drawn is how many random numbers it has taken since, made how many files it has made that were not there.
	drawn, made int
	// named: see namesItsSeed.
	named bool
	// unprompted: see neverPrompts.
	unprompted bool
	// wide: it knows how wide the terminal is, and its messages go by it.
	wide bool
	// lots: it has asked for something that could make a name of its own: a random number, the time since some moment.
	lots bool
}

func (p *program) describe() string {
	if p.name == "" {
		return "a process"
	}
	return p.name
}

// unsteady programs are for telling what is different every time, by ways that are not seen or that are harmless in
// other programs.
var unsteady = pattern.NewWords(`date uuidgen mcookie shuf df du hostid`)

// boxes are programs that are many programs.
var boxes = pattern.NewWords(`busybox toybox coreutils`)

// readers ask an open file's size and number, and never let its date through; so do the links of the C compilers'
// chain. They are believed when they ask an open file, not when they ask by name: test(1) is a part of shells.
var readers = pattern.NewWords(`sh dash bash cat cmp comm cut diff egrep expand expr fgrep fold gawk grep head join mawk nl od
	paste rev sed
	sort tac tail tr tsort uniq wc xxd bc m4 flex bison
	gcc g++ cc c++ cpp cc1 cc1plus collect2 lto1 lto-wrapper as ld ld.bfd ld.gold ld.lld lld clang ar ranlib nm objcopy
		objdump
	readelf strip size strings addr2line c++filt`)

// closers are programs that close standard input with care, and read from it only if they are to ask.
var closers = pattern.NewWords(`cp ln`)

// prompters are those that also look whether it is a terminal, since they may have to ask.
var prompters = pattern.NewWords(`mv rm`)

// neverPrompts reports whether these are the arguments of a prompter that asks nobody, as in `rm -f file`. It looks whether
// standard input is a terminal, and where it stands, and does not go by that. Options behind a file, which may be files, do not count.
func neverPrompts(argv []string) bool {
	forced := false
	for _, arg := range argv[min(1, len(argv)):] {
		if !strings.HasPrefix(arg, "-") || arg == "--" {
			break
		}
		if arg != "--force" && strings.Trim(arg[1:], "dfnrRTuv") != "" {
			return false // it may ask, or have an argument
		}
		forced = forced || strings.Contains(arg, "f")
	}
	return forced
}

// asksNoDates are programs whose questions by name are about presence, type and permissions.
var asksNoDates = pattern.NewWords(`rm ln chmod chown chgrp mkdir rmdir mktemp readlink realpath basename dirname env nice
	gcc g++ cc c++ cpp cc1 cc1plus collect2 lto1 lto-wrapper as ld ld.bfd ld.gold ld.lld lld clang
	cat cut grep egrep fgrep head sed tail tr sort uniq wc gawk mawk m4`)

// asksNoDate reports whether a question by name about a file is about presence, type and permissions. So are those of
// git about the files that hold its refs, which it reads each time; checking out another revision and back makes HEAD
// anew.
func (p *program) asksNoDate(path string) bool {
	return p.sizes || p.name == "git" && strings.Contains(path, "/.git/") && (strings.HasSuffix(path, "/HEAD") ||
		strings.Contains(path, "/.git/refs/"))
}

// copiers are like asksNoDates unless told to compare dates, or to keep them.
var copiers = pattern.NewWords(`mv cp install`)

// daters are programs that use of a file's status its size, its date, its owner and its permissions, as far as it is
// a regular file, and of other files their type and permissions. (What find shows of them its arguments tell.)
var daters = pattern.NewWords(`make git find sh dash bash test [ cmp diff touch ccache rustup rustc`)

// clockReads is how often a program reads the time of day before it does anything for its user: to know when it
// began. Reading it once more is taken for an interest in the time, and so is every reading by other programs. What
// shells and awks do with that first reading their texts tell (texts.go), what find does its arguments. Perl and
// python are not listed: what they have read, and the order of their tables, can get anywhere.
var clockReads = map[string]int{"bash": 3, "cc1": 1, "cc1plus": 1, "lto1": 1, "git": 1, "make": 1, "mawk": 1, "find": 1}

// settled are programs that ask for the time since some moment, for the processor's time, for the number of their
// process or for how much memory there is, and use it for names of temporary files, for the order of their work, or
// when asked for statistics. What shells do with the number of their process their texts tell.
var settled = pattern.NewWords(`sh dash bash git make mktemp sort sed xz zstd gzip bzip2 xargs timeout find tar cpio cp mv ln
	install tail ls cat env nice sleep dd
	gcc g++ cc c++ cpp cc1 cc1plus collect2 lto1 lto-wrapper as ld ld.bfd ld.gold ld.lld lld clang ar ranlib nm objcopy
		objdump
	readelf strip size strings addr2line bc flex bison m4 openssl rustup rustc`)

// seeded are programs that take random numbers for the order in their tables only, which does not show in what they
// do; or for names of temporary files, more than they make.
var seeded = pattern.NewWords(`rustup rustc gcc g++ cc c++ collect2 lto-wrapper`)

// speakers use the size of a terminal for the messages they print there, and for nothing else.
var speakers = pattern.NewWords(`gcc g++ cc c++ cpp cc1 cc1plus collect2 lto1 lto-wrapper clang rustc`)

// room is who may ask a file system about itself: to find out of what kind it is.
var room = pattern.NewWords(`find rm cp mv install ls tail grep egrep fgrep git chmod chown du sort sed tar`)

// tool strips what distributions put around the name of a tool: x86_64-linux-gnu-gcc-12 is gcc, python3.11 is python.
func tool(name string) string {
	if i := strings.LastIndexByte(name, '-'); i > 0 && strings.Trim(name[i+1:], "0123456789.") == "" {
		name = name[:i]
	}
	if i := strings.LastIndex(name, "-gnu-"); i > 0 {
		name = name[i+len("-gnu-"):]
	} else if i := strings.LastIndex(name, "-elf-"); i > 0 {
		name = name[i+len("-elf-"):]
	}
	for _, prefix := range []string{"python", "perl", "clang", "gcc", "bash"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && strings.Trim(rest, "0123456789.") == "" {
			return prefix
		}
	}
	return name
}

// judge looks at the names under which a program was called.
func (t *tracer) judge(k *task, name string, argv []string) {
	p := &k.proc.program
	names := []string{name, p.name}
	if boxes.Has(p.name) && len(argv) > 0 {
		names = append(names, base(argv[0]))
		if boxes.Has(base(argv[0])) && len(argv) > 1 {
			names = append(names, argv[1])
		}
	}
	for _, n := range names {
		if unsteady.Has(n) {
			t.impure("%s tells something else every time", n)
			return
		}
	}
	p.name = tool(p.name)
	if p.name == "dd" && !slices.Contains(argv, "status=none") && !slices.Contains(argv, "status=noxfer") {
		t.impure("dd tells how long it took")
	}
	if p.name == "find" && slices.ContainsFunc(argv, asksForAge) {
		t.impure("find compares with the present time")
	}
	p.sizes = asksNoDates.Has(p.name) || copiers.Has(p.name) && !slices.ContainsFunc(argv, asksForNewer) &&
		!slices.ContainsFunc(argv, asksToKeep)
	p.unprompted = closers.Has(p.name) || prompters.Has(p.name) && neverPrompts(argv)
	p.named = compilers.Has(p.name) && slices.ContainsFunc(argv, namesItsSeed)
	p.known = p.sizes || daters.Has(p.name) || readers.Has(p.name)
	if p.name == "find" && slices.ContainsFunc(argv, showsStatus) {
		p.known = false
	}
	t.argued(argv, p)
	if tool(name) == p.name {
		t.givenText(k, argv) // the arguments are its own, not those of a script
	}
}

// compilers read the clock before they do anything, for a seed, unless they are given one. Then they read it for
// __DATE__ and __TIME__ alone.
var compilers = pattern.NewWords(`cc1 cc1plus lto1`)

// namesItsSeed recognises -frandom-seed, and @file, which may have it.
func namesItsSeed(arg string) bool {
	return strings.HasPrefix(arg, "-frandom-seed") || strings.HasPrefix(arg, "@")
}

// asksToKeep recognises --preserve, -p, -a, and what may be one of them. The date and the owner of the copy are those
// of the file.
func asksToKeep(arg string) bool {
	return strings.HasPrefix(arg, "--p") || strings.HasPrefix(arg, "--a") || strings.HasPrefix(arg, "-") &&
		!strings.HasPrefix(arg, "--") && strings.ContainsAny(arg, "pa")
}

// showsStatus recognises what find tells about the status of files, or asks of it.
func showsStatus(arg string) bool {
	switch arg {
	case "-ls", "-fls", "-printf", "-fprintf", "-links", "-samefile", "-inum", "-uid", "-gid", "-user", "-group",
		"-nouser", "-nogroup", "-perm", "-size",
		"-empty", "-newer", "-anewer", "-cnewer", "-readable", "-writable", "-executable", "-execdir", "-exec":
		return arg != "-exec" && arg != "-execdir"
	}
	return false
}

// asksForNewer recognises --update.
func asksForNewer(arg string) bool {
	return strings.HasPrefix(arg, "--u") || strings.HasPrefix(arg, "-") && !strings.HasPrefix(arg, "--") &&
		strings.Contains(arg, "u")
}

// asksForAge recognises find -mtime and its like, which compare with the one reading of the clock that is allowed.
func asksForAge(arg string) bool {
	return strings.HasPrefix(arg, "-") && (strings.HasSuffix(arg, "time") || strings.HasSuffix(arg, "min") ||
		strings.HasPrefix(arg, "-newer") && strings.HasSuffix(arg, "t") || arg == "-used" || arg == "-daystart")
}

// readClock is called when a program reads the time of day.
func (t *tracer) readClock(k *task) {
	p := &k.proc.program
	if p.name == "ls" {
		// It writes dates of the last half year in another form than older ones. That a file grows that old must show
		// within a day.
		t.system(facts.SystemDay)
		return
	}
	if p.clock++; p.clock > clockReads[p.name] || p.named {
		t.impure("%s read the clock", p.describe())
	}
}

// measures is called when a program asks for something that measures: the time since some moment, the time it has used.
func (t *tracer) measures(k *task, what string) {
	k.proc.program.lots = true
	if !settled.Has(k.proc.program.name) {
		t.impure("%s asked for %s", k.proc.program.describe(), what)
	}
}

// draws is called when a program takes a random number. One of eight bytes the C library takes for itself. All others
// must have become names of files that were not there, which is seen when the program has ended.
func (t *tracer) draws(k *task, size, flags uint64) {
	const memory = 8
	p := &k.proc.program
	switch {
	case size > 32 || flags&unix.GRND_RANDOM != 0:
		t.impure("%s took random numbers", p.describe())
	case seeded.Has(p.name):
		p.lots = true
	case !p.keyed && size == memory && flags == unix.GRND_NONBLOCK:
		p.keyed = true
	default:
		p.drawn++
		p.lots = true
	}
}

// makes is called when a program has made something where nothing was.
func (t *tracer) makes(k *task, path string) {
	p := &k.proc.program
	p.made++
	if p.lots && !shells.Has(p.name) {
		t.temps[base(path)] = true
	}
}

// settle is called when a program is over.
func (t *tracer) settle(p *program) {
	if p.drawn > p.made {
		t.impure("%s took random numbers", p.describe())
	}
}
