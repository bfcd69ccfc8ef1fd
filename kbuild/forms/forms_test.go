package forms

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gokbuild/depgraph/need"
)

// sources are what a scene begins with.
var sources = map[string]string{"a.c": "#include \"a.h\"\nint a(void) { return A; }\n", "a.h": "#define A 1\n",
	"b.c": "int b;\n", "m.c": "int main(void) { return 0; }\n", "s.S": "nop\n", "text": "one\ntwo\nthree\n", "sub/x": "x\n"}

// compiled are the files that compilers make of these, once.
var compiled = sync.OnceValues(func() (map[string]string, error) {
	dir, err := os.MkdirTemp("", "forms")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := write(dir, sources); err != nil {
		return nil, err
	}
	made := make(map[string]string)
	for _, words := range []string{"gcc -c a.c -o a.o", "gcc -c b.c -o b.o", "ar rcs lib.a b.o"} {
		cmd := exec.Command("/bin/sh", "-c", words)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: %v\n%s", words, err, out)
		}
	}
	for _, name := range []string{"a.o", "b.o", "lib.a"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		made[name] = string(data)
	}
	return made, nil
})

func write(dir string, texts map[string]string) error {
	for name, text := range texts {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// scene makes a directory with something for every tool to work on.
func scene(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	made, err := compiled()
	if err == nil {
		err = errors.Join(write(dir, sources), write(dir, made))
	}
	if err != nil {
		t.Fatal(err)
	}
	past := time.Now().Add(-time.Hour)
	for name := range files(t, dir) {
		if err := os.Chtimes(filepath.Join(dir, name), past, past); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// files tells of each file in a directory what would show that somebody wrote it.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		st, err := d.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, name)
		all[rel] = fmt.Sprint(st.Mode(), st.ModTime().UnixNano(), st.Size())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// check runs a command, and sees that all files it left, changed or removed are among those that its words tell of. known
// says whether they do.
func check(t *testing.T, argv []string) (known bool) {
	t.Helper()
	dir := scene(t)
	program, err := exec.LookPath(argv[0])
	if err != nil {
		need.Missing(t, "no %s", argv[0])
	}
	before := files(t, dir)
	c := &Command{Path: program, Argv: argv, Dir: dir}
	cmd := exec.Command(program, argv[1:]...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader("text\n")
	_ = cmd.Run() // what it left counts, also if it failed
	outputs, known := Outputs(c)
	if !known {
		return false
	}
	for i, name := range outputs {
		outputs[i], _ = filepath.Rel(dir, filepath.Clean(name))
	}
	after := files(t, dir)
	for name := range before {
		if after[name] == "" {
			after[name] = "gone"
		}
	}
	for name, state := range after {
		if state != before[name] && !slices.Contains(outputs, name) {
			t.Errorf("%q wrote %s; its words tell of %q", argv, name, outputs)
		}
	}
	return true
}

// TestOutputs runs commands as recipes have them.
func TestOutputs(t *testing.T) {
	for _, c := range []struct {
		words string
		known bool
	}{
		{"gcc -c a.c", true}, {"gcc -c -o x.o a.c", true}, {"gcc -ox.o -c a.c", true}, {"gcc -S a.c", true}, {"gcc -E a.c", true}, {"gcc -E -o x.i a.c", true},
		{"gcc m.c", true}, {"gcc -o prog m.c", true}, {"gcc -Wp,-MMD,.a.o.d -nostdinc -I. -c -o x.o a.c", true}, {"gcc -Wp,-MD,.d.d,-MT,x -c -o x.o a.c", true},
		{"gcc -MD -c -o sub/x.o a.c", true}, {"gcc -MMD -c a.c", true}, {"gcc -MD -MF dep -c a.c", true}, {"gcc -M a.c", true}, {"gcc -MM -o dep a.c", true},
		{"gcc -c a.c b.c", true}, {"gcc -c s.S", true}, {"gcc -gsplit-dwarf -g -c -o x.o a.c", true}, {"gcc -fsyntax-only a.c", true}, {"gcc --version", true},
		{"gcc -MD -o prog m.c", false}, {"gcc -save-temps -c a.c", false}, {"gcc --coverage -c a.c", false}, {"gcc -fstack-usage -c a.c", false},
		{"gcc -fdump-tree-all -c a.c", false}, {"gcc -Wl,-Map,map m.c", false}, {"gcc @args", false}, {"gcc -Wa,-aln=list -c a.c", false}, {"gcc -da -c a.c", false},
		{"gcc -Xpreprocessor -MD -Xpreprocessor side.d -c a.c", false}, {"gcc -Wp,-MD,x.d,-MF,side.d -c a.c", false}, {"gcc -Wa,-g,--MD,side.d -c a.c", false},
		{"gcc -Wa,-o,x.o -c a.c", false}, {"gcc -Wl,-z,defs,-Map,map m.c", false}, {"gcc -Wp,-MD,x.d -Wp,-MT,x -c a.c", true}, {"gcc -Wp,-DX=1,-DY -c a.c", true},
		{"ld -r -o x.o a.o b.o", true}, {"ld -r a.o", true}, {"ld -r -ox.o -Map=map a.o", true}, {"ld -r -Map map -o x.o a.o", true}, {"ld --dependency-file=d -r a.o", false},
		{"ar rcs x.a a.o", true}, {"ar cDPrST x.a a.o b.o", true}, {"ar t lib.a", true}, {"ar x lib.a", false}, {"ranlib lib.a", true},
		{"objcopy -S a.o x.o", true}, {"objcopy --strip-debug a.o", true}, {"objcopy -O binary -j .text a.o x", true}, {"objcopy --dump-section .text=x a.o", false},
		{"strip -o x a.o", true}, {"strip a.o", true}, {"nm a.o", true}, {"readelf -a a.o", true},
		{"cp a.c x", true}, {"cp a.c b.c sub", true}, {"cp -f a.c sub/", true}, {"cp -r sub x", false}, {"mv a.c x", true}, {"mv -f a.c b.c", true}, {"mv a.c sub", false},
		{"ln -s a.c x", true}, {"ln -sf a.c b.c sub", true}, {"ln -fsn sub x", true}, {"touch x a.c", true}, {"touch -r a.c x", true}, {"rm -f a.c x", true}, {"rm -rf sub", false},
		{"gcc -S -c b.c", true}, {"gcc -c -S b.c", true}, {"gcc -c -E -S b.c -o x", true}, {"gcc -c -MM -o x b.c", true}, {"mkdir -p x/y", true}, {"chmod 755 a.c", true}, {"tee x", true}, {"cat a.c", true}, {"sort -u text", true}, {"sort -o x text", false},
		{"sed -n s/one/two/p text", true}, {"sed -e 1d -e $d text", true}, {"sed -i s/a/b/ text", false}, {"sed -n wx text", false}, {"sed s/one/two/wx text", false},
		{"sed -n /one/,/two/p text", true}, {"sed 1{p;d} text", true}, {"sed y/abc/def/ text", true}, {"sed -f script text", false},
		{"awk {print} text", true}, {"awk {print>\"x\"} text", false}, {"awk -v a=1 -F: {print$1} text", true}, {"gzip -c text", true}, {"gzip text", false},
		{"python3 -c open('x','w')", false}, {"sh -c true", false},
	} {
		t.Run(c.words, func(t *testing.T) {
			t.Parallel()
			if known := check(t, strings.Fields(c.words)); known != c.known {
				t.Errorf("known: %v", known)
			}
		})
	}
}

// TestRandomCompilers calls the compiler with options drawn by lot, some of which have it leave more files.
func TestRandomCompilers(t *testing.T) {
	options := []string{"-c", "-S", "-E", "-MD", "-MMD", "-MF x.d", "-MT x", "-o x.o", "-osub/y", "-O2", "-g", "-g3", "-gsplit-dwarf", "-save-temps", "-save-temps=obj",
		"-fstack-usage", "--coverage", "-ftest-coverage", "-fprofile-arcs", "-fdump-rtl-expand", "-dD", "-dM", "-da", "-dumpbase z", "-Wp,-MD,w.d", "-Wp,-MMD,sub/w.d",
		"-fcallgraph-info", "-aux-info aux", "-pipe", "-Wall", "-flto", "-fopt-info-all=opt", "-Wl,-Map,map", "-Xlinker -Map=map2", "-fsyntax-only", "-H", "-v", "-x c",
		"-time=times", "-Xpreprocessor -MD -Xpreprocessor pre.d", "-Wp,-DX,-MD,wp.d", "-Wp,-MF,mf.d", "-Wa,-g,--MD,asm2.d", "-Wl,-z,now,-Map,map3", "-Wa,-a=list", "-Wa,--MD,asm.d", "-dumpdir q-", "-M", "-MM", "-MP", "-include a.h", "-fdiagnostics-format=json-file", "-fsave-optimization-record"}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	for range need.Rounds(15, 60) {
		argv := []string{"gcc"}
		for range rnd.IntN(6) {
			argv = append(argv, strings.Fields(options[rnd.IntN(len(options))])...)
		}
		for range 1 + rnd.IntN(2) {
			argv = append(argv, []string{"a.c", "b.c", "m.c", "s.S", "a.o"}[rnd.IntN(5)])
		}
		t.Run(strings.Join(argv, " "), func(t *testing.T) {
			t.Parallel()
			check(t, argv)
		})
	}
}

// TestWrapper sees that a script is not taken for the program whose name it has.
func TestWrapper(t *testing.T) {
	file := filepath.Join(t.TempDir(), "gcc")
	if err := os.WriteFile(file, []byte("#!/bin/sh\ntouch x\nexec gcc \"$@\"\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	if _, known := Outputs(&Command{Path: file, Argv: []string{"gcc", "-c", "a.c"}, Dir: "/"}); known {
		t.Error("a script is taken for a compiler")
	}
}

// TestLeavesMore: variables by which a compiler writes a file that no word of it names are known for that, and others are not.
func TestLeavesMore(t *testing.T) {
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		need.Missing(t, "no gcc")
	}
	dir := scene(t)
	for _, variable := range []string{"DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES", "DEPENDENCIES", "DEPENDENCIES_OUTPUTS"} {
		cmd := exec.Command(gcc, "-c", "a.c", "-o", "a.o")
		cmd.Dir, cmd.Env = dir, append(os.Environ(), variable+"=more")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		left := os.Remove(filepath.Join(dir, "more")) == nil
		if got := LeavesMore(cmd.Env); got != left {
			t.Errorf("%s: gcc leaves a file: %t, known: %t", variable, left, got)
		}
	}
}

// TestInputs: what a command reads is told by its words, or it is not known.
func TestInputs(t *testing.T) {
	dir := scene(t)
	for words, want := range map[string]string{
		"cat text sub/x":       "sub/x text",
		"sed -f text a.c":      "?",
		"sed s/a/b/ text":      "text",
		"grep --file=text a.c": "a.c text",
		"grep -ftext a.c":      "a.c text",
		"grep -r x sub":        "?",
		"cp a.c x":             "a.c",
		"sha256sum -c text":    "?",
		"sort -c text":         "text",
		"date":                 "?",
		"ls sub":               "?",
		"rm -f a.c":            "",
		"gcc -c a.c":           "?",
		"gcc -Wp,-MMD,d -include a.h -Isub -c -o x a.c": "a.c a.h",
		"gcc -o prog a.o":        "a.o",
		"gcc -o prog a.o -lk":    "?",
		"ld -r -o x -T text a.o": "a.o text",
		"ar rcs x a.o":           "a.o",
		"make":                   "?",
	} {
		argv := strings.Fields(words)
		files, ok := Inputs(&Command{Path: "/bin/" + argv[0], Argv: argv, Dir: dir})
		got := "?"
		if _, known := Outputs(&Command{Path: "/bin/" + argv[0], Argv: argv, Dir: dir}); ok && known {
			var names []string
			for _, f := range files[1:] { // behind the program
				name, _ := filepath.Rel(dir, f)
				names = append(names, name)
			}
			slices.Sort(names)
			got = strings.Join(names, " ")
		}
		if got != want {
			t.Errorf("%q reads %q, want %q", words, got, want)
		}
	}
}
