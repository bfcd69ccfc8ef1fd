package forms

// This file tells what a compilation reads, as far as its words tell (manual of GCC, "Directory Options", "Preprocessor Options").

import (
	"path"
	"strings"

	"gokbuild/depgraph/pattern"
)

// Compilation is one call of a compiler that makes one object, or one assembler file, of one source, and writes down which files
// it has read. Names are as the words have them.
type Compilation struct {
	Source, Output string
	// Deps is the file of dependencies that it writes.
	Deps string
	// Quote are the folders that are searched for names in quotes, before Angle, which are searched for all names, in order.
	Quote, Angle []string
	// Forced are the files of -include and -imacros.
	Forced []string
	// AllMacros says that the output holds all macros (-g3), PathBound that it may depend on where the files are in ways that
	// do not show in its bytes.
	AllMacros, PathBound bool
	// maps are the beginnings of names that are replaced in what the source sees (-fmacro-prefix-map).
	maps []string
}

// Mapped reports whether a source sees another name of a file than this one.
func (k *Compilation) Mapped(name string) bool { return begins(name, k.maps) }

// NamesFiles reports whether the names that stand in word i of a compilation are those of files and folders that it reads and writes, and
// nothing that the source sees otherwise: not so of -DROOT=/src.
func NamesFiles(argv []string, i int) bool {
	a := argv[i]
	if i == 0 || a == "" || a[0] != '-' {
		return i == 0 || argv[i-1] != "-D" && argv[i-1] != "-U" && argv[i-1] != "--param"
	}
	if begins(a, folderOptions) {
		return true
	}
	_, maps, _ := strings.Cut(a, "-prefix-map=")
	_, to, ok := strings.Cut(maps, "=")
	return ok && !path.IsAbs(to)
}

// folderOptions begin options that name a folder to be searched, or the file of dependencies.
var folderOptions = strings.Fields("-I -iquote -isystem -idirafter -Wp,-M")

// Compile tells what a command compiles; ok is false if it is no compiler, or if an option has it read files of which the words,
// and its file of dependencies, do not tell: headers of the system among them.
func Compile(c *Command) (k *Compilation, ok bool) {
	name := path.Base(c.Path)
	switch Plain(name) {
	case "gcc", "cc", "clang":
	default:
		return nil, false
	}
	p := compileParser{k: &Compilation{}}
	if !p.words(c.Argv[1:]) || !isBinary(c) {
		return nil, false
	}
	return p.k, true
}

// compileParser takes the words of a compilation in.
type compileParser struct {
	k                    *Compilation
	angle, system, after []string
	compiles, noSystem   bool
	// systemLeftOut says that the dependencies leave out headers of folders of the system.
	systemLeftOut bool
}

func (p *compileParser) words(args []string) bool {
	for i := 0; i < len(args); i++ {
		a := args[i]
		value := ""
		switch {
		case a == "" || a[0] == '@':
			return false
		case a[0] != '-':
			if p.k.Source != "" {
				return false
			}
			p.k.Source = a
			continue
		case takesWord.Has(a):
			if i++; i >= len(args) {
				return false
			}
			value = args[i]
		}
		if !p.option(a, value) {
			return false
		}
	}
	switch path.Ext(p.k.Source) {
	case ".c", ".S", ".s":
	default:
		return false // the compiler of another language
	}
	if p.k.Output == "" || p.k.Deps == "" || !p.compiles || !p.noSystem || p.systemLeftOut && len(p.system)+len(p.after) > 0 {
		return false
	}
	p.k.Angle = append(append(p.angle, p.system...), p.after...)
	return true
}

// takesWord are the options whose value is the next word.
var takesWord = pattern.NewWords("-o -include -imacros -I -iquote -isystem -idirafter -D -U --param -MF")

