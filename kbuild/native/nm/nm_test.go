package nm

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/need"
	"gokbuild/kbuild/native/shell"
)

// objects are assembled, and the listing compared with that of the real program.
var objects = map[string]struct {
	source string
	ours   bool // we answer; otherwise the real program does
}{
	"sections": {`
	.text
local: .globl global
global: .weak weakfunc
	.type weakfunc, @function
weakfunc: nop
	.data
d: .globl D
D: .long 1
	.bss
b: .globl B
B: .skip 4
	.section .rodata
r: .globl R
R: .long 1
	.weak weakobject
	.type weakobject, @object
weakobject: .long 2
	.section .data.rel.ro, "aw"
relro: .long 1
	.section .note.x, "a", @note
note: .long 1
	.section .tdata, "awT", @progbits
	.type tls, @object
tls: .long 1
`, true},
	"kernel": {`
	.section .init.text, "ax"
_sinittext: nop
	.section .init.data, "aw"
initdata: .long 1
	.section .init.rodata, "a"
initrodata: .long 1
	.section .initcall6.init, "a"
initcall: .long 1
	.section .fini.x, "a"
fini: .long 1
	.section ___ksymtab+name, "a"
__ksymtab_name: .long 1
	.section .bss..page_aligned, "aw", @nobits
page: .skip 8
`, true},
	"undefined": {`
	.text
f:	.globl strong
	.long strong, weak, weakobject
	.weak weak
	.weak weakobject
	.type weakobject, @object
`, true},
	"names":    {"$dollar: .L1: a.b.c: \"with+plus\": nop\n.set absolute, 42\n.globl Absolute\n.set Absolute, 0x7fffffff\n", true},
	"twice":    {"f: nop\n.section .text.b, \"ax\"\n.local g\ng: nop\n", true},
	"common":   {".comm c, 8\nf: nop\n", false},
	"indirect": {".type f, @gnu_indirect_function\nf: ret\n", false},
	"unique":   {".data\n.type u, @gnu_unique_object\nu: .long 1\n", false},
	"version":  {"f: nop\n.symver f, f@V1\n", false},
	"letters":  {"\"ä\": nop\n", false},
	"debug":    {".section .debug_info\nx: .long 1\n", false},
	"lto":      {".section .gnu.lto_x\n.long 1\n.text\nf: nop\n", false},
	"nothing":  {"nop\n", false},
	"source":   {".file \"a.c\"\n", true},
}

func TestAgainstNM(t *testing.T) {
	nm := realNM(t)
	for name, o := range objects {
		for _, bits := range []string{"--64", "--32"} {
			t.Run(name+bits, func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "x.o")
				as := exec.Command("as", bits, "-o", file)
				as.Stdin = strings.NewReader(o.source)
				if out, err := as.CombinedOutput(); err != nil {
					t.Fatalf("as: %v\n%s", err, out)
				}
				compare(t, nm, file, o.ours)
			})
		}
	}
}

// TestCompiled lists what the compiler makes of a program with many kinds of symbols.
func TestCompiled(t *testing.T) {
	nm := realNM(t)
	const source = `
static int counter; int visible = 3; const char text[] = "x"; __thread int t; extern int elsewhere(void);
static int __attribute__((noinline)) helper(int x) { static int calls; return x + ++calls + elsewhere(); }
int __attribute__((weak)) hook(void) { return 0; }
int main(int argc, char **argv) { static const int table[] = {1, 2}; return helper(argc) + table[argc & 1] + counter++ + t; }`
	for _, flags := range [][]string{{"-O2"}, {"-O0", "-g"}, {"-O2", "-m32"}, {"-ffunction-sections", "-fdata-sections"}, {"-fcommon"}} {
		file := filepath.Join(t.TempDir(), "x.o")
		gcc := exec.Command("gcc", append(flags, "-c", "-x", "c", "-", "-o", file)...)
		gcc.Stdin = strings.NewReader(source)
		if out, err := gcc.CombinedOutput(); err != nil {
			t.Fatalf("gcc: %v\n%s", err, out)
		}
		compare(t, nm, file, true)
	}
}

