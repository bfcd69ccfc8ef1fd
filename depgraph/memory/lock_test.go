package memory

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
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
	if text, err := os.ReadFile(l.f.Name()); err != nil || string(text) != thisProcess().text() {
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
	// A process that is being started has the descriptor too until it runs its program; the build is over all the same.
	child, err := unix.Dup(int(first.f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	first.Release()
	again, err := Acquire(t.Context(), dir, func(int) error { t.Error("busy"); return nil })
	if err != nil {
		t.Errorf("after the end of the first: %v", err)
	}
	again.Release()
	unix.Close(child)
	// Another process holds it.
	cmd := exec.Command("flock", filepath.Join(dir, Dir, "lock"), "sh", "-c", "echo; read x")
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out.Read(make([]byte, 1))
	other := thisProcess()
	other.pid, other.proc = cmd.Process.Pid, cmd.Process.Pid
	other.started, _, _ = inProc(other.proc)
	says := func(p process) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, Dir, "lock"), []byte(p.text()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	// The number is one of ours, but means another process: in a container, of an earlier time, on another machine.
	for _, spoil := range []func(*process){
		func(p *process) { p.space = "pid:[1]" },
		func(p *process) { p.started = "1" },
		func(p *process) { p.boot = "another" },
	} {
		p := thisProcess()
		spoil(&p)
		says(p)
		if _, err := Acquire(t.Context(), dir, func(pid int) error {
			if pid != 0 {
				t.Errorf("held by %d", pid)
			}
			return errBusy
		}); err != errBusy {
			t.Errorf("held by this number elsewhere: %v", err)
		}
	}
	says(other)
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
	if data, _ := os.ReadFile(filepath.Join(dir, Dir, "lock")); string(data) != thisProcess().text() {
		t.Errorf("the lock says %q", data)
	}
}

// errBusy is what a caller may answer when another build is at work.
var errBusy = errors.New("another build is at work")

// TestLockOfRemovedFolder: who waits for the lock of a folder that is removed meanwhile gets that of the new one.
func TestLockOfRemovedFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, Dir), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("flock", filepath.Join(dir, Dir, "lock"), "sh", "-c", "echo; read x")
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out.Read(make([]byte, 1))
	l, err := Acquire(t.Context(), dir, func(int) error {
		defer in.Close()
		return os.RemoveAll(filepath.Join(dir, Dir))
	})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Release()
	_ = cmd.Wait()
	if st, err := os.Stat(filepath.Join(dir, Dir, "lock")); err != nil {
		t.Error(err)
	} else if held, err := l.f.Stat(); err != nil || !os.SameFile(st, held) {
		t.Errorf("the lock is of a file that is gone (%v)", err)
	}
}

// TestNotBelieved: state that others may have written is left alone, and its folder is locked all the same.
func TestNotBelieved(t *testing.T) {
	for _, c := range []struct {
		what  string
		spoil func(folder string) error
		locks bool
	}{
		{"may be written by others (mode 0777)", func(f string) error { return os.Chmod(f, 0o777) }, true},
		{"may be written by others (mode 0775)", func(f string) error { return os.Chmod(f, 0o775) }, true},
		{"is a symbolic link", func(f string) error {
			return errors.Join(os.Rename(f, f+".moved"), os.Symlink(f+".moved", f))
		}, false},
		{"belongs to user 4711", func(f string) error { return os.Chown(f, 4711, 0) }, true},
	} {
		dir := t.TempDir()
		folder := filepath.Join(dir, Dir)
		l, err := Acquire(t.Context(), dir, nil)
		if err != nil || l.Distrusted() != "" {
			t.Fatalf("%v, %q", err, l.Distrusted())
		}
		s := Open(dir, 1, Secret{}, false)
		s.Want(NewKey("a"))
		if err := save(s); err != nil {
			t.Fatal(err)
		}
		l.Release()
		if err := c.spoil(folder); errors.Is(err, os.ErrPermission) {
			continue // only root gives files away
		} else if err != nil {
			t.Fatal(err)
		}
		before, _ := os.ReadDir(folder + "/.")
		l, err = Acquire(t.Context(), dir, nil)
		if err != nil || l.Distrusted() != c.what {
			t.Fatalf("%s: %q, %v", c.what, l.Distrusted(), err)
		}
		if (l.f != nil) != c.locks {
			t.Errorf("%s: locked: %v", c.what, l.f != nil)
		}
		l.Release()
		if s := Open(dir, 1, Secret{}, false); s.Wanted(NewKey("a")) {
			t.Errorf("%s: believed", c.what)
		} else if s.Want(NewKey("b")); save(s) == nil {
			t.Errorf("%s: written", c.what)
		}
		j := OpenJournal(dir, Secret{})
		j.Begin(filepath.Join(dir, "a"))
		j.Keep()
		if after, _ := os.ReadDir(folder + "/."); len(before) == 0 || len(before) != len(after) {
			t.Errorf("%s: %v before, %v after", c.what, before, after)
		}
	}
}

func FuzzLockText(f *testing.F) {
	f.Add(thisProcess().text())
	f.Add("12\n")
	f.Add("12\n12 1 pid:[1] x\n")
	f.Fuzz(func(t *testing.T, text string) {
		p := parseProcess(text)
		if p.pid != 0 && p.text() != text {
			t.Errorf("%q is %q", text, p.text())
		}
		if p.isAbove() && text != thisProcess().text() && p.pid == os.Getpid() && p.proc != os.Getpid() {
			t.Errorf("%q is above", text)
		}
	})
}
