// Package diagnostic reads what tools say. It answers one question: of what does this text complain, and where?
//
// [Parse] takes what one command wrote to standard error and returns the complaints in it as values. It knows the forms of
// gcc, clang and the assembler, ld and lld, modpost, objtool, dtc, sparse, rustc, Kconfig, make and the shell. What it does not
// know is left out: a text is never an error.
//
// diagnostic.go has the values and the walk over the lines, clean.go takes colours away, compiler.go has the form
// "file:line:column: severity: text", linker.go that of linkers, kernel.go those of the tools of a kernel tree, make.go those of
// make and the shell, rust.go that of rustc.
package diagnostic
