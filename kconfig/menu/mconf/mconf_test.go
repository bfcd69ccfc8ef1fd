package mconf

import (
	"strings"
	"testing"

	"gokbuild/kconfig/menu/front"
	"gokbuild/kconfig/menu/menutest"
)

// play runs mconf on the small tree with these keys.
func play(t *testing.T, config, typed string, before func(term *menutest.Terminal, n int)) *menutest.Play {
	t.Helper()
	p := &menutest.Play{Main: Main, Files: map[string]string{"Kconfig": menutest.Kconfig, ".config": config}, Before: before}
	return p.Keys(t, front.Invocation{Name: "mconf"}, typed)
}

func TestFirstScreen(t *testing.T) {
	p := play(t, menutest.Start, "<esc>", nil)
	p.Shows(t, 0, " .config - Test", "┤", "    [*] Modules", "    <M> Bus", "    < >   Card", "    (3) Speed", "        Size (Small)  --->",
		"        Inside  --->", "<Select>    < Exit >    < Help >    < Save >    < Load >")
	if p.Status != 0 || !p.Closed || !strings.Contains(p.Stdout.String(), "done") || p.Stderr.Len() > 0 {
		t.Errorf("status %d, %q, %q", p.Status, &p.Stdout, &p.Stderr)
	}
	if got := p.File(t, ".config"); got != menutest.Start {
		t.Errorf("nothing changed, and .config is\n%s", got)
	}
}

func TestSave(t *testing.T) {
	p := play(t, menutest.Start, "<down><down>m<down><enter><bs>77<enter><enter><bs><bs>7<enter><down><enter><down> <down><enter><enter>né<enter><esc><esc><enter>", nil)
	config := p.File(t, ".config")
	for _, line := range []string{"CONFIG_CARD=m", "CONFIG_SPEED=7", "CONFIG_LARGE=y", "CONFIG_NAME=\"né\""} {
		if !strings.Contains(config, line+"\n") {
			t.Errorf("%s is missing in\n%s", line, config)
		}
	}
	if p.Status != 0 || p.File(t, ".config.old") != menutest.Start || !strings.Contains(p.File(t, "include/config/auto.conf"), "CONFIG_CARD=m\n") {
		t.Errorf("status %d, .config.old %q", p.Status, p.File(t, ".config.old"))
	}
	invalid := false
	for _, s := range p.Screens {
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
			p := play(t, menutest.Start, tt.typed, nil)
			if got := strings.Contains(p.File(t, ".config.unsaved"), "CONFIG_BUS=y\n"); got != tt.unsaved {
				t.Errorf(".config.unsaved: %v", got)
			}
			if got := strings.Contains(p.File(t, ".config"), "CONFIG_BUS=y\n"); got != tt.saved {
				t.Errorf("saved: %v", got)
			}
			if !p.Closed {
				t.Error("the terminal was not given back")
			}
		})
	}
}

func TestSmallWindow(t *testing.T) {
	p := play(t, menutest.Start, "<down>y<resize>xq<enter><resize><esc>y", func(term *menutest.Terminal, n int) {
		switch n {
		case 3:
			term.Width, term.Height = 10, 5
		case 7:
			term.Width, term.Height = 132, 50
		}
	})
	p.Shows(t, 3, "Window too")
	p.Shows(t, 7, "<*> Bus")
	if p.Status != 0 || !strings.Contains(p.File(t, ".config"), "CONFIG_BUS=y\n") {
		t.Errorf("status %d\n%s", p.Status, p.File(t, ".config"))
	}
}

// TestChoiceComment selects a comment among the members of a choice: nothing is chosen, and the line selected before is selected again.
func TestChoiceComment(t *testing.T) {
	p := play(t, "", "<down><down><down><enter><down><down><enter><down>?", nil)
	p.Shows(t, -1, "Symbol: LARGE [=n]", "< Exit >")
}

// TestChoiceInSmallestWindow opens a choice in the smallest window that there may be at the beginning.
func TestChoiceInSmallestWindow(t *testing.T) {
	p := play(t, "", "<down><down><down><enter><down><enter>?", func(term *menutest.Terminal, _ int) { term.Height = 19 })
	p.Shows(t, 4, "Choose one line", "( ) Large", "<Select>")
	p.Shows(t, 6, "Size (Large)")
}

func TestUndoKeys(t *testing.T) {
	p := play(t, menutest.Start, "<down>y<f5><f5><f6><esc>n", nil)
	p.Shows(t, 2, "<*> Bus")
	p.Shows(t, 3, "<M> Bus", "Taken back: BUS is m")
	p.Shows(t, 4, "Nothing to take back")
	p.Shows(t, 5, "<*> Bus", "Again: BUS is y")
}

func TestSearchAndJump(t *testing.T) {
	p := play(t, menutest.Start, "/car<enter>1<esc><esc>/((<enter><esc><esc>", nil)
	p.Shows(t, 5, "Symbol: CARD [=n]", "(1)", "-> Card (CARD [=n])", "→ Search (car)")
	p.Shows(t, 6, "< >   Card")
	p.Shows(t, 7, "Symbol: CARD [=n]")
	p.Shows(t, -2, "No matches found.", "missing closing )")
}

func TestTooSmallToBegin(t *testing.T) {
	p := play(t, "", "", func(term *menutest.Terminal, _ int) { term.Width = 79 })
	if p.Status != 1 || !p.Closed || !strings.Contains(p.Stderr.String(), "at least 19 lines by 80 columns") {
		t.Errorf("status %d, %s", p.Status, &p.Stderr)
	}
}

func TestWhy(t *testing.T) {
	p := play(t, "CONFIG_MODULES=y\n# CONFIG_BUS is not set\nCONFIG_SPEED=3\n", "zy<down><down>y<f2>a<f3><esc><f5><f5><esc>n", nil)
	p.Shows(t, 5, "CARD stays n: needs BUS [=n]")
	p.Shows(t, 6, "CARD is n", "To be set to y it needs", "- BUS [=n]", "BUS = y    Bus", "CARD = y    Card", "Press a")
	p.Shows(t, 7, "<*> Bus", "<*>   Card")
	p.Shows(t, 8, "Set by you", "BUS                              n -> y", "CARD                             (not there) -> y")
	p.Shows(t, -2, "< > Bus")
}

func TestFindKeys(t *testing.T) {
	p := play(t, menutest.Start, "<f4>what car<enter><esc><f4>nothing at all<enter><esc><esc>", nil)
	p.Shows(t, 9, "CARD=n  Card", "1 of 1")
	p.Shows(t, 10, "< >   Card")
}

func TestAsks(t *testing.T) {
	menutest.Asks(t, Main, "mconf", menutest.Words{Load: "<tab><tab><tab><tab><enter>", Save: "<tab><tab><tab><enter>", Undo: "<f5>",
		Out: "<enter><esc>", End: "<esc>n", Question: "F3 shows the changes"})
}
