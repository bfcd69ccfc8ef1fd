package kbuild

import (
	"strings"
	"testing"

	"gokbuild/kbuild/profile"
)

// TestKeyOfOptions gives options one after the other: those that decide nothing must not make another run of make of it,
// those that makefiles can see must.
func TestKeyOfOptions(t *testing.T) {
	p := newProject(t, "4.3", map[string]string{"Makefile": "all:\n\t@echo '[$(MAKEFLAGS)]'\n", ".config": ""})
	for _, tt := range []struct {
		args     string
		recalled bool
	}{
		{"", false}, {"", true}, {"--stats", true}, {"--explain", true}, {"--why=x --stats", true}, {"-j2", false}, {"-j2", true},
		{"-j3", true}, {"-j 4 --stats", true}, {"--jobs=5", true}, {"-j1", false}, {"X=1", false}, {"--no-wait X=1", true}, {"-k", false},
	} {
		p.s.Close()
		p.s = NewSession(profile.MustForVersion("4.3"))
		if status := p.make(strings.Fields(tt.args)...); status != 0 {
			t.Fatalf("%q: status %d\n%s", tt.args, status, p.output())
		}
		if got := p.s.counters.recalled.Load() > 0; got != tt.recalled {
			t.Errorf("%q: recalled %t, want %t", tt.args, got, tt.recalled)
		}
	}
}
