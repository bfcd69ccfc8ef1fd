package mconf

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gokbuild/depgraph/facts/tick"
	"gokbuild/kconfig/menu/front"
	"gokbuild/kconfig/menu/menutest"
)

// foreseeing is a shell of which nothing is remembered, and whose commands have no effects.
type foreseeing struct {
	io.Writer
	still bool // commands answer the same by now
}

func (f foreseeing) RunShell(command, _ string, _ []string, _ io.Reader, stderr io.Writer) ([]byte, error) {
	io.WriteString(stderr, "asked\n")
	io.WriteString(f, command+"\n")
	return []byte("Answered"), nil
}

func (foreseeing) Prefetch(string, string, []string) []byte { return []byte("y") }
func (foreseeing) Remembers(string, string, []string) bool  { return false }
func (foreseeing) Pure(string, string, []string) bool       { return true }
func (f foreseeing) Still(string, []string) func(string, []byte) bool {
	return func(string, []byte) bool { return f.still }
}

// TestAhead: a run that was begun before it was wanted shows and says what one does that was not; where something is
// another by then, it is the tree of now that is shown.
func TestAhead(t *testing.T) {
	for name, c := range map[string]struct {
		begun  bool
		change func(t *testing.T, inv *front.Invocation)
		shows  string
		asked  int
	}{
		"not begun":         {false, func(*testing.T, *front.Invocation) {}, "Answered first", 1},
		"begun":             {true, func(*testing.T, *front.Invocation) {}, "Answered first", 1},
		"other options":     {true, func(_ *testing.T, inv *front.Invocation) { inv.Args = []string{"-s", inv.Args[0]} }, "Answered first", 2},
		"other environment": {true, func(_ *testing.T, inv *front.Invocation) { inv.Env = append(inv.Env, "ARCH=x") }, "Answered first", 2},
		"another program":   {true, func(_ *testing.T, inv *front.Invocation) { inv.Name = "nconf" }, "Answered first", 2},
		"other answers":     {true, func(*testing.T, *front.Invocation) {}, "Answered first", 2},
		"dropped":           {true, func(_ *testing.T, inv *front.Invocation) { inv.Ahead.Drop() }, "Answered first", 2},
		"a changed file": {true, func(t *testing.T, inv *front.Invocation) {
			if err := os.WriteFile(filepath.Join(inv.Dir, "Kconfig"), []byte("mainmenu \"T\"\nconfig A\n\tbool \"$(shell,x) second\"\n"), 0o666); err != nil {
				t.Fatal(err)
			}
		}, "Answered second", 2},
	} {
		t.Run(name, func(t *testing.T) {
			var asked strings.Builder
			p := &menutest.Play{Files: map[string]string{"Kconfig": "mainmenu \"T\"\nconfig A\n\tbool \"$(shell,x) first\"\n"}}
			p.Main = func(inv front.Invocation) int {
				inv.Shell = foreseeing{&asked, name != "other answers"}
				if err := tick.Await(filepath.Join(inv.Dir, "Kconfig")); err != nil {
					t.Fatal(err)
				}
				if c.begun {
					ahead := front.Begin(inv)
					ahead.Wait()
					if p.Stderr.Len() > 0 {
						t.Errorf("said before it was wanted: %q", &p.Stderr)
					}
					inv.Ahead = ahead
				}
				c.change(t, &inv)
				return Main(inv)
			}
			p.Keys(t, front.Invocation{Name: "mconf"}, "<esc><enter>")
			p.Shows(t, 0, c.shows)
			if n := strings.Count(p.Stderr.String(), "asked\n"); n != 1 || strings.Count(asked.String(), "x\n") != c.asked || p.Status != 0 {
				t.Errorf("said %d times, asked %q, status %d", n, &asked, p.Status)
			}
		})
	}
}
