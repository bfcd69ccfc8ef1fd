//go:build e2e

package query

// This file compares answers with what a build has left: testdata/e2e/query.sh makes one.

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-shellwords"
)

// built returns an engine for the tree, the output directory and further arguments that the environment names, and the directory.
func built(t *testing.T) (e *Engine, out string) {
	t.Helper()
	tree, out := os.Getenv("GOKBUILD_QUERY_TREE"), os.Getenv("GOKBUILD_QUERY_OUT")
	if tree == "" || out == "" {
		t.Skip("GOKBUILD_QUERY_TREE and GOKBUILD_QUERY_OUT name no build")
	}
	once.Do(func() {
		asked = engine(t, out, slices.Concat([]string{"-C", tree, "O=" + out}, strings.Fields(os.Getenv("GOKBUILD_QUERY_ARGS")))...)
		null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0) // what engine has opened ends with this test
		if err != nil {
			t.Fatal(err)
		}
		asked.call.Stdin, asked.call.Stdout, asked.call.Stderr = null, null, os.Stderr
	})
	return asked, out
}

// asked is the engine that all tests ask.
var (
	once  sync.Once
	asked *Engine
)

// savedLine is the first line of a .cmd file.
var savedLine = regexp.MustCompile(`^(?:saved)?cmd_(\S+) := ([^\n]*)`)

// saved are the words of the compilers in the .cmd files of a build, by absolute output.
func saved(t *testing.T, out string) map[string][]string {
	t.Helper()
	found := make(map[string][]string)
	names, err := exec.Command("find", out, "-name", ".*.o.cmd").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.FieldsSeq(string(names)) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		m := savedLine.FindSubmatch(text)
		if m == nil {
			continue
		}
		cmd := strings.NewReplacer("$(pound)", "#", `\#`, "#", "$$", "$").Replace(string(m[2]))
		parser := shellwords.NewParser() // it stops at a semicolon
		words, err := parser.Parse(cmd)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if slices.Contains(words, "-c") && slices.ContainsFunc(words, func(w string) bool { return strings.HasSuffix(w, ".c") || strings.HasSuffix(w, ".S") }) {
			found[absolute(out, string(m[1]))] = words
		}
	}
	return found
}

// TestBuiltCompDB: what was planned before the build (GOKBUILD_QUERY_BEFORE), and what is planned now, are the words of the .cmd files.
func TestBuiltCompDB(t *testing.T) {
	e, out := built(t)
	want := saved(t, out)
	if len(want) < 100 {
		t.Fatalf("only %d saved commands in %s", len(want), out)
	}
	now := filepath.Join(t.TempDir(), "compile_commands.json")
	if _, status, err := e.WriteCompDB(now, nil); err != nil || status != 0 {
		t.Fatalf("status %d, %v", status, err)
	}
	for _, file := range []string{now, os.Getenv("GOKBUILD_QUERY_BEFORE")} {
		if file == "" {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var entries []struct {
			Directory, Output string
			Arguments         []string
		}
		if err := json.Unmarshal(text, &entries); err != nil {
			t.Fatal(err)
		}
		got := make(map[string][]string)
		for _, e := range entries {
			if name := absolute(e.Directory, e.Output); want[name] != nil {
				got[name] = e.Arguments
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-saved +planned):\n%.5000s", file, diff)
		}
		t.Logf("%s: %d objects", file, len(got))
	}
}

// TestBuiltSources: of 200 sources the object is the one that was made, and no symbol in the way of it is off.
func TestBuiltSources(t *testing.T) {
	e, out := built(t)
	want := saved(t, out)
	names := slices.Collect(func(yield func(string) bool) {
		for name := range want {
			if !strings.Contains(name, "/scripts/") && !strings.Contains(name, "/tools/") && !yield(name) {
				return
			}
		}
	})
	slices.Sort(names)
	rng := rand.New(rand.NewPCG(1, 1))
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	config := configOf(t, out)
	for _, name := range names[:min(len(names), 200)] {
		words := want[name]
		source := absolute(out, words[len(words)-1])
		built, ok := builtAs(t, e, config, source, name)
		if !ok {
			continue
		}
		for _, s := range built.Symbols {
			if s.Value == "n" && slices.ContainsFunc(built.Lines, func(l ObjLine) bool { return l.Symbol == s.Name }) {
				t.Errorf("%s: made although CONFIG_%s is off", source, s.Name)
			}
		}
	}
}

func configOf(t *testing.T, out string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(out, ".config"))
	if err != nil {
		t.Fatal(err)
	}
	values := make(map[string]string)
	for _, s := range Settings(text) {
		values[s.Name] = unquote(s.Value)
	}
	return values
}

