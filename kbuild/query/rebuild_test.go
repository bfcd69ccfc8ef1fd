package query

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/facts/tick"
	"gokbuild/depgraph/memory"
	"gokbuild/depgraph/need"
	"gokbuild/kbuild/event"
)

// rebuilding is a tree that is built and asked in turn.
type rebuilding struct {
	t      *testing.T
	dir    string
	secret memory.Secret
}

// newRebuilding writes a tree with a configuration.
func newRebuilding(t *testing.T, files map[string]string) *rebuilding {
	t.Helper()
	dir := need.Dir(t)
	write(t, dir, map[string]string{".config": ""})
	write(t, dir, files)
	return &rebuilding{t, dir, memory.UserSecret(t.TempDir())}
}

// build builds, and lists the files that were made.
func (r *rebuilding) build() string {
	r.t.Helper()
	e := engine(r.t, r.dir)
	var list []string
	e.session.Secret, e.session.Identity = r.secret, 1
	settling := make(map[uint32]bool)
	e.session.Listen(func(ev event.Event) {
		switch ev := ev.(type) {
		case event.MakeStarted:
			settling[ev.Make] = ev.Settling
		case event.RecipeEnded:
			if ev.Ran && !settling[ev.Make] && strings.Contains(ev.Target, ".") {
				list = append(list, filepath.Base(ev.Target))
			}
		}
	})
	if status := e.session.Run(e.call); status != 0 {
		text, _ := os.ReadFile(e.call.Stderr.Name())
		r.t.Fatalf("status %d: %s", status, text)
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// ask lists the files that would be made, with their conditions.
func (r *rebuilding) ask() string {
	r.t.Helper()
	e := engine(r.t, r.dir, "--query=would-rebuild")
	e.session.Secret, e.session.Identity = r.secret, 1
	a, err := e.ask()
	if err != nil {
		r.t.Fatal(err)
	}
	var list []string
	for _, t := range a.(*rebuildAnswer).Targets {
		if !strings.Contains(t.Target, ".") {
			continue
		}
		text := filepath.Base(t.Target)
		if len(t.If) > 0 {
			text += "?" + strings.Join(t.If, "?")
		}
		list = append(list, text)
	}
	slices.Sort(list)
	for _, name := range a.(*rebuildAnswer).Open {
		list = append(list, "then "+name)
	}
	return strings.Join(list, " ")
}

// edit changes a file: it is removed, or touched if the text is "".
func (r *rebuilding) edit(name, text string) {
	r.t.Helper()
	if _, err := tick.Next(r.dir); err != nil {
		r.t.Fatal(err)
	}
	file := filepath.Join(r.dir, name)
	switch text {
	case "":
		now := time.Now()
		if err := os.Chtimes(file, now, now); err != nil {
			r.t.Fatal(err)
		}
	case removed:
		if err := os.Remove(file); err != nil {
			r.t.Fatal(err)
		}
	default:
		write(r.t, r.dir, map[string]string{name: text})
	}
}

// removed is the text of a file that is not to be there.
const removed = "\x00"

// TestWouldRebuild: what is listed is what the next build makes.
func TestWouldRebuild(t *testing.T) {
	r := newRebuilding(t, map[string]string{
		"one.h": "int h;\n", "a.c": "#include \"one.h\"\nint a;\n", "sub/b.c": "int b;\n",
		"Makefile":     "all: a.o sub\na.o: a.c one.h\n\tgcc -c -o $@ a.c\nsub:\n\t$(MAKE) -C sub\n.PHONY: all sub\n",
		"sub/Makefile": "b.o: b.c\n\tgcc -c -o $@ b.c\n",
	})
	for i, step := range []struct{ name, text string }{{}, {}, {"sub/b.c", "int c;\n"}, {}, {"one.h", "int i;\n"}, {"a.c", ""}, {}} {
		if step.name != "" {
			r.edit(step.name, step.text)
		}
		before := r.ask()
		if again := r.ask(); again != before {
			t.Errorf("step %d: asked twice, %q and %q", i, before, again)
		}
		if got := r.build(); got != before {
			t.Errorf("step %d: %q would be made, %q was", i, before, got)
		}
	}
}

// TestWouldRebuildWhat: what depends on what comes of a recipe is told with its condition, what is proved is not told of.
func TestWouldRebuildWhat(t *testing.T) {
	r := newRebuilding(t, map[string]string{
		"a.c": "int a;\n", "b.c": "#include \"gen.h\"\nint b;\n", "gen.txt": "#define G 1\n", "list.txt": "X := 1\n",
		"Makefile": `include list.mk
CC := gcc
all: lib.a
.PHONY: all
lib.a: a.o b.o
	rm -f $@; ar cDPrST $@ $^
a.o: a.c
	$(CC) -MMD -c -o $@ $<
b.o: b.c gen.h
	$(CC) -MMD -c -o $@ $<
gen.h: gen.txt
	@cat gen.txt > gen.tmp; if cmp -s gen.tmp $@; then rm gen.tmp; else mv gen.tmp $@; fi
list.mk: list.txt
	cp list.txt $@
`,
	})
	r.build()
	r.edit("a.c", "int a2;\n")
	r.build()
	for _, step := range []struct{ name, text, want, made string }{
		{"a.c", "", "", ""},
		{"a.c", "int a2; /* x */\n", "a.o lib.a?a.o", "a.o"},
		{"a.c", "int a3;\n", "a.o lib.a?a.o", "a.o lib.a"},
		{"a.o", removed, "a.o", "a.o"},
		{"Makefile", "", "", ""},
		{"gen.txt", "#define G 2\n", "b.o?gen.h gen.h lib.a?b.o", "b.o gen.h"},
		{"gen.txt", "", "gen.h", "gen.h"}, // the recipe reads what it may write: dates decide
		{"gen.txt", "#define G 2\n#\n", "b.o?gen.h gen.h lib.a?b.o", "b.o gen.h"},
		{"list.txt", "X := 2\n", "list.mk then list.mk", "list.mk"},
		{"list.mk", removed, "list.mk then list.mk", "list.mk"},
	} {
		r.edit(step.name, step.text)
		if got := r.ask(); got != step.want {
			t.Errorf("%s %q (-want +got):\n%s", step.name, step.text, cmp.Diff(step.want, got))
		}
		if got := r.build(); got != step.made {
			t.Errorf("%s %q: made (-want +got):\n%s", step.name, step.text, cmp.Diff(step.made, got))
		}
	}
}
