package mentions

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"gokbuild/depgraph/facts/tick"
	"gokbuild/depgraph/need"
)

// FuzzIn: no text makes the reader panic, and places lie in the text.
func FuzzIn(f *testing.F) {
	f.Add([]byte("config A\n\tdepends on B && \"C\" # D\n\thelp\n\t  E\n\nif F\n"))
	f.Add([]byte("#ifdef CONFIG_A\nx CONFIG_B\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		lines := bytes.Split(text, []byte("\n"))
		for _, kind := range []Kind{Kconfig, Makefile} {
			In("f", kind, text, func(symbol string, m Mention) {
				if m.Line < 1 || m.Line > len(lines) || !bytes.HasPrefix(lines[m.Line-1][m.Column-1:], []byte(symbol)) {
					t.Errorf("%s at %d:%d of %q", symbol, m.Line, m.Column, text)
				}
			})
		}
	})
}

// files are the files of a small tree.
var files = map[string]string{
	"Kconfig":              "config A\n\tbool\n\nmenuconfig B\n\tdepends on A\n",
	"Makefile":             "obj-$(CONFIG_A) += a.o\n",
	"d/e/a.c":              "#ifdef CONFIG_A\n#endif\nCONFIG_B CONFIG_A\n",
	"d/configs/x86":        "CONFIG_A=y\n",
	"d/text":               "CONFIG_A\n",
	"out/a.h":              "CONFIG_A\n",
	".git/a.c":             "CONFIG_A\n",
	"arch/other/Kconfig.x": "config A\n",
}

// grown makes the tree, old enough for its statuses to be believed.
func grown(t *testing.T) (root, keep string) {
	t.Helper()
	root, keep = t.TempDir(), t.TempDir()
	for name, text := range files {
		need.Write(t, filepath.Join(root, name), text)
	}
	settle(t)
	return root, keep
}

// settle waits until no file is young.
func settle(t *testing.T) {
	t.Helper()
	if err := tick.AwaitAll(t.TempDir()); err != nil {
		t.Fatal(err)
	}
}

