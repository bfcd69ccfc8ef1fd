// The statements: entries, blocks, source and assignments.

package syntax

import "gokbuild/kconfig/internal/model"

// blockKind says what the statements being read stand in.
type blockKind uint8

const (
	blockTop blockKind = iota
	blockMenu
	blockIf
	blockChoice
)

// maxNesting bounds recursion; no tree comes near it, and the C tool's parser runs out of memory a little later.
const maxNesting = 2000

// parse reads the whole tree and returns the number of errors.
func (p *parser) parse() int {
	c := p.c
	p.b = builder{c: c, lex: p.lex, menu: &c.Root, entry: &c.Root, last: &c.Root.List}
	if p.older() {
		p.skipEOL()
	}
	if p.peek() == tMainmenu && !c.D.BusyBox {
		p.take()
		t, err := p.textLine()
		if err != nil {
			p.syntaxError()
			return p.errs
		}
		p.b.addPrompt(model.PropMenu, t, nil)
	} else if c.D.TitleFirst {
		p.b.addPrompt(model.PropMenu, c.D.DefaultTitle, nil)
	}
	for {
		k := p.peek()
		if k == tEOF {
			return p.errs
		}
		err := p.statement(k, 0, blockTop)
		if err == errSyntax {
			err = p.recoverTop(k)
		}
		if err != nil {
			p.abort()
			return p.errs
		}
	}
}

// statement reads one statement. A syntax error that it returns was not recovered from.
func (p *parser) statement(k tok, depth int, in blockKind) error {
	if depth > maxNesting {
		return errAbort
	}
	p.first = p.tok.text
	err := errSyntax
	if p.allowed(k, in) {
		err = p.allowedStatement(k, depth, in)
	} else if p.older() && in == blockTop && k == tWord {
		p.take()
	}
	if err == errSyntax && !p.older() {
		return p.recoverStatement(k, in)
	}
	return err
}

// allowed reports whether a statement may start with the token where it stands.
func (p *parser) allowed(k tok, in blockKind) bool {
	d := &p.c.D
	switch k {
	case tIf, tComment, tConfig:
		return true
	case tMenuconfig, tSource:
		return in != blockChoice || d.ChoiceCommon || d.OldLexer
	case tWord:
		return d.Macros && (in != blockChoice || d.ChoiceCommon || d.OldLexer)
	case tChoice, tMenu:
		return in != blockChoice
	case tMainmenu:
		return d.BusyBox && in == blockTop
	case tEndmenu, tEndif, tEndchoice:
		return d.OldLexer && in == blockTop
	case tEOL:
		return d.OldLexer
	}
	return false
}

// allowedStatement reads a statement by its first token.
func (p *parser) allowedStatement(k tok, depth int, in blockKind) error {
	p.take()
	switch k {
	case tConfig, tMenuconfig:
		return p.configStmt(k)
	case tComment:
		return p.commentStmt()
	case tSource:
		return p.sourceStmt()
	case tIf:
		return p.ifStmt(depth, in)
	case tMenu:
		return p.menuStmt(depth)
	case tChoice:
		return p.choiceStmt(depth)
	case tWord:
		return p.assignStmt()
	case tMainmenu:
		_, err := p.textLine() // without effect, and allowed anywhere
		return err
	case tEOL:
		return nil
	}
	err := p.line()
	if err == nil {
		p.errorf("unexpected end statement")
	}
	return err
}

