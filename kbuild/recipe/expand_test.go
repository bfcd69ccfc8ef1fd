package recipe

import "testing"

func TestCutCommand(t *testing.T) {
	for _, c := range [][3]string{
		{"", "", ""},
		{"a", "a", ""},
		{"a\nb\nc", "a", "b\nc"},
		{"a\\\nb\nc", "a\\\nb", "c"},
		{"a\\\\\nb", "a\\\\", "b"},
		{"a\\\\\\\nb", "a\\\\\\\nb", ""},
		{"\nb", "", "b"},
		{"a\n", "a", ""},
		{"a\\", "a\\", ""},
	} {
		if cmd, rest := cutCommand(c[0]); cmd != c[1] || rest != c[2] {
			t.Errorf("cutCommand(%q) = %q, %q; want %q, %q", c[0], cmd, rest, c[1], c[2])
		}
	}
}
