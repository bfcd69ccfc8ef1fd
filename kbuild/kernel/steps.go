package kernel

// This file holds guesses about steps, for those who show a build to people.

import (
	"os"
	"path"
	"strings"

	"gokbuild/depgraph/pattern"
)

// Quiet returns the word by which Kbuild tells what a command does, and of what: CC and init/main.o, if its text holds
// "echo '  CC      init/main.o'" (scripts/Kbuild.include, quiet_cmd_*).
func Quiet(text string) (kind, of string) {
	for _, mark := range []string{"echo '  ", `echo "  `, "printf '  "} {
		_, after, ok := strings.Cut(text, mark)
		if !ok {
			continue
		}
		kind, rest, ok := strings.Cut(after, " ")
		if !ok || kind == "" || strings.ToUpper(kind) != kind || kind[0] < 'A' || kind[0] > 'Z' {
			continue
		}
		rest = strings.TrimLeft(strings.TrimPrefix(strings.TrimLeft(rest, " "), "[M]"), " ")
		if end := strings.IndexAny(rest, "'\"; "); end >= 0 {
			rest = rest[:end]
		}
		return kind, rest
	}
	return "", ""
}

// SavedFile is the name of the file in which Kbuild saves the command of a target, and what it depends on.
func SavedFile(target string) string {
	dir, base := path.Split(target)
	return dir + "." + base + ".cmd"
}

// SavedDeps are the files that a target depends on, as its saved command lists them (scripts/basic/fixdep.c).
func SavedDeps(text []byte) (deps []string) {
	_, list, ok := strings.Cut(string(text), "\ndeps_")
	if !ok {
		return nil
	}
	_, list, _ = strings.Cut(list, "\n")
	for line := range strings.Lines(list) {
		word, ok := strings.CutSuffix(strings.TrimSpace(line), "\\")
		if !ok {
			break
		}
		word = strings.TrimSpace(word)
		if in, ok := strings.CutPrefix(word, "$(wildcard "); ok {
			word = strings.TrimSuffix(in, ")")
		}
		if word != "" {
			deps = append(deps, word)
		}
	}
	return deps
}

// SourceLink is the name of the link from an output directory to the source tree.
const SourceLink = "source"

// IsFile reports whether there is a regular file of that name.
func IsFile(name string) bool {
	st, err := os.Stat(name)
	return err == nil && st.Mode().IsRegular()
}

// ConfigOf returns the option of the configuration on which it depends whether an object is built, "" if none is found: the
// nearest obj-$(CONFIG_…) in the makefiles from the folder of the object up, below the source tree.
func ConfigOf(tree, object string) string {
	object = path.Clean(object)
	if path.IsAbs(object) || strings.HasPrefix(object, "..") {
		return ""
	}
	for name := object; name != "."; {
		dir, base := path.Split(name)
		if name != object {
			base += "/"
		}
		if option := listedBy(makefileOf(path.Join(tree, dir)), base, 0); option != "" {
			return option
		}
		name = path.Clean(dir)
	}
	return ""
}

// makefileOf is the text of the makefile that Kbuild reads in a folder.
func makefileOf(dir string) string {
	for _, base := range []string{"Kbuild", "Makefile"} {
		if text, err := os.ReadFile(path.Join(dir, base)); err == nil {
			return strings.ReplaceAll(string(text), "\\\n", " ")
		}
	}
	return ""
}

var listing = pattern.New(`(?m)^[ \t]*([A-Za-z0-9_.-]+)-(?:\$[({](CONFIG_[A-Za-z0-9_]+)[)}]|objs|y|m)[ \t]*[:+?]*=(.*)$`)

// IsGoalList reports whether what a list names is linked as it is, and is no part of an object with the name of the list.
func IsGoalList(list string) bool { return list == "obj" || list == "lib" }

// listedBy returns the option under which a makefile lists a name; one that lists it as a part of another leads on to that.
func listedBy(makefile, base string, depth int) string {
	if makefile == "" || depth > 4 {
		return ""
	}
	for _, m := range listing.FindAllStringSubmatch(makefile, -1) {
		list, option := m[1], m[2]
		if !has(m[3], base) {
			continue
		}
		if option != "" {
			return option
		}
		if !IsGoalList(list) && list+".o" != base {
			if option := listedBy(makefile, list+".o", depth+1); option != "" {
				return option
			}
		}
	}
	return ""
}

func has(words, word string) bool {
	for w := range strings.FieldsSeq(words) {
		if w == word {
			return true
		}
	}
	return false
}
