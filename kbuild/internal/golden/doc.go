// Package golden proves the make engine case by case: every file below testdata/make is one small
// make project together with what GNU make prints, which exit status it ends with, and which files it
// leaves. The package answers one question: does a program called make do what the case records?
//
// Reading order: Case (one parsed txtar file), Program (one make under test), Run (a case played by a
// program), Result (what came of it, normalised). The test in this package plays each case with our own
// binary under every profile it imitates, and with the GNU makes found on the machine, so that a want can
// never drift from the reference it was taken from.
//
// The package knows nothing of the engine: it starts programs and compares bytes.
// How to write a case: docs/development.md.
package golden
