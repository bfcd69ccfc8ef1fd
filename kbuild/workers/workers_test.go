package workers

// This file has a compiler run by a server of the tests' own, and compares what it leaves with what it leaves here.

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gokbuild/depgraph/need"
	"gokbuild/kbuild/cache/reapi"
	"gokbuild/kbuild/cache/reapi/reapitest"
	"gokbuild/kbuild/forms"
	"gokbuild/kbuild/native/shell"
)

// sources are a small tree with what is peculiar to kernels: headers of the same name in several folders, generated ones, includes
// that a macro names, forced ones.
var sources = map[string]string{
	"src/kernel/a.c": "#include <linux/one.h>\n#include \"local.h\"\n#define T(x) <trace/x.h>\n#include T(event)\n" +
		"const char *where = __FILE__;\nint f(void) { return ONE + LOCAL + EVENT + GENERATED + FORCED; }\n",
	"src/kernel/local.h":              "#define LOCAL 2\n#include \"../other/up.h\"\n",
	"src/other/up.h":                  "",
	"src/include/linux/one.h":         "#ifdef NEVER\n#include <linux/never.h>\n#endif\n#include <generated/g.h>\n#include <trace/event.h>\n#define ONE 1\n",
	"src/include/uapi/linux/one.h":    "#define ONE 77\n",
	"src/include/trace/event.h":       "#ifndef EVENT\n#define EVENT 4\n#endif\n",
	"src/include/uapi/trace/event.h":  "#error wrong\n",
	"src/include/linux/forced.h":      "#define FORCED 8\n",
	"src/include/linux/never.h":       "#error never\n",
	"src/kernel/warns.c":              "#include <linux/one.h>\n#warning careful\nint x;\n",
	"src/kernel/fails.c":              "int x = ;\n",
	"src/kernel/reads.c":              "__asm__(\".incbin \\\"kernel/blob\\\"\");\n",
	"src/kernel/embed.h":              "__asm__(\".incbin \\\"kernel/blob\\\"\");\n",
	"out/kernel/blob":                 "blob",
	"out/include/generated/g.h":       "#define GENERATED 16\n",
	"src/out/kernel/blob":             "blob",
	"src/out/include/generated/g.h":   "#define GENERATED 16\n",
	"src/include/generated/g.h":       "#define GENERATED 32\n",
	"out/kernel/.keep":                "",
	"src/out/kernel/.keep":            "",
	"src/include/linux/unrelated.txt": "",
}

// world runs compilers by a pool.
type world struct {
	t    *testing.T
	pool *Pool
	dir  string // in which the compiler runs
	here int    // compilers that ran here
	said []string
}

func newWorld(t *testing.T, s *reapitest.Server, source, output string) *world {
	t.Helper()
	needGCC(t)
	w := &world{t: t, dir: output}
	c, err := reapi.Dial(s.GRPC, reapi.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.pool = Execute(context.Background(), c.(*reapi.Client), Config{Output: output, Source: func([]string) string { return source },
		Say: func(text string) { w.said = append(w.said, text) }})
	return w
}

func needGCC(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		need.Missing(t, "no gcc: %v", err)
	}
}

