package syntax

import (
	"io"
	"testing"

	"gokbuild/kconfig/internal/dialect"
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
)

// noShell keeps fuzzed $(shell,...) from running anything.
var noShell = host.ShellFunc(func(string, string, []string, io.Reader, io.Writer) ([]byte, error) { return []byte("y\n"), nil })

func FuzzExpand(f *testing.F) {
	for _, s := range []string{"$(x)", "$($(x),$(y))", "$(shell,a,b)", "$(", "$(1)$(info,$(x))", "$(error-if,y,z)"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, value, use string) {
		world := host.New(host.Options{Shell: noShell, Env: []string{"x=1"}})
		l := newLexer(newShared(world, model.New(*dialect.Newest(), "CONFIG_")))
		var err error
		func() {
			defer world.Catch(&err)
			l.m.assign("a", value, flavorRecursive)
			l.m.assign("b", value, flavorSimple)
			l.m.expand(use, nil)
			l.m.expand("$(a,"+use+")", nil)
		}()
	})
}
