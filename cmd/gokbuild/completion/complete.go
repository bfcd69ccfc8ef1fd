package completion

// This file finds the words that could stand where the user types.

import (
	"cmp"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Request is a command line that is being typed.
type Request struct {
	Words []string // after the program's name; the last one is to be completed and may be empty
	Dir   string   // current folder
	Env   func(name string) string
	Usage string // text of --help, which names the options
}

// candidate is one way to go on.
type candidate struct{ text, means string }

// Lines that ask the shell for names of files.
const (
	files   = ":files"
	folders = ":folders"
)

// Write prints the candidates for the last word, one in a line, each with a TAB and what it means.
func (r *Request) Write(w io.Writer) error {
	var b strings.Builder
	for _, c := range r.candidates() {
		b.WriteString(c.text)
		if c.means != "" {
			b.WriteString("\t" + c.means)
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Request) candidates() []candidate {
	if len(r.Words) == 0 {
		r.Words = []string{""}
	}
	last := r.Words[len(r.Words)-1]
	before := r.Words[:len(r.Words)-1]
	if len(before) > 0 {
		switch before[len(before)-1] {
		case "-C", "--directory", "-I", "--include-dir":
			return []candidate{{folders, ""}}
		case "-f", "--file", "--makefile", "-o", "--old-file", "--assume-old", "-W", "--what-if", "--new-file", "--assume-new":
			return []candidate{{files, ""}}
		}
	}
	t := r.tree(before)
	var all []candidate
	switch name, value, isValue := strings.Cut(last, "="); {
	case name == "--each-config" && isValue:
		// A list: what stands in front of the last comma stays.
		front := last[:len(last)-len(value)] + value[:strings.LastIndexByte(value, ',')+1]
		for _, c := range append(t.goals(), t.configs()...) {
			if strings.HasSuffix(c.text, "config") {
				all = append(all, candidate{front + c.text, c.means})
			}
		}
		all = append(all, candidate{files, ""})
	case name == "--each-bad" && isValue:
		all = []candidate{{"--each-bad=errors", "it cannot be built"}, {"--each-bad=warnings", "there are new ones"}}
	case strings.HasPrefix(last, "-") && isValue:
		return []candidate{{files, ""}}
	case strings.HasPrefix(last, "-"):
		all = options(r.Usage)
	case isValue:
		all = t.values(name, r.Env("PATH"))
		if all == nil {
			all = []candidate{{folders, ""}}
		}
	default:
		all = slices.Concat(t.goals(), t.configs(), t.variables(), t.singles(last))
	}
	return matching(all, last)
}

// matching keeps what begins with prefix, once and in order. Requests for files stay.
func matching(all []candidate, prefix string) []candidate {
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(a.text, b.text) })
	all = slices.CompactFunc(all, func(a, b candidate) bool { return a.text == b.text })
	return slices.DeleteFunc(all, func(c candidate) bool {
		return !strings.HasPrefix(c.text, prefix) && c.text != files && c.text != folders
	})
}

// tree finds what the words before the last one are about: the kernel tree, or the folder of a makefile.
func (r *Request) tree(before []string) *tree {
	dir := r.Dir
	t := &tree{arch: r.Env("ARCH")}
	for i, w := range before {
		name, value, _ := strings.Cut(w, "=")
		switch {
		case w == "-C" && i+1 < len(before):
			dir = under(dir, before[i+1])
		case name == "--directory" && value != "":
			dir = under(dir, value)
		case strings.HasPrefix(w, "-C") && len(w) > 2:
			dir = under(dir, w[2:])
		case name == "ARCH":
			t.arch = value
		}
	}
	// An output folder holds a link to its tree.
	if source := filepath.Join(dir, "source"); !exists(filepath.Join(dir, "scripts/Kbuild.include")) && exists(filepath.Join(source, "Makefile")) {
		dir = source
	}
	t.dir = dir
	if t.arch == "" {
		t.arch = hostArch()
	}
	t.srcarch = t.sourceArch()
	return t
}

func under(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// options are the forms that the text of --help shows.
func options(usage string) []candidate {
	var all []candidate
	var forms string
	for line := range strings.Lines(usage) {
		line = strings.TrimRight(line, "\n")
		text, means := line, ""
		if len(line) > usageColumn {
			text, means = line[:usageColumn], line[usageColumn:]
		}
		switch {
		case strings.HasPrefix(line, "  -"):
			if !strings.HasSuffix(text, " ") { // the forms leave no room: the meaning follows
				forms = line
				continue
			}
			forms = text
		case forms == "" || !strings.HasPrefix(line, " "):
			continue
		}
		for form := range strings.SplitSeq(forms, ", ") {
			form = strings.TrimSpace(form)
			form, _, _ = strings.Cut(form, " ")
			form, _, optional := strings.Cut(form, "[")
			if name, _, value := strings.Cut(form, "="); value && !optional {
				form = name + "="
			}
			if form != "" {
				all = append(all, candidate{form, strings.TrimSpace(means)})
			}
		}
		forms = ""
	}
	return all
}

// usageColumn is where the text of --help explains an option.
const usageColumn = 30

// Known returns the goals, configurations and files that the tree of the words has, and the variables that it documents. word is a
// goal that is not among them: if it names a folder, what can be made there is known, too.
func (r *Request) Known(word string) (goals, variables []string) {
	t := r.tree(r.Words)
	for _, c := range slices.Concat(t.goals(), t.configs(), t.singles(word)) {
		goals = append(goals, c.text)
	}
	for _, c := range t.variables() {
		variables = append(variables, strings.TrimSuffix(c.text, "="))
	}
	return goals, variables
}
