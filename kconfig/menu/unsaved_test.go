// What counts as a change.

package menu

import (
	"testing"

	"gokbuild/kconfig/internal/model"
)

// TestUnsaved: what counts as a change is what conf_set_changed is called for in confdata.c and sym_clear_all_valid in symbol.c, but
// for a file that was not there. All begins with a configuration that was just written.
func TestUnsaved(t *testing.T) {
	tests := []struct {
		name string
		do   func(t *testing.T, m *Model)
		want bool
	}{
		{"nothing", func(*testing.T, *Model) {}, false},
		{"the value again", func(t *testing.T, m *Model) { m.SetTristate(find(t, m, "BUS"), model.Mod) }, false},
		{"the default", func(t *testing.T, m *Model) { m.SetTristate(find(t, m, "TOP"), model.Yes) }, false},
		{"another value", func(t *testing.T, m *Model) { m.SetTristate(find(t, m, "BUS"), model.Yes) }, true},
		{"another value and back", func(t *testing.T, m *Model) {
			m.SetTristate(find(t, m, "BUS"), model.Yes)
			m.SetTristate(find(t, m, "BUS"), model.Mod)
		}, true},
		{"a value that is refused", func(t *testing.T, m *Model) { m.SetTristate(find(t, m, "NET"), model.Mod) }, false},
		{"a symbol that is not visible", func(t *testing.T, m *Model) { m.SetTristate(find(t, m, "HIDDEN"), model.Yes) }, false},
		{"toggled", func(t *testing.T, m *Model) { m.Toggle(find(t, m, "OLD")) }, true},
		{"the text again", func(t *testing.T, m *Model) { m.SetText(find(t, m, "NAME"), "eth") }, false},
		{"the number again", func(t *testing.T, m *Model) { m.SetText(find(t, m, "SPEED"), "3") }, false},
		{"the hex number again", func(t *testing.T, m *Model) { m.SetText(find(t, m, "BASE"), "0x10") }, false},
		{"the hex number without its 0x", func(t *testing.T, m *Model) { m.SetText(find(t, m, "BASE"), "10") }, true},
		{"another text", func(t *testing.T, m *Model) { m.SetText(find(t, m, "NAME"), "") }, true},
		{"a number out of its range", func(t *testing.T, m *Model) { m.SetText(find(t, m, "SPEED"), "77") }, false},
		{"the member again", func(t *testing.T, m *Model) { choose(t, m, "MEDIUM") }, false},
		{"the member toggled", func(t *testing.T, m *Model) { m.Toggle(find(t, m, "MEDIUM")) }, false},
		{"another member", func(t *testing.T, m *Model) { choose(t, m, "SMALL") }, true},
		{"another member toggled", func(t *testing.T, m *Model) { m.Toggle(find(t, m, "LARGE")) }, true},

		{"a file is read", func(t *testing.T, m *Model) { read(t, m, ".config", true) }, true},
		{"a directory is read, which is an empty file", func(t *testing.T, m *Model) { read(t, m, ".", true) }, true},
		{"a file that is not there", func(t *testing.T, m *Model) { read(t, m, "missing", false) }, false},
		{"an answer and a file that is not there", func(t *testing.T, m *Model) { m.Toggle(find(t, m, "OLD")); read(t, m, "missing", false) }, true},
		{"two files that are not there", func(t *testing.T, m *Model) {
			m.Toggle(find(t, m, "OLD"))
			read(t, m, "missing", false)
			read(t, m, "not/there", false)
		}, true},
		{"a file is read and one is not there", func(t *testing.T, m *Model) { read(t, m, ".config", true); read(t, m, "missing", false) }, true},

		{"written", func(t *testing.T, m *Model) { m.Toggle(find(t, m, "OLD")); write(t, m, ".config", true) }, false},
		{"written elsewhere", func(t *testing.T, m *Model) { m.Toggle(find(t, m, "OLD")); write(t, m, "other", true) }, false},
		{"read and written", func(t *testing.T, m *Model) { read(t, m, ".config", true); write(t, m, ".config", true) }, false},
		{"written and answered", func(t *testing.T, m *Model) { write(t, m, ".config", true); m.Toggle(find(t, m, "OLD")) }, true},
		{"written and a file is not there", func(t *testing.T, m *Model) { write(t, m, ".config", true); read(t, m, "missing", false) }, false},
		{"could not be written", func(t *testing.T, m *Model) { m.Toggle(find(t, m, "OLD")); write(t, m, "Kconfig/x", false) }, true},
		{"could not be written, nor was there anything", func(t *testing.T, m *Model) { write(t, m, "Kconfig/x", false) }, false},

		{"taken back", func(t *testing.T, m *Model) { m.Toggle(find(t, m, "OLD")); m.Undo() }, false},
		{"given again", func(t *testing.T, m *Model) { m.Toggle(find(t, m, "OLD")); m.Undo(); m.Redo() }, true},
		{"the default taken back", func(t *testing.T, m *Model) { m.SetTristate(find(t, m, "TOP"), model.Yes); m.Undo() }, false},
		{"the default given again", func(t *testing.T, m *Model) { m.SetTristate(find(t, m, "TOP"), model.Yes); m.Undo(); m.Redo() }, false},
		{"the default given again after an answer", func(t *testing.T, m *Model) {
			m.Toggle(find(t, m, "OLD"))
			m.SetTristate(find(t, m, "TOP"), model.Yes)
			m.Undo()
			m.Undo()
			m.Redo()
			m.Redo()
		}, true},
		{"a file that was read taken back", func(t *testing.T, m *Model) { read(t, m, ".config", true); m.Undo() }, false},
		{"a file that was read given again", func(t *testing.T, m *Model) { read(t, m, ".", true); m.Undo(); m.Redo() }, true},
		{"written and taken back", func(t *testing.T, m *Model) { m.Toggle(find(t, m, "OLD")); write(t, m, ".config", true); m.Undo() }, true},
		{"taken back and written and given again", func(t *testing.T, m *Model) {
			m.Toggle(find(t, m, "OLD"))
			m.Undo()
			write(t, m, ".config", true)
			m.Redo()
		}, true},

		{"looked at", func(t *testing.T, m *Model) {
			m.DotConfig()
			m.Changes()
			m.WhyPage(find(t, m, "HIDDEN"))
			if _, err := m.Search("b"); err != nil {
				t.Fatal(err)
			}
		}, false},
	}
	for name, d := range dialects() {
		t.Run(name, func(t *testing.T) {
			for _, tt := range tests {
				m := load(t, kconfigOf(d), "CONFIG_BUS=m\nCONFIG_NAME=\"eth\"\nCONFIG_SPEED=3\nCONFIG_BASE=0x10\n", d)
				write(t, m, ".config", true)
				for e := m.Root.After(&m.Root); e != nil; e = e.After(&m.Root) {
					m.Visible(e) // as a front end does
				}
				tt.do(t, m)
				if got := m.Unsaved(); got != tt.want {
					t.Errorf("%s: unsaved is %v", tt.name, got)
				}
			}
		})
	}
}

// choose has a member of its choice chosen.
func choose(t *testing.T, m *Model, name string) {
	t.Helper()
	s := find(t, m, name)
	for e := m.Root.After(&m.Root); e != nil; e = e.After(&m.Root) {
		if e.Sym == s {
			m.Choose(e.Parent, s)
			return
		}
	}
	t.Fatalf("%s has no entry", name)
}

// read reads a configuration, there or not.
func read(t *testing.T, m *Model, name string, there bool) {
	t.Helper()
	if m.Load(name) != there {
		t.Fatalf("%s: there is %v", name, !there)
	}
}

// write writes the configuration, and that goes well or not.
func write(t *testing.T, m *Model, name string, well bool) {
	t.Helper()
	if m.Save(name) != well {
		t.Fatalf("%s: written is %v", name, !well)
	}
}
