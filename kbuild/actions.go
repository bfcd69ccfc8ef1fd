package kbuild

// This file opens the action cache of a build.

import (
	"os"
	"slices"
	"strconv"

	"gokbuild/kbuild/cache"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/remember"
	"gokbuild/kbuild/setting"
)

// cacheOptions reads --cache and --cache-verify. What is wrong ends the make, also where there is nothing to use them for.
func (inv *Invocation) cacheOptions() (mode cache.Mode, verify int) {
	f := inv.Flags
	mode, ok := cache.ParseMode(f.Cache)
	if !ok {
		eval.Stop("--cache=" + f.Cache + ": it must be auto, rw, ro, all or off")
	}
	if f.CacheVerify != "" {
		n, err := strconv.Atoi(f.CacheVerify)
		if err != nil || n < 0 || n > 100 {
			eval.Stop("--cache-verify=" + f.CacheVerify + ": it must be a number from 0 to 100")
		}
		verify = n
	}
	return mode, verify
}

// openCache opens the action cache, if it is asked for and there is an output directory.
func (inv *Invocation) openCache() {
	f, b := inv.Flags, inv.build
	mode, verify := inv.cacheOptions()
	remote := inv.remoteOptions()
	asked := f.Cache != "" || f.Remote.Cache != ""
	if !asked || mode == cache.Off || b.memory == nil || b.session.OpenStore == nil || !inv.Native("cache") {
		return
	}
	s, dir, err := b.session.OpenStore(mode == cache.ReadOnly)
	if err != nil {
		inv.printer.Errorf("the action cache is not used: %v", err)
		return
	}
	host, _ := os.Hostname()
	c := cache.Config{Store: inv.behind(s, remote, mode == cache.ReadOnly), Mode: mode, Dir: dir, Output: setting.RealDir(b.memory.Output()),
		Verify: verify, Host: host, Environ: remember.Environ, Program: Version(),
		Say: func(text string) { inv.printer.Errorf("%s", text) }}
	if len(f.WhyMissed) > 0 {
		c.WhyMissed = func(target string) bool {
			return slices.ContainsFunc(f.WhyMissed, func(name string) bool { return name == "all" || cache.IsTarget(target, name) })
		}
	}
	b.cache = cache.New(b.Ctx, b.Procs, c)
}
