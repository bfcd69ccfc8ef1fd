// Which options a statement may have, and where they end.

package syntax

import "gokbuild/kconfig/internal/model"

// optionList says whose options are being read.
type optionList uint8

const (
	afterEntry optionList = iota // of a config or comment, which any statement may follow
	afterMenu
	afterChoice
)

// options reads the options of a statement. The function gets the first token of each and reports whether it knows it.
func (p *parser) options(in optionList, option func(tok) (known bool, err error)) error {
	for {
		k := p.peek()
		if k == tEOL && p.older() {
			p.take()
			continue
		}
		if k == tEOF && p.older() && in != afterEntry {
			return errSyntax // before the block was opened
		}
		p.first = p.tok.text
		known, err := option(k)
		if !known {
			if p.endsOptions(k, in) {
				return nil
			}
			err = p.unknownOption(k)
		}
		if err = p.recoverOption(err); err != nil {
			return err
		}
	}
}

// endsOptions reports whether a token that starts no option of the statement ends its options. In the older grammar
// that depends on what may follow the statement; else it is an error, after which options go on.
func (p *parser) endsOptions(k tok, in optionList) bool {
	if !p.older() {
		return true
	}
	if k == tMainmenu || k == tWord && !p.c.D.Macros {
		return false
	}
	switch k {
	case tEOF, tWord, tIf, tComment, tConfig, tMenuconfig, tSource, tEndmenu, tEndif, tEndchoice:
		return true
	case tMenu, tChoice:
		return in != afterChoice
	}
	return in == afterEntry
}

func (p *parser) unknownOption(k tok) error {
	if k != tWord {
		return errSyntax
	}
	p.take()
	return p.recoverInvalid("unknown option \"%s\"", p.first)
}

// configOption reads an option of a symbol.
func (p *parser) configOption(k tok) (known bool, err error) {
	switch k {
	case tBool, tTristate, tInt, tHex, tString:
		p.take()
		return true, p.typeLine(k)
	case tPrompt:
		p.take()
		return true, p.promptLine()
	case tDefault, tDefBool, tDefTristate:
		p.take()
		return true, p.defaultLine(k)
	case tSelect:
		p.take()
		return true, p.targetLine(model.PropSelect)
	case tImply:
		p.take()
		return true, p.targetLine(model.PropImply)
	case tRange:
		p.take()
		return true, p.rangeLine()
	case tModules:
		if !p.c.D.Modules {
			return false, nil
		}
		p.take()
		if err = p.line(); err == nil {
			p.setModules()
		}
		return true, err
	case tTransitional:
		p.take()
		if err = p.line(); err == nil {
			p.b.entry.Sym.Flags |= model.FlagTransitional
		}
		return true, err
	case tOption:
		p.take()
		if p.older() {
			return true, p.freeOptionLine()
		}
		return true, p.optionLine()
	}
	return p.commonOption(k)
}

// choiceOption reads an option of a choice.
func (p *parser) choiceOption(k tok) (known bool, err error) {
	switch {
	case k == tPrompt || k == tBool && p.c.D.NewChoices:
		p.take()
		return true, p.promptLine()
	case k == tBool || k == tTristate && !p.c.D.NewChoices:
		p.take()
		return true, p.typeLine(k)
	case k == tOptional:
		p.take()
		if err = p.line(); err == nil {
			p.b.entry.Sym.Flags |= model.FlagOptional
		}
		return true, err
	case k == tDefault:
		p.take()
		return true, p.targetLine(model.PropDefault)
	}
	return p.commonOption(k)
}

// menuOption reads what may follow the title of a menu.
func (p *parser) menuOption(k tok) (known bool, err error) {
	if k != tVisible || p.older() {
		return p.dependsOption(k)
	}
	p.take()
	e, err := p.ifLine()
	if err == nil {
		p.b.addVisibility(e)
	}
	return true, err
}

// visibleFirst reads the visibilities of the older grammar, which stand in front of dependencies.
func (p *parser) visibleFirst() error {
	for {
		switch p.peek() {
		case tVisible:
			p.take()
			e, err := p.ifOpt()
			if err != nil {
				return err
			}
			p.b.addVisibility(e)
		case tEOL:
			p.take()
		default:
			return nil
		}
	}
}

// commonOption reads an option of symbols and choices alike.
func (p *parser) commonOption(k tok) (known bool, err error) {
	if k == tHelp {
		return true, p.helpText()
	}
	return p.dependsOption(k)
}

func (p *parser) dependsOption(k tok) (known bool, err error) {
	if k != tDepends && k != tRequires {
		return false, nil
	}
	p.take()
	return true, p.dependsLine(k)
}
