package workers

// This file reads and writes files of dependencies, byte for byte as GCC does (libcpp, mkdeps.cc).

import (
	"errors"
	"os"
	"path"
	"strings"
)

// dependencies are a target and the files that it depends on.
type dependencies struct {
	target string
	names  []string
}

var errDeps = errors.New("a file of dependencies of an unusual form")

// parseDependencies reads one rule of plain names.
func parseDependencies(text string) (d dependencies, err error) {
	if strings.ContainsAny(text, "$#\x00\r\t") {
		return d, errDeps
	}
	line, rest, _ := strings.Cut(strings.ReplaceAll(text, "\\\n", " "), "\n")
	target, names, found := strings.Cut(line, ":")
	if !found || strings.TrimSpace(rest) != "" || strings.Contains(line, "\\") || target == "" || strings.Contains(target, " ") {
		return d, errDeps
	}
	return dependencies{target, strings.Fields(names)}, nil
}

// String writes the file; a line has 72 columns.
func (d dependencies) String() string {
	var b strings.Builder
	b.WriteString(d.target + ":")
	column := len(d.target) + 1
	for _, name := range d.names {
		if column+len(name) > 72 {
			b.WriteString(" \\\n")
			column = 0
		}
		b.WriteString(" " + name)
		column += 1 + len(name)
	}
	b.WriteByte('\n')
	return b.String()
}

// abs is a file of a job by its absolute name.
func (j *job) abs(name string) string {
	if path.IsAbs(name) {
		return name
	}
	return j.Dir + "/" + name
}

// renameTarget gives the file of dependencies the target that the compiler itself would write: launchers run the preprocessor for
// another output.
func (j *job) renameTarget() error {
	file := j.abs(j.Deps)
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	d, err := parseDependencies(string(text))
	if err != nil || d.target == j.Output {
		return err
	}
	d.target = j.Output
	return os.WriteFile(file, []byte(d.String()), 0o666)
}
