package main

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// builtWorld looks to the edits like a built tree.
func builtWorld(t *testing.T) *world {
	t.Helper()
	dir := tree(t, map[string]string{
		"src/Makefile":                           "all:\n",
		"src/lib/Makefile":                       "obj-y += a.o\n",
		"src/lib/Kconfig":                        "config A\n\tbool\n\tdefault y\n\thelp\n\t  About A.\n",
		"src/lib/a.c":                            "int a = 12;\n",
		"src/lib/b.S":                            "nop\n",
		"src/include/linux/a.h":                  "extern int a;\n",
		"src/scripts/Makefile.build":             "\n",
		"src/scripts/check.sh":                   "#!/bin/sh\n",
		"out/.config":                            "CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=m\n",
		"out/lib/a.o":                            "object",
		"out/lib/b.o":                            "object",
		"out/lib/.a.o.cmd":                       "cmd_lib/a.o := gcc\n\nsource_lib/a.o := /view/src/lib/a.c\n\ndeps_lib/a.o := \\\n  /view/src/include/linux/a.h \\\n  include/generated/g.h \\\n",
		"out/lib/.b.o.cmd":                       "cmd_lib/b.o := gcc\n\nsource_lib/b.o := /view/src/lib/b.S\n\ndeps_lib/b.o := \\\n  /view/src/include/linux/a.h \\\n",
		"out/lib/m.ko":                           "module",
		"out/include/generated/g.h":              "#define G\n",
		"out/arch/z/include/generated/asm/w.h":   "#include <asm-generic/w.h>\n",
		"out/include/config/auto.conf.cmd":       "deps_config := \\\n\tlib/Kconfig \\\n\nkconfig: $(deps_config)\n",
		"out/scripts/kconfig/conf":               "program",
		"out/.gokbuild/state":                    "state",
		"bin/gcc":                                "-> /usr/bin/ccache",
		"out/include/generated/uapi/linux/ver.h": "#define V\n",
	})
	return &world{name: "test", dir: dir, view: "/view"}
}

func TestCatalog(t *testing.T) {
	got, err := builtWorld(t).catalog()
	if err != nil {
		t.Fatal(err)
	}
	want := &catalog{
		objects:   []object{{"out/lib/a.o", "src/lib/a.c"}, {"out/lib/b.o", "src/lib/b.S"}},
		headers:   []header{{"src/include/linux/a.h", 2}},
		dirs:      []string{"src/lib/Makefile"},
		kconfigs:  []string{"src/lib/Kconfig"},
		generated: []string{"out/arch/z/include/generated/asm/w.h", "out/include/generated/g.h", "out/include/generated/uapi/linux/ver.h"},
		wrappers:  []string{"out/arch/z/include/generated/asm/w.h"},
		commands:  []string{"out/lib/.a.o.cmd", "out/lib/.b.o.cmd"},
		folders:   []string{"src/lib"},
		modules:   []string{"out/lib/m.ko"},
	}
	opts := cmp.Options{cmp.AllowUnexported(catalog{}, object{}, header{}), cmpopts.IgnoreFields(catalog{}, "outputs")}
	if d := cmp.Diff(want, got, opts); d != "" {
		t.Error(d)
	}
	for _, path := range got.outputs {
		if strings.Contains(path, stateDir) || strings.Contains(path, "kconfig/conf") || strings.HasSuffix(path, "/.config") {
			t.Errorf("%s is no output to be harmed", path)
		}
	}
	if len(got.outputs) != 9 {
		t.Errorf("%d outputs: %v", len(got.outputs), got.outputs)
	}
}

func (p *picker) with(seed uint64, step int) *picker {
	q := *p
	q.Rand, q.step = stepRand(seed, step), step
	return &q
}

func testPicker(t *testing.T) *picker {
	t.Helper()
	w := builtWorld(t)
	cat, err := w.catalog()
	if err != nil {
		t.Fatal(err)
	}
	return &picker{cat: cat, w: w, flip: []string{"CONFIG_A", "CONFIG_B", "CONFIG_C"}}
}

