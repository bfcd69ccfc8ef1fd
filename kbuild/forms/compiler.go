package forms

// This file knows compilers and linkers: GCC and Clang, ld (manual of GCC, "Overall Options", "Preprocessor Options").

import (
	"path"
	"strings"
)

// separate are the options of a compiler whose value is the next word.
var separate = wordsOf(`-o -MF -MT -MQ -I -include -isystem -idirafter -iquote -imacros -iprefix -iwithprefix -iwithprefixbefore -isysroot
	-D -U -x -T -u -z -L -l --param -target -arch -b -V -Xpreprocessor -Ttext -Tdata -Tbss -e -rpath --sysroot`)

// leaving are beginnings of options that make a compiler leave more files, or run something else. What they leave is not
// known.
var leaving = strings.Fields(`-save-temps --save-temps -fdump -fprofile -ftest-coverage --coverage -coverage -fplugin -specs --specs -wrapper -dumpdir
	-dumpbase -aux-info -fstack-usage -fcallgraph-info -fopt-info -time -Wa,-a -Wa,--listing -Wa,-M -Wa,--MD -Wa,@ @ -fmodule -fsave-optimization-record
	-ftime-trace -fdeps -fdiagnostics-format -Wl,-M -Wl,--M -Wl,--out-implib -Wl,--dependency-file -Wl,@ -Wl,-plugin -Wl,--plugin -Xlinker -Xassembler -fembed
	-fcrash-diagnostics -gen-reproducer --serialize -serialize -foptimization-record -fxray -fsanitize-coverage-allowlist -no-canonical-prefixes=`)

// compiler is one call of a compiler driver.
func compiler(c *Command, args []string) (files []string, ok bool) {
	var out, dep string
	var sources []string
	compile, preprocess, assemble, quiet, deps, split := false, false, false, false, false, false
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case separate[a]:
			if i++; i >= len(args) {
				return nil, false
			}
			switch a {
			case "-o":
				out = args[i]
			case "-MF":
				dep = args[i]
			}
		case len(a) < 2 || a[0] != '-':
			sources = append(sources, a)
		case a == "-c":
			compile = true
		case a == "-S":
			assemble = true
		case a == "-E" || a == "-M" || a == "-MM":
			preprocess = true
		case a == "-fsyntax-only" || a == "--version" || a == "-v" || strings.HasPrefix(a, "-print-") || strings.HasPrefix(a, "--print-") ||
			a == "-dumpmachine" || a == "-dumpversion" || a == "-dumpfullversion" || strings.HasPrefix(a, "--help"):
			quiet = true
		case a == "-MD" || a == "-MMD":
			deps = true
		case strings.HasPrefix(a, "-MF"):
			dep = a[3:]
		case strings.HasPrefix(a, "-Wp,-MD,"), strings.HasPrefix(a, "-Wp,-MMD,"):
			name := a[strings.IndexByte(a[4:], ',')+5:]
			name, _, _ = strings.Cut(name, ",")
			dep, deps = name, true
		case a == "-gsplit-dwarf":
			split = true
		case strings.HasPrefix(a, "-o"):
			out = a[2:]
		case leaves(a):
			return nil, false
		case len(a) == 3 && a[1] == 'd' && !strings.Contains("DMIN", a[2:]): // a dump of some pass
			return nil, false
		}
	}
	suffix := ""
	switch {
	case quiet && !compile && out == "":
		return nil, true
	case preprocess:
		if out != "" {
			files = append(files, out)
		}
	case compile:
		suffix = ".o"
	case assemble:
		suffix = ".s"
	case out != "":
		files = append(files, out)
	case len(sources) > 0:
		files = append(files, "a.out")
	}
	if suffix != "" {
		if out != "" {
			files = append(files, out)
		}
		for _, s := range sources {
			if out == "" {
				files = append(files, stem(path.Base(s))+suffix)
			}
		}
	}
	if deps && dep == "" {
		if len(sources) > 1 {
			return nil, false
		}
		switch {
		case out != "":
			dep = stem(out) + ".d"
		case len(sources) == 1:
			dep = stem(path.Base(sources[0])) + ".d"
		}
	}
	if dep != "" {
		files = append(files, dep)
	}
	if split {
		if out == "" || !compile {
			return nil, false
		}
		files = append(files, stem(out)+".dwo")
	}
	return files, true
}

func leaves(option string) bool {
	for _, l := range leaving {
		if strings.HasPrefix(option, l) {
			return true
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

func wordsOf(text string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(text) {
		set[w] = true
	}
	return set
}
