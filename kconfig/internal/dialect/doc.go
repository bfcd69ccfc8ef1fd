// Package dialect answers: which generation's tool is imitated? A [Dialect] is a set of switches, and [Detect] reads
// each of them off the tree's own scripts/kconfig.
//
// Reading order: switches.go, detect.go, table.go (one line for each switch), source.go (C sources as texts), around.go
// (where is the tool?), newest.go.
package dialect
