// Package remember leaves work out. It answers one question: may this be left out, as nothing that decided it has changed?
//
// The contract. Memory holds facts (depgraph/facts) and records (depgraph/memory). A record says: while these facts hold,
// this make, or this command, does nothing but print this. Three things ask it:
//
//   - a make that is about to begin ([Memory.Begin]): if its record holds, what it would print is printed, and that is all.
//     Otherwise a [Recording] notes all it looks at, so that the next run may be left out;
//   - a command that is about to run (the links recall and learn of the chain): commands that Kbuild runs every time are
//     run under trace when they are met for the second time, and left out from then on;
//   - a target that is older than a prerequisite ([Content], an update.Judge): if the [Action] that made it is known, and
//     its inputs and outputs are what they were, the dates mean nothing.
//
// Where it does not know, it says so, and make's own rules decide. Deleting or damaging what is kept costs time, not truth.
//
// Reading order: memory.go (open, close), key.go and variant.go (what is a piece of work called?), recording.go (makes);
// commands.go, rehearse.go, ran.go, costs.go, answers.go (commands, $(shell)); action.go, sights.go, content.go, says.go, lists.go
// (targets); warnings.go. ready.go is for processes that build again and again, supposed.go for makes that run nothing.
package remember
