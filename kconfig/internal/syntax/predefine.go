// What stands in no file: symbols that take their values from the environment, the main title, and the symbol that says
// whether modules exist.

package syntax

import (
	"golang.org/x/sys/unix"

	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
)

// addEnv makes a symbol take its value from the environment.
func (p *parser) addEnv(name string) {
	c, m := p.c, p.b.entry
	s := m.Sym
	s.Flags |= model.FlagNoWrite
	for _, prop := range s.Props {
		if prop.Kind == model.PropEnv {
			if prop.Symbol().Name != name {
				c.world.WarnAt(m.Pos, "redefining environment symbol from %s", prop.Symbol().Name)
			}
			return
		}
	}
	s.Props = append(s.Props, model.NewProp(model.PropEnv, c.ExSym(c.LookupConst(name)), nil, p.lex.stmtPos()))
	v, ok := c.world.Getenv(name)
	c.Used = append(c.Used, model.EnvUse{Name: name, Value: v})
	if !ok {
		c.world.WarnAt(m.Pos, "environment variable %s undefined", name)
		return
	}
	s.Props = append(s.Props, model.NewProp(model.PropDefault, c.ExSym(c.LookupConst(v)), nil, p.lex.stmtPos()))
}

// addAutomatic makes a string symbol with a fixed value that the tool itself provides.
func (c *shared) addAutomatic(name, value string) {
	s := c.Lookup(name)
	s.Type = model.String
	s.Flags |= model.FlagNoWrite
	s.Props = append(s.Props, model.NewProp(model.PropDefault, c.ExSym(c.LookupConst(value)), nil, host.Pos{}))
}

// tree reads the whole tree and settles its title and what says whether modules exist.
func (p *parser) tree() {
	c := p.c
	c.predefine()
	if errs := p.parse(); errs > 0 {
		c.world.Exit(1)
	}
	c.initModules()
	if c.D.OldLexer && !c.D.Macros && c.Root.Prompt != nil && !c.D.BusyBox {
		c.Root.Prompt.Text = p.expand(c.Root.Prompt.Text)
	}
	if c.Root.Prompt == nil {
		p.b.entry = &c.Root
		p.b.addPrompt(model.PropMenu, c.D.DefaultTitle, nil)
	}
}

// initModules settles which symbol says whether modules exist.
func (c *shared) initModules() {
	switch {
	case c.Modules == nil:
		c.Modules = c.No
	case c.D.ModulesByName && !c.D.BusyBox && len(c.Modules.Props) == 0:
		c.Modules.Props = append(c.Modules.Props, model.NewProp(model.PropDefault, c.ExSym(c.Lookup("MODULES")), nil, host.Pos{}))
	}
}

// predefine makes the symbols that exist before parsing.
func (c *shared) predefine() {
	for _, name := range c.D.PredefinedEnv {
		if v, ok := c.world.Getenv(name); ok {
			c.addAutomatic(name, v)
		} else {
			s := c.Lookup(name)
			s.Type = model.String
			s.Flags |= model.FlagNoWrite
		}
	}
	if c.D.UnameRelease {
		var u unix.Utsname
		if unix.Uname(&u) == nil {
			c.addAutomatic("UNAME_RELEASE", unix.ByteSliceToString(u.Release[:]))
		}
	}
	switch {
	case c.D.ModulesByName && c.D.BusyBox:
		c.Modules = c.Lookup("MODULES")
	case c.D.ModulesByName:
		c.Modules = c.NewSymbol("")
		c.Modules.Type = model.Bool
		c.Modules.Flags |= model.FlagNoWrite
	}
}
