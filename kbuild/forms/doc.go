// Package forms knows what some programs write. It answers one question: which files does this command leave, told by its
// words alone, and which does it read?
//
// The answer is a promise: a target whose recipe is of known form may be spared by content (package remember). So a form is
// known only if every option is, or is of a kind that names no file; anything else is "not known". A program that is a
// script, a wrapper perhaps, is never known: its words say nothing of what it does.
//
// forms.go has the table of programs, compiled.go tells compilations from other commands, compiler.go has compilers and
// linkers, binutils.go ar and objcopy, sed.go sed, and tools.go the small tools, awk among them; inputs.go tells what all
// of them read. compilation.go tells what a compiler reads by its words, depfile.go has the lists of dependencies that
// compilers write.
package forms
