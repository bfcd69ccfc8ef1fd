package probe

// This file answers the $(shell,…) of Kconfig.

import (
	"bytes"
	"context"
	"io"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A Shell runs commands on behalf of Kconfig, with the help of a Memo: it implements kconfig.ShellRunner and
// kconfig.Prefetcher.
type Shell struct {
	memo *Memo
	run  Runner
	// ctx, if not nil, is that of commands under trace.
	ctx context.Context
}

// Shell returns a Shell that runs what is not remembered by r.
func (m *Memo) Shell(r Runner) Shell { return Shell{memo: m, run: r} }

// RunShell returns what the command writes to its standard output.
func (s Shell) RunShell(command, dir string, env []string, stdin io.Reader, stderr io.Writer) ([]byte, error) {
	a, err := s.ask(command, dir, env, stdin, stderr)
	return a.stdout, err
}

// Remembers reports whether the result of a command is at hand, without counting as a look-up.
func (s Shell) Remembers(command, dir string, env []string) bool {
	return s.find(command, s.memo.newView(dir, env)) != nil
}

// Still returns a function that reports whether a command is remembered to write out. It looks at each file once.
func (s Shell) Still(dir string, env []string) func(command string, out []byte) bool {
	v := s.memo.newView(dir, env)
	v.seen = make(map[[2]string]string)
	return func(command string, out []byte) bool {
		s.memo.wait(command, dir)
		e := s.find(command, v)
		return e != nil && bytes.Equal(e.Stdout, out)
	}
}

// Pure reports whether the command is remembered or of a narrow form.
func (s Shell) Pure(command, dir string, env []string) bool {
	if s.Remembers(command, dir, env) {
		return true
	}
	_, narrow := s.memo.classify(command, dir, env)
	return narrow
}

// Foresee answers for somebody who runs ahead of the real caller: with what is remembered, with a guess if the command
// chooses between two words, or with what it writes, in the case of another command of a narrow form.
func (s Shell) Foresee(command, dir string, env []string) (out []byte, status int, ok bool) {
	if out, status, ok := s.memo.lookup(command, dir, env); ok {
		return out, status, true
	}
	in, narrow := s.memo.classify(command, dir, env)
	if !narrow {
		return nil, 0, false
	}
	s.memo.prefetch(s.run, in, command, dir, env)
	if out, ok := guess(command); ok {
		return out, 0, true
	}
	return s.memo.Lookup(command, dir, env)
}

// Prefetch starts the command in the background if its result is not remembered and it has a narrow form, and returns
// what it will likely write. A command that starts no program is not worth a guess: it is run at once.
func (s Shell) Prefetch(command, dir string, env []string) []byte {
	if e := s.find(command, s.memo.newView(dir, env)); e != nil {
		return bytes.Clone(e.Stdout)
	}
	in, narrow := s.memo.classify(command, dir, env)
	if !narrow {
		return likely(command)
	}
	if len(in.Programs) == 0 {
		if a, err := s.memo.execute(s.run, in, true, command, dir, env, nil, nil); err == nil {
			return a.stdout
		}
	}
	s.memo.prefetch(s.run, in, command, dir, env)
	return likely(command)
}

// likely is what a command writes if all goes well.
func likely(command string) []byte {
	if out, ok := guess(command); ok {
		return out
	}
	return []byte("y\n")
}

// guess is what a command writes if all goes well: A if it ends like `X && echo A || echo B` or
// `if X; then echo A; else echo B; fi`.
func guess(command string) ([]byte, bool) {
	f, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(command), "")
	if err != nil || len(f.Stmts) == 0 {
		return nil, false
	}
	var said *syntax.Stmt
	switch last := f.Stmts[len(f.Stmts)-1].Cmd.(type) {
	case *syntax.IfClause:
		if len(last.Then) != 1 || last.Else == nil {
			return nil, false
		}
		said = last.Then[0]
	case *syntax.BinaryCmd:
		and, ok := last.X.Cmd.(*syntax.BinaryCmd)
		if last.Op != syntax.OrStmt || !ok || and.Op != syntax.AndStmt {
			return nil, false
		}
		said = and.Y
	default:
		return nil, false
	}
	call, ok := said.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) != 2 || call.Args[0].Lit() != "echo" {
		return nil, false
	}
	text, ok := literal(call.Args[1])
	return []byte(text + "\n"), ok
}

// literal is the text of a word without expansions, at most in one pair of double quotes.
func literal(w *syntax.Word) (string, bool) {
	if len(w.Parts) != 1 {
		return "", false
	}
	part := w.Parts[0]
	if q, ok := part.(*syntax.DblQuoted); ok {
		if len(q.Parts) == 0 {
			return "", true
		}
		if len(q.Parts) > 1 {
			return "", false
		}
		part = q.Parts[0]
	}
	lit, ok := part.(*syntax.Lit)
	if !ok || strings.Contains(lit.Value, "\\") {
		return "", false
	}
	return lit.Value, true
}
