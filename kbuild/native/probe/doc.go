// Package probe remembers the results of shell probes between runs.
//
// Kernel trees ask the toolchain many small questions through the shell: does the compiler take this option, which
// version is the linker. The answers are the same from one build to the next as long as the programs, the files and
// the environment the command sees are the same. A [Memo] stores an answer together with everything that decided
// it and gives it back only when all of that is unchanged.
//
// Reading order: [Classify] (classify.go) reads a command with a shell parser and either lists what decides its
// result ([Inputs]) or says that it does not understand the command; facts.go turns inputs into checkable facts;
// memo.go looks answers up and records them; store.go is the file format; run.go runs a command when no answer is
// remembered.
//
// A command that is not understood as a pure probe is never remembered. The file is a cache: a missing, damaged or
// foreign file is an empty memory. The package knows nothing of make or Kconfig.
package probe
