package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The laws of this file hold for the whole module. They read the source of every file, whatever its build tags.

const module = "gokbuild/"

// mayImport tells of each package which other packages of this module its files, tests excepted, may import. A package
// that imports one that is not named here needs a reason, and a line here. One floor may only use what is above it in
// the list.
var mayImport = map[string]string{
	// depgraph: what may run when, and what decided a result?
	"depgraph/libc":        "",
	"depgraph/descriptors": "",
	"depgraph/owner":       "depgraph/libc",
	"depgraph/onestep":     "depgraph/owner",
	"depgraph/sum":         "",
	"depgraph/inherited":   "",
	"depgraph/pattern":     "",
	"depgraph/need":        "",
	"depgraph/heap":        "",
	"depgraph/store":       "depgraph/owner",
	"depgraph/facts":       "depgraph/inherited depgraph/libc depgraph/sum",
	"depgraph/facts/tick":  "depgraph/facts",
	"depgraph":             "depgraph/descriptors depgraph/inherited depgraph/libc",
	"depgraph/memory":      "depgraph/facts depgraph/libc depgraph/onestep depgraph/owner depgraph/sum",
	"depgraph/trace":       "depgraph depgraph/facts depgraph/inherited depgraph/libc depgraph/pattern",

	// kbuild/fsys and kbuild/lang: what do makefiles say?
	"kbuild/fsys":                     "depgraph/descriptors depgraph/facts",
	"kbuild/lang/hashorder":           "",
	"kbuild/lang/profile":             "depgraph/facts depgraph/onestep",
	"kbuild/lang/profile/profiletest": "kbuild/lang/profile",
	"kbuild/near":                     "",
	"kbuild/lang/flags":               "kbuild/lang/profile kbuild/near",
	"kbuild/lang/builtin":             "kbuild/lang/profile",
	"kbuild/lang/syntax":              "kbuild/lang/profile",
	"kbuild/lang/eval":                "kbuild/fsys kbuild/lang/hashorder kbuild/lang/syntax",
	"kbuild/lang/rules":               "depgraph/libc kbuild/lang/eval kbuild/lang/hashorder kbuild/lang/profile kbuild/lang/syntax",

	// kbuild/native: programs that are done in this process.
	"kbuild/native/shell":    "depgraph depgraph/descriptors depgraph/facts depgraph/libc depgraph/pattern",
	"kbuild/native/fixdep":   "depgraph/facts kbuild/native/shell",
	"kbuild/native/binutils": "depgraph/facts",
	"kbuild/native/ar":       "depgraph/facts kbuild/native/binutils kbuild/native/shell",
	"kbuild/native/nm":       "kbuild/native/binutils kbuild/native/shell",
	"kbuild/native/probe":    "depgraph depgraph/facts depgraph/inherited depgraph/owner depgraph/pattern depgraph/sum depgraph/trace",

	// kbuild/native and the rooms of kbuild.
	"kbuild/cache":      "depgraph depgraph/facts depgraph/inherited depgraph/owner depgraph/pattern depgraph/store depgraph/trace kbuild/command kbuild/event kbuild/forms kbuild/kernel kbuild/native/shell kbuild/output kbuild/setting",
	"kbuild/advice":     "depgraph/pattern kbuild/event kbuild/near",
	"kbuild/command":    "depgraph depgraph/descriptors depgraph/facts depgraph/libc kbuild/event kbuild/forms kbuild/lang/eval kbuild/native kbuild/native/shell kbuild/output kbuild/setting",
	"kbuild/diagnostic": "",
	"kbuild/event":      "",
	"kbuild/forms":      "depgraph/facts depgraph/pattern",
	"kbuild/kernel":     "depgraph/pattern",
	"kbuild/makefiles":  "depgraph/descriptors depgraph/facts depgraph/libc kbuild/fsys kbuild/kernel kbuild/lang/builtin kbuild/lang/eval kbuild/lang/flags kbuild/lang/rules kbuild/lang/syntax kbuild/native/shell kbuild/output kbuild/setting",
	"kbuild/native":     "kbuild/lang/rules kbuild/native/shell kbuild/setting",
	"kbuild/output":     "depgraph/libc kbuild/event kbuild/lang/eval kbuild/lang/flags kbuild/setting",
	"kbuild/recipe":     "depgraph kbuild/command kbuild/event kbuild/kernel kbuild/lang/eval kbuild/lang/flags kbuild/lang/hashorder kbuild/lang/rules kbuild/lang/syntax kbuild/output kbuild/setting",
	"kbuild/remember":   "depgraph depgraph/facts depgraph/inherited depgraph/memory depgraph/pattern depgraph/trace kbuild/command kbuild/diagnostic kbuild/event kbuild/fsys kbuild/kernel kbuild/lang/flags kbuild/lang/rules kbuild/native kbuild/native/probe kbuild/native/shell kbuild/output kbuild/setting",
	"kbuild/setting":    "depgraph depgraph/inherited depgraph/libc kbuild/event kbuild/fsys kbuild/lang/flags kbuild/lang/profile kbuild/native/shell",
	"kbuild/update":     "depgraph depgraph/libc kbuild/event kbuild/kernel kbuild/lang/eval kbuild/lang/flags kbuild/lang/profile kbuild/lang/rules kbuild/output kbuild/setting",

	// kbuild/cache: what was made on another machine?
	"kbuild/cache/reapi":  "",
	"kbuild/workers":      "depgraph kbuild/cache/reapi kbuild/command kbuild/event kbuild/forms kbuild/native/shell",
	"kbuild/cache/remote": "depgraph/store kbuild/cache/reapi",
	"kbuild/backends":     "depgraph depgraph/store kbuild/cache kbuild/cache/reapi kbuild/cache/remote kbuild/command kbuild/kernel kbuild/lang/eval kbuild/setting kbuild/workers",
	"kbuild/progress":     "depgraph/facts depgraph/onestep kbuild/event kbuild/kernel kbuild/output",
	"kbuild/watch":        "",
	"kbuild/report":       "kbuild/diagnostic kbuild/event kbuild/kernel kbuild/lang/flags kbuild/output kbuild/progress kbuild/setting",

	"kbuild/planner": "depgraph kbuild/command kbuild/event kbuild/kernel kbuild/lang/rules kbuild/makefiles kbuild/native/shell kbuild/plan kbuild/setting",

	"kbuild/scout": "depgraph depgraph/sum kbuild/command kbuild/event kbuild/lang/flags kbuild/native kbuild/native/probe kbuild/setting",

	"kbuild/slots": "depgraph depgraph/libc kbuild/lang/eval kbuild/lang/flags kbuild/native/shell kbuild/setting",

	// What only tests use.
	"kbuild/cache/reapi/reapitest": "",
	"kbuild/internal/golden":       "depgraph/facts/tick",
	"kbuild/internal/e2e":          "depgraph/facts/tick",

	"cmd/gokbuild/completion": "depgraph/pattern",

	// What is known of a tree, for those who ask.
	"kbuild/plan":     "",
	"kbuild/compdb":   "depgraph/pattern kbuild/forms kbuild/plan",
	"kbuild/query":    "depgraph depgraph/memory depgraph/onestep depgraph/owner depgraph/pattern kbuild kbuild/compdb kbuild/forms kbuild/kernel kbuild/lang/flags kbuild/lang/syntax kbuild/mentions kbuild/near kbuild/plan kbuild/setting kconfig kconfig/menu",
	"kbuild/commits":  "depgraph/onestep depgraph/pattern kbuild/diagnostic kbuild/kernel kbuild/lang/flags kbuild/progress kbuild/setting",
	"kbuild/lsp":      "depgraph/pattern kbuild kbuild/diagnostic kbuild/lang/flags kbuild/mentions kbuild/query kconfig",
	"kbuild/mcp":      "depgraph/pattern kbuild kbuild/compdb kbuild/diagnostic kbuild/lang/flags kbuild/query",
	"kbuild/mentions": "depgraph/facts depgraph/libc depgraph/onestep depgraph/owner depgraph/pattern depgraph/sum",

	// The root of kbuild knows all of its rooms; package main knows kbuild and kconfig.
	"kbuild":       "depgraph depgraph/libc depgraph/memory kbuild/backends kbuild/command kbuild/event kbuild/fsys kbuild/kernel kbuild/lang/eval kbuild/lang/flags kbuild/lang/hashorder kbuild/lang/profile kbuild/lang/rules kbuild/lang/syntax kbuild/makefiles kbuild/native kbuild/native/probe kbuild/native/shell kbuild/output kbuild/plan kbuild/planner kbuild/recipe kbuild/remember kbuild/report kbuild/scout kbuild/setting kbuild/slots kbuild/update kbuild/watch",
	"cmd/gokbuild": "cmd/gokbuild/completion depgraph depgraph/heap depgraph/inherited depgraph/memory depgraph/owner depgraph/store depgraph/trace kbuild kbuild/advice kbuild/commits kbuild/kernel kbuild/lang/flags kbuild/lang/profile kbuild/lsp kbuild/mcp kbuild/native kbuild/native/ar kbuild/native/fixdep kbuild/native/nm kbuild/native/probe kbuild/native/shell kbuild/output kbuild/query kbuild/setting kconfig kconfig/conf kconfig/menu/front kconfig/menu/mconf kconfig/menu/nconf kconfig/merge",

	// kconfig: rooms below a facade, and the programs on it. kconfig/layout_test.go says the same in more detail.
	"kconfig":                   "kconfig/internal/dialect kconfig/internal/engine kconfig/internal/host kconfig/internal/model kconfig/internal/solve",
	"kconfig/conf":              "kconfig kconfig/internal/ctext kconfig/internal/dialect kconfig/internal/engine kconfig/internal/files kconfig/internal/host kconfig/internal/model kconfig/internal/solve kconfig/internal/syntax",
	"kconfig/diff":              "kconfig kconfig/conf",
	"kconfig/diff/kdiff":        "kconfig/diff",
	"kconfig/internal/ctext":    "",
	"kconfig/internal/dialect":  "depgraph/pattern kconfig/internal/ctext",
	"kconfig/internal/engine":   "kconfig/internal/dialect kconfig/internal/files kconfig/internal/finalize kconfig/internal/host kconfig/internal/model kconfig/internal/solve kconfig/internal/syntax",
	"kconfig/internal/files":    "kconfig/internal/ctext kconfig/internal/dialect kconfig/internal/host kconfig/internal/model kconfig/internal/solve",
	"kconfig/internal/finalize": "kconfig/internal/host kconfig/internal/model kconfig/internal/simplify",
	"kconfig/internal/host":     "depgraph/facts kconfig/internal/dialect",
	"kconfig/internal/model":    "kconfig/internal/ctext kconfig/internal/dialect kconfig/internal/host",
	"kconfig/internal/simplify": "kconfig/internal/host kconfig/internal/model",
	"kconfig/internal/solve":    "kconfig/internal/ctext kconfig/internal/host kconfig/internal/model kconfig/internal/simplify",
	"kconfig/internal/syntax":   "depgraph/heap kconfig/internal/ctext kconfig/internal/host kconfig/internal/model",
	"kconfig/internal/testkit":  "kconfig/internal/dialect",
	"kconfig/menu":              "kconfig/internal/engine kconfig/internal/files kconfig/internal/model kconfig/internal/solve",
	"kconfig/menu/screen":       "",
	"kconfig/menu/original":     "",
	"kconfig/menu/terminal":     "kconfig/menu/screen",
	"kconfig/menu/front":        "kconfig/internal/dialect kconfig/internal/engine kconfig/internal/host kconfig/internal/model kconfig/internal/solve kconfig/menu kconfig/menu/original kconfig/menu/screen kconfig/menu/terminal",
	"kconfig/menu/lxdialog":     "kconfig/menu/screen",
	"kconfig/menu/menutest":     "kconfig/internal/dialect kconfig/menu/front kconfig/menu/screen",
	"kconfig/menu/mconf":        "kconfig/internal/host kconfig/internal/model kconfig/internal/solve kconfig/menu kconfig/menu/front kconfig/menu/lxdialog kconfig/menu/original kconfig/menu/screen",
	"kconfig/menu/nconf":        "kconfig/internal/host kconfig/internal/model kconfig/menu kconfig/menu/front kconfig/menu/lxdialog kconfig/menu/original kconfig/menu/screen",
	"kconfig/merge":             "depgraph/pattern kconfig/internal/ctext kconfig/internal/host",
}

