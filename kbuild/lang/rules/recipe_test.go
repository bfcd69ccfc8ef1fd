package rules

import "testing"

func TestCutPrefix(t *testing.T) {
	for _, c := range []struct {
		text, rest                string
		silent, ignore, recursive bool
	}{
		{"echo", "echo", false, false, false},
		{"@echo", "echo", true, false, false},
		{"-echo", "echo", false, true, false},
		{"+echo", "echo", false, false, true},
		{" \t@ - +echo -x", "echo -x", true, true, true},
		{"@@-echo @", "echo @", true, true, false},
		{"", "", false, false, false},
		{"@", "", true, false, false},
		{"\n@echo", "\n@echo", false, false, false},
	} {
		rest, l := CutPrefix(c.text)
		if rest != c.rest || l.Silent != c.silent || l.Ignore != c.ignore || l.Recursive != c.recursive {
			t.Errorf("CutPrefix(%q) = %q, %+v", c.text, rest, l)
		}
	}
}
