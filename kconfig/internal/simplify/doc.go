// Package simplify answers: what does this condition come down to?
//
// The simplifiers decide how conditions read in warnings and help, and which entries become submenus, so they repeat
// the C tool's rules step by step, including what it does not simplify.
//
// Reading order: simplify.go, transform.go, equal.go, dups.go, dups_old.go.
package simplify
