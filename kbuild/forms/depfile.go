package forms

// This file reads and writes the files of dependencies that compilers write, byte for byte as GCC does (libcpp, mkdeps).

import "strings"

// Deps are a target and what it depends on, as a file of dependencies has them.
type Deps struct {
	Target string
	Names  []string
}

// depsWidth is how long GCC makes a line.
const depsWidth = 72

// ParseDeps reads a file of dependencies; ok is false if it has another form than one rule of plain names.
func ParseDeps(text string) (d Deps, ok bool) {
	if strings.ContainsAny(text, "$#\x00\x01\r\t") {
		return d, false
	}
	text = strings.ReplaceAll(text, "\\\n", " ")
	line, rest, found := strings.Cut(text, "\n")
	if !found || strings.Trim(rest, "\n") != "" || strings.Contains(line, "\\") {
		return d, false
	}
	target, names, found := strings.Cut(line, ":")
	if !found || target == "" || strings.Contains(target, " ") {
		return d, false
	}
	d = Deps{target, strings.Fields(names)}
	return d, len(d.Names) > 0
}

// String writes the file as GCC does.
func (d Deps) String() string {
	var b strings.Builder
	b.WriteString(d.Target)
	b.WriteByte(':')
	column := len(d.Target) + 1
	for _, name := range d.Names {
		if column+len(name) > depsWidth {
			b.WriteString(" \\\n")
			column = 0
		}
		b.WriteByte(' ')
		b.WriteString(name)
		column += 1 + len(name)
	}
	b.WriteByte('\n')
	return b.String()
}
