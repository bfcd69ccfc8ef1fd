package kernel

import (
	"strings"
	"testing"
)

func TestMadeBy(t *testing.T) {
	read := func(name string) ([]byte, bool) {
		return []byte(map[string]string{"modules.order": "a/b.o\nc.o\n", "list": "d.ko\n"}[name]), true
	}
	for words, want := range map[string]string{
		"scripts/mod/modpost -o Module.symvers -T modules.order vmlinux.o": ".vmlinux.export.c a/b.mod.c c.mod.c",
		"scripts/mod/modpost -T - vmlinux.o":                               ".vmlinux.export.c a/b.mod.c c.mod.c",
		"modpost -T list":                                                  ".vmlinux.export.c d.mod.c",
		"modpost -T":                                                       ".vmlinux.export.c",
		"modprobe -T list":                                                 "",
	} {
		if got := strings.Join(MadeBy(strings.Fields(words), read), " "); got != want {
			t.Errorf("%s: %q, want %q", words, got, want)
		}
	}
}
