package syntax

// This file compiles text with references and calls into expressions.

import "strings"

// Expr is a compiled expression: text with variable references and function
// calls. It is immutable and may be shared between goroutines.
type Expr struct {
	// Source is the text the expression was compiled from.
	Source string
	// Parts is nil if the text holds no '$', so that it expands to itself.
	Parts []Part
}

// PartKind tells what a Part of an expression is.
type PartKind uint8

const (
	// PartText is literal text.
	PartText PartKind = iota
	// PartVar is a reference to the variable Text.
	PartVar
	// PartVarExpr is a reference whose name must be expanded first. The
	// expanded name may hold a substitution, as in $(X:$(A)=$(B)).
	PartVarExpr
	// PartSubst is $(Text:Pattern=Repl) without references inside.
	PartSubst
	// PartFunc is a call of Func with Args.
	PartFunc
	// PartError is text that cannot be expanded; Text is the message. It is an
	// error only if evaluation reaches it, which expands Args first.
	PartError
)

// Part is one piece of an expression.
type Part struct {
	Kind          PartKind
	Func          FuncID
	Text          string
	Pattern, Repl string
	Name          *Expr
	Args          []*Expr
}

// Literal reports whether the expression expands to its own text.
func (e *Expr) Literal() bool { return e.Parts == nil }

// Literal makes an expression that expands to text, whatever it holds.
func Literal(text string) *Expr {
	if strings.IndexByte(text, '$') < 0 {
		return &Expr{Source: text}
	}
	return &Expr{Source: text, Parts: []Part{{Kind: PartText, Text: text}}}
}

// Compile compiles the text of an expression. It never fails: what cannot be
// expanded becomes a PartError.
func Compile(text string, d *Dialect) *Expr {
	e := &Expr{Source: text}
	i := strings.IndexByte(text, '$')
	if i < 0 {
		return e
	}
	start := 0
	lit := func(end int) {
		if end > start {
			e.Parts = append(e.Parts, Part{Kind: PartText, Text: text[start:end]})
		}
	}
	for i >= 0 {
		lit(i)
		next := i + 2
		switch {
		case i+1 >= len(text):
			// A '$' at the very end stands for itself.
			e.Parts = append(e.Parts, Part{Kind: PartText, Text: "$"})
			next = len(text)
		case text[i+1] == '$':
			e.Parts = append(e.Parts, Part{Kind: PartText, Text: "$"})
		case text[i+1] == '(' || text[i+1] == '{':
			var p Part
			p, next = compileRef(text, i+1, d)
			e.Parts = append(e.Parts, p)
		case IsSpace(text[i+1]):
			// "$ " expands to nothing and both characters vanish.
		default:
			e.Parts = append(e.Parts, Part{Kind: PartVar, Text: text[i+1 : i+2]})
		}
		start = next
		if i = strings.IndexByte(text[start:], '$'); i >= 0 {
			i += start
		}
	}
	lit(len(text))
	if e.Parts == nil {
		e.Parts = []Part{{Kind: PartText}}
	}
	return e
}

// compileRef compiles the reference whose opening parenthesis or brace is at
// text[open] and returns the offset behind its end.
func compileRef(text string, open int, d *Dialect) (Part, int) {
	opening, closing := text[open], byte(')')
	if opening == '{' {
		closing = '}'
	}
	if id, argStart := functionAt(text, open+1, d); id != FuncNone {
		return compileCall(text, argStart, opening, closing, id, d)
	}
	first := strings.IndexByte(text[open+1:], closing)
	if first < 0 {
		return Part{Kind: PartError, Text: "unterminated variable reference"}, len(text)
	}
	end := open + 1 + first
	if strings.IndexByte(text[open+1:end], '$') < 0 {
		return staticRef(text[open+1 : end]), end + 1
	}
	// The name holds references: it reaches to the matching closing character.
	// Where there is none, the first closing character ends a static name.
	count := 0
	for i := open + 1; i < len(text); i++ {
		switch text[i] {
		case opening:
			count++
		case closing:
			if count--; count < 0 {
				return Part{Kind: PartVarExpr, Name: Compile(text[open+1:i], d)}, i + 1
			}
		}
	}
	return staticRef(text[open+1 : end]), end + 1
}

// staticRef compiles the inside of a reference that needs no expansion itself.
func staticRef(name string) Part {
	base, pattern, repl, ok := SplitSubst(name)
	if !ok {
		return Part{Kind: PartVar, Text: name}
	}
	return Part{Kind: PartSubst, Text: base, Pattern: pattern, Repl: repl}
}

// SplitSubst takes NAME:PATTERN=REPL apart. ok is false for a plain name, which
// may well hold a colon.
func SplitSubst(ref string) (name, pattern, repl string, ok bool) {
	colon := strings.IndexByte(ref, ':')
	if colon < 0 {
		return ref, "", "", false
	}
	eq := strings.IndexByte(ref[colon+1:], '=')
	if eq < 0 {
		return ref, "", "", false
	}
	eq += colon + 1
	return ref[:colon], ref[colon+1 : eq], ref[eq+1:], true
}

// functionAt recognises a function name at text[i] that is followed by blanks, or by nothing,
// and returns the offset of its first argument.
func functionAt(text string, i int, d *Dialect) (FuncID, int) {
	j := i
	for j < len(text) && (text[j] >= 'a' && text[j] <= 'z' || text[j] == '-') {
		j++
	}
	if j == i || j < len(text) && !IsSpace(text[j]) {
		return FuncNone, 0
	}
	id := d.LookupFunc(text[i:j])
	if id == FuncNone {
		return FuncNone, 0
	}
	for j < len(text) && IsSpace(text[j]) {
		j++
	}
	return id, j
}

func compileCall(text string, i int, opening, closing byte, id FuncID, d *Dialect) (Part, int) {
	desc := &Funcs[id]
	p := Part{Kind: PartFunc, Func: id}
	start, count := i, 0
	for ; i < len(text); i++ {
		switch c := text[i]; {
		case c == opening:
			count++
		case c == closing:
			if count--; count >= 0 {
				break
			}
			p.Args = append(p.Args, Compile(text[start:i], d))
			if len(p.Args) < desc.Min {
				msg := "insufficient number of arguments (" + itoa(len(p.Args)) + ") to function '" + desc.Name + "'"
				e := Part{Kind: PartError, Text: msg}
				if !desc.Lazy {
					e.Args = p.Args
				}
				return e, i + 1
			}
			return p, i + 1
		case c == ',' && count == 0 && (desc.Max == 0 || len(p.Args) < desc.Max-1):
			p.Args = append(p.Args, Compile(text[start:i], d))
			start = i + 1
		}
	}
	msg := "unterminated call to function '" + desc.Name + "': missing '" + string(closing) + "'"
	return Part{Kind: PartError, Text: msg}, len(text)
}

func itoa(n int) string {
	if n >= 10 {
		return itoa(n/10) + itoa(n%10)
	}
	return string(rune('0' + n))
}

// IsSpace reports whether make takes a byte for white space.
func IsSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
