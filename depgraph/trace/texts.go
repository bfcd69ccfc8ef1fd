//go:build linux && (amd64 || arm64)

package trace

// What an interpreter does with what it knows makes no system call: the number of its process, the environment, a
// seed. Its texts tell: the arguments of all programs, and the files that interpreters open.

import (
	"bytes"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/pattern"
)

var (
	shells = pattern.NewWords(`sh dash bash`)
	awks   = pattern.NewWords(`mawk gawk`)
	tests  = pattern.NewWords(`test [`)
)

// Bounds of the texts of one command.
const (
	maxTexts = 1 << 20
	maxFiles = 500
)

// texts are those of one command.
type texts struct {
	shell, awk strings.Builder
	test       strings.Builder // words of test(1), each on a line
	shellFiles map[string]bool // that shells have opened
	awkFiles   map[string]bool
	names      map[string]bool // see Report.Names
	all        bool            // see Report.AnyName
	numbers    map[int]bool    // of processes
	temps      map[string]bool // names that programs may have made up
	statuses   map[string]bool // what shells and test(1) asked about by name; true for directories
	sized      bool            // a shell knows the size of a terminal
	over       bool
}

func (x *texts) init() {
	x.shellFiles, x.awkFiles, x.names, x.numbers = map[string]bool{}, map[string]bool{}, map[string]bool{}, map[int]bool{}
	x.temps, x.statuses = map[string]bool{}, map[string]bool{}
}

// argued notes the arguments of a program.
func (t *tracer) argued(argv []string, p *program) {
	text := strings.Join(argv, "\n") + "\n"
	switch {
	case shells.Has(p.name):
		t.add(&t.shell, text)
	case awks.Has(p.name):
		t.add(&t.awk, text)
	case tests.Has(p.name):
		t.add(&t.test, text)
	case slices.ContainsFunc(argv, lends),
		!indifferent.Has(p.name) && !(p.name == "git" && slices.ContainsFunc(argv, plainGit)) && !(p.name == "env" && startsProgram(argv)):
		t.all = true
	}
}

func (x *texts) add(to *strings.Builder, text string) {
	if to.Len()+len(text) > maxTexts {
		x.over = true
		return
	}
	to.WriteString(text)
}

// interprets notes that a program has opened a file, which may be a text that it interprets.
func (t *tracer) interprets(k *task, path string) {
	switch p := &k.proc.program; {
	case shells.Has(p.name):
		t.shellFiles[path] = true
	case awks.Has(p.name):
		t.awkFiles[path] = true
	}
	if len(t.shellFiles)+len(t.awkFiles) > maxFiles {
		t.over = true
	}
}

// indifferent are programs that look at no variables of the environment but for those that make them speak another
// language or find their parts.
var indifferent = pattern.NewWords(`cat cmp comm cut diff egrep expand expr fgrep fold grep head join nl od paste rev sed sort
	tac tail tr tsort uniq wc xxd bc
	rm ln mkdir rmdir mktemp readlink realpath basename dirname mv cp install touch chmod true false echo printf test [
		sleep nproc uname tee seq
	sha1sum sha256sum md5sum cksum find xargs gzip xz bzip2 zstd id stat rustup rustc hostname domainname dnsdomainname
		whoami logname arch
	getconf pwd unlink link split csplit truncate mkfifo sync b2sum sha224sum sha384sum sha512sum base64 base32 sum depmod
	gcc g++ cc c++ cpp cc1 cc1plus collect2 lto1 lto-wrapper as ld ld.bfd ld.gold ld.lld lld ar ranlib nm objcopy objdump
	readelf strip size strings addr2line c++filt flex bison m4 nice timeout`)

var lending = []string{"-specs", "--specs", "-fplugin", "-wrapper"}

// lends recognises arguments that have a compiler go by somebody else's text or program, which may look at any variable: specs have
// %:getenv.
func lends(arg string) bool {
	return slices.ContainsFunc(lending, func(option string) bool { return strings.HasPrefix(arg, option) })
}

