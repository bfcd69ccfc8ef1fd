package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestSignalWhileWaiting: a build that is told to end does so, whatever it waits for.
func TestSignalWhileWaiting(t *testing.T) {
	for name, makefile := range map[string]string{
		"nobody reads":     "X := $(shell seq 1 20000)\n$(info $(X))\n$(info $(X))\nall: ; @:\n",
		"a pipe held open": "X := $(shell trap '' TERM; sleep 20 &)\nall: ; @:\n",
		"held by a recipe": "all:\n\t@x=$$(sleep 20 & echo 1); echo $$x\n",
		"several of them":  "$(foreach i,1 2 3 4,$(eval X += $(shell echo $i; sleep 20 &)))\nall: ; @:\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "Makefile"), []byte(makefile), 0o666); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, ".config"), nil, 0o666); err != nil {
				t.Fatal(err)
			}
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			program, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(program, filepath.Join(dir, "gokbuild")); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(filepath.Join(dir, "gokbuild"))
			cmd.Dir, cmd.Stdout = dir, w
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			cmd.Env = append(os.Environ(), "GOKBUILD_CACHE="+filepath.Join(dir, "cache"))
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			w.Close()
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			time.Sleep(300 * time.Millisecond) // it waits by then, or is told to end before
			_ = cmd.Process.Signal(syscall.SIGTERM)
			select {
			case <-ended:
			case <-time.After(10 * time.Second):
				t.Error("it does not end")
			}
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		})
	}
}
