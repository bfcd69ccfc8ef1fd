package cache

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// traces are why something is missed, by the names of cases.
var traces = map[string]string{"an object": "out/a.o has changed", "a member": "out/b.o has changed", "its header": "out/m.h has changed", "a header in another folder": "out/k.h has appeared",
	"its text": "out/gen.sh has changed", "what it reads": "out/in has changed", "what such a tool reads": "out/in has changed", "a tool that may ask for dates": "out/in has changed", "a header that is asked for": "out/asked.h has appeared", "what .incbin names": "out/blob has changed", "a folder that it lists": "out/dir has changed", "a file that is not there": "out/maybe has appeared"}

// TestTraced: what other programs made of the same files is restored; what decides it is noticed.
func TestTraced(t *testing.T) {
	for _, c := range []struct {
		name, words, output string
		// change is a file that is changed, and what to; miss whether the program must then run.
		change, text string
		miss         bool
	}{
		{"nothing", "ld -r -o out.o a.o b.o", "out.o", "", "", false},
		{"an object", "ld -r -o out.o a.o b.o", "out.o", "out/a.s", ".globl changed\nchanged:\n", true},
		{"an archive", "ar rcsD out.a a.o b.o", "out.a", "", "", false},
		{"a thin archive", "ar rcsTPD out.a a.o b.o", "out.a", "out/a.s", ".globl a\na: .byte 0\n", false},
		{"a link again", "ld -r -o out.o a.o b.o", "out.o", "out/a.s", ".globl a\na: .byte 0\n", false},
		{"a copy again", "objcopy -S a.o out.o", "out.o", "out/a.s", ".globl a\na: .byte 0\n", false},
		{"a member", "ar rcsD out.a a.o b.o", "out.a", "out/b.s", ".byte 1\n", true},
		{"a copy", "objcopy -S a.o out.o", "out.o", "", "", false},
		{"a program", "gcc -o prog m.c", "prog", "", "", false},
		{"its header", "gcc -o prog m.c", "prog", "out/m.h", "#define N 5\n", true},
		{"a header in another folder", "gcc -I. -Iinc -o prog n.c", "prog", "out/k.h", "#define N 6\n", true},
		{"a script", "./gen.sh", "made", "", "", false},
		{"its text", "./gen.sh", "made", "out/gen.sh", "#!/bin/sh\nread x < in\necho other $x > made\n", true},
		{"what it reads", "./gen.sh", "made", "out/in", "other\n", true},
		{"a folder that it lists", "./list.sh", "made", "out/dir/new", "", true},
		{"a source with .incbin", "gcc -Wp,-MMD,.a.o.d -nostdinc -c -o out.o blob.c", "out.o", "", "", false},
		{"what .incbin names", "gcc -Wp,-MMD,.a.o.d -nostdinc -c -o out.o blob.c", "out.o", "out/blob", "other", true},
		{"a header that is asked for", "gcc -Wp,-MMD,.a.o.d -nostdinc -I. -c -o out.o asks.c", "out.o", "out/asked.h", "", true},
		{"a tool that asks for no dates", "./tool", "made", "out/in", "text\n", false},
		{"what such a tool reads", "./tool", "made", "out/in", "other\n", true},
		{"a tool that may ask for dates", "./asker", "made", "out/in", "text\n", true},
		{"a file that is not there", "./if.sh", "made", "out/maybe", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			p.write("out/asks.c", "#if __has_include(<asked.h>)\nint there;\n#endif\n", "out/blob.c", "asm(\".incbin \\\"blob\\\"\");\n", "out/blob", "blob")
			p.write("out/a.s", ".globl a\na: .byte 0\n", "out/b.s", ".globl b\nb: .byte 0\n", "out/m.h", "#define N 0\n", "out/m.c", "#include <stdio.h>\n#include \"m.h\"\nint main(void) { return N; }\n",
				"out/inc/k.h", "#define N 0\n", "out/n.c", "#include <k.h>\nint main(void) { return N; }\n", "out/gen.sh", "#!/bin/sh\nread x < in\necho $x > made\necho said\n", "out/in", "text\n",
				"out/list.sh", "#!/bin/sh\nls dir > made\n", "out/dir/one", "", "out/if.sh", "#!/bin/sh\nif [ -e maybe ]; then echo yes; else echo no; fi > made\n")
			assemble := func() {
				for _, name := range []string{"a", "b"} {
					cmd := exec.Command("as", "-o", name+".o", name+".s")
					cmd.Dir = p.out
					if text, err := cmd.CombinedOutput(); err != nil {
						t.Fatalf("%v: %s", err, text)
					}
				}
				for _, name := range []string{"gen.sh", "list.sh", "if.sh"} {
					if err := os.Chmod(filepath.Join(p.out, name), 0o777); err != nil {
						t.Fatal(err)
					}
				}
			}
			for name, ask := range map[string]string{"tool": "", "asker": "struct stat st; fstat(fileno(in), &st);"} {
				if !strings.Contains(c.words, name) {
					continue
				}
				p.write("out/"+name+".c", `#include <stdio.h>
#include <sys/stat.h>
int main(void) { int c; FILE *in = fopen("in", "r"), *out = fopen("made", "w"); `+ask+` while ((c = getc(in)) != EOF) putc(c, out); return fclose(out); }`)
				cmd := exec.Command("gcc", "-o", name, name+".c")
				cmd.Dir = p.out
				if text, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, text)
				}
			}
			assemble()
			if _, st := p.compile(c.words); !st.Success() {
				t.Fatalf("%s: %v", c.words, st)
			}
			if len(p.cache.stats.refused) > 0 || p.cache.stats.stored.Load() != 1 {
				t.Fatalf("not kept: %v", p.cache.Summary())
			}
			first := p.read(c.output)
			if err := os.Remove(filepath.Join(p.out, c.output)); err != nil {
				t.Fatal(err)
			}
			if c.change != "" {
				p.write(c.change, c.text)
				assemble()
			}
			p.build()
			p.said = nil
			p.compile(c.words)
			if missed := p.cache.stats.misses.Load() > 0; missed != c.miss {
				t.Fatalf("missed: %v; %q", missed, p.said)
			}
			if again := p.read(c.output); !c.miss && again != first {
				t.Error("other bytes were restored")
			}
			if why := traces[c.name]; c.miss && (why == "" || len(p.said) == 0 || !strings.Contains(p.said[0], why)) {
				t.Errorf("said: %q, not %q", p.said, why)
			}
		})
	}
}

