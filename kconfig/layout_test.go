package kconfig_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rooms are the packages in the order in which they stand on each other: a package may import only those before it.
var rooms = []string{"internal/ctext", "internal/dialect", "internal/host", "internal/model", "internal/simplify",
	"internal/syntax", "internal/finalize", "internal/solve", "internal/files", "internal/engine", ".", "conf", "merge",
	"menu/screen", "menu/original", "menu/terminal", "menu", "menu/front", "menu/menutest", "menu/lxdialog", "menu/mconf", "menu/nconf"}

// strangers are pairs that do not know each other, although their order would allow it.
var strangers = map[string][]string{
	"internal/finalize": {"internal/syntax"},
	"internal/solve":    {"internal/syntax", "internal/finalize"},
	"internal/files":    {"internal/syntax", "internal/finalize", "internal/simplify"},
	"merge": {"internal/dialect", "internal/model", "internal/simplify", "internal/syntax", "internal/finalize", "internal/solve",
		"internal/files", "internal/engine", ".", "conf"},
	"menu":          {"internal/syntax", "internal/finalize", ".", "conf", "merge", "menu/screen", "menu/original", "menu/terminal"},
	"menu/terminal": {"menu/original"},
	"menu/nconf":    {"menu/mconf", "menu/terminal"},
	"menu/lxdialog": {"menu", "menu/front", "menu/original", "menu/terminal"},
}

// outside are the packages of this module that kconfig may know.
var outside = []string{"gokbuild/depgraph/facts", "gokbuild/depgraph/heap", "gokbuild/depgraph/pattern"}

// TestLayout pins the rules of docs/kconfig.md: imports point one way, every file says what it is for, and nothing
// grows past what can be held in mind.
func TestLayout(t *testing.T) {
	fset := token.NewFileSet()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == "diff" || d.Name() == "testdata" || d.Name() == "testkit") {
			if err == nil {
				err = filepath.SkipDir
			}
			return err
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		checkImports(t, path, f)
		checkSize(t, fset, path, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkImports(t *testing.T, path string, f *ast.File) {
	room := filepath.Dir(path)
	at := slices.Index(rooms, room)
	if at < 0 {
		t.Errorf("%s is in no room", path)
	}
	for _, spec := range f.Imports {
		name := strings.Trim(spec.Path.Value, `"`)
		rest, ours := strings.CutPrefix(name, "gokbuild/kconfig")
		if !ours {
			if strings.HasPrefix(name, "gokbuild/") && !slices.Contains(outside, name) {
				t.Errorf("%s imports %s", path, name)
			}
			continue
		}
		to := strings.TrimPrefix(rest, "/")
		if to == "" {
			to = "."
		}
		if i := slices.Index(rooms, to); i < 0 || i >= at || slices.Contains(strangers[room], to) {
			t.Errorf("%s imports %s", path, name)
		}
	}
}

func checkSize(t *testing.T, fset *token.FileSet, path string, f *ast.File) {
	if len(f.Comments) == 0 || f.Comments[0].Pos() != f.FileStart {
		t.Errorf("%s does not begin with what it is for", path)
	}
	if n := fset.File(f.Pos()).LineCount(); n > 400 {
		t.Errorf("%s has %d lines", path, n)
	}
	for _, group := range f.Comments {
		for _, c := range group.List {
			p := fset.Position(c.Pos())
			if n := p.Column - 1 + len([]rune(c.Text)); n > 120 {
				t.Errorf("%v: a comment of %d columns", p, n)
			}
		}
	}
	tables := []string{"Language", "Values", "Program", "Files", "tool"} // switches, and the sources they are read off
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			first, last := fset.Position(n.Pos()).Line, fset.Position(n.End()).Line
			if table := n.Name.Name == "keyword"; last-first >= 60 && !table {
				t.Errorf("%s: %s has %d lines", path, n.Name.Name, last-first+1)
			}
		case *ast.TypeSpec:
			st, ok := n.Type.(*ast.StructType)
			if ok && st.Fields.NumFields() > 16 && !(filepath.Dir(path) == "internal/dialect" && slices.Contains(tables, n.Name.Name)) {
				t.Errorf("%s: %s has %d fields", path, n.Name.Name, st.Fields.NumFields())
			}
		}
		return true
	})
}
