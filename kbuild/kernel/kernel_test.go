package kernel

import "testing"

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