// plainGit recognises commands of git that print no tables for a terminal.
func plainGit(arg string) bool {
	switch arg {
	case "rev-parse", "describe", "diff-index", "update-index", "cat-file", "ls-files", "symbolic-ref", "rev-list",
		"name-rev", "status":
		return true
	}
	return false
}

// startsProgram: env, given a program. Without one it prints all variables.
func startsProgram(argv []string) bool {
	for _, w := range argv[min(1, len(argv)):] {
		if strings.HasPrefix(w, "-") {
			return false
		}
		if !strings.Contains(w, "=") {
			return true
		}
	}
	return false
}

var (
	// shellNumber: a number, a moment or a draw of lots that a shell knows by itself.
	shellNumber = pattern.New(`PPID|BASHPID|RANDOM|\bSECONDS\b|EPOCHREALTIME|EPOCHSECONDS|%[-0-9.]*\([^)]*\)T|` +
		`\$\{\$|\$!|\$\{!`)
	// ofJobs: a process is waited for or ended.
	ofJobs = pattern.New(`\b(?:wait|kill)(?:\s+-\S+(?:\s+[A-Z0-9]+)?)?\s+"?\$[!$]"?`)
	// shellSource: commands that come from a descriptor, as in `. /dev/stdin` and `source <(date)`.
	shellSource = pattern.New(`(?:^|[\s;&|({])(?:\.|source)\s+["']?(?:<\(|/(?:dev|proc)/)`)
	// shellSize: what bash finds out about the terminal when a program has ended. select goes by it.
	shellSize = pattern.New(`\b(?:COLUMNS|LINES|select\s+\w+\s+in)\b`)
	// shellPid: $$, and what stands before it.
	shellPid = pattern.New(`(.?)\$\$`)
	// Comparisons of what other facts do not tell: dates of directories; which file it is and whose; when it was read.
	shellDates  = pattern.New(`\s-(?:nt|ot)\s`)
	shellOwners = pattern.New(`\s-(?:ef|[OG]\s)`)
	shellReads  = pattern.New(`\s-N\s`)
	// anyName: variables that are looked at without being named. set, export and the like list them all.
	anyName = pattern.New(`\beval\b|\b(?:declare|typeset|printenv|compgen|environ)\b|\$\{!|\b(?:export|` +
		`readonly|local)\s+-p|` +
		`(?m:(?:^|[;&|({\x60]|\b(?:then|do|else)\b)\s*(?:set|export|readonly|env|local|alias)\s*(?:$|[;&|)}#<>\x60]))`)
	awkNumber = pattern.New(`\brand\b|\bsrand\b|systime|strftime|PROCINFO`)
	// indirect: a name of a variable may come from a value. Shells look up what stands in a calculation.
	indirect  = pattern.New(`\(\(|\$\[|\blet\b|\s-v\s+["']?\$|\[\[[^\]]*\s-(?:eq|ne|lt|le|gt|ge)\s|\$\{\w+(?:\[|:[^-+=?])`)
	names     = pattern.New(`[A-Za-z_][A-Za-z0-9_]*`)
	underline = pattern.New(`\$_\b|\$\{_\b`)
)

// read adds the texts of files. What has a zero byte in front, as libraries have, is no text.
func (x *texts) read(to *strings.Builder, files map[string]bool) {
	for path := range files {
		f, err := os.Open(path)
		if err != nil {
			continue // removed again by the command
		}
		data, err := io.ReadAll(io.LimitReader(f, 512))
		if err == nil && bytes.IndexByte(data, 0) < 0 && len(data) == 512 {
			var rest []byte
			rest, err = io.ReadAll(io.LimitReader(f, maxTexts))
			data = append(data, rest...)
		}
		f.Close()
		if err != nil {
			x.over = true
		} else if bytes.IndexByte(data[:min(512, len(data))], 0) < 0 {
			x.add(to, string(data)+"\n")
		}
	}
}

