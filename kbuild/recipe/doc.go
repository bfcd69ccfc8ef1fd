// Package recipe runs recipes. It answers one question: what does the recipe of this target say, and how do its lines run?
//
// An [Expander] works out what is to be run: lines, environment, shell. It runs nothing. A [Job] is the running of one
// target's recipe: its lines run one after another in a goroutine of their own, each along a command.Chain. Why the target
// is made, and what its end means for others, the package does not know.
//
// Reading order: expand.go, environ.go, shell.go (what is to be run), job.go, lines.go (how it runs), report.go (what is
// said about it), why.go, says.go (what does a recipe say, told without expanding it?).
package recipe
