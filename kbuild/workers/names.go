package workers

// This file gives folders names that do not depend on this machine: the output directory and the source tree are folders of the
// input root, and the compiler runs in the folder that stands for its own.

import (
	"path"
	"strings"
)

// Names of the folders in an input root. They are looked for in what comes back, so they are not likely in a text.
const (
	outputName = "gokbuild-o"
	sourceName = "gokbuild-s"
)

// names maps absolute names to those in the input root.
type names struct {
	// roots are folders here and there; one that is in another is not among them.
	roots [][2]string
	dir   string // of the job, there
}

// newNames maps names for a job that runs in dir.
func newNames(output, source, dir string) (*names, bool) {
	n := new(names)
	switch {
	case source == "" || within(source, output):
		n.roots = [][2]string{{output, outputName}}
	case within(output, source):
		n.roots = [][2]string{{source, sourceName}}
	default:
		n.roots = [][2]string{{output, outputName}, {source, sourceName}}
	}
	there, ok := n.there(dir)
	n.dir = there
	return n, ok
}

// within says whether a folder is another, or in it.
func within(name, dir string) bool {
	return name == dir || strings.HasPrefix(name, strings.TrimSuffix(dir, "/")+"/")
}

// there is an absolute name in the input root.
func (n *names) there(name string) (string, bool) {
	for _, r := range n.roots {
		if within(name, r[0]) {
			return r[1] + name[len(r[0]):], true
		}
	}
	return "", false
}

// up leads from the folder of the job to the input root.
func (n *names) up() string { return strings.Repeat("../", strings.Count(n.dir, "/")+1) }

// word rewrites the absolute names in a word of the command line.
func (n *names) word(word string) string {
	for _, r := range n.roots {
		var b strings.Builder
		rest := word
		for {
			i := strings.Index(rest, r[0])
			if i < 0 {
				break
			}
			end := i + len(r[0])
			b.WriteString(rest[:i])
			if startsName(rest[:i]) && (end == len(rest) || strings.IndexByte("/=,:", rest[end]) >= 0) {
				b.WriteString(n.up() + r[1])
			} else {
				b.WriteString(r[0])
			}
			rest = rest[end:]
		}
		word = b.String() + rest
	}
	return word
}

// startsName says whether a name may begin behind a text: -I, -include, "=", ",".
func startsName(before string) bool {
	if before == "" {
		return true
	}
	last := before[len(before)-1]
	return last == '=' || last == ',' || before == "-I" || before == "-iquote" || before == "-isystem" || before == "-idirafter"
}

// back is a name that the compiler has written there, as it would have written it here; false if it could not.
func (n *names) back(name string) (string, bool) {
	rest, ok := strings.CutPrefix(name, n.up())
	if !ok {
		return name, !strings.Contains(name, outputName) && !strings.Contains(name, sourceName)
	}
	for _, r := range n.roots {
		if within(rest, r[1]) {
			return r[0] + rest[len(r[1]):], true
		}
	}
	// "../include/x.h", as it is in the words here.
	return name, within(path.Join(n.dir, name), sourceName) || within(path.Join(n.dir, name), outputName)
}
