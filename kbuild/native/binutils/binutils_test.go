package binutils

import "testing"

func TestParse(t *testing.T) {
	for text, want := range map[string]Version{
		"GNU nm (GNU Binutils for Debian) 2.40\nCopyright\n": {2, 40, true},
		"GNU nm (GNU Binutils) 2.35.2\n":                     {2, 35, true},
		"GNU nm version 2.27-44.base.el7\n":                  {2, 27, true},
		"":                                                   {},
		"llvm-nm, compatible with GNU nm\n":                  {},
		"GNU nm \n":                                          {},
		"GNU nm (x) y\n":                                     {},
		"GNU ar (GNU Binutils) 2.40\n":                       {},
	} {
		if v := parse(text, "nm"); v != want {
			t.Errorf("%q: %v, want %v", text, v, want)
		}
	}
	if v := (Version{2, 39, true}); !v.Before(2, 40) || v.Before(2, 39) || !v.Before(3, 0) || v.Before(1, 99) {
		t.Error("versions are not in order")
	}
}
