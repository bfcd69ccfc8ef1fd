package shell

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph"
	"gokbuild/depgraph/need"
)

// TestCDPATH compares cd with dash where CDPATH is set in the environment.
func TestCDPATH(t *testing.T) {
	requireDash(t)
	dir := t.TempDir()
	for _, name := range []string{"sub/x", "sub/..x", "other/sub", "other/..y", "other/closed", "closed", "x"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for from, to := range map[string]string{"link": "sub/x", "other/link": "../sub", "other/dangling": "nowhere"} {
		if err := os.Symlink(to, filepath.Join(dir, from)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "other/file"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "other/closed"), 0); err != nil {
		t.Fatal(err)
	}
	type row struct{ list, dest string }
	var rows []row
	for _, list := range []string{"", ":", "other", "other:", ":other", "nowhere:other", dir + "/other", "other/:sub", ".:other", "..", "other/link", "sub::other", "a b:other", "*", dir} {
		for _, dest := range []string{"sub", "x", ".", "..", "./sub", "../x", "..x", "..y", "...", ".x", "link", "file", "closed", "dangling", "nowhere",
			"sub/x", "/", dir + "/sub", "x/..", "x/", "link/..", "sub//x", "other/closed"} {
			rows = append(rows, row{list, dest})
		}
	}
	for _, r := range need.Sample(t, rows, 30) {
		line := "cd " + r.dest + "; echo $? $PWD $OLDPWD; pwd; ls . | head -n 3; cd x && pwd; x=$(cd sub && pwd); echo $x"
		p, err := parse(line)
		if err != nil {
			t.Fatal(line, err)
		}
		env := []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "EMPTY=", "CDPATH=" + r.list}
		var got, want outcome
		var out bytes.Buffer
		stderr := tempFile(t)
		st, err := p.Run(t.Context(), &Env{Dir: dir, Environ: func() []string { return env }, Capture: &out, Stderr: stderr})
		if err != nil {
			t.Fatal(err)
		}
		got.Status, got.Stdout, got.Stderr = st.String(), out.String(), contents(t, stderr)
		stderr.Close()
		cmd := exec.Command("/bin/sh", "-c", line)
		var so, se bytes.Buffer
		cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, env, &so, &se
		_ = cmd.Run()
		want.Status = depgraph.StatusOf(cmd.ProcessState.Sys().(syscall.WaitStatus)).String()
		want.Stdout, want.Stderr = so.String(), se.String()
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("CDPATH=%s: %s (-dash +ours):\n%s", r.list, line, d)
		}
	}
}
