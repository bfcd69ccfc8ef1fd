package ar

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/need"
	"gokbuild/kbuild/native/shell"
)

// TestRandomArchives compares archives of files with names of all lengths, in folders and in each other, with those of the real
// program.
func TestRandomArchives(t *testing.T) {
	ar, err := exec.LookPath("ar")
	if err != nil {
		need.Missing(t, "no ar")
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	name := func(least, most int) string {
		b := make([]byte, least+rnd.IntN(most-least+1))
		for i := range b {
			b[i] = "abcxyz019_-+"[rnd.IntN(12)]
		}
		b[0] = 'n'
		return string(b)
	}
	for round := range need.Rounds(6, 60) {
		dir := t.TempDir()
		folders, files := []string{""}, []string(nil)
		for range 1 + rnd.IntN(4) {
			folders = append(folders, folders[rnd.IntN(len(folders))]+name(1, 8)+"/")
		}
		for range 5 + rnd.IntN(25) {
			file := folders[rnd.IntN(len(folders))] + name(1, 18) + ".o"
			if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(file)), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, file), make([]byte, rnd.IntN(1<<rnd.IntN(24))), 0o644); err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		slices.Sort(files)
		files = slices.Compact(files)
		for i := range 6 {
			archive := filepath.Dir(files[rnd.IntN(len(files))]) + "/" + name(1, 14) + strconv.Itoa(i) + ".a"
			archive = strings.TrimPrefix(archive, "./")
			var operands []string
			for _, k := range rnd.Perm(len(files))[:rnd.IntN(len(files)+1)] {
				operands = append(operands, files[k])
			}
			ours, ok := Thin(dir, archive, operands)
			run(t, dir, append([]string{ar, "cDPrST", archive}, operands...)...)
			theirs, err := os.ReadFile(filepath.Join(dir, archive))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(theirs), string(ours)); ok && d != "" {
				t.Fatalf("round %d: %s %q (-ar +ours):\n%s", round, archive, operands, d)
			} else if !ok && i == 0 {
				t.Errorf("round %d: declined: %s %q", round, archive, operands)
			}
			files = append(files, archive)
		}
	}
}

