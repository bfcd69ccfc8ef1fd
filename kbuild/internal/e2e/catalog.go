package main

// This file lists what can be edited in a tree: objects, headers, options.

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// catalog is what a built world offers to be edited. It is read off the output itself (saved commands and what
// lies beside them), so no tree's names are known here. All paths are relative to the world, all lists sorted.
type catalog struct {
	objects   []object
	headers   []header
	dirs      []string // makefiles of folders that hold objects, e.g. "src/lib/Makefile"
	kconfigs  []string
	generated []string // headers made by the build
	wrappers  []string // generated headers that only include a generic one
	outputs   []string // all regular files of the output folder that may be harmed
	commands  []string // saved commands
	folders   []string // folders of the source tree that hold sources in use, one folder below another left out
	modules   []string // .ko files
}

// object is a compiled file and what it was compiled from.
type object struct {
	path, source string
}

// header is a source header with the number of objects that read it.
type header struct {
	path  string
	users int
}

func (w *world) catalog() (*catalog, error) {
	var c catalog
	users, folders, makefiles := map[string]int{}, map[string]bool{}, map[string]bool{}
	out := w.path("out")
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(w.dir, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			// gokbuild need not build the programs of scripts/kconfig, so harming them says nothing.
			if d.Name() == stateDir || rel == "out/scripts/kconfig" {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || rel == "out/.config" || rel == "out/.config.old" {
			return nil
		}
		c.outputs = append(c.outputs, rel)
		switch name := d.Name(); {
		case strings.HasPrefix(name, ".") && strings.HasSuffix(name, ".o.cmd"):
			c.commands = append(c.commands, rel)
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			source, deps := w.readCommand(data)
			if _, err := os.Stat(w.path(source)); source == "" || err != nil {
				return nil // generated, or left by an edit
			}
			obj := filepath.Join(filepath.Dir(rel), strings.TrimSuffix(name[1:], ".cmd"))
			if _, err := os.Stat(w.path(obj)); err == nil && !strings.HasPrefix(rel, "out/scripts/") && !strings.HasPrefix(rel, "out/tools/") {
				c.objects = append(c.objects, object{obj, source})
				folders[filepath.Dir(source)] = true
			}
			for _, h := range deps {
				if strings.HasSuffix(h, ".h") {
					users[h]++
				}
			}
		case strings.HasPrefix(name, ".") && strings.HasSuffix(name, ".cmd"):
			c.commands = append(c.commands, rel)
		case strings.HasSuffix(name, ".ko"):
			c.modules = append(c.modules, rel)
		case strings.HasSuffix(name, ".h") && strings.Contains(rel, "/generated/"):
			c.generated = append(c.generated, rel)
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if bytes.HasPrefix(data, []byte("#include <asm-generic/")) && bytes.Count(data, []byte("\n")) == 1 {
				c.wrappers = append(c.wrappers, rel)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for h, n := range users {
		c.headers = append(c.headers, header{h, n})
	}
	slices.SortFunc(c.headers, func(a, b header) int { return strings.Compare(a.path, b.path) })
	for d := range folders {
		for _, name := range []string{"Kbuild", "Makefile"} {
			if _, err := os.Stat(w.path(filepath.Join(d, name))); err == nil {
				makefiles[filepath.Join(d, name)] = true
				break
			}
		}
		below := slices.ContainsFunc(sortedKeys(folders), func(f string) bool { return f != d && strings.HasPrefix(f, d+"/") })
		if !below {
			c.folders = append(c.folders, d)
		}
	}
	c.dirs = sortedKeys(makefiles)
	slices.Sort(c.folders)
	c.kconfigs, err = w.kconfigs()
	return &c, err
}

// readCommand takes source and prerequisites out of a saved command; generated files are left out.
func (w *world) readCommand(data []byte) (source string, deps []string) {
	src := filepath.Join(w.view, "src") + "/"
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "source_"); ok {
			if _, value, ok := strings.Cut(rest, " := "); ok {
				if rel, ok := strings.CutPrefix(strings.TrimSpace(value), src); ok {
					source = "src/" + rel
				}
			}
			continue
		}
		word := strings.TrimSuffix(strings.TrimSpace(line), " \\")
		if rel, ok := strings.CutPrefix(word, src); ok && !strings.ContainsAny(rel, " $)") {
			deps = append(deps, "src/"+filepath.Clean(rel))
		}
	}
	return source, deps
}

// kconfigs returns the Kconfig files that were read for the configuration.
func (w *world) kconfigs() ([]string, error) {
	data, err := os.ReadFile(w.path("out/include/config/auto.conf.cmd"))
	if err != nil {
		return nil, nil // deleted by an edit
	}
	var files []string
	for _, word := range strings.Fields(string(data)) {
		word = strings.TrimPrefix(word, filepath.Join(w.view, "src")+"/")
		if filepath.IsAbs(word) || !strings.HasPrefix(filepath.Base(word), "Kconfig") {
			continue
		}
		if _, err := os.Stat(w.path("src/" + word)); err == nil {
			files = append(files, "src/"+word)
		}
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}
