package kconfig_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"gokbuild/kconfig"
	"gokbuild/kconfig/internal/testkit"
)

// TestSideBySide loads two trees of different dialects at once; the race detector watches.
func TestSideBySide(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Kconfig"), []byte("config I\n\tint \"i\"\nconfig A\n\tdef_bool y\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			d, want := kconfig.NewestDialect(), "0"
			if i%2 == 1 {
				d, want = testkit.Older(), ""
			}
			c, err := kconfig.Load(kconfig.Options{File: "Kconfig", Dir: dir, Dialect: d})
			if err != nil {
				t.Error(err)
				return
			}
			if got := c.Value(c.Lookup("I")); got != want {
				t.Errorf("I = %q, want %q", got, want)
			}
		}()
	}
	wg.Wait()
}

func TestWhy(t *testing.T) {
	dir := t.TempDir()
	text := "config A\n\tdef_bool y\n\tselect S\n\timply W\nconfig S\n\tbool \"s\"\nconfig W\n\tbool \"w\"\nconfig I\n\tint \"i\"\n\trange 1 5\n\tdefault 9\n" +
		"config U\n\tbool \"u\"\nchoice\n\tprompt \"c\"\nconfig X\n\tbool \"x\"\nendchoice\nconfig N\n\tbool \"n\"\n"
	for name, text := range map[string]string{"Kconfig": text, ".config": "CONFIG_U=y\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	c, err := kconfig.Load(kconfig.Options{File: "Kconfig", Dir: dir, Dialect: kconfig.NewestDialect()})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.ReadConfig(""); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]kconfig.Cause{"A": kconfig.CauseDefault, "S": kconfig.CauseSelect, "W": kconfig.CauseImply, "I": kconfig.CauseRange, "U": kconfig.CauseUser, "X": kconfig.CauseChoice, "N": kconfig.CauseNone} {
		if got := c.Why(c.Lookup(name)).Cause; got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	if by := c.Why(c.Lookup("S")).By; len(by) != 1 || by[0].String() != "A" {
		t.Errorf("S is selected by %v", by)
	}
}

func TestLoadErrors(t *testing.T) {
	_, err := kconfig.Load(kconfig.Options{File: "Kconfig", Dir: t.TempDir(), Dialect: kconfig.NewestDialect()})
	e, ok := err.(*kconfig.ExitError)
	if !ok || e.Code != 1 || e.Error() != "can't find file Kconfig" {
		t.Errorf("got %v", err)
	}
}
