package forms

// This file knows compilers and linkers: GCC and Clang, ld (manual of GCC, "Overall Options", "Preprocessor Options").

import (
	"path"
	"strings"

	"gokbuild/depgraph/pattern"
)

// separate are the options of a compiler whose value is the next word.
var separate = pattern.NewWords(`-o -MF -MT -MQ -I -include -isystem -idirafter -iquote -imacros -iprefix -iwithprefix -iwithprefixbefore -isysroot
	-D -U -x -T -u -z -L -l --param -target -arch -b -V -Ttext -Tdata -Tbss -e -rpath --sysroot`)

// leaving are beginnings of options that make a compiler leave more files, or run something else. What they leave is not
// known.
var leaving = strings.Fields(`-save-temps --save-temps -fdump -fprofile -ftest-coverage --coverage -coverage -fplugin -specs --specs -wrapper -dumpdir
	-dumpbase -aux-info -fstack-usage -fcallgraph-info -fopt-info -time @ -fmodule -fsave-optimization-record
	-ftime-trace -fdeps -fdiagnostics-format -Xpreprocessor -Xlinker -Xassembler -Xclang -fembed
	-fcrash-diagnostics -gen-reproducer --serialize -serialize -foptimization-record -fxray -fsanitize-coverage-allowlist -no-canonical-prefixes=`)

// passedOn are beginnings of what makes the program that a compiler driver calls leave more files, by the option that passes
// it on.
var passedOn = map[string][]string{
	"-Wa,": strings.Fields("-a --listing -M --MD -o @"),
	"-Wl,": strings.Fields("-M --M --out-implib --dependency-file -plugin --plugin -o --output @"),
}

// call is what the words of a compiler driver say about the files that it leaves.
type call struct {
	sources []string
	out     string
	// deps are files of dependencies that are named.
	deps []string
	// stage is how far it goes: 'E', 'c', 'S', or 0 for linking; quiet is set if it only tells something.
	stage byte
	quiet bool
	// unnamed and split say that it leaves a file of dependencies, and one of debugging information, beside its output.
	unnamed, split bool
}

// compiler is one call of a compiler driver.
func compiler(c *Command, args []string) (files []string, ok bool) {
	k, ok := callOf(args)
	if !ok {
		return nil, false
	}
	return k.files()
}

// callOf reads the words of a compiler driver; ok is false if they make it leave what is not known.
func callOf(args []string) (k call, ok bool) {
	ok = true
	for i := 0; i < len(args); i++ {
		switch a := args[i]; {
		case separate.Has(a):
			if i++; i >= len(args) {
				return k, false
			}
			switch a {
			case "-o":
				k.out = args[i]
			case "-MF":
				k.deps = append(k.deps, args[i])
			}
		case a == "-" || a != "" && a[0] != '-' && a[0] != '@':
			k.sources = append(k.sources, a)
		case !k.option(a):
			ok = false
		}
	}
	return k, ok
}

// stopAt takes in that compilers are told to stop at a stage. The earliest one counts, in whatever order they are named.
func (k *call) stopAt(stage byte) {
	const order = "ESc"
	if k.stage == 0 || strings.IndexByte(order, stage) < strings.IndexByte(order, k.stage) {
		k.stage = stage
	}
}

// option takes in an option without a word of its own behind it; false if what it leaves is not known.
func (k *call) option(a string) bool {
	switch {
	case a == "-c" || a == "-S" || a == "-E":
		k.stopAt(a[1])
	case a == "-M" || a == "-MM":
		k.stopAt('E')
	case a == "-fsyntax-only", a == "--version", a == "-v", a == "-dumpmachine", a == "-dumpversion", a == "-dumpfullversion",
		strings.HasPrefix(a, "-print-"), strings.HasPrefix(a, "--print-"), strings.HasPrefix(a, "--help"):
		k.quiet = true
	case a == "-MD" || a == "-MMD":
		k.unnamed = true
	case strings.HasPrefix(a, "-MF"):
		k.deps = append(k.deps, a[3:])
	case strings.HasPrefix(a, "-Wp,"):
		return k.preprocessor(strings.Split(a, ",")[1:])
	case a == "-gsplit-dwarf":
		k.split = true
	case strings.HasPrefix(a, "-o"):
		k.out = a[2:]
	case leaves(a):
		return false
	case len(a) == 3 && a[1] == 'd' && !strings.Contains("DMINU", a[2:]): // a dump of some pass
		return false
	}
	return true
}

