package lsp

// This file answers what something is, where it is defined, and who names it.

import (
	"fmt"
	"path/filepath"
	"strings"

	"gokbuild/kbuild/mentions"
	"gokbuild/kbuild/query"
)

// Hover tells what is under the cursor; nil if there is nothing to tell.
func (t *Tree) Hover(uri string, p Position) *Hover {
	d := t.document(uri)
	if d == nil {
		return nil
	}
	w := t.wordAt(d, p)
	text := ""
	switch {
	case w == nil:
		if d.kind == mentions.Source && p.Line == 0 {
			text, w = t.builtInto(d), &word{at: d.text.WholeLine(0)}
		}
	case w.kind == wordSymbol:
		text = t.describe(w.name)
		if d.kind == mentions.Config {
			text = t.dropped(d, p.Line) + text
		}
	case w.kind == wordObject:
		text = t.describeObject(d, w.name)
	case w.kind == wordFile:
		if file := t.file(d, w.name); file != "" {
			text = "`" + t.short(file) + "`"
		}
	}
	if text == "" {
		return nil
	}
	return &Hover{Markup{"markdown", text}, w.at}
}

// longest bounds the expressions that are shown: some symbols are selected by hundreds.
const longest = 400

// describe tells what is known of a symbol, in Markdown.
func (t *Tree) describe(name string) string {
	k := t.Kconfig()
	if k == nil {
		return t.elsewhere(name)
	}
	s, ok := k.Symbol(name)
	if !ok {
		return t.elsewhere(name)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "**CONFIG_%s** = `%s` (%s)", s.Name, s.Value, s.Type)
	if s.Prompt != "" {
		fmt.Fprintf(&b, " — %s", s.Prompt)
	}
	fmt.Fprintf(&b, "\n\n%s", s.Reason)
	if t.commands.unknown > 0 && s.Set != nil && *s.Set != s.Value {
		fmt.Fprintf(&b, "\n\nThe configuration says `%s`; what some commands of Kconfig files print is not known here.", *s.Set)
	}
	line := func(what, text string) {
		if text == "" {
			return
		}
		if len(text) > longest {
			text = strings.ToValidUTF8(text[:longest], "") + " …"
		}
		fmt.Fprintf(&b, "\n- %s `%s`", what, strings.ReplaceAll(text, "`", "'"))
	}
	b.WriteByte('\n')
	for _, need := range s.Blocking {
		line("needs", need)
	}
	line("depends on", s.Depends)
	line("selected by", s.SelectedBy)
	line("implied by", s.ImpliedBy)
	if s.Value != "y" && len(s.Blocking) == 0 && s.Visible != "n" {
		line("may be set to", s.Visible)
	}
	for _, p := range s.Defined {
		line("defined at", fmt.Sprintf("%s:%d", t.short(p.File), p.Line))
	}
	if s.Help != "" {
		fmt.Fprintf(&b, "\n\n```text\n%s\n```", strings.TrimRight(strings.ReplaceAll(s.Help, "```", "'''"), "\n"))
	}
	return b.String()
}

// elsewhere tells of a symbol that the Kconfig files of the configuration do not define.
func (t *Tree) elsewhere(name string) string {
	places := t.index.Definitions(name)
	if len(places) == 0 {
		if t.indexed.Load() {
			return fmt.Sprintf("**CONFIG_%s**: nothing defines it", name)
		}
		return ""
	}
	text := fmt.Sprintf("**CONFIG_%s** is not part of this configuration\n", name)
	for _, p := range places {
		text += fmt.Sprintf("\n- defined at `%s:%d`", t.short(p.File), p.Line)
	}
	return text
}

// describeObject tells of an object or folder of a makefile what decides it.
func (t *Tree) describeObject(d *document, name string) string {
	text := ""
	for _, l := range t.engine.Objects(d.path, d.text.s) {
		if l.Has(name) {
			text += "- `" + l.Variable() + "`: " + t.state(&l) + "\n"
		}
	}
	for _, file := range objectFiles(filepath.Dir(d.path), name) {
		text += "- `" + t.short(file) + "`\n"
	}
	return text
}

// state tells what becomes of the objects of a line, as far as its symbol decides.
func (t *Tree) state(l *query.ObjLine) string {
	value := l.Kind
	if l.Symbol != "" {
		k := t.Kconfig()
		if k == nil {
			return "not known"
		}
		value = k.Value(l.Symbol)
	}
	switch {
	case l.List != "obj" && value == "y", value == "objs":
		return "part of " + l.List + ".o"
	case l.List != "obj" && l.List != "lib" && value == "m":
		return "part of " + l.List + ".o, as a module"
	case value == "y":
		return "built in"
	case value == "m":
		return "module"
	}
	return "off"
}

