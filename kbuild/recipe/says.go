package recipe

// This file tells what a recipe says without expanding it, which may run something: its text, and all that the references in it
// stand for.

import (
	"crypto/sha256"
	"strings"

	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/lang/syntax"
)

// Says returns words that are the same as long as the recipe of a target would expand to the same text, for the same files, and run
// with the same exported variables, but for those that skip names. ok is false if that shows only when it is expanded: where a name comes of a value,
// or a function looks at more than its arguments.
func (x *Expander) Says(f *rules.File, skip func(name string) bool) (words string, ok bool) {
	s := sayings{x: x, scope: x.DB.Scope(f, false), seen: make(map[string]bool), ok: true}
	for _, l := range f.Recipe.Lines {
		e := l.Recipe(x.In.Dialect)
		s.add(e.Source)
		s.expr(e)
	}
	s.name("SHELL")
	s.name(".SHELLFLAGS")
	for i := range f.Deps {
		if d := f.Deps[i].File; d != nil {
			s.add(d.Name)
		}
	}
	s.add("")
	exports, ok := x.exportsSay(skip)
	s.add(exports)
	s.ok = s.ok && ok
	for scope := s.scope; scope.Next != nil && s.ok; scope = scope.Next {
		for v := range scope.Set.All {
			s.variable(v)
		}
	}
	return s.words.String(), s.ok
}

// exportsSay is what the exported global variables say.
func (x *Expander) exportsSay(skip func(name string) bool) (words string, ok bool) {
	c := &x.exports
	vars := x.globalExports()
	if !c.told {
		s := sayings{x: x, scope: &eval.Scope{Set: x.In.Global}, seen: make(map[string]bool), ok: true}
		for _, v := range vars {
			if !skip(v.Name) {
				s.variable(v)
			}
		}
		sum := sha256.Sum256([]byte(s.words.String()))
		c.told, c.words, c.wordsOK = true, string(sum[:]), s.ok
	}
	return c.words, c.wordsOK
}

// sayings collects what is said.
type sayings struct {
	x     *Expander
	scope *eval.Scope
	words strings.Builder
	// seen are the names that were followed.
	seen map[string]bool
	ok   bool
}

func (s *sayings) add(word string) {
	s.words.WriteString(word)
	s.words.WriteByte(0)
}

// name follows a variable, in all places where it may be defined.
func (s *sayings) name(name string) {
	if s.seen[name] || !s.ok {
		return
	}
	s.seen[name] = true
	s.add(name)
	for scope := s.scope; scope != nil; scope = scope.Next {
		if v := scope.Set.Get(name); v != nil {
			s.variable(v)
		}
	}
}

func (s *sayings) variable(v *eval.Var) {
	s.add(v.Name)
	s.add(v.Flavor())
	s.add(v.Value)
	if v.Recursive {
		s.expr(syntax.Compile(v.Value, s.x.In.Dialect))
	}
}

func (s *sayings) expr(e *syntax.Expr) {
	for i := range e.Parts {
		if !s.ok {
			return
		}
		p := &e.Parts[i]
		switch p.Kind {
		case syntax.PartText:
		case syntax.PartVar, syntax.PartSubst:
			s.name(p.Text)
		case syntax.PartFunc:
			s.call(p)
		default:
			s.ok = false
		}
	}
}

// call follows a call of a function.
func (s *sayings) call(p *syntax.Part) {
	switch p.Func {
	case syntax.FuncShell, syntax.FuncEval, syntax.FuncFile, syntax.FuncWildcard, syntax.FuncRealpath:
		s.ok = false
	case syntax.FuncCall, syntax.FuncOrigin, syntax.FuncFlavor, syntax.FuncValue:
		if len(p.Args) == 0 || !p.Args[0].Literal() {
			s.ok = false
			return
		}
		s.name(strings.TrimSpace(p.Args[0].Source))
	}
	for _, a := range p.Args {
		s.expr(a)
	}
}
