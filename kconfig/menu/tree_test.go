//go:build e2e

package menu

import (
	"bytes"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"gokbuild/kconfig/internal/dialect"
	"gokbuild/kconfig/internal/engine"
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
)

// whole loads a kernel tree: GOKBUILD_KCONFIG_TREE names it, GOKBUILD_KCONFIG_CONFIG a configuration.
func whole(t testing.TB) *Model {
	tree := os.Getenv("GOKBUILD_KCONFIG_TREE")
	if tree == "" {
		t.Skip("GOKBUILD_KCONFIG_TREE names no tree")
	}
	d := dialect.Detect(tree)
	env := append(os.Environ(), "srctree="+tree, "SRCARCH=x86", "ARCH=x86", "CC=gcc", "LD=ld", "OBJCOPY=objcopy", "RUSTC=rustc",
		"BINDGEN=bindgen", "PAHOLE=pahole", "CLANG_FLAGS=", "KERNELVERSION=1")
	e := engine.New(host.Options{Dir: t.TempDir(), Env: env, Dialect: &d})
	var err error
	func() {
		defer e.World.Catch(&err)
		e.Parse("Kconfig")
		e.Files.Load(os.Getenv("GOKBUILD_KCONFIG_CONFIG"))
	}()
	if err != nil {
		t.Fatal(err)
	}
	m := New(e)
	m.Tell(nil)
	return m
}

// TestPlansOfTree: for symbols of a whole tree that are off, chosen at random, what is said to turn them on does.
func TestPlansOfTree(t *testing.T) {
	m := whole(t)
	start := m.DotConfig()
	r := rand.New(rand.NewPCG(1, 2))
	found, none := 0, 0
	var longest time.Duration
	for found+none < 200 {
		s := m.Syms.All[r.IntN(len(m.Syms.All))]
		if !s.Type.Logic() || s.IsChoice() || s.IsConst() || !s.IsDefined() || m.Value(s) != model.No {
			continue
		}
		want := model.Tristate(1 + r.IntN(2))
		if s.Type == model.Bool {
			want = model.Yes
		}
		begin := time.Now()
		steps, ok := m.Plan(s, want)
		longest = max(longest, time.Since(begin))
		if !ok {
			none++
			t.Logf("%s=%v: no plan: %v", s.Name, want, m.Needs(s, want))
			continue
		}
		found++
		if !m.Follow(steps) || m.Value(s) < want {
			t.Errorf("%s=%v: %d steps lead to %v", s.Name, want, len(steps), m.Value(s))
		}
		for len(m.past) > 0 {
			m.Undo()
		}
	}
	t.Logf("%d plans, %d without, the longest search took %v", found, none, longest)
	if !bytes.Equal(m.DotConfig(), start) {
		t.Error("the configuration is another now")
	}
}

// BenchmarkFind is a letter typed into a search of a whole tree.
func BenchmarkFind(b *testing.B) {
	m := whole(b)
	f := m.Finder()
	for b.Loop() {
		if len(f.Find("usb device")) == 0 {
			b.Fatal("nothing found")
		}
	}
}

// TestUndoOfTree: in a whole tree, too, as many steps back as there were answers lead to the same file.
func TestUndoOfTree(t *testing.T) {
	m := whole(t)
	start, answers := m.DotConfig(), 0
	for run := range 1000 {
		r := rand.New(rand.NewPCG(uint64(run), 11))
		var said []string
		for range 1 + r.IntN(8) {
			said = append(said, answer(m, r))
		}
		answers += len(m.past)
		for len(m.past) > 0 {
			m.Undo()
		}
		if !bytes.Equal(m.DotConfig(), start) {
			t.Fatalf("run %d, %v: the configuration is another now", run, said)
		}
	}
	t.Logf("%d answers taken back", answers)
}
