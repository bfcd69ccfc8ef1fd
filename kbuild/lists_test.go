package kbuild

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is named by a list reaches who reads the list, although the list holds the same bytes; what was made again with
// the same bytes and names nothing stops there.
func TestListsPassChangesOn(t *testing.T) {
	w := &world{project: newProject(t, "4.3", map[string]string{
		".config": "\n",
		"Makefile": `
all: listed archived listed2 plain ;
%.o: %.c ; @echo CC $@; cp $< $@
order: a.o ; @echo ORDER; echo ./a.ko > $@
listed: order ; @echo LISTED; cat a.o > $@
orders: order ; @cat order > $@
listed2: orders ; @cat a.o > $@
thin.a: b.o ; @echo AR; printf '!<thin>\nmember/' > $@
archived: thin.a ; @cat b.o > $@
header: c.o ; @echo HEADER; cat same > $@
plain: header ; @echo PLAIN; cat header > $@
.PHONY: all
`,
		"same": strings.Repeat("#define SAME 1\n", 9), "a.c": "a 1\n", "b.c": "b 1\n", "c.c": "c 1\n",
	})}
	w.build()
	for _, text := range []string{"2", "3"} {
		w.build() // with nothing to do, so that all is remembered
		for _, name := range []string{"a", "b", "c"} {
			w.write(name+".c", name+" "+text+"\n")
		}
		w.nextTick()
		out := w.build()
		for name, want := range map[string]string{"listed": "a", "listed2": "a", "archived": "b"} {
			got, err := os.ReadFile(filepath.Join(w.dir, name))
			if want += " " + text + "\n"; err != nil || string(got) != want {
				t.Errorf("%s holds %q, want %q (%v); make said:\n%s", name, got, want, err, out)
			}
		}
		if !strings.Contains(out, "HEADER") || strings.Contains(out, "PLAIN") {
			t.Errorf("the same bytes do not stop where nothing is named:\n%s", out)
		}
	}
}
