package kbuild

import (
	"context"
	"os"
	"strings"

	"github.com/mattn/go-shellwords"

	"gokbuild/kbuild/eval"
	"gokbuild/kbuild/shell"
)

var noPos eval.Pos

// submakeLine runs a line that is one plain call of make as an invocation of
// this session. ok is false for every other line.
func (j *job) submakeLine(cmd string) (st shell.Status, ok bool) {
	words, ok := plainWords(cmd)
	if !ok {
		return st, false
	}
	var assigns []string
	for len(words) > 0 && isAssignment(words[0]) {
		assigns = append(assigns, words[0])
		words = words[1:]
	}
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
	if !j.takeSlot() {
		return shell.Status{Code: 2}
	}
	child := inv.session.invocation(call, inv)
	child.prio = j.prio
	child.held, j.hasSlot = true, false
	status := child.run()
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
	stderr, ok2 := c.Stderr.(*os.File)
	if !ok1 || !ok2 {
		return shell.Status{}, false
	}
	st := j.submake(Call{Argv: c.Argv, Dir: c.Dir, Env: c.Environ(), Stdin: c.Stdin, Stdout: stdout, Stderr: stderr})
	return st, j.takeSlot() || true
}

// plainWords splits a command line that needs no shell: words and quotes only.
func plainWords(cmd string) ([]string, bool) {
	cmd = strings.ReplaceAll(cmd, "\\\n", "")
	quote := byte(0)
	for i := 0; i < len(cmd); i++ {
		c := cmd[i]
		switch {
		case quote == '\'':
			if c == '\'' {
				quote = 0
			}
		case c == '$' || c == '`':
			return nil, false
		case c == '\\':
			// Inside double quotes a backslash is kept before most characters.
			if i+1 >= len(cmd) || quote == '"' && cmd[i+1] != '"' && cmd[i+1] != '\\' {
				return nil, false
			}
			i++
		case quote == '"':
			if c == '"' {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case strings.IndexByte("|&;<>()*?[]#~!{}\n\r", c) >= 0:
			return nil, false
		}
	}
	if quote != 0 {
		return nil, false
	}
	words, err := shellwords.Parse(cmd)
	return words, err == nil
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
