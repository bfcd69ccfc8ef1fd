package kconfig

// The grammar of the older trees (zconf.y). Statements are the same; line ends of empty lines are part of the grammar,
// options have their own error rules, and blocks have none: an error in a block closes all open blocks.

func (p *parser) parseOld() int {
	p.skipEOL()
	if p.peek() == tMainmenu && !p.c.d.BusyBox {
		p.take()
		t, err := p.promptText()
		if err == nil {
			err = p.line()
		}
		if err != nil {
			p.syntaxError()
			return p.errs
		}
		p.addPrompt(PropMenu, t, nil)
	} else if p.c.d.TitleFirst {
		p.addPrompt(PropMenu, p.c.d.DefaultTitle, nil)
	}
	for {
		k := p.peek()
		if k == tEOF {
			return p.errs
		}
		err := p.statementOld(k, 0, blockTop)
		switch err {
		case nil:
		case errSyntax:
			p.dropBlocks()
			if p.recoverAt(k) != nil {
				return p.errs
			}
		default:
			p.abort()
			return p.errs
		}
	}
}

// skipEOL accepts the ends of empty lines.
func (p *parser) skipEOL() {
	for p.peek() == tEOL {
		p.take()
	}
}

// dropBlocks closes what an error left open.
func (p *parser) dropBlocks() {
	if len(p.open) == 0 {
		return
	}
	if p.pending == 0 {
		p.errs++
		p.c.complainParser("%s:%d: syntax error\n", p.lex.where(), p.lex.stmtLine+1)
		p.pending = 3
	}
	for i := len(p.open) - 1; i >= 0; i-- {
		m := p.open[i]
		p.c.complainParser("%s:%d: missing end statement for this entry\n", m.Pos.File, m.Pos.Line)
		if p.b.menu == m {
			p.closeMenu()
		}
	}
	p.open = nil
}

// recoverAt skips a statement at top level and names what was wrong by its first token.
func (p *parser) recoverAt(first tok) error {
	word := p.bad
	if err := p.recover(); err != nil {
		return err
	}
	switch first {
	case tWord:
		if p.c.d.Macros {
			p.errorf("invalid statement")
		} else {
			p.errorf("unknown statement \"%s\"", word)
		}
	case tDepends, tPrompt, tBool, tTristate, tInt, tHex, tString, tSelect, tImply, tOptional, tRange, tDefault, tDefBool, tDefTristate, tVisible:
		p.errorf("unexpected option \"%s\"", word)
	default:
		p.errorf("invalid statement")
	}
	return nil
}

type blockKind uint8

const (
	blockTop blockKind = iota
	blockMenu
	blockIf
	blockChoice
)

func (p *parser) statementOld(k tok, depth int, in blockKind) error {
	if depth > maxNesting {
		return errAbort
	}
	p.bad = string(p.tok.text)
	switch k {
	case tEOL:
		p.take()
		return nil
	case tIf:
		return p.ifOld(depth)
	case tComment:
		return p.commentOld()
	case tConfig, tMenuconfig:
		return p.configOld(k)
	case tSource:
		return p.sourceOld()
	case tWord:
		if p.c.d.Macros {
			p.take()
			return p.assignOldStmt()
		}
	case tChoice:
		if in != blockChoice {
			return p.choiceOld(depth)
		}
	case tMenu:
		if in != blockChoice {
			return p.menuOld(depth)
		}
	case tMainmenu:
		if p.c.d.BusyBox && in == blockTop {
			p.take()
			if _, err := p.promptText(); err != nil {
				return err
			}
			return p.line()
		}
	case tEndmenu, tEndif, tEndchoice:
		if in == blockTop {
			p.take()
			if err := p.line(); err != nil {
				return err
			}
			p.errorf("unexpected end statement")
			return nil
		}
	}
	if in == blockTop && k != tEOF {
		if k == tWord {
			p.take()
		}
	}
	return errSyntax
}

func (p *parser) assignOldStmt() error {
	name := p.bad
	var f flavor
	switch p.peek() {
	case tEqual:
		f = flavorRecursive
	case tColonEqual:
		f = flavorSimple
	case tPlusEqual:
		f = flavorAppend
	default:
		return errSyntax
	}
	p.take()
	value := ""
	if p.peek() == tAssignVal {
		value = string(p.take().text)
	}
	if err := p.line(); err != nil {
		return err
	}
	p.lex.m.assign(name, value, f)
	return nil
}

