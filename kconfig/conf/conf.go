// The run of the program from its arguments to its exit status.

package conf

import (
	"gokbuild/kconfig"
	"gokbuild/kconfig/internal/engine"
	"gokbuild/kconfig/internal/files"
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
	"gokbuild/kconfig/internal/solve"
)

// run is the state of one run of conf.
type run struct {
	*model.Tree
	world  *host.World
	solver *solve.Solver
	files  *files.Files
	engine *engine.Engine
	config *kconfig.Config // the rooms above, as a library

	inv  Invocation
	name string // what the program calls itself
	command
	dialogue
	rand glibcRand
}

// command is what the command line asks for.
type command struct {
	mode   mode
	sync   bool   // the mode writes what the build reads, in any case
	defArg string // argument of defconfig and savedefconfig
	hasDef bool
}

// dialogue is where the questions stand.
type dialogue struct {
	terminal  bool // answers are echoed by whoever gives them
	indent    int
	asked     int // new symbols asked for in this pass
	rootEntry *model.Menu
	line      string // the last answer, with its newline
	refuse    bool   // nobody is there to answer (BusyBox)
	answers   int    // lines asked for
	stuck     int    // of these, at the end of the input
	stdinEOF  bool
}

// Main behaves as the conf program of the tree started with these arguments, and returns its exit status.
func Main(inv Invocation) (status int) {
	r := newRun(inv)
	return r.guard(r.run)
}

func newRun(inv Invocation) *run {
	inv.Dialect = inv.tool()
	e := engine.New(host.Options{Dir: inv.Dir, Env: inv.Env, Stdin: inv.Stdin, Stdout: inv.Stdout, Stderr: inv.Stderr,
		Dialect: inv.Dialect, Shell: inv.Shell, PID: inv.PID})
	r := &run{Tree: e.Tree, world: e.World, solver: e.Solver, files: e.Files, engine: e, config: kconfig.Over(e), inv: inv, name: inv.Name}
	r.terminal, r.indent = inv.terminal(), 1
	if r.name == "" {
		r.name = "conf"
	}
	return r
}

// guard runs f; where it leaves early, that is the status.
func (r *run) guard(f func() int) (status int) {
	var err error
	defer func() {
		if e, ok := err.(*host.ExitError); ok {
			status = e.Code
		}
	}()
	defer r.world.Catch(&err)
	return f()
}

func (r *run) run() int {
	if r.D.BusyBox {
		return r.runBusy()
	}
	file, ok := r.options()
	if !ok {
		return r.noFile()
	}
	r.engine.Speculate(file)
	r.engine.Parse(file)
	return r.finish()
}

// noFile complains that the command line names no Kconfig file.
func (r *run) noFile() int {
	if r.D.MissingStdout {
		r.world.Printf("%s: Kconfig file missing\n", r.name)
	} else {
		r.world.Warnf("%s: Kconfig file missing\n", r.name)
	}
	r.usage()
	return 1
}

// finish does what is to be done with the tree.
func (r *run) finish() int {
	r.load()
	if r.D.WError && r.files.Warnings > 0 && r.world.IsSet("KCONFIG_WERROR") {
		return 1
	}
	noWrite := false
	if r.sync {
		if v, ok := r.world.Getenv("KCONFIG_NOSILENTUPDATE"); ok && v != "" {
			if r.config.Changed() {
				r.world.Warnf("\n*** The configuration requires explicit update.\n\n")
				return 1
			}
			noWrite = true
		}
	}
	r.apply()
	if r.D.WErrorSyms && r.solver.Unmet > 0 && r.world.IsSet("KCONFIG_WERROR") {
		return 1
	}
	return r.save(noWrite)
}
