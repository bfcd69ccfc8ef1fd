package diagnostic

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// matcher is a problem matcher of docs/vscode/package.json: a pattern with the numbers of its groups, 0 for none.
type matcher struct {
	Name, Source, Severity string
	Pattern                struct {
		Regexp, Kind                          string
		File, Line, Column, Severity, Message int
	}
	form *regexp.Regexp
}

func readMatchers(t *testing.T) []matcher {
	t.Helper()
	text, err := os.ReadFile("../../docs/vscode/package.json")
	if err != nil {
		t.Fatal(err)
	}
	var p struct {
		Contributes struct{ ProblemMatchers []matcher }
	}
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	for i := range p.Contributes.ProblemMatchers {
		m := &p.Contributes.ProblemMatchers[i]
		m.form = regexp.MustCompile(m.Pattern.Regexp)
	}
	return p.Contributes.ProblemMatchers
}

// match is the place and severity that VS Code would show for a line.
func (m *matcher) match(line string) (p Place, severity Severity, ok bool) {
	groups := m.form.FindStringSubmatch(line)
	if groups == nil {
		return p, "", false
	}
	group := func(n int) string {
		if n == 0 {
			return ""
		}
		return groups[n]
	}
	p.File = group(m.Pattern.File)
	p.Line, _ = strconv.Atoi(group(m.Pattern.Line))
	p.Column, _ = strconv.Atoi(group(m.Pattern.Column))
	severity = Severity(strings.ToLower(group(m.Pattern.Severity)))
	if severity == "" {
		severity = Severity(m.Severity)
	}
	return p, severity, true
}

// TestVSCode: what is found in recorded messages is found by the problem matchers of the extension, at the same place. A matcher
// sees one line at a time; what can't be told from one is in the table.
func TestVSCode(t *testing.T) {
	matchers := readMatchers(t)
	found, missed := 0, 0
	for _, tool := range []string{"gcc", "clang", "sparse", "kconfig", "make", "modpost", "ld"} {
		a, err := txtar.ParseFile(filepath.Join("testdata", tool+".txtar"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			if strings.HasSuffix(f.Name, wantEnd) {
				continue
			}
			for _, d := range Parse(string(f.Data)) {
				if d.File == "" || d.Line == 0 && d.Tool != "modpost" {
					continue
				}
				want := d.Place
				for strings.HasPrefix(want.File, "../") {
					want.File = want.File[len("../"):]
				}
				var got []string
				hit := false
				for line := range strings.Lines(plain(string(f.Data))) {
					for _, m := range matchers {
						p, severity, ok := m.match(strings.TrimSuffix(line, "\n"))
						if ok {
							got = append(got, fmt.Sprintf("%s: %v %s", m.Name, p, severity))
							hit = hit || p == want && severity == d.Severity
						}
					}
				}
				name := tool + "/" + f.Name
				switch {
				case hit:
					found++
				case slices.Contains(manyLines, name):
					missed++
				default:
					t.Errorf("%s: %v %s is not matched by %q: %q\n%s", name, want, d.Severity, d.Text, got, f.Data)
				}
			}
		}
	}
	t.Logf("%d found, %d need more than a line", found, missed)
}

// manyLines are texts in which message and place stand in different lines.
var manyLines = []string{"ld/lld-undefined-debug"}
