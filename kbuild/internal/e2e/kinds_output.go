package main

// This file has the edits of files that the build made.

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func outputKinds() []kind {
	return []kind{
		{"output: any file deleted", 4, outputDeleted, true},
		{"output: generated header deleted", 2, generatedDeleted, true},
		{"output: generated header changed", 2, generatedChanged, false},
		{"output: object deleted", 3, objectDeleted, true},
		{"output: object truncated", 2, objectTruncated, false},
		{"output: module deleted", 1, moduleDeleted, true},
		{"output: saved command deleted", 2, commandDeleted, true},
		{"output: saved command garbled", 2, commandGarbled, false},
		{"output: object touched", 2, objectTouched, false},
		{"output: any file touched", 2, outputTouched, false},
		{"output: folder away", 1, outputFolder, false},
		{"output: object behind a symbolic link", 1, objectLink, false},
		{"output: object executable", 1, objectMode, false},
	}
}

func statAt(w *world, path string) (fs.FileInfo, error) { return os.Stat(w.path(path)) }

func (p *picker) removal(l []string) *edit {
	path, ok := pick(p, l)
	if !ok {
		return nil
	}
	return &edit{what: path, harm: true, ops: []op{{kind: opRemove, path: path}}}
}

func outputDeleted(p *picker) *edit    { return p.removal(p.cat.outputs) }
func generatedDeleted(p *picker) *edit { return p.removal(p.cat.generated) }
func moduleDeleted(p *picker) *edit    { return p.removal(p.cat.modules) }
func commandDeleted(p *picker) *edit   { return p.removal(p.cat.commands) }

func (p *picker) pickObject() (string, bool) {
	o, ok := pick(p, p.cat.objects)
	return o.path, ok
}

func objectDeleted(p *picker) *edit {
	path, ok := p.pickObject()
	if !ok {
		return nil
	}
	return &edit{what: path, harm: true, ops: []op{{kind: opRemove, path: path}}}
}

func objectTruncated(p *picker) *edit {
	path, ok := p.pickObject()
	data, err := os.ReadFile(p.w.path(path))
	if !ok || err != nil || len(data) == 0 {
		return nil
	}
	n := p.IntN(len(data))
	return &edit{what: fmt.Sprintf("%s to %d of %d bytes", path, n, len(data)), harm: true, unlike: true,
		ops: []op{{kind: opWrite, path: path, data: data[:n]}}}
}

func generatedChanged(p *picker) *edit {
	path, ok := pick(p, p.cat.generated)
	text, read := p.text(path)
	if !ok || !read {
		return nil
	}
	return &edit{what: path, harm: true, unlike: true, ops: []op{p.rewrite(path, text+fmt.Sprintf("/* edit %d */\n", p.step))}}
}

func commandGarbled(p *picker) *edit {
	path, ok := pick(p, p.cat.commands)
	data, err := os.ReadFile(p.w.path(path))
	if !ok || err != nil || len(data) == 0 {
		return nil
	}
	var what string
	switch p.IntN(3) {
	case 0:
		what, data = "cut", data[:p.IntN(len(data))]
	case 1:
		what, data = "emptied", nil
	default:
		// Within the saved command, so that what remains is a makefile still.
		what, data = "another command", []byte(strings.Replace(string(data), " := ", " := true; ", 1))
	}
	return &edit{what: path + ": " + what, harm: true, unlike: true, ops: []op{{kind: opWrite, path: path, data: data}}}
}

func objectTouched(p *picker) *edit {
	path, ok := p.pickObject()
	if !ok {
		return nil
	}
	return &edit{what: path, ops: []op{{kind: opTouch, path: path}}}
}

func outputTouched(p *picker) *edit {
	path, ok := pick(p, p.cat.outputs)
	if !ok {
		return nil
	}
	return &edit{what: path, ops: []op{{kind: opTouch, path: path}}}
}

// outputFolder moves away a folder of objects; it comes back once a build has made another.
func outputFolder(p *picker) *edit {
	var l []string
	for _, o := range p.cat.objects {
		l = append(l, filepath.Dir(o.path))
	}
	slices.Sort(l)
	path, ok := pick(p, slices.Compact(l))
	if !ok || path == "out" {
		return nil
	}
	to := fmt.Sprintf("away-%d", p.step)
	return &edit{what: path, harm: true, ops: []op{{kind: opRename, path: path, to: to}}}
}

func objectLink(p *picker) *edit {
	path, ok := p.pickObject()
	data, err := os.ReadFile(p.w.path(path))
	info, err2 := statAt(p.w, path)
	if !ok || err != nil || err2 != nil {
		return nil
	}
	// The copy lies outside the output, where no comparison trips over it.
	to := fmt.Sprintf("kept-%d.o", p.step)
	return &edit{what: path, harm: true, unlike: true, ops: []op{{kind: opWrite, path: to, data: data, mtime: info.ModTime()},
		{kind: opSymlink, path: path, to: filepath.Join(p.w.view, to)}}}
}

func objectMode(p *picker) *edit {
	path, ok := p.pickObject()
	data, err := os.ReadFile(p.w.path(path))
	info, err2 := statAt(p.w, path)
	if !ok || err != nil || err2 != nil {
		return nil
	}
	return &edit{what: path, harm: true, unlike: true,
		ops: []op{{kind: opWrite, path: path, data: data, mode: 0o755, mtime: info.ModTime()}}}
}