// TestWindowVariables: a program may look at what a terminal, a login or a call has set; how many jobs run decides nothing.
func TestWindowVariables(t *testing.T) {
	p := newPlace(t)
	p.write("out/tool.c", `#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) { const char *v = getenv(argv[1]); FILE *out = fopen("made", "w"); fputs(v ? v : "none", out); return fclose(out); }`)
	cmd := exec.Command("gcc", "-o", "tool", "tool.c")
	cmd.Dir = p.out
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	for _, tool := range []string{"ld", "gcc", "x86_64-linux-gnu-ar"} {
		// The name of a program says nothing of what it looks at.
		if err := os.Link(p.out+"/tool", p.out+"/"+tool); err != nil {
			t.Fatal(err)
		}
		for i, ran := range []bool{true, true, false} {
			p.environment = append(p.environment[:2:2], fmt.Sprintf("OTHER=%d", min(i, 1)))
			p.build()
			if p.ranTraced("./"+tool+" OTHER") != ran {
				t.Errorf("%s, %d: ran: %v", tool, i, !ran)
			}
		}
	}
	environment := p.environment[:2]
	for _, name := range []string{"COLUMNS", "LINES", "DISPLAY", "SSH_CONNECTION", "OLDPWD", "PWD", "TMUX_PANE", "GOKBUILD_STATS", "OTHER"} {
		for i, c := range []struct {
			value string
			ran   bool
		}{{"80", true}, {"120", true}, {"", true}, {"80", false}, {"120", false}, {"", false}} {
			want := c.value
			p.environment = append(environment[:len(environment):len(environment)], fmt.Sprintf("MAKEFLAGS= -j%d --jobserver-auth=%d,4 -- A=1", i+2, i+3))
			if p.environment = append(p.environment, name+"="+c.value); c.value == "" {
				p.environment, want = p.environment[:len(p.environment)-1], "none"
			}
			os.Remove(p.out + "/made")
			p.build()
			if ran := p.ranTraced("./tool " + name); ran != c.ran {
				t.Errorf("%s=%s: ran: %v; %q", name, c.value, ran, p.cache.Summary())
			}
			if got := p.read("made"); got != want {
				t.Errorf("%s=%s: the program sees %q", name, c.value, got)
			}
		}
	}
}

