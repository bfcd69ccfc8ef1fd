// Package dialect answers: which generation's tool is imitated? A [Dialect] is a set of switches, and [Detect] reads
// each of them off the tree's own scripts/kconfig.
package dialect
