// Package cache restores what commands left earlier, in any folder. It answers one question: was this process run before, on
// files that hold the same, and what did it leave?
//
// What is kept is the work of one process of a recipe, a compiler or whatever else it starts; the rest of the recipe (echo,
// fixdep, rm) runs in this process as ever, so that .cmd files are written, not restored. The cache is a link of the chain of
// package command (link.go): it declines every command, and has its processes started through it. A process is of one of two
// classes:
//
//   - compile (compile.go): a compiler of which the words tell what it reads, with the file of dependencies that it has written;
//   - traced (traced.go): the tracer saw what it read.
//
// All else is run, and not kept: what failed, what is not known, what holds a private key. Names of roots, the source tree and
// the output directory, are written as tokens in all keys (roots.go), so that other folders find the same; an output in whose
// bytes a root stands is restored for the same roots only.
//
// Reading order: cache.go, link.go, process.go; the classes, each with what makes its key and then what decided a process that has
// ended: compile.go and gather.go, traced.go and observed.go; key.go, find.go, restore.go, keep.go. check.go leaves out checks that
// print nothing, and awk.go and input.go read their programs and their input.
//
// files.go knows what files hold, named.go what the names of facts mean, values.go what they come to, scan.go what texts of sources
// mention, program.go what programs make of files, toolchain.go what makes up a compiler, moment.go what is older than what;
// outdated.go looks at all again when a build ends, verify.go does the work all the same, why.go tells why something was missed.
package cache
