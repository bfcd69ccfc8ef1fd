// Package native says which programs are done in this process. It answers one question: is there a replacement for this
// program, so that no process is needed, or the program need not even be built?
//
// A replacement gives the same result as the program, or declines; --no-native switches each off. The replacements
// themselves are below: shell, fixdep, nm, probe here, conf in package kconfig; package main puts them together
// ([Programs]).
package native
