package lsp

// This file guesses what commands of Kconfig files print, where that is not remembered: a script that makes files of its own, for
// example. The saved configuration tells: it was made with the right answers.

import (
	"os"
	"path/filepath"
	"slices"

	"gokbuild/kbuild/query"
)

// mostGuesses bounds the commands that are tried: each takes a reading of the Kconfig files.
const mostGuesses = 8

// guess tries for each question that is not answered whether the saved configuration fits better with y, and reports whether one
// does. Where they are many, or a text is asked for, values are in doubt.
func (t *Tree) guess() (better bool) {
	open := slices.Compact(slices.Sorted(slices.Values(t.commands.asked)))
	t.commands.doubt = 0
	if len(open) > mostGuesses || slices.ContainsFunc(open, func(command string) bool { return !saysNo.MatchString(command) }) {
		t.commands.doubt = len(open)
	}
	if len(open) == 0 || t.commands.doubt > 0 {
		return false
	}
	text, err := os.ReadFile(filepath.Join(t.Out, ".config"))
	if err != nil {
		return false
	}
	settings := query.Settings(text)
	k, err := t.engine.Kconfig()
	if err != nil {
		return false
	}
	least := misfits(k, settings)
	for _, command := range open {
		if least == 0 {
			break
		}
		t.commands.guesses[command] = "y\n"
		if k, err := t.engine.LoadKconfig(""); err == nil {
			if n := misfits(k, settings); n < least {
				least, better = n, true
				continue
			}
		}
		t.commands.guesses[command] = "n\n"
	}
	return better
}

// misfits counts the settings that do not have their values.
func misfits(k *query.Kconfig, settings []query.Setting) (n int) {
	for _, s := range settings {
		if (s.Value == "y" || s.Value == "m" || s.Value == "n") && k.Value(s.Name) != s.Value {
			n++
		}
	}
	return n
}
