package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestSignalWhileWaiting: a build that is told to end does so, whatever it waits for.
func TestSignalWhileWaiting(t *testing.T) {
	for name, c := range map[string]struct {
		makefile string
		sleeps   int // how many of its sleeps run when it waits; 0: it waits because nobody reads
	}{
		"nobody reads":     {"X := $(shell seq 1 20000)\n$(info $(X))\n$(info $(X))\nall: ; @:\n", 0},
		"a pipe held open": {"X := $(shell trap '' TERM; sleep 20 &)\nall: ; @:\n", 1},
		"held by a recipe": {"all:\n\t@x=$$(sleep 20 & echo 1); echo $$x\n", 1},
		"several of them":  {"$(foreach i,1 2 3 4,$(eval X += $(shell echo $i; sleep 20 &)))\nall: ; @:\n", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "Makefile"), []byte(c.makefile), 0o666); err != nil {
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
			cmd := unignoring(t, dir)
			cmd.Stdout = w
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			w.Close()
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			await(t, func() bool {
				if c.sleeps > 0 {
					return running(t, cmd.Process.Pid, "sleep") == c.sleeps
				}
				full, err := unix.IoctlGetInt(int(r.Fd()), unix.TIOCINQ)
				return err == nil && full == pipeSize
			})
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

// pipeSize is what fits into a pipe that nobody reads, in bytes: pipe(7).
const pipeSize = 1 << 16

// await looks again and again until it is so: that a process of another comes to wait, or a pipe is full, is told to nobody.
func await(t *testing.T, so func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come to wait")
		}
	}
}

// running counts the processes of a group that have that name.
func running(t *testing.T, group int, name string) int {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, stat := range stats {
		data, err := os.ReadFile(stat)
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(data), "("+name+") ")
		if f := strings.Fields(rest); len(f) > 2 && f[2] == strconv.Itoa(group) {
			n++
		}
	}
	return n
}

// unignoring is this program, to be run in a directory, in a process group and with a memory of its own. It ignores no signal: who runs
// the test may, as nohup does.
func unignoring(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("env", "--default-signal", linkToSelf(t, dir))
	cmd.Dir, cmd.SysProcAttr = dir, &syscall.SysProcAttr{Setpgid: true}
	cmd.Env = append(os.Environ(), "GOKBUILD_CACHE="+filepath.Join(dir, "cache"))
	return cmd
}

// TestSignalEnds: each signal that ends make ends gokbuild, by itself; as make, it waits for what runs unless it is terminated.
func TestSignalEnds(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGXCPU, syscall.SIGXFSZ} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "Makefile"), []byte("all:\n\t@sleep 5\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			cmd := unignoring(t, dir)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			await(t, func() bool { return running(t, cmd.Process.Pid, "sleep") == 1 })
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			killer := time.AfterFunc(30*time.Second, func() { cmd.Process.Kill() })
			defer killer.Stop()
			cmd.Wait()
			if st := cmd.ProcessState.Sys().(syscall.WaitStatus); !st.Signaled() || st.Signal() != sig {
				t.Errorf("ended by %v, status %d", st.Signal(), st.ExitStatus())
			}
		})
	}
}
