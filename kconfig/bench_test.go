package kconfig_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gokbuild/kconfig"
	"gokbuild/kconfig/internal/testkit"
)

// noAnswer says no to every probe.
var noAnswer = kconfig.ShellFunc(func(string, string, []string, io.Reader, io.Writer) ([]byte, error) { return []byte("n\n"), nil })

// BenchmarkTree parses and solves a whole kernel tree; GOKBUILD_KCONFIG_TREE names it, GOKBUILD_KCONFIG_ARCH its
// architecture (x86 by default). Probes are answered at once, so the figures are those of this package alone.
func BenchmarkTree(b *testing.B) {
	tree := os.Getenv("GOKBUILD_KCONFIG_TREE")
	if tree == "" {
		b.Skip("GOKBUILD_KCONFIG_TREE names no tree")
	}
	arch := os.Getenv("GOKBUILD_KCONFIG_ARCH")
	if arch == "" {
		arch = "x86"
	}
	dir := b.TempDir()
	d := kconfig.DetectDialect(tree)
	env := []string{"srctree=" + tree, "SRCARCH=" + arch, "ARCH=" + arch, "CC=gcc", "LD=ld", "KERNELVERSION=1"}
	b.Run("parse", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := kconfig.Load(kconfig.Options{File: "Kconfig", Dir: dir, Env: env, Dialect: &d, Shell: noAnswer}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parse and solve", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c, err := kconfig.Load(kconfig.Options{File: "Kconfig", Dir: dir, Env: env, Dialect: &d, Shell: noAnswer})
			if err != nil {
				b.Fatal(err)
			}
			if len(c.DotConfig()) == 0 {
				b.Fatal("nothing written")
			}
		}
	})
	b.Run("dialect", func(b *testing.B) {
		for b.Loop() {
			kconfig.DetectDialect(tree)
		}
	})
}

// BenchmarkSynthetic needs no tree: many symbols with conditions, selects and help.
func BenchmarkSynthetic(b *testing.B) {
	var k strings.Builder
	for i := range 4000 {
		if i%50 == 0 {
			fmt.Fprintf(&k, "menuconfig M%d\n\tbool \"menu %d\"\n\tdefault y\n\nif M%d\n\n", i, i, i)
		}
		fmt.Fprintf(&k, "config S%d\n\tbool \"symbol %d\"\n\tdepends on S%d || !S%d\n\tdefault y if S%d\n\tselect T%d if S%d\n\thelp\n\t  Some words of help\n\t  on two lines.\n\nconfig T%d\n\tbool\n\n",
			i, i, i/2, i/3, i/5, i, i/7, i)
		if i%50 == 49 {
			k.WriteString("endif\n\n")
		}
	}
	dir := b.TempDir()
	text := k.String()
	if err := os.WriteFile(filepath.Join(dir, "Kconfig"), []byte(text), 0o666); err != nil {
		b.Fatal(err)
	}
	for _, gen := range []struct {
		name string
		d    *kconfig.Dialect
	}{{"newer", kconfig.NewestDialect()}, {"older", testkit.Older()}} {
		gen.d.LoopFatal = false // the selects above make loops on purpose
		b.Run(gen.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				c, err := kconfig.Load(kconfig.Options{File: "Kconfig", Dir: dir, Dialect: gen.d})
				if err != nil {
					b.Fatal(err)
				}
				c.DotConfig()
			}
		})
	}
}
