// Package model answers: what do the Kconfig files say? It holds symbols, menus and expressions as data, and the few
// functions that need nothing but them.
package model
