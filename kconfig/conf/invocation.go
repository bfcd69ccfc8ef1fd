// One call of the program, and which dialect it has to speak.

package conf

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"gokbuild/kconfig/internal/dialect"
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

// detect looks for the sources of the tool that is to be imitated. A program that lies in a tree's scripts/kconfig has
// them next to it, or behind the link that an output directory has to its source tree.
func (inv *Invocation) detect() *dialect.Dialect {
	abs := func(p string) string {
		if filepath.IsAbs(p) || inv.Dir == "" {
			return p
		}
		return filepath.Join(inv.Dir, p)
	}
	trees := []string{inv.Source}
	for _, kv := range inv.Env {
		if v, ok := strings.CutPrefix(kv, "srctree="); ok {
			trees = append(trees, v)
			break
		}
	}
	if i := strings.LastIndexByte(inv.Name, '/'); i >= 0 {
		top := filepath.Join(inv.Name[:i], "..", "..")
		trees = append(trees, top, filepath.Join(top, "source"))
	}
	trees = append(trees, ".", "source")
	for _, t := range trees {
		if t != "" && dialect.HasTool(abs(t)) {
			d := dialect.Detect(abs(t))
			return &d
		}
	}
	return dialect.Newest()
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
