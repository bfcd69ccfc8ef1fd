package kconfig

import (
	"errors"
	"fmt"
	"iter"
	"slices"
)

// Load parses a tree. Errors in the Kconfig files end in an *ExitError; their text has been written to the streams of the
// options, in the C tool's words.
func Load(o Options) (c *Config, err error) {
	if o.File == "" {
		return nil, errors.New("kconfig: no Kconfig file named")
	}
	c = newConfig(o)
	defer func() {
		if err != nil {
			c = nil
		}
	}()
	defer c.catch(&err)
	c.parseTree(o.File)
	c.calc(c.modules)
	return c, nil
}

// Dialect returns the dialect in use.
func (c *Config) Dialect() Dialect { return c.d }

// Root returns the main menu. Its Prompt is the title.
func (c *Config) Root() *Menu { return &c.root }

// Entries walks the menu tree below the root depth first, which is the order of .config.
func (c *Config) Entries() iter.Seq[*Menu] {
	return func(yield func(*Menu) bool) {
		for m := c.root.next(&c.root); m != nil; m = m.next(&c.root) {
			if !yield(m) {
				return
			}
		}
	}
}

// Symbols returns all symbols, mentioned or defined, in the order of the C tool's table, which is that of auto.conf.
func (c *Config) Symbols() []*Symbol { return slices.Clone(c.syms.order) }

// Lookup returns the symbol of that name, without prefix, or nil.
func (c *Config) Lookup(name string) *Symbol { return c.find(name) }

// Modules returns the symbol that says whether modules exist; it is the constant n in trees without.
func (c *Config) Modules() *Symbol { return c.modules }

// Files returns the Kconfig files read, as named in source statements, in order of first inclusion.
func (c *Config) Files() []string { return slices.Clone(c.files) }

// EnvRead returns the environment variables that decided the parse, as NAME=value, in order of first use.
func (c *Config) EnvRead() []string {
	var out []string
	for _, e := range c.used {
		out = append(out, e.name+"="+e.value)
	}
	return out
}

// IsChoice reports whether the symbol stands for a choice.
func (s *Symbol) IsChoice() bool { return s.choice }

// IsConst reports whether the symbol is a constant: y, m, n or quoted text.
func (s *Symbol) IsConst() bool { return s.has(flagConst) }

// IsDefined reports whether there is a config or choice statement for the symbol.
func (s *Symbol) IsDefined() bool { return len(s.Menus) > 0 }

// DirectDep returns the dependencies of all definitions, nil meaning y.
func (s *Symbol) DirectDep() *Expr { return s.dirDep.expr }

// ReverseDep returns what selects the symbol, nil if nothing does.
func (s *Symbol) ReverseDep() *Expr { return s.revDep.expr }

// WeakReverseDep returns what implies the symbol, nil if nothing does.
func (s *Symbol) WeakReverseDep() *Expr { return s.implied.expr }

// Value returns the present value as text: n, m or y for bool and tristate symbols.
func (c *Config) Value(s *Symbol) string {
	c.calc(s)
	return s.text()
}

// Tristate returns the present value of a bool or tristate symbol, and n for others.
func (c *Config) Tristate(s *Symbol) Tristate {
	c.calc(s)
	if !s.Type.logic() {
		return No
	}
	return s.curr.tri
}

// Visibility returns the greatest value that the user may give the symbol.
func (c *Config) Visibility(s *Symbol) Tristate {
	c.calc(s)
	return s.visible
}

// EffectiveType returns the type after modules and choices had their say: without modules a tristate is a bool.
func (c *Config) EffectiveType(s *Symbol) Type {
	c.calc(s)
	return c.effectiveType(s)
}

// Changeable reports whether the user has anything to decide about the symbol.
func (c *Config) Changeable(s *Symbol) bool {
	c.calc(s)
	return c.changeable(s)
}

// Written reports whether the symbol appears in .config.
func (c *Config) Written(s *Symbol) bool {
	c.calc(s)
	return s.has(flagWrite)
}

// EntryVisible reports whether front ends show the entry.
func (c *Config) EntryVisible(m *Menu) bool { return c.isVisible(m) }

// Eval returns the present value of a condition.
func (c *Config) Eval(e *Expr) Tristate { return c.eval(e) }

// Explained returns an expression with the value of each symbol, as the C tool prints it.
func (c *Config) Explained(e *Expr) string { return string(c.appendValued(nil, e)) }

// Help returns the help of an entry with what is known about its symbol, as the C tool prints it.
func (c *Config) Help(m *Menu) string { return c.extHelp(m) }

// Choice returns the choice that a symbol is a member of, or nil.
func (c *Config) Choice(s *Symbol) *Symbol { return c.choiceOf(s) }

// UserValue returns the value that the user or a file gave, whether or not it is in force.
func (c *Config) UserValue(s *Symbol) (string, bool) {
	if !s.hasValue() {
		return "", false
	}
	if s.Type.logic() {
		return s.user.tri.String(), true
	}
	return s.user.str, true
}

// Set gives a symbol a value as the user would and reports whether that is allowed at present. Setting a member of a
// choice to y selects it.
func (c *Config) Set(s *Symbol, value string) bool {
	c.calc(s)
	if c.d.NewChoices {
		if m := choiceMenu(s); m != nil {
			if v, ok := letter(value); !ok || v != Yes || s.visible == No {
				return false
			}
			c.setChoice(m, s)
			return true
		}
	}
	return c.setText(s, value)
}

// ErrNoFile says that there was no configuration to read.
var ErrNoFile = errors.New("kconfig: no such configuration")

// ReadConfig reads a configuration, dropping all values set before. An empty name is the file that KCONFIG_CONFIG
// names, or .config, or what stands in for it.
func (c *Config) ReadConfig(name string) (err error) {
	defer c.catch(&err)
	ok := false
	if c.d.BusyBox {
		ok = c.readBusy(name)
	} else {
		ok = c.read(name)
	}
	if !ok {
		return ErrNoFile
	}
	return nil
}

// Changed reports whether the configuration differs from what was read.
func (c *Config) Changed() bool { return c.changed }

// Silence stops messages such as "configuration written".
func (c *Config) Silence() { c.silent = true }

// DotConfig returns the text of .config.
func (c *Config) DotConfig() []byte {
	if c.d.BusyBox {
		return c.busyConfig()
	}
	return c.dotConfig()
}

// Minimal returns the text of the minimal configuration, as savedefconfig writes it.
func (c *Config) Minimal() []byte { return c.minimal() }

// WriteConfig writes the configuration as the C tool does. An empty name is that of KCONFIG_CONFIG or .config.
func (c *Config) WriteConfig(name string) (err error) {
	defer c.catch(&err)
	if c.d.BusyBox && name == "" {
		if !c.writeBusy() {
			return errors.New("kconfig: cannot write the configuration")
		}
		return nil
	}
	if !c.writeConfig(name) {
		return fmt.Errorf("kconfig: cannot write the configuration %s", name)
	}
	return nil
}

// WriteMinimal writes the minimal configuration.
func (c *Config) WriteMinimal(name string) (err error) {
	defer c.catch(&err)
	if !c.writeDefconfig(name) {
		return fmt.Errorf("kconfig: cannot write %s", name)
	}
	return nil
}

// WriteAuto writes auto.conf, the header and their companions, and touches the files of changed symbols.
func (c *Config) WriteAuto() (err error) {
	defer c.catch(&err)
	if !c.writeAuto(true) {
		return errors.New("kconfig: cannot write the files generated from the configuration")
	}
	return nil
}
