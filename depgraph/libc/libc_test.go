package libc

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"gokbuild/depgraph/need"
)

// TestSignal asks the C library for its words, by way of whatever here can.
func TestSignal(t *testing.T) {
	for i, want := range ask(t, "import signal\nfor i in range(1, 65): print(signal.strsignal(i))") {
		sig := syscall.Signal(i + 1)
		if want == "" || want == "None" || sig == 32 || sig == 33 {
			continue // python hides those that the thread library keeps
		}
		if got := Signal(sig); got != want {
			t.Errorf("signal %d: %q, want %q", sig, got, want)
		}
	}
}

// TestError asks the C library for its words, by way of whatever here can.
func TestError(t *testing.T) {
	for i, want := range ask(t, "import os\nfor i in range(1, 140): print(os.strerror(i))") {
		if got := Errno(syscall.Errno(i + 1)); got != want {
			t.Errorf("errno %d: %q, want %q", i+1, got, want)
		}
	}
	if got := Error(&os.PathError{Op: "open", Path: "f", Err: syscall.ENOENT}); got != "No such file or directory" {
		t.Error(got)
	}
	if got := Error(errors.New("file already closed")); got != "File already closed" {
		t.Error(got)
	}
}

func TestRetry(t *testing.T) {
	n := 0
	interrupted := func() error {
		if n++; n < 3 {
			return syscall.EINTR
		}
		return syscall.EIO
	}
	if err := Retry(interrupted); err != syscall.EIO || n != 3 {
		t.Error(n, err)
	}
	n = 0
	if got, err := RetryN(func() (int, error) { err := interrupted(); return n, err }); err != syscall.EIO || got != 3 {
		t.Error(got, err)
	}
}

// ask runs a script in python and returns the lines that it prints.
func ask(t *testing.T, script string) []string {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		need.Missing(t, "no python3 to ask the C library for its texts")
	}
	cmd := exec.Command(python, "-c", script)
	cmd.Env = []string{"LC_ALL=C", "PATH=" + os.Getenv("PATH")}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}
