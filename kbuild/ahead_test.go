package kbuild

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gokbuild/depgraph/facts/tick"
)

// TestReadAhead includes many files at once, some of which change, vanish or appear while those before them are evaluated, and
// one of which is named twice.
func TestReadAhead(t *testing.T) {
	const count = 60
	files := map[string]string{}
	var names, want []string
	for i := range count {
		name := fmt.Sprintf("inc/%02d.mk", i)
		names = append(names, name)
		files[name] = fmt.Sprintf("LIST += %d\n", i)
		want = append(want, fmt.Sprint(i))
	}
	files["inc/03.mk"] += "$(shell printf 'LIST += changed\\n' >inc/50.mk; rm inc/51.mk; printf 'LIST += other\\n' >inc/new.mk)\n"
	want[50], want[51] = "changed", "other"
	names[51] = "inc/51.mk inc/new.mk"
	names = append(names, "inc/07.mk", "inc/missing.mk")
	want = append(want, "7")
	files["Makefile"] = "-include " + strings.Join(names, " ") + "\nall: ; @echo $(LIST)\n"
	p := newProject(t, "4.3", files)
	old := time.Now().Add(-time.Hour)
	for name := range files {
		if err := os.Chtimes(filepath.Join(p.dir, name), old, old); err != nil {
			t.Fatal(err)
		}
		// Their change time can't be set: they are settled after a moment.
		if err := tick.Await(filepath.Join(p.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if status := p.make(); status != 0 || p.output() != strings.Join(want, " ")+"\n" {
		t.Errorf("status %d\n%s\nwant\n%s", status, p.output(), want)
	}
	for name := range files {
		if _, ahead := p.s.makefiles.Holds(filepath.Join(p.dir, name)); ahead {
			t.Errorf("left: %s", name)
		}
	}
}
