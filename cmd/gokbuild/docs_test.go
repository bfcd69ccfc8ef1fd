package main

// What the documents say of the program is held against the program: options, variables, files, functions, packages.

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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

// TestDocumentedInGroups checks that --help, the manual and the manual page have our own options in the same groups, in one order.
func TestDocumentedInGroups(t *testing.T) {
	_, help, _ := strings.Cut(flags.New(profiletest.Of("4.3")).Usage(), "GNU make does not have:")
	groups := func(text, title string) (titles, texts []string) {
		all := regexp.MustCompile(title).FindAllStringSubmatchIndex(text, -1)
		for i, m := range all {
			end := len(text)
			if i+1 < len(all) {
				end = all[i+1][0]
			}
			titles, texts = append(titles, text[m[2]:m[3]]), append(texts, text[m[1]:end])
		}
		return titles, texts
	}
	titles, options := groups(help, `(?m)^ (\S.*)$`)
	for _, doc := range []struct{ file, title string }{{"manual.md", `(?m)^\*\*(.*)\*\*$`}, {"gokbuild.1", `(?m)^\.SS (.*)$`}} {
		text, err := os.ReadFile("../../docs/" + doc.file)
		if err != nil {
			t.Fatal(err)
		}
		got, texts := groups(strings.ReplaceAll(string(text), `\-`, "-"), doc.title)
		if !slices.Equal(titles, got) {
			t.Errorf("%s has the groups %q, --help has %q", doc.file, got, titles)
			continue
		}
		for i, title := range titles {
			for _, option := range regexp.MustCompile(`(?m)--[a-z-]+`).FindAllString(options[i], -1) {
				if !strings.Contains(texts[i], option) {
					t.Errorf("%s does not name %s under %q", doc.file, option, title)
				}
			}
		}
	}
}

// TestDocumentedFiles checks that each Go file, script and function that a document or a comment of a package names is there:
// `update/verdict.go`, `testdata/e2e/edits.sh`, or a file with a function of it, as in "recipe/lines.go, `consider`".
func TestDocumentedFiles(t *testing.T) {
	const root = "../.."
	var all []string
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		all = append(all, name[len(root):])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	find := func(name string) (path string) {
		i := slices.IndexFunc(all, func(path string) bool { return strings.HasSuffix(path, "/"+name) })
		if i < 0 {
			return ""
		}
		return root + all[i]
	}

	docs, err := filepath.Glob(root + "/docs/*.md")
	if err != nil || len(docs) == 0 {
		t.Fatalf("%d documents, %v", len(docs), err)
	}
	source := regexp.MustCompile(`[\w/.-]*\w\.go\b`)
	script := regexp.MustCompile(`testdata/[\w/.-]+\w`)
	function := regexp.MustCompile("([\\w/.-]*\\w\\.go),? `([\\w.]+)`")
	for _, doc := range append(docs, root+"/README.md") {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range append(source.FindAllString(string(text), -1), script.FindAllString(string(text), -1)...) {
			if find(name) == "" && !strings.HasSuffix(name, "/AREA.sh") {
				t.Errorf("%s names %s, which is not there", doc, name)
			}
		}
		for _, m := range function.FindAllStringSubmatch(string(text), -1) {
			_, name, method := strings.Cut(m[2], ".")
			if !method {
				name = m[2]
			}
			declares, err := os.ReadFile(find(m[1]))
			if err != nil || !regexp.MustCompile(`(?m)^(func (\([^)]*\) )?|type |\t)`+name+`\b`).Match(declares) {
				t.Errorf("%s names %s of %s, which is not there", doc, m[2], m[1])
			}
		}
	}

	eachFile(t, func(f *goFile) {
		if f.ast.Doc == nil {
			return
		}
		for _, name := range source.FindAllString(f.ast.Doc.Text(), -1) {
			_, err := os.Stat(filepath.Join(root, f.pkg, name))
			if err != nil && (!strings.Contains(name, "/") || find(name) == "") {
				t.Errorf("%s names %s, which is not there", f.name, name)
			}
		}
	})
}

// TestDocumentedPackages checks that the table "Rooms" of docs/architecture.md has each package: in a row of its own, or by its last
// name in the row of a folder above.
func TestDocumentedPackages(t *testing.T) {
	text, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rooms, _ := strings.Cut(string(text), "\n## Rooms\n")
	rooms, _, _ = strings.Cut(rooms, "\n## ")
	rows := make(map[string]string) // the words of a row by the folder it begins with
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z/]+?)(?:/…)?` \\|(.*)").FindAllStringSubmatch(rooms, -1) {
		rows[m[1]] = m[2]
	}
	packages := make(map[string]bool)
	eachFile(t, func(f *goFile) {
		if f.ast.Name.Name != "main" || f.pkg == "cmd/gokbuild" {
			packages[f.pkg] = true
		}
	})
	for _, pkg := range slices.Sorted(maps.Keys(packages)) {
		_, found := rows[pkg]
		for above := filepath.Dir(pkg); above != "." && !found; above = filepath.Dir(above) {
			found = strings.Contains(rows[above], "`"+filepath.Base(pkg)+"`")
		}
		if !found {
			t.Errorf("docs/architecture.md has no row for %s", pkg)
		}
	}
	for pkg := range rows {
		if _, err := os.Stat("../../" + pkg); err != nil {
			t.Errorf("docs/architecture.md has a row for %s, which is not there", pkg)
		}
	}
}

// TestDocumentedLibraries checks that docs/development.md gives a reason for each module that go.mod requires.
func TestDocumentedLibraries(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("../../docs/development.md")
	if err != nil {
		t.Fatal(err)
	}
	required := regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(string(mod), -1)
	if len(required) == 0 {
		t.Fatal("go.mod requires nothing")
	}
	for _, m := range required {
		if !strings.Contains(string(doc), "`"+m[1]+"`") {
			t.Errorf("docs/development.md does not say why %s is used", m[1])
		}
	}
}
