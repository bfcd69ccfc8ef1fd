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

// Load parses a tree and finalises it, as conf_parse does (parser.y, menu.c). No configuration is read yet: symbols
// have their defaults.
//
// The error is an *ExitError where the C tool would exit: a file that is missing, a syntax error, a dependency loop
// in trees that do not allow any. What there is to say has been written to the streams of the options by then, in the
// C tool's words.
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

// Engine returns what front ends of this module work with, which may then change it.
func (c *Config) Engine() *engine.Engine { return c.e }

// Root returns the main menu (rootmenu). Its Prompt is the title.
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

// Symbols returns all symbols, mentioned or defined, in the order of the C tool's table (symbol.c), which is that of
// auto.conf.
func (c *Config) Symbols() []*Symbol { return slices.Clone(c.e.Tree.Syms.Order) }

// Lookup returns the symbol of that name, without prefix, or nil (sym_find in symbol.c).
func (c *Config) Lookup(name string) *Symbol { return c.e.Tree.Find(name) }

// Files returns the Kconfig files read, as named in source statements, in order of first inclusion (file_lookup in
// util.c).
func (c *Config) Files() []string { return slices.Clone(c.e.Tree.Sources) }

// EnvRead returns the environment variables that decided the parse, as NAME=value, in order of first use (env_expand
// in preprocess.c).
func (c *Config) EnvRead() []string {
	var out []string
	for _, use := range c.e.Tree.Used {
		out = append(out, use.Name+"="+use.Value)
	}
	return out
}

// Value returns the present value as text: n, m or y for bool and tristate symbols (sym_calc_value and
// sym_get_string_value in symbol.c). A symbol that is nowhere defined has its name as its value.
func (c *Config) Value(s *Symbol) string {
	c.e.Solver.Calc(s)
	return s.Text()
}

// Visibility returns the greatest value that the user may give the symbol, n if it is not to be seen
// (sym_calc_visibility in symbol.c).
func (c *Config) Visibility(s *Symbol) Tristate {
	c.e.Solver.Calc(s)
	return s.Visible
}

// EffectiveType returns the type after modules and choices had their say (sym_get_type in symbol.c). Example: without
// modules a tristate is a bool.
func (c *Config) EffectiveType(s *Symbol) Type {
	c.e.Solver.Calc(s)
	return c.e.Solver.EffectiveType(s)
}

// Changeable reports whether the user has anything to decide about the symbol (sym_is_changeable in symbol.c).
// Example: not if another symbol selects it as far as it can be seen.
func (c *Config) Changeable(s *Symbol) bool {
	c.e.Solver.Calc(s)
	return c.e.Solver.Changeable(s)
}

// EntryVisible reports whether front ends show the entry (menu_is_visible in menu.c).
func (c *Config) EntryVisible(m *Menu) bool { return c.e.Solver.IsVisible(m) }

// Eval returns the present value of a condition (expr_calc_value in expr.c).
func (c *Config) Eval(e *Expr) Tristate { return c.e.Solver.Eval(e) }

// Explained returns an expression with the value of each symbol, as help texts and warnings print it (expr_gstr_print
// in expr.c). Example: A [=y] && B [=n].
func (c *Config) Explained(e *Expr) string { return string(c.e.Tree.AppendValued(nil, e)) }

// Help returns the help of an entry with what is known about its symbol (menu_get_ext_help in menu.c).
func (c *Config) Help(m *Menu) string { return c.e.Solver.Help(m, 0) }

// Choice returns the choice that a symbol is a member of, or nil (sym_get_choice_menu in symbol.c).
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

// Set gives a symbol a value as the user would and reports whether that is allowed at present (sym_set_string_value
// in symbol.c). For bool and tristate symbols only the first letter of the text counts. Setting a member of a choice
// to y selects it.
func (c *Config) Set(s *Symbol, value string) bool { return c.e.Solver.Set(s, value) }

// Accepts reports whether a text is a value that the user may give the symbol at present: of its type, and in its range
// (sym_string_within_range in symbol.c).
func (c *Config) Accepts(s *Symbol, value string) bool {
	c.e.Solver.Calc(s)
	return c.e.Solver.TextInRange(s, value)
}

// ErrNoFile says that there was no configuration to read.
var ErrNoFile = errors.New("kconfig: no such configuration")

// ReadConfig reads a configuration, dropping all values set before (conf_read in confdata.c). An empty name is the
// file that KCONFIG_CONFIG names, or .config, or what stands in for it. Lines that cannot be understood are reported
// and left out.
//
// The error is ErrNoFile if there is nothing to read.
func (c *Config) ReadConfig(name string) (err error) {
	defer c.e.World.Catch(&err)
	if !c.e.Files.Load(name) {
		return ErrNoFile
	}
	return nil
}

// Changed reports whether the configuration differs from what was read or written last (conf_get_changed in
// confdata.c).
func (c *Config) Changed() bool { return c.e.Solver.Changed }

// Silence stops messages such as "configuration written" (conf_set_message_callback in confdata.c). Warnings and
// errors go on.
func (c *Config) Silence() { c.e.Files.Silent = true }

// DotConfig returns the text of .config (conf_write in confdata.c).
func (c *Config) DotConfig() []byte { return c.e.Files.Text() }

// Minimal returns the text of the minimal configuration: what differs from the defaults (conf_write_defconfig in
// confdata.c).
func (c *Config) Minimal() []byte { return c.e.Files.Minimal() }

// WriteConfig writes the configuration (conf_write in confdata.c): through a temporary file, keeping the last one as
// NAME.old. An empty name is that of KCONFIG_CONFIG or .config. In newer trees a file that would not change is left
// alone.
func (c *Config) WriteConfig(name string) (err error) {
	defer c.e.World.Catch(&err)
	if !c.e.Files.Save(name) {
		return fmt.Errorf("kconfig: cannot write the configuration %s", name)
	}
	return nil
}

// WriteMinimal writes the minimal configuration (conf_write_defconfig in confdata.c).
func (c *Config) WriteMinimal(name string) (err error) {
	defer c.e.World.Catch(&err)
	if !c.e.Files.WriteDefconfig(name) {
		return fmt.Errorf("kconfig: cannot write %s", name)
	}
	return nil
}

// WriteAuto writes auto.conf, the header and their companions, and touches the files of changed symbols
// (conf_write_autoconf in confdata.c). auto.conf is written last; it is not there, or the old one, if the error is
// not nil.
func (c *Config) WriteAuto() (err error) {
	defer c.e.World.Catch(&err)
	if !c.e.Files.WriteAuto(true) {
		return errors.New("kconfig: cannot write the files generated from the configuration")
	}
	return nil
}