// option takes one option in; false if it is not understood.
func (p *compileParser) option(a, value string) bool {
	k := p.k
	folder := func(list *[]string, prefix string) bool {
		dir := value
		if dir == "" {
			dir = a[len(prefix):]
		}
		*list = append(*list, dir)
		return dir != "" && dir[0] != '=' && !strings.HasPrefix(dir, "$SYSROOT")
	}
	switch {
	case a == "-c" || a == "-S":
		p.compiles = true
	case a == "-o":
		k.Output = value
		return k.Output != "-"
	case a == "-nostdinc":
		p.noSystem = true
	case a == "-include" || a == "-imacros":
		k.Forced = append(k.Forced, value)
	case a == "-I-":
		return false
	case strings.HasPrefix(a, "-iquote"):
		return folder(&k.Quote, "-iquote")
	case strings.HasPrefix(a, "-isystem"):
		return folder(&p.system, "-isystem")
	case strings.HasPrefix(a, "-idirafter"):
		return folder(&p.after, "-idirafter")
	case strings.HasPrefix(a, "-I"):
		return folder(&p.angle, "-I")
	case strings.HasPrefix(a, "-Wp,"):
		return p.preprocessor(a[len("-Wp,"):])
	case a == "-D" || a == "-U" || a == "--param":
	case strings.HasPrefix(a, "-g"):
		k.AllMacros = k.AllMacros || strings.HasPrefix(a, "-g3") || strings.HasPrefix(a, "-ggdb3") || strings.HasPrefix(a, "-gstabs")
		k.PathBound = k.PathBound || strings.HasPrefix(a, "-gz")
		return !strings.HasPrefix(a, "-gsplit")
	case strings.HasPrefix(a, "-fmacro-prefix-map=") || strings.HasPrefix(a, "-ffile-prefix-map="):
		_, maps, _ := strings.Cut(a, "=")
		from, _, _ := strings.Cut(maps, "=")
		k.maps = append(k.maps, from)
	default:
		k.AllMacros = k.AllMacros || a == "-fdebug-macro"
		k.PathBound = k.PathBound || boundToPaths(a)
		return understood(a)
	}
	return true
}

// preprocessor takes in what goes to the preprocessor: -Wp,-MMD,FILE.
func (p *compileParser) preprocessor(list string) bool {
	words := strings.Split(list, ",")
	if len(words) != 2 || words[0] != "-MD" && words[0] != "-MMD" || p.k.Deps != "" {
		return false
	}
	p.systemLeftOut = words[0] == "-MMD"
	p.k.Deps = words[1]
	return words[1] != ""
}

// readingOptions begin options that have a compiler read more files, look at the machine, or leave more than its output.
var readingOptions = strings.Fields(`-march=native -mtune=native -mcpu=native -fplugin -fprofile -fauto-profile -ftest-coverage -frandomize-layout-seed
	-fsanitize-ignorelist -fsanitize-blacklist -fsanitize-coverage-allowlist -fsanitize-coverage-ignorelist -fsanitize-coverage-blocklist -fsanitize-coverage-whitelist
	-fsanitize-coverage-blacklist -fxray -fmodule -fdump -fsave -fstack-usage -fcallgraph-info -fopt-info -fpch -fpreprocessed -fdirectives-only -flto -fdeps -fcompare
	-fdiagnostics-format -fcrash -fembed -ftime -fmem-report -fpost-ipa -fwhole -fuse-ld -foffload -fworking -fada -fgnat -fopenmp -fopenacc -fproc -ftrack -frecord -fuse-linker
	-fmax-include -finput -fexec -fdebug-compilation-dir -fcoverage -fmerge-debug -fself-test -fcoroutines -fwrapper -fintegrated-cc1 -fno-integrated-cc1 -fplugin-arg -mllvm -mexec`)

// understoodOptions begin options that only say how code is made and what is warned of. The other standards have trigraphs, by which lines
// are joined that do not look so.
var understoodOptions = strings.Fields(`-f -m -W -O -D -U -std=gnu --std=gnu --param= -pedantic --target=`)

// plainOptions are such options as a whole.
var plainOptions = pattern.NewWords("-pipe -w -nostdlib -no-pie -pie -pg -p -pthread -xc -xassembler-with-cpp -xassembler -xnone")

// assemblerOptions are what may go to the assembler.
var assemblerOptions = strings.Fields(`--noexecstack --fatal-warnings -g --gdwarf -m -W --no-warn -32 -64 --32 --64`)

func understood(a string) bool {
	if rest, ok := strings.CutPrefix(a, "-Wa,"); ok {
		for _, word := range strings.Split(rest, ",") {
			if !begins(word, assemblerOptions) {
				return false
			}
		}
		return true
	}
	if strings.HasPrefix(a, "-Wl,") || plainOptions.Has(a) {
		return true // nothing is linked
	}
	return begins(a, understoodOptions) && !begins(a, readingOptions) && !leaves(a)
}

// boundToPaths reports whether an option may bring something of the names of files into the output that is not their text.
func boundToPaths(a string) bool {
	return strings.HasPrefix(a, "-fsanitize") || strings.HasPrefix(a, "-frandom-seed") || strings.HasPrefix(a, "-funique-internal") || strings.HasPrefix(a, "-fbasic-block")
}

func begins(s string, list []string) bool {
	for _, l := range list {
		if strings.HasPrefix(s, l) {
			return true
		}
	}
	return false
}
