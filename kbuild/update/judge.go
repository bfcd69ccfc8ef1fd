package update

// This file says whom the walk asks what a newer prerequisite means. Whether a target is made is decided in verdict.go (judge)
// and prereqs.go (markChanged).

import "gokbuild/kbuild/lang/rules"

// Judge decides by dates, as make does, or knows better: a judge that knows what a file held when a target was made from it may say
// that the target is up to date although the file is newer.
type Judge interface {
	// OutOfDate reports whether a prerequisite of time depTime makes a target of time thisTime out of date.
	OutOfDate(dep *rules.File, depTime rules.Time, target *rules.File, thisTime rules.Time) bool
	// ToldOtherwise reports whether OutOfDate said so because the makes that the target's recipe calls would be told
	// something else today.
	ToldOtherwise(target *rules.File) bool
	// Spared is told of a prerequisite that is newer than a target and does not make it out of date.
	Spared(dep *rules.File)
	// Kept is told of a target that needs no making.
	Kept(target *rules.File)
}
