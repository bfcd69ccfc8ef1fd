// Package store keeps results of work under what decided them. It answers one question: was this done before, and what did it
// leave?
//
// A look-up has two phases. What is known before anything is looked at (the command, its directory, its tools) makes the weak
// key. Under it lies a [Manifest]: for each earlier result the [Set] of what that one depended on, as names without values. The
// values that they have today, with the weak key, make the strong key; under that lies the [Entry]. Example:
//
//	weak     "gcc -c -o exit.o exit.c" in {O}
//	set      content of {S}/exit.c, content of {S}/list.h, symbol SMP, nothing under {O}/include/list.h
//	strong   weak, set, and what these hold today
//	entry    exit.o, 2,952 bytes; nothing printed
//
// [Store] is the interface; [Disk] keeps it in a folder. Others may keep it elsewhere. What is kept is a cache: whatever is not
// there, damaged, or cannot be reached, is missing ([ErrMissing]), never an error of the build.
//
// Reading order: store.go (the interface), digest.go (names), manifest.go and entry.go (the values), code.go (their written
// form), disk.go and evict.go (the folder), transfer.go (a store in one file).
package store
