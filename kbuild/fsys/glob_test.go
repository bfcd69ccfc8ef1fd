package fsys

import (
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tree is what the patterns of the tests are matched against.
func tree(t *testing.T) string {
	dir := t.TempDir()
	write(t, dir+"/a.c", dir+"/b.c", dir+"/ab.h", dir+"/.hidden", dir+"/sub/c.c", dir+"/sub/.dot", dir+"/sub/deep/d.c",
		dir+"/sub2/c.c", dir+"/we[ird", dir+"/st*r", dir+"/q?", dir+`/back\slash`, dir+"/a b", dir+"/-", dir+"/]x", dir+"/!x", dir+"/^x")
	for _, l := range [][2]string{{"sub", "link"}, {"nosuch", "dangling"}} {
		if err := os.Symlink(l[0], dir+"/"+l[1]); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// patterns are those for which the shell, which uses the same C library rules,
// is the oracle.
var patterns = []string{
	"*", "*.c", "?.c", "[ab].c", "[!a].c", "[a-b].[ch]", "[b-a].c", "a*", "*a*", "**", "*.*", "a*b*h", ".*", ".h*", "[.]h*",
	"sub/*", "*/c.c", "*/*", "sub*/?.c", "*/*/d.c", "*/*/*", "sub/", "s*/", "link/*", "d*", "dang*", "nosuch*", "nosuch/*", "a.c/*",
	"we[[]ird", "we[ird", "st[*]r", "q[?]", `back\\s*`, `back[\\]slash`, "[]]x", "[]x]x", "[!]]x", "[!!]x", "[]!^]x",
	"[[:alpha:]].c", "[[:digit:]].c", "[![:upper:]].c", "[[:punct:]]x", "[[:alnum:][:punct:]]x", "[-a]", "[a-]", "[a-]*", "[+--]",
	"./*.c", ".//*.c", "sub//*.c", "sub/../*.c", "./sub/./?.c", `[\]]x`, `[a\-c].c`, `\a.c*`, `*\.c`, "*[.]c", "a[b.]*", "*]x", "[",
	"[a", "a[", "x[]", "a?b", "a b*", "sub/.*", "[a-c]*/*",
}

func TestGlob(t *testing.T) {
	dir := tree(t)
	v := New().View(dir)
	for _, p := range patterns {
		// The shell leaves a pattern without match as it is, without its quotes or with.
		cmd := exec.Command("/bin/sh", "-c", `for f in $P; do test -e "$f" -o -L "$f" && printf '%s\0' "$f"; done; :`)
		cmd.Dir = dir
		cmd.Env = []string{"LC_ALL=C", "P=" + strings.ReplaceAll(p, " ", "?"), "PATH=/usr/bin:/bin"}
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		want := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
		if len(out) == 0 {
			want = nil
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, v.Glob(p, nil)); diff != "" {
			t.Errorf("%s (-sh +got):\n%s", p, diff)
		}
	}
}

func TestGlobAbsolute(t *testing.T) {
	dir := tree(t)
	want := []string{dir + "/a.c", dir + "/b.c"}
	if diff := cmp.Diff(want, New().View("/").Glob(dir+"/*.c", nil)); diff != "" {
		t.Errorf("absolute pattern (-want +got):\n%s", diff)
	}
}

func TestGlobPlain(t *testing.T) {
	v := New().View(tree(t))
	for _, c := range []struct {
		pattern string
		want    []string
	}{
		{"a.c", []string{"a.c"}},
		{"nosuch", nil},
		{"dangling", []string{"dangling"}},
		{"sub/", []string{"sub/"}},
		{"sub//", []string{"sub/"}},
		{"a.c/", []string{"a.c"}},
		{"dangling/", []string{"dangling"}},
		{"nosuch/", nil},
		{"-/", nil}, {"./-/", []string{"./-"}}, {"-", []string{"-"}},
		{"/", []string{"/"}},
		{`back\\slash`, []string{`back\slash`}},
		{`a\ b`, []string{"a b"}},
		{`st\*r`, []string{"st*r"}},
		{`q\?`, []string{"q?"}},
		{"[^a].c", []string{"b.c"}},
	} {
		if diff := cmp.Diff(c.want, v.Glob(c.pattern, nil)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.pattern, diff)
		}
	}
}

func TestTilde(t *testing.T) {
	home := func() string { return "/home/me" }
	for _, c := range [][2]string{{"~", "/home/me"}, {"~/x", "/home/me/x"}, {"~nosuchuser/x", "~nosuchuser/x"}} {
		if got := Tilde(c[0], home); got != c[1] {
			t.Errorf("Tilde(%q) = %q, want %q", c[0], got, c[1])
		}
	}
	if got := Tilde("~/x", func() string { return "" }); strings.HasPrefix(got, "~") {
		t.Errorf("without HOME: %q", got)
	}
}

// TestMatch lists what the shell cannot be asked, or what path.Match sees otherwise.
func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"?", "", false}, {"a*", "a", true}, {"*a*b*c", "xaxbxc", true},
		{"*a*b*c", "xaxbx", false}, {"a**b", "ab", true}, {"[a", "[a", true}, {"[a", "a", false}, {"[]", "[]", true}, {"[!]", "[!]", true},
		{"[!a]", "b", true}, {"[!a]", "a", false}, {"[a-c]", "b", true}, {"[c-a]", "b", false}, {"[a-]", "-", true}, {"[]-a]", "_", true},
		{`\*`, "*", true}, {`\*`, "a", false}, {`a\`, `a\`, false}, {`[\]]`, "]", true}, {`[a-\c]`, "b", true}, {`[\a-c]`, "b", true},
		{"[[:space:]]", " ", true}, {"[[:xdigit:]]", "f", true}, {"[[:cntrl:]]", "\x01", true}, {"[[:blank:]]", "\t", true},
		{"[[:graph:]]", "!", true}, {"[[:print:]]", " ", true}, {"[[:print:]]", "\n", false}, {"[[:lower:][:digit:]]", "5", true},
	} {
		if got := match(c.pattern, c.name); got != c.want {
			t.Errorf("Match(%q, %q) = %v", c.pattern, c.name, got)
		}
	}
}

// TestMatchIsFast sees that stars do not multiply the work.
func TestMatchIsFast(t *testing.T) {
	if match(strings.Repeat("*a", 200)+"b", strings.Repeat("a", 20000)) {
		t.Error("matches")
	}
}

// FuzzMatch compares with path.Match, which agrees with the C library except in
// classes, so the oracle is asked only where there is none, or a plain one.
func FuzzMatch(f *testing.F) {
	for _, s := range [][2]string{{"*.c", "a.c"}, {"a?c", "abc"}, {"[a-c]x", "bx"}, {`\*`, "*"}, {"*a*b*", "xaxbx"}, {"[!a]", "b"}, {"", ""}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		if len(pattern) > 1000 || len(name) > 1000 {
			return
		}
		got := match(pattern, name)
		if slices.ContainsFunc([]byte(pattern+name), func(c byte) bool { return c >= 0x80 || c == '/' }) {
			return // path.Match knows characters and directories
		}
		if strings.ContainsRune(pattern, '[') {
			if !strings.ContainsAny(pattern, `\!^:]-`) && got != literalBrackets(pattern, name) {
				t.Errorf("Match(%q, %q) = %v with unended classes", pattern, name, got)
			}
			return
		}
		want, err := path.Match(pattern, name)
		if err != nil {
			return
		}
		if got != want {
			t.Errorf("Match(%q, %q) = %v, path.Match says %v", pattern, name, got, want)
		}
	})
}

// literalBrackets matches a pattern whose brackets never close: they are
// ordinary characters.
func literalBrackets(pattern, name string) bool {
	ok, err := path.Match(strings.ReplaceAll(pattern, "[", `\[`), name)
	return err == nil && ok
}

func BenchmarkMatch(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		match("*[a-c].?", "drivers_net_abc.o")
	}
}
