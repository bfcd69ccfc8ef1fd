// Package menutest is for the tests of front ends: what comes of these keys?
//
// menutest.go plays, terminal.go has the terminal, asks.go is a test that all front ends share.
package menutest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gokbuild/kconfig/internal/dialect"
	"gokbuild/kconfig/menu/front"
)

// Kconfig is a small tree with one of each, Start a configuration of it.
const (
	Kconfig = `mainmenu "Test"

config MODULES
	bool "Modules"
	modules
	default y

config BUS
	tristate "Bus"

config CARD
	tristate "Card"
	depends on BUS
	help
	  What the card does.

config SPEED
	int "Speed"
	range 1 9
	default 3

choice
	prompt "Size"

config SMALL
	bool "Small"

config LARGE
	bool "Large"

comment "No more"

endchoice

menu "Inside"

config NAME
	string "Name"

endmenu
`

	Start = "CONFIG_MODULES=y\nCONFIG_BUS=m\n# CONFIG_CARD is not set\nCONFIG_SPEED=3\nCONFIG_SMALL=y\n# CONFIG_LARGE is not set\nCONFIG_NAME=\"\"\n"
)

// Main is a front end.
type Main func(front.Invocation) (status int)

// Play is a front end that runs on a small tree, and what comes of it. The fields above Dir may be set before.
type Play struct {
	Main Main
	// Files are those of the tree, by name; nil are Kconfig and Start.
	Files map[string]string
	// Before is called before the n-th key, counted from 1; it may change the size of the terminal.
	Before func(t *Terminal, n int)

	Dir            string
	Screens        []string // before each key
	Status         int
	Stdout, Stderr bytes.Buffer
	Closed         bool
}

// Keys runs it with these keys, as [Keys] reads them, in a folder of its own. What inv does not say is that of a new
// Linux.
func (p *Play) Keys(t *testing.T, inv front.Invocation, typed string) *Play {
	t.Helper()
	p.Dir = t.TempDir()
	files := p.Files
	if files == nil {
		files = map[string]string{"Kconfig": Kconfig, ".config": Start}
	}
	for name, text := range files {
		name = filepath.Join(p.Dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	term := &Terminal{Width: 80, Height: 24, Keys: Keys(typed)}
	if p.Before != nil {
		term.Before = func(n int) { p.Before(term, n) }
		p.Before(term, 0)
	}
	if inv.Args == nil {
		inv.Args = []string{"Kconfig"}
	}
	if inv.Dialect == nil {
		inv.Dialect = dialect.Newest()
	}
	inv.Dir, inv.Term, inv.Stdout, inv.Stderr = p.Dir, term, &p.Stdout, &p.Stderr
	if inv.Source != "" {
		inv.Source = filepath.Join(p.Dir, inv.Source)
	}
	p.Status = p.Main(inv)
	p.Screens, p.Closed = term.Screens, term.Closed
	return p
}

// File is what a file holds, "" if it is not there.
func (p *Play) File(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(p.Dir, name))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(b)
}

// Shows fails if a screen does not hold a text; screens are counted from 0, and from the last one below.
func (p *Play) Shows(t *testing.T, n int, texts ...string) {
	t.Helper()
	if n < 0 {
		n += len(p.Screens)
	}
	for _, text := range texts {
		if !strings.Contains(p.Screens[n], text) {
			t.Errorf("screen %d does not show %q:\n%s", n, text, p.Screens[n])
		}
	}
}
