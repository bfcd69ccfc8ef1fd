package query

// This file knows the symbols of a tree: where they are defined, their values, and why they have them.

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/mentions"
	"gokbuild/kbuild/plan"
	"gokbuild/kconfig"
	"gokbuild/kconfig/menu"
)

// Kconfig is the Kconfig tree with a configuration. It is for one goroutine.
type Kconfig struct {
	// Config is the tree itself, for what the methods here do not tell.
	Config *kconfig.Config
	// Messages is what there was to say about the files.
	Messages []kconfig.Message

	menu         *menu.Model // made when it is asked for
	dir, srctree string
	env          []string
}

// Place is a place in a file of the tree.
type Place = mentions.Place

// Symbol is what is known of a symbol of Kconfig.
type Symbol struct {
	// Name is without CONFIG_. Type is the word of the Kconfig language.
	Name string `json:"name"`
	Type string `json:"type"`
	// Value is the value in force, "n" for what is off. Set is the value that the configuration file gives, nil if none.
	Value string  `json:"value"`
	Set   *string `json:"set"`
	// Visible is the greatest value that the user may give.
	Visible string `json:"visible"`
	Prompt  string `json:"prompt"`
	// Defined are the places of its definitions.
	Defined []Place `json:"defined"`
	// Reason says in a few words why the value is what it is: "by default: ARCH_X (Kconfig:3)". Blocking are the conditions
	// that keep the value down, with the values of their symbols: "PCI [=n]".
	Reason   string   `json:"reason"`
	Blocking []string `json:"blocking"`
	// Depends is the condition of the symbol; SelectedBy and ImpliedBy tell who raises it. "" is none.
	Depends    string `json:"depends"`
	SelectedBy string `json:"selectedBy"`
	ImpliedBy  string `json:"impliedBy"`
	Help       string `json:"help"`
	// TurnOn are answers that turn it on, given one after the other. It is nil where nobody asked, or none were found.
	TurnOn []Step `json:"turnOn,omitempty"`
}

// Step is an answer to a question of the configuration: the value of a symbol.
type Step struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// ErrNoKconfig says that the makefiles call no tool for Kconfig.
var ErrNoKconfig = errors.New("the makefiles of this folder have no configuration")

// Kconfig reads the Kconfig files as the tree's own makefiles have them read, and the present configuration. It is read once.
func (e *Engine) Kconfig() (*Kconfig, error) {
	if e.kconfig != nil || e.unread != nil {
		return e.kconfig, e.unread
	}
	k, err := e.LoadKconfig("")
	if err == nil {
		e.kconfig = k
	} else if !e.still { // in an editor it may be mended
		e.unread = err
	}
	return k, err
}

// value is the value of a symbol; where Kconfig files cannot be read it is what the configuration says, "" if there is none.
func (e *Engine) value(name string) string {
	k, err := e.Kconfig()
	if err == nil {
		return k.Value(name)
	}
	if e.saved == nil {
		e.saved = make(map[string]string)
		if text, err := e.read(e.config()); err == nil {
			e.saved[""] = "n"
			for _, s := range Settings(text) {
				e.saved[s.Name] = unquote(s.Value)
			}
		}
	}
	if value, ok := e.saved[name]; ok {
		return value
	}
	return e.saved[""]
}

// LoadKconfig is Kconfig with another configuration; "" is the present one.
func (e *Engine) LoadKconfig(config string) (*Kconfig, error) {
	k, err := e.load(config)
	if err != nil {
		return nil, err
	}
	return k, nil
}

// load is LoadKconfig that returns the messages of files with errors, too.
func (e *Engine) load(config string) (*Kconfig, error) {
	cmd := e.confTool()
	if cmd == nil {
		return nil, ErrNoKconfig
	}
	k := &Kconfig{dir: cmd.Dir, srctree: cmd.Dir, env: cmd.Env}
	for _, v := range cmd.Env {
		if src, ok := strings.CutPrefix(v, "srctree="); ok && src != "" {
			k.srctree = src
			if !filepath.IsAbs(src) {
				k.srctree = filepath.Join(cmd.Dir, src)
			}
		}
	}
	var err error
	k.Config, err = kconfig.Load(kconfig.Options{File: cmd.Argv[len(cmd.Argv)-1], Dir: cmd.Dir, Env: cmd.Env, Shell: e.Shell, Unsaved: e.unsaved,
		Messages: func(m kconfig.Message) { k.Messages = append(k.Messages, m) }})
	if err != nil {
		return k, err
	}
	k.Config.Silence()
	if err := k.Config.ReadConfig(config); err != nil && config != "" {
		return k, err
	}
	return k, nil
}

// confTool finds out how the makefiles call the tool for Kconfig.
func (e *Engine) confTool() *plan.Command {
	if e.still {
		return e.stillTool()
	}
	p, _ := e.Plan([]string{kernel.AnyConfig})
	for _, m := range slices.Backward(p.Makes) {
		for _, t := range m.Targets {
			for i := range t.Commands {
				if c := &t.Commands[i]; c.Env != nil && len(c.Argv) > 1 {
					return c
				}
			}
		}
	}
	return nil
}

// Name takes the prefix off the name of a symbol.
func Name(symbol string) string { return strings.TrimPrefix(symbol, "CONFIG_") }

