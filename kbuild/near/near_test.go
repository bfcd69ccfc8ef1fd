package near

import "testing"

func TestName(t *testing.T) {
	names := []string{"modules", "modules_install", "menuconfig", "vmlinux", "all", "tags"}
	for word, want := range map[string]string{
		"moduels": "modules", "MODULES": "modules", "modules-install": "modules_install", "vmlinus": "vmlinux", "menuconfg": "menuconfig",
		"al": "", "dogs": "", "tag": "tags", "tagz": "tags", "everything": "",
	} {
		if got := Name(word, names); got != want {
			t.Errorf("Name(%s) = %q, want %q", word, got, want)
		}
	}
}