// Every kind makes the same edit from the same seed; the edit can be played and taken back.
func TestEditsAreRepeatableAndCanBeTakenBack(t *testing.T) {
	p := testPicker(t)
	original := contents(t, p.w.dir)
	opts := cmp.Options{cmp.AllowUnexported(edit{}, op{}, request{}), cmpopts.IgnoreFields(edit{}, "other")}
	for _, k := range kinds() {
		made := false
		for step := 1; step <= 12; step++ {
			e := k.make(p.with(7, step))
			// A date to come is taken from the clock.
			if again := k.make(p.with(7, step)); !strings.HasPrefix(k.name, "future") && cmp.Diff(e, again, opts) != "" {
				t.Errorf("%s: the same seed gives another edit:\n%s", k.name, cmp.Diff(e, again, opts))
			}
			if e == nil {
				continue
			}
			made = true
			back, err := p.w.undo(e.ops)
			if err != nil {
				t.Fatalf("%s: %v", k.name, err)
			}
			if err := p.w.apply(e.ops, time.Now()); err != nil {
				t.Fatalf("%s: %v", k.name, err)
			}
			if err := p.w.apply(back, time.Now()); err != nil {
				t.Fatalf("%s, back: %v", k.name, err)
			}
			if d := cmp.Diff(original, contents(t, p.w.dir)); d != "" {
				t.Fatalf("%s %s: taken back, but not wholly:\n%s", k.name, e.what, d)
			}
		}
		if !made {
			t.Errorf("%s: no edit in 12 steps", k.name)
		}
	}
}

// contents maps names to types, modes and texts.
func contents(t *testing.T, root string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		text := info.Mode().String() + " "
		if d.Type() == fs.ModeSymlink {
			to, err := os.Readlink(path)
			all[path] = text + to
			return err
		}
		data, err := os.ReadFile(path)
		all[path] = text + string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// What a build has made again stays, what it left harmed comes back.
func TestHealed(t *testing.T) {
	w := builtWorld(t)
	ops := []op{{kind: opRemove, path: "out/lib/a.o"}, {kind: opRemove, path: "out/lib/b.o"},
		{kind: opWrite, path: "out/lib/m.ko", data: []byte("cut")}, {kind: opWrite, path: "out/lib/.a.o.cmd", data: []byte("cut")},
		{kind: opWrite, path: "src/lib/a.c", data: []byte("new")}}
	back, err := w.undo(ops)
	if err != nil {
		t.Fatal(err)
	}
	made := []op{{kind: opReplace, path: "out/lib/a.o", data: []byte("made")}, {kind: opReplace, path: "out/lib/.a.o.cmd", data: []byte("made")}}
	if err := w.apply(append(ops, made...), time.Now()); err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, o := range w.healed(ops, back) {
		paths = append(paths, o.path)
	}
	if d := cmp.Diff([]string{"out/lib/m.ko", "out/lib/b.o"}, paths); d != "" {
		t.Error(d)
	}
}

func TestEditTimes(t *testing.T) {
	w := builtWorld(t)
	now, past := time.Date(2026, 3, 1, 0, 0, 0, 5, time.UTC), time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := w.apply([]op{
		{kind: opWrite, path: "src/lib/a.c", data: []byte("x")},
		{kind: opReplace, path: "src/lib/b.S", data: []byte("x"), mtime: past},
		{kind: opTouch, path: "src/lib/Kconfig"},
	}, now); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]time.Time{"src/lib/a.c": now, "src/lib/b.S": past, "src/lib/Kconfig": now} {
		info, err := statAt(w, path)
		if err != nil || !info.ModTime().Equal(want) {
			t.Errorf("%s: %v, %v, want %v", path, info.ModTime(), err, want)
		}
	}
}

