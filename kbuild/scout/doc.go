// Package scout runs ahead of a build. It answers one question: what that takes long can begin before it is wanted?
//
// A scout is a second evaluation of the first make. It runs no recipe, writes nothing and prints nothing: it takes recipes for done
// and goes on to the makes that they call, until it comes to a program with an in-process replacement that can begin early
// (native.Unbuilt), as conf can. Compiler probes on its way are run ahead, side by side. Whether it guesses right only decides how
// long things take.
//
// It pays where there is little to do between the start and that program, as for the goals of Kconfig: one processor would wait
// while the other reads makefiles, asks the compiler and builds small tools.
//
// Where the same call of make has come to such a program before there is no scout: the program begins as it was called the last time,
// before any makefile is read ([Guess]). Whoever begins early is asked, when the call comes, whether it was the right one.
//
// [Scout] is what the scouting makes and those that they scout for share; [Link] is the link of the chain of commands by which the
// scouting makes run nothing. The root of kbuild sends the scout (kbuild/scout.go).
package scout
