package cache

// This file reads and writes the files of dependencies that compilers write, byte for byte as GCC does (libcpp, mkdeps).

import "strings"

// deps are a target and what it depends on, as a file of dependencies has them.
type deps struct {
	target string
	names  []string
}

// depsWidth is how long GCC makes a line.
const depsWidth = 72

// parseDeps reads a file of dependencies; ok is false if it has another form than one rule of plain names.
func parseDeps(text string) (d deps, ok bool) {
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
	d = deps{target, strings.Fields(names)}
	return d, len(d.names) > 0
}

// String writes the file as GCC does.
func (d deps) String() string {
	var b strings.Builder
	b.WriteString(d.target)
	b.WriteByte(':')
	column := len(d.target) + 1
	for _, name := range d.names {
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
