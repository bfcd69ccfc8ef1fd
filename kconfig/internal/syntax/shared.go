// What the lexers, the macros and the parser share.

package syntax

import (
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
)

// shared is what the lexers, the macros and the parser of one reading share.
type shared struct {
	*model.Tree
	world *host.World
	noted map[string]bool // files in the dependency list
	// lenient: error-if is no error, since its answers are guessed (reading ahead).
	lenient bool
}

func newShared(world *host.World, tree *model.Tree) *shared {
	return &shared{Tree: tree, world: world, noted: map[string]bool{}}
}

// complain writes to the stream that the dialect uses for troubles of the lexer.
func (c *shared) complain(format string, args ...any) {
	if c.D.StdoutErrors {
		c.world.Printf(format, args...)
		return
	}
	c.world.Warnf(format, args...)
}

// complainAt is complain about a place; the mark stands between place and text.
func (c *shared) complainAt(m host.Message, mark string) { c.world.Report(m, mark, c.D.StdoutErrors) }

// noteFile enters a file in the dependency list, once.
func (c *shared) noteFile(name string) string {
	if !c.noted[name] {
		c.noted[name] = true
		c.Sources = append(c.Sources, name)
	}
	return name
}
