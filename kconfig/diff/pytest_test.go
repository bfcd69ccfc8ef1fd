//go:build e2e

package diff

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"gokbuild/depgraph/need"
)

// TestTreePytest runs each tree's own tests of Kconfig against our conf. They
// look for the program at scripts/kconfig/conf below the working directory.
// GOKBUILD_FACE names another program to test, for instance gokbuild itself.
func TestTreePytest(t *testing.T) {
	python := ""
	for _, p := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(p, "-m", "pytest", "--version").Run() == nil {
			python = p
			break
		}
	}
	if python == "" {
		t.Fatal("python3 has no pytest")
	}
	face := os.Getenv("GOKBUILD_FACE")
	if face == "" {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		face = self
	}
	ran := 0
	for _, tree := range caseTrees(t) {
		tests := filepath.Join(tree.Dir, "scripts/kconfig/tests")
		if !fileExists(filepath.Join(tests, "conftest.py")) {
			continue
		}
		ran++
		t.Run(tree.Name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.MkdirAll(filepath.Join(dir, "scripts/kconfig"), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(face, filepath.Join(dir, "scripts/kconfig/conf")); err != nil {
				t.Fatal(err)
			}
			// As in an output folder: from here a program finds the tree whose dialect counts.
			if err := os.Symlink(tree.Dir, filepath.Join(dir, "source")); err != nil {
				t.Fatal(err)
			}
			out, err := runPytest(python, dir, tests)
			// Their conftest.py writes to a program that may just have ended.
			for try := 0; err != nil && try < 3 && bytes.Contains(out, []byte("BrokenPipeError")); try++ {
				out, err = runPytest(python, dir, tests)
			}
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			t.Logf("%s", tail(out, 200))
		})
	}
	if ran == 0 {
		need.Missing(t, "no tree with tests")
	}
}

func runPytest(python, dir, tests string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, python, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", filepath.Join(tests, "pytest.ini"), tests)
	cmd.Dir = dir
	cmd.Env = append(hermetic(), "PYTHONDONTWRITEBYTECODE=1")
	return cmd.CombinedOutput()
}