func TestBag(t *testing.T) {
	all := kinds()
	total := 0
	for _, k := range all {
		total += k.weight
	}
	names := func(l []kind) (names []string) {
		for _, k := range l {
			names = append(names, k.name)
		}
		return names
	}
	one := names(bag(all, 1, total))
	if d := cmp.Diff(one, names(bag(all, 1, total))); d != "" {
		t.Error("the same seed gives another order")
	}
	if cmp.Equal(one, names(bag(all, 2, total))) {
		t.Error("another seed gives the same order")
	}
	count := map[string]int{}
	for _, n := range one {
		count[n]++
	}
	for _, k := range all {
		if count[k.name] != k.weight {
			t.Errorf("%s: %d times, want %d", k.name, count[k.name], k.weight)
		}
	}
	if d := cmp.Diff(one[:20], names(bag(all, 1, 20))); d != "" {
		t.Error("a shorter run is no beginning of a longer one")
	}
}

func TestPairsReadAgainWhatChanged(t *testing.T) {
	files := map[string]string{"a": "one", "b": "two"}
	want, got := tree(t, files), tree(t, files)
	p := pairs{}
	if c, err := p.compare(want, got, nil); err != nil || !c.equal() {
		t.Fatalf("%+v, %v", c, err)
	}
	// Same size, same date: only the inode's own time differs.
	path := filepath.Join(got, "a")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	before, err := stampOf(path)
	if err != nil {
		t.Fatal(err)
	}
	for { // until the file system's clock has moved on
		if err := os.WriteFile(path, []byte("eno"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
			t.Fatal(err)
		}
		now, err := stampOf(path)
		if err != nil {
			t.Fatal(err)
		}
		if now != before {
			break
		}
	}
	c, err := p.compare(want, got, nil)
	if err != nil || len(c.differs) != 1 {
		t.Fatalf("the planted difference is not found: %+v, %v", c, err)
	}
}

func TestStepsDifference(t *testing.T) {
	a := stepsOf("  CC      a.o\n  CC [M]  m.o\n  CALL    scripts/x.sh\nnoise\n  LD      v\n")
	b := stepsOf("  CC      a.o\n  CC      a.o\n  CC [M]  m.o\n  AR      l\n")
	more, less := a.difference(b)
	if d := cmp.Diff([]string{"AR l", "CC a.o"}, more); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"CALL scripts/x.sh", "LD v"}, less); d != "" {
		t.Error(d)
	}
}

func TestComplaints(t *testing.T) {
	got := complaints("warning: a\nwarning: a\n", "warning: a\nstate damaged\nwarning: a\nwarning: a\n")
	if d := cmp.Diff([]string{"state damaged", "warning: a"}, got); d != "" {
		t.Error(d)
	}
}

func TestDamageIsDamage(t *testing.T) {
	data := []byte(strings.Repeat("state of things\n", 100))
	seen := map[string]bool{}
	for i := range 300 {
		rnd := rand.New(rand.NewPCG(1, uint64(i)))
		what, b := damaged(data, rnd)
		seen[strings.Fields(what)[0]] = true
		if b != nil && string(b) == string(data) {
			t.Errorf("%s: nothing is damaged", what)
		}
	}
	for _, want := range []string{"cut", "with", "replaced", "half", "old", "folder", "link"} {
		if !seen[want] {
			t.Errorf("never: %s", want)
		}
	}
	if _, b := damaged(nil, rand.New(rand.NewPCG(1, 1))); len(b) != 0 {
		t.Error("an empty state has grown")
	}
}

func TestSweepRemovesOnlyDebris(t *testing.T) {
	w := builtWorld(t)
	d := debris{}
	d.add(w, "lib/m.ko")
	left, err := d.sweep(w, []string{"lib/a.o", "lib/m.ko"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"lib/a.o"}, left); diff != "" {
		t.Error(diff)
	}
	if _, err := os.Stat(w.path("out/lib/m.ko")); err == nil {
		t.Error("debris is still there")
	}
	if _, err := os.Stat(w.path("out/lib/a.o")); err != nil {
		t.Error("what was there before is gone")
	}
	if left, err := (debris{}).sweep(w, []string{"lib/a.o"}); err != nil || len(left) != 1 {
		t.Errorf("%v, %v", left, err)
	}
}
