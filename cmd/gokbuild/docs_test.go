package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"gokbuild/kbuild/flags"
	"gokbuild/kbuild/profile"
)

// TestDocumented checks that the manual and the manual page name each option that GNU make does not have, and each
// variable of the environment that the program reads.
func TestDocumented(t *testing.T) {
	_, own, found := strings.Cut(flags.New(profile.MustForVersion("4.3")).Usage(), "GNU make does not have:")
	if !found {
		t.Fatal("--help does not tell our own options apart")
	}
	names := regexp.MustCompile(`--[a-z-]+`).FindAllString(own, -1)
	if len(names) == 0 {
		t.Fatal("no options found in --help")
	}
	names = append(names, "--completion")
	for _, dir := range []string{".", "../../kbuild", "../../kbuild/flags"} {
		sources, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range sources {
			if !strings.HasSuffix(s.Name(), ".go") || strings.HasSuffix(s.Name(), "_test.go") {
				continue
			}
			text, err := os.ReadFile(dir + "/" + s.Name())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(`"(GOKBUILD_[A-Z_]+)"`).FindAllStringSubmatch(string(text), -1) {
				names = append(names, m[1])
			}
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
