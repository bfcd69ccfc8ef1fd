package probe

import (
	"io"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A Shell runs commands on behalf of Kconfig, with the help of a Memo: it implements kconfig.ShellRunner and
// kconfig.Prefetcher.
type Shell struct {
	memo *Memo
	run  Runner
}

// Shell returns a Shell that runs what is not remembered by r.
func (m *Memo) Shell(r Runner) Shell { return Shell{m, r} }

// RunShell returns what the command writes to its standard output.
func (s Shell) RunShell(command, dir string, env []string, stdin io.Reader, stderr io.Writer) ([]byte, error) {
	out, _, err := s.memo.run(s.run, command, dir, env, stdin, stderr)
	return out, err
}

// Remembers reports whether the result of a command is at hand, without counting as a look-up.
func (s Shell) Remembers(command, dir string, env []string) bool {
	return s.memo.remembered(command, dir, env)
}

// Prefetch starts the command in the background if its result is not remembered and it is a pure probe, and returns what
// it will likely write. A command that starts no program is not worth a guess: it is run at once.
func (s Shell) Prefetch(command, dir string, env []string) []byte {
	if out, _, ok := s.memo.lookup(command, dir, env); ok {
		return out
	}
	in, pure := Classify(command, dir, env)
	if !pure {
		return likely(command)
	}
	if len(in.Programs) == 0 {
		if out, _, err := s.memo.execute(s.run, in, true, command, dir, env, nil, nil); err == nil {
			return out
		}
	}
	s.memo.prefetch(s.run, in, command, dir, env)
	return likely(command)
}

// likely is what a command writes if all goes well. A test of the form X && echo A || echo B writes A; others are taken
// to say yes.
func likely(command string) []byte {
	yes := []byte("y\n")
	f, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(command), "")
	if err != nil || len(f.Stmts) != 1 {
		return yes
	}
	or, ok := f.Stmts[0].Cmd.(*syntax.BinaryCmd)
	if !ok || or.Op != syntax.OrStmt {
		return yes
	}
	and, ok := or.X.Cmd.(*syntax.BinaryCmd)
	if !ok || and.Op != syntax.AndStmt {
		return yes
	}
	call, ok := and.Y.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) != 2 || call.Args[0].Lit() != "echo" {
		return yes
	}
	text, ok := literal(call.Args[1])
	if !ok {
		return yes
	}
	return []byte(text + "\n")
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