// goFile is a parsed file of the module.
type goFile struct {
	// name is relative to the module, pkg is the folder.
	name, pkg string
	lines     int
	set       *token.FileSet
	ast       *ast.File
}

// eachFile calls do for every file of the module that is no test.
func eachFile(t *testing.T, do func(f *goFile)) {
	t.Helper()
	const root = "../.."
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if base := d.Name(); d.IsDir() && name != root && (base == "testdata" || strings.HasPrefix(base, ".")) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, rel, text, parser.ParseComments)
		if err != nil {
			return err
		}
		do(&goFile{name: rel, pkg: filepath.Dir(rel), lines: bytes.Count(text, []byte("\n")), set: set, ast: parsed})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestImports(t *testing.T) {
	unused := make(map[string]map[string]bool)
	for pkg, list := range mayImport {
		unused[pkg] = make(map[string]bool)
		for imported := range strings.FieldsSeq(list) {
			if _, ok := mayImport[imported]; !ok {
				t.Errorf("the table lets %s import %s, of which it says nothing", pkg, imported)
			}
			unused[pkg][imported] = true
		}
	}
	met := make(map[string]bool)
	eachFile(t, func(f *goFile) {
		list, known := mayImport[f.pkg]
		if !known {
			t.Errorf("%s: its package is missing in the table", f.name)
			return
		}
		met[f.pkg] = true
		for _, spec := range f.ast.Imports {
			imported, own := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), module)
			if !own {
				continue
			}
			delete(unused[f.pkg], imported)
			if !slices.Contains(strings.Fields(list), imported) {
				t.Errorf("%s imports %s", f.name, imported)
			}
		}
	})
	for _, pkg := range slices.Sorted(maps.Keys(mayImport)) {
		if !met[pkg] {
			t.Errorf("the table names %s, which is not there", pkg)
		}
		for imported := range unused[pkg] {
			t.Errorf("the table lets %s import %s, which it does not", pkg, imported)
		}
	}
}

