// One call of the program, and which dialect it has to speak.

package conf

import (
	"io"
	"os"

	"golang.org/x/term"

	"gokbuild/kconfig/internal/dialect"
	"gokbuild/kconfig/internal/engine"
	"gokbuild/kconfig/internal/host"
)

// An Invocation is one run of the conf program.
type Invocation struct {
	// Name is what the program calls itself in messages; empty is "conf".
	Name string
	// Args are the arguments after the name.
	Args []string
	// Dir is the working directory and should be absolute; Env is the whole environment.
	Dir string
	Env []string
	// Stdin, Stdout and Stderr are the standard streams. If Stdin and Stdout are terminals, answers are not echoed.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Shell runs $(shell,...); nil is SystemShell.
	Shell host.ShellRunner
	// Source names the source tree whose scripts/kconfig tells the dialect. When it is empty, or holds no such
	// directory, the variable srctree is tried, and then the surroundings of Name.
	Source string
	// Dialect overrides the detection.
	Dialect *dialect.Dialect
	// PID appears in names of temporary files; zero is the process id.
	PID int
}

func (inv *Invocation) terminal() bool { return isTerminal(inv.Stdin) && isTerminal(inv.Stdout) }

// detect looks for the sources of the tool that is to be imitated.
func (inv *Invocation) detect() *dialect.Dialect {
	_, d := dialect.Around(inv.Source, inv.Name, inv.Dir, inv.Env)
	return d
}

// tool is the dialect that is to be spoken.
func (inv *Invocation) tool() *dialect.Dialect {
	if inv.Dialect != nil {
		return inv.Dialect
	}
	return inv.detect()
}

// call is what a run that is begun ahead is known by.
func (inv *Invocation) call() engine.Call {
	return engine.Call{Name: inv.Name, Dir: inv.Dir, Args: inv.Args, Env: inv.Env, Dialect: inv.Dialect}
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