// compile runs a compiler and returns its status, and what it says.
func (w *world) compile(args ...string) (code int, said string) {
	w.t.Helper()
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		w.t.Fatal(err)
	}
	errors, err := os.CreateTemp(w.t.TempDir(), "stderr")
	if err != nil {
		w.t.Fatal(err)
	}
	defer errors.Close()
	p := &shell.Process{Path: gcc, Argv: append([]string{"gcc"}, args...), Dir: w.dir, Env: os.Environ(), Stderr: errors}
	waiter, err := w.pool.run(p, func(p *shell.Process) (shell.Waiter, error) {
		w.here++
		return shell.DefaultStart(context.Background(), p)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	st, err := waiter.Wait()
	if err != nil {
		w.t.Fatal(err)
	}
	text, err := os.ReadFile(errors.Name())
	if err != nil {
		w.t.Fatal(err)
	}
	return st.Code, string(text)
}

// words are the arguments of a compilation as Kbuild has them; src is the source tree as makefiles name it.
func words(src, file string) []string {
	return []string{"-Wp,-MMD,kernel/." + file + ".o.d", "-nostdinc", "-I" + src + "/include", "-I./include", "-I" + src + "/include/uapi",
		"-include", src + "/include/linux/forced.h", "-fmacro-prefix-map=" + src + "/=", "-O2", "-c", "-o", "kernel/" + file + ".o",
		src + "/kernel/" + file + ".c"}
}

func left(t *testing.T, dir, file string) string {
	t.Helper()
	object, err := os.ReadFile(filepath.Join(dir, "kernel", file+".o"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile(filepath.Join(dir, "kernel", "."+file+".o.d"))
	if err != nil {
		t.Fatal(err)
	}
	return string(object) + "\n" + string(list)
}

// TestSame: an object that was made elsewhere, and its list of dependencies, are those that are made here.
func TestSame(t *testing.T) {
	for _, layout := range []struct{ name, output, src string }{
		{"beside the source", "out", "ABS/src"}, {"in the source", "src/out", ".."}, {"the source itself", "src", "."},
	} {
		t.Run(layout.name, func(t *testing.T) {
			dir := need.Folder(t, sources)
			src := strings.Replace(layout.src, "ABS", dir, 1)
			w := newWorld(t, reapitest.Start(t), dir+"/src", dir+"/"+layout.output)
			cmd := exec.Command("gcc", words(src, "a")...)
			cmd.Dir = w.dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			want := left(t, w.dir, "a")
			if err := os.Remove(filepath.Join(w.dir, "kernel/a.o")); err != nil {
				t.Fatal(err)
			}
			if code, said := w.compile(words(src, "a")...); code != 0 || said != "" || w.here != 0 {
				t.Fatalf("status %d, %q, %d here: %q", code, said, w.here, w.pool.Summary())
			}
			if got := left(t, w.dir, "a"); got != want {
				t.Errorf("made here:\n%q\nelsewhere:\n%q", want, got)
			}
		})
	}
}

// TestHere: whatever is unusual is done here, and what is said is said as if nothing else had been tried.
func TestHere(t *testing.T) {
	dir := need.Folder(t, sources)
	s := reapitest.Start(t)
	tests := []struct {
		name, file string
		more       []string
		code       int
		said       string
	}{
		{name: "a warning", file: "warns", said: "src/kernel/warns.c:2:2: warning: #warning careful"},
		{name: "an error", file: "fails", code: 1, said: "src/kernel/fails.c:1:9: error:"},
		{name: "a file that no list names", file: "reads"},
		{name: "debugging information", file: "a", more: []string{"-g"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, s, dir+"/src", dir+"/out")
			code, said := w.compile(append(test.more, words(dir+"/src", test.file)...)...)
			if code != test.code || !strings.Contains(said, test.said) || (said == "") != (test.said == "") || w.here != 1 {
				t.Errorf("status %d, %q, %d here: %q", code, said, w.here, w.pool.Summary())
			}
		})
	}
}

// TestLost: a server that is not there, or loses its work, is given up, and all is done here.
func TestLost(t *testing.T) {
	for name, fault := range map[string]func(s *reapitest.Server){
		"down": (*reapitest.Server).Stop,
		"lost": func(s *reapitest.Server) { s.Set(reapitest.Faults{LoseWork: true}) },
		"lies": func(s *reapitest.Server) { s.Set(reapitest.Faults{Lying: true}) },
		"full": func(s *reapitest.Server) { s.Set(reapitest.Faults{Full: true}) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := need.Folder(t, sources)
			s := reapitest.Start(t)
			w := newWorld(t, s, dir+"/src", dir+"/out")
			fault(s)
			const all = 8
			for range all {
				if code, said := w.compile(words(dir+"/src", "a")...); code != 0 || said != "" {
					t.Fatalf("status %d, %q", code, said)
				}
			}
			if w.here != all || len(w.said) != 1 {
				t.Errorf("%d here, said %q", w.here, w.said)
			}
			calls := s.Calls()
			if n := calls["FindMissingBlobs"]; n > row {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

func compilation(t *testing.T, args []string) *forms.Compilation {
	t.Helper()
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		t.Fatal(err)
	}
	k, ok := forms.Compile(&forms.Command{Path: gcc, Argv: append([]string{"gcc"}, args...)})
	if !ok {
		t.Fatalf("not understood: %q", args)
	}
	return k
}

// TestClosure: of a name in several folders all files are sent; of one that a macro may name, too.
func TestClosure(t *testing.T) {
	dir := need.Folder(t, sources)
	k := &job{Process: &shell.Process{Dir: dir + "/out"}}
	k.Compilation = compilation(t, words(dir+"/src", "a"))
	files, err := (&texts{files: make(map[string]*text)}).closure(k)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for name := range files {
		got = append(got, strings.TrimPrefix(name, dir+"/"))
	}
	slices.Sort(got)
	want := strings.Fields(`out/include/generated/g.h src/include/generated/g.h src/include/linux/forced.h src/include/linux/never.h
		src/include/linux/one.h src/include/trace/event.h src/include/uapi/linux/one.h src/include/uapi/trace/event.h src/kernel/a.c
		src/kernel/local.h src/other/up.h`)
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestNames(t *testing.T) {
	n, ok := newNames("/b/out", "/s", "/b/out/tools/x")
	if !ok || n.dir != "gokbuild-o/tools/x" {
		t.Fatalf("%+v, %v", n, ok)
	}
	for word, want := range map[string]string{
		"-I/s/include": "-I../../../gokbuild-s/include", "/s/a.c": "../../../gokbuild-s/a.c", "/s": "../../../gokbuild-s",
		"-fmacro-prefix-map=/s/=": "-fmacro-prefix-map=../../../gokbuild-s/=", "-I/b/out/include": "-I../../../gokbuild-o/include",
		"-DX=\"/s/a\"": "-DX=\"/s/a\"", "-I/sys/include": "-I/sys/include", "x/s/a": "x/s/a",
		"-Wp,-MMD,/b/out/a.d": "-Wp,-MMD,../../../gokbuild-o/a.d",
	} {
		if got := n.word(word); got != want {
			t.Errorf("%s is %s there, want %s", word, got, want)
		}
	}
	for name, want := range map[string]string{"../../../gokbuild-s/a.h": "/s/a.h", "./x.h": "./x.h", "../y.h": "../y.h", "/usr/x.h": "/usr/x.h"} {
		if got, ok := n.back(name); !ok || got != want {
			t.Errorf("%s is %s here, want %s", name, got, want)
		}
	}
	if got, ok := n.back("../../../../etc/passwd"); ok {
		t.Errorf("that is %s here", got)
	}
	if _, ok := newNames("/b/out", "/s", "/tmp"); ok {
		t.Error("/tmp is of no build")
	}
}
