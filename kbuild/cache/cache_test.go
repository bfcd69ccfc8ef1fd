package cache

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts/tick"
	"gokbuild/depgraph/need"
	"gokbuild/depgraph/store"
	"gokbuild/depgraph/trace"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/remember"
	"gokbuild/kbuild/setting"
)

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == trace.Name {
		os.Exit(trace.Main(os.Args[1:]))
	}
	var err error
	if tools, err = os.MkdirTemp("", "tools"); err != nil {
		panic(err)
	}
	status := m.Run()
	os.RemoveAll(tools)
	os.Exit(status)
}

// tools is where all tests keep what they have found out about compilers.
var tools string

// place is a source tree, an output directory, and a cache.
type place struct {
	t           *testing.T
	src, out    string
	store       *store.Disk
	said        []string
	compilers   int
	cache       *Cache
	environment []string
}

func newPlace(t *testing.T) *place {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		need.Missing(t, "no gcc")
	}
	top := need.Dir(t)
	var err error
	p := &place{t: t, src: top + "/src", out: top + "/out", environment: []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}}
	if p.store, err = store.OpenDisk(top+"/store", 1<<30, false); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{p.src, p.out} {
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	p.build()
	return p
}

// build begins another build.
func (p *place) build() {
	p.cache.Close()
	p.cache = New(context.Background(), new(depgraph.Procs), Config{Store: p.store, Mode: All, Dir: tools, Output: p.out,
		Environ: remember.Environ,
		Say:     func(text string) { p.said = append(p.said, text) }, WhyMissed: func(string) bool { return true }})
}

// write writes files of the past: NAME TEXT …; names begin with src/ or out/.
func (p *place) write(pairs ...string) {
	p.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		name := filepath.Join(filepath.Dir(p.src), pairs[i])
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			p.t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(pairs[i+1]), 0o666); err != nil {
			p.t.Fatal(err)
		}
	}
}

// compile runs a compiler in the output directory by way of the cache, and returns what it wrote to standard error.
func (p *place) compile(words string) (said string, st depgraph.Status) {
	p.t.Helper()
	if err := tick.AwaitAll(p.t.TempDir()); err != nil {
		p.t.Fatal(err)
	}
	argv := strings.Fields(strings.ReplaceAll(words, "$src", p.src))
	path := argv[0]
	if !strings.Contains(path, "/") {
		var err error
		if path, err = exec.LookPath(path); err != nil {
			p.t.Fatal(err)
		}
	}
	file, err := os.CreateTemp(p.t.TempDir(), "")
	if err != nil {
		p.t.Fatal(err)
	}
	defer file.Close()
	c := &command.Command{For: event.Recipe, Targets: []string{"a.o"}, Stderr: file}
	link := Link{Cache: p.cache, Make: &setting.Make{Build: &setting.Build{}, Dir: p.out}}
	link.Run(c)
	env := append([]string{"abs_srctree=" + p.src}, p.environment...)
	start := func(sp *shell.Process) (shell.Waiter, error) {
		p.compilers++
		return shell.DefaultStart(context.Background(), sp)
	}
	if c.Watch.Start == nil {
		c.Watch.Start = func(sp *shell.Process, start command.Starter) (shell.Waiter, error) { return start(sp) }
	}
	w, err := c.Watch.Start(&shell.Process{Path: path, Argv: argv, Dir: p.out, Env: env, Stderr: file}, start)
	if err != nil {
		p.t.Fatal(err)
	}
	if st, err = w.Wait(); err != nil {
		p.t.Fatal(err)
	}
	text, err := os.ReadFile(file.Name())
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text), st
}

// ran runs a compilation and tells whether it needed a compiler.
func (p *place) ran(words string) bool {
	p.t.Helper()
	before := p.compilers
	if _, st := p.compile(words); !st.Success() {
		p.t.Fatalf("%s: %v", words, st)
	}
	return p.compilers > before
}

func (p *place) read(name string) string {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.out, name))
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}

const plain = "gcc -Wp,-MMD,.a.o.d -nostdinc -I$src/arch -I./gen -I$src/include -O2 -Wall -c -o a.o $src/a.c"

