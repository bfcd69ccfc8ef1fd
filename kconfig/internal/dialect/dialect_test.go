package dialect

import (
	"os"
	"path/filepath"
	"testing"
)

// TestImitates: a conf from before linux 2.6.36, which knows one-letter options only, is not ours to replace.
func TestImitates(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  bool
	}{
		{"linux", map[string]string{"conf.c": "getopt_long(ac, av", "confdata.c": "int conf_read;"}, true},
		{"BusyBox", map[string]string{"conf.c": "switch (av[i++][1]) {", "confdata.c": "\" * Busybox version: %s\\n\""}, true},
		{"old", map[string]string{"conf.c": "switch (av[i++][1]) {", "confdata.c": "int conf_read;"}, false},
		{"something else", map[string]string{"conf.c": "getopt_long(ac, av"}, false},
	} {
		dir := t.TempDir()
		for name, text := range c.files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if got := Imitates(dir); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}
