package probe

// This file runs probes whose answers are not known.

import (
	"bytes"
	"errors"
	"io"
	"os/exec"
	"syscall"

	"gokbuild/depgraph"
)

// A Runner runs cmd as /bin/sh -c does, in dir with env. The error is non-nil only when it could not be started.
type Runner func(cmd, dir string, env []string, stdin io.Reader, stdout, stderr io.Writer) (depgraph.Status, error)

// SystemShell is the Runner that starts /bin/sh.
func SystemShell(cmd, dir string, env []string, stdin io.Reader, stdout, stderr io.Writer) (depgraph.Status, error) {
	c := exec.Command("/bin/sh", "-c", cmd)
	c.Dir, c.Env, c.Stdin, c.Stdout, c.Stderr = dir, env, stdin, stdout, stderr
	err := c.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return depgraph.StatusOf(exit.Sys().(syscall.WaitStatus)), nil
	}
	return depgraph.Status{}, err
}

// Run returns the output and exit status of cmd, from memory when it is sound and else by running /bin/sh -c cmd in dir
// with env. What the command writes to standard error goes to stderr as it comes; such a result is not
// remembered. The error is non-nil only when the shell could not be started.
func (m *Memo) Run(cmd, dir string, env []string, stdin io.Reader, stderr io.Writer) (stdout []byte, status int,
	err error) {
	a, err := m.Shell(SystemShell).ask(cmd, dir, env, stdin, stderr)
	return a.stdout, a.status, err
}

// ask answers from memory, or by running the command.
func (s Shell) ask(cmd, dir string, env []string, stdin io.Reader, stderr io.Writer) (answer, error) {
	m := s.memo
	if out, st, ok := m.Lookup(cmd, dir, env); ok {
		return answer{stdout: out, status: st}, nil
	}
	in, narrow := m.classify(cmd, dir, env)
	if narrow {
		if done, ok := m.fly(cmd, dir); ok {
			defer done()
		}
	} else if a, ok := s.again(cmd, dir, env, stdin, stderr); ok {
		return a, nil
	}
	a, err := m.execute(s.run, in, narrow, cmd, dir, env, stdin, stderr)
	if err == nil && s.ctx != nil && a.quiet && !a.kept && !narrow && len(m.entriesOf(metKey+cmd)) == 0 {
		m.meets(cmd, 0)
	}
	return a, err
}

// answer is what came of running a command.
type answer struct {
	stdout []byte
	status int
	// kept: it is remembered. quiet: it wrote nothing to standard error, and was not killed.
	kept, quiet bool
}

// execute runs a command that was classified.
func (m *Memo) execute(r Runner, in Inputs, narrow bool, cmd, dir string, env []string, stdin io.Reader,
	stderr io.Writer) (a answer, err error) {
	trial := m.try(in, narrow, cmd, dir, env)
	var out bytes.Buffer
	counted := &countingWriter{w: stderr}
	end, err := r(cmd, dir, env, stdin, &out, counted)
	if err != nil {
		return answer{}, err
	}
	a = answer{stdout: out.Bytes(), status: end.ExitCode(), quiet: end.Signal == 0 && counted.n == 0}
	a.kept = a.quiet && trial.Record(out.Bytes(), end.Code)
	return a, nil
}

// countingWriter passes on and counts; a nil target discards.
type countingWriter struct {
	w io.Writer
	n int
}

func (c *countingWriter) Write(p []byte) (int, error) {
	c.n += len(p)
	if c.w == nil {
		return len(p), nil
	}
	return c.w.Write(p)
}
