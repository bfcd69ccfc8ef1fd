// Package probe remembers the results of shell probes between runs.
//
// Kernel trees ask the toolchain many small questions through the shell: does the compiler take this option, which
// version is the linker. The answers are the same from one build to the next as long as the programs, the files
// and the environment the command sees are the same. A [Memo] stores an answer together with everything that
// decided it and gives it back only when all of that is unchanged.
//
// What decided an answer is known in two ways. Commands of a narrow form, in which every word is known before
// anything runs and every program is called in a way that is listed, tell it by their text (classify.go, forms.go,
// compiler.go, sed.go). Others, scripts for example, are run a second time by a shell in this process that sees
// what they do (observable.go, observe.go, arithmetic.go, link.go). What is known in neither way is not remembered here.
//
// Reading order: classify.go and forms.go; observable.go and observe.go; facts.go turns inputs into checkable facts, helpers.go
// finds the files behind a compiler; memo.go looks answers up and records them; store.go is the format of the
// files; run.go runs a command when no answer is remembered; shell.go puts all of it in front of a shell, and prefetch.go
// asks ahead. policy.go says which programs may be watched, words.go takes texts apart.
//
// # Taken on trust
//
//   - A program in machine code that is called like a compiler, and answers -v and -print-search-dirs as one,
//     is one: it reads what it says. So for other tools that are listed by name: sed is a sed.
//   - Headers of the system look for others with __has_include only where they then include them.
//   - Message catalogues and locales do not change while their variables stay the same.
//   - The shell in this process and /bin/sh look at the same files where they come to the same text and status.
//
// The files are a cache: missing, damaged or foreign ones are an empty memory. The package knows nothing of make
// or Kconfig.
package probe
