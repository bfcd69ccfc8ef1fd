// What all readers and writers share: names of files, messages, warnings about lines.

package files

import (
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/internal/solve"
)

// Files reads and writes the configuration of one tree.
type Files struct {
	*model.Tree
	world  *host.World
	solver *solve.Solver

	// Silent stops messages such as "configuration written".
	Silent bool
	// Warnings counts the complaints about the file that was read last.
	Warnings int

	// confFile and confLine are the line being read.
	confFile string
	confLine int
}

// New returns the files of a tree.
func New(world *host.World, tree *model.Tree, solver *solve.Solver) *Files {
	return &Files{Tree: tree, world: world, solver: solver}
}

func (c *Files) autoName() string {
	return c.world.EnvOr("KCONFIG_AUTOCONFIG", "include/config/auto.conf")
}

func (c *Files) confWarn(format string, args ...any) {
	c.world.WarnAt(host.Pos{File: c.confFile, Line: c.confLine}, format, args...)
	c.Warnings++
}

func (c *Files) ConfigName() string { return c.world.EnvOr("KCONFIG_CONFIG", ".config") }

func (c *Files) message(format string, args ...any) {
	if !c.Silent {
		c.world.Printf("#\n# "+format+"\n#\n", args...)
	}
}

// Load reads the configuration in the dialect's way and reports whether there was one. An empty name is the usual file, or
// what stands in for it.
func (c *Files) Load(name string) bool {
	if c.D.BusyBox {
		return c.ReadBusy(name)
	}
	return c.Read(name)
}

// Text returns the text of .config in the dialect's way.
func (c *Files) Text() []byte {
	if c.D.BusyBox {
		return c.BusyConfig()
	}
	return c.DotConfig()
}

// Save writes the configuration in the dialect's way; it reports success. An empty name is the usual file.
func (c *Files) Save(name string) bool {
	if c.D.BusyBox && name == "" {
		return c.WriteBusy()
	}
	return c.WriteConfig(name)
}
