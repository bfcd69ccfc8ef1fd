// Package update decides. It answers one question: which targets are out of date, and in which order are they made?
//
// A [Walk] brings goals up to date, by the rules and in the order of GNU make (manual, "How make Processes a Makefile"). A
// target is considered when it is first reached. If prerequisites are still being made by then, it is considered again, from
// the start, when the last of them has finished (depgraph.Graph keeps track). What is decided is a [Verdict].
//
//	              considered                      a slot is free
//	NotStarted ───────────────▶ out of date ─────────────────────▶ Running ──▶ Finished
//	  │      ▲                                                                    ▲
//	  ▼      │ considered again                                  up to date       │
//	DepsRunning ──────────────────────────────────────────────────────────────────┘
//
// How a recipe runs, the package does not know: a [Runner] does. Whether a newer prerequisite makes a target out of date, a
// [Judge] says: by dates, as make does, or by content.
//
// Reading order: walk.go (goals and events), target.go, update.go (one target), prereqs.go (what its prerequisites say),
// judge.go, verdict.go, jobs.go (recipes begin and end), finish.go, then touch.go and files.go, shuffle.go.
package update
