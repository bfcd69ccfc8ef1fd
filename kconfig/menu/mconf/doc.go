// Package mconf answers: what does the program mconf show of a configuration, and what do its keys do? It is the mconf
// of a tree's scripts/kconfig, with its screens, keys, texts and exit statuses; docs/menuconfig.md lists where it does
// better on purpose.
//
// Reading order: mconf.go (from the call to the exit status), items.go (lines), boxes.go, search.go; extra.go (what the
// original has not); classic.go (where it is the oldest).
package mconf
