package probe

// This file expands the words of shell commands as far as that is possible without running them.

import (
	"path/filepath"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// word expands a word into fields. A field whose text depends on running something is unknown; an unquoted one of that
// kind may really be several fields or none.
func (s *shell) word(w *syntax.Word) ([]value, error) {
	if len(w.Parts) == 1 {
		if fields, ok, err := s.allArgs(w.Parts[0]); ok || err != nil {
			return fields, err
		}
	}
	if v, ok, err := s.filePattern(w); ok || err != nil {
		return []value{v}, err
	}
	quoted := false
	out := value{known: true}
	split := false
	for _, p := range w.Parts {
		v, q, err := s.part(p)
		if err != nil {
			return nil, err
		}
		quoted = quoted || q
		if _, isExp := p.(*syntax.ParamExp); isExp {
			split = split || strings.ContainsAny(v.text, " \t\n")
			if strings.ContainsAny(v.text, "*?[") {
				return nil, errImpure // names of files may match it
			}
		}
		out.text += v.text
		out.known = out.known && v.known
	}
	switch {
	case !out.known:
		return []value{{}}, nil
	case split:
		if quoted {
			return []value{{}}, nil
		}
		var fields []value
		for _, f := range strings.Fields(out.text) {
			fields = append(fields, known(f))
		}
		return fields, nil
	case out.text == "" && !quoted:
		return nil, nil
	}
	return []value{out}, nil
}

// filePattern handles a word that the shell replaces by the names of files that match. The only one understood matches
// nothing because the directory it begins with is missing, as those do that were meant for sed.
func (s *shell) filePattern(w *syntax.Word) (v value, ok bool, err error) {
	raw, plain, special := "", true, false
	for _, p := range w.Parts {
		lit, isLit := p.(*syntax.Lit)
		if !isLit {
			plain = false
			continue
		}
		raw += lit.Value
		if _, glob := unescape(lit.Value); glob {
			special = true
		}
	}
	if !special {
		return value{}, false, nil
	}
	// All before the first special character but for the last name is plain.
	slash := strings.LastIndexByte(raw[:max(0, strings.IndexAny(raw, "*?["))], '/')
	if !plain || slash < 1 || strings.ContainsAny(raw, `\~`) || identity(s.path(raw[:slash])) != factAbsent {
		return value{}, false, errImpure
	}
	s.a.in.addFile(raw[:slash])
	return known(raw), true, nil
}

// joined expands a word without splitting, as in assignments and redirections.
func (s *shell) joined(w *syntax.Word) (value, error) {
	out := value{known: true}
	for _, p := range w.Parts {
		v, _, err := s.part(p)
		if err != nil {
			return value{}, err
		}
		out.text += v.text
		out.known = out.known && v.known
	}
	if !out.known {
		return value{}, nil
	}
	return out, nil
}

// allArgs handles "$@" and an unquoted $@ or $*.
func (s *shell) allArgs(p syntax.WordPart) ([]value, bool, error) {
	quoted := false
	if d, ok := p.(*syntax.DblQuoted); ok && len(d.Parts) == 1 && !d.Dollar {
		p, quoted = d.Parts[0], true
	}
	e, ok := p.(*syntax.ParamExp)
	if !ok || !plain(e) || e.Param.Value != "@" && (quoted || e.Param.Value != "*") {
		return nil, false, nil
	}
	if !s.argOK {
		return []value{{}}, true, nil
	}
	if quoted {
		return s.args, true, nil
	}
	var fields []value
	for _, a := range s.args {
		if !a.known {
			fields = append(fields, a)
			continue
		}
		for _, f := range strings.Fields(a.text) {
			fields = append(fields, known(f))
		}
	}
	return fields, true, nil
}

func plain(e *syntax.ParamExp) bool {
	return e.Param != nil && !e.Excl && !e.Length && !e.Width && e.Index == nil && e.Slice == nil && e.Repl == nil && e.Exp == nil && e.Names == 0
}

// part expands one part of a word and reports whether it was quoted.
func (s *shell) part(p syntax.WordPart) (value, bool, error) {
	switch p := p.(type) {
	case *syntax.Lit:
		t, glob := unescape(p.Value)
		return value{t, !glob}, false, nil
	case *syntax.SglQuoted:
		return value{p.Value, !p.Dollar}, true, nil
	case *syntax.DblQuoted:
		out := value{known: !p.Dollar}
		for _, q := range p.Parts {
			var v value
			if l, ok := q.(*syntax.Lit); ok {
				v = known(unescapeQuoted(l.Value))
			} else {
				var err error
				if v, _, err = s.part(q); err != nil {
					return value{}, true, err
				}
			}
			out.text += v.text
			out.known = out.known && v.known
		}
		return out, true, nil
	case *syntax.ParamExp:
		v, err := s.param(p)
		return v, false, err
	case *syntax.CmdSubst:
		v, err := s.cmdSubst(p)
		return v, false, err
	case *syntax.ArithmExp:
		s.forget(p)
		return value{}, false, s.mention(p.X)
	}
	return value{}, false, errImpure
}

// unescape removes backslashes from an unquoted literal and reports characters that the shell would expand.
func unescape(lit string) (string, bool) {
	if !strings.ContainsAny(lit, `\*?[~`) {
		return lit, false
	}
	var b strings.Builder
	glob := strings.HasPrefix(lit, "~")
	for i := 0; i < len(lit); i++ {
		switch c := lit[i]; c {
		case '\\':
			if i++; i < len(lit) && lit[i] != '\n' {
				b.WriteByte(lit[i])
			}
		case '*', '?':
			glob = true
			b.WriteByte(c)
		case '[':
			glob = glob || lit != "["
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), glob
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

func (s *shell) param(e *syntax.ParamExp) (value, error) {
	if e.Param == nil {
		return value{}, errImpure
	}
	name := e.Param.Value
	if !plain(e) {
		if e.Excl || e.Index != nil || e.Repl != nil || e.Slice != nil || e.Names != 0 {
			return value{}, errImpure
		}
		s.variable(name)
		if e.Exp != nil && e.Exp.Word != nil {
			expand := s.mention
			switch e.Exp.Op {
			case syntax.RemSmallPrefix, syntax.RemLargePrefix, syntax.RemSmallSuffix, syntax.RemLargeSuffix:
				expand = func(n syntax.Node) error { return s.pattern(n.(*syntax.Word)) }
			}
			if err := expand(e.Exp.Word); err != nil {
				return value{}, err
			}
			if e.Exp.Op == syntax.AssignUnset || e.Exp.Op == syntax.AssignUnsetOrNull {
				s.vars[name] = value{}
			}
		}
		return value{}, nil
	}
	return s.variable(name), nil
}

// variable returns the value of a parameter, noting environment variables as inputs.
func (s *shell) variable(name string) value {
	switch name {
	case "$":
		s.a.in.Scratch = true
		return known(pidMark)
	case "PWD", "OLDPWD":
		s.a.in.Here = true
		return value{}
	case "#":
		return value{strconv.Itoa(len(s.args)), s.argOK}
	case "0":
		return known(s.arg0)
	case "?", "!", "-":
		return value{}
	case "@", "*":
		out := value{known: s.argOK}
		for i, a := range s.args {
			if i > 0 {
				out.text += " "
			}
			out.text += a.text
			out.known = out.known && a.known
		}
		return out
	}
	if n, err := strconv.Atoi(name); err == nil {
		if !s.argOK {
			return value{}
		}
		if n < 1 || n > len(s.args) {
			return known("")
		}
		return s.args[n-1]
	}
	if v, ok := s.vars[name]; ok {
		return v
	}
	s.a.in.addEnv(name)
	return known(s.env.get(name))
}

// located is the output of command -v NAME: where a program lies is known now, and that it is looked up is noted.
func (s *shell) located(words []*syntax.Word) (value, error) {
	var fields []value
	for _, w := range words {
		f, err := s.word(w)
		if err != nil {
			return value{}, err
		}
		fields = append(fields, f...)
	}
	if len(fields) != 3 || fields[1] != known("-v") || !fields[2].known {
		return value{}, nil
	}
	path, ok := lookPath(fields[2].text, s.a.dir, s.env.get("PATH"))
	if !ok {
		path = ""
	}
	return known(path), nil
}

// cmdSubst notes what the commands inside need. Only dirname and basename of known text have a known result.
func (s *shell) cmdSubst(c *syntax.CmdSubst) (value, error) {
	if c.TempFile || c.ReplyVar {
		return value{}, errImpure
	}
	if err := ended(s.sub().stmts(c.Stmts)); err != nil {
		return value{}, err
	}
	if len(c.Stmts) != 1 {
		return value{}, nil
	}
	call, ok := c.Stmts[0].Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 || len(call.Assigns) > 0 {
		return value{}, nil
	}
	switch call.Args[0].Lit() {
	case "mktemp":
		return known(pidMark), nil
	case "command":
		return s.located(call.Args)
	case "dirname", "basename":
		if len(call.Args) != 2 {
			return value{}, nil
		}
		v, err := s.joined(call.Args[1])
		if err != nil || !v.known || v.text == "" {
			return value{}, err
		}
		if call.Args[0].Lit() == "dirname" {
			return known(filepath.Dir(v.text)), nil
		}
		return known(filepath.Base(v.text)), nil
	}
	return value{}, nil
}
