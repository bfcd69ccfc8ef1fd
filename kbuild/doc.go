// Package kbuild runs make: it puts the rooms of the engine together. It answers one question: what does one run of make do,
// from its call to its exit status?
//
// A [Session] is what lasts as long as the process: parsed makefiles, what probes answered, replacements for programs. A
// [Build] is one run of the first make and all makes below it. An [Invocation] is one run of make: a recipe line that runs
// $(MAKE) becomes another Invocation of the same build instead of a process. No invocation uses the process's own directory
// or environment.
//
// The rooms: lang/… (the language), makefiles (what do the makefiles say?), update (what is out of date?), recipe (what is
// to be run?), command (by what means?), remember (may it be left out?), output (what is printed?). They do not know each
// other; this package alone knows all.
//
// It is larger than a root should be, since some things need whole makes to be run, which only this package can do: settling, the scout,
// plans, --watch. Each has one file, which drives a package that does the rest of the work.
//
// Words: a record says that a make or a command has nothing to do while its facts hold; a fact is what was found under a
// path; to settle is to run the first make once more, without effects, to see what the next run will find; to recall is to
// print a record in place of running.
//
// Order of locks: Invocation.turn, then Printer's, then those of depgraph. Nothing is evaluated, and no command is waited
// for, under any of the latter.
//
// Reading order. One make: session.go, invocation.go, engine.go (the rooms are put together), host.go ($(shell)),
// goals.go, remake.go (makefiles are remade), submake.go, printdb.go (-p). Beside it: settle.go (what will the
// next run find?), scout.go (Kconfig is begun early), watch.go (--watch), early.go (which begins with the one make that
// has something to do), plan.go (what would be run?), listen.go (who hears of the build). messages.go and version.go answer --messages and --version,
// asked.go says which targets of --why were not made, and which never came up.
package kbuild
