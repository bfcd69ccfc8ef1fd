package probe

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestStoreIsNotWaitedFor: while somebody else holds a file, nothing is read and nothing written, but nobody waits
// for it.
func TestStoreIsNotWaitedFor(t *testing.T) {
	dir := t.TempDir()
	if err := Open(dir).store.add(&entry{}); err != nil {
		t.Fatal(err)
	}
	other, err := os.OpenFile(filepath.Join(dir, storeName, storeKey("").shard()), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := unix.Flock(int(other.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if entries := Open(dir).store.find(""); len(entries) != 0 {
		t.Errorf("%d entries read from a file in use", len(entries))
	}
	if err := Open(dir).store.add(&entry{}); !errors.Is(err, unix.EWOULDBLOCK) {
		t.Errorf("writing to a file in use: %v", err)
	}
	if err := unix.Flock(int(other.Fd()), unix.LOCK_UN); err != nil {
		t.Fatal(err)
	}
	if err := Open(dir).store.add(&entry{}); err != nil {
		t.Error(err)
	}
	if entries := Open(dir).store.find(""); len(entries) != 2 {
		t.Errorf("%d entries; want 2", len(entries))
	}
}

// TestStoreIsBounded: the oldest go first, and so do all but the newest few of one command.
func TestStoreIsBounded(t *testing.T) {
	dir := t.TempDir()
	s := &Open(dir).store
	text := strings.Repeat("x", 10_000)
	for i := range 100 {
		if err := s.add(&entry{Cmd: "one", Stdout: []byte(text), Status: i}); err != nil {
			t.Fatal(err)
		}
		fi, err := os.Stat(filepath.Join(dir, storeName, storeKey("one").shard()))
		if err != nil || fi.Size() > maxShard {
			t.Fatalf("%v, %v", fi, err)
		}
	}
	list := s.find("one")
	if n := len(list); n == 0 || list[n-1].Status != 99 {
		t.Errorf("%d entries", n)
	}
	for i, e := range list {
		if e.Status != 100-len(list)+i {
			t.Errorf("entry %d is the one of %d", i, e.Status)
		}
	}
	if err := s.add(&entry{Cmd: "large", Stdout: make([]byte, maxRecord)}); err != nil || len(s.find("large")) > 0 {
		t.Error("a record that is too large was written")
	}
}

// TestStoreOfOthers: links are not followed, and what others could have written is not believed.
func TestStoreOfOthers(t *testing.T) {
	precious := filepath.Join(t.TempDir(), "precious")
	if err := os.WriteFile(precious, []byte("important"), 0o600); err != nil {
		t.Fatal(err)
	}
	shard := storeKey("").shard()
	for name, prepare := range map[string]func(dir string) error{
		"link for the directory": func(dir string) error {
			return os.Symlink(filepath.Dir(precious), filepath.Join(dir,
				storeName))
		},
		"link for a file": func(dir string) error {
			if err := os.Mkdir(filepath.Join(dir, storeName), 0o700); err != nil {
				return err
			}
			return os.Symlink(precious, filepath.Join(dir, storeName, shard))
		},
		"file for the directory": func(dir string) error { return os.Link(precious, filepath.Join(dir, storeName)) },
		"directory for all": func(dir string) error {
			if err := os.Mkdir(filepath.Join(dir, storeName), 0o700); err != nil {
				return err
			}
			return os.Chmod(filepath.Join(dir, storeName), 0o777)
		},
		"file for all": func(dir string) error {
			s := &Open(dir).store
			if err := s.add(&entry{Status: 1}); err != nil {
				return err
			}
			return os.Chmod(filepath.Join(dir, storeName, shard), 0o666)
		},
		"directory of another": func(dir string) error {
			if os.Geteuid() != 0 {
				return errors.ErrUnsupported
			}
			if err := os.Mkdir(filepath.Join(dir, storeName), 0o700); err != nil {
				return err
			}
			return os.Chown(filepath.Join(dir, storeName), 12345, 12345)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := prepare(dir); errors.Is(err, errors.ErrUnsupported) {
				t.Skip("not root")
			} else if err != nil {
				t.Fatal(err)
			}
			m := Open(dir)
			said := 0
			m.store.warn = func(string) { said++ }
			if err := m.store.add(&entry{Status: 2}); err == nil {
				t.Error("written")
			}
			if len(m.store.find("")) > 0 {
				t.Error("believed")
			}
			if got, _ := os.ReadFile(precious); string(got) != "important" {
				t.Errorf("the file behind the link is %q", got)
			}
			if want := map[bool]int{true: 1, false: 0}[strings.Contains(name, "directory")]; said != want {
				t.Errorf("said %d times", said)
			}
		})
	}
}

// FuzzShard: whatever a file holds, reading it ends well, and what is read has the right checksum.
func FuzzShard(f *testing.F) {
	whole := []byte(storeHeader)
	for _, e := range []*entry{{Cmd: "a", Facts: []fact{{factFile, "x", "y"}}, Stdout: []byte("z")}, {Cmd: "b",
		Status: 1}} {
		whole, _ = appendRecord(whole, e)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add([]byte(storeHeader + "\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, _ := readShard(data)
		size := 0
		for _, r := range list {
			size += len(r.whole)
		}
		if size > len(data) {
			t.Error("more than there is")
		}
		decode(list, "a")
	})
}

// fill makes a store of n entries, file by file.
func fill(tb testing.TB, dir string, n int) {
	tb.Helper()
	if err := Open(dir).store.open(); err != nil {
		tb.Fatal(err)
	}
	files := map[string][]byte{}
	v := Open("").newView(dir, os.Environ())
	facts := []fact{{factProgram, "/bin/sh", v.state(factProgram, "/bin/sh")}, {factAmbient, "", v.state(factAmbient, "")}}
	for i := range n {
		e := &entry{Cmd: fmt.Sprintf("gcc -Werror -fsome-flag-number-%d -c -x c /dev/null -o /dev/null", i),
			Facts: facts, Stdout: []byte("y\n")}
		name := storeKey(e.Cmd).shard()
		if files[name] == nil {
			files[name] = []byte(storeHeader)
		}
		files[name], _ = appendRecord(files[name], e)
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, storeName, name), data, 0o600); err != nil {
			tb.Fatal(err)
		}
	}
}

// BenchmarkLookup is what one look-up costs in a process of its own, with 100,000 remembered answers.
func BenchmarkLookup(b *testing.B) {
	dir := b.TempDir()
	fill(b, dir, 100_000)
	env := os.Environ()
	b.ResetTimer()
	for i := range b.N {
		cmd := fmt.Sprintf("gcc -Werror -fsome-flag-number-%d -c -x c /dev/null -o /dev/null", i%100_000)
		if _, _, ok := Open(dir).Lookup(cmd, dir, env); !ok {
			b.Fatal("not found")
		}
	}
}

// BenchmarkConf is what the program conf costs for three lines of Kconfig with one command, with 100,000 remembered answers: the
// processor time is reported beside the time of the clock.
func BenchmarkConf(b *testing.B) {
	dir := b.TempDir()
	conf := filepath.Join(dir, "conf")
	build := exec.Command("go", "build", "-o", conf, "gokbuild/cmd/gokbuild")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	cache := filepath.Join(dir, "cache")
	if err := os.Mkdir(cache, 0o755); err != nil {
		b.Fatal(err)
	}
	fill(b, cache, 100_000)
	text := "config A\n\tdef_bool $(shell,gcc -Werror -c -x c /dev/null -o /dev/null && echo y)\n\tprompt \"a\"\n"
	if err := os.WriteFile(filepath.Join(dir, "Kconfig"), []byte(text), 0o666); err != nil {
		b.Fatal(err)
	}
	run := func() time.Duration {
		cmd := exec.Command(conf, "--olddefconfig", "Kconfig")
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOKBUILD_CACHE="+cache)
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	run() // it learns the answer
	b.ResetTimer()
	var all []time.Duration
	for range b.N {
		all = append(all, run())
	}
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "cpu-ms/op")
}
