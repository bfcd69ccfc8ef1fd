package shell

// This file compiles words.

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// word is a shell word. Most words of real lines are static: plain text that
// expands to exactly one field, itself.
type word struct {
	static bool
	text   string // the field, when static
	parts  []part // otherwise
}

type partKind uint8

const (
	partText  partKind = iota // text
	partParam                 // param
	partSubst                 // body
)

type part struct {
	kind   partKind
	quoted bool
	text   string
	param  *param
	body   node // nil: an empty substitution
}

// param is a parameter expansion.
type param struct {
	name string
	op   paramOp
	null bool   // the forms with a colon: an empty value counts as unset
	word string // right-hand side: plain text, or a pattern
	// forKill says of $$ that only a kill reads what it is: nothing that can be seen depends on it.
	forKill bool
}

type paramOp uint8

const (
	paramPlain paramOp = iota
	paramLength
	paramDefault     // ${x-w}
	paramAlternate   // ${x+w}
	paramTrimPrefix  // ${x#p}
	paramTrimPrefix2 // ${x##p}
	paramTrimSuffix  // ${x%p}
	paramTrimSuffix2 // ${x%%p}
)

func (c *compiler) words(list []*syntax.Word) ([]word, error) {
	out := make([]word, len(list))
	for i, w := range list {
		var err error
		if out[i], err = c.word(w); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// word compiles an ordinary word: subject to splitting and file name expansion.
func (c *compiler) word(w *syntax.Word) (word, error) {
	out, err := c.compileWord(w)
	if err != nil {
		return word{}, err
	}
	if len(out) > 0 && out[0].kind == partText && !out[0].quoted && strings.HasPrefix(out[0].text, "~") {
		return word{}, refusal("tilde")
	}
	return finishWord(out, true), nil
}

// assignValue compiles text that is expanded to one string: the right-hand side
// of an assignment, or the target of a redirection.
func (c *compiler) assignValue(w *syntax.Word) (word, error) {
	out, err := c.compileWord(w)
	if err != nil {
		return word{}, err
	}
	for _, p := range out {
		if p.kind == partText && !p.quoted && strings.Contains(p.text, "~") {
			return word{}, refusal("tilde")
		}
	}
	return finishWord(out, false), nil
}

// finishWord joins neighbouring texts, and recognises static words.
func finishWord(parts []part, glob bool) word {
	static, bracket := true, false
	for _, p := range parts {
		if p.kind != partText || glob && !p.quoted && strings.ContainsAny(p.text, "*?") {
			static = false
		}
		bracket = bracket || p.kind == partText && !p.quoted && strings.Contains(p.text, "[")
	}
	// A bracket that is never closed is an ordinary character: the command `[`.
	if glob && bracket {
		for _, p := range parts {
			if strings.Contains(p.text, "]") {
				static = false
			}
		}
	}
	if !static {
		return word{parts: parts}
	}
	if len(parts) == 1 {
		return word{static: true, text: parts[0].text}
	}
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.text)
	}
	return word{static: true, text: b.String()}
}

