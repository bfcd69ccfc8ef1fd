package shell

// From the syntax tree to the program. Every construct that is not listed here
// is refused, and so is every listed one in a form whose meaning in dash has not
// been checked against dash by the tests.

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

type compiler struct {
	src    string
	inTrap bool            // compiling a trap action: `kill -s SIG $$` is known, trap is not
	script *script         // compiling a script
	set    map[string]bool // the variables the script sets
	depth  int
}

func (c *compiler) stmts(list []*syntax.Stmt) (node, error) {
	switch len(list) {
	case 0:
		return nil, nil
	case 1:
		return c.stmt(list[0])
	}
	seq := &seqNode{list: make([]node, 0, len(list))}
	for _, s := range list {
		n, err := c.stmt(s)
		if err != nil {
			return nil, err
		}
		seq.list = append(seq.list, n)
	}
	return seq, nil
}

func (c *compiler) stmt(s *syntax.Stmt) (node, error) {
	if s.Background || s.Coprocess || s.Disown {
		return nil, refusal("background command")
	}
	if c.depth++; c.depth > 10*maxNesting {
		return nil, refusal("too deeply nested")
	}
	defer func() { c.depth-- }()
	redirs, err := c.redirs(s.Redirs)
	if err != nil {
		return nil, err
	}
	n, err := c.command(s, redirs)
	if err != nil {
		return nil, err
	}
	if s.Negated {
		n = &notNode{x: n}
	}
	return n, nil
}

func (c *compiler) command(s *syntax.Stmt, redirs []redir) (node, error) {
	line := int(s.Pos().Line())
	var body node
	var err error
	switch cmd := s.Cmd.(type) {
	case nil:
		if len(redirs) == 0 {
			return nil, refusal("empty command")
		}
		return &simpleNode{line: c.firstWordLine(s), redirs: redirs, cmd: (*state).nullCommand}, nil
	case *syntax.CallExpr:
		return c.call(s, cmd, redirs)
	case *syntax.BinaryCmd:
		if len(redirs) > 0 {
			return nil, refusal("redirected list")
		}
		return c.binary(cmd)
	case *syntax.Block:
		body, err = c.stmts(cmd.Stmts)
	case *syntax.Subshell:
		body, err = c.stmts(cmd.Stmts)
		if err != nil {
			return nil, err
		}
		if body == nil {
			return nil, refusal("empty subshell")
		}
		return &subshellNode{line: line, body: body, redirs: redirs}, nil
	case *syntax.IfClause:
		body, err = c.ifClause(cmd)
	case *syntax.ForClause:
		body, err = c.forClause(cmd, line)
	case *syntax.CaseClause:
		body, err = c.caseClause(cmd, line)
	default:
		return nil, refusal("unsupported command")
	}
	if err != nil {
		return nil, err
	}
	if body == nil {
		return nil, refusal("empty group")
	}
	if sub, ok := body.(*subshellNode); ok && len(redirs) > 0 {
		// dash has no node of its own for braces, and gives the redirections to
		// the subshell, in place of those it has.
		if len(sub.redirs) > 0 {
			return nil, refusal("redirected group of a redirected subshell")
		}
		sub.redirs = redirs
		return sub, nil
	}
	if len(redirs) > 0 {
		body = &groupNode{line: line, body: body, redirs: redirs}
	}
	return body, nil
}

func (c *compiler) binary(b *syntax.BinaryCmd) (node, error) {
	if b.Op == syntax.Pipe {
		elems, err := c.pipeline(b, nil)
		if err != nil {
			return nil, err
		}
		return &pipeNode{elems: elems}, nil
	}
	x, err := c.stmt(b.X)
	if err != nil {
		return nil, err
	}
	y, err := c.stmt(b.Y)
	if err != nil {
		return nil, err
	}
	switch b.Op {
	case syntax.AndStmt:
		return &andNode{x, y}, nil
	case syntax.OrStmt:
		return &orNode{x, y}, nil
	}
	return nil, refusal("unsupported operator")
}

