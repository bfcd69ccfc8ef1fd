//go:build linux && (amd64 || arm64)

package trace

// What is known about general Unix programs by name. Only their habits are listed, never what a tree brings along, and a
// program that is not listed is trusted less, not more.

import (
	"slices"
	"strings"

	"gokbuild/depgraph/facts"
)

type program struct {
	name  string // of the file that is executed; of an interpreter, for a script
	clock int    // how often it has read the clock
	sizes bool   // see asksNoDates
}

func (p *program) describe() string {
	if p.name == "" {
		return "a process"
	}
	return p.name
}

// unsteady programs are for telling what is different every time, by ways that are not seen or that are harmless in other programs.
var unsteady = words(`date uuidgen mcookie shuf df du hostid`)

// boxes are programs that are many programs.
var boxes = words(`busybox toybox coreutils`)

// readers ask an open file's size and number, and never let its date through; so do the links of the C compilers' chain.
// They are believed when they ask an open file, not when they ask by name: test(1) is a part of shells.
var readers = words(`sh dash bash cat cmp comm cut diff egrep expand expr fgrep fold gawk grep head join mawk nl od paste rev sed
	sort tac tail tr tsort uniq wc xxd bc m4 flex bison
	gcc g++ cc c++ cpp cc1 cc1plus collect2 lto1 lto-wrapper as ld ld.bfd ld.gold ld.lld lld clang ar ranlib nm objcopy objdump
	readelf strip size strings addr2line c++filt`)

// asksNoDates are programs whose questions by name are about presence, type and permissions.
var asksNoDates = words(`rm ln mkdir rmdir mktemp readlink realpath basename dirname env nice
	gcc g++ cc c++ cpp cc1 cc1plus collect2 lto1 lto-wrapper as ld ld.bfd ld.gold ld.lld lld clang
	cat cut grep egrep fgrep head sed tail tr sort uniq wc gawk mawk m4`)

// asksNoDate reports whether a question by name about a file is about presence, type and permissions. So are those of git about the
// files that hold its refs, which it reads each time; checking out another revision and back makes HEAD anew.
func (p *program) asksNoDate(path string) bool {
	return p.sizes || p.name == "git" && strings.Contains(path, "/.git/") && (strings.HasSuffix(path, "/HEAD") || strings.Contains(path, "/.git/refs/"))
}

// copiers are like asksNoDates unless told to compare dates.
var copiers = words(`mv cp install`)

// clockReads is how often a program reads the time of day before it does anything for its user: to seed random numbers, to know
// when it began. Reading it once more is taken for an interest in the time, and so is every reading by other programs.
// (Clocks that count from some arbitrary moment are free: they measure, and name temporary files.)
var clockReads = map[string]int{"bash": 3, "perl": 1, "python": 1, "cc1": 1, "cc1plus": 1, "lto1": 1, "git": 1, "make": 1, "mawk": 1, "find": 1}

func words(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(text) {
		set[word] = true
	}
	return set
}

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
	if boxes[p.name] && len(argv) > 0 {
		names = append(names, base(argv[0]))
		if boxes[base(argv[0])] && len(argv) > 1 {
			names = append(names, argv[1])
		}
	}
	for _, n := range names {
		if unsteady[n] {
			t.impure("%s tells something else every time", n)
			return
		}
	}
	p.name = tool(p.name)
	if p.name == "find" && slices.ContainsFunc(argv, asksForAge) {
		t.impure("find compares with the present time")
	}
	p.sizes = asksNoDates[p.name] || copiers[p.name] && !slices.ContainsFunc(argv, asksForNewer)
}

// asksForNewer recognises --update.
func asksForNewer(arg string) bool {
	return strings.HasPrefix(arg, "--u") || strings.HasPrefix(arg, "-") && !strings.HasPrefix(arg, "--") && strings.Contains(arg, "u")
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
	if p.clock++; p.clock > clockReads[p.name] {
		t.impure("%s read the clock", p.describe())
	}
}
