package backends

// This file holds what is open, and opens it.

import (
	"context"
	"errors"
	"os"
	"slices"

	"gokbuild/depgraph"
	"gokbuild/depgraph/store"
	"gokbuild/kbuild/cache"
	"gokbuild/kbuild/cache/reapi"
	remotecache "gokbuild/kbuild/cache/remote"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/setting"
	"gokbuild/kbuild/workers"
)

// OpenStore opens the store of the action cache, which may be only read. dir is a folder of the user's own for what else is kept.
type OpenStore func(readOnly bool) (s store.Store, dir string, err error)

// Config is what the backends of a build are opened with.
type Config struct {
	*setting.Make
	// Output is the output directory; "" if nothing is remembered of what is made: then no backend is used.
	Output string
	// Store is nil where there is no action cache.
	Store OpenStore
	// Environ is what counts of an environment for a program of which it is not known what it looks at. Program is the version of
	// gokbuild, for the origin of entries.
	Environ func(env []string) []string
	Program string
	// OneByOne says that somebody wants to know of each target how it is made: then no make is restored as a whole.
	OneByOne bool
	// Say prints a line: what is not used any more, why a result was missed.
	Say func(text string)
}

// Set is what a build has open. A nil Set has nothing.
type Set struct {
	mk *setting.Make
	// cache is the action cache, level the store on another machine behind that of the cache, workers run compilers elsewhere. Each
	// is nil if there is none.
	cache   *cache.Cache
	level   *remotecache.Level
	workers *workers.Pool
}

// Open opens what the options ask for.
func (c Config) Open() *Set {
	s := &Set{mk: c.Make}
	c.openCache(s)
	c.openWorkers(s)
	return s
}

// openCache opens the action cache, with the store of another machine behind it if there is one.
func (c Config) openCache(s *Set) {
	f := c.Flags
	mode, verify := c.cacheOptions()
	remote := c.remoteOptions()
	asked := f.Cache != "" || f.Remote.Cache != ""
	if !asked || mode == cache.Off || c.Output == "" || c.Store == nil || !c.Native("cache") {
		return
	}
	local, dir, err := c.Store(mode == cache.ReadOnly)
	if err != nil {
		c.Say("the action cache is not used: " + err.Error())
		return
	}
	wholes := local
	if remote.client != nil {
		remote.Write = remote.Write && mode != cache.ReadOnly
		s.level = remotecache.New(local, remote.client, remote.Options)
		local = s.level
	}
	host, _ := os.Hostname()
	config := cache.Config{Store: local, Wholes: wholes, OneByOne: c.OneByOne, Mode: mode, Dir: dir, Output: setting.RealDir(c.Output), Verify: verify, Host: host,
		Environ: c.Environ, Program: c.Program, Say: c.Say}
	if len(f.WhyMissed) > 0 {
		config.WhyMissed = func(target string) bool {
			return slices.ContainsFunc(f.WhyMissed, func(name string) bool { return name == "all" || cache.IsTarget(target, name) })
		}
	}
	s.cache = cache.New(c.Ctx, c.Procs, config)
}

// openWorkers opens what runs compilers elsewhere.
func (c Config) openWorkers(s *Set) {
	r := &c.Flags.Remote
	platform := platform(r.Platform)
	var pool *workers.Pool
	if r.Dist != "" {
		path, _ := depgraph.LookEnv(c.Call.Env, "PATH")
		var err error
		if pool, err = workers.Launch(c.Ctx, r.Dist, path, c.Dir, c.Say); err != nil {
			eval.Stop(err.Error())
		}
	}
	var client *reapi.Client
	if r.Exec != "" {
		var ok bool
		if client, ok = c.dial("--remote-exec", r.Exec).(*reapi.Client); !ok {
			eval.Stop("--remote-exec=" + r.Exec + ": work is carried out over gRPC only")
		}
	}
	switch {
	case c.Output == "":
	case pool != nil:
		s.workers = pool
	case client != nil:
		s.workers = workers.Execute(c.Ctx, client, workers.Config{Output: setting.RealDir(c.Output), Say: c.Say, Platform: platform,
			Source: func(env []string) string {
				return kernel.SourceRoot(func(name string) string { return setting.Getenv(env, name) })
			}})
	}
}

// Caches reports whether commands of a make may be answered from the action cache. The makefiles of that make may have switched the
// cache off.
func (s *Set) Caches(mk *setting.Make) bool { return s != nil && s.cache != nil && mk.Native("cache") }

// Whole is what the action cache notes of a make. It is the first link of the make's chain, before commands are parsed.
type Whole = cache.Whole

// Call is a make that begins.
type Call = cache.Call

// Begin restores what a make and all below it left, if the action cache knows it; else it begins to note what the make does. A make
// of which it notes nothing has a nil Whole.
func (s *Set) Begin(mk *setting.Make, call *Call) (w *Whole, restored bool) {
	if !s.Caches(mk) {
		return nil, false
	}
	return s.cache.Begin(call)
}

// Links are the links of a make's chain that look for results, then run commands, elsewhere; w is what is noted of the make.
func (s *Set) Links(mk *setting.Make, w *Whole) (links []command.Runner) {
	if s.Caches(mk) {
		links = append(links, cache.Link{Cache: s.cache, Make: mk, Whole: w})
	}
	if s != nil && s.workers != nil {
		links = append(links, s.workers)
	}
	return links
}

// Close ends the use of all of them, and sends what is still to be sent to the store on another machine. After an interrupt nothing
// is sent.
func (s *Set) Close() {
	if s == nil {
		return
	}
	s.cache.Close()
	if s.level == nil {
		return
	}
	ctx := s.mk.Ctx
	if errors.Is(ctx.Err(), context.Canceled) || s.mk.Stopping() != 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(context.Background())
		cancel()
	}
	s.level.Close(ctx)
}

// Summary tells, in lines for --stats, what came of each.
func (s *Set) Summary() []string {
	if s == nil {
		return nil
	}
	return slices.Concat(s.cache.Summary(), s.level.Summary(), s.workers.Summary())
}
