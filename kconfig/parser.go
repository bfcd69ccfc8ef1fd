package kconfig

import "errors"

// The grammar of the newer trees, by recursive descent. Recovery from errors follows what the C tool's generated parser
// does, because its messages, and which statements still count, depend on it: an error drops the statement and everything
// up to the next line end in the innermost open block, and a further error is reported as a syntax error only after three
// tokens were accepted.

var (
	errSyntax = errors.New("syntax error")
	errAbort  = errors.New("end of input in a block")
)

type parser struct {
	c   *Config
	lex *lexer
	b   builder

	tok     token
	have    bool
	pending int // tokens to accept before syntax errors are reported again
	errs    int
	choice  *Menu // the choice being parsed, for member checks
	open    []*Menu
	bad     string // text of the first token of the statement or option (older grammar)
}

// pos is where entries and properties made now are said to be.
func (p *parser) pos() Pos { return Pos{p.lex.file, p.lex.stmtLine} }

func (p *parser) peek() tok {
	if !p.have {
		if p.c.d.OldLexer {
			p.tok = p.lex.nextOld()
		} else {
			p.tok = p.lex.next()
		}
		p.have = true
	}
	return p.tok.kind
}

// take accepts the next token.
func (p *parser) take() token {
	p.peek()
	p.have = false
	if p.pending > 0 {
		p.pending--
	}
	return p.tok
}

// want accepts a token of the kind, or is a syntax error.
func (p *parser) want(k tok) (token, error) {
	if p.peek() != k {
		return token{}, errSyntax
	}
	return p.take(), nil
}

// errorf reports an error in the grammar's own words.
func (p *parser) errorf(format string, args ...any) {
	p.errs++
	p.warnf(format, args...)
}

func (p *parser) warnf(format string, args ...any) {
	p.c.complainParser("%s:%d: "+format+"\n", append([]any{p.lex.where(), p.lex.stmtLine}, args...)...)
}

func (c *Config) complainParser(format string, args ...any) { c.warnf(format, args...) }

// recover skips a statement with an error. It returns errAbort at the end of the input.
func (p *parser) recover() error {
	if p.pending == 0 {
		p.errs++
		line := p.lex.stmtLine
		if !p.c.d.StmtErrorLine {
			line++
		}
		p.c.complainParser("%s:%d: syntax error\n", p.lex.where(), line)
	} else if p.pending == 3 {
		if p.peek() == tEOF {
			return errAbort
		}
		p.have = false
	}
	p.pending = 3
	for p.peek() != tEOL {
		if p.tok.kind == tEOF {
			return errAbort
		}
		p.have = false
	}
	p.take()
	return nil
}

// parse reads the whole tree and returns the number of errors.
func (p *parser) parse() int {
	c := p.c
	p.b = builder{menu: &c.root, entry: &c.root, last: &c.root.List}
	if c.d.OldLexer {
		return p.parseOld()
	}
	if p.peek() == tMainmenu {
		p.take()
		t, err := p.want(tQuote)
		if err == nil {
			_, err = p.want(tEOL)
		}
		if err != nil {
			p.syntaxError()
			return p.errs
		}
		p.addPrompt(PropMenu, string(t.text), nil)
	}
	if err := p.statements(false, 0); err != nil {
		p.abort()
	}
	return p.errs
}

// syntaxError reports an error from which the grammar does not recover.
func (p *parser) syntaxError() {
	p.errs++
	line := p.lex.stmtLine
	if !p.c.d.StmtErrorLine {
		line++
	}
	p.c.complainParser("%s:%d: syntax error\n", p.lex.where(), line)
}

// abort reports the blocks that are still open at the end of the input.
func (p *parser) abort() {
	for i := len(p.open) - 1; i >= 0; i-- {
		m := p.open[i]
		p.c.complainParser("%s:%d: missing end statement for this entry\n", m.Pos.File, m.Pos.Line)
	}
	p.open = nil
}

// maxNesting bounds recursion; no tree comes near it, and the C tool's parser runs out of memory a little later.
const maxNesting = 2000

// statements reads statements up to the end of the enclosing block, which it does not consume.
func (p *parser) statements(inChoice bool, depth int) error {
	for {
		k := p.peek()
		if depth > 0 && (k == tEndmenu || k == tEndif || k == tEndchoice) {
			return nil
		}
		if k == tEOF && depth == 0 {
			return nil
		}
		err := p.statement(k, inChoice, depth)
		if err == errSyntax {
			if err = p.recover(); err == nil {
				p.errorf("invalid statement")
			}
		}
		if err != nil {
			return err
		}
	}
}

