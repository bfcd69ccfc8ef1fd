package probe

import (
	"bytes"
	"errors"
	"io"
	"os/exec"
)

// Run returns the output and exit status of cmd, from memory when it is sound and else by running /bin/sh -c cmd in dir
// with env. What the command writes to standard error goes to stderr as it comes; such a result is not
// remembered. The error is non-nil only when the shell could not be started.
func (m *Memo) Run(cmd, dir string, env []string, stdin io.Reader, stderr io.Writer) (stdout []byte, status int, err error) {
	m.wait(cmd, dir)
	if out, st, ok := m.Lookup(cmd, dir, env); ok {
		return out, st, nil
	}
	return m.execute(cmd, dir, env, stdin, stderr)
}

// RunShell is Run without the exit status. With it, and with Prefetch and Remembers, a Memo is a shell for Kconfig that
// also runs probes ahead of time (kconfig.ShellRunner and kconfig.Prefetcher).
func (m *Memo) RunShell(command, dir string, env []string, stdin io.Reader, stderr io.Writer) ([]byte, error) {
	out, _, err := m.Run(command, dir, env, stdin, stderr)
	return out, err
}

func (m *Memo) execute(cmd, dir string, env []string, stdin io.Reader, stderr io.Writer) (stdout []byte, status int, err error) {
	var out bytes.Buffer
	counted := &countingWriter{w: stderr}
	c := exec.Command("/bin/sh", "-c", cmd)
	c.Dir, c.Env, c.Stdin, c.Stdout, c.Stderr = dir, env, stdin, &out, counted
	signalled := false
	if err := c.Run(); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			return nil, 0, err
		}
		status = exit.ExitCode()
		signalled = !exit.Exited()
	}
	if !signalled && counted.n == 0 {
		m.Record(cmd, dir, env, out.Bytes(), status)
	}
	return out.Bytes(), status, nil
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