// TestCompile: what was compiled is restored with its dependencies and its warnings, in this folder and in another one.
func TestCompile(t *testing.T) {
	p := newPlace(t)
	p.write("src/a.c", "#include <x/one.h>\n#include \"two.h\"\nint a(void) { int unused; return ONE + TWO; }\n", "src/include/x/one.h", "#define ONE 1\n", "src/two.h", "#define TWO 2\n")
	said, _ := p.compile(plain)
	if p.compilers != 1 || !strings.Contains(said, "unused") {
		t.Fatalf("%d compilers, %q", p.compilers, said)
	}
	object, deps := p.read("a.o"), p.read(".a.o.d")
	for i := range 2 {
		if err := os.Remove(p.out + "/a.o"); err != nil {
			t.Fatal(err)
		}
		p.build()
		again, _ := p.compile(plain)
		if p.compilers != 1 {
			t.Fatalf("restoring %d: it was compiled again: %q", i, p.said)
		}
		if again != said || p.read("a.o") != object || p.read(".a.o.d") != deps {
			t.Errorf("restoring %d: other bytes", i)
		}
	}
	// The same tree elsewhere: paths are of other lengths, so lines of the list break elsewhere.
	other := newPlace(t)
	other.store = p.store
	for _, dir := range []*string{&other.src, &other.out} {
		long := *dir + "-with-a-name-that-is-a-little-longer"
		if err := os.Rename(*dir, long); err != nil {
			t.Fatal(err)
		}
		*dir = long
	}
	base := filepath.Base(other.src)
	other.build()
	other.write(base+"/a.c", "#include <x/one.h>\n#include \"two.h\"\nint a(void) { int unused; return ONE + TWO; }\n", base+"/include/x/one.h", "#define ONE 1\n", base+"/two.h", "#define TWO 2\n")
	again, _ := other.compile(plain)
	if other.compilers != 0 || other.read("a.o") != object {
		t.Fatalf("elsewhere: %d compilers: %q", other.compilers, other.said)
	}
	if want := strings.ReplaceAll(said, p.src, other.src); again != want {
		t.Errorf("elsewhere: it says\n%s\nand should say\n%s", again, want)
	}
	cmd := exec.Command("gcc", strings.Fields(strings.ReplaceAll(plain, "$src", other.src))[1:]...)
	restored := other.read(".a.o.d")
	cmd.Dir = other.out
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if got := other.read(".a.o.d"); got != restored {
		t.Errorf("dependencies:\n%s\nof the compiler:\n%s", restored, got)
	}
}

// TestDecides: everything that decides a compilation has it done again, and nothing else does.
func TestDecides(t *testing.T) {
	for _, c := range []struct {
		name, file, text, words string
		miss                    bool
		why                     string
	}{
		{"nothing", "", "", "", false, ""},
		{"a header", "src/include/x/one.h", "#define ONE 11\n", "", true, "src/include/x/one.h has changed"},
		{"the source", "src/a.c", "int b;\n", "", true, "src/a.c has changed"},
		{"a symbol that is mentioned", "out/include/generated/autoconf.h", "#define CONFIG_A 2\n", "", true, "CONFIG_A has changed"},
		{"a symbol as a module", "out/include/generated/autoconf.h", "#define CONFIG_A 1\n#define CONFIG_B_MODULE 1\n", "", true, "CONFIG_B has changed"},
		{"a symbol that is not mentioned", "out/include/generated/autoconf.h", "#define CONFIG_A 1\n#define CONFIG_OTHER 1\n", "", false, ""},
		{"a header of another form", "out/include/generated/autoconf.h", "#define CONFIG_A 1\n#define OTHER 1\n", "", true, "CONFIG_A has changed"},
		{"a header that nobody reads", "src/include/x/other.h", "#error\n", "", false, ""},
		{"a header in an earlier folder", "src/arch/x/one.h", "#define ONE 5\n", "", true, "src/arch has appeared"},
		{"one in a folder that was not there", "out/gen/x/one.h", "#define ONE 5\n", "", true, "out/gen has appeared"},
		{"one in a later folder", "src/later/x/one.h", "#define ONE 5\n", "", false, ""},
		{"a precompiled header", "src/include/x/one.h.gch", "", "", true, "src/include/x/*.gch has appeared"},
		{"an option", "", "", "-O1", true, "-O1 is new since"},
		{"a definition", "", "", "-DX", true, "-DX is new since"},
		{"a symbol that is new", "out/include/generated/autoconf.h", "#define CONFIG_A 1\n#define CONFIG_B 1\n", "", true, "CONFIG_B has changed"},
		{"a language", "", "", "LC_ALL=C.UTF-8", true, "the variable LC_ALL=C.UTF-8 in place of the variable LC_ALL=C since"},
		{"a folder", "", "", "-I$src/other", true, "src/other is new since"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			const words = "gcc -Wp,-MMD,.a.o.d -nostdinc -I$src/arch -I./gen -I$src/include -I./include -include $src/include/kconfig.h -I$src/later -c -o a.o $src/a.c"
			p.write("src/a.c", "#include <x/one.h>\nint a[ONE + CONFIG_A];\n#ifdef CONFIG_B\nint b;\n#endif\n", "src/include/x/one.h", "#define ONE 1\n",
				"src/include/kconfig.h", "#include <generated/autoconf.h>\n", "out/include/generated/autoconf.h", "#define CONFIG_A 1\n")
			if !p.ran(words) {
				t.Fatal("the first time it is not compiled")
			}
			if c.file != "" {
				p.write(c.file, c.text)
			}
			p.build()
			p.said = nil
			option := c.words
			if strings.HasPrefix(option, "LC_ALL=") {
				p.environment, option = []string{p.environment[0], option}, ""
			}
			if ran := p.ran(strings.Replace(words, "-c", option+" -c", 1)); ran != c.miss {
				t.Fatalf("compiled: %v; %q", ran, p.said)
			}
			if c.miss && (len(p.said) == 0 || !strings.Contains(p.said[0], c.why)) {
				t.Errorf("said: %q, not %q", p.said, c.why)
			}
		})
	}
}

