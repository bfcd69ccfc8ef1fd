package kbuild

import (
	"context"
	"io"
	"os"
	"strings"

	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/native/shell"
)

var noPos eval.Pos

// submakeLine runs a line that is one plain call of make as an invocation of
// this session. ok is false for every other line.
func (j *job) submakeLine(cmd string) (st shell.Status, ok bool) {
	words, n, ok := commandWords(cmd)
	if !ok {
		return st, false
	}
	assigns, words := words[:n], words[n:]
	if len(words) == 0 || words[0] != j.inv.call.Argv[0] {
		return st, false
	}
	env := j.environ()
	if len(assigns) > 0 {
		env = overrideEnv(env, assigns)
	}
	return j.submake(Call{Argv: words, Dir: j.inv.dir, Env: env, Stdin: j.stdin(), Stdout: j.out.stdout, Stderr: j.out.stderr}), true
}

// submake runs make in this process. It takes the job's slot over and gives it
// back itself.
func (j *job) submake(call Call) shell.Status {
	inv := j.inv
	j.calledMake = true
	if !j.takeSlot() {
		return shell.Status{Code: 2}
	}
	child := inv.session.invocation(call, inv)
	child.prio = j.prio
	child.held, j.hasSlot = true, false
	status := child.run()
	if child.known && call.Stdout != j.out.stdout {
		child.known = false // its output goes elsewhere
	}
	inv.rec.nested(child.rec, child.known)
	if sig := inv.session.Stopping(); sig != 0 && status != 0 {
		// A make that is interrupted dies of the signal.
		return shell.Status{Signal: sig}
	}
	return shell.Status{Code: status}
}

// nativeMake is submake for a call of make inside a longer shell line.
func (j *job) nativeMake(_ context.Context, c *shell.Call) (shell.Status, bool) {
	if c.Argv[0] != j.inv.call.Argv[0] {
		return shell.Status{}, false
	}
	stdout, ok1 := c.Stdout.(*os.File)
	if u, ok := c.Stdout.(interface{ Unwrap() io.Writer }); ok {
		if w, ok := u.Unwrap().(notingWriter); ok {
			stdout, ok1 = w.f, w.f != nil
		}
	}
	stderr, ok2 := c.Stderr.(*os.File)
	if !ok1 || !ok2 {
		return shell.Status{}, false
	}
	st := j.submake(Call{Argv: c.Argv, Dir: c.Dir, Env: c.Environ(), Stdin: c.Stdin, Stdout: stdout, Stderr: stderr})
	j.takeSlot()
	return st, true
}

// plainWords splits a command line that needs no shell: words and quotes only.
func plainWords(cmd string) ([]string, bool) {
	words, _, ok := commandWords(cmd)
	return words, ok
}

// commandWords is plainWords that also tells how many of the first words are
// assignments for the shell: their names must not be quoted.
func commandWords(cmd string) (words []string, assigns int, ok bool) {
	if strings.IndexByte(cmd, 0) >= 0 {
		return nil, 0, false
	}
	var word []byte
	// inWord is set once a word has begun: it may be empty, as '' is.
	// plain is the length of the word up to its first quote.
	inWord, plain := false, -1
	quoted := func() {
		if inWord = true; plain < 0 {
			plain = len(word)
		}
	}
	end := func() {
		if !inWord {
			return
		}
		if plain < 0 {
			plain = len(word)
		}
		if assigns == len(words) && isAssignment(string(word[:plain])) {
			assigns++
		}
		words = append(words, string(word))
		word, inWord, plain = word[:0], false, -1
	}
	quote := byte(0)
	for i := 0; i < len(cmd); i++ {
		c := cmd[i]
		switch {
		case quote == '\'':
			if c == '\'' {
				quote = 0
			} else {
				word = append(word, c)
			}
		case c == '$' || c == '`':
			return nil, 0, false
		case c == '\\':
			i++
			switch {
			case i == len(cmd):
				return nil, 0, false
			case cmd[i] == '\n':
			case quote == '"' && cmd[i] != '"' && cmd[i] != '\\':
				// Inside double quotes a backslash is kept before most characters.
				return nil, 0, false
			default:
				quoted()
				word = append(word, cmd[i])
			}
		case quote == '"':
			if c == '"' {
				quote = 0
			} else {
				word = append(word, c)
			}
		case c == '"' || c == '\'':
			quoted()
			quote = c
		case c == ' ' || c == '\t':
			end()
		case strings.IndexByte("|&;<>()*?[]#~!{}\n\r", c) >= 0:
			return nil, 0, false
		default:
			inWord = true
			word = append(word, c)
		}
	}
	if quote != 0 {
		return nil, 0, false
	}
	end()
	return words, assigns, true
}

func isAssignment(word string) bool {
	i := strings.IndexByte(word, '=')
	return i > 0 && eval.Exportable(word[:i])
}

func overrideEnv(env, assigns []string) []string {
	out := make([]string, 0, len(env)+len(assigns))
	for _, e := range env {
		keep := true
		for _, a := range assigns {
			if strings.HasPrefix(e, a[:strings.IndexByte(a, '=')+1]) {
				keep = false
			}
		}
		if keep {
			out = append(out, e)
		}
	}
	return append(out, assigns...)
}
