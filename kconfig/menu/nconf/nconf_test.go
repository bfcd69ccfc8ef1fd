package nconf

import (
	"strings"
	"testing"

	"gokbuild/kconfig/menu/front"
	"gokbuild/kconfig/menu/menutest"
)

// play runs nconf on the small tree with these keys.
func play(t *testing.T, typed string, before func(term *menutest.Terminal, n int)) *menutest.Play {
	t.Helper()
	p := (&menutest.Play{Main: Main, Before: before}).Keys(t, front.Invocation{Name: "nconf"}, typed)
	if !p.Closed {
		t.Error("the terminal was not given back")
	}
	return p
}

func TestMenu(t *testing.T) {
	p := play(t, "<down><down>m<f9><enter><enter>", nil)
	p.Shows(t, 0, "                                 .config - Test", "┌── Test ──", "[*] Modules", "<M> Bus", "    (3) Speed", "Size (Small)  --->",
		"F1Help─F2SymInfo─F3Help 2─F4ShowAll─F5Back─F6Save─F7Load─F8SymSearch─F9Exit")
	p.Shows(t, 4, "<save>", "<don't save>")
	p.Shows(t, 5, "configuration written to .config", "<OK>")
	if config := p.File(t, ".config"); p.Status != 0 || !strings.Contains(config, "CONFIG_CARD=m\n") {
		t.Errorf("status %d\n%s", p.Status, config)
	}
}

func TestEscapeAndKeep(t *testing.T) {
	p := play(t, "<down><resize>y<resize>y<esc><esc><esc><right><enter><enter>", func(term *menutest.Terminal, n int) {
		switch n {
		case 2:
			term.Width, term.Height = 30, 8
		case 4:
			term.Width, term.Height = 100, 30
		}
	})
	p.Shows(t, 2, "Window too small")
	p.Shows(t, 5, "<*> Bus")
	if config := p.File(t, ".config"); p.Status != 0 || config != menutest.Start {
		t.Errorf("status %d\n%s", p.Status, config)
	}
}

func TestSearch(t *testing.T) {
	p := play(t, "/sp<esc><f8>car<enter>1<ctrl-w>a<ctrl-u><hup>", nil)
	p.Shows(t, 3, "searching: sp")
	p.Shows(t, 9, "Search Results", "(1)", "-> Card (CARD [=n])")
	p.Shows(t, 11, "CARD is n", "CARD = y", "BUS = y")
	p.Shows(t, 12, "<*>   Card", "CARD is y")
	p.Shows(t, 13, "< >   Card", "Taken back: CARD is n")
}

func TestAsks(t *testing.T) {
	menutest.Asks(t, Main, "nconf", menutest.Words{
		Load: "7", Save: "6", Undo: "<ctrl-u>", Out: "<esc><esc>", End: "<f9><right><enter><enter>", Question: "<don't save>"})
}
