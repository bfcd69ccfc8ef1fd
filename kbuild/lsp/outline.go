package lsp

// This file lists what is in a file, what is in the tree, and what lines come to.

import (
	"strings"

	"gokbuild/depgraph/pattern"
	"gokbuild/kbuild/mentions"
	"gokbuild/kbuild/query"
)

var entry = pattern.New(`^[ \t]*(config|menuconfig|menu|choice|endmenu|endchoice|mainmenu)\b[ \t]*(.*)$`)

// Outline lists the symbols of a file.
func (t *Tree) Outline(uri string) []*DocumentSymbol {
	out := []*DocumentSymbol{}
	d := t.document(uri)
	if d == nil {
		return out
	}
	switch d.kind {
	case mentions.Kconfig:
		return kconfigOutline(d.text)
	case mentions.Makefile:
		for _, l := range t.engine.Objects(d.path, d.text.s) {
			r := d.text.WholeLine(l.Line - 1)
			var words []string
			for _, w := range l.Words {
				words = append(words, w.Text)
			}
			out = append(out, &DocumentSymbol{Name: l.Variable(), Detail: strings.Join(words, " "), Kind: kindObject, Range: r, SelectionRange: r})
		}
	case mentions.Config:
		for _, s := range query.Settings([]byte(d.text.s)) {
			r := d.text.WholeLine(s.Line - 1)
			out = append(out, &DocumentSymbol{Name: "CONFIG_" + s.Name, Detail: s.Value, Kind: kindConstant, Range: r, SelectionRange: r})
		}
	}
	return out
}

// kconfigOutline goes by the lines, so that it works in a file that is broken. Menus hold what is in them.
func kconfigOutline(text *Text) []*DocumentSymbol {
	root := &DocumentSymbol{}
	stack := []*DocumentSymbol{root}
	for n := range text.starts {
		line := text.Line(n)
		m := entry.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		at := text.WholeLine(n)
		up := stack[len(stack)-1]
		switch m[1] {
		case "endmenu", "endchoice":
			if len(stack) > 1 {
				up.Range.End = at.End
				stack = stack[:len(stack)-1]
			}
			continue
		}
		s := &DocumentSymbol{Name: strings.Trim(strings.TrimSpace(m[2]), `"'`), Kind: kindConstant, Range: at, SelectionRange: at}
		if s.Name == "" {
			s.Name = m[1]
		}
		up.Children = append(up.Children, s)
		if m[1] == "menu" || m[1] == "choice" {
			s.Kind = kindNamespace
			stack = append(stack, s)
		}
	}
	for _, open := range stack[1:] {
		open.Range.End = text.Position(len(text.s))
	}
	if root.Children == nil {
		return []*DocumentSymbol{}
	}
	return root.Children
}

// mostSymbols bounds the answer of Symbols.
const mostSymbols = 500

// Symbols lists the symbols of Kconfig whose names contain a text.
func (t *Tree) Symbols(text string) []SymbolInformation {
	out := []SymbolInformation{}
	k := t.Kconfig()
	if k == nil {
		return out
	}
	text = query.Name(strings.ToUpper(text))
	for _, name := range t.names(k) {
		if !strings.Contains(name, text) {
			continue
		}
		if s := k.Config.Lookup(name); s != nil && len(s.Menus) > 0 {
			p := Position{max(s.Menus[0].Pos.Line-1, 0), 0}
			out = append(out, SymbolInformation{name, kindConstant, Location{t.uri(k.File(s.Menus[0].Pos.File)), Range{p, p}}})
		}
		if len(out) == mostSymbols {
			break
		}
	}
	return out
}

// Lenses are the values of the lines of a file.
func (t *Tree) Lenses(uri string) []CodeLens {
	out := []CodeLens{}
	d := t.document(uri)
	if d == nil {
		return out
	}
	add := func(line int, title string) {
		if title != "" {
			out = append(out, CodeLens{d.text.WholeLine(line), Command{title, ""}})
		}
	}
	switch d.kind {
	case mentions.Kconfig:
		k := t.Kconfig()
		if k == nil {
			break
		}
		for n := range d.text.starts {
			if name := mentions.Defines(d.text.Line(n)); name != "" {
				if s, ok := k.Symbol(name); ok {
					title := s.Value + ": " + s.Reason
					if s.Value == "n" && len(s.Blocking) > 0 {
						title = "off: needs " + strings.Join(s.Blocking, ", ")
					}
					add(n, title)
				}
			}
		}
	case mentions.Makefile:
		for _, l := range t.engine.Objects(d.path, d.text.s) {
			add(l.Line-1, t.state(&l))
		}
	case mentions.Source:
		add(0, t.builtInto(d))
	}
	return out
}
