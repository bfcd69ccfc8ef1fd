package remember

// This file knows two commands of $(shell) by their form: those by which Kbuild sees to it that directories are there, and asks for the
// name of one. Their words tell what decides the answer, so they need not be traced, nor the make be evaluated again to learn it.

import (
	"os"
	"path"
	"strings"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/pattern"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/setting"
)

var (
	placeForm = pattern.New(`^mkdir -p (\S+(?: \S+)*?)( && cd (\S+) && pwd)?$`)
	placeName = pattern.New(`^[A-Za-z0-9_.+,:@%/][A-Za-z0-9_.+,:@%/-]*$`)
)

// plainPlace reports whether a shell takes a word as it is, and what it names is told by its text: ".." stands in front only, where it
// leads out of no link.
func plainPlace(name string) bool {
	rest := strings.TrimPrefix(name, "./")
	for strings.HasPrefix(rest, "../") {
		rest = rest[len("../"):]
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(rest, "/"), "/") {
		if part == "" || part == "." || part == ".." {
			return name == "."
		}
	}
	return placeName.MatchString(name)
}

// keepPlace keeps the answer of a command that has such a form, and has found the directories there or made them; false if it is another
// command, or something is unusual:
//
//	mkdir -p ../out && cd ../out && pwd
//	mkdir -p include/generated/asm include/generated/uapi/asm
func (l *Links) keepPlace(c *command.Command, a answer) bool {
	form := placeForm.FindStringSubmatch(c.Text)
	if form == nil || !c.Shell.Usual || a.status != 0 || a.stderr != "" {
		return false
	}
	env, dir := c.Environ(), l.Make.Dir
	names := strings.Fields(form[1])
	for _, name := range names {
		if !plainPlace(name) {
			return false
		}
	}
	answer := ""
	if form[2] != "" {
		if len(names) != 1 || form[3] != names[0] {
			return false
		}
		if !path.IsAbs(names[0]) {
			// PWD may name the directory by a link; its key tells. A name without a dot in front is looked for in CDPATH.
			pwd, _ := depgraph.LookEnv(env, "PWD")
			search, _ := depgraph.LookEnv(env, "CDPATH")
			if setting.OtherName(pwd, dir) || search != "" {
				return false
			}
		}
		answer = path.Clean(shell.Resolve(dir, names[0])) + "\n"
	}
	if string(a.out) != answer {
		return false
	}
	for i, name := range names {
		names[i] = path.Clean(shell.Resolve(dir, name))
		if st, err := os.Stat(names[i]); err != nil || !st.IsDir() {
			return false
		}
	}
	r, k, rec := l.Recording, l.Recording.keyOf(c), a.record()
	note := func(kind facts.Kind, name string) {
		id := r.m.Intern(kind, name)
		r.m.Saw(id, facts.Look(kind, "", name))
		rec.Facts = append(rec.Facts, id)
	}
	mkdir := ""
	_, err := depgraph.SearchPath("mkdir", setting.Getenv(env, "PATH"), dir, func(full string) error {
		mkdir = path.Clean(full)
		note(facts.Exists, mkdir)
		return depgraph.Executable(mkdir)
	})
	if err != nil || !facts.MachineCode(mkdir) {
		return false
	}
	for _, name := range append(names, mkdir, "/bin/sh") {
		note(facts.Content, name)
	}
	// Only what is seen to change from now on is a change for the record.
	r.keepCommand(k, rec, r.m.Clock(), []string{"CDPATH"}, false, false)
	r.reliesOn(rec)
	return true
}
