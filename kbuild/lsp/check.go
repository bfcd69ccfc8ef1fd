package lsp

// This file complains: of Kconfig files in the words of the tools, of settings that would not take effect, of names that
// nothing defines.

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gokbuild/kbuild/mentions"
	"gokbuild/kbuild/query"
	"gokbuild/kconfig"
)

const sourceName = "gokbuild"

// Check complains of the open files, and of Kconfig files that are not open. Each open file has an entry, perhaps an empty one.
// Keys are URIs.
func (t *Tree) Check() map[string][]Diagnostic {
	out := make(map[string][]Diagnostic)
	for _, d := range t.open() {
		out[d.uri] = []Diagnostic{}
	}
	t.Kconfig()
	for _, m := range t.messages {
		t.checkMessage(out, m)
	}
	t.checkBuild(out)
	for _, d := range t.open() {
		if d.kind == mentions.Config {
			out[d.uri] = append(out[d.uri], t.checkConfig(d)...)
		} else if t.indexed.Load() {
			out[d.uri] = append(out[d.uri], t.checkNames(d)...)
		}
		if d.kind == mentions.Makefile {
			out[d.uri] = append(out[d.uri], t.checkObjects(d)...)
		}
	}
	return out
}

// checkMessage takes in what Kconfig has to say of a place.
func (t *Tree) checkMessage(out map[string][]Diagnostic, m kconfig.Message) {
	if m.Severity == kconfig.Info || m.Pos.File == "" {
		return
	}
	file := m.Pos.File
	if !filepath.IsAbs(file) {
		for _, dir := range []string{t.Out, t.Source} {
			if full := filepath.Join(dir, file); exists(full) {
				file = full
				break
			}
		}
	}
	if mentions.KindOf(file) == mentions.Config {
		return // checkConfig has these
	}
	severity := severityWarning
	if m.Severity == kconfig.Error {
		severity = severityError
	}
	uri := t.uri(file)
	line := max(m.Pos.Line-1, 0)
	at := Range{Position{line, 0}, Position{line, 0}}
	if text := t.text(file); text != nil {
		at = text.WholeLine(line)
	}
	out[uri] = append(out[uri], Diagnostic{at, severity, "", sourceName, m.Text})
}

// checkConfig complains of settings that would not take effect, and of symbols that nothing defines.
func (t *Tree) checkConfig(d *document) []Diagnostic {
	out := []Diagnostic{}
	dropped := t.wouldDrop(d)
	if t.commands.doubt > 0 {
		out = append(out, Diagnostic{d.text.WholeLine(0), severityInformation, "not-checked", sourceName,
			fmt.Sprintf("what %d commands of Kconfig files print is not remembered: values are not checked; configure with gokbuild", t.commands.doubt)})
	}
	for _, s := range dropped {
		line := s.Line - 1
		if s.Reason == undefined {
			if !t.indexed.Load() && len(t.index.Definitions(s.Name)) == 0 {
				continue
			}
			text := fmt.Sprintf("CONFIG_%s: %s", s.Name, undefined)
			if places := t.index.Definitions(s.Name); len(places) > 0 {
				text = fmt.Sprintf("CONFIG_%s is not part of this configuration (%s:%d)", s.Name, t.short(places[0].File), places[0].Line)
			}
			out = append(out, Diagnostic{d.text.WholeLine(line), severityWarning, "unknown-symbol", sourceName, text})
			continue
		}
		if t.commands.doubt == 0 {
			out = append(out, Diagnostic{d.text.WholeLine(line), severityWarning, "dropped", sourceName, dropText(s)})
		}
	}
	return out
}

// undefined is the reason that package query gives for a symbol that nothing defines.
const undefined = "nothing defines it"

func dropText(s query.Dropped) string {
	return fmt.Sprintf("CONFIG_%s=%s becomes %s: %s", s.Name, s.Value, s.Got, s.Reason)
}

// wouldDrop are the settings of a configuration that would not take effect: .config and defconfigs stand alone, fragments go
// over the present configuration. The answer is kept until something changes.
func (t *Tree) wouldDrop(d *document) []query.Dropped {
	if t.stale || d.tried != t.changes+1 {
		d.drops, d.tried = t.findDropped(d), t.changes+1
	}
	return d.drops
}

