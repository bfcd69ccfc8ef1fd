package probe

// This file says what words of shell commands come to, as far as that is known without running anything.

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"gokbuild/depgraph/pattern"
)

// words expands words into fields.
func (s *shell) words(list []*syntax.Word) (out []string, err error) {
	for _, w := range list {
		fields, err := s.word(w)
		if err != nil {
			return nil, err
		}
		out = append(out, fields...)
	}
	return out, nil
}

// word expands a word into fields.
func (s *shell) word(w *syntax.Word) ([]string, error) {
	if len(w.Parts) == 1 {
		if e, ok := w.Parts[0].(*syntax.ParamExp); ok {
			text, err := s.param(e)
			if err != nil || strings.ContainsAny(text, "*?[\\") {
				return nil, errImpure // names of files may match it
			}
			return strings.Fields(text), nil
		}
	}
	if text, ok := s.a.noFile(w); ok {
		return []string{text}, nil
	}
	out := ""
	for i, p := range w.Parts {
		t, quoted, err := s.part(p)
		if err != nil {
			return nil, err
		}
		if !quoted {
			lit, isLit := p.(*syntax.Lit)
			if isLit && strings.ContainsAny(lit.Value, `*?[{`) || isLit && i == 0 && strings.HasPrefix(lit.Value, "~") ||
				!isLit && (strings.ContainsAny(t, "*?[\\ \t\n") || t == "") {
				if !isLit || !plainBrackets(lit.Value) {
					return nil, errImpure
				}
			}
		}
		out += t
	}
	return []string{out}, nil
}

// noFile handles a word that the shell would replace by the names of files. The only one understood matches none because
// the directory it begins with is missing, as those do that were meant for sed: s/arm.*/arm/.
func (a *analysis) noFile(w *syntax.Word) (text string, ok bool) {
	text = w.Lit()
	if strings.ContainsAny(text, `\~{`) {
		return "", false
	}
	slash := strings.LastIndexByte(text[:max(0, strings.IndexAny(text, "*?["))], '/')
	if slash < 1 || identity(inDir(a.dir, text[:slash])) != factAbsent {
		return "", false
	}
	a.in.addFile(text[:slash])
	return text, true
}

// plainBrackets: `[` alone is the name of a command.
func plainBrackets(lit string) bool { return lit == "[" }

// joined expands a word without splitting, as in assignments and redirections.
func (s *shell) joined(w *syntax.Word) (string, error) {
	out := ""
	for _, p := range w.Parts {
		t, _, err := s.part(p)
		if err != nil {
			return "", err
		}
		if lit, ok := p.(*syntax.Lit); ok && strings.ContainsAny(lit.Value, "~*?[") {
			return "", errImpure
		}
		out += t
	}
	return out, nil
}

// part expands one part of a word and reports whether it was quoted.
func (s *shell) part(p syntax.WordPart) (text string, quoted bool, err error) {
	switch p := p.(type) {
	case *syntax.Lit:
		return unescape(p.Value), false, nil
	case *syntax.SglQuoted:
		if p.Dollar {
			return "", true, errImpure
		}
		return p.Value, true, nil
	case *syntax.DblQuoted:
		if p.Dollar {
			return "", true, errImpure
		}
		out := ""
		for _, q := range p.Parts {
			switch q := q.(type) {
			case *syntax.Lit:
				out += unescapeQuoted(q.Value)
			case *syntax.ParamExp:
				t, err := s.param(q)
				if err != nil {
					return "", true, err
				}
				out += t
			default:
				return "", true, errImpure
			}
		}
		return out, true, nil
	case *syntax.ParamExp:
		text, err := s.param(p)
		return text, false, err
	}
	return "", false, errImpure
}

// unescape removes backslashes from an unquoted literal.
func unescape(lit string) string {
	if !strings.Contains(lit, `\`) {
		return lit
	}
	var b strings.Builder
	for i := 0; i < len(lit); i++ {
		if lit[i] == '\\' {
			if i++; i >= len(lit) || lit[i] == '\n' {
				continue
			}
		}
		b.WriteByte(lit[i])
	}
	return b.String()
}

func unescapeQuoted(lit string) string {
	if !strings.Contains(lit, `\`) {
		return lit
	}
	var b strings.Builder
	for i := 0; i < len(lit); i++ {
		if lit[i] == '\\' && i+1 < len(lit) {
			switch lit[i+1] {
			case '\n':
				i++
				continue
			case '$', '`', '"', '\\':
				i++
			}
		}
		b.WriteByte(lit[i])
	}
	return b.String()
}

func plain(e *syntax.ParamExp) bool {
	return e.Param != nil && !e.Excl && !e.Length && !e.Width && e.Index == nil && e.Slice == nil && e.Repl == nil &&
		e.Exp == nil && e.Names == 0
}

// unsteady are variables that shells set themselves: to another value each time, or to where they are.
var unsteady = pattern.NewWords(`PWD OLDPWD PPID RANDOM SRANDOM BASHPID SECONDS EPOCHREALTIME EPOCHSECONDS LINENO DIRSTACK UID
	EUID GROUPS HOSTNAME HOSTTYPE MACHTYPE OSTYPE
	SHLVL _ IFS PS1 PS2 PS4 OPTIND OPTARG SHELLOPTS BASHOPTS FUNCNAME HISTCMD COLUMNS LINES HOME SHELL TERM`)

// param returns the value of a parameter, noting environment variables as inputs.
func (s *shell) param(e *syntax.ParamExp) (string, error) {
	if !plain(e) {
		return "", errImpure
	}
	name := e.Param.Value
	switch {
	case name == "$":
		s.a.in.Scratch = true
		return pidMark, nil
	case len(name) == 1 && name >= "1" && name <= "9":
		if n := int(name[0] - '0'); n <= len(s.args) {
			return s.args[n-1], nil
		}
		return "", nil
	case !isName(name) || unsteady.Has(name) || strings.HasPrefix(name, "BASH"):
		return "", errImpure
	}
	if v, ok := s.vars[name]; ok {
		return v, nil
	}
	s.a.in.addEnv(name)
	return s.env.get(name), nil
}

func isName(s string) bool {
	for i, c := range []byte(s) {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
