package diagnostic

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the wants anew, to be read before they are kept")

const wantEnd = ".want"

// TestCorpus reads recorded messages: in each archive a text stands before what is to be found in it.
func TestCorpus(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	texts := 0
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { texts += testArchive(t, name) })
	}
	if texts < 200 {
		t.Errorf("only %d texts", texts)
	}
}

func testArchive(t *testing.T, name string) (texts int) {
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	wants := make(map[string]string)
	for _, f := range a.Files {
		if of, ok := strings.CutSuffix(f.Name, wantEnd); ok {
			wants[of] = string(f.Data)
		}
	}
	a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return strings.HasSuffix(f.Name, wantEnd) })
	out := &txtar.Archive{Comment: a.Comment}
	for _, f := range a.Files {
		found := Parse(string(f.Data))
		for _, d := range found {
			// One line has the option in the compiler's words.
			_, option, ok := strings.Cut(d.OneLine(), " [-W")
			if ok && (d.Tool == "gcc" || d.Tool == "clang") && !strings.Contains(d.Text, "[-W"+option) {
				t.Errorf("%s: %q is not what was said: %s", f.Name, d.OneLine(), d.Text)
			}
		}
		got := describe(found)
		if diff := cmp.Diff(wants[f.Name], got); diff != "" && !*update {
			t.Errorf("%s (-want +got):\n%s", f.Name, diff)
		}
		out.Files = append(out.Files, f, txtar.File{Name: f.Name + wantEnd, Data: []byte(got)})
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(out), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return len(a.Files)
}

// describe writes diagnostics one a line, with their notes below them.
func describe(found []Diagnostic) string {
	var b strings.Builder
	for _, d := range found {
		fmt.Fprintf(&b, "%s %s %s %s", d.Tool, d.Severity, where(d.Place), d.Message)
		if d.Option != "" {
			fmt.Fprintf(&b, " [%s]", d.Option)
		}
		if d.Function != "" {
			fmt.Fprintf(&b, " in %s", d.Function)
		}
		b.WriteByte('\n')
		for _, n := range d.Notes {
			fmt.Fprintf(&b, "  %s %s\n", where(n.Place), n.Message)
		}
	}
	return b.String()
}

func where(p Place) string {
	if p.File == "" {
		return "-"
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// TestBetween: the lines of other programs around a complaint are no part of it.
func TestBetween(t *testing.T) {
	text := "  CC      init/main.o\nx.c:1:2: error: one\n    1 | int x;\n      | ^\n  CC      init/version.o\nmake: *** Waiting for unfinished jobs....\ny.c:3: warning: two\n"
	got := Parse(text)
	if len(got) != 2 {
		t.Fatalf("%d diagnostics: %v", len(got), got)
	}
	if want := "x.c:1:2: error: one\n    1 | int x;\n      | ^"; got[0].Text != want {
		t.Errorf("text %q, want %q", got[0].Text, want)
	}
	if got[1].Text != "y.c:3: warning: two" || got[1].Line != 3 || got[1].Column != 0 {
		t.Errorf("%+v", got[1])
	}
	if words := Words(text); strings.Contains(words, "CC") || !strings.Contains(words, "two") {
		t.Errorf("Words: %q", words)
	}
}

func FuzzParse(f *testing.F) {
	names, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files {
			f.Add(string(file.Data))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, d := range Parse(text) {
			if d.Tool == "" || d.Severity == "" || d.Line < 0 || d.Column < 0 || d.Text == "" {
				t.Errorf("%+v", d)
			}
			if strings.Contains(d.Message, "\n") || strings.Contains(d.File, "\n") {
				t.Errorf("more than a line: %+v", d)
			}
			if len(d.Notes) > 2*mostNotes || strings.Count(d.Text, "\n") > strings.Count(text, "\n") {
				t.Errorf("grows: %d notes", len(d.Notes))
			}
		}
	})
}