func (t *Tree) findDropped(d *document) []query.Dropped {
	k := t.trialKconfig()
	if k == nil || t.foreign(d.path) {
		return nil
	}
	base := filepath.Base(d.path)
	var present []byte
	saved := make(map[string]string)
	switch {
	case base == ".config":
		// Where the output of commands is not known, what was saved is believed.
		if t.commands.unknown > 0 {
			text, _ := os.ReadFile(d.path)
			for _, s := range query.Settings(text) {
				saved[s.Name] = s.Value
			}
		}
	case !strings.HasSuffix(base, "defconfig"):
		present = []byte{}
		if text := t.text(filepath.Join(t.Out, ".config")); text != nil {
			present = []byte(text.s)
		}
	}
	dropped, err := k.WouldDrop(present, []byte(d.text.s))
	if err != nil {
		return nil
	}
	out := dropped[:0]
	for _, s := range dropped {
		if value, ok := saved[s.Name]; !ok || value != s.Value {
			out = append(out, s)
		}
	}
	return out
}

// foreign reports whether a configuration is that of another architecture.
func (t *Tree) foreign(path string) bool {
	rest, ok := strings.CutPrefix(path, filepath.Join(t.Source, "arch")+"/")
	arch, _, _ := strings.Cut(rest, "/")
	return ok && t.kconfig.Env("SRCARCH") != "" && arch != t.kconfig.Env("SRCARCH")
}

// dropped tells of a line of a configuration that it would not take effect, in Markdown.
func (t *Tree) dropped(d *document, line int) string {
	for _, s := range t.wouldDrop(d) {
		if s.Line == line+1 && t.commands.doubt == 0 {
			return "This line: `" + dropText(s) + "`\n\n"
		}
	}
	return ""
}

// checkNames complains of symbols that nothing in the tree defines.
func (t *Tree) checkNames(d *document) []Diagnostic {
	out := []Diagnostic{}
	if t.isElsewhere(d.path) {
		return out
	}
	mentions.In(d.path, d.kind, []byte(d.text.s), func(name string, m mentions.Mention) {
		if t.isDefined(t.known(name)) || strings.HasSuffix(name, "_") || t.inComment(d, m.Line-1) {
			return
		}
		line := d.text.Line(m.Line - 1)
		start := m.Column - 1
		if d.kind == mentions.Kconfig && !named(line, start) {
			return
		}
		out = append(out, Diagnostic{d.text.Range(m.Line-1, start, start+len(name)), severityInformation, "unknown-symbol", sourceName,
			"CONFIG_" + name + ": " + undefined})
	})
	return out
}

// isElsewhere reports whether a file belongs to another tree that has symbols of its own: it is not below this one, under whatever
// name, and a folder above it has Kconfig files.
func (t *Tree) isElsewhere(file string) bool {
	source, _ := os.Stat(t.Source)
	out, _ := os.Stat(t.Out)
	elsewhere := false
	for dir := filepath.Dir(file); ; dir = filepath.Dir(dir) {
		if st, err := os.Stat(dir); err == nil && (os.SameFile(st, source) || os.SameFile(st, out)) {
			return false
		}
		if elsewhere = elsewhere || exists(filepath.Join(dir, "Kconfig")); dir == filepath.Dir(dir) {
			return elsewhere
		}
	}
}

// named reports whether a word of a Kconfig line stands for a symbol: numbers and the arguments of $(…) do not.
func named(line string, at int) bool {
	if at < len(line) && line[at] >= '0' && line[at] <= '9' {
		return false
	}
	return strings.Count(line[:at], "$(") == 0
}

// inComment reports whether a line of a source is a comment, as far as one line tells.
func (t *Tree) inComment(d *document, line int) bool {
	if d.kind != mentions.Source && d.kind != mentions.Makefile {
		return false
	}
	text := strings.TrimSpace(d.text.Line(line))
	if d.kind == mentions.Makefile {
		return strings.HasPrefix(text, "#")
	}
	return strings.HasPrefix(text, "*") || strings.HasPrefix(text, "/*") || strings.HasPrefix(text, "//")
}

// checkObjects complains of folders that are listed and not there. An object without a source may be made by a rule.
func (t *Tree) checkObjects(d *document) []Diagnostic {
	out := []Diagnostic{}
	for _, l := range t.engine.Objects(d.path, d.text.s) {
		if l.List != "obj" {
			continue
		}
		for _, w := range l.Words {
			if !strings.HasSuffix(w.Text, "/") || exists(filepath.Join(filepath.Dir(d.path), w.Text)) || exists(filepath.Join(t.Source, w.Text)) {
				continue
			}
			if i := strings.Index(d.text.Line(w.Line-1), w.Text); i >= 0 {
				out = append(out, Diagnostic{d.text.Range(w.Line-1, i, i+len(w.Text)), severityWarning, "no-folder", sourceName, w.Text + " is not there"})
			}
		}
	}
	return out
}
