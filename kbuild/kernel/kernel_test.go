package kernel

import (
	"testing"

	"gokbuild/depgraph/need"
)

func TestLists(t *testing.T) {
	for _, c := range []struct {
		text, name string
		want       bool
	}{
		{"lib/crc.ko\n", "lib/crc.o", true},
		{"./lib/crc.ko\n", "lib/crc.o", true},
		{".incbin \"boot/image.bin.gz\"", "boot/image.bin.gz", true},
		{"mylib/crc.ko\n", "lib/crc.o", false},
		{"lib/crc16.ko lib/crc.ko", "lib/crc.o", true},
		{"lib/crc16.ko", "lib/crc.o", false},
		{"made by scripts/gen", "scripts/gen", true},
		{"made by scripts/generator", "scripts/gen", false},
		{"", "a.o", false},
		{"x", "", false},
	} {
		if got := Lists([]byte(c.text), c.name); got != c.want {
			t.Errorf("Lists(%q, %q) = %v", c.text, c.name, got)
		}
	}
}

// TestBegun: a configuration alone is no build.
func TestBegun(t *testing.T) {
	for _, made := range releases {
		dir := t.TempDir()
		for _, name := range []string{".config", "include/config/auto.conf", "include/generated/autoconf.h"} {
			need.Write(t, dir+"/"+name, "")
		}
		if Begun(dir) {
			t.Errorf("begun without %s", made)
		}
		need.Write(t, dir+"/"+made, "")
		if !Begun(dir) {
			t.Errorf("not begun with %s", made)
		}
	}
}