// replacing is called before the bytes of a file may go.
func (t *tracer) replacing(f *found) {
	t.rec.replacing(f)
	t.lastRead(f.path)
}

// lastRead reads a text that an interpreter has opened, before it goes: `. ./t; rm t`.
func (x *texts) lastRead(path string) {
	if x.shellFiles[path] {
		x.read(&x.shell, map[string]bool{path: true})
		delete(x.shellFiles, path)
	}
	if x.awkFiles[path] {
		x.read(&x.awk, map[string]bool{path: true})
		delete(x.awkFiles, path)
	}
}

// judgeTexts is called when the command has ended.
func (t *tracer) judgeTexts() {
	t.read(&t.shell, t.shellFiles)
	t.read(&t.awk, t.awkFiles)
	shell, awk := t.shell.String(), t.awk.String()
	if t.over {
		t.impure("the texts of its shells are too long")
		return
	}
	shell = ofJobs.ReplaceAllString(shell, "")
	if found := shellNumber.FindString(shell); found != "" {
		t.impure("a shell has %s", found)
	}
	if shellSource.MatchString(shell) {
		t.impure("a shell gets its text from a pipe")
	}
	if t.sized && shellSize.MatchString(shell) {
		t.impure("a shell has the size of the terminal")
	}
	for _, m := range shellPid.FindAllStringSubmatch(shell, -1) {
		// A part of the name of a temporary file: .tmp_$$
		if before := m[1]; before == "" || !strings.ContainsAny(before, "._-/") && (before[0] < 'a' || before[0] > 'z') {
			t.impure("a shell has the number of its process")
		}
	}
	conditions := shell + "\n" + t.test.String()
	dates, owners, reads := shellDates.MatchString(conditions), shellOwners.MatchString(conditions), shellReads.MatchString(conditions)
	for path, dir := range t.statuses {
		switch {
		case !dates && !owners && !reads || dir && !dates && !reads || !dir && !owners && !reads:
		case t.rec.own(t.look(path)):
			t.impure("a shell compares the status of %s, which the command has made", path)
		case reads:
			t.system(facts.SystemStatusRead + path)
		default:
			t.system(facts.SystemStatus + path)
		}
	}
	if awkNumber.MatchString(awk) {
		t.impure("an awk has %s", awkNumber.FindString(awk))
	}
	made := slices.Collect(maps.Keys(t.temps))
	if strings.Contains(shell, "$$") {
		for n := range t.numbers {
			made = append(made, strconv.Itoa(n))
		}
	}
	t.judgeNames(made)
	t.all = t.all || anyName.MatchString(shell) || indirect.MatchString(shell) || strings.Contains(awk, "ENVIRON")
	for _, name := range names.FindAllString(shell, -1) {
		t.names[name] = true
	}
	if underline.MatchString(shell) {
		t.names["_"] = true
	}
}

// judgeNames: names of temporary files, and numbers of processes that shells make such names of, do not get into what
// is printed or left behind.
func (t *tracer) judgeNames(made []string) {
	if len(made) == 0 {
		return
	}
	has := func(text string) bool {
		return slices.ContainsFunc(made, func(name string) bool { return strings.Contains(text, name) })
	}
	for _, o := range t.output {
		if has(o.Text) {
			t.impure("it printed the name of a temporary file or the number of a process")
		}
	}
	for path, n := range t.rec.nodes {
		if !n.replaced && !n.touched {
			continue
		}
		fi, err := os.Lstat(path)
		if err != nil {
			continue
		}
		if has(base(path)) {
			t.impure("it left %s, whose name is another each time", path)
			return
		}
		if fi.Mode().IsRegular() && fi.Size() <= maxTexts {
			if data, err := os.ReadFile(path); err != nil || has(string(data)) {
				t.impure("it wrote the name of a temporary file or the number of a process into %s", path)
			}
		}
	}
}
