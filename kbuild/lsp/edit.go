package lsp

// This file offers changes: of the configuration, and of names.

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"gokbuild/depgraph/pattern"
	"gokbuild/kbuild/mentions"
	"gokbuild/kbuild/query"
)

// Actions offers values for the symbol at a place: in a configuration on its line, else in .config of the output directory.
func (t *Tree) Actions(uri string, p Position) []CodeAction {
	out := []CodeAction{}
	d := t.document(uri)
	if d == nil {
		return out
	}
	w := t.wordAt(d, p)
	if w == nil || w.kind != wordSymbol {
		return out
	}
	if d.kind == mentions.Config {
		for _, s := range query.Settings([]byte(d.text.s)) {
			if s.Line == p.Line+1 {
				return t.settings(d.path, s.Name, s.Value)
			}
		}
		return out
	}
	k := t.Kconfig()
	if k == nil || !t.isDefined(w.name) {
		return out
	}
	return t.settings(filepath.Join(t.Out, ".config"), w.name, k.Value(w.name))
}

// settings offers to set a symbol in a configuration to each value but the present one.
func (t *Tree) settings(file, name, present string) []CodeAction {
	out := []CodeAction{}
	text := t.text(file)
	if text == nil {
		return out
	}
	end := text.Position(len(text.s))
	at := Range{end, end}
	newline := "\n"
	for _, s := range query.Settings([]byte(text.s)) {
		if s.Name == name {
			at, newline = text.WholeLine(s.Line-1), ""
		}
	}
	for _, value := range t.values(name) {
		if value == present {
			continue
		}
		line := "CONFIG_" + name + "=" + value
		if value == "n" {
			line = "# CONFIG_" + name + " is not set"
		}
		edit := TextEdit{at, line + newline}
		out = append(out, CodeAction{"Set CONFIG_" + name + "=" + value + " in " + filepath.Base(file), "quickfix",
			WorkspaceEdit{map[string][]TextEdit{t.uri(file): {edit}}}})
	}
	return out
}

var symbolName = pattern.New(`^[A-Za-z0-9_]+$`)

// Renamable is the place of the symbol under the cursor; nil if there is none.
func (t *Tree) Renamable(uri string, p Position) *Range {
	d := t.document(uri)
	if d == nil {
		return nil
	}
	if w := t.wordAt(d, p); w != nil && w.kind == wordSymbol {
		return &w.at
	}
	return nil
}

// Errors of Rename.
var (
	errNoSymbol = errors.New("there is no symbol of Kconfig here")
	errName     = errors.New("a name has capital letters, digits and _")
	errTaken    = errors.New("there is a symbol of that name")
	errIndex    = errors.New("the tree is still being read; try again")
)

// Rename gives the symbol under the cursor another name, in all four kinds of files.
func (t *Tree) Rename(uri string, p Position, name string) (*WorkspaceEdit, error) {
	name = query.Name(name)
	d := t.document(uri)
	if d == nil {
		return nil, errNoSymbol
	}
	w := t.wordAt(d, p)
	switch {
	case w == nil || w.kind != wordSymbol:
		return nil, errNoSymbol
	case !symbolName.MatchString(name) || strings.ToLower(name) == name:
		return nil, errName
	case !t.indexed.Load():
		return nil, errIndex
	case t.isDefined(name):
		return nil, errTaken
	}
	edit := &WorkspaceEdit{make(map[string][]TextEdit)}
	for _, loc := range t.references(w.name, true) {
		edit.Changes[loc.URI] = append(edit.Changes[loc.URI], TextEdit{loc.Range, name})
	}
	for _, edits := range edit.Changes {
		slices.SortFunc(edits, func(a, b TextEdit) int {
			return (a.Range.Start.Line-b.Range.Start.Line)*100000 + a.Range.Start.Character - b.Range.Start.Character
		})
	}
	return edit, nil
}
