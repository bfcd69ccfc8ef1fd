package kbuild

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestLinksRemembered changes what names lead to, and compares a run that remembers with one that does not: links and links to
// links whose end goes, comes, or becomes something else, in the middle of a path as well.
func TestLinksRemembered(t *testing.T) {
	const makefile = "all: ; @echo '[$(realpath l)] [$(realpath ll)] [$(realpath d/f)] [$(realpath ld/f)] [$(wildcard d/)] [$(wildcard ld/)] [$(wildcard l)] [$(wildcard d/*)]'\n"
	changes := map[string]func(in func(string) string){
		"nothing":       func(func(string) string) {},
		"end gone":      func(in func(string) string) { os.Remove(in("f")) },
		"end there":     func(in func(string) string) { os.WriteFile(in("f"), nil, 0o666) },
		"middle gone":   func(in func(string) string) { os.Remove(in("l")) },
		"middle there":  func(in func(string) string) { os.Symlink("f", in("l")) },
		"leads on":      func(in func(string) string) { os.Remove(in("l")); os.Symlink("g", in("l")) },
		"folder a file": func(in func(string) string) { os.RemoveAll(in("d")); os.WriteFile(in("d"), nil, 0o666) },
		"folder again": func(in func(string) string) {
			os.RemoveAll(in("d"))
			os.Mkdir(in("d"), 0o777)
			os.WriteFile(in("d/f"), nil, 0o666)
		},
		"folder a link":  func(in func(string) string) { os.RemoveAll(in("d")); os.Symlink("e", in("d")) },
		"link's folder":  func(in func(string) string) { os.Remove(in("ld")); os.Symlink("e", in("ld")) },
		"a circle":       func(in func(string) string) { os.Remove(in("l")); os.Symlink("ll", in("l")) },
		"file in folder": func(in func(string) string) { os.WriteFile(in("d/new"), nil, 0o666) },
	}
	for first := range changes {
		for second := range changes {
			t.Run(fmt.Sprintf("%s, %s", first, second), func(t *testing.T) {
				t.Parallel()
				w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "Makefile": makefile, "f": "", "g": "", "d/f": "", "e/f": ""})}
				for name, to := range map[string]string{"l": "f", "ll": "l", "ld": "d"} {
					if err := os.Symlink(to, filepath.Join(w.dir, name)); err != nil {
						t.Fatal(err)
					}
				}
				for _, change := range []string{"nothing", "nothing", first, "nothing", second, "nothing"} {
					changes[change](func(name string) string { return filepath.Join(w.dir, name) })
					w.args = nil
					got := w.build()
					w.args = []string{"--no-native=memory"}
					if want := w.build(); got != want {
						t.Errorf("after %q: %q, want %q", change, got, want)
					}
				}
			})
		}
	}
}
