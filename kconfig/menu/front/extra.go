// This file has what the originals have not, for all front ends: undo, why, changes, what a search found.

package front

import (
	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/internal/solve"
	"gokbuild/kconfig/menu"
	"gokbuild/kconfig/menu/original"
	"gokbuild/kconfig/menu/screen"
)

// Undo takes an answer back; the text says which, or that there is none.
func (s *Session) Undo() (notice string) {
	return s.undone("Nothing to take back", "Taken back", s.Model.Undo)
}

// Redo gives it again.
func (s *Session) Redo() (notice string) {
	return s.undone("Nothing was taken back", "Again", s.Model.Redo)
}

func (s *Session) undone(nothing, done string, step func() (*model.Symbol, bool)) string {
	sym, ok := step()
	switch {
	case !ok:
		return nothing
	case sym == nil:
		return done + ": the file that was read"
	}
	return done + ": " + s.Now(sym)
}

// Now says which value a symbol has.
func (s *Session) Now(sym *model.Symbol) string { return sym.Shown() + " is " + s.Model.Text(sym) }

// Why is a page that tells why a symbol has its value, and the answers that would turn it on: the key a gives them,
// undo takes them back.
func (s *Session) Why(sym *model.Symbol, undo string) (text string, steps []menu.Step) {
	text, steps = s.Model.WhyPage(sym)
	if len(steps) > 0 {
		text += "\nPress a to give these answers. " + undo + " takes them back, one by one.\n"
	}
	return text, steps
}

// Found is a page with what a search found, or why its pattern is none, and the places to go to.
func (s *Session) Found(found []*model.Symbol, err error) (text string, jumps []solve.Jump) {
	text, jumps = s.Model.Relations(found)
	if err != nil {
		text += "\nThe pattern cannot be understood: " + err.Error() + ".\n"
	}
	return text, jumps
}

// MostKeys is how many places of a page have a key.
const MostKeys = 9

// JumpKey is the key of the i-th place of a page.
func JumpKey(i int) screen.Key { return '1' + screen.Key(i%MostKeys) }

// Target is the place between two offsets of a page that a key stands for (handle_search_keys in mnconf-common.c); nil
// if there is none.
func Target(jumps []solve.Jump, key screen.Key, start, end int) *menu.Entry {
	for i, j := range jumps {
		if j.Offset >= start && j.Offset < end && key == JumpKey(i) {
			return j.Target
		}
	}
	return nil
}

// Texts are those for a tree that has no front end of its own, without what is said at the end.
func Texts() *original.Texts {
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
		Exit:         original.Exit{Question: "Save the configuration?\n(Esc goes back.)", WritesNew: true},
	}
}
