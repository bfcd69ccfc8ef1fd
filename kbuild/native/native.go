package native

// This file says what a replacement is.

import "gokbuild/kbuild/native/shell"

// Programs knows the in-process replacements for programs.
type Programs interface {
	// Program returns the replacement for the program at path, as it would be started from dir; nil if there is none. step
	// is the name by which --no-native switches it off.
	Program(dir, path string) (f shell.NativeFunc, step string)
	// Unbuilt returns the replacement for a program that a tree would first have to build as target from a C file; nil if
	// there is none. source looks for that file, which costs time, and returns "" if there is none. native tells which
	// steps are on.
	Unbuilt(target string, source func() string, native func(step string) bool) *Unbuilt
}

// Origin tells what program is not built.
type Origin struct {
	// Target is its name, as the makefiles have it; Source is the C file that it would be built from, "" if nobody has looked for that.
	Target, Source string
}

// Unbuilt is the replacement for a program that is not built.
type Unbuilt struct {
	// Step is the name by which --no-native switches it off.
	Step string
	Run  shell.NativeFunc
	// Begin begins a run ahead of the time, on the guess that Run will be called with the same arguments. It does nothing
	// that could be seen. drop, which may be nil, ends what was begun if it was not wanted. Begin may be nil.
	Begin func(argv []string, dir string, env []string) (drop func())
}
