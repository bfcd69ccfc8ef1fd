package main

// This file puts Kconfig in the place of the programs of a tree that read it.

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"gokbuild/depgraph"
	"gokbuild/kbuild/native"
	"gokbuild/kbuild/native/probe"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kconfig"
	"gokbuild/kconfig/conf"
	"gokbuild/kconfig/menu/front"
	"gokbuild/kconfig/menu/mconf"
	"gokbuild/kconfig/menu/nconf"
	"gokbuild/kconfig/merge"
)

// runConf is the multi-call name conf: the Kconfig tool of a kernel tree.
func runConf() int {
	dir, err := workingDir()
	if err != nil {
		io.WriteString(os.Stderr, "conf: "+err.Error()+"\n")
		return 1
	}
	cache, _ := cacheDir()
	return conf.Main(conf.Invocation{
		Name: os.Args[0], Args: os.Args[1:], Dir: dir, Env: environ(),
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Shell: probe.Open(cache).Shell(probeRunner(context.Background())).Tracing(context.Background()),
	})
}

// runFront is the multi-call name of a front end for people.
func runFront(program func(front.Invocation) int) int {
	dir, err := workingDir()
	if err != nil {
		io.WriteString(os.Stderr, filepath.Base(os.Args[0])+": "+err.Error()+"\n")
		return 1
	}
	cache, _ := cacheDir()
	return program(front.Invocation{
		Name: os.Args[0], Args: os.Args[1:], Dir: dir, Env: environ(),
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Shell: probe.Open(cache).Shell(probeRunner(context.Background())).Tracing(context.Background()),
	})
}

// Unbuilt replaces a tree's scripts/kconfig/conf, mconf and nconf, whose
// sources tell which dialect of Kconfig the tree speaks (native.Programs).
func (n *natives) Unbuilt(target string, source func() string, on func(step string) bool) *native.Unbuilt {
	name := filepath.Base(target)
	if filepath.Base(filepath.Dir(target)) != "kconfig" || name != "conf" && fronts[name].main == nil {
		return nil
	}
	dir := filepath.Dir(source())
	if filepath.Base(dir) != "kconfig" || !kconfig.Imitates(dir) {
		return nil
	}
	if name != "conf" {
		return n.unbuiltFront(fronts[name], dir, on)
	}
	invocation := func(ctx context.Context, argv []string, dir string, env []string) conf.Invocation {
		return conf.Invocation{Name: argv[0], Args: argv[1:], Dir: dir, Env: env, Shell: n.shell(ctx, on)}
	}
	run := func(ctx context.Context, c *shell.Call) (shell.Status, bool) {
		inv := invocation(ctx, c.Argv, c.Dir, c.Environ())
		inv.Stdout, inv.Stderr = c.Stdout, c.Stderr
		if c.Stdin != nil {
			inv.Stdin = c.Stdin
		}
		if a := n.conf.Swap(nil); a != nil {
			if status, ok := a.Take(inv); ok {
				return shell.Status{Code: status}, true
			}
		}
		return shell.Status{Code: conf.Main(inv)}, true
	}
	begin := func(argv []string, dir string, env []string) (drop func()) {
		a := conf.Begin(invocation(context.Background(), argv, dir, env))
		if a == nil {
			return nil
		}
		return put(&n.conf, a, a.Drop)
	}
	return &native.Unbuilt{Step: "kconfig", Run: run, Begin: begin}
}

// put leaves a run that was begun where the call will find it; what is returned takes it away, and drops it.
func put[A any](where *atomic.Pointer[A], a *A, drop func()) func() {
	where.Store(a)
	return func() {
		where.CompareAndSwap(a, nil)
		drop()
	}
}

// fronts are the front ends for people, by name: the programs, and whether they
// can stand in for the one whose sources are in a folder.
var fronts = map[string]frontEnd{
	"mconf": {mconf.Main, mconf.Imitates},
	"nconf": {nconf.Main, nconf.Imitates},
}

// frontEnd is a program with screens.
type frontEnd struct {
	main     func(front.Invocation) int
	imitates func(dir string) bool
}

// unbuiltFront replaces a front end.
func (n *natives) unbuiltFront(f frontEnd, dir string, on func(step string) bool) *native.Unbuilt {
	if !f.imitates(dir) {
		return nil
	}
	invocation := func(ctx context.Context, argv []string, dir string, env []string) front.Invocation {
		return front.Invocation{Name: argv[0], Args: argv[1:], Dir: dir, Env: env, Shell: n.shell(ctx, on)}
	}
	run := func(ctx context.Context, c *shell.Call) (shell.Status, bool) {
		inv := invocation(ctx, c.Argv, c.Dir, c.Environ())
		inv.Stdout, inv.Stderr, inv.Ahead = c.Stdout, c.Stderr, n.front.Swap(nil)
		if c.Stdin != nil {
			inv.Stdin = c.Stdin
		}
		return shell.Status{Code: f.main(inv)}, true
	}
	begin := func(argv []string, dir string, env []string) (drop func()) {
		a := front.Begin(invocation(context.Background(), argv, dir, env))
		if a == nil {
			return nil
		}
		return put(&n.front, a, a.Drop)
	}
	return &native.Unbuilt{Step: "kconfig", Run: run, Begin: begin}
}

// shell runs the commands of $(shell,...) by the means that are on.
func (n *natives) shell(ctx context.Context, on func(step string) bool) kconfig.ShellRunner {
	run := probe.SystemShell
	if on("shell") {
		run = probeRunner(ctx)
	}
	if on("probe") {
		return n.probes.Shell(run).Tracing(ctx)
	}
	return kconfig.ShellFunc(func(cmd, dir string, env []string, stdin io.Reader, stderr io.Writer) ([]byte, error) {
		var out strings.Builder
		_, err := run(cmd, dir, env, stdin, &out, stderr)
		return []byte(out.String()), err
	})
}

// mergeConfig replaces a tree's merge_config.sh, started by itself or by a shell.
func mergeConfig(_ context.Context, c *shell.Call) (shell.Status, bool) {
	script, args := c.Path, c.Argv[1:]
	if filepath.Base(script) != "merge_config.sh" {
		if len(args) == 0 || filepath.Base(args[0]) != "merge_config.sh" {
			return shell.Status{}, false
		}
		script, args = args[0], args[1:]
	}
	status, ok := merge.Main(merge.Invocation{Args: args, Dir: c.Dir, Env: c.Environ(), Stdout: c.Stdout, Stderr: c.Stderr}, script)
	return shell.Status{Code: status}, ok
}

// probeRunner runs the commands of $(shell,…) in the in-process shell where
// it takes them: most probes start one compiler, and a shell with its mkdir and
// rm around it costs as much.
func probeRunner(ctx context.Context) probe.Runner {
	return func(cmd, dir string, env []string, stdin io.Reader, stdout, stderr io.Writer) (depgraph.Status, error) {
		in, isFile := stdin.(*os.File)
		prog, ok := shell.Parse(cmd)
		if !ok || stdin != nil && !isFile {
			return probe.SystemShell(cmd, dir, env, stdin, stdout, stderr)
		}
		r, w, err := os.Pipe()
		if err != nil {
			return depgraph.Status{}, err
		}
		copied := make(chan struct{})
		go func() {
			defer close(copied)
			io.Copy(stderr, r)
			r.Close()
		}()
		out, st, err := prog.Output(ctx, &shell.Env{Dir: dir, Environ: func() []string { return env }, Stdin: in, Stderr: w})
		w.Close()
		<-copied
		if err != nil {
			return depgraph.Status{}, err
		}
		_, err = stdout.Write(out)
		return st, err
	}
}