// TestSymbolOfSymbol: where a symbol is what another one is, the other one decides, too.
func TestSymbolOfSymbol(t *testing.T) {
	p := newPlace(t)
	const header, words = "out/include/generated/autoconf.h", "gcc -Wp,-MMD,.a.o.d -nostdinc -I./include -include $src/kconfig.h -c -o a.o $src/a.c"
	p.write("src/a.c", "const int v = CONFIG_A;\n", "src/kconfig.h", "#include <generated/autoconf.h>\n", header, "#define CONFIG_A CONFIG_B\n#define CONFIG_B 1\n")
	if !p.ran(words) {
		t.Fatal("the first time it is not compiled")
	}
	p.write(header, "#define CONFIG_A CONFIG_B\n#define CONFIG_B 2\n")
	p.build()
	if !p.ran(words) {
		t.Error("what was compiled with the old value is restored")
	}
	p.build()
	if p.ran(words) {
		t.Errorf("nothing was changed: %q", p.said)
	}
}

func TestPlainConfig(t *testing.T) {
	for value, want := range map[string]bool{
		"": true, " 1": true, " -1": true, " 0x1fUL": true, ` "x y"`: true, ` "a\"b\\"`: true, " 'c'": true, ` '\''`: true, " ": true,
		" CONFIG_B": false, " 1 CONFIG_B": false, " -CONFIG_B": false, " 1+CONFIG_B": false, ` "x" CONFIG_B`: false, ` "x" CONFIG_B "y"`: false, ` "x`: false, ` "x\"`: false,
		` L"x"`: false, " (1)": false, " 1 /* c": false, " 1//": false, " -": false, " 1\u00c4": false,
	} {
		if c := parseConfig("#define CONFIG_OTHER 1\n#define CONFIG_A" + value + "\n"); c.plain != want {
			t.Errorf("%q: plain: %v", value, c.plain)
		}
	}
}

// TestShadows draws trees of headers by lot, and puts one more header somewhere: wherever the compiler then makes something else,
// nothing may be restored.
func TestShadows(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 3))
	noticed, enough := 0, need.Rounds(4, 20)
	for round := 0; noticed < enough && round < 2000; round++ {
		p := newPlace(t)
		folders := []string{"src/q", "src/i1", "out/i2", "src/i3", "src/s"}
		names := []string{"a.h", "b.h", "sub/a.h", "sub/c.h"}
		sources := append([]string{"src/main.c"}, "src/forced.h")
		for _, f := range folders {
			for _, n := range names {
				if rnd.IntN(3) == 0 {
					sources = append(sources, f+"/"+n)
				}
			}
		}
		for i, s := range sources {
			text := fmt.Sprintf("#ifndef G%d\n#define G%d\n", i, i)
			for range rnd.IntN(3) + 1 {
				n := names[rnd.IntN(len(names))]
				switch rnd.IntN(5) {
				case 0, 1:
					text += "#include \"" + n + "\"\n"
				case 2:
					text += "#define NAME <" + n + ">\n#include NAME\n#undef NAME\n"
				case 3:
					text += "#define NAME \"" + n + "\"\n#include NAME\n#undef NAME\n"
				default:
					text += "#include <" + n + ">\n"
				}
			}
			p.write(s, text+fmt.Sprintf("int v%d;\n#endif\n", i))
		}
		const words = "gcc -Wp,-MMD,.a.o.d -nostdinc -iquote $src/q -I$src/i1 -I./i2 -I$src/i3 -isystem $src/s -include $src/forced.h -c -o a.o $src/main.c"
		real := strings.Replace(words, "-isystem", "-I", 1) // the folders of the system are not in the list of dependencies
		if _, st := p.compile(real); !st.Success() {
			continue
		}
		before := p.read("a.o")
		at := append(folders, "src", "src/i1/sub", "src/i3/sub", "src/q/sub")[rnd.IntN(len(folders)+4)] + "/" + names[rnd.IntN(len(names))]
		if _, err := os.Stat(filepath.Join(filepath.Dir(p.src), at)); err == nil {
			continue
		}
		p.write(at, "int appeared;\n")
		cmd := exec.Command("gcc", strings.Fields(strings.ReplaceAll(real, "$src", p.src))[1:]...)
		cmd.Dir = p.out
		err := cmd.Run()
		var after []byte
		if err == nil {
			after = []byte(p.read("a.o"))
		}
		if err == nil && bytes.Equal(after, []byte(before)) {
			continue
		}
		noticed++
		p.build()
		if n := p.compilers; true {
			p.compile(real)
			if p.compilers == n {
				t.Errorf("round %d: %s appeared, and the old object was restored", round, at)
			}
		}
	}
	if noticed < enough {
		t.Errorf("only %d cases in which the compiler makes something else", noticed)
	}
}

