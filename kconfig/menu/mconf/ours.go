// Texts for a tree that has no mconf of its own.

package mconf

import "gokbuild/kconfig/menu/original"

func ours() *original.Texts {
	return &original.Texts{
		Readme: "A configuration is a tree of menus. Enter opens a menu, Esc leaves it.\n\n" +
			"y builds a feature in, m as a module, n leaves it out; a blank goes on to the next value.\n\n" +
			"? shows what is known about a line, / finds symbols by a pattern.\n",
		Instructions: "Enter opens a menu, Esc leaves it. y builds in, m as a module, n leaves out. ? for help, / for search.",
		Radiolist:    "Choose one line with the blank bar. ? for help.",
		Int:          "A decimal number.",
		Hex:          "A hexadecimal number.",
		String:       "A text.",
		SetMod:       "What this feature depends on is a module.\nSo it is one, too.",
		LoadText:     "The configuration to read. Nothing to go back.",
		LoadHelp:     "\nThe configuration that is read takes the place of the present one.\n",
		SaveText:     "The file to write the configuration to. Nothing to go back.",
		SaveHelp:     "\nThe configuration is written to this file, and keeps its name from then on.\n",
		SearchHelp:   "\nA part of the name of a symbol, or a regular expression.\n",
		ErrCreate:    "The file cannot be written.",
		Exit: original.Exit{
			Question:  "Save the configuration?\n(Esc goes back.)",
			Done:      "\n\nThe configuration is done.\n\n",
			NotSaved:  "\n\nThe configuration was NOT saved.\n\n",
			Failed:    "\n\nThe configuration could not be written.\nIt was NOT saved.\n\n",
			WritesNew: true,
		},
	}
}
