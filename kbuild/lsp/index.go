package lsp

// This file knows which files of a tree mention a symbol, and where Kconfig files define it. Kconfig files that the
// configuration does not read, such as those of other architectures, count too.

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"gokbuild/depgraph/pattern"
	"gokbuild/kbuild/query"
)

// inConfig is the kind of configurations; package query has the other three.
const inConfig query.Kind = "config"

// kindOf tells the kind of a file by its name, "" for every other one.
func kindOf(name string) query.Kind {
	base := filepath.Base(name)
	switch {
	case base == ".config", base == ".config.old", strings.HasSuffix(base, "defconfig"), strings.HasSuffix(base, ".config"),
		strings.HasPrefix(base, "config-"), filepath.Base(filepath.Dir(name)) == "configs" && filepath.Ext(base) == "":
		return inConfig
	}
	return query.KindOf(name)
}

// index is for several goroutines.
type index struct {
	mu sync.Mutex
	// files mention symbols: by symbol. of are the symbols by file, and defined the places by symbol.
	files   map[string][]string
	of      map[string][]string
	defined map[string][]query.Place
}

func newIndex() *index {
	return &index{files: make(map[string][]string), of: make(map[string][]string), defined: make(map[string][]query.Place)}
}

// fill reads every file of a known kind below a folder, another one left out, until stop is closed.
func (x *index) fill(root, without string, stop <-chan struct{}) {
	names := make(chan string, 256)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for name := range names {
				if text, err := os.ReadFile(name); err == nil {
					x.put(name, text)
				}
			}
		})
	}
	_ = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		select {
		case <-stop:
			return filepath.SkipAll
		default:
		}
		switch {
		case err != nil:
			return nil // what can't be read is left out
		case d.IsDir() && name != root && (strings.HasPrefix(d.Name(), ".") || name == without):
			return filepath.SkipDir
		case d.Type().IsRegular() && kindOf(name) != "":
			names <- name
		}
		return nil
	})
	close(names)
	wg.Wait()
}

var definition = pattern.New(`^[ \t]*(?:menu)?config[ \t]+([A-Za-z0-9_]+)`)

// put takes in a file, in place of what was known of it.
func (x *index) put(name string, text []byte) {
	kind := kindOf(name)
	if kind == "" {
		return
	}
	var symbols []string
	if kind == query.InKconfig || bytes.Contains(text, []byte("CONFIG_")) {
		seen := make(map[string]bool)
		query.MentionsIn(name, kind, text, func(symbol string, _ query.Mention) {
			if !seen[symbol] {
				seen[symbol] = true
				symbols = append(symbols, strings.Clone(symbol))
			}
		})
	}
	var defined []string
	var places []query.Place
	if kind == query.InKconfig {
		no := 0
		for line := range bytes.Lines(text) {
			no++
			if m := definition.Compiled().FindSubmatch(line); m != nil {
				defined = append(defined, string(m[1]))
				places = append(places, query.Place{File: name, Line: no})
			}
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, s := range x.of[name] {
		x.files[s] = slices.DeleteFunc(x.files[s], func(f string) bool { return f == name })
		x.defined[s] = slices.DeleteFunc(x.defined[s], func(p query.Place) bool { return p.File == name })
	}
	for _, s := range symbols {
		x.files[s] = append(x.files[s], name)
	}
	for i, s := range defined {
		x.defined[s] = append(x.defined[s], places[i])
	}
	if len(symbols)+len(defined) > 0 {
		x.of[name] = append(symbols, defined...)
	} else {
		delete(x.of, name)
	}
}

// mentioning are the files that mention a symbol, in order.
func (x *index) mentioning(symbol string) []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	files := slices.Clone(x.files[symbol])
	slices.Sort(files)
	return files
}

// definitions are the places that define a symbol, in order of files.
func (x *index) definitions(symbol string) []query.Place {
	x.mu.Lock()
	defer x.mu.Unlock()
	places := slices.Clone(x.defined[symbol])
	slices.SortFunc(places, func(a, b query.Place) int { return strings.Compare(a.File, b.File) })
	return places
}
