// Package kbuild runs make: it ties the language (syntax, eval, rules), the
// graph and job slots (depgraph) and the native steps (shell, fixdep, probe)
// together. It answers one question: what has to be run, and what came of it?
//
// A [Session] is one process: what its invocations share. An [Invocation] is
// one run of make: a directory, a command line, an environment, variables,
// rules. A recipe line that runs $(MAKE) becomes another Invocation of the same
// Session instead of a process; it never uses the process's own directory or
// environment.
//
// Reading order: session.go, invocation.go (from command line to exit status),
// makefiles.go (reading and remaking makefiles), goals.go (the event loop),
// update.go (what is out of date), recipe.go, job.go and line.go (recipes),
// submake.go (invocations in place of processes), export.go (environments),
// shellfunc.go ($(shell)), messages.go.
package kbuild