// promptText accepts a word, quoted or not.
func (p *parser) promptText() (string, error) {
	if k := p.peek(); k != tWord && k != tQuote {
		return "", errSyntax
	}
	return string(p.take().text), nil
}

// blockOld reads the statements of a block and its end.
func (p *parser) blockOld(depth int, in blockKind, kind string) error {
	p.open = append(p.open, p.b.menu)
	for {
		k := p.peek()
		if k == tEndmenu || k == tEndif || k == tEndchoice {
			p.take()
			if err := p.line(); err != nil {
				return err
			}
			p.open = p.open[:len(p.open)-1]
			p.endBlockOld(k, kind)
			return nil
		}
		if err := p.statementOld(k, depth+1, in); err != nil {
			return err
		}
	}
}

func (p *parser) endBlockOld(k tok, kind string) {
	got := map[tok]string{tEndmenu: "endmenu", tEndif: "endif", tEndchoice: "endchoice"}[k]
	if got != "end"+kind {
		p.errorf("unexpected '%s' within %s block", got, kind)
		p.errs++
		return
	}
	if m := p.b.menu; m.Pos.File != p.lex.file || p.lex.ends {
		p.errorf("'%s' in different file than '%s'", got, kind)
		p.c.complainParser("%s:%d: location of the '%s'\n", m.Pos.File, m.Pos.Line, kind)
		p.errs++
		return
	}
	p.closeMenu()
}

func (p *parser) ifOld(depth int) error {
	p.take()
	e, err := p.expr(0)
	if err == nil {
		err = p.line()
	}
	if err != nil {
		return err
	}
	if p.c.d.IfLookahead {
		p.skipEOL() // and with it goes the position
	}
	p.addEntry(nil)
	p.addDep(e)
	p.openMenu()
	return p.blockOld(depth, blockIf, "if")
}

func (p *parser) commentOld() error {
	p.take()
	t, err := p.promptText()
	if err == nil {
		err = p.line()
	}
	if err != nil {
		return err
	}
	p.addEntry(nil)
	p.addPrompt(PropComment, t, nil)
	return p.dependsOld(afterEntry)
}

// dependsOld reads the dependencies after a comment or menu.
func (p *parser) dependsOld(in optionList) error {
	for {
		switch k := p.peek(); k {
		case tEOL:
			p.take()
		case tDepends, tRequires:
			if err := p.optionErr(p.dependLineOld(k)); err != nil {
				return err
			}
		default:
			if done, err := p.otherOption(k, in); done || err != nil {
				return err
			}
		}
	}
}

// otherOption decides what a word that is no option of the statement means: the end of its options, or an error among
// them, after which they go on. What may follow the statement depends on where it stands.
func (p *parser) otherOption(k tok, in optionList) (done bool, err error) {
	word := k == tWord && !p.c.d.Macros
	switch {
	case word || k == tMainmenu:
	case k == tEOF || k == tWord || in == afterEntry:
		return true, nil
	default:
		switch k {
		case tIf, tComment, tConfig, tMenuconfig, tSource, tEndmenu, tEndif, tEndchoice:
			return true, nil
		case tMenu, tChoice:
			if in == afterMenu {
				return true, nil
			}
		}
	}
	if !word {
		return false, p.optionErr(errSyntax)
	}
	name := string(p.take().text)
	if err := p.recover(); err != nil {
		return false, err
	}
	p.errorf("unknown option \"%s\"", name)
	return false, nil
}

// optionList says whose options are being read.
type optionList uint8

const (
	afterEntry optionList = iota // of a config or comment, which any statement may follow
	afterMenu
	afterChoice
)

// optionErr recovers from an error in an option.
func (p *parser) optionErr(err error) error {
	if err != errSyntax {
		return err
	}
	if err := p.recover(); err != nil {
		return err
	}
	p.errorf("invalid option")
	return nil
}

func (p *parser) dependLineOld(k tok) error {
	p.take()
	if k == tDepends {
		if p.peek() == tOn {
			p.take()
		} else if !p.c.d.BusyBox {
			return errSyntax
		}
	}
	e, err := p.expr(0)
	if err == nil {
		err = p.line()
	}
	if err == nil {
		p.addDep(e)
	}
	return err
}