// preprocessor takes in what is passed on to the preprocessor.
func (k *call) preprocessor(words []string) bool {
	for i := 0; i < len(words); i++ {
		switch w := words[i]; {
		case w == "-MD" || w == "-MMD":
			if i++; i >= len(words) {
				return false
			}
			k.deps = append(k.deps, words[i])
		case w == "-MT" || w == "-MQ":
			i++
		case w == "-MP" || w == "-MG":
		case strings.HasPrefix(w, "-M") || strings.HasPrefix(w, "@"):
			return false
		}
	}
	return true
}

// files lists what the call leaves.
func (k *call) files() (files []string, ok bool) {
	suffix := map[byte]string{'c': ".o", 'S': ".s"}[k.stage]
	switch {
	case k.quiet && k.stage == 0 && k.out == "" && len(k.sources) == 0:
		return nil, true
	case k.out != "":
		files = append(files, k.out)
	case suffix != "":
		for _, s := range k.sources {
			files = append(files, stem(path.Base(s))+suffix)
		}
	case k.stage == 0 && len(k.sources) > 0:
		files = append(files, "a.out")
	}
	if k.unnamed {
		dep := k.defaultDep()
		if dep == "" && len(k.deps) == 0 {
			return nil, false
		}
		k.deps = append(k.deps, dep)
	}
	for _, dep := range k.deps {
		if dep != "" {
			files = append(files, dep)
		}
	}
	if k.split {
		if k.out == "" || k.stage != 'c' {
			return nil, false
		}
		files = append(files, stem(k.out)+".dwo")
	}
	return files, true
}

// defaultDep is where -MD writes without -MF; "" if that is not known.
func (k *call) defaultDep() string {
	switch {
	case len(k.sources) != 1 || k.stage != 'c' && k.stage != 'S':
		return ""
	case k.out != "":
		return stem(k.out) + ".d"
	}
	return stem(path.Base(k.sources[0])) + ".d"
}

func leaves(option string) bool {
	for _, l := range leaving {
		if strings.HasPrefix(option, l) {
			return true
		}
	}
	for prefix, beginnings := range passedOn {
		rest, ok := strings.CutPrefix(option, prefix)
		for word := range strings.SplitSeq(rest, ",") {
			if ok && begins(word, beginnings) {
				return true
			}
		}
	}
	return false
}

// stem is a name without its last suffix.
func stem(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

// linker is one call of ld.
func linker(c *Command, args []string) (files []string, ok bool) {
	out := ""
	for i := 0; i < len(args); i++ {
		a := args[i]
		long := strings.TrimPrefix(a, "-")
		switch {
		case a == "-o" || a == "--output":
			if i++; i >= len(args) {
				return nil, false
			}
			out = args[i]
		case strings.HasPrefix(a, "--output="):
			out = a[len("--output="):]
		case strings.HasPrefix(long, "-Map=") || strings.HasPrefix(a, "-Map="):
			files = append(files, a[strings.IndexByte(a, '=')+1:])
		case a == "-Map" || a == "--Map":
			if i++; i >= len(args) {
				return nil, false
			}
			files = append(files, args[i])
		case strings.HasPrefix(long, "-out-implib"), strings.HasPrefix(long, "-dependency-file"), strings.HasPrefix(long, "plugin"), strings.HasPrefix(long, "-plugin"),
			strings.HasPrefix(long, "-lto"), strings.HasPrefix(long, "-thinlto"), strings.HasPrefix(long, "-save-temps"), strings.HasPrefix(long, "-reproduce"),
			strings.HasPrefix(long, "-time-trace"), strings.HasPrefix(long, "-output-def"):
			return nil, false
		case strings.HasPrefix(a, "-o") && len(a) > 2 && !strings.HasPrefix(a, "-omagic"):
			out = a[2:]
		case a == "-v" || a == "-V" || a == "--version" || a == "--help":
			return nil, true
		}
	}
	if out == "" {
		out = "a.out"
	}
	return append(files, out), true
}
