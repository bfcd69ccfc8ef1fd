package advice

// This file looks into the files that a message names.

import (
	"bytes"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"gokbuild/depgraph/pattern"
	"gokbuild/kbuild/near"
)

// mostRead bounds what is read of a file, in bytes.
const mostRead = 4 << 20

// content is what a file of the build holds, nil if there is none of that name.
func content(a *Advisor, name string) []byte {
	for _, file := range a.candidates(name) {
		if st, err := os.Stat(file); err == nil && st.Mode().IsRegular() && st.Size() <= mostRead {
			b, _ := os.ReadFile(file)
			return b
		}
	}
	return nil
}

// lineOf is a line of a file, by its name and its number as a message writes it; "" if there is none.
func lineOf(a *Advisor, name, number string) string {
	n, err := strconv.Atoi(number)
	lines := bytes.Split(content(a, name), []byte("\n"))
	if err != nil || n < 1 || n > len(lines) {
		return ""
	}
	return string(lines[n-1])
}

// merge is a line that git left in a file when two changes met there.
func merge(a *Advisor, m, _ []string) string {
	line := lineOf(a, m[1], m[2])
	for _, mark := range []string{"<<<<<<< ", "=======", ">>>>>>> "} {
		if strings.HasPrefix(line, mark) && (mark != "=======" || line == mark) {
			return "a merge has not ended in " + m[1] + ": look at line " + m[2] + ", and at 'git status'"
		}
	}
	return ""
}

// blanks is a line that was to be one of a recipe.
func blanks(a *Advisor, m, _ []string) string {
	if !strings.HasPrefix(lineOf(a, m[1], m[2]), " ") {
		return ""
	}
	return "line " + m[2] + " of " + m[1] + " begins with blanks: a line of a recipe begins with a tab"
}

// noSource is an object of an external module whose source is not there.
func noSource(a *Advisor, object string) string {
	base, ok := strings.CutSuffix(path.Base(object), ".o")
	if !ok {
		return ""
	}
	dir := path.Dir(object)
	if m := a.value("M"); !path.IsAbs(dir) {
		dir = path.Join(m, dir)
	}
	if !path.IsAbs(dir) {
		dir = path.Join(a.Dir, dir)
	}
	var sources []string
	for _, end := range []string{"c", "S", "rs"} {
		names, _ := filepath.Glob(path.Join(dir, "*."+end))
		for _, name := range names {
			sources = append(sources, path.Base(name))
		}
	}
	cure := "the makefile in " + dir + " lists " + base + ".o, and there is no " + base + ".c"
	if meant := near.Name(base+".c", sources); meant != "" {
		return cure + ": did you mean " + meant + "?"
	}
	return cure
}

// tool is a program that is not there, or a script that cannot run.
func tool(a *Advisor, m, _ []string) string {
	name := m[1]
	// CC='ccache gcc'
	for _, word := range strings.Fields(name) {
		if _, err := exec.LookPath(word); err != nil && !strings.HasPrefix(word, "-") {
			name = word
			break
		}
	}
	if cross := a.value("CROSS_COMPILE"); cross != "" && !strings.HasSuffix(cross, "-") && !strings.HasSuffix(cross, "/") && strings.HasPrefix(name, cross) {
		return "CROSS_COMPILE= is what stands in front of gcc, with its dash: CROSS_COMPILE=" + cross + "-"
	}
	if strings.Contains(name, "/") {
		if first, _, ok := bytes.Cut(content(a, name), []byte("\n")); ok && bytes.HasPrefix(first, []byte("#!")) {
			return script(a, name, string(first[2:]))
		}
		if !strings.HasPrefix(name, "/") {
			return "" // a program of the tree
		}
	}
	return a.System.install(path.Base(name), ofTool(name))
}

// script is one that is there and cannot run: what its first line names is not.
func script(a *Advisor, name, first string) string {
	if strings.HasSuffix(first, "\r") {
		return name + " ends its lines as Windows does, and so cannot run: check the tree out again, with 'git config core.autocrlf input'"
	}
	words := strings.Fields(first)
	if len(words) == 0 || exists(a, words[0]) {
		return ""
	}
	return a.System.install(path.Base(words[0]), ofTool(words[0]))
}

// listsObjects is what the makefile of a part of a tree says, and no makefile that can be called by itself.
var listsObjects = pattern.New(`(?m)^(obj|lib|subdir)-(y|m|\$\()`)

// inList is a call in a folder whose makefile only lists objects: whatever failed, that is why.
func (a *Advisor) inList() string {
	for _, name := range []string{"Kbuild", "Makefile"} {
		if len(a.Makefiles) == 0 && listsObjects.MatchString(string(content(a, filepath.Join(a.where(), name)))) {
			return inPart(a, nil, nil)
		}
	}
	return ""
}

// where is the folder that make is called in: that behind -C.
func (a *Advisor) where() string {
	where := a.Dir
	for _, dir := range a.Folders {
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(where, dir)
		}
		where = dir
	}
	return where
}

// inPart is a call in a folder of a tree that is none by itself: make is called at the top.
func inPart(a *Advisor, _, _ []string) string {
	where := a.where()
	if exists(a, filepath.Join(where, kbuildInclude)) {
		return ""
	}
	up, part := "..", filepath.Base(where)
	for top := filepath.Dir(where); !exists(a, filepath.Join(top, kbuildInclude)); top = filepath.Dir(top) {
		if top == filepath.Dir(top) {
			return ""
		}
		up, part = "../"+up, path.Join(filepath.Base(top), part)
	}
	goals := part + "/"
	for i, goal := range a.Wanted {
		if strings.ContainsAny(goal, "./") {
			goal = path.Join(part, goal)
		}
		if goals += " " + goal; i == 0 {
			goals = goal
		}
	}
	return "this makefile is a part of the tree in " + up + ": run '" + a.Program + " -C " + up + " " + goals + "'"
}

// kbuildInclude is a file of every tree that is built by Kbuild, in its topmost folder.
const kbuildInclude = "scripts/Kbuild.include"
