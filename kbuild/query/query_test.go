package query

import (
	"bytes"
	"encoding/json"
	"gokbuild/depgraph/need"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// kernel is a small tree with the form of a kernel: folders, composites, modules, a configuration.
var kernelTree = map[string]string{
	".config": "CONFIG_NET=y\nCONFIG_DRV=m\n# CONFIG_OFF is not set\nCONFIG_MODULES=y\n",
	"Kconfig": `config MODULES
	bool "modules"
	modules
config NET
	bool "net"
config PCI
	bool
config DRV
	tristate "driver"
	depends on NET
config BIG
	tristate "big"
	default y
config OFF
	bool "off"
	depends on PCI && NET
	help
	  Say y to CONFIG_NET or DRV here.
source "sub/Kconfig"
`,
	"sub/Kconfig": "config SUB\n\tbool\n\tdefault y if NET\n\tselect TOP\nconfig TOP\n\tbool\nconfig TEXT\n\tstring\n\tdefault \"a\\\"b\\\\\"\n",
	"Makefile": `
export CC := ./cc
include .config
all: vmlinux modules
oldconfig:
	scripts/kconfig/conf --$@ Kconfig
.PHONY: all oldconfig modules sub
sub:
	$(MAKE) -f build.mk obj=sub
sub/built-in.a: sub ;
vmlinux: sub/built-in.a
	ld -o $@ $^
modules: sub
	$(MAKE) -f final.mk
`,
	"build.mk": `
include .config
include $(obj)/Makefile
$(shell mkdir -p $(obj)/made $(obj)/of/this)
$(shell mkdir -m 755 -p $(obj)/open)
$(if $(wildcard 755),$(error a mode is no folder))
dummy := $(shell [ -d $(obj)/also ] || mkdir $(obj)/also)
count := $(shell ./count)
obj-y := $(patsubst %/,%/built-in.a,$(addprefix $(obj)/,$(obj-y)))
all: $(obj)/built-in.a $(addprefix $(obj)/,$(obj-m)) $(obj)/modules.order
$(obj)/built-in.a: $(obj-y)
	ar rcs $@ $^
$(obj)/modules.order: $(addprefix $(obj)/,$(obj-m))
	{ $(foreach m,$^,echo $m;) :; } > $@
%.o: %.c
	@echo "  CC $@"; $(CC) -c -o $@ $<
$(obj)/big.o: $(addprefix $(obj)/,$(big-y))
	ld -r -o $@ $^
`,
	"final.mk": "modules := $(patsubst %.o,%.ko,$(file < sub/modules.order))\nall: $(modules)\n%.ko: %.o\n\tld -r -o $@ $<\n.PHONY: all\n",
	"sub/Makefile": `obj-$(CONFIG_NET) += net.o
obj-$(CONFIG_DRV) += drv.o
obj-$(CONFIG_OFF) += off.o
obj-$(CONFIG_BIG) += big.o
ifdef CONFIG_NET
big-y := one.o \
	two.o
endif
obj-y += big.o
extra-y += always.o
`,
	"count":     "#!/bin/sh\nn=$(cat .version) && n=$(expr $n + 1) || n=1\necho $n > .version\necho $n\n",
	"sub/net.c": "#ifdef CONFIG_DRV\n#endif\n", "sub/drv.c": "", "sub/off.c": "", "sub/always.c": "", "sub/one.c": "", "sub/two.c": "",
}

// ask asks a question of the small kernel in a folder, and returns the answer as text and as the JSON of a program.
func ask(t *testing.T, dir string, args ...string) (text string, status int, object map[string]any) {
	t.Helper()
	run := func(args []string) (string, int) {
		e := engine(t, dir, args...)
		out, err := os.CreateTemp(t.TempDir(), "out")
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		call := e.call
		call.Stdout = out
		status := Main(e.session, call, e.flags, nil)
		text, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		errs, err := os.ReadFile(e.call.Stderr.Name())
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(string(text), dir+"/", "") + string(errs), status
	}
	text, status = run(args)
	asJSON, again := run(append(slices.Clone(args), "--json"))
	if again != status {
		t.Errorf("%v: status %d, with --json %d", args, status, again)
	}
	if status < 2 {
		if err := json.Unmarshal([]byte(asJSON), &object); err != nil {
			t.Fatalf("%v: %v: %s", args, err, asJSON)
		}
		if s := readSchema(t); !s.valid(s.root, object) {
			t.Errorf("%v: not as docs/query.schema.json says: %s", args, asJSON)
		}
	}
	return text, status, object
}

func TestQueries(t *testing.T) {
	dir := need.Dir(t)
	write(t, dir, kernelTree)
	before := listing(t, dir)
	for name, c := range map[string]struct {
		args   string
		want   string
		status int
	}{
		"value":     {"--query=value NET CONFIG_DRV OFF SUB", "CONFIG_NET=y\nCONFIG_DRV=m\nCONFIG_OFF=n\nCONFIG_SUB=y\n", 0},
		"unknown":   {"--query=value NONE", "make: CONFIG_NONE: nothing defines it\n", 1},
		"why":       {"--query=why SUB", "CONFIG_SUB=y: by default (sub/Kconfig:3)\n  defined at sub/Kconfig:1\n", 0},
		"selected":  {"--query=why TOP", "CONFIG_TOP=y: selected by SUB [=y]\n  defined at sub/Kconfig:5\n  selected by: SUB [=y]\n", 0},
		"why-off":   {"--query=why-off OFF", "CONFIG_OFF=n: what it depends on is off\n  defined at Kconfig:14\n  depends on: PCI [=n] && NET [=y]\n  needs: PCI [=n]\n  no answers were found that turn it on\n", 0},
		"turned on": {"--query=why-off DRV", "CONFIG_DRV=m: set in the configuration\n  defined at Kconfig:8\n  depends on: NET [=y]\n  may be set to y\n  turned on by: DRV=y\n", 0},
		"built in":  {"--query=what-builds sub/net.c", "sub/net.o -> sub/built-in.a -> vmlinux\n  sub/Makefile:1: obj-$(CONFIG_NET)\n  CONFIG_NET=y\n  ./cc -c -o sub/net.o sub/net.c\n", 0},
		"module":    {"--query=what-builds sub/drv.c", "sub/drv.o -> sub/drv.ko\n  sub/Makefile:2: obj-$(CONFIG_DRV)\n  CONFIG_DRV=m\n  ./cc -c -o sub/drv.o sub/drv.c\n", 0},
		"composite": {"--query=what-builds sub/two.c", "sub/two.o -> sub/big.o -> sub/built-in.a -> vmlinux\n  sub/Makefile:6: big-y\n  sub/Makefile:4: obj-$(CONFIG_BIG)\n  CONFIG_NET=y\n  CONFIG_BIG=y\n  ./cc -c -o sub/two.o sub/two.c\n", 0},
		"not built": {"--query=what-builds sub/off.c", "make: sub/off.c: no command compiles it: CONFIG_OFF=n\n", 1},
		"config-of": {"--query=config-of sub/off.c", "CONFIG_OFF=n\n", 0},
		"always":    {"--query=config-of sub/always.c", "sub/always.c: always (sub/Makefile:10)\n", 0},
		"of several": {"--query=config-of sub/off.c sub/always.c sub/two.c sub/none.c", "sub/off.c: CONFIG_OFF=n\nsub/always.c: always (sub/Makefile:10)\n" +
			"sub/two.c: CONFIG_NET=y\nsub/two.c: CONFIG_BIG=y\nmake: sub/none.c: no makefile lists it\n", 0},
		"of none":      {"--query=config-of sub/none.c", "make: sub/none.c: no makefile lists it\n", 1},
		"modules":      {"--query=modules", "m sub/drv.ko\ny sub/big.o CONFIG_BIG\n", 0},
		"link-order":   {"--query=link-order", "sub/net.o\nsub/big.o\n", 0},
		"folder":       {"--query=link-order sub", "sub/net.o\nsub/big.o\n", 0},
		"goals":        {"--query=goals", "all\nmodules\noldconfig\nsub\n", 0},
		"depends":      {"--query=depends sub/big.o", "sub/big.o\n  sub/one.o ...\n  sub/two.o ...\n", 0},
		"reverse":      {"--query=depends sub/one.o --reverse --depth=2", "sub/one.o\n  sub/big.o\n    sub/built-in.a ...\n", 0},
		"no target":    {"--query=depends none", "make: none: no make of a build has such a target\n", 1},
		"rebuild":      {"--query=would-rebuild sub/built-in.a", "sub/net.o: it does not exist\n", 0},
		"tree kconfig": {"--query=tree kconfig", "Kconfig  (MODULES NET PCI DRV BIG OFF)\n  sub/Kconfig  (SUB TOP TEXT)\n", 0},
		"tree objects": {"--query=tree objects", dir + "\n  vmlinux\n    sub/built-in.a\n      sub/net.o  (obj-$(CONFIG_NET))\n      sub/big.o  (obj-$(CONFIG_BIG))\n        sub/one.o  (big-y)\n        sub/two.o  (big-y)\n  sub/drv.ko\n    sub/drv.o  (obj-$(CONFIG_DRV))\n", 0},
		"tree targets": {"--query=tree targets modules", "modules\n  sub\n", 0},
		"from":         {"--query=from DRV", "CONFIG_DRV=m: set in the configuration\n  sub/Makefile:2: obj-$(CONFIG_DRV): drv.o\nKconfig:8:8: kconfig\nsub/Makefile:2:14: makefile\nsub/net.c:1:15: source\n", 0},
		"text":         {"--query=value TEXT", `CONFIG_TEXT="a\"b\\"` + "\n", 0},
		"some unknown": {"--query=value NET NONE", "CONFIG_NET=y\nmake: CONFIG_NONE: nothing defines it\n", 0},
		"no source":    {"--query=what-builds sub/gone.c", "make: sub/gone.c: there is no such file\n", 1},
		"no line":      {"--query=what-builds Makefile", "make: Makefile: no command compiles it, and no makefile lists it\n", 1},
		"no mention":   {"--query=from NONE", "make: CONFIG_NONE: nothing defines or names it\n", 1},
		"no folder":    {"--query=link-order none", "make: none: nothing is linked in it\n", 1},
		"no needs":     {"--query=depends sub/net.c", "make: sub/net.c needs nothing\n", 1},
		"same":         {"--query=changed .config .config", "make: they do not differ\n", 1},
		"no goal":      {"--query=tree targets none", "make: none: no make of a build has such a target\n", 1},
		"of the tree":  {"--query=tree objects none", "make: *** tree objects takes no goal: none.  Stop.\n", 2},
		"help":         {"--query=help", "", 0},
		"wrong":        {"--query=nothing", "make: *** no such question: nothing (--query=help lists them).  Stop.\n", 2},
		"too many":     {"--query=changed a", "make: *** usage: --query=changed OLD NEW.  Stop.\n", 2},
		"depth":        {"--query=tree kconfig --depth=x", "make: *** --depth=x: not a number of levels.  Stop.\n", 2},
	} {
		t.Run(name, func(t *testing.T) {
			got, status, _ := ask(t, dir, strings.Fields(c.args)...)
			if name == "help" && strings.Count(got, "\n") == len(questions) {
				got = ""
			}
			if name == "rebuild" {
				got, _, _ = strings.Cut(got, "\n")
				got += "\n"
			}
			if diff := cmp.Diff(c.want, strings.ReplaceAll(got, dir+"/", "")); diff != "" || status != c.status {
				t.Errorf("status %d, want %d (-want +got):\n%s", status, c.status, diff)
			}
		})
	}
	if diff := cmp.Diff(before, listing(t, dir)); diff != "" {
		t.Errorf("files of the tree (-before +after):\n%s", diff)
	}
}

// TestInterrupted: a question that a signal ends says nothing of the tree.
func TestInterrupted(t *testing.T) {
	dir := need.Dir(t)
	write(t, dir, kernelTree)
	e := engine(t, dir, "--query=what-builds", "sub/net.c")
	e.session.Interrupt(syscall.SIGTERM)
	status := Main(e.session, e.call, e.flags, nil)
	said, err := os.ReadFile(e.call.Stderr.Name())
	if err != nil || status != 2 || len(said) != 0 {
		t.Errorf("status %d, %q, %v", status, said, err)
	}
}

func TestDot(t *testing.T) {
	a := treeAnswer{Tree: &Tree{Name: `a"b`, Below: []*Tree{{Name: "c", Note: "n"}, {Name: `a"b`}}}}
	var b bytes.Buffer
	a.dot(&b)
	want := "digraph tree {\n\trankdir=LR;\n\tnode [shape=box];\n\tn0 [label=\"a\\\"b\"];\n\tn1 [label=\"c\"];\n\tn0 -> n1 [label=\"n\"];\n\tn0 -> n0;\n}\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestConfigurations(t *testing.T) {
	dir := need.Dir(t)
	write(t, dir, kernelTree)
	write(t, dir, map[string]string{"new": "CONFIG_NET=y\nCONFIG_DRV=y\nCONFIG_TEXT=\"a\"\n",
		"fragment": "CONFIG_OFF=y\nCONFIG_DRV=y\nCONFIG_NONE=y\nCONFIG_TOP=y\n# CONFIG_BIG is not set\n"})
	got, status, _ := ask(t, dir, "--query=changed", ".config", "new")
	if want := "CONFIG_DRV m -> y\nCONFIG_MODULES y -> n\nCONFIG_TEXT n -> \"a\"\n"; got != want || status != 0 {
		t.Errorf("changed: status %d, %s", status, got)
	}
	got, status, _ = ask(t, dir, "--query=would-drop", "fragment")
	if want := "1: CONFIG_OFF=y becomes n: needs PCI [=n]\n3: CONFIG_NONE=y becomes n: nothing defines it\n"; got != want || status != 0 {
		t.Errorf("would-drop: status %d, %s", status, got)
	}
}

// TestWrongValues: settings that no answer could be say so, and what could be one.
func TestWrongValues(t *testing.T) {
	dir := need.Dir(t)
	write(t, dir, kernelTree)
	numbers := kernelTree["Kconfig"] + "config CPUS\n\tint \"cpus\"\n\trange 2 64\n\tdefault 8\nconfig BASE\n\thex \"base\"\n\tdefault 0x10\n" +
		"config NAME\n\tstring \"name\"\n\tdefault \"x\"\n"
	write(t, dir, map[string]string{"Kconfig": numbers,
		"fragment": "CONFIG_CPUS=65\nCONFIG_BASE=zz\nCONFIG_NET=m\nCONFIG_BIG=z\nCONFIG_NAME=abc\nCONFIG_DRV=yes\n",
		"without":  "# CONFIG_MODULES is not set\nCONFIG_DRV=m\nCONFIG_CPUS=64\nCONFIG_BASE=0xFF\nCONFIG_NAME=\"abc\"\n"})
	got, status, _ := ask(t, dir, "--query=would-drop", "fragment")
	want := `1: CONFIG_CPUS=65 becomes 64: 65 is no int from 2 to 64
2: CONFIG_BASE=zz becomes 0x10: zz is no hex
3: CONFIG_NET=m becomes n: m is no value of a bool
4: CONFIG_BIG=z becomes y: z is no value of a tristate
5: CONFIG_NAME=abc becomes x: a string stands in quotes
6: CONFIG_DRV=yes becomes n: needs NET [=n]
`
	if diff := cmp.Diff(want, got); diff != "" || status != 0 {
		t.Errorf("status %d (-want +got):\n%s", status, diff)
	}
	got, status, _ = ask(t, dir, "--query=would-drop", "without")
	if want := "2: CONFIG_DRV=m becomes y: m needs modules, which are off\n"; got != want || status != 0 {
		t.Errorf("without modules: status %d, %s", status, got)
	}
}

// FuzzSettings: no text makes the reader panic, and lines lie in the text.
func FuzzSettings(f *testing.F) {
	f.Add([]byte("CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=\"x\\\"\"\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, s := range Settings(text) {
			if s.Line < 1 || s.Line > bytes.Count(text, []byte("\n"))+1 {
				t.Errorf("line %d", s.Line)
			}
			unquote(s.Value)
		}
	})
}