func (c *compiler) compileWord(w *syntax.Word) ([]part, error) {
	if longParam(w.Parts) {
		return nil, refusal("digits after a parameter")
	}
	out := make([]part, 0, len(w.Parts))
	for i, wp := range w.Parts {
		switch p := wp.(type) {
		case *syntax.Lit:
			if strings.HasSuffix(p.Value, "$") && i+1 < len(w.Parts) && quotedPart(w.Parts[i+1]) {
				return nil, refusal("dollar before quote") // means something else to other shells
			}
			var err error
			if out, err = c.literal(out, p.Value); err != nil {
				return nil, err
			}
		case *syntax.SglQuoted:
			if p.Dollar {
				return nil, refusal("$'")
			}
			out = append(out, part{quoted: true, text: p.Value})
		case *syntax.DblQuoted:
			if p.Dollar {
				return nil, refusal(`$"`)
			}
			if len(p.Parts) == 0 {
				out = append(out, part{quoted: true})
			}
			if longParam(p.Parts) {
				return nil, refusal("digits after a parameter")
			}
			for j, qp := range p.Parts {
				var err error
				if lit, ok := qp.(*syntax.Lit); ok {
					out, err = c.quotedLiteral(out, lit.Value, j+1 < len(p.Parts))
				} else {
					out, err = c.expansion(out, qp, true)
				}
				if err != nil {
					return nil, err
				}
			}
		default:
			var err error
			if out, err = c.expansion(out, wp, false); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// longParam finds $10 without braces, which shells read differently.
func longParam(parts []syntax.WordPart) bool {
	for i, p := range parts[:max(0, len(parts)-1)] {
		param, ok := p.(*syntax.ParamExp)
		if !ok || !param.Short || param.Param.Value[0] < '0' || param.Param.Value[0] > '9' {
			continue
		}
		if lit, ok := parts[i+1].(*syntax.Lit); ok && lit.Value != "" && lit.Value[0] >= '0' && lit.Value[0] <= '9' {
			return true
		}
	}
	return false
}

func quotedPart(p syntax.WordPart) bool {
	switch p.(type) {
	case *syntax.SglQuoted, *syntax.DblQuoted:
		return true
	}
	return false
}

// literal adds unquoted text, in which a backslash quotes the next character.
func (c *compiler) literal(out []part, text string) ([]part, error) {
	for text != "" {
		i := strings.IndexByte(text, '\\')
		if i < 0 {
			return append(out, part{text: text}), nil
		}
		if i > 0 {
			out = append(out, part{text: text[:i]})
		}
		if i+1 >= len(text) {
			return nil, refusal("trailing backslash")
		}
		// A quoted byte of a longer character is as good as the whole.
		n := i + 2
		if text[i+1] == '\n' {
			text = text[n:]
			continue
		}
		out = append(out, part{quoted: true, text: text[i+1 : n]})
		text = text[n:]
	}
	return out, nil
}

// quotedLiteral adds text from between double quotes: there a backslash is
// special only before $ ` " \ and newline.
func (c *compiler) quotedLiteral(out []part, text string, more bool) ([]part, error) {
	if !strings.Contains(text, `\`) {
		return append(out, part{quoted: true, text: text}), nil
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' {
			if i+1 >= len(text) {
				if more {
					return nil, refusal("backslash before expansion")
				}
				return nil, refusal("trailing backslash")
			}
			switch text[i+1] {
			case '$', '`', '"', '\\':
				i++
			case '\n':
				i++
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return append(out, part{quoted: true, text: b.String()}), nil
}

func (c *compiler) expansion(out []part, wp syntax.WordPart, quoted bool) ([]part, error) {
	switch p := wp.(type) {
	case *syntax.ParamExp:
		pe, err := c.param(p, quoted)
		if err != nil {
			return nil, err
		}
		return append(out, part{kind: partParam, quoted: quoted, param: pe}), nil
	case *syntax.CmdSubst:
		if p.TempFile || p.ReplyVar {
			return nil, refusal("command substitution form")
		}
		inner := c.src[min(int(p.Left.Offset()), len(c.src)):min(int(p.Right.Offset()), len(c.src))]
		if p.Backquotes && (strings.Contains(inner, `\`) || p.Left.Line() != 1 || strings.Contains(inner, "\n")) {
			// Backslashes are taken twice, and dash counts lines anew.
			return nil, refusal("backquotes")
		}
		body, err := c.stmts(p.Stmts)
		if err != nil {
			return nil, err
		}
		return append(out, part{kind: partSubst, quoted: quoted, body: body}), nil
	}
	return nil, refusal("unsupported expansion")
}

func (c *compiler) param(p *syntax.ParamExp, quoted bool) (*param, error) {
	if p.Param == nil || p.Flags != nil || p.Excl || p.Width || p.IsSet || p.NestedParam != nil ||
		p.Index != nil || len(p.Modifiers) > 0 || p.Slice != nil || p.Repl != nil || p.Names != 0 ||
		p.Split != syntax.OptUnset || p.GlobSubst != syntax.OptUnset || p.RcExpand != syntax.OptUnset {
		return nil, refusal("parameter expansion form")
	}
	pe := &param{name: p.Param.Value}
	// What $0 is in a line depends on how the shell was called.
	argument := positional(pe.name) && (pe.name != "0" || c.script != nil)
	switch {
	case pe.name == "?", pe.name == "#", argument:
	case pe.name == "$":
		pe.forKill = c.pidForKill(p)
		if !c.inTrap && !c.pidInWord(p) && !pe.forKill {
			return nil, refusal("process id")
		}
	default:
		if !assignable(pe.name) && pe.name != "PWD" && pe.name != "OLDPWD" {
			return nil, refusal("parameter " + pe.name)
		}
	}
	if p.Length {
		if p.Exp != nil || !syntax.ValidName(pe.name) {
			return nil, refusal("parameter expansion form")
		}
		pe.op = paramLength
		return pe, nil
	}
	if p.Exp == nil {
		return pe, nil
	}
	if !syntax.ValidName(pe.name) && !argument {
		return nil, refusal("parameter expansion form")
	}
	text, plain := "", true
	if p.Exp.Word != nil {
		for _, wp := range p.Exp.Word.Parts {
			lit, ok := wp.(*syntax.Lit)
			if !ok {
				return nil, refusal("nested expansion")
			}
			text += lit.Value
		}
	}
	pattern := false
	switch p.Exp.Op {
	case syntax.DefaultUnset:
		pe.op = paramDefault
	case syntax.DefaultUnsetOrNull:
		pe.op, pe.null = paramDefault, true
	case syntax.AlternateUnset:
		pe.op = paramAlternate
	case syntax.AlternateUnsetOrNull:
		pe.op, pe.null = paramAlternate, true
	case syntax.RemSmallPrefix:
		pe.op, pattern = paramTrimPrefix, true
	case syntax.RemLargePrefix:
		pe.op, pattern = paramTrimPrefix2, true
	case syntax.RemSmallSuffix:
		pe.op, pattern = paramTrimSuffix, true
	case syntax.RemLargeSuffix:
		pe.op, pattern = paramTrimSuffix2, true
	default:
		return nil, refusal("parameter expansion operator")
	}
	for i := 0; i < len(text); i++ {
		ch := text[i]
		switch {
		case ch >= 'a' && ch <= 'z', ch >= 'A' && ch <= 'Z', ch >= '0' && ch <= '9',
			strings.IndexByte("_./,+=@-%:", ch) >= 0:
		case pattern && (ch == '*' || ch == '?'):
		default:
			plain = false
		}
	}
	if !plain {
		return nil, refusal("text in parameter expansion")
	}
	pe.word = text
	return pe, nil
}

// pidForKill allows $$ where a script keeps it to end itself, or does so.
func (c *compiler) pidForKill(p *syntax.ParamExp) bool {
	if c.script == nil {
		return false
	}
	text := c.src[:p.Pos().Offset()]
	text = strings.TrimSuffix(text, `"`)
	if name, ok := strings.CutSuffix(text, "="); ok {
		for _, self := range c.script.self {
			if strings.HasSuffix(name, self) && !wordChar(name[max(0, len(name)-len(self)-1)]) {
				return true
			}
		}
	}
	return false
}

// pidInWord allows $$ only where it makes a name unique: we are not a process
// that could be signalled or looked up. The number itself is different each time
// with a real shell too.
func (c *compiler) pidInWord(p *syntax.ParamExp) bool {
	start, end := int(p.Pos().Offset()), int(p.End().Offset())
	if start <= 0 || start > len(c.src) {
		return false
	}
	at := func(i int) byte {
		if i < 0 || i >= len(c.src) {
			return 0
		}
		return c.src[i]
	}
	before, after := at(start-1), at(end)
	return before == '_' || before == '.' || after == '_' || after == '.'
}
