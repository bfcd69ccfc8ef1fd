package mconf

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

// played is what came of a run.
type played struct {
	dir            string
	screens        []string // before each key
	status         int
	stdout, stderr bytes.Buffer
	closed         bool
}

// keys reads keys: letters are themselves, words in < > have names.
func keys(text string) []screen.Key {
	names := map[string]screen.Key{"up": screen.Up, "down": screen.Down, "right": screen.Right, "enter": screen.Enter,
		"esc": screen.Esc, "bs": screen.Backspace, "tab": screen.Tab, "resize": screen.Resize, "int": screen.Interrupt,
		"hup": screen.Hangup, "home": screen.Home, "end": screen.End, "del": screen.Delete, "pgdn": screen.PageDown,
		"f2": screen.F2, "f3": screen.F3, "f4": screen.F4, "f5": screen.F5, "f6": screen.F6}
	var out []screen.Key
	for text != "" {
		if text[0] == '<' {
			name, rest, _ := strings.Cut(text[1:], ">")
			k, ok := names[name]
			if !ok {
				panic("no key " + name)
			}
			out, text = append(out, k), rest
			continue
		}
		r := []rune(text)[0]
		out, text = append(out, screen.Key(r)), text[len(string(r)):]
	}
	return out
}

// play runs mconf on a small tree with these keys.
func play(t *testing.T, config, typed string, before func(f *screen.Fake, n int)) *played {
	t.Helper()
	p := &played{dir: t.TempDir()}
	for name, text := range map[string]string{"Kconfig": kconfig, ".config": config} {
		if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	f := &screen.Fake{Width: 80, Height: 24, Keys: keys(typed)}
	f.Before = func(g *screen.Grid, _ screen.Key) {
		p.screens = append(p.screens, g.String())
		if before != nil {
			before(f, len(p.screens))
		}
	}
	p.status = Main(front.Invocation{Name: "mconf", Args: []string{"Kconfig"}, Dir: p.dir, Dialect: dialect.Newest(), Term: f,
		Stdout: &p.stdout, Stderr: &p.stderr})
	p.closed = f.Closed
	return p
}

// file is what a file holds, "" if it is not there.
func (p *played) file(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(p.dir, name))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(b)
}

// shows fails if a screen does not hold a text; screens are counted from 0, and from the last one below.
func (p *played) shows(t *testing.T, n int, texts ...string) {
	t.Helper()
	if n < 0 {
		n += len(p.screens)
	}
	for _, text := range texts {
		if !strings.Contains(p.screens[n], text) {
			t.Errorf("screen %d does not show %q:\n%s", n, text, p.screens[n])
		}
	}
}

const start = "CONFIG_MODULES=y\nCONFIG_BUS=m\n# CONFIG_CARD is not set\nCONFIG_SPEED=3\nCONFIG_SMALL=y\n# CONFIG_LARGE is not set\nCONFIG_NAME=\"\"\n"

func TestFirstScreen(t *testing.T) {
	p := play(t, start, "<esc>", nil)
	p.shows(t, 0, " .config - Test", "┤", "    [*] Modules", "    <M> Bus", "    < >   Card", "    (3) Speed", "        Size (Small)  --->",
		"        Inside  --->", "<Select>    < Exit >    < Help >    < Save >    < Load >")
	if p.status != 0 || !p.closed || !strings.Contains(p.stdout.String(), "done") || p.stderr.Len() > 0 {
		t.Errorf("status %d, %q, %q", p.status, &p.stdout, &p.stderr)
	}
	if got := p.file(t, ".config"); got != start {
		t.Errorf("nothing changed, and .config is\n%s", got)
	}
}

func TestSave(t *testing.T) {
	p := play(t, start, "<down><down>m<down><enter><bs>77<enter><enter><bs><bs>7<enter><down><enter><down> <down><enter><enter>né<enter><esc><esc><enter>", nil)
	config := p.file(t, ".config")
	for _, line := range []string{"CONFIG_CARD=m", "CONFIG_SPEED=7", "CONFIG_LARGE=y", "CONFIG_NAME=\"né\""} {
		if !strings.Contains(config, line+"\n") {
			t.Errorf("%s is missing in\n%s", line, config)
		}
	}
	if p.status != 0 || p.file(t, ".config.old") != start || !strings.Contains(p.file(t, "include/config/auto.conf"), "CONFIG_CARD=m\n") {
		t.Errorf("status %d, .config.old %q", p.status, p.file(t, ".config.old"))
	}
	invalid := false
	for _, s := range p.screens {
		invalid = invalid || strings.Contains(s, "You have made an invalid entry.") && strings.Contains(s, "77 is not from 1 to 9")
	}
	if !invalid {
		t.Error("77 was not refused with a reason")
	}
}

