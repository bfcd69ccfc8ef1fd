package main

// This file compares which steps two builds say that they take.

import (
	"regexp"
	"slices"
	"strings"
)

// stepLines counts what a build said it does: kbuild's short notes, each with how often it came.
type stepLines map[string]int

// stepLine is any of kbuild's notes, not only those of compilers: "  CC [M]  fs/x.o", "  CALL    scripts/y.sh".
var stepLine = regexp.MustCompile(`^  [A-Z][A-Z0-9_+-]*( \[[A-Z]+\])? +\S`)

func stepsOf(log string) stepLines {
	steps := stepLines{}
	for line := range strings.Lines(log) {
		if stepLine.MatchString(line) {
			steps[strings.Join(strings.Fields(line), " ")]++
		}
	}
	return steps
}

// difference returns what other ran in addition, and what it did not run.
func (s stepLines) difference(other stepLines) (more, less []string) {
	for line, n := range other {
		for range n - s[line] {
			more = append(more, line)
		}
	}
	for line, n := range s {
		for range n - other[line] {
			less = append(less, line)
		}
	}
	slices.Sort(more)
	slices.Sort(less)
	return more, less
}