// TestFileComments: each file begins with a comment that says what the file is for, before or right after the package
// clause. For a package of one file the comment of the package will do.
func TestFileComments(t *testing.T) {
	eachFile(t, func(f *goFile) {
		if strings.HasSuffix(f.name, "/doc.go") {
			return
		}
		for _, group := range f.ast.Comments {
			text := strings.TrimSpace(group.Text()) // without lines for the compiler
			if text == "" {
				continue
			}
			if len(f.ast.Decls) == 0 || group.End() < f.ast.Decls[0].Pos() && !isDoc(f.ast.Decls[0], group) {
				return
			}
			break
		}
		t.Errorf("%s does not begin with what it is for", f.name)
	})
}

// isDoc reports whether a comment belongs to a declaration.
func isDoc(d ast.Decl, group *ast.CommentGroup) bool {
	switch d := d.(type) {
	case *ast.GenDecl:
		return d.Doc == group
	case *ast.FuncDecl:
		return d.Doc == group
	}
	return false
}

// manyFields are the structs that may have more than twenty fields: tables of switches, and what is still too large.
// Those may only shrink.
var manyFields = map[string]int{
	"Switches": 100,
	"Dialect":  100,
	"Flags":    100,
	// The groups of a Kconfig dialect's switches, and the sources that they are read off.
	"Language": 100, "Values": 100, "Program": 100, "Files": 100, "tool": 25,

	"Interp": 34,
	"DB":     21,
	"File":   44,
	"state":  22,
}

