// What a caller gives: where a tree is, and what it may see of the world.

package host

import (
	"io"

	"gokbuild/kconfig/internal/dialect"
)

// Options say where a tree is and what it may see. Nothing is taken from the process: a zero Env is an empty
// environment.
type Options struct {
	// File is the top Kconfig file, relative to Dir or else to the variable srctree of Env.
	File string
	// Dir is the working directory, to which relative names are resolved. It should be absolute.
	Dir string
	// Env is the environment, as NAME=value.
	Env []string
	// Stdin is what $(shell,...) commands and the dialogue read; nil is empty.
	Stdin io.Reader
	// Stdout and Stderr receive what the C tool prints there; nil discards.
	Stdout, Stderr io.Writer
	// Dialect says how the tree's own tools behave; nil detects it from the scripts/kconfig directory below srctree
	// (or below Dir).
	Dialect *dialect.Dialect
	// Shell runs $(shell,...); nil is SystemShell.
	Shell ShellRunner
	// Messages receives each message about a place in a file, beside its text on a stream; nil is nobody.
	Messages func(Message)
	// Unsaved has texts that stand for files, by the names that Dir makes of theirs; nil has none.
	Unsaved func(name string) (text []byte, ok bool)
	// PID appears in names of temporary files; zero is the process id.
	PID int
}
