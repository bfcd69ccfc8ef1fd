// Package eval evaluates makefile text: it owns the variables of one invocation
// of make, expands expressions, and walks a parsed makefile statement by
// statement. It answers one question: what do these variables and statements
// come to, here and now? Finished rules go to a [Sink]; the outside world is
// reached only through a [Host].
//
// Reading order: vars.go and interp.go (variables and where they are looked up),
// expand.go (expressions), funcs.go with funcs_text.go and funcs_file.go
// (functions), words.go, assign.go (assignments), read.go (statements),
// ruleline.go (rule lines, expanded and parsed again), print.go (-p).
package eval