// assignStmt reads what follows the name of a variable.
func (p *parser) assignStmt() error {
	name := string(p.first)
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

// configStmt reads config and menuconfig.
func (p *parser) configStmt(k tok) error {
	s, err := p.name()
	if err == nil {
		err = p.line()
	}
	if err != nil {
		return err
	}
	s.Flags |= model.FlagDefined
	p.b.addEntry(s)
	if err := p.options(afterEntry, p.configOption); err != nil {
		return err
	}
	m := p.b.entry
	switch {
	case k == tConfig:
		if p.choice != nil && p.c.D.NewChoices {
			p.checkMember(m)
		}
	case m.Prompt != nil:
		m.Prompt.Kind = model.PropMenu
	case p.c.D.HelpErrors:
		p.errorf("menuconfig statement without prompt")
	default:
		p.warnf("warning: menuconfig statement without prompt")
	}
	return nil
}

// checkMember enters a symbol into the choice being parsed.
func (p *parser) checkMember(m *model.Menu) {
	if p.c.D.MembersCheck {
		if m.Prompt == nil {
			p.errorAt(m, "error: choice member must have a prompt")
		}
		if m.Sym.Type != model.Bool {
			p.errorAt(m, "error: choice member must be bool")
		}
	}
	if !m.Sym.Linked {
		m.Sym.Linked = true
		p.choice.Members = append(p.choice.Members, m.Sym)
	}
}

// commentStmt reads a comment.
func (p *parser) commentStmt() error {
	t, err := p.textLine()
	if err != nil {
		return err
	}
	p.b.addEntry(nil)
	p.b.addPrompt(model.PropComment, t, nil)
	return p.options(afterEntry, p.dependsOption)
}

// sourceStmt goes on with another file.
func (p *parser) sourceStmt() error {
	t, err := p.textLine()
	if err != nil {
		return err
	}
	if !p.c.D.Macros && !p.c.D.BusyBox {
		t = p.expand(t)
	}
	p.lex.include(t)
	return nil
}

// ifStmt reads an if block.
func (p *parser) ifStmt(depth int, in blockKind) error {
	e, err := p.expr(0)
	if err == nil {
		err = p.line()
	}
	if err != nil {
		return err
	}
	if p.c.D.IfLookahead {
		p.skipEOL() // and with it goes the position
	}
	p.b.addEntry(nil)
	p.b.addDep(e)
	p.b.openMenu()
	// Where a choice may hold any statement, a block of it may hold even another choice.
	if in != blockChoice || p.older() || p.c.D.ChoiceCommon {
		in = blockIf
	}
	return p.block(depth, in, tEndif)
}

// menuStmt reads a menu.
func (p *parser) menuStmt(depth int) error {
	t, err := p.textLine()
	if err != nil {
		return err
	}
	p.b.addEntry(nil)
	p.b.addPrompt(model.PropMenu, t, nil)
	if p.older() {
		if err := p.visibleFirst(); err != nil {
			return err
		}
	}
	if err := p.options(afterMenu, p.menuOption); err != nil {
		return err
	}
	p.b.openMenu()
	return p.block(depth, blockMenu, tEndmenu)
}

// choiceStmt reads a choice and its members.
func (p *parser) choiceStmt(depth int) error {
	c := p.c
	name := ""
	if c.D.NamedChoice && p.peek() == tWord {
		name = string(p.take().text)
	}
	if err := p.line(); err != nil {
		return err
	}
	s := c.NewChoice(name)
	s.Flags |= model.FlagNoWrite
	p.b.addEntry(s)
	if c.D.NewChoices {
		p.b.setType(model.Bool)
	} else {
		p.b.addProp(model.PropChoice, nil, nil)
	}
	if err := p.options(afterChoice, p.choiceOption); err != nil {
		return err
	}
	m := p.b.entry
	if c.D.MembersCheck && c.D.NewChoices && m.Prompt == nil {
		p.errorAt(m, "error: choice must have a prompt")
	}
	p.b.openMenu()
	p.choice = m
	err := p.block(depth, blockChoice, tEndchoice)
	p.choice = nil
	return err
}

// block reads the statements of an opened block and its end, which should be the one given.
func (p *parser) block(depth int, in blockKind, end tok) error {
	p.open = append(p.open, p.b.menu)
	for {
		k := p.peek()
		if k != tEndmenu && k != tEndif && k != tEndchoice {
			if err := p.statement(k, depth+1, in); err != nil {
				return err
			}
			continue
		}
		p.take()
		err := p.line()
		if err == nil {
			p.open = p.open[:len(p.open)-1]
			p.endBlock(k, end)
			return nil
		}
		if p.older() {
			return err
		}
		// The end statement is dropped; the block goes on.
		if err := p.recoverInvalid("invalid statement"); err != nil {
			return err
		}
	}
}

// endBlock closes the current menu if the end statement fits.
func (p *parser) endBlock(got, want tok) {
	blocks := map[tok]string{tEndmenu: "menu", tEndif: "if", tEndchoice: "choice"}
	word, block := blocks[got], blocks[want]
	if p.older() {
		word = "end" + word
	}
	m := p.b.menu
	switch {
	case got != want:
		p.errorf("unexpected '%s' within %s block", word, block)
		p.errs++
	case m.Pos.File != p.lex.file || p.lex.ends && (p.c.D.StmtFile || p.older()):
		p.errorf("'%s' in different file than '%s'", word, block)
		p.errorAt(m, "location of the '%s'", block)
	default:
		p.b.closeMenu()
	}
}
