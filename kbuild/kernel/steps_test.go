package kernel

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestQuiet(t *testing.T) {
	for text, want := range map[string][2]string{
		"set -e;  echo '  CC      init/main.o'; gcc -c":        {"CC", "init/main.o"},
		"set -e;  echo '  CC [M]  fs/ext4/inode.o'; gcc -c":    {"CC", "fs/ext4/inode.o"},
		"@echo \"  LD      vmlinux\"; ld":                      {"LD", "vmlinux"},
		"gcc -c a.c":                                           {"", ""},
		"echo '  gcc -c a.c'; gcc":                             {"", ""},
		"set -e; echo '  HOSTCC  scripts/basic/fixdep'; gcc x": {"HOSTCC", "scripts/basic/fixdep"},
		"echo '  ": {"", ""},
	} {
		if kind, of := Quiet(text); kind != want[0] || of != want[1] {
			t.Errorf("%q: %q, %q", text, kind, of)
		}
	}
}

func TestSavedDeps(t *testing.T) {
	text := "savedcmd_a.o := gcc\n\nsource_a.o := a.c\n\ndeps_a.o := \\\n    $(wildcard include/config/SMP) \\\n  include/a.h \\\n\na.o: $(deps_a.o)\n"
	if got := SavedDeps([]byte(text)); !slices.Equal(got, []string{"include/config/SMP", "include/a.h"}) {
		t.Errorf("%q", got)
	}
	if got := SavedDeps([]byte("cmd_x := y\n")); got != nil {
		t.Errorf("%q", got)
	}
}

func TestConfigOf(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"Kbuild":              "obj-y += kernel/\nobj-$(CONFIG_NET) += net/\n",
		"kernel/Makefile":     "obj-y = exit.o \\\n\tfork.o\nobj-$(CONFIG_SMP) += smp.o\n",
		"net/Makefile":        "obj-y += core/\nobj-$(CONFIG_INET)\t\t+= ipv4/\n",
		"net/core/Makefile":   "obj-y := dev.o\n",
		"net/ipv4/Makefile":   "obj-${CONFIG_TCP} += tcp.o\ntcp-y := input.o\ntcp-$(CONFIG_MD5) += md5.o\nround-y := round.o\n",
		"net/ipv4/deep/x.c":   "",
		"net/ipv4/b/Makefile": "obj-m := big.o\nbig-objs := part.o\n",
	} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for object, want := range map[string]string{
		"kernel/exit.o": "", "kernel/fork.o": "", "kernel/smp.o": "CONFIG_SMP", "net/core/dev.o": "CONFIG_NET",
		"net/ipv4/input.o": "CONFIG_TCP", "net/ipv4/md5.o": "CONFIG_MD5", "net/ipv4/b/part.o": "CONFIG_INET", "net/ipv4/round.o": "CONFIG_INET",
		"nowhere/x.o": "", "../x.o": "", "/abs/x.o": "",
	} {
		if got := ConfigOf(dir, object); got != want {
			t.Errorf("%s: %q, want %q", object, got, want)
		}
	}
}
