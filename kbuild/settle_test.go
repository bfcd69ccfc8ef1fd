package kbuild

import (
	"os"
	"path/filepath"
	"testing"
)

// TestSettlingRunsNothing sees that the second run of the first make, which learns what the next build will find, runs nothing
// either in makes of which nothing is remembered.
func TestSettlingRunsNothing(t *testing.T) {
	for _, options := range []string{"", "-B", "-i", "-W in", "-t", "--trace", "-d"} {
		t.Run(options, func(t *testing.T) {
			w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "in": "",
				"Makefile": "all: x ; @$(MAKE) -s " + options + " -f sub.mk >/dev/null\nx: ; @sh -c 'echo x >x'\n",
				"sub.mk":   "X := $(shell sh -c 'echo asked >>asked')\nall: FORCE ; @sh -c 'echo run >>log'\nFORCE:\n.PHONY: all\n"})}
			without := &world{project: newProject(t, "4.3", nil), args: []string{"--no-native=memory"}}
			for name, text := range w.files() {
				without.write(name, text)
			}
			w.build()
			without.build()
			for _, name := range []string{"log", "asked"} {
				got, _ := os.ReadFile(filepath.Join(w.dir, name))
				want, _ := os.ReadFile(filepath.Join(without.dir, name))
				if string(got) != string(want) {
					t.Errorf("%s: %q, without memory %q", name, got, want)
				}
			}
		})
	}
}
