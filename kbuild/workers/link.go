package workers

// This file is the link of the chain.

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"gokbuild/depgraph"
	"gokbuild/kbuild/cache/reapi"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/forms"
	"gokbuild/kbuild/native/shell"
)

// way is a way to run compilers elsewhere.
type way interface {
	// compile does the work of a compiler. An error tells why it did not; then the compiler is run here, whatever it has left; but
	// after ranHere all is done.
	compile(ctx context.Context, j *job) error
	// name is what it is called in figures.
	name() string
}

// job is a compiler that is to be run.
type job struct {
	*forms.Compilation
	*shell.Process
	start command.Starter
}

// Pool has compilers run elsewhere. It is safe for concurrent use.
type Pool struct {
	ctx context.Context
	way way
	// say prints a line, once, when the pool is given up.
	say func(text string)

	mu sync.Mutex
	// done counts compilers that ran elsewhere, here those that ran here by why, recent the last ones: true is a failure.
	done   int
	here   map[string]int
	last   error // the last failure
	recent []bool
	off    bool
}

func newPool(ctx context.Context, w way, say func(string)) *Pool {
	return &Pool{ctx: ctx, way: w, say: say, here: make(map[string]int)}
}

// Run is the link: it declines every command, and has its processes started its way.
func (p *Pool) Run(c *command.Command) (command.Result, bool) {
	if c.For != event.Recipe || c.Harmless || c.Recursive {
		return command.Result{}, false
	}
	before := c.Watch.Start
	c.Watch.Start = func(sp *shell.Process, start command.Starter) (shell.Waiter, error) {
		inner := func(sp *shell.Process) (shell.Waiter, error) { return p.run(sp, start) }
		if before != nil {
			return before(sp, inner)
		}
		return inner(sp)
	}
	return command.Result{}, false
}

// ranHere is why the work was done here, though it was to be done elsewhere.
type ranHere string

func (e ranHere) Error() string { return string(e) }

// keepHere is why a compiler is not run elsewhere, though nothing has failed.
type keepHere string

func (e keepHere) Error() string { return string(e) }

// run runs a process: elsewhere if it is a compiler, and if that goes well.
func (p *Pool) run(sp *shell.Process, start command.Starter) (shell.Waiter, error) {
	k, ok := forms.Compile(&forms.Command{Path: sp.Path, Argv: sp.Argv, Dir: sp.Dir})
	if !ok {
		return start(sp)
	}
	j := &job{Compilation: k, Process: sp, start: start}
	err := p.unusual(j)
	if err == nil {
		err = p.way.compile(p.ctx, j)
		p.note(err)
	}
	p.count(err)
	if _, done := err.(ranHere); err == nil || done {
		return ended{}, nil
	}
	return start(sp)
}

// ended is a process that has ended well and need not be waited for.
type ended struct{}

func (ended) Wait() (depgraph.Status, error) { return depgraph.Status{}, nil }

// given are variables that change what a compiler reads (manual of GCC, "Environment Variables").
var given = strings.Fields("GCC_EXEC_PREFIX COMPILER_PATH CPATH C_INCLUDE_PATH DEPENDENCIES_OUTPUT SUNPRO_DEPENDENCIES LD_PRELOAD LD_LIBRARY_PATH")

// unusual tells why a compiler is run here.
func (p *Pool) unusual(j *job) error {
	p.mu.Lock()
	off := p.off
	p.mu.Unlock()
	if off {
		return keepHere("given up")
	}
	for _, a := range j.Argv[1:] {
		if strings.HasPrefix(a, "-g") && a != "-g0" && a != "-gno-column-info" {
			return keepHere("debugging information")
		}
		if strings.HasPrefix(a, "-fplugin") || strings.HasPrefix(a, "-specs") {
			return keepHere("plugins")
		}
	}
	for _, name := range given {
		if _, set := depgraph.LookEnv(j.Env, name); set {
			return keepHere("the environment sets " + name)
		}
	}
	return nil
}

// declined says whether nothing has failed.
func declined(err error) bool {
	switch err.(type) {
	case keepHere, ranHere:
		return true
	}
	return false
}

const (
	// window is how many compilers are looked at to see whether the pool is of use, most how many of them may fail.
	window = 100
	most   = 20
	// row is how many may fail one after the other.
	row = 5
)

// note gives the pool up if too much fails.
func (p *Pool) note(err error) {
	if declined(err) || p.ctx.Err() != nil {
		return
	}
	p.mu.Lock()
	p.recent = append(p.recent, err != nil)
	if len(p.recent) > window {
		p.recent = p.recent[1:]
	}
	failed, last := 0, 0
	for _, bad := range p.recent {
		if last++; bad {
			failed++
		} else {
			last = 0
		}
	}
	give := !p.off && (failed > most || last >= row)
	p.off = p.off || give
	p.mu.Unlock()
	if give {
		p.say(fmt.Sprintf("%s off: %v", p.way.name(), reapi.Cause(err)))
	}
}

func (p *Pool) count(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		p.done++
		return
	}
	why := err.Error()
	if !declined(err) {
		why, p.last = "it failed", err
	}
	p.here[why]++
}

// Summary are lines for --stats; nil has none.
func (p *Pool) Summary() []string {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	local := 0
	for _, n := range p.here {
		local += n
	}
	lines := []string{fmt.Sprintf("%s: %d compilers ran elsewhere, %d here", p.way.name(), p.done, local)}
	for _, why := range slices.Sorted(maps.Keys(p.here)) {
		lines = append(lines, fmt.Sprintf("  here, %d: %s", p.here[why], why))
	}
	if p.last != nil {
		lines = append(lines, fmt.Sprintf("  the last failure: %v", reapi.Cause(p.last)))
	}
	return lines
}
