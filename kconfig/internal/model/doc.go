// Package model answers: what do the Kconfig files say? It holds symbols, menus and expressions as data, and the few
// functions that need nothing but them.
//
// Reading order: tree.go, menu.go (entries), symbol.go, value.go, choice.go, expr.go, build.go (what parsing
// adds); table.go (symbols by name), number.go, text.go, help.go.
package model
