package kbuild

import (
	"os/exec"
	"strings"
	"testing"

	"gokbuild/depgraph/need"
)

// TestUnnamedInput sees that a target is made again, as with make, whose source was touched after somebody changed what its recipe reads and no
// rule names; and that it is not where that holds the same.
func TestUnnamedInput(t *testing.T) {
	for _, c := range need.Sample(t, []struct {
		name, recipe string
		// changed is a text for the shell; same says that nothing changes that the recipe looks at.
		changed string
		same    bool
	}{
		{name: "nothing", recipe: "cat src >$@", changed: ":", same: true},
		{name: "another file", recipe: "cat src >$@", changed: "echo 2 >x.h", same: true},
		{name: "a header", recipe: "gcc -E -P -xc src -o $@", changed: "echo 2 >x.h"},
		{name: "a header, by an object", recipe: "gcc -c -xc src -o $@", changed: "echo 'int z;' >x.h"},
		{name: "a header that is not read, by a list of dependencies", recipe: "gcc -E -P -xc src -MD -MF $@.d -o $@", changed: "echo 'int z;' >y.h", same: true},
		{name: "a file that is included by an option", recipe: "gcc -E -P -MD -MF $@.d -include y.h -xc src -o $@", changed: "echo 'int z;' >y.h"},
		{name: "a script of sed", recipe: "sed -f prog src >$@", changed: "echo s/a/c/ >prog"},
		{name: "a script of sed that is joined to its option", recipe: "sed -fprog src >$@", changed: "echo s/a/c/ >prog"},
		{name: "patterns of grep", recipe: "grep --file=pat src >$@", changed: "echo z >>pat"},
		{name: "a redirection", recipe: "cat <side src >$@", changed: "echo 2 >side"},
		{name: "a file that is there", recipe: "if [ -e flag ]; then echo yes >$@; else echo no >$@; fi; cat src >>$@", changed: "echo >flag"},
		{name: "a file that is gone", recipe: "if [ -e side ]; then echo yes >$@; else echo no >$@; fi; cat src >>$@", changed: "rm side"},
		{name: "a pattern of names", recipe: "cat src d/* >$@", changed: "echo >d/new"},
		{name: "a folder", recipe: "cp src $@; ls d >>$@", changed: "echo >d/new"},
		{name: "a script", recipe: "./gen src >$@", changed: "echo 'echo other' >>gen"},
		{name: "a script by its interpreter", recipe: "sh gen src >$@", changed: "echo 'echo other' >>gen"},
		{name: "what a script reads", recipe: "./gen src >$@", changed: "echo 2 >side"},
		{name: "a library", recipe: "gcc -nostdlib -r -o $@ obj.o -L. -lk", changed: "cp other.a libk.a"},
		{name: "an archive", recipe: "ld -r -o $@ obj.o libk.a", changed: "cp other.a libk.a"},
		{name: "a list of objects", recipe: "ld -r -o $@ @list", changed: "echo obj.o libk.a >list"},
		{name: "what a list of objects names", recipe: "ld -r -o $@ @list", changed: "cp other.o more.o"},
		{name: "the time", recipe: "cat src >$@; date +%N >>$@", changed: ":"},
		{name: "a link", recipe: "cat src l >$@", changed: "ln -sfn y.h l"},
		{name: "what it adds to", recipe: "cat src >>$@", changed: ":"},
		{name: "what it counts", recipe: "expr 1 + $$(cat n) >n.t; mv n.t n; cat src n >$@", changed: ":"},
		{name: "what it makes and adds to", recipe: "cat src >$@; echo more >>$@", changed: ":", same: true},
		{name: "the program", recipe: "./prog2 src >$@", changed: "cp /bin/head prog2"},
	}, 6) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "src": "#include \"x.h\"\n", "x.h": "int a;\n", "y.h": "int b;\n",
				"prog": "s/a/b/\n", "pat": "h\n", "side": "1\n", "d/one": "1\n", "gen": "#!/bin/sh\ncat $1 side\n", "list": "obj.o more.o\n",
				"Makefile": "all: out ; @:\nout: src ; @echo making; " + c.recipe + "\n"})}
			w.shell("chmod +x gen; ln -s x.h l; cp /bin/cat prog2; echo 'int k;' >k.c; gcc -c k.c; ar rcs libk.a k.o; echo 'int l;' >k.c; gcc -c k.c -o other.o;" +
				" ar rcs other.a other.o; cp k.o more.o; echo 1 >n; echo 'int s;' >s.c; gcc -c s.c -o obj.o")
			for i := range 4 { // programs of which nothing is known are traced when they run again
				w.write("src", "#include \"x.h\"\n"+strings.Repeat("\n", i))
				w.nextTick()
				w.build()
			}
			w.nextTick()
			w.shell(c.changed)
			w.touch("src")
			w.nextTick()
			if got := w.build(); strings.Contains(got, "making") == c.same {
				t.Errorf("printed:\n%s", got)
			}
		})
	}
}

// TestSpoiledAbove sees that a target to which somebody has written is made again, as with make, if a source was touched, though what lies
// between them is spared; and that it stays if it is what its recipe left.
func TestSpoiledAbove(t *testing.T) {
	for _, c := range []struct {
		name, spoil string
		same        bool
	}{
		{"not at all", ":", true},
		{"by a text", "echo x >>top", false},
		{"by a text, and the date put back", "touch -r top d; echo x >>top; touch -r d top", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, between := range []bool{false, true} {
				w := &world{project: newProject(t, "4.3", map[string]string{".config": "", "src": "text\n",
					"Makefile": "all: top ; @:\ntop: mid ; @echo making; cat mid mid >top\nmid: low ; @cp low mid\nlow: src ; @cp src low\n"})}
				w.build()
				w.build()
				w.shell(c.spoil)
				w.nextTick()
				if between {
					w.build() // make would do nothing, either
				}
				w.touch("src")
				w.nextTick()
				if got := w.build(); strings.Contains(got, "making") == c.same {
					t.Errorf("a build between: %v; printed:\n%s", between, got)
				}
			}
		})
	}
}

// shell runs a text in the folder of the project.
func (w *world) shell(text string) {
	w.t.Helper()
	cmd := exec.Command("/bin/sh", "-ec", text)
	cmd.Dir = w.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("%s: %v\n%s", text, err, out)
	}
}
