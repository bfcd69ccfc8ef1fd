package probe

// A compiler that includes system headers, or links with the system's libraries, reads files that no word names. In
// an observed run it is asked for them: once more with -H for the headers, and its linker with --trace for the rest.
// For example
//
//	echo '#include <stdio.h> …' | gcc -m64 -static -x c - -o /dev/null
//
// reads stdio.h and what that includes, crt1.o, libc.a and so on.

import (
	"path/filepath"
	"slices"
	"strings"

	"gokbuild/depgraph/pattern"
)

// angled is a line that includes a system header.
var angled = pattern.New(`(?m)^[ \t]*#[ \t]*include[ \t]*<([a-z0-9_]+(?:/[a-z0-9_]+)*\.h)>[ \t]*$`)

// builds recognises such a call, and returns the words by which the compiler tells what it reads.
func (c *call) builds() (questions []string, links, ok bool) {
	links = true
	var source, lang, out string
	for i := 0; i < len(c.args); i++ {
		w := c.args[i]
		next := ""
		if i+1 < len(c.args) {
			next = c.args[i+1]
		}
		switch {
		case w == "-x":
			lang, i = next, i+1
			questions = append(questions, w, lang)
		case w == "-o":
			out, i = next, i+1
		case w == "-":
			source += w
			questions = append(questions, w)
		case w == "-c" || w == "-S":
			links = false
		case strings.HasPrefix(w, "-D") || w == "-E" || !plainFlag(w):
			return nil, false, false
		default:
			questions = append(questions, w)
		}
	}
	if source != "-" || lang != "c" || out != "/dev/null" || !c.in.own || !c.in.known ||
		!includesNothing(strings.ReplaceAll(angled.ReplaceAllString(c.in.text, ""), `""`, "")) {
		return nil, false, false
	}
	return append(questions, "-E", "-v", "-H", "-o", "/dev/null"), links, true
}

// systemObjects are what compilers link with without being told.
var systemObjects = strings.Fields(`crt1.o Scrt1.o rcrt1.o gcrt1.o crti.o crtn.o crtbegin.o crtbeginS.o crtbeginT.o crtend.o
	crtendS.o libc.so libc.a libgcc.so libgcc.a libgcc_s.so libgcc_s.so.1 libgcc_s.a libgcc_eh.so libgcc_eh.a`)

// reads notes what a call that builds something reads.
func (a *analysis) reads(c *call, path string, questions []string, links bool) bool {
	tc := a.helpers.of(path, a.dir, c.env)
	if tc == nil {
		return false
	}
	for _, name := range []string{"DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES", "COMPILER_PATH", "GCC_EXEC_PREFIX",
		"CCC_OVERRIDE_OPTIONS", "LIBRARY_PATH"} {
		if c.env.get(name) != "" {
			return false
		}
	}
	a.in.addProgram(c.name)
	a.in.Compilers = addOnce(a.in.Compilers, c.name)
	told := askWith(path, a.dir, c.env, c.in.text, questions)
	dirs := includeDirs(told)
	if len(dirs) == 0 {
		return false
	}
	note := &toolchain{}
	seek := func(name string) bool {
		for _, d := range dirs {
			if !note.seek(d, name) {
				return false
			}
		}
		return true
	}
	for line := range strings.Lines(told) {
		line = strings.TrimSuffix(line, "\n")
		switch name := strings.TrimLeft(line, "."); {
		case name != line && strings.HasPrefix(name, " /"):
			header := filepath.Clean(name[1:])
			note.add(header)
			for _, d := range dirs {
				if rest, ok := strings.CutPrefix(header, filepath.Clean(d)+"/"); ok && !seek(rest) {
					return false
				}
			}
		case strings.Contains(line, "fatal error: "):
			missing := missingHeader.FindStringSubmatch(line)
			if missing == nil || !seek(missing[1]) {
				return false
			}
		}
	}
	if links {
		flags := slices.DeleteFunc(slices.Clone(questions), func(w string) bool { return !strings.HasPrefix(w, "-m") })
		out, _ := ask(path, a.dir, c.env.list(), append(flags, "-print-search-dirs")...)
		libraries := searchDirs(out)["libraries"]
		if len(libraries) == 0 {
			return false
		}
		for _, d := range libraries {
			for _, name := range systemObjects {
				if !note.seek(d, name) {
					return false
				}
			}
		}
	}
	for _, f := range note.files {
		a.in.addFile(f)
	}
	return true
}

var missingHeader = pattern.New(`fatal error: '?([a-z0-9_./-]+\.h)'?: No such file or directory$`)

// traced notes the files that a linker said it read.
func (a *analysis) traced(trace string) bool {
	for line := range strings.Lines(trace) {
		name := strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(name, "("); ok {
			name, _, _ = strings.Cut(rest, ")")
		}
		switch base := filepath.Base(name); {
		case !filepath.IsAbs(name):
			return name == ""
		case strings.HasPrefix(base, "cc") && strings.HasSuffix(base, ".o"):
			// what the assembler has just made
		default:
			a.in.addFile(filepath.Clean(name))
		}
	}
	return true
}
