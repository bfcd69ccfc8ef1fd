// Reading the tree, when it is to be shown or before that.

package front

import (
	"io"
	"path/filepath"

	"gokbuild/kconfig/internal/dialect"
	"gokbuild/kconfig/internal/engine"
	"gokbuild/kconfig/internal/host"
)

// options are those of the command line; file is empty if it names none.
func (inv *Invocation) options() (silent bool, file string) {
	args := inv.Args
	if len(args) > 0 && args[0] == "-s" {
		silent, args = true, args[1:]
	}
	if len(args) > 0 {
		file = args[0]
	}
	return silent, file
}

// detect looks for the tree's own tools; tools is empty if there are none.
func (inv *Invocation) detect() (tools string, d *dialect.Dialect) {
	tree, d := dialect.Around(inv.Source, inv.Name, inv.Dir, inv.Env)
	if tree != "" {
		tools = filepath.Join(tree, "scripts", "kconfig")
	}
	if inv.Dialect != nil {
		d = inv.Dialect
	}
	return tools, d
}

// A reading is a tree that is read, or was.
type reading struct {
	engine *engine.Engine
	call   engine.Call
	// done says that it was read; if that ended the run, err says so.
	done bool
	err  error
}

// newReading makes the rooms for the tree, in its dialect.
func (inv *Invocation) newReading(call engine.Call, stderr io.Writer) *reading {
	return &reading{call: call, engine: engine.New(host.Options{Dir: inv.Dir, Env: inv.Env, Stdin: inv.Stdin, Stdout: inv.Stdout, Stderr: stderr,
		Dialect: call.Dialect, Shell: inv.Shell})}
}

// call is what a run that is begun ahead is known by.
func (inv *Invocation) call() engine.Call {
	tools, d := inv.detect()
	return engine.Call{Name: inv.Name, Dir: inv.Dir, Args: inv.Args, Env: inv.Env, Dialect: d, Tools: tools}
}

// reading is the one that was begun ahead, or a new one.
func (inv *Invocation) reading(stderr io.Writer) *reading {
	call := inv.call()
	if a := inv.Ahead; a != nil && a.ahead.Take(call, inv.Stdout, stderr) {
		a.reading.engine.World.SetStdin(inv.Stdin)
		return a.reading
	}
	return inv.newReading(call, stderr)
}

// read reads the tree, unless that was done. It may end the run.
func (r *reading) read(file string) {
	if !r.done {
		r.engine.Speculate(file)
		r.engine.Parse(file)
	} else if e, ok := r.err.(*host.ExitError); ok {
		host.Quit(e.Code)
	}
}

// An Ahead is a run that was begun on the guess that it will be wanted. It reads the tree, and runs probes that have no
// effects, but prints and writes nothing. [Main] goes on with it if the guess was right, and nothing has changed since.
type Ahead struct {
	reading *reading
	ahead   *engine.Ahead
}

// Begin starts a run ahead. It returns nil if that is not possible: the shell must be a Prefetcher.
func Begin(inv Invocation) *Ahead {
	p, ok := inv.Shell.(host.Prefetcher)
	_, file := inv.options()
	if !ok || file == "" {
		return nil
	}
	call := inv.call()
	ahead := engine.NewAhead(call, p)
	inv.Stdin, inv.Stdout, inv.Shell = nil, ahead.Stdout(), ahead.Shell()
	r := inv.newReading(call, ahead.Stderr())
	ahead.Begin(r.engine.World, func() {
		defer func() { r.done = true }()
		defer r.engine.World.Catch(&r.err)
		r.read(file)
	})
	return &Ahead{r, ahead}
}

// Wait returns when the tree is read.
func (a *Ahead) Wait() { a.ahead.Wait() }

// Drop ends a run that is not wanted.
func (a *Ahead) Drop() { a.ahead.Drop() }