// answers are all that an index says, with names relative to the root.
func answers(x *Index, root string) string {
	var b strings.Builder
	for _, symbol := range []string{"A", "B", "NEW"} {
		b.WriteString(symbol + ":")
		for _, f := range x.Mentioning(symbol) {
			b.WriteString(" " + strings.TrimPrefix(f, root+"/"))
		}
		for _, p := range x.Definitions(symbol) {
			b.WriteString(" " + strings.TrimPrefix(p.File, root+"/") + ":" + string(rune('0'+p.Line)))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func filled(root, keep string) string {
	x := New()
	x.Keep = keep
	x.Fill(root, root+"/out", nil)
	return answers(x, root)
}

const whole = "A: Kconfig Makefile arch/other/Kconfig.x d/configs/x86 d/e/a.c Kconfig:1 arch/other/Kconfig.x:1\nB: Kconfig d/e/a.c Kconfig:4\nNEW:\n"

// TestFill: what is kept says the same as the tree, whatever happens to the tree in between.
func TestFill(t *testing.T) {
	root, keep := grown(t)
	if got := filled(root, keep); got != whole {
		t.Fatal(cmp.Diff(whole, got))
	}
	if _, fresh := grow(root, root+"/out", load(keep, root, root+"/out"), nil); fresh {
		t.Error("what is kept is not believed")
	}
	remove := func(name string) {
		if err := os.RemoveAll(filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"nothing", func() {}},
		{"a file is written", func() { need.Write(t, filepath.Join(root, "d/e/a.c"), "CONFIG_NEW\n") }},
		{"a file is made", func() { need.Write(t, filepath.Join(root, "d/e/b.c"), "CONFIG_NEW\n") }},
		{"a folder is made", func() { need.Write(t, filepath.Join(root, "d/f/g/Kbuild"), "CONFIG_B\n") }},
		{"a file is removed", func() { remove("d/e/a.c") }},
		{"a folder is removed", func() { remove("arch") }},
		{"a file of the same size and date", func() {
			name := filepath.Join(root, "Makefile")
			st, err := os.Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			need.Write(t, filepath.Join(root, "Makefile"), strings.ReplaceAll(files["Makefile"], "_A", "_B"))
			if err := os.Chtimes(name, st.ModTime(), st.ModTime()); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		step.do()
		want := filled(root, "")
		for range 2 { // young, and kept
			if got := filled(root, keep); got != want {
				t.Errorf("%s: (-want +got)\n%s", step.name, cmp.Diff(want, got))
			}
			settle(t)
		}
	}
}

// TestKeptByOthers: a file in a folder that others may write to is not believed, nor one of another tree or version.
func TestKeptByOthers(t *testing.T) {
	root, keep := grown(t)
	filled(root, keep)
	out := root + "/out"
	if load(keep, root, out) == nil {
		t.Fatal("nothing is kept")
	}
	name := filepath.Join(keep, keepDir, nameOf(root, out))
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := decode(data, root+"x", out); err == nil {
		t.Error("that of another tree is believed")
	}
	for _, at := range []int{len(magic) - 2, len(magic) + 3, len(data) / 2, len(data) - 1} {
		bad := slices.Clone(data)
		bad[at] ^= 1
		if _, err := decode(bad, root, out); err == nil {
			t.Errorf("byte %d is not looked at", at)
		}
	}
	if err := os.Chmod(filepath.Join(keep, keepDir), 0o777); err != nil {
		t.Fatal(err)
	}
	if load(keep, root, out) != nil {
		t.Error("it is believed where everybody may write")
	}
	if got := filled(root, keep); got != whole {
		t.Error(cmp.Diff(whole, got))
	}
}

// TestPrune keeps the files of many trees.
func TestPrune(t *testing.T) {
	root, keep := grown(t)
	for i := range most + 3 {
		x := New()
		x.Keep = keep
		x.Fill(root, root+"/out"+string(rune('a'+i)), nil)
	}
	names, err := os.ReadDir(filepath.Join(keep, keepDir))
	if err != nil || len(names) != most {
		t.Errorf("%d files (%v)", len(names), err)
	}
	if load(keep, root, root+"/out"+string(rune('a'+most+2))) == nil {
		t.Error("the last one is not kept")
	}
}

// FuzzDecode: no file makes the reader panic, and what it takes is written the same again.
func FuzzDecode(f *testing.F) {
	root := f.TempDir()
	for name, text := range files {
		name = filepath.Join(root, name)
		if os.MkdirAll(filepath.Dir(name), 0o777) != nil || os.WriteFile(name, []byte(text), 0o666) != nil {
			f.Fatal("no tree")
		}
	}
	all, _ := grow(root, "", nil, nil)
	data := encode(all, "/r", "")
	f.Add(data[len(magic) : len(data)-8])
	f.Fuzz(func(t *testing.T, body []byte) {
		all, err := decode(sealed(append([]byte(magic), body...)), "/r", "")
		if err != nil {
			return
		}
		again, err := decode(encode(all, "/r", ""), "/r", "")
		if err != nil || !cmp.Equal(all, again, exported) {
			t.Errorf("%v: %s", err, cmp.Diff(all, again, exported))
		}
	})
}

var exported = cmp.AllowUnexported(folder{}, file{}, text{}, definition{})

// BenchmarkFill reads the tree that GOKBUILD_TREE names: all of it, and what is kept.
func BenchmarkFill(b *testing.B) {
	root := os.Getenv("GOKBUILD_TREE")
	if root == "" {
		b.Skip("GOKBUILD_TREE names no tree")
	}
	keep := b.TempDir()
	run := func(b *testing.B, keep string) {
		var before, after syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &before)
		for range b.N {
			x := New()
			x.Keep = keep
			x.Fill(root, "", nil)
			if len(x.Mentioning("SMP")) == 0 {
				b.Fatal("nobody names SMP")
			}
		}
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &after)
		cpu := after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano()
		b.ReportMetric(float64(cpu)/1e9/float64(b.N), "cpu-s/op")
	}
	b.Run("tree", func(b *testing.B) { run(b, "") })
	x := New()
	x.Keep = keep
	x.Fill(root, "", nil)
	b.Run("kept", func(b *testing.B) { run(b, keep) })
}

// TestReadIn: whatever size a status tells, all of a file is read, one after the other into the same buffer.
func TestReadIn(t *testing.T) {
	dir := t.TempDir()
	fd, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	var buf []byte
	for _, size := range []int{0, 1, 4096, 100_000, 3} {
		want := bytes.Repeat([]byte{'x'}, size)
		if err := os.WriteFile(filepath.Join(dir, "f"), want, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, told := range []int{0, size - 1, size, size + 5, 2 * size} {
			if got, err := readIn(fd, "f", int64(told), &buf); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes, told %d: %d bytes, %v", size, told, len(got), err)
			}
		}
	}
	if _, err := readIn(fd, "none", 0, &buf); err == nil {
		t.Error("a file that is not there was read")
	}
}
