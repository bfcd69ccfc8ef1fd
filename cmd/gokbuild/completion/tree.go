package completion

// This file reads in a tree what its goals, configurations and variables are called.

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"gokbuild/depgraph/pattern"
)

// tree is the folder whose makefile will be read.
type tree struct {
	dir     string
	arch    string // ARCH as typed, or the machine's
	srcarch string // its folder below arch
}

// hostArch is the name that the machine has in a kernel tree, as far as its folder goes.
func hostArch() string {
	switch runtime.GOARCH {
	case "amd64", "386":
		return "x86"
	case "ppc64", "ppc64le":
		return "powerpc"
	case "riscv64":
		return "riscv"
	case "s390x":
		return "s390"
	case "loong64":
		return "loongarch"
	case "mips64", "mipsle", "mips64le":
		return "mips"
	}
	return runtime.GOARCH
}

// archOf and folderOf match the two lines of a top makefile that give a variant, like i386, the folder of another.
var (
	archOf   = pattern.New(`^\s*(?:else )?ifeq \(\$\(ARCH\),\s*(\S+)\)`)
	folderOf = pattern.New(`^\s*SRCARCH\s*:=\s*(\S+)$`)
)

// sourceArch is the folder of ARCH.
func (t *tree) sourceArch() string {
	variant := false
	for _, line := range t.lines("Makefile") {
		if m := archOf.FindStringSubmatch(line); m != nil {
			variant = m[1] == t.arch
		} else if m := folderOf.FindStringSubmatch(line); m != nil && variant {
			return m[1]
		}
	}
	return t.arch
}

// helpLine matches what a "help" recipe prints about a goal.
var helpLine = pattern.New(`^\s+@?echo\s+['"][ *]+([a-z][a-zA-Z0-9_.+-]*)\s+-\s*(.*?)['"];?\s*\\?$`)

// ruleLine matches a rule with plain targets.
var ruleLine = pattern.New(`^([A-Za-z0-9][A-Za-z0-9_. /-]*)::?(?:[^=:]|$)`)

// goals are those that the tree's help documents. Without such help they are the targets of the makefile.
func (t *tree) goals() []candidate {
	var all []candidate
	for _, pattern := range []string{"Makefile", "arch/" + t.srcarch + "/Makefile", "scripts/Makefile*", "scripts/*/Makefile", "Documentation/Makefile"} {
		for _, line := range t.lines(pattern) {
			if m := helpLine.FindStringSubmatch(line); m != nil {
				all = append(all, candidate{m[1], unescape(m[2])})
			}
		}
	}
	if all != nil {
		return append(all, candidate{"help", "what there is"})
	}
	for _, pattern := range []string{"GNUmakefile", "makefile", "Makefile"} {
		for _, line := range t.lines(pattern) {
			if m := ruleLine.FindStringSubmatch(line); m != nil {
				for name := range strings.FieldsSeq(m[1]) {
					all = append(all, candidate{name, ""})
				}
			}
		}
		if all != nil {
			break
		}
	}
	return all
}

// unescape undoes what the text of a recipe does to a dollar.
func unescape(text string) string { return strings.ReplaceAll(text, "$$", "$") }

// lines are those of all files that match a pattern below the tree.
func (t *tree) lines(pattern string) []string {
	var lines []string
	names, _ := filepath.Glob(filepath.Join(t.dir, pattern))
	for _, name := range names {
		if text, err := os.ReadFile(name); err == nil {
			lines = append(lines, strings.Split(string(text), "\n")...)
		}
	}
	return lines
}

// configs are default configurations and fragments.
func (t *tree) configs() []candidate {
	var all []candidate
	for _, dir := range []string{filepath.Join("arch", t.srcarch, "configs"), "kernel/configs"} {
		for _, pattern := range []string{"*_defconfig", "*.config", "*/*_defconfig"} {
			names, _ := filepath.Glob(filepath.Join(t.dir, dir, pattern))
			for _, name := range names {
				rel, err := filepath.Rel(filepath.Join(t.dir, dir), name)
				if err != nil {
					continue
				}
				means := "configuration of " + t.srcarch
				if strings.HasSuffix(rel, ".config") {
					means = "fragment of a configuration"
				}
				all = append(all, candidate{rel, means})
			}
		}
	}
	return all
}

// commandVariable matches a variable in a line of help like "make O=dir [targets] …".
var commandVariable = pattern.New(`^\s+@?echo\s+['"]\s*make\s+([A-Z][A-Z0-9_]*)=\S*(?:\s+\[targets\])?\s*(.*?)['"];?\s*\\?$`)

// documentedVariable matches a heading that is the name of a variable.
var documentedVariable = pattern.New(`^[A-Z][A-Z0-9_]+$`)

// variables are those of which the help or kbuild's documents tell.
func (t *tree) variables() []candidate {
	var all []candidate
	for _, line := range t.lines("Makefile") {
		if m := commandVariable.FindStringSubmatch(line); m != nil {
			all = append(all, candidate{m[1] + "=", unescape(m[2])})
		}
	}
	lines := t.lines("Documentation/kbuild/kbuild.*")
	for i, line := range lines[:max(len(lines)-1, 0)] {
		// kbuild.rst and kbuild.txt underline headings.
		if documentedVariable.MatchString(line) && strings.HasPrefix(lines[i+1], "----") {
			all = append(all, candidate{line + "=", "see Documentation/kbuild"})
		}
	}
	return all
}

// values are what a variable may be set to; nil if that is the name of a folder or anything.
func (t *tree) values(name, path string) []candidate {
	var all []candidate
	switch name {
	case "ARCH":
		found, _ := filepath.Glob(filepath.Join(t.dir, "arch/*/Makefile"))
		for _, f := range found {
			all = append(all, candidate{name + "=" + filepath.Base(filepath.Dir(f)), ""})
		}
	case "CROSS_COMPILE":
		for _, dir := range filepath.SplitList(path) {
			found, _ := filepath.Glob(filepath.Join(dir, "*-gcc"))
			for _, f := range found {
				if prefix := strings.TrimSuffix(filepath.Base(f), "gcc"); prefix != "c89-" && prefix != "c99-" {
					all = append(all, candidate{name + "=" + prefix, ""})
				}
			}
		}
	}
	return all
}

// singles are folders, and what can be made of the source files below the folder of the word.
func (t *tree) singles(word string) []candidate {
	dir, _ := filepath.Split(word)
	entries, err := os.ReadDir(filepath.Join(t.dir, dir))
	if err != nil || dir == "" && !exists(filepath.Join(t.dir, "scripts/Kbuild.include")) {
		return nil
	}
	var all []candidate
	for _, e := range entries {
		name := dir + e.Name()
		switch base, ext := strings.TrimSuffix(name, filepath.Ext(name)), filepath.Ext(name); {
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			all = append(all, candidate{name + "/", "everything below"})
		case ext == ".c":
			all = append(all, candidate{base + ".o", "object"}, candidate{base + ".i", "preprocessed"},
				candidate{base + ".s", "assembler"}, candidate{base + ".lst", "object and source mixed"})
		case ext == ".S":
			all = append(all, candidate{base + ".o", "object"}, candidate{base + ".s", "preprocessed"})
		case ext == ".dts":
			all = append(all, candidate{base + ".dtb", "device tree"})
		}
	}
	return all
}
