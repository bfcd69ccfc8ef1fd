// Package nconf answers: what does the program nconf show of a configuration, and what do its keys do? It is the nconf
// of a tree's scripts/kconfig, with its screens, keys and texts; docs/menuconfig.md lists where it does better on
// purpose.
//
// Reading order: nconf.go (from the call to the exit status), list.go and items.go (menus), window.go, input.go,
// keys.go.
package nconf