func (p *parser) sourceOld() error {
	p.take()
	t, err := p.promptText()
	if err == nil {
		err = p.line()
	}
	if err != nil {
		return err
	}
	if !p.c.d.Macros && !p.c.d.BusyBox {
		t = p.c.expandSymbols(t, false)
	}
	p.lex.include(t)
	return nil
}

func (p *parser) menuOld(depth int) error {
	p.take()
	t, err := p.promptText()
	if err == nil {
		err = p.line()
	}
	if err != nil {
		return err
	}
	p.addEntry(nil)
	p.addPrompt(PropMenu, t, nil)
	for {
		k := p.peek()
		if k == tVisible {
			p.take()
			e, err := p.ifOpt()
			if err != nil {
				return err
			}
			p.addVisibility(e)
		} else if k == tEOL {
			p.take()
		} else {
			break
		}
	}
	if err := p.dependsOld(afterMenu); err != nil {
		return err
	}
	p.openMenu()
	return p.blockOld(depth, blockMenu, "menu")
}

func (p *parser) choiceOld(depth int) error {
	c := p.c
	p.take()
	name := ""
	if c.d.NamedChoice && p.peek() == tWord {
		name = string(p.take().text)
	}
	if err := p.line(); err != nil {
		return err
	}
	s := c.newChoice(name)
	s.flags |= flagNoWrite
	p.addEntry(s)
	p.addProp(PropChoice, nil, nil)
	if err := p.choiceOptionsOld(); err != nil {
		return err
	}
	p.openMenu()
	return p.blockOld(depth, blockChoice, "choice")
}

func (p *parser) choiceOptionsOld() error {
	for {
		k := p.peek()
		p.bad = string(p.tok.text)
		var err error
		switch k {
		case tEOL:
			p.take()
		case tPrompt:
			p.take()
			err = p.promptLineOld()
		case tBool, tTristate:
			p.take()
			if err = p.promptOptOld(); err == nil {
				if err = p.line(); err == nil {
					p.c.setType(p.b.entry, typeOf(k))
				}
			}
		case tOptional:
			p.take()
			if err = p.line(); err == nil {
				p.b.entry.Sym.flags |= flagOptional
			}
		case tDefault:
			p.take()
			err = p.targetLineOld(PropDefault)
		case tDepends, tRequires:
			err = p.dependLineOld(k)
		case tHelp:
			err = p.helpText()
		default:
			if done, err := p.otherOption(k, afterChoice); done || err != nil {
				return err
			}
		}
		if err = p.optionErr(err); err != nil {
			return err
		}
	}
}

func (p *parser) configOld(k tok) error {
	p.take()
	t, err := p.want(tWord)
	if err == nil {
		err = p.line()
	}
	if err != nil {
		return err
	}
	s := p.c.lookupBytes(t.text)
	s.flags |= flagDefined
	p.addEntry(s)
	if err := p.configOptionsOld(); err != nil {
		return err
	}
	if k == tMenuconfig {
		if p.b.entry.Prompt != nil {
			p.b.entry.Prompt.Kind = PropMenu
		} else {
			p.warnf("warning: menuconfig statement without prompt")
		}
	}
	return nil
}

func (p *parser) configOptionsOld() error {
	for {
		k := p.peek()
		p.bad = string(p.tok.text)
		var err error
		switch k {
		case tEOL:
			p.take()
		case tBool, tTristate, tInt, tHex, tString:
			p.take()
			if err = p.promptOptOld(); err == nil {
				if err = p.line(); err == nil {
					p.c.setType(p.b.entry, typeOf(k))
				}
			}
		case tPrompt:
			p.take()
			err = p.promptLineOld()
		case tDefault, tDefBool, tDefTristate:
			p.take()
			err = p.defaultLine(k)
		case tSelect, tImply:
			p.take()
			kind := PropSelect
			if k == tImply {
				kind = PropImply
			}
			err = p.targetLineOld(kind)
		case tRange:
			p.take()
			err = p.rangeLine()
		case tOption:
			p.take()
			err = p.optionLineOld()
		case tDepends, tRequires:
			err = p.dependLineOld(k)
		case tHelp:
			err = p.helpText()
		default:
			if done, err := p.otherOption(k, afterEntry); done || err != nil {
				return err
			}
		}
		if err = p.optionErr(err); err != nil {
			return err
		}
	}
}

