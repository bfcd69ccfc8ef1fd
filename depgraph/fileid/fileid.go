// Package fileid gives package facts the names that kconfig still uses. It goes when kconfig says facts.Stat.
package fileid

import (
	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/facts/tick"
)

// ID is the identity of a file and its state.
type ID = facts.Stat

// Of and AwaitSettled are those of packages facts and tick.
var (
	Of           = facts.Of
	AwaitSettled = tick.Await
)
