package kconfig_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/kconfig"
	"gokbuild/kconfig/internal/testkit"
)

// load loads a tree of files from a directory of its own.
func load(t *testing.T, o kconfig.Options, files map[string]string) (*kconfig.Config, error) {
	t.Helper()
	o.Dir = t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(o.Dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if o.File == "" {
		o.File = "Kconfig"
	}
	if o.Dialect == nil {
		o.Dialect = kconfig.NewestDialect()
	}
	return kconfig.Load(o)
}

func mustLoad(t *testing.T, o kconfig.Options, files map[string]string) *kconfig.Config {
	t.Helper()
	c, err := load(t, o, files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const apiTree = `config MODULES
	bool "modules"
	modules

config A
	tristate "a"
	default m if MODULES
	select HELPER
	help
	  Help of a.

config HELPER
	bool "helper"
	depends on A != n

choice
	prompt "pick"

config X
	bool "x"

config Y
	bool "y"

endchoice

config NAME
	string "name"
	default "$(WHO)"
	imply A
`

func TestTreeOfEntries(t *testing.T) {
	c := mustLoad(t, kconfig.Options{Env: []string{"WHO=me"}}, map[string]string{"Kconfig": "source \"more\"\n", "more": apiTree})
	if got := c.Root().Prompt.Text; got != "Main menu" {
		t.Errorf("title %q", got)
	}
	var got []string
	for m := range c.Entries() {
		got = append(got, fmt.Sprintf("%v %s %t", m.Pos, m.Sym.Name, c.EntryVisible(m)))
	}
	want := []string{"more:1 MODULES true", "more:5 A true", "more:12 HELPER false", "more:16  true", "more:19 X true", "more:22 Y true", "more:27 NAME true"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("entries (-want +got)\n%s", d)
	}
	if d := cmp.Diff([]string{"Kconfig", "more"}, c.Files()); d != "" {
		t.Errorf("files (-want +got)\n%s", d)
	}
	if d := cmp.Diff([]string{"WHO=me"}, c.EnvRead()); d != "" {
		t.Errorf("environment (-want +got)\n%s", d)
	}
	if n := len(c.Symbols()); n != 8 { // with the choice and the text me
		t.Errorf("%d symbols", n)
	}
	if c.Lookup("NOTHING") != nil {
		t.Error("a symbol that is nowhere was found")
	}
	x := c.Lookup("X")
	if ch := c.Choice(x); ch == nil || !ch.IsChoice() || x.IsChoice() || c.Choice(c.Lookup("A")) != nil {
		t.Errorf("the choice of X is %v", ch)
	}
	if pos := x.Menus[0].Prompt.Pos; pos.Line != 20 || pos.Column != 2 || x.Menus[0].Pos.Column != 1 {
		t.Errorf("X is at %+v, its prompt at %+v", x.Menus[0].Pos, pos)
	}
	if !x.IsDefined() || x.IsConst() || c.Lookup("m").IsDefined() || !c.Lookup("m").IsConst() {
		t.Error("what is defined or constant")
	}
}

func TestStateOfSymbols(t *testing.T) {
	c := mustLoad(t, kconfig.Options{}, map[string]string{"Kconfig": apiTree})
	a, helper := c.Lookup("A"), c.Lookup("HELPER")
	if got := c.EffectiveType(a); got != kconfig.Bool || a.Type != kconfig.TristateType {
		t.Errorf("without modules A is %v", got)
	}
	c.Set(c.Lookup("MODULES"), "y")
	if got := c.EffectiveType(a); got != kconfig.TristateType {
		t.Errorf("with modules A is %v", got)
	}
	if c.Value(a) != "m" || c.Visibility(a) != kconfig.Yes || !c.Changeable(a) || c.Changeable(helper) {
		t.Errorf("A is %s, visible %v, changeable %t; HELPER changeable %t", c.Value(a), c.Visibility(a), c.Changeable(a), c.Changeable(helper))
	}
	if v, ok := c.UserValue(a); ok {
		t.Errorf("nobody set A, but it has %q", v)
	}
	if !c.Set(a, "y") || c.Set(a, "perhaps") {
		t.Error("A can be y, but not perhaps")
	}
	if v, ok := c.UserValue(a); !ok || v != "y" {
		t.Errorf("A was set to %q, %t", v, ok)
	}
	if !c.Set(c.Lookup("NAME"), "you") {
		t.Error("NAME cannot be set")
	}
	if v, ok := c.UserValue(c.Lookup("NAME")); !ok || v != "you" {
		t.Errorf("NAME was set to %q, %t", v, ok)
	}
	if !c.Set(c.Lookup("Y"), "y") || c.Value(c.Lookup("X")) != "n" || c.Set(c.Lookup("Y"), "n") {
		t.Error("a member is chosen by setting it, not by clearing another")
	}
	dep := helper.DirectDep()
	if got := c.Explained(dep); got != "A [=y]!=n [=n]" || c.Eval(dep) != kconfig.Yes {
		t.Errorf("%s is %v", got, c.Eval(dep))
	}
	if got := helper.ReverseDep().String(); got != "A" {
		t.Errorf("HELPER is selected by %s", got)
	}
	if got := a.WeakReverseDep(); got.String() != "NAME" {
		t.Errorf("A is implied by %v", got)
	}
	if got := c.Help(a.Menus[0]); !strings.HasPrefix(got, "CONFIG_A:\n\nHelp of a.\n\nSymbol: A [=y]\nType  : tristate\nDefined at Kconfig:5\n") {
		t.Errorf("help:\n%s", got)
	}
	if !a.Menus[0].HasHelp() || helper.Menus[0].HasHelp() || a.Menus[0].Help() != "Help of a.\n" {
		t.Errorf("help of A: %q", a.Menus[0].Help())
	}
}

func TestReadAndWrite(t *testing.T) {
	for _, d := range testkit.All()[:2] {
		var out strings.Builder
		o := kconfig.Options{Dialect: d, Stdout: &out}
		c := mustLoad(t, o, map[string]string{"Kconfig": "config A\n\tbool \"a\"\nconfig B\n\tbool \"b\"\n\tdefault y\n", "old": "CONFIG_A=y\n", "include": ""})
		if err := c.ReadConfig("nowhere"); !errors.Is(err, kconfig.ErrNoFile) {
			t.Errorf("reading nothing: %v", err)
		}
		if err := c.ReadConfig("old"); err != nil || !c.Changed() {
			t.Errorf("reading: %v; changed: %t, but B is new", err, c.Changed())
		}
		if err := c.WriteConfig(""); err != nil || c.Changed() {
			t.Errorf("writing: %v; changed: %t", err, c.Changed())
		}
		if got := out.String(); got != "#\n# configuration written to .config\n#\n" {
			t.Errorf("printed %q", got)
		}
		c.Silence()
		if err := c.WriteMinimal("small"); err != nil {
			t.Error(err)
		}
		if got := string(c.Minimal()); got != "CONFIG_A=y\n" {
			t.Errorf("minimal configuration %q", got)
		}
		if err := c.WriteConfig("there"); err != nil || strings.Contains(out.String(), "there") {
			t.Errorf("writing: %v; printed %q", err, &out)
		}
		if !strings.HasSuffix(string(c.DotConfig()), "CONFIG_A=y\nCONFIG_B=y\n") {
			t.Errorf("configuration:\n%s", c.DotConfig())
		}
		if err := c.WriteConfig("include/.config"); err == nil {
			t.Error("a configuration below a file was written")
		}
		if err := c.WriteMinimal("nowhere/small"); err == nil {
			t.Error("a minimal configuration in no folder was written")
		}
		if err := c.WriteAuto(); err == nil {
			t.Error("what the build reads was written below a file")
		}
	}
}

func TestWriteAuto(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Kconfig"), []byte("config A\n\tdef_bool y\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	c, err := kconfig.Load(kconfig.Options{File: "Kconfig", Dir: dir, Dialect: kconfig.NewestDialect()})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.WriteAuto(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "include/generated/autoconf.h"))
	if err != nil || !strings.Contains(string(text), "#define CONFIG_A 1\n") {
		t.Errorf("%v, %q", err, text)
	}
}

// TestMessageValues: what goes to the streams as text can be had with file, line and column.
func TestMessageValues(t *testing.T) {
	for _, tt := range []struct {
		name, tree, config string
		want               []string
	}{
		{name: "syntax", tree: "config A\n\tbool \"a\"\n\tbogus\n", want: []string{"Kconfig:3:2 error: syntax error", "Kconfig:3:2 error: unknown statement \"bogus\""}},
		{name: "character", tree: "config A\n\tbool ~\n", want: []string{"Kconfig:2:7 warning: ignoring unsupported character '~'"}},
		{name: "no file", tree: "\nmenu \"m\"\n  source \"x\"\nendmenu\n", want: []string{"Kconfig:3:3 error: can't open file \"x\""}},
		{name: "macro", tree: "$(warning-if,y,careful)\n$(error-if,y,no)\n", want: []string{"Kconfig:1:0 warning: careful", "Kconfig:2:0 error: no"}},
		{name: "property", tree: "config A\n\tbool\n\tprompt \" a\"\n", want: []string{"Kconfig:3:2 warning: leading whitespace ignored"}},
		{name: "help", tree: "config A\n\tbool\n\thelp\n\n", want: []string{"Kconfig:5:1 warning: 'A' defined with blank help text"}},
		{name: "loop", tree: "config A\n\tbool\n\tdepends on B\nconfig B\n\tbool\n\tdepends on A\n", want: []string{
			"Kconfig:1:1 error: recursive dependency detected!", "Kconfig:1:1 info: symbol A depends on B", "Kconfig:4:1 info: symbol B depends on A"}},
		{name: "unmet", tree: "config A\n\tdef_bool y\n\tselect B\nconfig B\n\tbool\n\tdepends on C\nconfig C\n\tbool\n", want: []string{"Kconfig:4:1 warning: unmet direct dependencies detected for B"}},
		{name: "value", tree: "config A\n\tbool \"a\"\n", config: "CONFIG_A=q\n", want: []string{".config:1:0 warning: symbol value 'q' invalid for A"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			o := kconfig.Options{Stderr: io.Discard, Messages: func(m kconfig.Message) {
				got = append(got, fmt.Sprintf("%s:%d:%d %v: %s", m.File, m.Line, m.Column, m.Severity, m.Text))
			}}
			if c, err := load(t, o, map[string]string{"Kconfig": tt.tree, ".config": tt.config}); err == nil {
				_ = c.ReadConfig("")
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}
