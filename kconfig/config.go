// A loaded tree: reading it, its values, its files.

package kconfig

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"gokbuild/kconfig/internal/engine"
)

// A Config is a parsed tree with its current values. It must not be used by several goroutines at once; different
// Configs are independent.
type Config struct{ e *engine.Engine }

// Load parses a tree. Errors in the Kconfig files end in an *ExitError; their text has been written to the streams of
// the options, in the C tool's words.
func Load(o Options) (c *Config, err error) {
	if o.File == "" {
		return nil, errors.New("kconfig: no Kconfig file named")
	}
	c = Over(engine.New(o))
	defer func() {
		if err != nil {
			c = nil
		}
	}()
	defer c.e.World.Catch(&err)
	c.e.Parse(o.File)
	c.e.Solver.Calc(c.e.Tree.Modules)
	return c, nil
}

// Over makes a Config of rooms that a front end of this module has put together itself.
func Over(e *engine.Engine) *Config { return &Config{e} }

// Root returns the main menu. Its Prompt is the title.
func (c *Config) Root() *Menu { return &c.e.Tree.Root }

// Entries walks the menu tree below the root depth first, which is the order of .config.
func (c *Config) Entries() iter.Seq[*Menu] {
	return func(yield func(*Menu) bool) {
		root := c.Root()
		for m := root.After(root); m != nil; m = m.After(root) {
			if !yield(m) {
				return
			}
		}
	}
}

// Symbols returns all symbols, mentioned or defined, in the order of the C tool's table, which is that of auto.conf.
func (c *Config) Symbols() []*Symbol { return slices.Clone(c.e.Tree.Syms.Order) }

// Lookup returns the symbol of that name, without prefix, or nil.
func (c *Config) Lookup(name string) *Symbol { return c.e.Tree.Find(name) }

// Files returns the Kconfig files read, as named in source statements, in order of first inclusion.
func (c *Config) Files() []string { return slices.Clone(c.e.Tree.Sources) }

// EnvRead returns the environment variables that decided the parse, as NAME=value, in order of first use.
func (c *Config) EnvRead() []string {
	var out []string
	for _, use := range c.e.Tree.Used {
		out = append(out, use.Name+"="+use.Value)
	}
	return out
}

// Value returns the present value as text: n, m or y for bool and tristate symbols.
func (c *Config) Value(s *Symbol) string {
	c.e.Solver.Calc(s)
	return s.Text()
}

// Visibility returns the greatest value that the user may give the symbol.
func (c *Config) Visibility(s *Symbol) Tristate {
	c.e.Solver.Calc(s)
	return s.Visible
}

// EffectiveType returns the type after modules and choices had their say: without modules a tristate is a bool.
func (c *Config) EffectiveType(s *Symbol) Type {
	c.e.Solver.Calc(s)
	return c.e.Solver.EffectiveType(s)
}

// Changeable reports whether the user has anything to decide about the symbol.
func (c *Config) Changeable(s *Symbol) bool {
	c.e.Solver.Calc(s)
	return c.e.Solver.Changeable(s)
}

// EntryVisible reports whether front ends show the entry.
func (c *Config) EntryVisible(m *Menu) bool { return c.e.Solver.IsVisible(m) }

// Eval returns the present value of a condition.
func (c *Config) Eval(e *Expr) Tristate { return c.e.Solver.Eval(e) }

// Explained returns an expression with the value of each symbol, as the C tool prints it: A [=y] && B [=n].
func (c *Config) Explained(e *Expr) string { return string(c.e.Tree.AppendValued(nil, e)) }

// Help returns the help of an entry with what is known about its symbol, as the C tool prints it.
func (c *Config) Help(m *Menu) string { return c.e.Solver.Help(m) }

// Choice returns the choice that a symbol is a member of, or nil.
func (c *Config) Choice(s *Symbol) *Symbol { return c.e.Tree.ChoiceOf(s) }

// Why explains the present value of a symbol, following the order of decisions of the solver.
func (c *Config) Why(s *Symbol) Why { return c.e.Solver.Why(s) }

// UserValue returns the value that the user or a file gave, whether or not it is in force.
func (c *Config) UserValue(s *Symbol) (value string, ok bool) {
	if !s.HasValue() {
		return "", false
	}
	if s.Type.Logic() {
		return s.User.Tri.String(), true
	}
	return s.User.Str, true
}

// Set gives a symbol a value as the user would and reports whether that is allowed at present. Setting a member of a
// choice to y selects it.
func (c *Config) Set(s *Symbol, value string) bool { return c.e.Solver.Set(s, value) }

// ErrNoFile says that there was no configuration to read.
var ErrNoFile = errors.New("kconfig: no such configuration")

// ReadConfig reads a configuration, dropping all values set before. An empty name is the file that KCONFIG_CONFIG
// names, or .config, or what stands in for it. The error is ErrNoFile if there is none.
func (c *Config) ReadConfig(name string) (err error) {
	defer c.e.World.Catch(&err)
	if !c.e.Files.Load(name) {
		return ErrNoFile
	}
	return nil
}

// Changed reports whether the configuration differs from what was read.
func (c *Config) Changed() bool { return c.e.Solver.Changed }

// Silence stops messages such as "configuration written".
func (c *Config) Silence() { c.e.Files.Silent = true }

// DotConfig returns the text of .config.
func (c *Config) DotConfig() []byte { return c.e.Files.Text() }

// Minimal returns the text of the minimal configuration, as savedefconfig writes it.
func (c *Config) Minimal() []byte { return c.e.Files.Minimal() }

// WriteConfig writes the configuration as the C tool does: through a temporary file, keeping the last one as NAME.old.
// An empty name is that of KCONFIG_CONFIG or .config.
func (c *Config) WriteConfig(name string) (err error) {
	defer c.e.World.Catch(&err)
	if !c.e.Files.Save(name) {
		return fmt.Errorf("kconfig: cannot write the configuration %s", name)
	}
	return nil
}

// WriteMinimal writes the minimal configuration.
func (c *Config) WriteMinimal(name string) (err error) {
	defer c.e.World.Catch(&err)
	if !c.e.Files.WriteDefconfig(name) {
		return fmt.Errorf("kconfig: cannot write %s", name)
	}
	return nil
}

// WriteAuto writes auto.conf, the header and their companions, and touches the files of changed symbols.
func (c *Config) WriteAuto() (err error) {
	defer c.e.World.Catch(&err)
	if !c.e.Files.WriteAuto(true) {
		return errors.New("kconfig: cannot write the files generated from the configuration")
	}
	return nil
}