func (p *parser) statement(k tok, inChoice bool, depth int) error {
	if depth > maxNesting {
		return errAbort
	}
	switch k {
	case tComment:
		return p.commentStmt()
	case tConfig:
		return p.configStmt()
	case tIf:
		return p.ifStmt(inChoice, depth)
	}
	if inChoice && !p.c.d.ChoiceCommon {
		return errSyntax
	}
	switch k {
	case tChoice:
		if !inChoice {
			return p.choiceStmt(depth)
		}
		return errSyntax
	case tMenu:
		if !inChoice {
			return p.menuStmt(depth)
		}
		return errSyntax
	case tMenuconfig:
		return p.menuconfigStmt()
	case tSource:
		return p.sourceStmt()
	case tWord:
		return p.assignStmt()
	}
	return errSyntax
}

func (p *parser) assignStmt() error {
	name := string(p.take().text)
	var f flavor
	switch p.peek() {
	case tEqual:
		f = flavorRecursive
	case tColonEqual:
		f = flavorSimple
	case tPlusEqual:
		f = flavorAppend
	default:
		return p.unknownStmt(name)
	}
	p.take()
	value := ""
	if p.peek() == tAssignVal {
		value = string(p.take().text)
	}
	if _, err := p.want(tEOL); err != nil {
		return p.unknownStmt(name)
	}
	p.lex.m.assign(name, value, f)
	return nil
}

// unknownStmt skips a statement that starts with a word and is no assignment.
func (p *parser) unknownStmt(name string) error {
	if err := p.recover(); err != nil {
		return err
	}
	p.errorf("unknown statement \"%s\"", name)
	return nil
}

// name accepts an unquoted word that names a symbol, which comes into being here.
func (p *parser) name() (*Symbol, error) {
	t, err := p.want(tWord)
	if err != nil {
		return nil, err
	}
	return p.c.lookupBytes(t.text), nil
}

func (c *Config) lookupBytes(name []byte) *Symbol {
	if s, ok := c.syms.plain[string(name)]; ok {
		return s
	}
	return c.lookup(string(name))
}

// operand accepts a word, quoted or not.
func (p *parser) operand() (*Symbol, error) {
	if p.peek() == tQuote {
		return p.c.lookupConst(string(p.take().text)), nil
	}
	return p.name()
}

func (p *parser) line() error {
	_, err := p.want(tEOL)
	return err
}

func (p *parser) configStmt() error {
	p.take()
	s, err := p.name()
	if err == nil {
		err = p.line()
	}
	if err != nil {
		return err
	}
	s.flags |= flagDefined
	p.addEntry(s)
	if err := p.configOptions(); err != nil {
		return err
	}
	if p.choice != nil && p.c.d.NewChoices {
		p.checkMember(p.b.entry)
	}
	return nil
}

// checkMember enters a symbol into the choice being parsed.
func (p *parser) checkMember(m *Menu) {
	if p.c.d.MembersCheck {
		if m.Prompt == nil {
			p.c.warnf("%s:%d: error: choice member must have a prompt\n", m.Pos.File, m.Pos.Line)
			p.errs++
		}
		if m.Sym.Type != Bool {
			p.c.warnf("%s:%d: error: choice member must be bool\n", m.Pos.File, m.Pos.Line)
			p.errs++
		}
	}
	if !m.Sym.linked {
		m.Sym.linked = true
		p.choice.members = append(p.choice.members, m.Sym)
	}
}

func (p *parser) menuconfigStmt() error {
	p.take()
	s, err := p.name()
	if err == nil {
		err = p.line()
	}
	if err != nil {
		return err
	}
	s.flags |= flagDefined
	p.addEntry(s)
	if err := p.configOptions(); err != nil {
		return err
	}
	if p.b.entry.Prompt != nil {
		p.b.entry.Prompt.Kind = PropMenu
	} else {
		if p.c.d.HelpErrors {
			p.errorf("menuconfig statement without prompt")
		} else {
			p.warnf("warning: menuconfig statement without prompt")
		}
	}
	return nil
}

