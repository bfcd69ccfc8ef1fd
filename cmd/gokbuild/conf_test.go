package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gokbuild/depgraph"
	"gokbuild/kbuild/native/probe"
	"gokbuild/kbuild/native/shell"
)

// TestProbeRunner compares the in-process shell with /bin/sh on probes as Kconfig files have them.
func TestProbeRunner(t *testing.T) {
	env := append(os.Environ(), "CC=cc", "WORD=a b", "LC_ALL=C")
	for _, cmd := range []string{
		`{ test "y" = Clang; } >/dev/null 2>&1 && echo "y" || echo "n"`,
		`{ test -z "GNU 24000"; } >/dev/null 2>&1 && echo "y" || echo "n"`,
		`set -- GNU 24000 && echo $1`,
		`{ command -v sh; } >/dev/null 2>&1 && echo "n" || echo "y"`,
		`{ command -v no-such-program; } >/dev/null 2>&1 && echo "n" || echo "y"`,
		`{ trap "rm -rf .tmp_$$" EXIT; mkdir .tmp_$$; cp /dev/null .tmp_$$/tmp.o && ls -d .tmp_*; } >/dev/null 2>&1 && echo "y" || echo "n"`,
		`{ trap "rm -rf .tmp_$$" EXIT; mkdir .tmp_$$; cp no-such-file .tmp_$$/tmp.o; } >/dev/null 2>&1 && echo "y" || echo "n"`,
		`{ printf "%b\n" "a\nb" | grep -c b; } 2>&1 && echo "y" || echo "n"`,
		`{ echo 'text with "quotes" \n' | sed s/text/TEXT/; }`,
		`echo $WORD "$WORD"; echo trouble >&2; exit 3`,
		`no-such-program --version 2>/dev/null | head -n 1`,
		`cat no/such/file; cat`,
		`uname -m`,
		`echo $((1 + 2)); case x in x) echo case;; esac`,
		`kill -9 $$`,
		`if then`,
		``,
	} {
		var out, errs [2]bytes.Buffer
		var end [2]depgraph.Status
		dir := t.TempDir()
		for i, run := range []probe.Runner{probe.SystemShell, probeRunner(context.Background())} {
			var err error
			if end[i], err = run(cmd, dir, env, nil, &out[i], &errs[i]); err != nil {
				t.Errorf("%s: %v", cmd, err)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("%s: left %v, %v", cmd, left, err)
			}
		}
		if end[0] != end[1] || out[0].String() != out[1].String() || errs[0].String() != errs[1].String() {
			t.Errorf("%s:\n/bin/sh:    %v %q %q\nin process: %v %q %q", cmd, end[0], &out[0], &errs[0], end[1], &out[1], &errs[1])
		}
	}
}

// TestLongProbe has more standard error than fits into a pipe.
func TestLongProbe(t *testing.T) {
	cmd := `i=0; while test $i -lt 2000; do echo ` + strings.Repeat("x", 100) + ` >&2; i=$((i+1)); done; echo done`
	var out, errs bytes.Buffer
	if _, err := probeRunner(context.Background())(cmd, t.TempDir(), os.Environ(), nil, &out, &errs); err != nil {
		t.Fatal(err)
	}
	if out.String() != "done\n" || errs.Len() != 2000*101 {
		t.Errorf("%q, %d bytes of errors", &out, errs.Len())
	}
}

// TestMergeConfigDeclines: only calls of a known merge_config.sh are taken, whoever starts it.
func TestMergeConfigDeclines(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"merge_config.sh": "#!/bin/sh\nexit 3\n", ".config": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, argv := range [][]string{{"sh"}, {"sh", "-c", "merge_config.sh"}, {"sh", "other.sh"}, {"sh", "merge_config.sh", "-m", ".config"}, {"sh", "gone/merge_config.sh", "-m", ".config"},
		{"./merge_config.sh", "-m", ".config"}} {
		path := argv[0]
		if path == "sh" {
			path = "/bin/sh"
		}
		var out bytes.Buffer
		c := &shell.Call{Path: path, Argv: argv, Dir: dir, Environ: os.Environ, Stdout: &out, Stderr: &out}
		if _, ok := mergeConfig(context.Background(), c); ok || out.Len() > 0 {
			t.Errorf("%q: taken %v, printed %q", argv, ok, &out)
		}
	}
}
