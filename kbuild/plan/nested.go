package plan

// This file follows the scripts that recipes run.

import (
	"bytes"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// mostNested is how deep scripts that run scripts are followed, largestScript how many bytes one may have.
const (
	mostNested    = 3
	largestScript = 1 << 18
)

var shells = []string{"sh", "bash", "dash", "ksh"}

// script follows a command that is a script of a shell: by a name with a slash, or as the first operand of a shell. Of its
// functions nothing is known but that they may be called.
func (s *Script) script(argv []string) {
	name, args := argv[0], argv[1:]
	if slices.Contains(shells, path.Base(name)) {
		for len(args) > 0 && strings.HasPrefix(args[0], "-") {
			if strings.Contains(args[0], "c") {
				return // a text, not a file
			}
			args = args[1:]
		}
		if len(args) == 0 {
			return
		}
		name, args = args[0], args[1:]
	} else if !strings.Contains(name, "/") {
		return
	}
	file := s.abs(name)
	st, err := os.Stat(file)
	if s.nested >= mostNested || err != nil || !st.Mode().IsRegular() || st.Size() > largestScript {
		return
	}
	text, err := os.ReadFile(file)
	if err != nil || !forShell(text) {
		return
	}
	parsed, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(bytes.NewReader(text), "")
	if err != nil {
		return
	}
	in := &Script{Dir: s.Dir, Environ: s.Environ, Read: s.Read, Ran: s.Ran, Wrote: func(string, []byte) {}, Scripts: true,
		nested: s.nested + 1, vars: map[string]string{"0": name, "#": strconv.Itoa(len(args))}}
	if s.depth == 0 {
		in.Opens = s.Opens
	}
	for i, a := range args {
		in.vars[strconv.Itoa(i+1)] = a
	}
	in.stmts(parsed.Stmts)
}

// forShell reports whether a text begins as the scripts of shells do.
func forShell(text []byte) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	if !bytes.HasPrefix(line, []byte("#!")) {
		return false
	}
	return slices.ContainsFunc(strings.Fields(string(line[2:])), func(w string) bool { return slices.Contains(shells, path.Base(w)) })
}
