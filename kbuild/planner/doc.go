// Package planner plans the recipes of one make in place of running them. It answers one question: what would this make run?
//
// [Make] is the link of the chain of commands by which a planning make runs nothing: it takes each line of a recipe, writes into
// the plan which programs the line would start, and goes on to the makes that the line calls. What a recipe would make counts as
// there from then on (fsys.FS.Imagine), since makes that come later look at it.
//
// Package plan is the data that comes out. The root of kbuild puts the planning chain together (kbuild/plan.go).
package planner
