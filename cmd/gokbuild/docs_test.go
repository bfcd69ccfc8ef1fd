package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/profile/profiletest"
)

// TestDocumented checks that the manual and the manual page name each option that GNU make does not have, and each
// variable of the environment that the program reads.
func TestDocumented(t *testing.T) {
	_, own, found := strings.Cut(flags.New(profiletest.Of("4.3")).Usage(), "GNU make does not have:")
	if !found {
		t.Fatal("--help does not tell our own options apart")
	}
	names := regexp.MustCompile(`--[a-z-]+`).FindAllString(own, -1)
	if len(names) == 0 {
		t.Fatal("no options found in --help")
	}
	names = append(names, "--completion")
	// Every package of the program, wherever it lies, may read variables; the tools of the tests have names of their own.
	for _, root := range []string{".", "../../kbuild", "../../kconfig", "../../depgraph"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "internal" && strings.HasSuffix(root, "kbuild") || d.Name() == "need" || d.Name() == "diff"):
				return fs.SkipDir
			case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range regexp.MustCompile(`"(GOKBUILD_[A-Z_]+)"`).FindAllStringSubmatch(string(text), -1) {
				names = append(names, m[1])
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, doc := range []string{"../../docs/manual.md", "../../docs/gokbuild.1"} {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		plain := strings.ReplaceAll(string(text), `\-`, "-")
		for _, name := range names {
			if !strings.Contains(plain, name) {
				t.Errorf("%s does not name %s", doc, name)
			}
		}
	}
}
