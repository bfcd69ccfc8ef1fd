package forms

// This file tells compilations from other commands.

import (
	"path"
	"strings"

	"gokbuild/depgraph/pattern"
)

// Compiled is what a call of a compiler compiles.
type Compiled struct {
	// Sources are the files of source text, as the call names them; Out is what it leaves, "" if it does not say.
	Sources []string
	Out     string
	// Object is set if it stops before linking, as -c and -S have it.
	Object bool
}

// sourceSuffixes end the names of texts that compilers for C and its relatives take.
var sourceSuffixes = pattern.NewWords(".c .S .s .sx .cc .cpp .cxx .c++ .C .m .mm .i .ii")

// Compiles tells what a command compiles; ok is false if its words do not say that it does. The name of the program says
// nothing: any may be called so. A command without -c and -S that names sources may be a compiler that also links, or any
// other program.
func Compiles(argv []string) (c Compiled, ok bool) {
	if len(argv) < 2 {
		return c, false
	}
	args := argv[1:]
	for len(args) > 0 && args[0] != "" && args[0][0] != '-' && !sourceSuffixes.Has(path.Ext(args[0])) {
		args = args[1:] // ccache gcc
	}
	k, _ := callOf(args)
	for _, s := range k.sources {
		if sourceSuffixes.Has(path.Ext(s)) {
			c.Sources = append(c.Sources, s)
		}
	}
	c.Out, c.Object = k.out, k.stage == 'c' || k.stage == 'S'
	if c.Out == "" && c.Object && len(c.Sources) == 1 {
		c.Out = stem(path.Base(c.Sources[0])) + map[byte]string{'c': ".o", 'S': ".s"}[k.stage]
	}
	return c, len(c.Sources) > 0 && k.stage != 'E' && !k.quiet
}

// Compiler is the program of a call, behind what is put in front of it: gcc of "ccache gcc -c".
func Compiler(argv []string) string {
	for i, a := range argv {
		if i+1 < len(argv) && (strings.HasPrefix(argv[i+1], "-") || sourceSuffixes.Has(path.Ext(argv[i+1]))) {
			return a
		}
	}
	return argv[0]
}