// TestBuiltSymbols: 200 symbols have the values of the configuration.
func TestBuiltSymbols(t *testing.T) {
	e, out := built(t)
	k, err := e.Kconfig()
	if err != nil {
		t.Fatal(err)
	}
	config := configOf(t, out)
	names := k.Symbols()
	rng := rand.New(rand.NewPCG(1, 2))
	n := 0
	for _, i := range rng.Perm(len(names)) {
		if want, ok := config[names[i]]; ok && n < 200 {
			n++
			if got := k.Value(names[i]); got != want {
				t.Errorf("CONFIG_%s is %q, the configuration has %q", names[i], got, want)
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d symbols are in the configuration", n)
	}
}

// TestBuiltTrees: the tree of Kconfig files is what was read for auto.conf, its symbols are those that grep finds.
func TestBuiltTrees(t *testing.T) {
	e, out := built(t)
	tree, err := e.KconfigTree()
	if err != nil {
		t.Fatal(err)
	}
	files, symbols := make(map[string]bool), make(map[string]bool)
	var walk func(n *Tree)
	walk = func(n *Tree) {
		files[n.Name] = true
		for s := range strings.FieldsSeq(n.Note) {
			symbols[s] = true
		}
		for _, b := range n.Below {
			walk(b)
		}
	}
	walk(tree)
	text, err := os.ReadFile(filepath.Join(out, "include/config/auto.conf.cmd"))
	if err != nil {
		t.Fatal(err)
	}
	read, found := make(map[string]bool), make(map[string]bool)
	for w := range strings.FieldsSeq(strings.ReplaceAll(string(text), "deps_config := \\", "")) {
		name := e.short(absolute(out, w))
		file := filepath.Join(e.Source(), name)
		if !strings.Contains(w, "Kconfig") || stateOf(file) == "" {
			continue
		}
		read[name] = true
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^\s*(?:menu)?config\s+(\w+)\s*(?:#.*)?$`).FindAllSubmatch(text, -1) {
			found[string(m[1])] = true
		}
	}
	if diff := cmp.Diff(read, files); diff != "" {
		t.Errorf("files (-read +tree):\n%.3000s", diff)
	}
	if diff := cmp.Diff(found, symbols); diff != "" {
		t.Errorf("symbols (-grep +tree):\n%.3000s", diff)
	}
}

// TestBuiltLinks: what is linked, in which order but for what a script moves, and which modules there are.
func TestBuiltLinks(t *testing.T) {
	e, out := built(t)
	g, err := e.Graph()
	if err != nil {
		t.Fatal(err)
	}
	ar := exec.Command("ar", "t", "vmlinux.a")
	ar.Dir = out
	archive, err := ar.Output()
	if err != nil {
		t.Skipf("this tree has no vmlinux.a: %v", err)
	}
	want := strings.Fields(string(archive))
	var got []string
	for _, n := range e.linked(g, "") {
		got = append(got, e.short(n.Name))
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("objects (-archive +answer):\n%.3000s", diff)
	}
	order, err := os.ReadFile(filepath.Join(out, "modules.order"))
	if err != nil {
		return // no modules
	}
	a, err := e.modules(header{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var modules []string
	for w := range strings.FieldsSeq(string(order)) {
		modules = append(modules, strings.TrimSuffix(strings.TrimSuffix(w, ".o"), ".ko")+".ko")
	}
	slices.Sort(modules)
	if diff := cmp.Diff(modules, a.(*moduleAnswer).Modules); diff != "" && len(modules) > 0 {
		t.Errorf("modules (-modules.order +answer):\n%s", diff)
	}
}

// builtAs is what a source builds under a name of an object; its symbols have the values of the configuration. ok is false if it is
// not among what the source builds.
func builtAs(t *testing.T, e *Engine, config map[string]string, source, name string) (b Built, ok bool) {
	t.Helper()
	all, err := e.WhatBuilds(source)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(b Built) bool { return b.Object == e.short(name) })
	if i < 0 {
		t.Errorf("%s: %s is not among what it builds: %v", source, name, all)
		return b, false
	}
	for _, s := range all[i].Symbols {
		if had := config[s.Name]; had != s.Value && !(had == "" && s.Value == "n") {
			t.Errorf("%s: CONFIG_%s=%s, the configuration has %q", source, s.Name, s.Value, had)
		}
	}
	return all[i], true
}
