package lsp

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"gokbuild/depgraph/need"
)

// TestLastBuild: what compilers said is told of files that are as they were, open or not.
func TestLastBuild(t *testing.T) {
	dir := need.Folder(t, files)
	tree, err := openTree(t)(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	object := filepath.Join(dir, "drv/main.o")
	if err := os.WriteFile(object, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	builds := time.Now().Add(time.Minute)
	text := "drv/main.c:1:5: warning: unused variable 'x' [-Wunused-variable]\n    1 | int x;\n" + dir + "/drv/sub/net.c:1: error: no\n"
	tree.Follow(func(out string, then time.Time) ([]Said, time.Time) {
		if out != dir {
			t.Errorf("asked of %s", out)
		}
		return []Said{{object, text}, {filepath.Join(dir, "other.o"), text}}, builds
	})
	if !tree.Built() || tree.Built() {
		t.Error("a build is news not once")
	}
	main, net := uriOf(filepath.Join(dir, "drv/main.c")), uriOf(filepath.Join(dir, "drv/sub/net.c"))
	found := tree.Check()
	want := []Diagnostic{{Range{Position{0, 4}, Position{0, 5}}, severityWarning, "-Wunused-variable", "gcc", "unused variable 'x'"}}
	if got := found[main]; !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
	if got := found[net]; len(got) != 1 || got[0].Severity != severityError || got[0].Message != "no" {
		t.Errorf("got %+v", got)
	}

	// Text that is not what was compiled.
	tree.Open(main, "c", files["drv/main.c"])
	if got := tree.Check()[main]; !slices.Equal(got, want) {
		t.Errorf("open: %+v", got)
	}
	tree.Change(main, &Range{}, "\n")
	if got := tree.Check()[main]; len(got) != 0 {
		t.Errorf("edited: %+v", got)
	}
	tree.Close(main)
	later := builds.Add(time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "drv/main.c"), later, later); err != nil {
		t.Fatal(err)
	}
	if got := tree.Check()[main]; len(got) != 0 {
		t.Errorf("saved: %+v", got)
	}
	builds = later.Add(time.Hour)
	text = ""
	if !tree.Built() || len(tree.Check()[net]) != 0 {
		t.Error("the next build is not heard of")
	}
}

// TestGuess: the saved configuration tells what a command printed that is not run.
func TestGuess(t *testing.T) {
	const question = "$(shell,{ touch hostile; } >/dev/null 2>&1 && echo \"y\" || echo \"n\")"
	dir := need.Folder(t, map[string]string{
		"Kconfig": "config HAS\n\tdef_bool " + question + "\nconfig LACKS\n\tdef_bool $(shell,{ false; } && echo y || echo n)\nconfig USES\n\tbool \"use\"\n\tdepends on HAS\n",
		".config": "CONFIG_HAS=y\nCONFIG_USES=y\n# CONFIG_LACKS is not set\n",
	})
	tree, err := openTree(t)(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	k := tree.Kconfig()
	if k == nil {
		t.Fatal(tree.err)
	}
	if has, uses, lacks := k.Value("HAS"), k.Value("USES"), k.Value("LACKS"); has != "y" || uses != "y" || lacks != "n" {
		t.Errorf("HAS=%s USES=%s LACKS=%s", has, uses, lacks)
	}
	if exists(filepath.Join(dir, "hostile")) {
		t.Error("the command was run")
	}
}

// TestDoubt: where texts are not known, settings are not complained of, and that is said.
func TestDoubt(t *testing.T) {
	dir := need.Folder(t, map[string]string{
		"Kconfig": "config VERSION\n\tint\n\tdefault $(shell,touch hostile)\nconfig USES\n\tbool \"use\"\n\tdepends on VERSION > 5\n",
		".config": "CONFIG_VERSION=9\n",
	})
	tree, err := openTree(t)(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	tree.Fill(nil)
	uri := uriOf(filepath.Join(dir, "a.config"))
	tree.Open(uri, "", "CONFIG_USES=y\nCONFIG_NONE=y\n")
	got := tree.Check()[uri]
	if len(got) != 2 || got[0].Code != "not-checked" || got[1].Code != "unknown-symbol" || exists(filepath.Join(dir, "hostile")) {
		t.Errorf("%+v", got)
	}
}
