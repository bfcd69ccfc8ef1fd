package fixdep

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDetectRefuses(t *testing.T) {
	for _, src := range []string{"", "int main(void){return 0;}", "/* unterminated", "\"unterminated", "}", "{", "#define X\n", "char*target;", "'", "\\\n", "#define HASHSZ \\\n256\nint x\\\n;"} {
		if d, ok := Detect([]byte(src)); ok {
			t.Errorf("Detect(%q) = %+v", src, d)
		}
	}
}

func TestNewest(t *testing.T) {
	for _, tree := range trees() {
		text, err := os.ReadFile(filepath.Join(tree, "scripts/basic/fixdep.c"))
		if err != nil || !bytes.Contains(text, []byte("savedcmd_")) {
			continue
		}
		d, ok := Detect(text)
		if diff := cmp.Diff(Newest(), d, cmp.AllowUnexported(Dialect{})); !ok || diff != "" {
			t.Errorf("%s: %v\n%s", tree, ok, diff)
		}
	}
}

func TestRunMessages(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("a.c", "CONFIG_A\n")
	write("good.d", "a.o: a.c\n")
	write("bad.d", "nothing\n")
	write("gone.d", "a.o: a.c gone.h\n")
	for _, c := range []struct {
		args        []string
		status      int
		out, errOut string
	}{
		{[]string{"good.d", "a.o", "cc"}, 0, "savedcmd_a.o := cc\n\nsource_a.o := a.c\n\ndeps_a.o := \\\n    $(wildcard include/config/A) \\\n\na.o: $(deps_a.o)\n\n$(deps_a.o):\n", ""},
		{[]string{"good.d"}, 1, "", "Usage: fixdep <depfile> <target> <cmdline>\n"},
		{[]string{"bad.d", "a.o", "cc"}, 1, "", "fixdep: parse error; no targets found\n"},
		{[]string{"none.d", "a.o", "cc"}, 2, "", "fixdep: error opening file: none.d: No such file or directory\n"},
		{[]string{"gone.d", "a.o", "cc"}, 2, "", "fixdep: error opening file: gone.h: No such file or directory\n"},
	} {
		var out, errOut bytes.Buffer
		st := Run(c.args, dir, &out, &errOut, Newest(), nil)
		if st != c.status || out.String() != c.out || errOut.String() != c.errOut {
			t.Errorf("%q: %d\n%s\n%s", c.args, st, out.String(), errOut.String())
		}
	}
	if st := Run([]string{"good.d", "a.o", "cc"}, dir, failing{}, &bytes.Buffer{}, Newest(), nil); st != 1 {
		t.Errorf("status %d on a full disk", st)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

// TestCache: an entry must not outlive its file, and recent files are not kept.
func TestCache(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.h")
	var c Cache
	check := func(want ...string) {
		t.Helper()
		got, err := c.symbols(file, scanWord)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("CONFIG_A\n")
	check("A")
	if len(c.entries) != 0 {
		t.Error("a file written just now was remembered")
	}
	c.entries = map[cacheKey]cacheEntry{}
	st, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	write("CONFIG_B\n")
	if err := os.Chtimes(file, st.ModTime(), st.ModTime()); err != nil {
		t.Fatal(err)
	}
	check("B") // the change time gives it away
}

func TestCacheConcurrently(t *testing.T) {
	dir := t.TempDir()
	for i := 0; i < 20; i++ {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), []byte(strings.Repeat("CONFIG_X ", i)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	c := Cache{size: maxCacheSize - 500}
	var wg sync.WaitGroup
	for g := 0; g < 8; g++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; i < 20; i++ {
				path := filepath.Join(dir, fmt.Sprint(i))
				if _, err := c.symbols(path, scanWord); err != nil {
					t.Error(err)
				}
				c.store(cacheKey{path, scanWord}, cacheEntry{})
			}
		}()
	}
	wg.Wait()
	if c.size > maxCacheSize {
		t.Errorf("size %d", c.size)
	}
}

// every is one dialect per reader and scanner.
func every() []Dialect {
	var out []Dialect
	for deps := depsColon; deps <= depsLines; deps++ {
		for scan := scanInside; scan <= scanUBoot1; scan++ {
			out = append(out, Dialect{prefix: "cmd_", deps: deps, scan: scan, names: nameKind(scan % 3), ignored: []string{".ver"}})
		}
	}
	return out
}

// FuzzDepfile: no input makes a reader or a scanner panic or hang, and no output
// is written unless it is complete.
func FuzzDepfile(f *testing.F) {
	for _, text := range depfiles {
		f.Add([]byte(text), []byte("CONFIG_A "))
	}
	for _, text := range headers {
		f.Add([]byte("a.o: a.c"), []byte(text))
	}
	dialects := every()
	f.Fuzz(func(t *testing.T, dep, source []byte) {
		if len(dep)+len(source) > 1<<16 {
			return
		}
		dir := t.TempDir()
		if os.WriteFile(filepath.Join(dir, "dep.d"), dep, 0o666) != nil || os.WriteFile(filepath.Join(dir, "a.c"), source, 0o666) != nil {
			t.Fatal("the files of the case cannot be written")
		}
		for _, d := range dialects {
			var out bytes.Buffer
			ok, err := Try([]string{"dep.d", "a.o", "cc"}, dir, &out, d, nil)
			if err != nil {
				t.Fatal(err)
			}
			if ok != (out.Len() > 0) || ok && !strings.HasSuffix(out.String(), "$(deps_a.o):\n") {
				t.Fatalf("ok %v, output %q", ok, out.String())
			}
		}
	})
}

func BenchmarkTry(b *testing.B) {
	dir := b.TempDir()
	dep := "a.o:"
	old := time.Now().Add(-time.Hour)
	for i := 0; i < 400; i++ {
		name := fmt.Sprintf("h%d.h", i)
		text := strings.Repeat("int x; /* filler for a header of usual size */\n", 100) + fmt.Sprintf("#ifdef CONFIG_OPT_%d\n#endif\nCONFIG_COMMON_%d\n", i, i%7)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			b.Fatal(err)
		}
		os.Chtimes(filepath.Join(dir, name), old, old)
		dep += " \\\n " + name
	}
	if err := os.WriteFile(filepath.Join(dir, "a.d"), []byte(dep+"\n"), 0o666); err != nil {
		b.Fatal(err)
	}
	for _, cached := range []bool{false, true} {
		b.Run(fmt.Sprintf("cached=%v", cached), func(b *testing.B) {
			b.ReportAllocs()
			var cache *Cache
			if cached {
				cache = &Cache{}
				for i := 0; i < 400; i++ { // as if the files had settled
					path := filepath.Join(dir, fmt.Sprintf("h%d.h", i))
					names, err := cache.symbols(path, scanWord)
					if err != nil {
						b.Fatal(err)
					}
					f, err := os.Open(path)
					if err != nil {
						b.Fatal(err)
					}
					_, id, _, err := readAll(f)
					f.Close()
					if err != nil {
						b.Fatal(err)
					}
					cache.store(cacheKey{path, scanWord}, cacheEntry{id: id, names: names})
				}
			}
			for b.Loop() {
				var out bytes.Buffer
				if ok, err := Try([]string{"a.d", "a.o", "cc"}, dir, &out, Newest(), cache); !ok || err != nil {
					b.Fatal(ok, err)
				}
			}
		})
	}
}