func (p *parser) configOptions() error {
	for {
		k := p.peek()
		var err error
		switch k {
		case tBool, tTristate, tInt, tHex, tString:
			p.take()
			if err = p.promptOpt(); err == nil {
				if err = p.line(); err == nil {
					p.c.setType(p.b.entry, typeOf(k))
				}
			}
		case tPrompt:
			p.take()
			err = p.promptLine()
		case tDefault, tDefBool, tDefTristate:
			p.take()
			err = p.defaultLine(k)
		case tSelect, tImply:
			p.take()
			kind := PropSelect
			if k == tImply {
				kind = PropImply
			}
			err = p.targetLine(kind)
		case tRange:
			p.take()
			err = p.rangeLine()
		case tModules:
			if !p.c.d.Modules {
				return nil
			}
			p.take()
			if err = p.line(); err == nil {
				p.setModules()
			}
		case tOption:
			p.take()
			err = p.optionLine()
		case tTransitional:
			p.take()
			if err = p.line(); err == nil {
				p.b.entry.Sym.flags |= flagTransitional
			}
		case tDepends:
			err = p.dependsLine()
		case tHelp:
			err = p.helpText()
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func typeOf(k tok) Type {
	switch k {
	case tBool, tDefBool:
		return Bool
	case tTristate, tDefTristate:
		return TristateType
	case tInt:
		return Int
	case tHex:
		return Hex
	case tString:
		return String
	}
	return Unknown
}

func (p *parser) setModules() {
	c := p.c
	if c.modules != nil {
		p.errorf("symbol '%s' redefines option 'modules' already defined by symbol '%s'", p.b.entry.Sym.Name, c.modules.Name)
	}
	c.modules = p.b.entry.Sym
}

// promptOpt reads the optional prompt after a type.
func (p *parser) promptOpt() error {
	if p.peek() != tQuote {
		return nil
	}
	t := p.take()
	cond, err := p.ifOpt()
	if err != nil {
		return err
	}
	p.addPrompt(PropPrompt, string(t.text), cond)
	return nil
}

func (p *parser) promptLine() error {
	t, err := p.want(tQuote)
	if err != nil {
		return err
	}
	cond, err := p.ifLine()
	if err != nil {
		return err
	}
	p.addPrompt(PropPrompt, string(t.text), cond)
	return nil
}

// ifOpt reads an optional condition.
func (p *parser) ifOpt() (*Expr, error) {
	if p.peek() != tIf {
		return nil, nil
	}
	p.take()
	return p.expr(0)
}

// ifLine reads an optional condition and the end of the line.
func (p *parser) ifLine() (*Expr, error) {
	e, err := p.ifOpt()
	if err == nil {
		err = p.line()
	}
	return e, err
}

func (p *parser) defaultLine(k tok) error {
	e, err := p.expr(0)
	if err != nil {
		return err
	}
	cond, err := p.ifLine()
	if err != nil {
		return err
	}
	p.addProp(PropDefault, e, cond)
	if t := typeOf(k); t != Unknown {
		p.c.setType(p.b.entry, t)
	}
	return nil
}

func (p *parser) targetLine(kind PropKind) error {
	s, err := p.name()
	if err != nil {
		return err
	}
	cond, err := p.ifLine()
	if err != nil {
		return err
	}
	p.addProp(kind, p.c.exSym(s), cond)
	return nil
}

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
	p.addProp(PropRange, p.c.exComp(opRange, low, high), cond)
	return nil
}

func (p *parser) dependsLine() error {
	p.take()
	if _, err := p.want(tOn); err != nil {
		return err
	}
	e, err := p.expr(0)
	if err != nil {
		return err
	}
	var cond *Expr
	if p.c.d.CondDepends {
		if cond, err = p.ifOpt(); err != nil {
			return err
		}
	}
	if err := p.line(); err != nil {
		return err
	}
	if cond != nil {
		e = p.c.exTwo(opOr, e, p.c.exNot(cond))
	}
	p.addDep(e)
	return nil
}

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
	if p.c.d.HelpErrors {
		if m.help.set {
			p.errorf("'%s' defined with more than one help text", m.Sym.shown())
		}
		if t.help.blank() {
			p.errorf("'%s' defined with blank help text", m.Sym.shown())
		}
	} else if p.c.d.HelpWarnings {
		if m.help.set {
			p.warnf("warning: '%s' defined with more than one help text -- only the last one will be used", m.Sym.shown())
		}
		if t.help.blank() {
			p.warnf("warning: '%s' defined with blank help text", m.Sym.shown())
		}
	}
	m.help = t.help
	return nil
}

func (p *parser) choiceStmt(depth int) error {
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
	if c.d.NewChoices {
		c.setType(p.b.entry, Bool)
	} else {
		p.addProp(PropChoice, nil, nil)
	}
	if err := p.choiceOptions(); err != nil {
		return err
	}
	m := p.b.entry
	if c.d.NewChoices && c.d.MembersCheck && m.Prompt == nil {
		c.warnf("%s:%d: error: choice must have a prompt\n", m.Pos.File, m.Pos.Line)
		p.errs++
	}
	p.openMenu()
	p.choice = m
	err := p.block(true, depth, "choice", func() { p.choice = nil })
	return err
}

func (p *parser) choiceOptions() error {
	for {
		k := p.peek()
		var err error
		switch {
		case k == tPrompt:
			p.take()
			err = p.promptLine()
		case k == tBool && p.c.d.NewChoices:
			p.take()
			err = p.promptLine()
		case k == tBool || k == tTristate && !p.c.d.NewChoices:
			p.take()
			if err = p.promptOpt(); err == nil {
				if err = p.line(); err == nil {
					p.c.setType(p.b.entry, typeOf(k))
				}
			}
		case k == tOptional:
			p.take()
			if err = p.line(); err == nil {
				p.b.entry.Sym.flags |= flagOptional
			}
		case k == tDefault:
			p.take()
			err = p.targetLine(PropDefault)
		case k == tDepends:
			err = p.dependsLine()
		case k == tHelp:
			err = p.helpText()
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (p *parser) ifStmt(inChoice bool, depth int) error {
	p.take()
	e, err := p.expr(0)
	if err == nil {
		err = p.line()
	}
	if err != nil {
		return err
	}
	p.addEntry(nil)
	p.addDep(e)
	p.openMenu()
	return p.block(inChoice && !p.c.d.ChoiceCommon, depth, "if", nil)
}

func (p *parser) menuStmt(depth int) error {
	p.take()
	t, err := p.want(tQuote)
	if err == nil {
		err = p.line()
	}
	if err != nil {
		return err
	}
	p.addEntry(nil)
	p.addPrompt(PropMenu, string(t.text), nil)
	for {
		switch p.peek() {
		case tVisible:
			p.take()
			e, err := p.ifLine()
			if err != nil {
				return err
			}
			p.addVisibility(e)
			continue
		case tDepends:
			if err := p.dependsLine(); err != nil {
				return err
			}
			continue
		}
		break
	}
	p.openMenu()
	return p.block(false, depth, "menu", nil)
}

// block reads the statements of an opened block and its end.
func (p *parser) block(inChoice bool, depth int, kind string, atEnd func()) error {
	m := p.b.menu
	p.open = append(p.open, m)
	for {
		if err := p.statements(inChoice, depth+1); err != nil {
			return err
		}
		k := p.take().kind
		if err := p.line(); err != nil {
			// The end statement is dropped; the block goes on.
			if err := p.recover(); err != nil {
				return err
			}
			p.errorf("invalid statement")
			continue
		}
		p.open = p.open[:len(p.open)-1]
		if atEnd != nil {
			atEnd()
		}
		p.endBlock(k, kind)
		return nil
	}
}

// endBlock closes the current menu if the end statement fits.
func (p *parser) endBlock(k tok, kind string) {
	got := map[tok]string{tEndmenu: "menu", tEndif: "if", tEndchoice: "choice"}[k]
	if got != kind {
		p.errorf("unexpected '%s' within %s block", got, kind)
		p.errs++
		return
	}
	if m := p.b.menu; m.Pos.File != p.lex.file || p.lex.ends && p.c.d.StmtFile {
		p.errorf("'%s' in different file than '%s'", got, kind)
		p.c.complainParser("%s:%d: location of the '%s'\n", m.Pos.File, m.Pos.Line, kind)
		p.errs++
		return
	}
	p.closeMenu()
}

func (p *parser) sourceStmt() error {
	p.take()
	t, err := p.want(tQuote)
	if err == nil {
		err = p.line()
	}
	if err != nil {
		return err
	}
	p.lex.include(string(t.text))
	return nil
}

func (p *parser) commentStmt() error {
	p.take()
	t, err := p.want(tQuote)
	if err == nil {
		err = p.line()
	}
	if err != nil {
		return err
	}
	p.addEntry(nil)
	p.addPrompt(PropComment, string(t.text), nil)
	for p.peek() == tDepends {
		if err := p.dependsLine(); err != nil {
			return err
		}
	}
	return nil
}
