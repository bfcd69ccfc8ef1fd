package update

// This file says by what a newer prerequisite is judged: by its date, or by who knows better. Whether a target is made is
// decided in verdict.go (judge) and prereqs.go (markChanged).

import "gokbuild/kbuild/lang/rules"

// Judge says so. Make goes by dates; who knows what files held when they were used may know better.
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

// ByDate is make's own judge: newer is out of date.
type ByDate struct{}

func (ByDate) OutOfDate(_ *rules.File, depTime rules.Time, _ *rules.File, thisTime rules.Time) bool {
	return depTime > thisTime
}
func (ByDate) ToldOtherwise(*rules.File) bool { return false }
func (ByDate) Spared(*rules.File)             {}
func (ByDate) Kept(*rules.File)               {}
