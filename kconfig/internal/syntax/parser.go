// The grammar of both generations, by recursive descent: this file holds the stream of tokens, messages and recovery
// from errors; stmt.go the statements, option.go their options, expr.go expressions.
//
// The statements are the same in both. What differs is how the C tools' generated parsers recover, which must be
// followed because the messages, and which statements still count, depend on it:
//
//   - newer: an error drops the statement and everything up to the next line end in the innermost open block;
//   - older: an error in an option drops the option, any other closes all open blocks. Ends of empty lines are tokens.
//
// In both, a further error is reported as a syntax error only after three tokens were accepted.

package syntax

import (
	"errors"

	"gokbuild/kconfig/internal/model"
)

var (
	errSyntax = errors.New("syntax error")
	errAbort  = errors.New("end of input in a block")
)

type parser struct {
	c   *shared
	lex *lexer
	b   builder

	tok     token
	have    bool
	pending int // tokens to accept before syntax errors are reported again
	errs    int
	choice  *model.Menu // the choice being parsed, for member checks
	open    []*model.Menu
	first   []byte // text of the first token of the statement or option
	// expand replaces $NAME by the values of symbols, in trees without macros.
	expand func(string) string
}

// older reports whether the grammar is the older one.
func (p *parser) older() bool { return p.c.D.OldLexer }

func (p *parser) peek() tok {
	if !p.have {
		if p.older() {
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

func (p *parser) line() error {
	_, err := p.want(tEOL)
	return err
}

// skipEOL accepts the ends of empty lines.
func (p *parser) skipEOL() {
	for p.peek() == tEOL {
		p.take()
	}
}

// name accepts an unquoted word that names a symbol, which comes into being here.
func (p *parser) name() (*model.Symbol, error) {
	t, err := p.want(tWord)
	if err != nil {
		return nil, err
	}
	return p.c.LookupBytes(t.text), nil
}

// operand accepts a word, quoted or not, as a symbol.
func (p *parser) operand() (*model.Symbol, error) {
	if p.peek() == tQuote {
		return p.c.LookupConst(string(p.take().text)), nil
	}
	return p.name()
}

// isText reports whether a prompt, title or path may be a token of this kind: quoted, or in older trees a single word.
func (p *parser) isText(k tok) bool { return k == tQuote || k == tWord && p.older() }

func (p *parser) text() (string, error) {
	if !p.isText(p.peek()) {
		return "", errSyntax
	}
	return string(p.take().text), nil
}

// textLine accepts a text and the end of the line.
func (p *parser) textLine() (string, error) {
	t, err := p.text()
	if err == nil {
		err = p.line()
	}
	return t, err
}

// errorf reports an error in the grammar's own words.
func (p *parser) errorf(format string, args ...any) {
	p.errs++
	p.warnf(format, args...)
}

func (p *parser) warnf(format string, args ...any) {
	p.c.world.ErrorAt(p.lex.place(), format, args...)
}

// errorAt reports an error about an entry.
func (p *parser) errorAt(m *model.Menu, format string, args ...any) {
	p.errs++
	p.c.world.ErrorAt(m.Pos, format, args...)
}

// syntaxError reports a syntax error in the words of the generated parser.
func (p *parser) syntaxError() {
	p.errs++
	pos := p.lex.place()
	if !p.c.D.StmtErrorLine {
		pos.Line++
	}
	p.c.world.ErrorAt(pos, "syntax error")
}

// recover skips what is left of a line with an error. It returns errAbort at the end of the input.
func (p *parser) recover() error {
	if p.pending == 0 {
		p.syntaxError()
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

// recoverInvalid skips what is left of a line and says what of it was wrong.
func (p *parser) recoverInvalid(format string, args ...any) error {
	if err := p.recover(); err != nil {
		return err
	}
	p.errorf(format, args...)
	return nil
}

// abort reports the blocks that are still open at the end of the input.
func (p *parser) abort() {
	for i := len(p.open) - 1; i >= 0; i-- {
		m := p.open[i]
		p.c.world.ErrorAt(m.Pos, "missing end statement for this entry")
		if p.b.menu == m {
			p.b.closeMenu()
		}
	}
	p.open = nil
}

// recoverStatement skips a statement of the newer grammar.
func (p *parser) recoverStatement(first tok, in blockKind) error {
	if first == tWord && p.allowed(first, in) {
		return p.recoverInvalid("unknown statement \"%s\"", p.first)
	}
	return p.recoverInvalid("invalid statement")
}

// recoverTop closes the blocks of the older grammar that an error left open, skips the statement and names what was
// wrong by its first token.
func (p *parser) recoverTop(first tok) error {
	if len(p.open) > 0 {
		if p.pending == 0 {
			p.syntaxError()
			p.pending = 3
		}
		p.abort()
	}
	switch first {
	case tWord:
		if !p.c.D.Macros {
			return p.recoverInvalid("unknown statement \"%s\"", p.first)
		}
	case tDepends, tPrompt, tBool, tTristate, tInt, tHex, tString, tSelect, tImply, tOptional, tRange, tDefault, tDefBool, tDefTristate, tVisible:
		return p.recoverInvalid("unexpected option \"%s\"", p.first)
	}
	return p.recoverInvalid("invalid statement")
}

// recoverOption skips an option of the older grammar; in the newer one the whole statement is lost.
func (p *parser) recoverOption(err error) error {
	if err != errSyntax || !p.older() {
		return err
	}
	return p.recoverInvalid("invalid option")
}
