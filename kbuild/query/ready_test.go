package query

import (
	"gokbuild/depgraph/need"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestOutput: KBUILD_OUTPUT and KBUILD_EXTMOD count in the environment, O and M do not.
func TestOutput(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, kernelTree)
	for name, c := range map[string]struct {
		args, env []string
		want      string
	}{
		"none":            {nil, nil, ""},
		"O":               {[]string{"O=a"}, []string{"KBUILD_OUTPUT=b"}, "/a"},
		"environment":     {nil, []string{"KBUILD_OUTPUT=b"}, "/b"},
		"variable":        {[]string{"KBUILD_OUTPUT=c"}, []string{"KBUILD_OUTPUT=b"}, "/c"},
		"module":          {[]string{"O=a"}, []string{"KBUILD_EXTMOD=m"}, "/m"},
		"of a shell only": {nil, []string{"O=a", "M=m"}, ""},
	} {
		e := engine(t, dir, c.args...)
		call := e.call
		call.Env = append(slices.Clone(call.Env), c.env...)
		e, err := New(e.session, call, e.flags)
		if err != nil || e.Out != dir+c.want {
			t.Errorf("%s: %s, %v", name, e.Out, err)
		}
	}
}

// TestUnready: a folder that O= names must be there, and a configuration in it where the answer needs one. Nothing is made.
func TestUnready(t *testing.T) {
	dir := need.Dir(t)
	files := map[string]string{"fragment": "CONFIG_NET=y\n"}
	for name, text := range kernelTree {
		if name != ".config" {
			files[name] = text
		}
	}
	files["Makefile"] = strings.Replace(kernelTree["Makefile"], "include .config", "-include .config\n$(if $(O),$(shell mkdir -p $(O)))", 1)
	files["build.mk"] = strings.Replace(kernelTree["build.mk"], "include .config", "-include .config", 1)
	write(t, dir, files)
	before := listing(t, dir)
	const none = "make: *** there is no configuration in DIR/.config: make one first, as by defconfig.  Stop.\n"
	for args, want := range map[string]struct {
		text   string
		status int
	}{
		"O=typo --query=value NET":         {"make: *** O=typo: there is no such folder.  Stop.\n", 2},
		"O=typo --compdb":                  {"make: *** O=typo: there is no such folder.  Stop.\n", 2},
		"KBUILD_OUTPUT=typo --query=goals": {"make: *** KBUILD_OUTPUT=typo: there is no such folder.  Stop.\n", 2},
		"M=typo --query=modules":           {"make: *** M=typo: there is no such folder.  Stop.\n", 2},
		"--query=value BIG":                {"make: DIR has no .config: these are the defaults\nCONFIG_BIG=y\n", 0},
		"--query=goals":                    {"all\nmodules\noldconfig\nsub\n", 0},
		"--compdb":                         {none, 2},
		"--query=would-rebuild":            {none, 2},
		"--query=would-drop fragment":      {none, 2},
		"--query=would-change fragment":    {none, 2},
		"--query=modules":                  {none, 2},
		"--query=what-builds sub/net.c":    {none, 2},
	} {
		e := engine(t, dir, strings.Fields(args)...)
		call := e.call
		call.Stdout = call.Stderr
		status := Main(e.session, call, e.flags, nil)
		text, err := os.ReadFile(call.Stderr.Name())
		if got := strings.ReplaceAll(string(text), dir, "DIR"); err != nil || got != want.text || status != want.status {
			t.Errorf("%s: status %d, %s", args, status, got)
		}
	}
	if after := listing(t, dir); !slices.Equal(before, after) {
		t.Errorf("files before: %v, after: %v", before, after)
	}
	if _, err := os.Stat(filepath.Join(dir, "typo")); err == nil {
		t.Error("a folder was made")
	}
	// Another file may be the configuration, and what has no Kconfig needs none.
	write(t, dir, map[string]string{"other": kernelTree[".config"]})
	if err := engine(t, dir, "KCONFIG_CONFIG=other").ready(itsConfig); err != nil {
		t.Error(err)
	}
	plain := t.TempDir()
	write(t, plain, tree)
	if err := os.Remove(filepath.Join(plain, ".config")); err != nil {
		t.Fatal(err)
	}
	if status := engine(t, plain, "--compdb").runCompDB(); status != 0 {
		t.Errorf("a tree without Kconfig: status %d", status)
	}
	if err := engine(t, plain, "O=3").ready(itsConfig); err != nil {
		t.Errorf("a tree without Kconfig: %v", err)
	}
}

// TestNoKernel: a folder without a makefile is told of in make's words alone, and a plain makefile has the trees that it can have.
func TestNoKernel(t *testing.T) {
	empty, plain := need.Dir(t), need.Dir(t)
	write(t, plain, map[string]string{"Makefile": "all: a.o\na.o: a.c\n\tgcc -c -o $@ $<\n", "a.c": ""})
	const none = "make: *** No targets specified and no makefile found.  Stop.\n"
	for _, c := range []struct {
		dir, args, want string
		status          int
	}{
		{empty, "--query=goals", none, 2},
		{empty, "--query=tree targets", none, 2},
		{empty, "--query=would-rebuild", none, 2},
		{empty, "--compdb", none, 2},
		{empty, "--query=value NET", "make: *** the makefiles of this folder have no configuration.  Stop.\n", 2},
		{plain, "--query=tree targets", "all\n  a.o\n    a.c\n", 0},
		{plain, "--query=would-rebuild", "a.o: it does not exist\n", 0},
		{plain, "--query=link-order", "make: there is no image that objects are linked to\n", 1},
	} {
		e := engine(t, c.dir, strings.Fields(c.args)...)
		call := e.call
		call.Stdout = call.Stderr
		before := listing(t, c.dir)
		status := Main(e.session, call, e.flags, nil)
		text, err := os.ReadFile(call.Stderr.Name())
		if err != nil || string(text) != c.want || status != c.status {
			t.Errorf("%s: status %d, %s", c.args, status, text)
		}
		if after := listing(t, c.dir); !slices.Equal(before, after) {
			t.Errorf("%s: files before: %v, after: %v", c.args, before, after)
		}
	}
}
