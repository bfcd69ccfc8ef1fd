// Package plan holds what is known of a build before anything of it runs. It answers one question: what would be run to
// make these goals from nothing?
//
// A [Plan] has the makes of a build, each with its makefiles and targets, and the programs that recipes would start, word for
// word. [Script] reads the lines of recipes: it follows a shell text without running it.
package plan