func TestStructSizes(t *testing.T) {
	const most = 20
	eachFile(t, func(f *goFile) {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			fields, ok := spec.Type.(*ast.StructType)
			if ok && fields.Fields.NumFields() > max(most, manyFields[spec.Name.Name]) {
				t.Errorf("%s: %s has %d fields", f.set.Position(spec.Pos()), spec.Name.Name, fields.Fields.NumFields())
			}
			return true
		})
	})
}

func TestFileSizes(t *testing.T) {
	const most = 600
	eachFile(t, func(f *goFile) {
		if f.lines > most {
			t.Errorf("%s has %d lines, more than %d", f.name, f.lines, most)
		}
	})
}

// TestStart: no package variable is a compiled regular expression or a parsed template, and no package is used that does much when it
// is initialized. Each start of the program would pay for it, and gokbuild is started by every make in a script, and as its own tracer.
// Package pattern compiles what is used.
func TestStart(t *testing.T) {
	dear := map[string]bool{"regexp.MustCompile": true, "regexp.MustCompilePOSIX": true, "template.Must": true}
	// The first makes a table of all metrics, the others read this program's own file.
	packages := []string{"runtime/metrics", "google.golang.org/protobuf/"}
	eachFile(t, func(f *goFile) {
		if strings.HasPrefix(f.pkg, "kbuild/internal/") || strings.HasPrefix(f.pkg, "kconfig/diff") {
			return // tests
		}
		for _, i := range f.ast.Imports {
			for _, name := range packages {
				if strings.HasPrefix(strings.Trim(i.Path.Value, `"`)+"/", name) && f.pkg != "kbuild/cache/reapi/reapitest" {
					t.Errorf("%s imports %s", f.name, i.Path.Value)
				}
			}
		}
		for _, d := range f.ast.Decls {
			vars, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			ast.Inspect(vars, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncLit:
					return false
				case *ast.SelectorExpr:
					if pkg, ok := n.X.(*ast.Ident); ok && dear[pkg.Name+"."+n.Sel.Name] {
						t.Errorf("%s: %s.%s", f.set.Position(n.Pos()), pkg.Name, n.Sel.Name)
					}
				}
				return true
			})
		}
	})
}
