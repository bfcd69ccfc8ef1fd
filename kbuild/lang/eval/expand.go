package eval

// This file expands compiled expressions.

import (
	"bytes"
	"strings"

	"gokbuild/kbuild/lang/syntax"
)

const (
	// maxDepth bounds nested expansion, so that the stack does not reach its own bound. Only a chain of as many variables comes to it.
	maxDepth = 400_000
	// maxFunctions bounds nested calls of functions: one that calls itself for ever would otherwise exhaust memory.
	maxFunctions = 20_000
)

// Expand expands an expression.
func (in *Interp) Expand(e *syntax.Expr) string {
	if e.Literal() {
		return e.Source
	}
	if len(e.Parts) == 1 {
		switch p := &e.Parts[0]; p.Kind {
		case syntax.PartText:
			return p.Text
		case syntax.PartVar:
			v := in.Lookup(p.Text)
			if v != nil && !v.Recursive {
				return v.Value
			}
		}
	}
	text := in.text(func(dst []byte) []byte { return in.Append(dst, e) })
	if in.readNUL {
		text = beforeNUL(text)
	}
	return text
}

// ExpandText compiles and expands text.
func (in *Interp) ExpandText(text string) string {
	if strings.IndexByte(text, '$') < 0 {
		return text
	}
	return in.Expand(syntax.Compile(text, in.Dialect))
}

// Append appends the expansion of an expression to dst.
func (in *Interp) Append(dst []byte, e *syntax.Expr) []byte {
	if e.Literal() {
		return append(dst, e.Source...)
	}
	if in.depth.expansions++; in.depth.expansions > maxDepth || in.depth.functions > maxFunctions {
		in.depth.expansions, in.depth.functions = 0, 0
		in.fail("expansion nested too deeply")
	}
	for i := range e.Parts {
		p := &e.Parts[i]
		switch p.Kind {
		case syntax.PartText:
			dst = append(dst, p.Text...)
		case syntax.PartVar:
			dst = in.appendRef(dst, p.Text)
		case syntax.PartSubst:
			dst = in.appendSubst(dst, p.Text, p.Pattern, p.Repl)
		case syntax.PartVarExpr:
			name := in.Expand(p.Name)
			if base, pattern, repl, ok := syntax.SplitSubst(name); ok {
				dst = in.appendSubst(dst, base, pattern, repl)
			} else {
				dst = in.appendRef(dst, name)
			}
		case syntax.PartFunc:
			in.depth.functions++
			dst = in.appendCall(dst, p)
			in.depth.functions--
		case syntax.PartError:
			for _, a := range p.Args {
				in.Expand(a)
			}
			in.failExpanding(p.Text)
		}
	}
	in.depth.expansions--
	return dst
}

func (in *Interp) appendRef(dst []byte, name string) []byte {
	v := in.Lookup(name)
	if v == nil {
		in.undefined(name)
		return dst
	}
	if !v.Recursive {
		return append(dst, v.Value...)
	}
	return in.appendVar(dst, v)
}

func (in *Interp) undefined(name string) {
	if in.WarnUndefined && !in.Quiet[name] {
		in.Voice.Warn(in.Pos, "warning: undefined variable '"+name+"'")
	}
}

// Value returns the expanded value of a variable.
func (in *Interp) Value(v *Var) string {
	if !v.Recursive {
		return v.Value
	}
	return in.text(func(dst []byte) []byte { return in.appendVar(dst, v) })
}

// text returns what expand appends to a buffer. Buffers are used again, since most expansions are short and nested.
func (in *Interp) text(expand func(dst []byte) []byte) string {
	var buf []byte
	if n := len(in.buffers); n > 0 {
		buf, in.buffers = in.buffers[n-1][:0], in.buffers[:n-1]
	}
	buf = expand(buf)
	text := string(buf)
	in.buffers = append(in.buffers, buf)
	return text
}

// appendVar expands a recursive variable, or one that adds to outer values.
func (in *Interp) appendVar(dst []byte, v *Var) []byte {
	if v.Watched {
		in.Watch(v.Name, true)
	}
	if v.expanding {
		if v.calls == 0 {
			if in.Inherited != nil {
				in.lookedAt(v.Name, nil)
				return append(dst, in.Inherited(v.Name)...)
			}
			pos := v.Pos
			if pos.File == "" {
				pos = in.expandingPos
			}
			if pos.File == "" {
				pos = in.Pos
			}
			panic(&Fatal{pos, "Recursive variable '" + v.Name + "' references itself (eventually)"})
		}
		v.calls--
	}
	was, outer := v.expanding, in.expandingPos
	v.expanding = true
	if v.Pos.File != "" {
		in.expandingPos = v.Pos
	}
	// After a fatal error the environment of jobs that go on is still evaluated.
	defer func() { in.expandingPos, v.expanding = outer, was }()
	if v.Append {
		return in.appendJoined(dst, v.Name, in.Scope, true)
	}
	start := len(dst)
	dst = in.Append(dst, in.compiled(v))
	if in.readNUL {
		if i := bytes.IndexByte(dst[start:], 0); i >= 0 {
			dst = dst[:start+i]
		}
	}
	return dst
}

func (in *Interp) compiled(v *Var) *syntax.Expr {
	if v.expr == nil {
		v.expr = syntax.Compile(v.Value, in.Dialect)
	}
	return v.expr
}

// appendJoined expands a target-specific += variable: the values of the outer
// scopes first, then its own.
func (in *Interp) appendJoined(dst []byte, name string, s *Scope, local bool) []byte {
	if s == nil {
		return dst
	}
	v := s.Set.Get(name)
	if v != nil && v.Watched || v == nil && s.Next == nil {
		in.lookedAt(name, v)
	}
	if v == nil || !local && v.Private {
		return in.appendJoined(dst, name, s.Next, local && !s.NextIsParent)
	}
	start := len(dst)
	if v.Append {
		dst = in.appendJoined(dst, name, s.Next, local && !s.NextIsParent)
	}
	if len(dst) > start {
		dst = append(dst, ' ')
	}
	if !v.Recursive {
		return append(dst, v.Value...)
	}
	return in.Append(dst, in.compiled(v))
}

// appendSubst expands $(name:pattern=repl).
func (in *Interp) appendSubst(dst []byte, name, pattern, repl string) []byte {
	v := in.Lookup(name)
	if v == nil {
		in.undefined(name)
		return dst
	}
	if v.Value == "" {
		return dst
	}
	value := in.Value(v)
	if pre, post, ok := splitPercent(pattern); ok {
		return patsubst(dst, value, pre, post, repl)
	} else {
		pattern = pre
	}
	return suffixSubst(dst, value, pattern, repl)
}

// suffixSubst replaces a suffix of each word.
func suffixSubst(dst []byte, text, suffix, repl string) []byte {
	start := len(dst)
	for w, rest := cutWord(text); w != ""; w, rest = cutWord(rest) {
		if len(dst) > start {
			dst = append(dst, ' ')
		}
		if base, ok := strings.CutSuffix(w, suffix); ok {
			dst = append(append(dst, base...), repl...)
		} else {
			dst = append(dst, w...)
		}
	}
	return dst
}
