package kbuild

import (
	"strings"

	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/native/shell"
)

// Natives knows the in-process replacements for programs. Each gives the same
// result as the program it replaces, or declines.
type Natives interface {
	// Program returns the replacement for the program at path, as it would be
	// started from dir; nil if there is none. step is the name by which
	// --no-native switches it off.
	Program(dir, path string) (f shell.NativeFunc, step string)
	// Unbuilt returns the replacement for a program that a tree would first have
	// to build as target from a C file; nil if there is none. source looks for
	// that file, which costs time, and returns "" if there is none. native
	// tells which steps are on.
	Unbuilt(target string, source func() string, native func(step string) bool) *Unbuilt
}

// Unbuilt is the replacement for a program that is not built.
type Unbuilt struct {
	// Step is the name by which --no-native switches it off.
	Step string
	Run  shell.NativeFunc
	// Begin begins a run ahead of the time, on the guess that Run will be called
	// with the same arguments. It does nothing that could be seen. drop, which may
	// be nil, ends what was begun if it was not wanted. Begin may be nil.
	Begin func(argv []string, dir string, env []string) (drop func())
}

// unbuilt is a program of the tree that is not built because its replacement
// will be run.
type unbuilt struct {
	program *Unbuilt
	built   bool
}

// leaveUnbuilt decides whether a prerequisite is a program that need not be
// built, because recipes that run it will run its replacement. Such a target
// counts as there and older than everything.
func (inv *Invocation) leaveUnbuilt(f *rules.File) bool {
	if inv.unbuilt[f.Name] != nil {
		return true
	}
	natives := inv.session.Natives
	if inv.flags.DryRun || inv.flags.Touch || inv.flags.Question {
		// What make would do is told, not done.
		return false
	}
	if natives == nil || inv.buildAll || f.Phony || f.Updated || f.State != rules.NotStarted || strings.IndexByte(f.Name, '/') < 0 {
		return false
	}
	source := func() string {
		source := f.Name + ".c"
		if !inv.view.Stat(source).Exists() {
			found, ok := inv.db.Search(source)
			if !ok {
				return ""
			}
			source = found
		}
		return inv.view.Abs(source)
	}
	program := natives.Unbuilt(f.Name, source, inv.native)
	if program == nil || !inv.native(program.Step) {
		return false
	}
	inv.unbuiltMu.Lock()
	defer inv.unbuiltMu.Unlock()
	if inv.unbuilt == nil {
		inv.unbuilt = make(map[string]*unbuilt)
	}
	inv.unbuilt[f.Name] = &unbuilt{program: program}
	f.Mtime, f.MtimeBefore = rules.TimeOld, rules.TimeOld
	f.State, f.Status, f.Updated = rules.Finished, rules.Success, true
	return true
}

// buildNeeded builds the unbuilt programs that a command for the real shell may
// start. It runs this very invocation again with the programs as its goals.
func (j *job) buildNeeded(cmd string) shell.Status {
	inv := j.inv
	inv.unbuiltMu.Lock()
	var names []string
	for name, u := range inv.unbuilt {
		if !u.built && strings.Contains(cmd, name) {
			u.built = true
			names = append(names, name)
		}
	}
	inv.unbuiltMu.Unlock()
	if len(names) == 0 {
		return shell.Status{}
	}
	if !j.takeSlot() {
		return shell.Status{Code: 2}
	}
	call := inv.call
	call.Dir = inv.dir
	child := inv.session.invocation(call, inv.parent)
	child.parent = inv
	child.goals, child.buildAll = names, true
	child.prio = j.prio
	child.held, j.hasSlot = true, false
	return shell.Status{Code: child.run()}
}

// mentionsUnbuilt reports whether a command may start a program that was left unbuilt.
func (j *job) mentionsUnbuilt(cmd string) bool {
	inv := j.inv
	inv.mu.Lock()
	defer inv.mu.Unlock()
	for name := range inv.unbuilt {
		if strings.Contains(cmd, name) {
			return true
		}
	}
	return false
}

// unbuiltProgram returns the replacement for an unbuilt program called by path.
func (j *job) unbuiltProgram(path string) shell.NativeFunc {
	inv := j.inv
	inv.unbuiltMu.Lock()
	defer inv.unbuiltMu.Unlock()
	if u := inv.unbuilt[path]; u != nil && !u.built {
		return u.program.Run
	}
	return nil
}