func (c *compiler) pipeline(b *syntax.BinaryCmd, elems []node) ([]node, error) {
	for _, s := range []*syntax.Stmt{b.X, b.Y} {
		if inner, ok := s.Cmd.(*syntax.BinaryCmd); ok && inner.Op == syntax.Pipe &&
			len(s.Redirs) == 0 && !s.Negated && !s.Background {
			var err error
			if elems, err = c.pipeline(inner, elems); err != nil {
				return nil, err
			}
			continue
		}
		if s.Negated {
			return nil, refusal("negated pipeline element")
		}
		n, err := c.stmt(s)
		if err != nil {
			return nil, err
		}
		elems = append(elems, n)
	}
	return elems, nil
}

func (c *compiler) ifClause(cl *syntax.IfClause) (node, error) {
	cond, err := c.stmts(cl.Cond)
	if err != nil {
		return nil, err
	}
	then, err := c.stmts(cl.Then)
	if err != nil {
		return nil, err
	}
	if cond == nil || then == nil {
		return nil, refusal("empty if")
	}
	n := &ifNode{cond: cond, then: then}
	if cl.Else == nil {
		return n, nil
	}
	if len(cl.Else.Cond) > 0 {
		n.other, err = c.ifClause(cl.Else) // elif
	} else {
		n.other, err = c.stmts(cl.Else.Then)
	}
	if err == nil && n.other == nil {
		err = refusal("empty else")
	}
	return n, err
}

func (c *compiler) forClause(cl *syntax.ForClause, line int) (node, error) {
	iter, ok := cl.Loop.(*syntax.WordIter)
	if !ok || cl.Select || cl.Braces || !iter.InPos.IsValid() {
		return nil, refusal("for without in")
	}
	if !assignable(iter.Name.Value) {
		return nil, refusal("loop variable " + iter.Name.Value)
	}
	n := &forNode{line: line, name: iter.Name.Value}
	var err error
	if n.words, err = c.words(iter.Items); err != nil {
		return nil, err
	}
	if n.body, err = c.stmts(cl.Do); err != nil {
		return nil, err
	}
	if n.body == nil {
		return nil, refusal("empty loop")
	}
	return n, nil
}

func (c *compiler) caseClause(cl *syntax.CaseClause, line int) (node, error) {
	if cl.Braces {
		return nil, refusal("case with braces")
	}
	n := &caseNode{line: line}
	var err error
	if n.word, err = c.word(cl.Word); err != nil {
		return nil, err
	}
	for _, item := range cl.Items {
		if item.Op != syntax.Break {
			return nil, refusal("case fallthrough")
		}
		var ci caseItem
		if ci.patterns, err = c.words(item.Patterns); err != nil {
			return nil, err
		}
		if ci.body, err = c.stmts(item.Stmts); err != nil {
			return nil, err
		}
		n.items = append(n.items, ci)
	}
	return n, nil
}

func (c *compiler) call(s *syntax.Stmt, call *syntax.CallExpr, redirs []redir) (node, error) {
	n := &simpleNode{line: c.firstWordLine(s), redirs: redirs}
	for _, a := range call.Assigns {
		if a.Append || a.Naked || a.Index != nil || a.Array != nil {
			return nil, refusal("assignment form")
		}
		if !assignable(a.Name.Value) {
			return nil, refusal("assignment to " + a.Name.Value)
		}
		as := assign{name: a.Name.Value, value: word{static: true}}
		if a.Value != nil {
			var err error
			if as.value, err = c.assignValue(a.Value); err != nil {
				return nil, err
			}
		}
		n.assigns = append(n.assigns, as)
	}
	if len(call.Args) == 0 {
		n.cmd = (*state).nullCommand
		return n, nil
	}
	var err error
	if n.args, err = c.words(call.Args); err != nil {
		return nil, err
	}
	// The name decides between builtin and program now or never: a name that is
	// computed could turn out to be a builtin we lack.
	if !n.args[0].static {
		if !c.commandVariable(call.Args[0]) {
			return nil, refusal("computed command name")
		}
		return n, nil
	}
	name := n.args[0].text
	if dashBuiltins.Has(name) {
		return c.builtin(n, name, call)
	}
	if name == "" || reservedWords.Has(name) {
		return nil, refusal("command name " + name) // `in` is one where a command is expected
	}
	return n, nil
}

