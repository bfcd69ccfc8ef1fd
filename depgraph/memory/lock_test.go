package memory

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestLockNow sees that files that were written before have no later date, and files that are written later no earlier
// one.
func TestLockNow(t *testing.T) {
	dir := t.TempDir()
	l, err := Acquire(t.Context(), dir, func(int) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	defer l.Release()
	written := func() int64 {
		t.Helper()
		name := filepath.Join(dir, "f")
		if err := os.WriteFile(name, []byte("x"), 0o666); err != nil {
			t.Fatal(err)
		}
		st, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		return st.ModTime().UnixNano()
	}
	for range 1000 {
		before, now, after := written(), l.Now(), written()
		if before > now || now > after {
			t.Fatalf("a file dated %d, then it is %d, then a file dated %d", before, now, after)
		}
	}
	if text, err := os.ReadFile(l.f.Name()); err != nil || string(text) != strconv.Itoa(os.Getpid())+"\n" {
		t.Errorf("the lock holds %q (%v)", text, err)
	}
}

func TestLock(t *testing.T) {
	dir := t.TempDir()
	first, err := Acquire(t.Context(), dir, func(int) error { t.Error("busy"); return nil })
	if err != nil {
		t.Fatal(err)
	}
	if first.Below() {
		t.Error("a build below asked before there was one")
	}
	// The same process holds it: what it starts is part of the build.
	if _, err := Acquire(t.Context(), dir, func(int) error { return nil }); err != ErrHeldAbove {
		t.Errorf("second lock: %v", err)
	}
	if !first.Below() || first.Below() {
		t.Error("the build below is not seen once")
	}
	first.Release()
	// Another process holds it.
	cmd := exec.Command("flock", filepath.Join(dir, Dir, "lock"), "sh", "-c", "echo; read x")
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out.Read(make([]byte, 1))
	os.WriteFile(filepath.Join(dir, Dir, "lock"), []byte(strconv.Itoa(cmd.Process.Pid)+"\n"), 0o666)
	if _, err := Acquire(t.Context(), dir, func(pid int) error {
		if pid != cmd.Process.Pid {
			t.Errorf("held by %d, not %d", pid, cmd.Process.Pid)
		}
		return errBusy
	}); err != errBusy {
		t.Errorf("busy: %v", err)
	}
	stopped, stop := context.WithCancel(t.Context())
	if _, err := Acquire(stopped, dir, func(int) error { stop(); return nil }); err != context.Canceled {
		t.Errorf("not stopped while waiting: %v", err)
	}
	waited := false
	l, err := Acquire(t.Context(), dir, func(int) error { waited = true; in.Close(); return nil })
	if err != nil || !waited {
		t.Errorf("not waited: %v", err)
	}
	l.Release()
	_ = cmd.Wait()
	if data, _ := os.ReadFile(filepath.Join(dir, Dir, "lock")); strings.TrimSpace(string(data)) != strconv.Itoa(os.Getpid()) {
		t.Errorf("the lock says %q", data)
	}
}

// errBusy is what a caller may answer when another build is at work.
var errBusy = errors.New("another build is at work")
