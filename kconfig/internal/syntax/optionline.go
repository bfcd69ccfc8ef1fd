// The lines of options: types, prompts, dependencies, defaults, selects, help.

package syntax

import "gokbuild/kconfig/internal/model"

// dependsLine reads a dependency after its first word.
func (p *parser) dependsLine(k tok) error {
	if k == tDepends {
		if p.peek() == tOn {
			p.take()
		} else if !p.c.D.BusyBox {
			return errSyntax
		}
	}
	e, err := p.expr(0)
	if err != nil {
		return err
	}
	var cond *model.Expr
	if p.c.D.CondDepends {
		if cond, err = p.ifOpt(); err != nil {
			return err
		}
	}
	if err := p.line(); err != nil {
		return err
	}
	if cond != nil {
		e = p.c.ExTwo(model.OpOr, e, p.c.ExNot(cond))
	}
	p.b.addDep(e)
	return nil
}

// typeLine reads a type, which may come with a prompt.
func (p *parser) typeLine(k tok) error {
	if p.isText(p.peek()) {
		t, err := p.text()
		if err != nil {
			return err
		}
		cond, err := p.ifOpt()
		if err != nil {
			return err
		}
		p.b.addPrompt(model.PropPrompt, t, cond)
	}
	err := p.line()
	if err == nil {
		p.b.setType(typeOf(k))
	}
	return err
}

func typeOf(k tok) model.Type {
	switch k {
	case tBool, tDefBool:
		return model.Bool
	case tTristate, tDefTristate:
		return model.TristateType
	case tInt:
		return model.Int
	case tHex:
		return model.Hex
	case tString:
		return model.String
	}
	return model.Unknown
}

// promptLine reads the text and condition of a prompt.
func (p *parser) promptLine() error {
	t, err := p.text()
	if err != nil {
		return err
	}
	cond, err := p.ifLine()
	if err != nil {
		return err
	}
	p.b.addPrompt(model.PropPrompt, t, cond)
	return nil
}

// ifOpt reads an optional condition.
func (p *parser) ifOpt() (*model.Expr, error) {
	if p.peek() != tIf {
		return nil, nil
	}
	p.take()
	return p.expr(0)
}

// ifLine reads an optional condition and the end of the line.
func (p *parser) ifLine() (*model.Expr, error) {
	e, err := p.ifOpt()
	if err == nil {
		err = p.line()
	}
	return e, err
}

// defaultLine reads a default, which may come with a type.
func (p *parser) defaultLine(k tok) error {
	e, err := p.expr(0)
	if err != nil {
		return err
	}
	cond, err := p.ifLine()
	if err != nil {
		return err
	}
	p.b.addProp(model.PropDefault, e, cond)
	if t := typeOf(k); t != model.Unknown {
		p.b.setType(t)
	}
	return nil
}

// targetLine reads the target of a select, imply or choice default. In most older trees the symbol comes into being
// after those of the condition.
func (p *parser) targetLine(kind model.PropKind) error {
	t, err := p.want(tWord)
	if err != nil {
		return err
	}
	var s *model.Symbol
	if !p.c.D.LateTargets {
		s = p.c.LookupBytes(t.text)
	}
	cond, err := p.ifLine()
	if err != nil {
		return err
	}
	if s == nil {
		s = p.c.LookupBytes(t.text)
	}
	p.b.addProp(kind, p.c.ExSym(s), cond)
	return nil
}

// rangeLine reads a range.
func (p *parser) rangeLine() error {
	low, err := p.operand()
	if err != nil {
		return err
	}
	high, err := p.operand()
	if err != nil {
		return err
	}
	cond, err := p.ifLine()
	if err != nil {
		return err
	}
	p.b.addProp(model.PropRange, p.c.ExComp(model.OpRange, low, high), cond)
	return nil
}

// helpText reads a help text.
func (p *parser) helpText() error {
	p.take()
	if err := p.line(); err != nil {
		return err
	}
	p.lex.help = true
	t, err := p.want(tHelpText)
	if err != nil {
		return err
	}
	m := p.b.entry
	if p.c.D.HelpErrors {
		if m.HelpText.Set {
			p.errorf("'%s' defined with more than one help text", m.Sym.Shown())
		}
		if t.help.Blank() {
			p.errorf("'%s' defined with blank help text", m.Sym.Shown())
		}
	} else if p.c.D.HelpWarnings {
		if m.HelpText.Set {
			p.warnf("warning: '%s' defined with more than one help text -- only the last one will be used", m.Sym.Shown())
		}
		if t.help.Blank() {
			p.warnf("warning: '%s' defined with blank help text", m.Sym.Shown())
		}
	}
	m.HelpText = t.help
	return nil
}

// setModules makes the current symbol the one that says whether modules exist.
func (p *parser) setModules() {
	c := p.c
	if c.Modules != nil {
		p.errorf("symbol '%s' redefines option 'modules' already defined by symbol '%s'", p.b.entry.Sym.Name, c.Modules.Name)
	}
	c.Modules = p.b.entry.Sym
}

// optionLine is the option statement of the first trees with the newer grammar, where the words are reserved.
func (p *parser) optionLine() error {
	switch p.peek() {
	case tModules, tDefconfigList, tAllNoY:
	default:
		return errSyntax
	}
	t := p.take()
	if err := p.line(); err != nil {
		return err
	}
	p.addOption(string(t.text), "")
	return nil
}

// freeOptionLine reads option NAME[=VALUE] ... of the older grammar, whose words are free
func (p *parser) freeOptionLine() error {
	for p.peek() == tWord {
		name := string(p.take().text)
		arg := ""
		if p.peek() == tEqual {
			p.take()
			var err error
			if arg, err = p.text(); err != nil {
				return err
			}
		}
		p.addOption(name, arg)
	}
	return p.line()
}

// addOption does what an option asks for.
func (p *parser) addOption(name, arg string) {
	c := p.c
	s := p.b.entry.Sym
	switch {
	case name == "modules" && c.D.ModulesByName:
		// The anonymous symbol takes its value from this one.
		c.Modules.Props = append(c.Modules.Props, model.NewProp(model.PropDefault, c.ExSym(s), nil, p.lex.stmtPos()))
	case name == "modules":
		p.setModules()
	case name == "defconfig_list":
		if c.DefconfigList == nil {
			c.DefconfigList = s
		} else if c.DefconfigList != s {
			p.errorf("trying to redefine defconfig symbol")
		}
		if c.D.DefconfigListHidden {
			c.DefconfigList.Flags |= model.FlagNoWrite
		}
	case name == "env" && c.D.OptionEnv:
		p.addEnv(arg)
	case name == "allnoconfig_y" && c.D.AllNoConfigY:
		s.Flags |= model.FlagAllNoY
	default:
		p.warnf("warning: ignoring unknown option %s", name)
	}
}
