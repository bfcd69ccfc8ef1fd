// Running the commands of $(shell,...).

package host

import (
	"io"
	"os/exec"
)

// A ShellRunner runs the commands of $(shell,...) on behalf of a tree. The output is what the command wrote to standard
// output; a command that fails is no error, one that cannot be started is.
type ShellRunner interface {
	RunShell(command, dir string, env []string, stdin io.Reader, stderr io.Writer) ([]byte, error)
}

// ShellFunc adapts a function to ShellRunner.
type ShellFunc func(command, dir string, env []string, stdin io.Reader, stderr io.Writer) ([]byte, error)

// RunShell calls f.
func (f ShellFunc) RunShell(command, dir string, env []string, stdin io.Reader, stderr io.Writer) ([]byte, error) {
	return f(command, dir, env, stdin, stderr)
}

// SystemShell runs every command with /bin/sh.
var SystemShell ShellRunner = ShellFunc(func(command, dir string, env []string, stdin io.Reader, stderr io.Writer) ([]byte, error) {
	cmd := exec.Command("/bin/sh", "-c", command)
	cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stderr = dir, env, stdin, stderr
	out, err := cmd.Output()
	if _, ok := err.(*exec.ExitError); ok {
		err = nil
	}
	return out, err
})

// RunShell runs the command of a $(shell,...).
func (w *World) RunShell(command string) ([]byte, error) {
	return w.Shell.RunShell(command, w.Dir, w.Env, w.stdinFile, w.err)
}

// A Prefetcher is a ShellRunner that can run commands ahead of time. It starts only commands that have no effects.
type Prefetcher interface {
	ShellRunner
	// Prefetch may start the command in the background. It returns what the command will likely write.
	Prefetch(command, dir string, env []string) []byte
	// Remembers reports whether the result is at hand.
	Remembers(command, dir string, env []string) bool
	// Pure reports whether the command has no effects.
	Pure(command, dir string, env []string) bool
	// Still returns a function that reports whether a command is known to write the same, if it is run now.
	Still(dir string, env []string) func(command string, out []byte) bool
}