func (p *parser) promptOptOld() error {
	if k := p.peek(); k != tQuote && k != tWord {
		return nil
	}
	t := string(p.take().text)
	cond, err := p.ifOpt()
	if err != nil {
		return err
	}
	p.addPrompt(PropPrompt, t, cond)
	return nil
}

func (p *parser) promptLineOld() error {
	t, err := p.promptText()
	if err != nil {
		return err
	}
	cond, err := p.ifLine()
	if err != nil {
		return err
	}
	p.addPrompt(PropPrompt, t, cond)
	return nil
}

// targetLineOld reads the target of a select, imply or choice default. In most older trees the symbol comes into being
// after those of the condition.
func (p *parser) targetLineOld(kind PropKind) error {
	t, err := p.want(tWord)
	if err != nil {
		return err
	}
	name := string(t.text)
	if !p.c.d.LateTargets {
		p.c.lookup(name)
	}
	cond, err := p.ifLine()
	if err != nil {
		return err
	}
	p.addProp(kind, p.c.exSym(p.c.lookup(name)), cond)
	return nil
}

// optionLineOld reads option NAME[=VALUE] ...
func (p *parser) optionLineOld() error {
	for p.peek() == tWord {
		name := string(p.take().text)
		arg := ""
		if p.peek() == tEqual {
			p.take()
			var err error
			if arg, err = p.promptText(); err != nil {
				return err
			}
		}
		p.addOption(name, arg)
	}
	return p.line()
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

func (p *parser) addOption(name, arg string) {
	c := p.c
	s := p.b.entry.Sym
	switch {
	case name == "modules" && c.d.ModulesByName:
		// The anonymous symbol takes its value from this one.
		c.modules.Props = append(c.modules.Props, c.newProp(PropDefault, c.exSym(s), nil, p.pos()))
	case name == "modules":
		p.setModules()
	case name == "defconfig_list":
		if c.defconfigList == nil {
			c.defconfigList = s
		} else if c.defconfigList != s {
			p.errorf("trying to redefine defconfig symbol")
		}
		if c.d.DefconfigListHidden {
			c.defconfigList.flags |= flagNoWrite
		}
	case name == "env" && c.d.OptionEnv:
		p.addEnv(arg)
	case name == "allnoconfig_y" && c.d.AllNoConfigY:
		s.flags |= flagAllNoY
	default:
		p.warnf("warning: ignoring unknown option %s", name)
	}
}

// addEnv makes a symbol take its value from the environment.
func (p *parser) addEnv(name string) {
	c, m := p.c, p.b.entry
	s := m.Sym
	s.flags |= flagNoWrite
	for _, prop := range s.Props {
		if prop.Kind == PropEnv {
			if prop.symbol().Name != name {
				c.menuWarn(m, "redefining environment symbol from %s", prop.symbol().Name)
			}
			return
		}
	}
	s.Props = append(s.Props, c.newProp(PropEnv, c.exSym(c.lookupConst(name)), nil, p.pos()))
	v, ok := c.getenv(name)
	c.used = append(c.used, envUse{name, v})
	if !ok {
		c.menuWarn(m, "environment variable %s undefined", name)
		return
	}
	s.Props = append(s.Props, c.newProp(PropDefault, c.exSym(c.lookupConst(v)), nil, p.pos()))
}

// addAutomatic makes a string symbol with a fixed value that the tool itself provides.
func (c *Config) addAutomatic(name, value string) {
	s := c.lookup(name)
	s.Type = String
	s.flags |= flagNoWrite
	s.Props = append(s.Props, c.newProp(PropDefault, c.exSym(c.lookupConst(value)), nil, Pos{}))
}

// expandSymbols replaces $NAME by the value of that symbol. A name that is no symbol is nothing, or itself with
// unknown set.
func (c *Config) expandSymbols(in string, unknown bool) string {
	var b []byte
	for i := 0; i < len(in); i++ {
		if in[i] != '$' {
			b = append(b, in[i])
			continue
		}
		j := i + 1
		for j < len(in) && wordByte[in[j]] && in[j] != '-' {
			j++
		}
		if s := c.find(in[i+1 : j]); s != nil {
			c.calc(s)
			b = append(b, c.text(s)...)
		} else if unknown {
			b = append(b, in[i+1:j]...)
		}
		i = j - 1
	}
	return string(b)
}
