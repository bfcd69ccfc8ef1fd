package lsp

// This file finds what is under the cursor.

import (
	"path/filepath"
	"strings"

	"gokbuild/depgraph/pattern"
	"gokbuild/kbuild/mentions"
)

// wordKind tells what a word is.
type wordKind int

const (
	wordSymbol wordKind = iota // Name is without CONFIG_
	wordFile                   // Name is the file of a source or include
	wordObject                 // Name is an object or folder of an obj- line
)

// word is what is under the cursor.
type word struct {
	kind wordKind
	name string
	at   Range
}

var (
	sourceLine = pattern.New(`^[ \t]*(?:source|rsource|osource|orsource)[ \t]+(?:"([^"]*)"|'([^']*)'|([^ \t"'#]+))`)
	makeInc    = pattern.New(`^[ \t]*[-s]?include[ \t]+([^ \t#]+)`)
	objectWord = pattern.New(`[A-Za-z0-9_.+/-]+(?:\.o|/)`)
)

// wordAt finds the word at a place; nil if there is nothing that we know.
func (t *Tree) wordAt(d *document, p Position) *word {
	line := d.text.Line(p.Line)
	at := byteColumn(line, p.Character)
	inside := func(from, to int) bool { return from <= at && at <= to }
	var found *word
	t.mentions(d, p.Line, func(name string, column int) {
		if from := column; found == nil && inside(from, from+len(name)) || inside(from-len("CONFIG_"), from+len(name)) && strings.HasSuffix(line[:from], "CONFIG_") {
			if strings.HasSuffix(line[:from], "CONFIG_") {
				from -= len("CONFIG_")
			}
			found = &word{wordSymbol, t.known(name), d.text.Range(p.Line, from, column+len(name))}
		}
	})
	if found != nil {
		return found
	}
	pick := func(re *pattern.Pattern, kind wordKind) *word {
		m := re.Compiled().FindStringSubmatchIndex(line)
		for i := 2; m != nil && i < len(m); i += 2 {
			if m[i] >= 0 && inside(m[i], m[i+1]) {
				return &word{kind, line[m[i]:m[i+1]], d.text.Range(p.Line, m[i], m[i+1])}
			}
		}
		return nil
	}
	switch d.kind {
	case mentions.Kconfig:
		return pick(sourceLine, wordFile)
	case mentions.Makefile:
		if w := pick(makeInc, wordFile); w != nil {
			return w
		}
		for _, m := range objectWord.Compiled().FindAllStringIndex(line, -1) {
			if inside(m[0], m[1]) {
				return &word{wordObject, line[m[0]:m[1]], d.text.Range(p.Line, m[0], m[1])}
			}
		}
	}
	return nil
}

// mentions calls found for each symbol that a line of a text names: column is the byte at which the name without CONFIG_ begins.
func (t *Tree) mentions(d *document, line int, found func(name string, column int)) {
	text := d.text.Line(line)
	if d.kind != mentions.Kconfig {
		mentions.In(d.path, mentions.Config, []byte(text), func(name string, m mentions.Mention) { found(name, m.Column-1) })
		return
	}
	// Help texts are told by the lines before.
	mentions.In(d.path, d.kind, []byte(d.text.s), func(name string, m mentions.Mention) {
		if m.Line == line+1 {
			found(name, m.Column-1)
		}
	})
	mentions.In(d.path, mentions.Config, []byte(text), func(name string, m mentions.Mention) { found(name, m.Column-1) })
}

// known takes _MODULE off a name, if only the rest is a symbol: C files see CONFIG_X_MODULE for X=m.
func (t *Tree) known(name string) string {
	base, module := strings.CutSuffix(name, "_MODULE")
	if module && !t.isDefined(name) && t.isDefined(base) {
		return base
	}
	return name
}

// isDefined reports whether something defines a symbol.
func (t *Tree) isDefined(name string) bool {
	if k := t.Kconfig(); k != nil {
		if s := k.Config.Lookup(name); s != nil && s.IsDefined() {
			return true
		}
	}
	return len(t.index.Definitions(name)) > 0
}

// file is the absolute name of a file that a line names, "" if there is none.
func (t *Tree) file(d *document, name string) string {
	k := t.Kconfig()
	name = expanded(name, func(v string) string {
		switch v {
		case "srctree":
			return t.Source
		case "objtree":
			return t.Out
		case "src", "obj":
			return filepath.Dir(d.path)
		}
		if k != nil {
			return k.Env(v)
		}
		return ""
	})
	for _, dir := range []string{t.Source, filepath.Dir(d.path), t.Out} {
		file := name
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, name)
		}
		if exists(file) {
			return file
		}
	}
	return ""
}

var variable = pattern.New(`\$(?:\(([A-Za-z0-9_]+)\)|\{([A-Za-z0-9_]+)\}|([A-Za-z][A-Za-z0-9_]*))`)

// expanded is a name with the values of its variables: $(X), ${X}, or $X as before linux 4.18.
func expanded(name string, value func(string) string) string {
	return variable.Compiled().ReplaceAllStringFunc(name, func(use string) string {
		m := variable.FindStringSubmatch(use)
		return value(m[1] + m[2] + m[3])
	})
}

// objectFiles are the files that an object or folder of a makefile stands for: sources, or the makefile of a folder.
func objectFiles(dir, name string) []string {
	var out []string
	base := filepath.Join(dir, name)
	if strings.HasSuffix(name, "/") {
		for _, m := range []string{"Kbuild", "Makefile"} {
			if file := filepath.Join(base, m); exists(file) {
				return []string{file}
			}
		}
		return nil
	}
	for _, suffix := range []string{".c", ".S", ".rs"} {
		if file := strings.TrimSuffix(base, ".o") + suffix; exists(file) {
			out = append(out, file)
		}
	}
	return out
}