// builtInto tells what decides whether a source is compiled; "" if no makefile lists it.
func (t *Tree) builtInto(d *document) string {
	k := t.Kconfig()
	if k == nil {
		return ""
	}
	lines, err := t.engine.ConfigOf(d.path)
	if err != nil || len(lines) == 0 {
		return ""
	}
	var symbols []string
	least := "y"
	note := func(name string) {
		if name == "" {
			return
		}
		value := k.Value(name)
		symbols = append(symbols, name+"="+value)
		if value == "n" || value == "m" && least == "y" {
			least = value
		}
	}
	for i := range lines {
		note(lines[i].Symbol)
		if lines[i].Kind == "m" && least == "y" {
			least = "m"
		}
	}
	text := map[string]string{"y": "built in", "m": "part of a module", "n": "not built"}[least]
	if len(symbols) > 0 {
		text += " by " + strings.Join(symbols, ", ")
	}
	return text + fmt.Sprintf(" (%s:%d)", t.short(lines[0].File), lines[0].Line)
}

// Definition finds where what is under the cursor is defined.
func (t *Tree) Definition(uri string, p Position) []Location {
	out := []Location{}
	d := t.document(uri)
	if d == nil {
		return out
	}
	w := t.wordAt(d, p)
	switch {
	case w == nil:
	case w.kind == wordSymbol:
		return t.definitions(w.name)
	case w.kind == wordFile:
		if file := t.file(d, w.name); file != "" {
			out = append(out, Location{URI: t.uri(file)})
		}
	default:
		for _, file := range objectFiles(filepath.Dir(d.path), w.name) {
			out = append(out, Location{URI: t.uri(file)})
		}
		// A composite object is defined by the lines that list its parts.
		list := strings.TrimSuffix(w.name, ".o")
		for _, l := range t.engine.Objects(d.path, d.text.s) {
			if l.List == list {
				out = append(out, Location{d.uri, d.text.WholeLine(l.Line - 1)})
			}
		}
	}
	return out
}

func (t *Tree) definitions(name string) []Location {
	out := []Location{}
	var places []mentions.Place
	if k := t.Kconfig(); k != nil {
		if s, ok := k.Symbol(name); ok {
			places = s.Defined
		}
	}
	if len(places) == 0 {
		places = t.index.Definitions(name)
	}
	for _, at := range places {
		out = append(out, t.located(at, name))
	}
	return out
}

// located is the place of a name on a line, or of the line.
func (t *Tree) located(at mentions.Place, name string) Location {
	loc := Location{URI: t.uri(at.File), Range: Range{Position{at.Line - 1, 0}, Position{at.Line - 1, 0}}}
	if text := t.text(at.File); text != nil {
		if i := strings.Index(text.Line(at.Line-1), name); i >= 0 {
			loc.Range = text.Range(at.Line-1, i, i+len(name))
		} else {
			loc.Range = text.WholeLine(at.Line - 1)
		}
	}
	return loc
}

// References finds who names the symbol under the cursor. Without declaration the places that define it are left out.
func (t *Tree) References(uri string, p Position, declaration bool) []Location {
	d := t.document(uri)
	if d == nil {
		return []Location{}
	}
	w := t.wordAt(d, p)
	if w == nil || w.kind != wordSymbol {
		return []Location{}
	}
	return t.references(w.name, declaration)
}

func (t *Tree) references(name string, declaration bool) []Location {
	out := []Location{}
	for _, form := range []string{name, name + "_MODULE"} {
		if form != name && t.isDefined(form) {
			continue
		}
		for _, file := range t.index.Mentioning(form) {
			text := t.text(file)
			if text == nil {
				continue
			}
			kind := mentions.KindOf(file)
			mentions.In(file, kind, []byte(text.s), func(symbol string, m mentions.Mention) {
				if symbol != form {
					return
				}
				if kind == mentions.Kconfig && !declaration {
					if mentions.Defines(text.Line(m.Line-1)) == name {
						return
					}
				}
				out = append(out, Location{t.uri(file), text.Range(m.Line-1, m.Column-1, m.Column-1+len(name))})
			})
		}
	}
	return out
}
