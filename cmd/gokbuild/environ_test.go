package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph"
	"gokbuild/depgraph/need"
)

// TestDoubled: of a variable that is twice in the environment the last counts, for make, for the commands of recipes, and with a
// memory as without.
func TestDoubled(t *testing.T) {
	gnu, err := exec.LookPath("make")
	if err != nil {
		need.Missing(t, "no make")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	own := filepath.Join(dir, "gokbuild")
	if err := os.Symlink(self, own); err != nil {
		t.Fatal(err)
	}
	const makefile = "$(info $(Q) $(origin Q) $(shell echo $$Q))\nall: ; @echo $$Q; env | grep '^Q='\n"
	for name, text := range map[string]string{"Makefile": makefile, ".config": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	run := func(program string, env ...string) string {
		var out strings.Builder
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer read.Close()
		env = append(env, "PATH=/usr/bin:/bin", "LC_ALL=C", "HOME="+dir)
		p, err := new(depgraph.Procs).Start(depgraph.ProcSpec{Path: program, Argv: []string{filepath.Base(program)}, Dir: dir, Env: env, Stdout: write, Stderr: write})
		write.Close()
		if err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 4096)
		for {
			n, err := syscall.Read(int(read.Fd()), buf)
			if n <= 0 || err != nil {
				break
			}
			out.Write(buf[:n])
		}
		st, err := p.Wait()
		if err != nil || !st.Success() {
			t.Fatalf("%v, %v: %s", st, err, out.String())
		}
		return out.String()
	}
	for _, env := range [][]string{{"Q=a", "Q=b"}, {"Q=a", "Q=b"}, {"Q=b", "Q=a"}, {"Q=b"}, {"Q=b", "Q=b", "Q="}} {
		if d := cmp.Diff(run(gnu, env...), run(own, env...)); d != "" {
			t.Errorf("%q (-make +gokbuild):\n%s", env, d)
		}
	}
}
