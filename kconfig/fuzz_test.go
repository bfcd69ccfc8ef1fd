package kconfig_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"gokbuild/kconfig"
	"gokbuild/kconfig/internal/testkit"
)

// noShell keeps fuzzed $(shell,...) from running anything.
var noShell = kconfig.ShellFunc(func(string, string, []string, io.Reader, io.Writer) ([]byte, error) { return []byte("y\n"), nil })

// fuzzLoad parses a text.
func fuzzLoad(dir string, d *kconfig.Dialect, text string) (*kconfig.Config, error) {
	if err := os.WriteFile(filepath.Join(dir, "Kconfig"), []byte(text), 0o666); err != nil {
		return nil, err
	}
	return kconfig.Load(kconfig.Options{File: "Kconfig", Dir: dir, Dialect: d, Shell: noShell})
}

func FuzzKconfigParse(f *testing.F) {
	for _, s := range []string{
		"config A\n\tbool \"a\" if B\n\tdefault y\n\tselect B\n\tdepends on A && (B || !C=y)\n\thelp\n\t  x\nmenu \"m\"\nendmenu\n",
		"choice\n\tprompt \"c\"\nconfig X\n\ttristate \"x\"\nconfig Y\n\tbool \"y\"\nendchoice\nif X\ncomment \"c\"\nendif\n",
		"config I\n\tint\n\trange 1 J\nconfig J\n\thex\n\tdefault 0x1\nconfig M\n\tbool\n\tmodules\n",
		"source \"Kconfig\"\n", "menu\n\tvisible if A\n", "config A\n\toption env=\"X\"\n", "a = $(a)\n$(a)\n",
	} {
		f.Add(s)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		for _, d := range testkit.All() {
			c, err := fuzzLoad(dir, d, text)
			if err != nil {
				continue
			}
			for m := range c.Entries() {
				c.EntryVisible(m)
				if m.Sym != nil {
					c.Value(m.Sym)
					c.Help(m)
				}
			}
			c.DotConfig()
			c.Minimal()
		}
	})
}

func FuzzDotConfig(f *testing.F) {
	f.Add("CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_S=\"a\\\"b\"\nCONFIG_I=0\nCONFIG_H=0x1\nCONFIG_X=y\nCONFIG_Y=m\n")
	f.Add("CONFIG_S=\"\\\nCONFIG_S=\"\n#CONFIG_A is not set\n\x00\r\n")
	const tree = "config A\n\tbool \"a\"\nconfig B\n\ttristate \"b\"\nconfig S\n\tstring \"s\"\nconfig I\n\tint \"i\"\n\trange 1 9\nconfig H\n\thex \"h\"\n" +
		"choice\n\tprompt \"c\"\nconfig X\n\tbool \"x\"\nconfig Y\n\tbool \"y\"\nendchoice\n"
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(filepath.Join(dir, ".config"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		for _, d := range testkit.All()[:2] {
			c, err := fuzzLoad(dir, d, tree)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.ReadConfig(""); err != nil {
				t.Fatal(err)
			}
			first := string(c.DotConfig())
			if err := c.WriteConfig(""); err != nil {
				t.Fatal(err)
			}
			// What was written reads back as the same configuration.
			if err := c.ReadConfig(""); err != nil {
				t.Fatal(err)
			}
			if again := string(c.DotConfig()); again != first {
				t.Errorf("written:\n%s\nread back:\n%s", first, again)
			}
			if err := os.WriteFile(filepath.Join(dir, ".config"), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	})
}
