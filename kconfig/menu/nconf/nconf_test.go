package nconf

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gokbuild/kconfig/internal/dialect"
	"gokbuild/kconfig/menu/front"
	"gokbuild/kconfig/menu/screen"
)

const kconfig = `mainmenu "Test"

config MODULES
	bool "Modules"
	modules
	default y

config BUS
	tristate "Bus"

config CARD
	tristate "Card"
	depends on BUS

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

endchoice

menu "Inside"

config NAME
	string "Name"

endmenu
`

const start = "CONFIG_MODULES=y\nCONFIG_BUS=m\n# CONFIG_CARD is not set\nCONFIG_SPEED=3\nCONFIG_SMALL=y\n# CONFIG_LARGE is not set\nCONFIG_NAME=\"\"\n"

// play runs nconf with these keys; it returns the screens before each of them, and what .config holds afterwards.
func play(t *testing.T, before func(f *screen.Fake, n int), keys ...screen.Key) (screens []string, config string, status int) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"Kconfig": kconfig, ".config": start} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	f := &screen.Fake{Width: 80, Height: 24, Keys: keys}
	f.Before = func(g *screen.Grid, _ screen.Key) {
		screens = append(screens, g.String())
		if before != nil {
			before(f, len(screens))
		}
	}
	var out, stderr bytes.Buffer
	status = Main(front.Invocation{Args: []string{"Kconfig"}, Dir: dir, Dialect: dialect.Newest(), Term: f, Stdout: &out, Stderr: &stderr})
	if !f.Closed {
		t.Error("the terminal was not given back")
	}
	b, err := os.ReadFile(filepath.Join(dir, ".config"))
	if err != nil {
		t.Fatal(err)
	}
	return screens, string(b), status
}

func shows(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in\n%s", part, text)
		}
	}
}

func TestMenu(t *testing.T) {
	s, config, status := play(t, nil, screen.Down, screen.Down, 'm', screen.F9, screen.Enter, screen.Enter)
	shows(t, s[0], "                                 .config - Test", "┌── Test ──", "[*] Modules", "<M> Bus", "    (3) Speed", "Size (Small)  --->",
		"F1Help─F2SymInfo─F3Help 2─F4ShowAll─F5Back─F6Save─F7Load─F8SymSearch─F9Exit")
	shows(t, s[4], "<save>", "<don't save>")
	shows(t, s[5], "configuration written to .config", "<OK>")
	if status != 0 || !strings.Contains(config, "CONFIG_CARD=m\n") {
		t.Errorf("status %d\n%s", status, config)
	}
}

func TestEscapeAndKeep(t *testing.T) {
	s, config, status := play(t, func(f *screen.Fake, n int) {
		switch n {
		case 2:
			f.Width, f.Height = 30, 8
		case 4:
			f.Width, f.Height = 100, 30
		}
	}, screen.Down, screen.Resize, 'y', screen.Resize, 'y', screen.Esc, screen.Esc, screen.Esc, screen.Right, screen.Enter, screen.Enter)
	shows(t, s[2], "Window too small")
	shows(t, s[5], "<*> Bus")
	if status != 0 || config != start {
		t.Errorf("status %d\n%s", status, config)
	}
}

func TestSearch(t *testing.T) {
	s, _, _ := play(t, nil, '/', 's', 'p', screen.Esc, screen.F8, 'c', 'a', 'r', screen.Enter, '1', screen.Ctrl('w'), 'a', screen.Ctrl('u'), screen.Hangup)
	shows(t, s[3], "searching: sp")
	shows(t, s[9], "Search Results", "(1)", "-> Card (CARD [=n])")
	shows(t, s[11], "CARD is n", "CARD = y", "BUS = y")
	shows(t, s[12], "<*>   Card", "CARD is y")
	shows(t, s[13], "< >   Card", "Taken back: CARD is n")
}
