package lsp

// This file holds what is known of a tree: the texts that an editor has open, the last good Kconfig, and the index.

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"gokbuild/depgraph/pattern"
	"gokbuild/kbuild/mentions"
	"gokbuild/kbuild/query"
	"gokbuild/kconfig"
)

// Tree is a tree as an editor sees it. It is for one goroutine.
type Tree struct {
	// Source is the folder of the sources, Out the output directory.
	Source, Out string

	engine *query.Engine
	// docs are the open texts by the real names of their files.
	docs map[string]*document
	// kconfig holds the Kconfig files as they could last be read, nil before that. sorted are the names of its symbols, nil until
	// somebody asks. trial holds the same files once more; configurations are tried on it.
	kconfig *query.Kconfig
	sorted  []string
	trial   *query.Kconfig
	// messages and err came of the last reading of the Kconfig files. stale says that they must be read again.
	messages []kconfig.Message
	err      error
	stale    bool
	commands commands
	// changes counts the changes of files that the editor told of.
	changes int
	// index knows which files mention which symbol. indexed is set once it is filled, ready once open texts are in it, too.
	index   *mentions.Index
	indexed atomic.Bool
	ready   bool
	build   lastBuild
	// configured is when .config last changed.
	configured time.Time
}

// commands is what the last reading of the Kconfig files found of commands in them, which a language server does not run.
type commands struct {
	// unknown counts those whose output is not remembered.
	unknown int
	// guesses is what some of these are taken to print, asked are those without a guess.
	guesses map[string]string
	asked   []string
	// doubt counts those of which not even a guess can be made. While there are any, no value is certain.
	doubt int
}

// document is an open text.
type document struct {
	uri, path string
	kind      mentions.Kind
	text      *Text
	// drops are the settings that would not take effect, as they were when Tree.changes was tried-1.
	drops []query.Dropped
	tried int
}

// Remember looks up what a command printed when it last ran; ok is false if that is not known. Nothing is started.
type Remember func(command, dir string, env []string) (stdout []byte, ok bool)

