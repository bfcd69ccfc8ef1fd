package output

import (
	"strings"
	"testing"
)

// TestChooseColours: each variable, into a terminal and a pipe, with each option.
func TestChooseColours(t *testing.T) {
	for _, row := range []struct {
		env            string
		terminal, pipe Colours
	}{
		{"TERM=xterm", true, false},
		{"TERM=xterm NO_COLOR=1", false, false},
		{"TERM=xterm NO_COLOR=", true, false},
		{"TERM=xterm NO_COLOR=0", false, false},
		{"TERM=xterm CLICOLOR_FORCE=1", true, true},
		{"TERM=xterm CLICOLOR_FORCE=0", true, false},
		{"TERM=xterm FORCE_COLOR=1", true, true},
		{"TERM=xterm CLICOLOR=0", false, false},
		{"TERM=xterm CLICOLOR=1", true, false},
		{"TERM=dumb", false, false},
		{"", false, false},
		{"TERM=dumb FORCE_COLOR=1", true, true},
		{"TERM=xterm NO_COLOR=1 FORCE_COLOR=1", false, false},
		{"TERM=xterm CLICOLOR=0 CLICOLOR_FORCE=1", true, true},
	} {
		env := func(name string) string {
			for entry := range strings.FieldsSeq(row.env) {
				if n, v, _ := strings.Cut(entry, "="); n == name {
					return v
				}
			}
			return ""
		}
		for _, option := range []string{"", "auto", "always", "never"} {
			for terminal, want := range map[bool]Colours{true: row.terminal, false: row.pipe} {
				switch option {
				case "always":
					want = true
				case "never":
					want = false
				}
				if got, err := ChooseColours(option, terminal, env); err != nil || got != want {
					t.Errorf("%q, --color=%s, terminal %v: %v, %v", row.env, option, terminal, got, err)
				}
			}
		}
	}
	if _, err := ChooseColours("green", true, func(string) string { return "" }); err == nil {
		t.Error("no error")
	}
	if got := Colours(true).Error("x") + Colours(false).Warning("y"); got != "\x1b[1;31mx\x1b[0my" {
		t.Errorf("%q", got)
	}
}
