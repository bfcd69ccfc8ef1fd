package remember

// This file tests which names of directories are told by their text.

import "testing"

func TestPlainPlace(t *testing.T) {
	for name, want := range map[string]bool{
		"/tmp/out": true, "out": true, "../out": true, "../../o/arch-x86": true, "./o.1": true, ".": true, ".hidden/o": true,
		"": false, "..": false, "../": false, "a/..": false, "a./../b": false, "/..": false, "a//b": false, "a/": false, "-p": false,
		"~": false, "$HOME": false, "a*": false, "a;b": false, "a\tb": false, "'a'": false, "./../a": true, "a/./b": false,
	} {
		if got := plainPlace(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}
