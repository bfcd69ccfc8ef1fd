// What all readers and writers share, and the choice between the files of Linux and those of BusyBox.

package files

import (
	"fmt"

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
	// Tell gets such messages in place of standard output, without frame and newline; nil is nobody
	// (conf_set_message_callback in confdata.c).
	Tell func(text string)
	// Warnings counts the complaints about the file that was read last.
	Warnings int
}

// New returns the files of a tree.
func New(world *host.World, tree *model.Tree, solver *solve.Solver) *Files {
	return &Files{Tree: tree, world: world, solver: solver}
}

// ConfigName is the name of the configuration.
func (c *Files) ConfigName() string { return c.world.EnvOr("KCONFIG_CONFIG", ".config") }

// autoName is the name of the configuration that make reads.
func (c *Files) autoName() string {
	return c.world.EnvOr("KCONFIG_AUTOCONFIG", "include/config/auto.conf")
}

// message prints what was done, unless nobody wants to know.
func (c *Files) message(format string, args ...any) {
	switch {
	case c.Silent:
	case c.Tell != nil:
		c.Tell(fmt.Sprintf(format, args...))
	default:
		c.world.Printf("#\n# "+format+"\n#\n", args...)
	}
}

// Load reads a configuration, compares it with the values that follow from it, and reports whether there was one. An
// empty name is the usual file, or what stands in for it.
func (c *Files) Load(name string) bool {
	if c.D.BusyBox {
		return c.loadBusy(name)
	}
	return c.load(name)
}

// Seed reads a configuration and reports whether there was one. The values that follow from it are not looked at.
func (c *Files) Seed(name string) bool {
	if c.D.BusyBox {
		return c.readBusy(name)
	}
	return c.read(name, slotUser)
}

// Text returns the text of .config.
func (c *Files) Text() []byte {
	if c.D.BusyBox {
		config, _ := busyWriter{c}.busyFiles()
		return config
	}
	return c.dotConfig()
}

// Save writes the configuration; it reports success. An empty name is the usual file.
func (c *Files) Save(name string) bool {
	switch {
	case c.D.BusyBox && name == "":
		return busyWriter{c}.saveBusy()
	case c.D.BusyBox:
		return busyWriter{c}.saveBusyAs(name)
	}
	return c.save(name)
}
