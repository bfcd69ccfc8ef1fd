package menu

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"gokbuild/kconfig/internal/dialect"
	"gokbuild/kconfig/internal/engine"
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/internal/testkit"
)

// tree has one of each: values of all types, conditions, selects, implies, ranges, choices, menus that come and go.
const tree = `mainmenu "A tree"

config MODULES
	bool "Modules"
	MODULESWORD
	default y

config NET
	bool "Network"
	default y

menu "Drivers"
	depends on NET

config BUS
	tristate "Bus"
	help
	  The bus that all of this hangs on.

config CARD
	tristate "Card"
	depends on BUS
	select FIRMWARE

config FIRMWARE
	tristate

config HIDDEN
	bool "Hidden"
	depends on CARD=y && SPEED > 3 && !OLD

config SPEED
	int "Speed"
	range 1 9
	default 3

config BASE
	hex "Base"
	default 0x10

config NAME
	string "Name"
	depends on BUS
	default "eth"

endmenu

config OLD
	bool "Old way"

choice
	prompt "Size"
	default MEDIUM

config SMALL
	bool "Small"

config MEDIUM
	bool "Medium"

config LARGE
	bool "Large"
	depends on !OLD

endchoice

menuconfig TOP
	bool "Top"
	default y

if TOP

config BELOW
	tristate "Below"
	depends on m || !OLD
	default m

comment "Old things"
	depends on OLD

endif

menu "Nothing here"
	visible if LARGE

config ONLY_LARGE
	bool "Only when large"
	default y

endmenu
`

// load reads a tree and the configuration of that text.
func load(t *testing.T, kconfig, config string, d *dialect.Dialect) *Model {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"Kconfig": kconfig, ".config": config} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	e := engine.New(host.Options{Dir: dir, Dialect: d})
	var err error
	func() {
		defer e.World.Catch(&err)
		e.Parse("Kconfig")
		e.Files.Load("")
	}()
	if err != nil {
		t.Fatal(err)
	}
	m := New(e)
	m.Tell(nil)
	return m
}

// kconfigOf is the tree in the words of a dialect.
func kconfigOf(d *dialect.Dialect) string {
	word := "modules"
	if !d.Modules || d.Option {
		word = "option modules"
	}
	return string(bytes.ReplaceAll([]byte(tree), []byte("MODULESWORD"), []byte(word)))
}

// dialects are those for which there are screens.
func dialects() map[string]*dialect.Dialect {
	older := testkit.Older()
	older.Option = true
	return map[string]*dialect.Dialect{"newest": dialect.Newest(), "older": older, "old": testkit.OldLexer()}
}

// answer gives a random answer somewhere.
func answer(m *Model, r *rand.Rand) string {
	var all []*Entry
	for e := m.Root.After(&m.Root); e != nil; e = e.After(&m.Root) {
		if e.Sym != nil && m.Visible(e) { // looking counts
			all = append(all, e)
		}
	}
	e := all[r.IntN(len(all))]
	s := e.Sym
	switch {
	case s.IsChoice():
		var members []*model.Symbol
		for c := e.List; c != nil; c = c.Next {
			members = append(members, c.Sym)
		}
		pick := members[r.IntN(len(members))]
		m.Choose(e, pick)
		return "choose " + pick.Name
	case !s.Type.Logic():
		text := []string{"1", "5", "9", "77", "0x1f", "word", ""}[r.IntN(7)]
		m.SetText(s, text)
		return s.Name + "=" + text
	case r.IntN(2) == 0:
		m.Toggle(s)
		return "toggle " + s.Name
	}
	v := model.Tristate(r.IntN(3))
	m.SetTristate(s, v)
	return fmt.Sprint(s.Name, "=", v)
}

// TestUndo: as many steps back as there were answers lead to the same file, and as many forward to where one was.
func TestUndo(t *testing.T) {
	for name, d := range dialects() {
		t.Run(name, func(t *testing.T) {
			config := "CONFIG_MODULES=y\nCONFIG_NET=y\nCONFIG_BUS=m\n"
			m := load(t, kconfigOf(d), config, d)
			for run := range 334 {
				r := rand.New(rand.NewPCG(uint64(run), 7))
				start, unsaved := m.DotConfig(), m.Unsaved()
				var said []string
				for range 1 + r.IntN(30) {
					said = append(said, answer(m, r))
					if r.IntN(8) == 0 {
						m.Undo()
					}
				}
				end := m.DotConfig()
				steps := len(m.past)
				for range steps {
					if _, ok := m.Undo(); !ok {
						t.Fatal("fewer steps back than forward")
					}
				}
				if got := m.DotConfig(); !bytes.Equal(got, start) || m.Unsaved() != unsaved {
					t.Fatalf("run %d, %v: back is\n%s, unsaved %v, not\n%s, %v", run, said, got, m.Unsaved(), start, unsaved)
				}
				if len(m.Changes()) != 0 {
					t.Fatalf("run %d: changes are left: %v", run, m.Changes())
				}
				for range steps {
					m.Redo()
				}
				if got := m.DotConfig(); !bytes.Equal(got, end) {
					t.Fatalf("run %d, %v: forward again is\n%s, not\n%s", run, said, got, end)
				}
				for range steps { // the next run starts where this one did
					m.Undo()
				}
			}
		})
	}
}

func find(t *testing.T, m *Model, name string) *model.Symbol {
	t.Helper()
	s := m.Find(name)
	if s == nil {
		t.Fatalf("no symbol %s", name)
	}
	return s
}

func TestChanges(t *testing.T) {
	d := dialect.Newest()
	m := load(t, kconfigOf(d), "CONFIG_MODULES=y\nCONFIG_NET=y\nCONFIG_BUS=y\n# CONFIG_CARD is not set\n", d)
	if got := m.Changes(); got != nil {
		t.Errorf("changes before any: %v", got)
	}
	if !m.SetTristate(find(t, m, "CARD"), model.Mod) || !m.SetText(find(t, m, "NAME"), "") {
		t.Fatal("refused")
	}
	got := ""
	for _, c := range m.Changes() {
		got += fmt.Sprintf("%s %q %q %v\n", c.Symbol.Name, c.From, c.To, c.Answered)
	}
	want := "CARD \"n\" \"m\" true\nNAME \"\\\"eth\\\"\" \"\\\"\\\"\" true\nFIRMWARE \"\" \"m\" false\n"
	if got != want {
		t.Errorf("changes:\n%swant:\n%s", got, want)
	}
	if !m.Save(".config") || len(m.Changes()) != 0 {
		t.Error("changes after saving")
	}
	m.Undo()
	if !m.Unsaved() {
		t.Error("what was saved was taken back, and nothing is to be saved")
	}
}

func TestSearch(t *testing.T) {
	d := dialect.Newest()
	m := load(t, kconfigOf(d), "", d)
	for _, tt := range []struct{ pattern, want string }{
		{"large", "LARGE ONLY_LARGE "},
		{"CONFIG_ba", "BASE "},
		{"config_", ""},
		{"^b|top", "TOP BASE BELOW BUS "},
		{"", ""},
	} {
		got := ""
		found, err := m.Search(tt.pattern)
		if err != nil {
			t.Errorf("%q: %v", tt.pattern, err)
		}
		for _, s := range found {
			got += s.Name + " "
		}
		if got != tt.want {
			t.Errorf("%q finds %s, not %s", tt.pattern, got, tt.want)
		}
	}
	if _, err := m.Search("(("); err == nil || err.Error() != "missing closing )" {
		t.Errorf("an unfinished pattern: %v", err)
	}
}