// TestLeave: neither a small window, nor a lost terminal, nor impatience lose anything.
func TestLeave(t *testing.T) {
	for _, tt := range []struct {
		name, typed    string
		unsaved, saved bool
	}{
		{"hangup", "<down>y<hup>", true, false},
		{"hangup without changes", "<down><hup>", false, false},
		{"end of input", "<down>y", true, false},
		{"interrupt, no", "<down>y<int>n", false, false},
		{"interrupt, yes", "<down>y<int>y", false, true},
		{"interrupt, back, on", "<down>y<int><esc>m<esc>y", false, false}, // m is what it was
		{"interrupt twice", "<down>y<int><int>", true, false},
		{"interrupt, nothing changed", "<int>", false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := play(t, start, tt.typed, nil)
			if got := strings.Contains(p.file(t, ".config.unsaved"), "CONFIG_BUS=y\n"); got != tt.unsaved {
				t.Errorf(".config.unsaved: %v", got)
			}
			if got := strings.Contains(p.file(t, ".config"), "CONFIG_BUS=y\n"); got != tt.saved {
				t.Errorf("saved: %v", got)
			}
			if !p.closed {
				t.Error("the terminal was not given back")
			}
		})
	}
}

func TestSmallWindow(t *testing.T) {
	p := play(t, start, "<down>y<resize>xq<enter><resize><esc>y", func(f *screen.Fake, n int) {
		switch n {
		case 3:
			f.Width, f.Height = 10, 5
		case 7:
			f.Width, f.Height = 132, 50
		}
	})
	p.shows(t, 3, "Window too")
	p.shows(t, 7, "<*> Bus")
	if p.status != 0 || !strings.Contains(p.file(t, ".config"), "CONFIG_BUS=y\n") {
		t.Errorf("status %d\n%s", p.status, p.file(t, ".config"))
	}
}

// TestChoiceComment selects a comment among the members of a choice: nothing is chosen, and the line selected before is selected again.
func TestChoiceComment(t *testing.T) {
	p := play(t, "", "<down><down><down><enter><down><down><enter><down>?", nil)
	p.shows(t, -1, "Symbol: LARGE [=n]", "< Exit >")
}

func TestUndoKeys(t *testing.T) {
	p := play(t, start, "<down>y<f5><f5><f6><esc>n", nil)
	p.shows(t, 2, "<*> Bus")
	p.shows(t, 3, "<M> Bus", "Taken back: BUS is m")
	p.shows(t, 4, "Nothing to take back")
	p.shows(t, 5, "<*> Bus", "Again: BUS is y")
}

func TestSearchAndJump(t *testing.T) {
	p := play(t, start, "/car<enter>1<esc><esc>/((<enter><esc><esc>", nil)
	p.shows(t, 5, "Symbol: CARD [=n]", "(1)", "-> Card (CARD [=n])", "→ Search (car)")
	p.shows(t, 6, "< >   Card")
	p.shows(t, 7, "Symbol: CARD [=n]")
	p.shows(t, -2, "No matches found.", "missing closing )")
}

func TestTooSmallToBegin(t *testing.T) {
	f := &screen.Fake{Width: 79, Height: 24}
	var stderr bytes.Buffer
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Kconfig"), []byte(kconfig), 0o666); err != nil {
		t.Fatal(err)
	}
	status := Main(front.Invocation{Args: []string{"Kconfig"}, Dir: dir, Dialect: dialect.Newest(), Term: f, Stderr: &stderr})
	if status != 1 || !f.Closed || !strings.Contains(stderr.String(), "at least 19 lines by 80 columns") {
		t.Errorf("status %d, %s", status, &stderr)
	}
}

func TestWhy(t *testing.T) {
	p := play(t, "CONFIG_MODULES=y\n# CONFIG_BUS is not set\nCONFIG_SPEED=3\n", "zy<down><down>y<f2>a<f3><esc><f5><f5><esc>n", nil)
	p.shows(t, 5, "CARD stays n: needs BUS [=n]")
	p.shows(t, 6, "CARD is n", "To be set to y it needs", "- BUS [=n]", "BUS = y    Bus", "CARD = y    Card", "Press a")
	p.shows(t, 7, "<*> Bus", "<*>   Card")
	p.shows(t, 8, "Set by you", "BUS                              n -> y", "CARD                             (not there) -> y")
	p.shows(t, -2, "< > Bus")
}

func TestFindKeys(t *testing.T) {
	p := play(t, start, "<f4>what car<enter><esc><f4>nothing at all<enter><esc><esc>", nil)
	p.shows(t, 9, "CARD=n  Card", "1 of 1")
	p.shows(t, 10, "< >   Card")
}
