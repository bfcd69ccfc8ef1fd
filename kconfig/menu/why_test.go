package menu

import (
	"bytes"
	"strings"
	"testing"

	"gokbuild/kconfig/internal/dialect"
	"gokbuild/kconfig/internal/model"
)

func TestRefusal(t *testing.T) {
	for name, d := range dialects() {
		m := load(t, kconfigOf(d), "CONFIG_MODULES=y\nCONFIG_NET=y\nCONFIG_BUS=m\nCONFIG_CARD=m\nCONFIG_SPEED=3\n", d)
		for _, tt := range []struct {
			symbol string
			want   model.Tristate
			line   string
		}{
			{"HIDDEN", model.Yes, "HIDDEN stays n: needs CARD [=m]=y [=y] and SPEED [=3]>3"},
			{"FIRMWARE", model.No, "FIRMWARE stays m: selected by CARD [=m] && NET [=y] && BUS [=m]"},
			{"FIRMWARE", model.Yes, "FIRMWARE stays m: it has no prompt, others decide about it"},
			{"OLD", model.Mod, "OLD cannot be a module"},
			{"CARD", model.Yes, "CARD stays m: needs BUS [=m]"},
		} {
			got := m.Refusal(find(t, m, tt.symbol), tt.want)
			if name == "newest" && got != tt.line {
				t.Errorf("%s to %v: %s, not %s", tt.symbol, tt.want, got, tt.line)
			} else if !strings.HasPrefix(got, tt.symbol) {
				t.Errorf("%s: %s to %v: %s", name, tt.symbol, tt.want, got)
			}
		}
	}
}

// TestPlan: what is said to turn a symbol on does, and looking for it changes nothing.
func TestPlan(t *testing.T) {
	for name, d := range dialects() {
		t.Run(name, func(t *testing.T) {
			m := load(t, kconfigOf(d), "CONFIG_MODULES=y\n# CONFIG_NET is not set\nCONFIG_OLD=y\n# CONFIG_TOP is not set\n", d)
			start, unsaved := m.DotConfig(), m.Unsaved()
			for _, tt := range []struct{ symbol, want string }{
				{"CARD", "NET=y BUS=y CARD=y"},
				{"FIRMWARE", "NET=y BUS=y CARD=y"},
				{"HIDDEN", "NET=y BUS=y CARD=y SPEED=4 OLD=n HIDDEN=y"},
				{"LARGE", "OLD=n LARGE=y"},
				{"BELOW", "TOP=y OLD=n BELOW=y"},
			} {
				s := find(t, m, tt.symbol)
				steps, ok := m.Plan(s, model.Yes)
				got := ""
				for _, st := range steps {
					got += " " + st.Symbol.Name + "=" + st.Value
				}
				if got = strings.TrimSpace(got); !ok || got != tt.want && name == "newest" {
					t.Errorf("%s: %v, %s, not %s", tt.symbol, ok, got, tt.want)
				}
				if now := m.DotConfig(); !bytes.Equal(now, start) || m.Unsaved() != unsaved {
					t.Fatalf("%s: looking changed something:\n%s", tt.symbol, now)
				}
				if !m.Follow(steps) || m.Value(s) != model.Yes {
					t.Errorf("%s: %s leads to %v", tt.symbol, got, m.Value(s))
				}
				for range steps {
					m.Undo()
				}
			}
			if _, ok := m.Plan(find(t, m, "OLD"), model.Yes); !ok {
				t.Error("what is on already has no plan")
			}
		})
	}
}

// TestNoPlan: what contradicts itself has none.
func TestNoPlan(t *testing.T) {
	d := dialect.Newest()
	m := load(t, "config A\n\tbool \"A\"\n\nconfig B\n\tbool \"B\"\n\tdepends on A && !A\n\nconfig C\n\tbool \"C\"\n\tdepends on UNKNOWN\n", "", d)
	for _, name := range []string{"B", "C"} {
		if steps, ok := m.Plan(find(t, m, name), model.Yes); ok {
			t.Errorf("%s: %v", name, steps)
		}
	}
}

func TestFind(t *testing.T) {
	d := dialect.Newest()
	m := load(t, kconfigOf(d), "", d)
	f := m.Finder()
	for _, tt := range []struct{ query, want string }{
		{"", ""},
		{"bus", "BUS"},
		{"large only", "ONLY_LARGE"},
		{"CONFIG_large", "LARGE ONLY_LARGE"},
		{"hangs", "BUS"},
		{"hangs car", ""},
		{"^s", "SPEED SMALL <choice>"},
		{"b.*s$", "BUS"},
		{"((", ""},
		{"firm", "FIRMWARE"},
		{"drivers", "Drivers"},
	} {
		var got []string
		for _, e := range f.Find(tt.query) {
			if e.Sym != nil {
				got = append(got, e.Sym.Shown())
			} else {
				got = append(got, Prompt(e))
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%q finds %v, not %s", tt.query, got, tt.want)
		}
	}
}
