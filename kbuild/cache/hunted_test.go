package cache

// This file holds ways in which what a compiler leaves can change that no list of dependencies and no word of the command shows.

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestHunted compiles, changes something, compiles by way of the cache, and asks the compiler itself for the same: bytes and messages are
// equal.
func TestHunted(t *testing.T) {
	const words = "gcc -Wp,-MD,.a.o.d -nostdinc -I$src/include -I./include -include $src/include/kconfig.h -O2 -c -o a.o $src/a.c"
	config := func(text string) []string { return []string{"out/include/generated/autoconf.h", text} }
	for _, c := range []struct {
		name string
		// files and words make the first object; then come other files, and elements of the environment.
		files       []string
		words       string
		then        []string
		environment string
	}{
		{"a symbol that is put together", []string{"src/a.c", "#define C(x) CONFIG##_##x\nint a[C(A)];\n"}, words, config("#define CONFIG_A 2\n"), ""},
		{"a symbol that is put together of words", []string{"src/a.c", "#define P_(x, y) x##y\n#define P(x, y) P_(x, y)\nint a[P(CONF, IG_A)];\n"}, words, config("#define CONFIG_A 2\n"), ""},
		{"a symbol on two lines", []string{"src/a.c", "int a[CONFIG_\\\nA];\n"}, words, config("#define CONFIG_A 2\n"), ""},
		{"the mark on two lines", []string{"src/a.c", "int a[CON\\\nFIG_A];\n"}, words, config("#define CONFIG_A 2\n"), ""},
		{"a name on two lines", []string{"src/a.c", "#ifndef CONFIG_AB\n#define CONFIG_AB 1\n#endif\nint a[CONFIG_A\\\nB];\n"}, words, config("#define CONFIG_A 1\n#define CONFIG_AB 3\n"), ""},
		{"a line that is joined by a trigraph", []string{"src/a.c", "int a[CONFIG_??/\nA];\n"}, strings.Replace(words, "-O2", "-std=c99", 1), config("#define CONFIG_A 2\n"), ""},
		{"a message with a line of the configuration", []string{"src/a.c", "#define CONFIG_A 5\nint a;\n"}, words, config("#define CONFIG_Z 1\n#define CONFIG_A 1\n"), ""},
		{"what the assembler includes", []string{"src/a.c", "asm(\".include \\\"v.s\\\"\");\n", "out/v.s", ".byte 1\n"}, words, []string{"out/v.s", ".byte 2\n"}, ""},
		{"what the assembler includes, in capitals", []string{"src/a.c", "asm(\".INCBIN \\\"v.s\\\"\");\n", "out/v.s", ".byte 1\n"}, words, []string{"out/v.s", ".byte 2\n"}, ""},
		{"what the assembler includes, in two parts", []string{"src/a.c", "asm(\".inc\" \"bin \\\"v.s\\\"\");\n", "out/v.s", ".byte 1\n"}, words, []string{"out/v.s", ".byte 2\n"}, ""},
		{"what a macro includes", []string{"src/a.S", ".macro take op\n.\\op \"v.s\"\n.endm\ntake incbin\n", "out/v.s", ".byte 1\n"}, strings.Replace(words, "a.c", "a.S", 1),
			[]string{"out/v.s", ".byte 2\n"}, ""},
		{"a header like one that was read once", []string{"src/a.c", "#include \"one.h\"\n#include \"two.h\"\nint b;\n", "src/one.h", "#pragma once\nint a;\n", "src/two.h", "#pragma once\nint a;\n"}, words,
			[]string{"src/two.h", "#pragma once\nint other;\n"}, ""},
		{"the date of a file", []string{"src/two.h", "\n", "src/a.c", "#pragma GCC dependency \"two.h\"\nint b;\n"}, words, []string{"src/two.h", "\n"}, ""},
		{"the name of a folder", []string{"src/a.c", "int a;\n"}, strings.Replace(words, "-O2", "-g", 1), nil, "PWD=$top/link"},
		{"how messages are written", []string{"src/a.c", "int a(void) { return 0; }\nstruct s { int alpha; };\nint f(struct s *s) { return s->alpha + (int) sizeof(char[2]) + g(); }\n"},
			strings.Replace(words, "-O2", "-Wall", 1), nil, "GCC_EXTRA_DIAGNOSTIC_OUTPUT=fixits-v1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			if err := os.Symlink("out", filepath.Dir(p.src)+"/link"); err != nil {
				t.Fatal(err)
			}
			p.write("src/include/kconfig.h", "#include <generated/autoconf.h>\n", "out/include/generated/autoconf.h", "#define CONFIG_A 1\n")
			p.write(c.files...)
			if _, st := p.compile(c.words); !st.Success() {
				t.Fatal("it is not compiled")
			}
			p.write(c.then...)
			if c.environment != "" {
				p.environment = append(p.environment, strings.ReplaceAll(c.environment, "$top", filepath.Dir(p.src)))
			}
			p.build()
			said, _ := p.compile(c.words)
			object, deps := p.read("a.o"), p.read(".a.o.d")
			argv := strings.Fields(strings.ReplaceAll(c.words, "$src", p.src))
			cmd := exec.Command(argv[0], argv[1:]...)
			cmd.Dir, cmd.Env = p.out, append([]string{"PWD=/"}, p.environment...)
			text, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, text)
			}
			switch {
			case p.read("a.o") != object:
				t.Error("another object was restored")
			case p.read(".a.o.d") != deps:
				t.Errorf("other dependencies were restored: %s", deps)
			case string(text) != said:
				t.Errorf("other messages: %q, and it says %q", said, text)
			}
		})
	}
}

// TestHuntedElsewhere: lengths of names of folders decide what a compiler makes, though the names do not stand in it.
func TestHuntedElsewhere(t *testing.T) {
	const words = "gcc -Wp,-MD,.a.o.d -nostdinc -O2 -DKEPT -c -o a.o $src/a.c"
	for _, c := range []struct{ name, source, words string }{
		{"the length of the name of the source", "int a = sizeof(__FILE__);\n", words},
		{"of the source that includes others", "int a = sizeof(__BASE_FILE__);\n", words},
		{"of a name in a word", "#define S_(x) #x\n#define S(x) S_(x)\nint a = sizeof(S(ROOT));\n", strings.Replace(words, "-DKEPT", "-DROOT=$src/", 1)},
		{"of a name that a word begins with", "#define S_(x) #x\n#define S(x) S_(x)\nint a = sizeof(S(ROOT));\n", strings.Replace(words, "-DKEPT", "-D ROOT=$src/", 1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var objects []string
			p := newPlace(t)
			for i := range 2 {
				if i == 1 {
					other := newPlace(t)
					other.store = p.store
					if err := os.Rename(other.src, other.src+"-longer"); err != nil {
						t.Fatal(err)
					}
					other.src += "-longer"
					other.build()
					p = other
				}
				p.write(filepath.Base(p.src)+"/a.c", c.source)
				if _, st := p.compile(c.words); !st.Success() {
					t.Fatal("it is not compiled")
				}
				objects = append(objects, p.read("a.o"))
			}
			if objects[0] == objects[1] {
				t.Error("the object of another folder was restored")
			}
		})
	}
}
