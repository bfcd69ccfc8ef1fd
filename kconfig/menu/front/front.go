// Package front answers: what do all front ends for people do alike? They read the tree (reading.go) and its
// configuration, take the terminal over, and see to it that nothing is lost where the program has to end (front.go);
// their menus have the same lines (lines.go), and they have in common what the originals have not (extra.go).
package front

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"

	"gokbuild/kconfig/internal/dialect"
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/menu"
	"gokbuild/kconfig/menu/screen"
	"gokbuild/kconfig/menu/terminal"
)

// An Invocation is one run of a front end.
type Invocation struct {
	// Name is what the program was called by.
	Name string
	// Args are the arguments after the name: -s, and the Kconfig file.
	Args []string
	// Dir is the working directory and should be absolute; Env is the whole environment.
	Dir string
	Env []string
	// Stdin, Stdout and Stderr are the standard streams. The first two must be terminals, unless Term is set.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Shell runs $(shell,...); nil is host.SystemShell.
	Shell host.ShellRunner
	// Source names the source tree whose scripts/kconfig tells the dialect; when it is empty, it is looked for.
	Source string
	// Dialect overrides the detection.
	Dialect *dialect.Dialect
	// Term is the terminal, if it is another than that of the streams.
	Term screen.Terminal
	// Ahead is a run that was begun on a guess; nil if there is none.
	Ahead *Ahead
}

// A Program is a front end.
type Program struct {
	// Name is what it calls itself in messages.
	Name string
	// Rows and Columns are what it needs to begin, TooSmall is what it says if there are fewer, to standard output if
	// that is where the original says it.
	Rows, Columns  int
	TooSmall       string
	TooSmallStdout bool
	// EscTwice says that the original wants Esc twice, so that people press it twice.
	EscTwice bool
	// Mode is the variable that may ask for all menus in one; View is how the lines of its menus look.
	Mode string
	View View
	// Run shows the configuration and returns the exit status.
	Run func(s *Session) int
}

// A Session is a configuration that is being shown.
type Session struct {
	Model *menu.Model
	// View is what of the tree is shown.
	View  View
	Term  screen.Terminal
	World *host.World
	// Tools is the tree's scripts/kconfig, empty if there is none.
	Tools string
	// Silent says that -s was given.
	Silent bool
	held   *held
}

// Main runs a program and returns its exit status.
func Main(inv Invocation, p Program) (status int) {
	s := &Session{held: &held{w: inv.Stderr}}
	in, _ := inv.Stdin.(*os.File)
	out, _ := inv.Stdout.(*os.File)
	if inv.Term == nil {
		if err := terminal.Check(in, out, inv.Env); err != nil {
			return complain(inv.Stderr, p.Name, err)
		}
	}
	var file string
	if s.Silent, file = inv.options(); file == "" {
		return complain(inv.Stderr, p.Name, errors.New("no Kconfig file named"))
	}
	r := inv.reading(s.held)
	s.World, s.Tools = r.engine.World, r.call.Tools
	var err error
	defer func() {
		if s.Term != nil {
			s.End()
		}
		if e, ok := err.(*host.ExitError); ok {
			status = e.Code
		}
	}()
	defer s.World.Catch(&err)
	r.read(file)
	e := r.engine
	e.Files.Silent = s.Silent
	e.Files.Load("")
	s.World.Flush()
	s.Model, s.View = menu.New(e), p.View
	mode, _ := s.World.Getenv(p.Mode)
	s.View.Model, s.View.Single, s.View.Unrolled = s.Model, strings.EqualFold(mode, "single_menu"), map[*menu.Entry]bool{}
	if s.Term = inv.Term; s.Term == nil {
		t, err := terminal.Open(in, out, inv.Env, p.EscTwice)
		if err != nil {
			return complain(inv.Stderr, p.Name, err)
		}
		s.Term = t
	}
	if width, height := s.Term.Size(); width < p.Columns || height < p.Rows {
		s.End()
		to := inv.Stderr
		if p.TooSmallStdout {
			to = inv.Stdout
		}
		io.WriteString(to, p.TooSmall)
		return 1
	}
	s.held.hold = true
	return p.Run(s)
}

// complain says why there is no screen; it returns the exit status. What curses would say is said in its words.
func complain(stderr io.Writer, name string, err error) int {
	text := err.Error() + "\n"
	if !strings.HasPrefix(text, "Error ") {
		text = name + ": " + text
	}
	io.WriteString(stderr, text)
	return 1
}

// End gives the terminal back; what was written to standard error meanwhile comes after it.
func (s *Session) End() {
	if s.Term != nil {
		s.Term.Close()
		s.Term = nil
	}
	s.held.release()
}

// Leave ends the program where nobody can be asked any more. Changes are kept in a file beside the configuration.
func (s *Session) Leave() {
	name := s.Model.ConfigName() + ".unsaved"
	unsaved := s.Model.Unsaved()
	text := s.Model.DotConfig()
	s.End()
	if unsaved {
		if err := s.World.WriteFile(name, text); err != nil {
			s.World.Warnf("%s: %v\n", name, err)
		} else {
			s.World.Warnf("Your configuration changes were saved in %s.\n", name)
		}
	}
	s.World.Exit(1)
}

// held keeps what is written to standard error while the screen is shown.
type held struct {
	w    io.Writer
	hold bool
	text bytes.Buffer
}

func (h *held) Write(p []byte) (int, error) {
	if h.hold {
		return h.text.Write(p)
	}
	if h.w == nil {
		return len(p), nil
	}
	return h.w.Write(p)
}

func (h *held) release() {
	h.hold = false
	if h.text.Len() > 0 && h.w != nil {
		_, _ = h.w.Write(h.text.Bytes())
		h.text.Reset()
	}
}