// ranTraced runs a program that is traced, and tells whether it was not restored.
func (p *place) ranTraced(words string) bool {
	p.t.Helper()
	before := p.cache.stats.misses.Load()
	if _, st := p.compile(words); !st.Success() {
		p.t.Fatalf("%s: %v", words, st)
	}
	return p.cache.stats.misses.Load() > before
}

// TestScripts: shell scripts are not traced unless asked for.
func TestScripts(t *testing.T) {
	p := newPlace(t)
	p.cache.Mode = ReadWrite
	p.write("out/gen.sh", "#!/bin/sh\necho x > made\n")
	if err := os.Chmod(p.out+"/gen.sh", 0o777); err != nil {
		t.Fatal(err)
	}
	if p.compile("./gen.sh"); p.compilers != 1 || p.store.Usage().Entries != 0 {
		t.Errorf("%d processes, %d entries", p.compilers, p.store.Usage().Entries)
	}
}

// TestAuto: with --cache=auto what is missing is kept and found, what replaces something older is neither, and what must be traced
// is when it is met again.
func TestAuto(t *testing.T) {
	p := newPlace(t)
	const compile, link = "gcc -Wp,-MMD,.a.o.d -nostdinc -c -o a.o a.c", "gcc -o a.o m.c"
	p.write("out/a.c", "int a;\n", "out/m.c", "int main(void) { return 0; }\n")
	for i, step := range []struct {
		words   string
		missing bool // the target is missing
		ran     bool // the process was started without the cache, or for it
		entries int64
	}{
		{compile, true, true, 1},
		{compile, true, false, 1},
		{compile, false, true, 1},
		{link, true, true, 1},  // met
		{link, true, false, 2}, // traced
		{link, true, false, 2}, // restored
		{link, false, true, 2},
	} {
		if step.missing {
			os.Remove(p.out + "/a.o")
		}
		p.build()
		p.cache.Mode = Auto
		if ran := p.ran(step.words); ran != step.ran || int64(p.store.Usage().Entries) != step.entries {
			t.Errorf("step %d: ran: %v, entries: %d; %q", i, ran, p.store.Usage().Entries, p.cache.Summary())
		}
		if hits := p.cache.stats.hits.Load(); (hits == 1) != (i == 1 || i == 5) {
			t.Errorf("step %d: %d restored", i, hits)
		}
	}
}

// TestTracedNotKept: what reads the clock, a number drawn by lot or its input is not kept.
func TestTracedNotKept(t *testing.T) {
	for name, text := range map[string]string{
		"the clock":       "date > made",
		"a random number": "head -c 4 /dev/urandom > made",
		"a process":       "echo $$ > made",
		"outside":         "echo > ../elsewhere",
		"a key":           "echo '-----BEGIN PRIVATE KEY-----' > made",
		"a folder":        "mkdir folder",
		"a link":          "ln -s x link",
		"a change":        "echo more >> kept",
		"a failure":       "echo x > made; exit 1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			p.write("out/gen.sh", "#!/bin/sh\n"+text+"\n", "out/kept", "kept\n")
			if err := os.Chmod(p.out+"/gen.sh", 0o777); err != nil {
				t.Fatal(err)
			}
			p.compile("./gen.sh")
			if u := p.store.Usage(); u.Entries != 0 {
				t.Errorf("it was kept: %v", p.cache.Summary())
			}
			if said := strings.Join(p.cache.Summary(), ""); name != "a failure" && !strings.Contains(said, "not cached") {
				t.Errorf("nothing is said of why: %v", said)
			}
			if name != "the clock" {
				return
			}
			p.build()
			if p.compile("./gen.sh"); p.compilers != 1 || !strings.Contains(strings.Join(p.cache.Summary(), ""), "not cached") {
				t.Errorf("what proves nothing was traced again: %v", p.cache.Summary())
			}
		})
	}
}