// Located finds the sources and the output directory of a workspace. output is what the user says, relative to the
// workspace, "" if nothing.
func Located(root, output string) (source, out string) {
	source, out = root, root
	if output != "" {
		out = output
		if !filepath.IsAbs(out) {
			out = filepath.Join(root, out)
		}
		return source, filepath.Clean(out)
	}
	// An output directory has a link to the sources.
	if st, err := os.Stat(filepath.Join(root, "source")); err == nil && st.IsDir() && !exists(filepath.Join(root, "Kconfig")) {
		if dir, err := filepath.EvalSymlinks(filepath.Join(root, "source")); err == nil {
			source = dir
		}
	}
	return source, out
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// NewTree returns the tree that an engine works on. The engine is kept from running anything.
func NewTree(e *query.Engine, source string, remember Remember) *Tree {
	t := &Tree{Source: source, Out: e.Out, engine: e, docs: make(map[string]*document), commands: commands{guesses: make(map[string]string)},
		stale: true, index: mentions.New()}
	e.Shell = kconfig.ShellFunc(func(command, dir string, env []string, _ io.Reader, _ io.Writer) ([]byte, error) {
		if remember != nil {
			if text, ok := remember(command, dir, env); ok {
				return text, nil
			}
		}
		t.commands.unknown++
		if text, ok := t.commands.guesses[command]; ok {
			return []byte(text), nil
		}
		t.commands.asked = append(t.commands.asked, command)
		return []byte(instead(command)), nil
	})
	e.BeStill(source, func(name string) ([]byte, bool) {
		if d := t.unsaved(name); d != nil {
			return []byte(d.text.s), true
		}
		return nil, false
	})
	return t
}

// saysNo is the form of questions that are answered by y or n ($(success,…) of scripts/Kconfig.include).
var saysNo = pattern.New(`\|\|\s*echo\s+"?n"?\s*$`)

// instead is what a command is taken to print whose output is not known: nothing at all would often be a syntax error.
func instead(command string) string {
	if saysNo.MatchString(command) {
		return "n\n"
	}
	return "0\n"
}

// unsaved is the open text of a file. Links are only followed where a text of that name is open: a reading asks for thousands.
func (t *Tree) unsaved(path string) *document {
	for _, d := range t.docs {
		if filepath.Base(d.path) == filepath.Base(path) {
			return t.docs[real(path)]
		}
	}
	return nil
}

// real is the name of a file without links. A file that is not there has that of its folder.
func real(name string) string {
	if r, err := filepath.EvalSymlinks(name); err == nil {
		return r
	}
	if r, err := filepath.EvalSymlinks(filepath.Dir(name)); err == nil {
		return filepath.Join(r, filepath.Base(name))
	}
	return name
}

// Keep has the index kept in a folder of the user's own; "" keeps nothing.
func (t *Tree) Keep(dir string) { t.index.Keep = dir }

// Fill reads the tree for who mentions what. It may run beside everything else; it ends early when stop is closed.
func (t *Tree) Fill(stop <-chan struct{}) {
	t.index.Fill(t.Source, t.Out, stop)
	if config := filepath.Join(t.Out, ".config"); t.Out != "" {
		if text, err := os.ReadFile(config); err == nil {
			t.index.Put(config, text)
		}
	}
	t.indexed.Store(true)
}

// Ready reports, once, that the index is filled. Open texts stand for their files in it from then on.
func (t *Tree) Ready() bool {
	if t.ready || !t.indexed.Load() {
		return false
	}
	t.ready = true
	for _, d := range t.docs {
		t.index.Put(d.path, []byte(d.text.s))
	}
	return true
}

// Open takes in a text that an editor opened or changed. language is what the editor calls its kind, "" if nothing.
func (t *Tree) Open(uri, language, text string) {
	path := pathOf(uri)
	if path == "" {
		return
	}
	kind := mentions.KindOf(path)
	switch {
	case kind != "":
	case language == "kconfig":
		kind = mentions.Kconfig
	case language == "make" || language == "makefile":
		kind = mentions.Makefile
	case language == "kconfig-config" || language == "config":
		kind = mentions.Config
	}
	d := &document{uri: uri, path: path, kind: kind}
	t.docs[real(path)] = d
	t.changed(d, NewText(text))
}

// Change replaces a part of an open text.
func (t *Tree) Change(uri string, r *Range, with string) {
	if d := t.document(uri); d != nil {
		t.changed(d, d.text.Edited(r, with))
	}
}

func (t *Tree) changed(d *document, text *Text) {
	before := d.text
	d.text = text
	if before == nil {
		if saved, err := os.ReadFile(d.path); err == nil && string(saved) == text.s {
			return // nothing is new
		}
	}
	t.touched(d.path, []byte(text.s))
}

// Close goes back to the file.
func (t *Tree) Close(uri string) {
	d := t.document(uri)
	if d == nil {
		return
	}
	delete(t.docs, real(d.path))
	saved, err := os.ReadFile(d.path)
	if err != nil || string(saved) != d.text.s {
		t.touched(d.path, saved)
	}
}

// Saved takes note that a file has changed.
func (t *Tree) Saved(path string) {
	if t.docs[real(path)] == nil {
		text, _ := os.ReadFile(path)
		t.touched(path, text)
	} else if filepath.Base(path) == ".config" {
		t.stale = true
		t.changes++
	}
}

// touched takes in what a file now says.
func (t *Tree) touched(path string, text []byte) {
	t.changes++
	t.engine.Forget(path)
	switch mentions.KindOf(path) {
	case mentions.Kconfig:
		t.stale = true
	case mentions.Config:
		if filepath.Dir(real(path)) == real(t.Out) {
			t.stale = true
		}
	}
	t.index.Put(path, text)
}

func (t *Tree) document(uri string) *document {
	path := pathOf(uri)
	if path == "" {
		return nil
	}
	return t.docs[real(path)]
}

// Kconfig are the Kconfig files as they last could be read, nil if they never could.
func (t *Tree) Kconfig() *query.Kconfig {
	if t.stale {
		t.reload()
		if t.err == nil && t.guess() {
			t.reload()
		}
		if t.err == nil {
			t.kconfig, _ = t.engine.Kconfig()
			t.trial, t.sorted = nil, nil
		}
	}
	return t.kconfig
}

func (t *Tree) reload() {
	t.stale, t.commands.unknown, t.commands.asked = false, 0, nil
	t.messages, t.err = t.engine.Reload()
}

// names are the symbols that are defined, in order.
func (t *Tree) names(k *query.Kconfig) []string {
	if t.sorted == nil {
		t.sorted = k.Symbols()
	}
	return t.sorted
}

// trialKconfig are the Kconfig files for a configuration to be tried on; nil if they can't be read.
func (t *Tree) trialKconfig() *query.Kconfig {
	if t.Kconfig() == nil {
		return nil
	}
	if t.trial == nil {
		t.trial, _ = t.engine.LoadKconfig("")
	}
	return t.trial
}

// text is that of a file: unsaved, or saved.
func (t *Tree) text(path string) *Text {
	if d := t.docs[real(path)]; d != nil {
		return d.text
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return NewText(string(text))
}

// uri names a file as the editor does, if it is open.
func (t *Tree) uri(path string) string {
	if d := t.docs[real(path)]; d != nil {
		return d.uri
	}
	return uriOf(path)
}

// short is a name relative to the sources or the output directory.
func (t *Tree) short(path string) string {
	for _, dir := range []string{t.Source, t.Out} {
		if rest, ok := strings.CutPrefix(path, dir+"/"); ok {
			return rest
		}
	}
	return path
}

// open are the open texts, in the order of their URIs.
func (t *Tree) open() []*document {
	return slices.SortedFunc(maps.Values(t.docs), func(a, b *document) int { return strings.Compare(a.uri, b.uri) })
}