// realNM is the system's nm, if it is the one we know best.
func realNM(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("nm")
	if err != nil {
		need.Missing(t, "no nm")
	}
	if !(&Programs{}).versions.Of(t.Context(), path, "nm").OK {
		need.Missing(t, "%s is not GNU nm", path)
	}
	return path
}

func compare(t *testing.T, nm, file string, ours bool) {
	t.Helper()
	cmd := exec.Command(nm, file)
	cmd.Env = []string{"LC_ALL=C"}
	var said strings.Builder
	cmd.Stderr = &said
	want, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if ours && said.Len() > 0 {
		t.Errorf("%s: nm says %s", file, &said)
	}
	var out strings.Builder
	var p Programs
	status, ok := p.Native(filepath.Dir(file), nm)(t.Context(), &shell.Call{Path: nm, Argv: []string{"nm", filepath.Base(file)},
		Environ: func() []string { return []string{"LC_COLLATE=C", "LANG=de_DE.UTF-8"} }, Stdout: &out})
	// What an older version would say of some sections is left to it.
	if ok != ours && !(p.versions.Of(t.Context(), nm, "nm").Before(2, 40) && !ok) {
		t.Errorf("%s: answered: %v, want %v\n%s", file, ok, ours, want)
	}
	if !ok {
		return
	}
	if d := cmp.Diff(string(want), out.String()); d != "" || !status.Success() {
		t.Errorf("%s: %v (-nm +ours):\n%s", file, status, d)
	}
}

// TestDeclines: options, other locales, other programs and other files are the real program's.
func TestDeclines(t *testing.T) {
	dir := t.TempDir()
	for name, script := range map[string]string{
		"nm":         "#!/bin/sh\necho not nm 2.40\n",
		"wrapped-nm": "#!/bin/sh\nexec " + realNM(t) + " -n \"$@\"\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "x.o"), []byte("\x7fELF"), 0o666); err != nil {
		t.Fatal(err)
	}
	var p Programs
	if p.Native(dir, "/usr/bin/objdump") != nil {
		t.Error("objdump is taken for nm")
	}
	for _, name := range []string{"nm", "wrapped-nm"} {
		if p.versions.Of(t.Context(), filepath.Join(dir, name), "nm").OK {
			t.Errorf("%s is taken for GNU nm", name)
		}
	}
	for _, c := range []struct {
		args []string
		env  string
	}{
		{[]string{"-n", "x.o"}, "LC_ALL=C"}, {[]string{"x.o", "x.o"}, "LC_ALL=C"}, {nil, "LC_ALL=C"}, {[]string{"@x"}, "LC_ALL=C"},
		{[]string{"x.o"}, "LC_ALL=de_DE.UTF-8"}, {[]string{"x.o"}, "LC_ALL=C"}, {[]string{"missing"}, "LC_ALL=C"}, {[]string{"."}, "LC_ALL=C"},
	} {
		_, ok := p.Native(dir, realNM(t))(t.Context(), &shell.Call{Argv: append([]string{"nm"}, c.args...), Environ: func() []string { return []string{c.env} }})
		if ok {
			t.Errorf("%q in %s: answered", c.args, c.env)
		}
	}
}

func FuzzList(f *testing.F) {
	file := filepath.Join(f.TempDir(), "x.o")
	for _, o := range objects {
		as := exec.Command("as", "-o", file)
		as.Stdin = strings.NewReader(o.source)
		if as.Run() != nil {
			continue
		}
		if data, err := os.ReadFile(file); err == nil {
			f.Add(data, true)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, byName bool) {
		text, ok := List(data, byName)
		if !ok && len(text) > 0 || len(text) > 0 && text[len(text)-1] != '\n' {
			t.Errorf("%v, %q", ok, text)
		}
	})
}