// commandVariable accepts a variable as the name of a command in a script that
// does not set it.
func (c *compiler) commandVariable(w *syntax.Word) bool {
	name := plainParam(w)
	if c.script == nil || !syntax.ValidName(name) || c.set[name] || quotedPart(w.Parts[0]) {
		return false
	}
	if !slices.Contains(c.script.commands, name) {
		c.script.commands = append(c.script.commands, name)
	}
	return true
}

// assignable says whether a program may set name. The others are variables
// dash treats specially, or whose value the evaluator has wired in.
func assignable(name string) bool {
	switch name {
	case "IFS", "OPTIND", "PPID", "PWD", "OLDPWD", "LINENO", "CDPATH", "PS1", "PS2", "PS4",
		"MAIL", "MAILPATH", "TERM", "HISTSIZE", "ENV", "FUNCNAME", "_":
		return false
	}
	return syntax.ValidName(name)
}

func (c *compiler) redirs(list []*syntax.Redirect) ([]redir, error) {
	if len(list) == 0 {
		return nil, nil
	}
	out := make([]redir, 0, len(list))
	for i, r := range list {
		if i+1 < len(list) && list[i+1].N == nil && list[i+1].OpPos == r.Word.End() {
			if lit := r.Word.Lit(); len(lit) == 1 && '0' <= lit[0] && lit[0] <= '9' {
				return nil, refusal("what dash takes for the next descriptor")
			}
		}
		var rd redir
		switch r.Op {
		case syntax.RdrOut, syntax.RdrClob:
			rd.op, rd.fd = redirWrite, 1
		case syntax.AppOut:
			rd.op, rd.fd = redirAppend, 1
		case syntax.RdrIn:
			rd.op, rd.fd = redirRead, 0
		case syntax.DplOut:
			rd.op, rd.fd = redirDup, 1
		case syntax.DplIn:
			rd.op, rd.fd = redirDup, 0
		default:
			return nil, refusal("redirection " + r.Op.String())
		}
		if r.N != nil {
			switch r.N.Value {
			case "0", "1", "2":
				rd.fd = int(r.N.Value[0] - '0')
			default:
				return nil, refusal("descriptor " + r.N.Value)
			}
		}
		w, err := c.assignValue(r.Word)
		if err != nil {
			return nil, err
		}
		if rd.op == redirDup {
			if !w.static || len(w.text) != 1 || w.text[0] < '0' || w.text[0] > '2' || len(r.Word.Parts) != 1 {
				return nil, refusal("descriptor duplication")
			}
			rd.from = int(w.text[0] - '0')
			if (rd.from == 0) != (r.Op == syntax.DplIn) {
				return nil, refusal("a descriptor for the other direction") // whether it can be used depends on how it was opened
			}
		}
		rd.file = w
		out = append(out, rd)
	}
	return out, nil
}

// firstWordLine gives the number dash prints in messages about a simple command:
// the line its tokeniser is on after reading the first token, for which it has
// looked past continuation lines that follow immediately.
func (c *compiler) firstWordLine(s *syntax.Stmt) int {
	end := s.End()
	consider := func(p syntax.Pos) {
		if end.After(p) {
			end = p
		}
	}
	if call, ok := s.Cmd.(*syntax.CallExpr); ok {
		if len(call.Assigns) > 0 {
			consider(call.Assigns[0].End())
		} else {
			consider(call.Args[0].End())
		}
	}
	for _, r := range s.Redirs {
		if r.N != nil {
			consider(r.N.End())
		} else {
			consider(r.OpPos)
		}
	}
	line := int(end.Line())
	for off := min(int(end.Offset()), len(c.src)); strings.HasPrefix(c.src[off:], "\\\n"); off += 2 {
		line++
	}
	return line
}
