// Command gokbuild is a make for Linux kernel trees.
//
// It is a multi-call program: under the names conf, mconf and nconf it is a
// Kconfig tool, under fixdep the dependency tool of kbuild, under any other name it is make.
package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"gokbuild/depgraph/heap"
	"gokbuild/depgraph/memory"
	"gokbuild/depgraph/owner"
	"gokbuild/depgraph/store"
	"gokbuild/depgraph/trace"
	"gokbuild/kbuild"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/profile"
	"gokbuild/kbuild/lsp"
	"gokbuild/kbuild/mcp"
	"gokbuild/kbuild/native/probe"
	"gokbuild/kbuild/query"
)

func main() { os.Exit(run()) }

func run() int {
	fitAddressSpace()
	name := filepath.Base(os.Args[0])
	if f, ok := fronts[name]; ok {
		return runFront(f.main)
	}
	switch name {
	case "conf":
		return runConf()
	case "fixdep":
		return runFixdep()
	case trace.Name:
		return trace.Main(os.Args[1:])
	}
	return runMake()
}

func runMake() int {
	collectSeldom()
	cache, distrusted := cacheDir()
	p, err := profile.Choose(versionOption(os.Args[1:]), os.Getenv("GOKBUILD_MAKE_VERSION"), os.Getenv("PATH"), cache)
	if err != nil {
		os.Stderr.WriteString("make: *** " + err.Error() + ".  Stop.\n")
		return 2
	}
	if status, ok := runCompletion(os.Args[1:], p); ok {
		return status
	}
	if status, ok := runStore(os.Args[1:], cache); ok {
		return status
	}
	if status, ok := runCommits(os.Args, p, cache); ok {
		return status
	}
	if level := os.Getenv("MAKELEVEL"); distrusted != "" && (level == "" || level == "0") {
		os.Stderr.WriteString("make: " + distrusted + ": no cache is used\n")
	}
	dir, err := workingDir()
	if err != nil {
		// It was removed. make goes on, and -C leads out of it.
		os.Stderr.WriteString("make: getcwd: No such file or directory\n")
		dir = "/proc/self/cwd"
	}
	s := kbuild.NewSession(p)
	s.Executable = executable()
	s.Identity = identity(s.Executable)
	s.Secret, s.Cache = memory.UserSecret(cache), cache
	s.Probes = probe.Open(cache)
	s.ProbeRunner = probeRunner(context.Background())
	s.Natives = &natives{probes: s.Probes}
	if cache != "" {
		s.OpenStore = func(readOnly bool) (store.Store, string, error) { return openStore(cache, readOnly) }
	}
	stop := profiles()
	argv := append([]string{programName(os.Args[0], dir)}, os.Args[1:]...)
	signals := handleSignals(s)
	call := kbuild.Call{Argv: argv, Dir: dir, Env: environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	f := optionsOf(p, argv)
	// The earlier the better.
	if f != nil && f.CompDB != "" {
		heap.Large(heap.Plan)
	} else if f != nil && slices.ContainsFunc(f.Goals, kernel.ConfigGoal) {
		heap.Large(heap.Kconfig)
	}
	help := advise(s, call, f)
	var status int
	if lsp.Asked(f) {
		status = lsp.Main(s, call, f, s.Probes.Last)
	} else if mcp.Asked(f) {
		status = mcp.Main(s, call, f)
	} else if query.Asked(f) {
		status = query.Main(s, call, f, s.Probes.Shell(s.ProbeRunner))
	} else if f != nil && f.Watch {
		status = s.Watch(call, func() { query.Refresh(s, call, f) })
	} else if status = s.Run(call); !s.Idle() && f != nil {
		query.Refresh(s, call, f)
	}
	s.Close()
	help(status)
	stop()
	signals.die()
	return status
}

// optionsOf returns the options of a command line; nil if they are wrong.
func optionsOf(p *profile.Profile, argv []string) *flags.Flags {
	f := flags.New(p)
	if f.Load(argv, flags.Env{GNUMakeflags: os.Getenv("GNUMAKEFLAGS"), Makeflags: os.Getenv("MAKEFLAGS"), Lookup: os.Getenv}) != nil {
		return nil
	}
	return f
}

// workingDir is the name that the system gives the working directory, as make and conf know it. os.Getwd would prefer PWD, which
// may name links.
func workingDir() (string, error) { return syscall.Getwd() }

// programName is the name make would have been called by: it is in messages, and in $(MAKE), where it must lead here from each folder:
// a path is one from dir, as in main() of GNU make.
func programName(argv0, dir string) string {
	switch {
	case filepath.Base(argv0) == "gokbuild":
		return "make"
	case strings.Contains(argv0, "/") && !filepath.IsAbs(argv0):
		return dir + "/" + argv0
	}
	return argv0
}

func executable() string {
	exe, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return exe
}

// identity stands for this very program: what another one remembered is worth
// nothing.
func identity(exe string) uint64 {
	var st syscall.Stat_t
	if syscall.Stat(exe, &st) != nil {
		return 0
	}
	return st.Ino ^ uint64(st.Mtim.Nano()) ^ uint64(st.Size)<<40
}

// cacheDir is where answers of compiler probes are kept between runs. They are
// a cache: without a directory nothing is remembered. One that others may write to, or that is somebody else's, is not
// used: distrusted tells why.
func cacheDir() (dir, distrusted string) {
	dir = os.Getenv("GOKBUILD_CACHE")
	if dir == "" {
		users, err := os.UserCacheDir()
		if err != nil {
			return "", ""
		}
		dir = filepath.Join(users, "gokbuild")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", ""
	}
	// A link to it is the user's own affair: what counts is where it leads.
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	d, err := owner.OpenDir(dir, false)
	if err != nil {
		return "", ""
	}
	defer d.Close()
	if why := d.Foreign(); why != "" {
		return "", dir + " " + why
	}
	return dir, ""
}

// versionOption finds --make-version=X, which must be known before the other
// options are read.
func versionOption(args []string) string {
	const opt = "--make-version"
	for i, a := range args {
		switch {
		case a == "--":
			return ""
		case a == opt && i+1 < len(args):
			return args[i+1]
		case len(a) > len(opt) && a[:len(opt)+1] == opt+"=":
			return a[len(opt)+1:]
		}
	}
	return ""
}
