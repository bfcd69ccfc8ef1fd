// auto.conf.cmd, the make fragment that says when the generated files are stale.

package files

import (
	"strings"

	"gokbuild/kconfig/internal/dialect"
)

// autoCmd is the make fragment that says when the generated files are stale.
func (c *Files) autoCmd(name string) []byte {
	var b strings.Builder
	switch c.D.CmdStyle {
	case dialect.CmdNew:
		b.WriteString("autoconfig := " + name + "\n\ndeps_config := \\\n")
		for _, f := range c.Sources {
			b.WriteString("\t" + f + " \\\n")
		}
		b.WriteString("\n$(autoconfig): $(deps_config)\n$(deps_config): ;\n")
		for _, e := range c.Used {
			b.WriteString("\nifneq \"$(" + e.Name + ")\" \"" + e.Value + "\"\n$(autoconfig): FORCE\nendif\n")
		}
	case dialect.CmdMid:
		b.WriteString("deps_config := \\\n")
		for i := len(c.Sources) - 1; i >= 0; i-- {
			b.WriteString("\t" + c.Sources[i] + " \\\n")
		}
		b.WriteString("\n" + name + ": $(deps_config)\n\n")
		c.writeEnvDeps(&b, name)
		b.WriteString("\n$(deps_config): ;\n")
	default:
		c.writeSourcesOld(&b)
		b.WriteString("\n" + name + ": \\\n\t$(deps_config)\n\n")
		c.writeEnvDeps(&b, name)
		b.WriteString("\n$(deps_config): ;\n")
	}
	return []byte(b.String())
}

// writeSourcesOld lists the Kconfig files backwards, the last one without a backslash.
func (c *Files) writeSourcesOld(b *strings.Builder) {
	b.WriteString("deps_config := \\\n")
	for i := len(c.Sources) - 1; i >= 0; i-- {
		b.WriteString("\t" + c.Sources[i])
		if i > 0 {
			b.WriteString(" \\")
		}
		b.WriteString("\n")
	}
}

// writeEnvDeps has make compare the variables of the environment with what they were.
func (c *Files) writeEnvDeps(b *strings.Builder, name string) {
	for i := range c.Used {
		e := c.Used[i]
		if c.D.OptionEnv { // a list that grows at its head
			e = c.Used[len(c.Used)-1-i]
		}
		b.WriteString("ifneq \"$(" + e.Name + ")\" \"" + e.Value + "\"\n" + name + ": FORCE\nendif\n")
	}
}
