// Package setting says what one run of make was started with. It answers one question: what was this make told, by whom,
// and where?
//
// A [Make] is one run of make: its call, directory, environment and options. A [Build] is what all makes of one build
// share. Both are data: they are set up by package kbuild before anything runs, and the rooms of the engine read them.
// The options alone change later, while makefiles are read.
package setting