// Symbol returns what is known of a symbol; ok is false if nothing defines it.
func (k *Kconfig) Symbol(name string) (s Symbol, ok bool) {
	sym := k.Config.Lookup(Name(name))
	if sym == nil || !sym.IsDefined() {
		return s, false
	}
	c := k.Config
	s = Symbol{Name: sym.Name, Value: c.Value(sym), Type: typeWord(c.EffectiveType(sym)), Visible: c.Visibility(sym).String(),
		Defined: k.places(sym), Blocking: []string{}, Depends: explained(c, sym.DirectDep()),
		SelectedBy: explained(c, sym.ReverseDep()), ImpliedBy: explained(c, sym.WeakReverseDep())}
	if v, ok := c.UserValue(sym); ok {
		s.Set = &v
	}
	for _, m := range sym.Menus {
		if s.Prompt == "" && m.Prompt != nil {
			s.Prompt = m.Prompt.Text
		}
		if s.Help == "" && m.HasHelp() {
			s.Help = m.Help()
		}
	}
	s.Reason = k.reason(sym)
	if sym.Type == kconfig.Bool || sym.Type == kconfig.TristateType {
		s.Blocking = append(s.Blocking, k.Blocking(sym, kconfig.Yes)...)
	}
	return s, true
}

// TurnOn finds answers that turn a bool or tristate on, as the Why page of menuconfig does. The configuration stays as it is.
func (k *Kconfig) TurnOn(name string) (steps []Step) {
	sym := k.Config.Lookup(Name(name))
	if sym == nil || sym.Type != kconfig.Bool && sym.Type != kconfig.TristateType {
		return nil
	}
	plan, _, ok := k.model().TurnOn(sym)
	if !ok {
		return nil
	}
	for _, s := range plan {
		steps = append(steps, Step{s.Symbol.Shown(), s.Value})
	}
	return steps
}

// model is the tree as menuconfig sees it.
func (k *Kconfig) model() *menu.Model {
	if k.menu == nil {
		k.menu = menu.New(k.Config.Engine())
	}
	return k.menu
}

// typeWord is a type in the word of the Kconfig language; the C tool prints another one for int.
func typeWord(t kconfig.Type) string {
	if t == kconfig.Int {
		return "int"
	}
	return t.String()
}

func explained(c *kconfig.Config, e *kconfig.Expr) string {
	if e == nil {
		return ""
	}
	return c.Explained(e)
}

// Value returns the value of a symbol by its name, "n" for one that nothing defines.
func (k *Kconfig) Value(name string) string {
	sym := k.Config.Lookup(Name(name))
	if sym == nil || !sym.IsDefined() {
		return "n"
	}
	return k.Config.Value(sym)
}

// places are the definitions of a symbol.
func (k *Kconfig) places(sym *kconfig.Symbol) []Place {
	places := []Place{}
	for _, m := range sym.Menus {
		places = append(places, Place{File: k.File(m.Pos.File), Line: m.Pos.Line})
	}
	return places
}

// File is the absolute name of a Kconfig file, by the name that a source statement gives it.
func (k *Kconfig) File(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	for _, dir := range []string{k.dir, k.srctree} {
		if file := filepath.Join(dir, name); stateOf(file) != "" {
			return file
		}
	}
	return filepath.Join(k.srctree, name)
}

// reason says why a value is what it is.
func (k *Kconfig) reason(sym *kconfig.Symbol) string {
	c := k.Config
	why := c.Why(sym)
	at := ""
	if why.Prop != nil {
		at = " (" + why.Prop.Pos.String() + ")"
	}
	by := ""
	for i, e := range why.By {
		if i > 0 {
			by += ", "
		}
		by += c.Explained(e)
	}
	text := "nothing sets it"
	if c.Visibility(sym) == kconfig.No && len(k.Blocking(sym, kconfig.Mod)) > 0 {
		text = "what it depends on is off"
	}
	switch why.Cause {
	case kconfig.CauseUser:
		text = "set in the configuration"
	case kconfig.CauseDefault:
		text = "by default" + at
	case kconfig.CauseSelect:
		text = "selected by " + by
	case kconfig.CauseImply:
		text = "implied by " + by
	case kconfig.CauseRange:
		text = "moved into its range" + at
	case kconfig.CauseChoice:
		text = "chosen in its choice"
	case kconfig.CauseConst:
		text = "a constant"
	}
	if why.Limited {
		text += ", limited by what it depends on"
	}
	return text
}

// Blocking lists the conditions of a bool or tristate symbol that are below a value, as parts that all have to hold.
func (k *Kconfig) Blocking(sym *kconfig.Symbol, want kconfig.Tristate) []string {
	var out []string
	var walk func(e *kconfig.Expr)
	walk = func(e *kconfig.Expr) {
		switch {
		case e == nil || k.Config.Eval(e) >= want:
		case e.Op == kconfig.OpAnd:
			walk(e.L)
			walk(e.R)
		default:
			if text := k.Config.Explained(e); !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	walk(sym.DirectDep())
	return out
}

// Symbols lists the names of all symbols that are defined, in order.
func (k *Kconfig) Symbols() []string {
	var names []string
	for _, s := range k.Config.Symbols() {
		if s.IsDefined() && s.Name != "" && !s.IsConst() {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return names
}
