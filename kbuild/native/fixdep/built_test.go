//go:build e2e

package fixdep

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestBuiltTree compares with the .cmd files of a finished build, whose output
// directory GOKBUILD_BUILT names: what fixdep wrote there must come out again.
// testdata/e2e/test.sh runs it on the build it has just compared; there is none
// to run it on before.
func TestBuiltTree(t *testing.T) {
	built := os.Getenv("GOKBUILD_BUILT")
	if built == "" {
		t.Fatal("GOKBUILD_BUILT names no build")
	}
	source, err := filepath.EvalSymlinks(filepath.Join(built, "source"))
	if err != nil {
		source = built
	}
	text, err := os.ReadFile(filepath.Join(source, "scripts/basic/fixdep.c"))
	if err != nil {
		t.Fatal(err)
	}
	d, ok := Detect(text)
	if !ok {
		t.Fatal("fixdep not recognised")
	}
	var cache Cache
	count := 0
	dep := filepath.Join(t.TempDir(), "dep.d")
	err = filepath.WalkDir(built, func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".cmd") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		target, deps, command, ok := parseCmd(string(data), d.prefix)
		if !ok || strings.Contains(path, "/tools/") {
			return nil
		}
		depText := target + ": " + strings.Join(deps, " \\\n ") + " include/generated/autoconf.h\n"
		if err := os.WriteFile(dep, []byte(depText), 0o666); err != nil {
			return err
		}
		var out bytes.Buffer
		if ok, err := Try([]string{dep, target, command}, built, &out, d, &cache); !ok || err != nil {
			t.Errorf("%s: declined", path)
			return nil
		}
		got := out.String()
		if !strings.HasPrefix(string(data), got) {
			t.Errorf("%s (-program +ours):\n%s", path, cmp.Diff(string(data), got))
		}
		count++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d .cmd files came out again, %d files remembered", count, len(cache.entries))
	if count == 0 {
		t.Error("no .cmd file compared")
	}
}

// parseCmd takes a .cmd file apart.
func parseCmd(text, prefix string) (target string, deps []string, command string, ok bool) {
	head, rest, ok := strings.Cut(text, "\n\nsource_")
	if !ok || !strings.HasPrefix(head, prefix) {
		return
	}
	target, command, ok = strings.Cut(head[len(prefix):], " := ")
	if !ok {
		return
	}
	source, list, ok := strings.Cut(strings.TrimPrefix(rest, target+" := "), "\n\ndeps_"+target+" := \\\n")
	if !ok {
		return
	}
	deps = []string{source}
	for _, line := range strings.Split(list, "\n") {
		if line == "" {
			break
		}
		if strings.HasPrefix(line, "  ") && !strings.HasPrefix(line, "    $(wildcard ") {
			deps = append(deps, strings.TrimSuffix(strings.TrimPrefix(line, "  "), " \\"))
		}
	}
	return target, deps, command, true
}

// TestUnknownSource: the smallest change of the program makes it unknown.
func TestUnknownSource(t *testing.T) {
	for _, p := range programs(t) {
		text, err := os.ReadFile(p.source)
		if err != nil {
			t.Fatal(err)
		}
		src := string(text)
		for _, change := range [][2]string{
			{`"CONFIG_"`, `"CONFIX_"`}, {"argc != 4", "argc != 5"}, {"exit(1)", "exit(9)"}, {"#include <stdio.h>", "#include <stdio.h>\n#define isalnum isalpha"},
		} {
			changed := strings.Replace(src, change[0], change[1], 1)
			if changed == src {
				continue
			}
			if _, ok := Detect([]byte(changed)); ok {
				t.Errorf("%s: still recognised after %q", p.source, change)
			}
		}
		spaced := "/* new */\n" + strings.ReplaceAll(src, "\t", "    ") + "\n// end\n"
		if d, ok := Detect([]byte(spaced)); !ok || !cmp.Equal(d, p.d, cmp.AllowUnexported(Dialect{})) {
			t.Errorf("%s: spacing or comments matter", p.source)
		}
	}
}
