package rules

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/need"
)

// member writes one member of an archive.
func member(name string, date int64, body string) string {
	s := fmt.Sprintf("%-16s%-12d%-6d%-6d%-8o%-10d`\n%s", name, date, 0, 0, 0o644, len(body), body)
	if len(body)%2 == 1 {
		s += "\n"
	}
	return s
}

func TestParseArchive(t *testing.T) {
	const head, thin = "!<arch>\n", "!<thin>\n"
	long := "very_long_member_name.o/\nanother_long_member_name.o/\n"
	for _, c := range []struct {
		name, data string
		want       map[string]int64
	}{
		{"empty", "", map[string]int64{}},
		{"no archive", "hello, world", map[string]int64{}},
		{"no members", head, map[string]int64{}},
		{"gnu", head + member("/", 0, "symbols") + member("a.o/", 11, "x") + member("b.o/", 22, "yy"), map[string]int64{"a.o": 11, "b.o": 22}},
		{"gnu long names", head + member("//", 0, long) + member("/0", 33, "x") + member(fmt.Sprintf("/%d", strings.Index(long, "another")), 44, "x"),
			map[string]int64{"very_long_member_name.o": 33, "another_long_member_name.o": 44}},
		{"bsd", head + member("a.o", 11, "x") + member("#1/20", 22, "long name of 17 b.o\x00body"), map[string]int64{"a.o": 11, "long name of 17 b.o": 22}},
		{"64-bit symbols", head + member("/SYM64/", 0, "symbols") + member("a.o/", 1, ""), map[string]int64{"a.o": 1}},
		{"cut off", (head + member("a.o/", 11, "x") + member("b.o/", 22, "yy"))[:8+60+2+30], map[string]int64{"a.o": 11}},
		{"bad size", head + strings.Replace(member("a.o/", 11, "x"), "1         `", "x         `", 1) + member("b.o/", 1, ""), map[string]int64{}},
		{"long name out of range", head + member("//", 0, "x/\n") + member("/99", 1, "") + member("a.o/", 2, ""), map[string]int64{"a.o": 2}},
		{"thin", thin + member("//", 0, "dir/a.o/\n") + strings.TrimSuffix(member("/0", 55, ""), "\n") + "\n", map[string]int64{"dir/a.o": 55}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, parseArchive([]byte(c.data))); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
		})
	}
}

// TestArchiveOfAr reads what ar writes.
func TestArchiveOfAr(t *testing.T) {
	ar, err := exec.LookPath("ar")
	if err != nil {
		need.Missing(t, "no ar")
	}
	names := []string{"a.o", "sixteen_chars_.o", "a_name_longer_than_sixteen.o", "b.o"}
	for _, flags := range []string{"rcU", "rcTU"} {
		dir := t.TempDir()
		want := map[string]int64{}
		for i, n := range names {
			if err := os.WriteFile(filepath.Join(dir, n), []byte(strings.Repeat("x", i)), 0o666); err != nil {
				t.Fatal(err)
			}
			when := time.Unix(int64(1000+i), 0)
			if err := os.Chtimes(filepath.Join(dir, n), when, when); err != nil {
				t.Fatal(err)
			}
			want[n] = when.Unix()
			if strings.Contains(flags, "T") {
				want[n] = 0 // thin archives have no times
			}
		}
		cmd := exec.Command(ar, append([]string{flags, "lib.a"}, names...)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("ar %s: %v %s", flags, err, out)
		}
		data, err := os.ReadFile(filepath.Join(dir, "lib.a"))
		if err != nil {
			t.Fatal(err)
		}
		got := parseArchive(data)
		if strings.Contains(flags, "T") {
			for n := range got {
				got[n] = 0
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("ar %s (-want +got):\n%s", flags, diff)
		}
	}
}

func TestMemberTime(t *testing.T) {
	db, _ := newDB(t, "", "all: lib.a(a.o) lib.a(gone.o) nolib.a(a.o)\n")
	data := "!<arch>\n" + member("a.o/", 1000, "x")
	if err := os.WriteFile(db.In.View.Abs("lib.a"), []byte(data), 0o666); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]Time{"lib.a(a.o)": 1000 * 1e9, "lib.a(gone.o)": TimeNone, "nolib.a(a.o)": TimeNone} {
		if got := db.ModTime(db.Lookup(name)); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
		if !db.Lookup(name).LowRes {
			t.Errorf("%s: its time is not known to be a whole second", name)
		}
	}
}

func TestSplitMember(t *testing.T) {
	for name, want := range map[string][2]string{
		"lib(a)": {"lib", "a"}, "lib(a(b)": {"lib", "a(b"}, "lib()": {}, "(a)": {}, "lib(a": {}, "lib": {}, "": {}, ")": {}, "lib(a)b)": {"lib", "a)b"},
	} {
		lib, m, ok := splitMember(name)
		if lib != want[0] || m != want[1] || ok != (want[0] != "") {
			t.Errorf("splitMember(%q) = %q, %q, %v", name, lib, m, ok)
		}
	}
}

func FuzzArchive(f *testing.F) {
	f.Add([]byte("!<arch>\n" + member("a.o/", 1, "x") + member("//", 0, "long/\n") + member("/0", 2, "y")))
	f.Add([]byte("!<arch>\n" + member("#1/4", 1, "abcdx") + member("#1/9999999999999", 1, "")))
	f.Add([]byte("!<thin>\n" + member("//", 0, "a/b.o/\n") + member("/0", 9999999999, "")))
	f.Add([]byte("!<arch>\n" + member("/SYM64/", -1, "") + member("a", 0, "")))
	f.Fuzz(func(t *testing.T, data []byte) {
		members := parseArchive(data)
		// Each needs a header of its own.
		if len(members) > len(data)/60 {
			t.Fatalf("%d members in %d bytes", len(members), len(data))
		}
		for name := range members {
			if len(name) > len(data) {
				t.Fatalf("a name of %d bytes in %d", len(name), len(data))
			}
		}
	})
}