// TestOther: a program that writes something else than Thin gives is asked each time.
func TestOther(t *testing.T) {
	ar, err := exec.LookPath("ar")
	if err != nil {
		need.Missing(t, "no ar")
	}
	dir := t.TempDir()
	source := `#include <string.h>
#include <unistd.h>
int main(int n, char **v) { if (n > 1 && !strcmp(v[1], "cDPrST")) v[1] = OTHER; return execv("` + ar + `", v); }`
	if err := os.WriteFile(dir+"/ar.c", []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	for other, want := range map[string]bool{`"cDPrST"`: true, `"cDPrS"`: false, `"cDrST"`: false, `"cDPqST"`: true} {
		run(t, dir, "cc", "-o", "ar", "-DOTHER="+other, "ar.c")
		var p Programs
		if got := p.agrees(t.Context(), dir+"/ar"); got != want {
			t.Errorf("%s: %v", other, got)
		}
	}
}

// TestThin compares new archives with those of the real program, one after the other in the same folders.
func TestThin(t *testing.T) {
	ar, err := exec.LookPath("ar")
	if err != nil {
		need.Missing(t, "no ar")
	}
	var p Programs
	if !p.agrees(t.Context(), ar) {
		need.Missing(t, "%s is not GNU ar, or writes something else", ar)
	}
	dir := t.TempDir()
	for _, name := range []string{"a.o", "b.o", "sub/c.o", "sub/deep/d.o", "sub/deep/odd name.o", "other/e.o", "other/empty.o"} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		text := strings.Repeat("x", len(name)*7)
		if strings.Contains(name, "empty") {
			text = ""
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("../other", filepath.Join(dir, "sub/link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a.o", filepath.Join(dir, "link.o")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "object.s"), []byte(".globl f\nf: .long 1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "as", "-o", "real.o", "object.s")
	run(t, dir, ar, "cDPrST", "fat.a.thin", "a.o")
	run(t, dir, ar, "cDrS", "fat.a", "a.o")
	run(t, dir, ar, "cDPrsT", "symbols.a", "real.o", "a.o")
	for _, c := range []struct {
		words string
		ours  bool
	}{
		{"cDPrST empty.a", true},
		{"cDPrST one.a a.o", true},
		{"cDPrST sub/none.a", true},
		{"cDPrST sub/deep/built-in.a sub/deep/d.o", true},
		{"cDPrST sub/built-in.a sub/c.o sub/deep/built-in.a sub/none.a", true},
		{"cDPrST other/built-in.a other/e.o other/empty.o", true},
		{"cDPrST built-in.a a.o sub/built-in.a other/built-in.a b.o", true},
		{"cDPrST vmlinux.a ./built-in.a", true},
		{"rcSTPD again.a built-in.a", true},
		{"-cDPrST dash.a a.o", true},
		{"cDPrST other/up.a a.o sub/c.o sub/../b.o other/../sub/deep/d.o", true},
		{"cDPrST nested.a other/up.a", true},
		{"cDPrST sub/link/through.a a.o sub/link/e.o sub/c.o", true},
		{"cDPrST deeper.a sub/link/through.a", true},
		{"cDPrST with.a symbols.a b.o", true},
		{"cDPrST fat2.a fat.a", false},
		{"cDPrST twice.a a.o a.o", false},
		{"cDPrST twice2.a a.o ./a.o", false},
		{"cDPrST linked.a link.o", false},
		{"cDPrST folder.a sub", false},
		{"cDPrST missing.a nothing.o", false},
		{"cDPrST absolute.a " + dir + "/a.o", false},
		{"cDPrsT table.a real.o", false},
		{"cPrST dated.a a.o", false},
		{"cDPrST one.a b.o", false}, // it is there
		{"cDPrSTv said.a a.o", false},
	} {
		words := strings.Fields(c.words)
		file := filepath.Join(dir, words[1])
		before, _ := os.ReadFile(file)
		_, ok := p.Native(dir, ar)(t.Context(), &shell.Call{Path: ar, Argv: append([]string{"ar"}, words...), Dir: dir})
		if ok != c.ours {
			t.Errorf("%s: done here: %v, want %v", c.words, ok, c.ours)
		}
		ours, _ := os.ReadFile(file)
		if !ok {
			if string(before) != string(ours) {
				t.Errorf("%s: something was written", c.words)
			}
			continue
		}
		st, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		run(t, dir, append([]string{ar}, words...)...)
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), string(ours)); d != "" {
			t.Errorf("%s: (-ar +ours):\n%s", c.words, d)
		}
		if theirs, _ := os.Stat(file); theirs.Mode() != st.Mode() {
			t.Errorf("%s: %v, want %v", c.words, st.Mode(), theirs.Mode())
		}
	}
}

func run(t *testing.T, dir string, words ...string) {
	t.Helper()
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%q: %v\n%s", words, err, out)
	}
}

// FuzzTakeOver reads archives that somebody else has written.
func FuzzTakeOver(f *testing.F) {
	f.Add(magic)
	f.Add(magic + "//                                              6         `\na.o/\n\n/0              0           0     0     644     3         `\n")
	f.Add(magic + "/               0           0     0     0       4         `\n\x00\x00\x00\x00")
	f.Fuzz(func(t *testing.T, text string) {
		if !strings.HasPrefix(text, magic) {
			return
		}
		a := &archive{dir: "/nowhere", folder: "/nowhere", real: make(map[string]string)}
		if a.takeOver("sub/built-in.a", text) == nil && len(a.members) > 0 {
			t.Error("a member that is not there was taken over")
		}
	})
}
