package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestAdvice: after a failure one line of ours follows, if it is wanted; what make says and the status stay as they are.
func TestAdvice(t *testing.T) {
	dir := t.TempDir()
	makefile := "modules: ; @:\nmine: ; @gokbuild-no-such-tool\nfull: ; @df . >/dev/full\nwrong: ; @false\n"
	if err := os.WriteFile(filepath.Join(dir, "Makefile"), []byte(makefile), 0o666); err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "gokbuild")
	if err := os.Symlink(program, name); err != nil {
		t.Fatal(err)
	}
	run := func(goal, advice string) (string, int) {
		cmd := exec.Command(name, goal)
		var stderr bytes.Buffer
		cmd.Dir, cmd.Stderr = dir, &stderr
		cmd.Env = append(os.Environ(), "GOKBUILD_CACHE="+filepath.Join(dir, "cache"), "GOKBUILD_ADVICE="+advice)
		_ = cmd.Run() // the status tells
		return stderr.String(), cmd.ProcessState.ExitCode()
	}
	for goal, want := range map[string]string{
		"modlues":  "gokbuild: did you mean modules?\n",
		"--slient": "gokbuild: did you mean --silent?\n",
		"mine":     "gokbuild: gokbuild-no-such-tool is missing: install the package that holds it\n",
		"full":     "gokbuild: the disk of " + dir + " is full: free some room, or build elsewhere with O=\n",
		"wrong":    "",
		"modules":  "",
	} {
		plain, status := run(goal, "")
		text, again := run(goal, "always")
		if text != plain+want || status != again {
			t.Errorf("%s: without advice, status %d:\n%swith it, status %d:\n%s", goal, status, plain, again, text)
		}
	}
}