// TestNotCached: what is not known is not kept.
func TestNotCached(t *testing.T) {
	for name, c := range map[string]struct{ source, words string }{
		"the time":    {"char *t = __TIME__;", plain},
		"the machine": {"int a;", strings.Replace(plain, "-O2", "-march=native", 1)},
		"an error":    {"#error\n", plain},
		"a key":       {"char k[] = \"-----BEGIN PRIVATE KEY-----\";", plain},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			p.write("src/a.c", c.source, "out/x", "x")
			for range 2 {
				p.build()
				p.compile(c.words)
			}
			if p.compilers != 2 || p.store.Usage().Entries != 0 {
				t.Errorf("%d compilers, %d entries: %q", p.compilers, p.store.Usage().Entries, append(p.said, p.cache.Summary()...))
			}
		})
	}
}

// TestPathInOutput: what holds the name of a folder is restored for the same folders only.
func TestPathInOutput(t *testing.T) {
	p := newPlace(t)
	words := strings.Replace(plain, "-O2", "-O2 -g", 1)
	p.write("src/a.c", "int a;\n")
	first := p.ran(words)
	p.build()
	if again := p.ran(words); !first || again {
		t.Errorf("here: %v, then %v", first, again)
	}
	other := newPlace(t)
	other.store = p.store
	other.build()
	other.write("src/a.c", "int a;\n")
	if !other.ran(words) {
		t.Error("an object with the name of another folder was restored")
	}
}

// TestVerify: with --cache-verify the compiler runs, and an entry that is wrong is dropped.
func TestVerify(t *testing.T) {
	p := newPlace(t)
	p.write("src/a.c", "int a;\n")
	p.ran(plain)
	p.build()
	p.cache.Verify = 100
	if !p.ran(plain) || p.cache.stats.verified.Load() != 1 || p.cache.stats.differed.Load() != 0 {
		t.Errorf("a right entry: %v", p.cache.Summary())
	}
	p.store.Each(func(key store.Digest, e *store.Entry) {
		e.Outputs[0].Inline = []byte("wrong")
		e.Outputs[0].Size, e.Outputs[0].Digest = 5, store.Sum([]byte("wrong"))
		if err := p.store.PutEntry(context.Background(), key, e); err != nil {
			t.Fatal(err)
		}
	})
	p.build()
	p.cache.Verify = 100
	p.ran(plain)
	if p.cache.stats.differed.Load() != 1 || p.store.Usage().Entries != 0 {
		t.Errorf("a wrong entry: %v, %d entries", p.cache.Summary(), p.store.Usage().Entries)
	}
}

// TestRoots writes names as tokens and back.
func TestRoots(t *testing.T) {
	r := newRoots("/home/u/linux", "/home/u/linux/out")
	for text, want := range map[string]string{
		"-I/home/u/linux/include":                "-I" + tokenS + "/include",
		"/home/u/linux/out/a.c":                  tokenO + "/a.c",
		"-fmacro-prefix-map=/home/u/linux/=":     "-fmacro-prefix-map=" + tokenS + "/=",
		"/home/u/linux-6.1/a.c":                  "/home/u/linux-6.1/a.c",
		"x/home/u/linux":                         "x/home/u/linux",
		"-Wp,-MMD,/home/u/linux/out/.d":          "-Wp,-MMD," + tokenO + "/.d",
		"a /home/u/linux b /home/u/linux/out2/c": "a " + tokenS + " b " + tokenS + "/out2/c",
	} {
		got := r.pack(text)
		if back, ok := r.unpack(got); got != want || !ok || back != text {
			t.Errorf("%q: %q, %q", text, got, back)
		}
	}
	if _, ok := newRoots("", "/out").unpack(tokenS + "/x"); ok {
		t.Error("a root that is not known is left out")
	}
}
