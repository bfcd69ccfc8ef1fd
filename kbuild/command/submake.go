package command

// This file runs calls of $(MAKE) as makes in this process.

import (
	"context"
	"io"
	"os"
	"strings"

	"gokbuild/depgraph"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/setting"
)

// submake is the link that takes lines which are one plain call of make.
type submake struct{ *Local }

func (l submake) Run(c *Command) (r Result, ok bool) {
	if c.For != event.Recipe || !c.Recursive || !c.Shell.Plain || c.Shell.One || !l.Make.Native("submake") {
		return r, false
	}
	call, ok := l.Submake(c)
	if !ok {
		return r, false
	}
	return l.make(c, call), true
}

// Submake is the call of make that a line consists of; ok is false for every other line.
func (l *Local) Submake(c *Command) (call setting.Call, ok bool) {
	words, n, ok := commandWords(c.Text)
	if !ok {
		return call, false
	}
	assigns, words := words[:n], words[n:]
	if len(words) == 0 || words[0] != l.Make.Call.Argv[0] {
		return call, false
	}
	env := c.Environ()
	if len(assigns) > 0 {
		env = OverrideEnv(env, assigns)
	}
	return setting.Call{Argv: words, Dir: l.Make.Dir, Env: env, Stdin: c.Stdin(), Stdout: c.Stdout, Stderr: c.Stderr}, true
}

// make runs a make in this process.
func (l *Local) make(c *Command, call setting.Call) Result {
	if !c.takeSlot(l) {
		return ended(event.BySubmake)
	}
	return Result{Status: l.RunMake(c, call), By: event.BySubmake, CalledMake: true, Written: Written{Unknown: "a make"}}
}

// nativeMake is the replacement for make inside a longer shell line.
func (l *Local) nativeMake(c *Command, called *bool) shell.NativeFunc {
	return func(_ context.Context, p *shell.Call) (depgraph.Status, bool) {
		if p.Argv[0] != l.Make.Call.Argv[0] {
			return depgraph.Status{}, false
		}
		stdout, ok1 := p.Stdout.(*os.File)
		if u, ok := p.Stdout.(interface{ Unwrap() io.Writer }); ok {
			if w, ok := u.Unwrap().(noting); ok {
				stdout, ok1 = w.to, w.to != nil
			}
		}
		stderr, ok2 := p.Stderr.(*os.File)
		if !ok1 || !ok2 {
			return depgraph.Status{}, false
		}
		*called = true
		c.Watch.Deeds.Unknown("a make")
		r := l.make(c, setting.Call{Argv: p.Argv, Dir: p.Dir, Env: p.Environ(), Stdin: p.Stdin, Stdout: stdout, Stderr: stderr})
		c.takeSlot(l)
		return r.Status, true
	}
}

// noting is a standard output that notes what a command prints.
type noting struct {
	printed func(text string)
	to      *os.File
}

func (w noting) Write(p []byte) (int, error) {
	w.printed(string(p))
	return shell.Writer(w.to).Write(p)
}

// OverrideEnv is an environment with the settings in front of a command in place of its own.
func OverrideEnv(env, assigns []string) []string {
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
