package kbuild

// This file opens what a build has on other machines: a store behind that of the action cache, and workers for its compilers.

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"time"

	"gokbuild/depgraph"
	"gokbuild/depgraph/store"
	"gokbuild/kbuild/cache/reapi"
	remotecache "gokbuild/kbuild/cache/remote"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/setting"
	"gokbuild/kbuild/workers"
)

// say prints a line about what is not used any more.
func (inv *Invocation) say(text string) { inv.printer.Errorf("%s", text) }

// dial makes a client of a server; what is wrong with the options ends the make.
func (inv *Invocation) dial(option, address string) reapi.Cache {
	r := &inv.Flags.Remote
	c, err := reapi.Dial(address, reapi.Options{Instance: r.Instance, TokenFile: r.TokenFile, CAFile: r.CA})
	if err != nil {
		eval.Stop(option + ": " + err.Error())
	}
	return c
}

// remoteStore is a server that keeps results, and how it is used.
type remoteStore struct {
	client reapi.Cache
	remotecache.Options
}

// remoteOptions reads the options about a store on another machine. What is wrong ends the make, also where there is nothing to use
// them for. The client is nil if there is no such store.
func (inv *Invocation) remoteOptions() (s remoteStore) {
	r := &inv.Flags.Remote
	s.Write, s.Say = writesRemote(r.Write), inv.say
	var err error
	if r.Sign != "" {
		if s.Sign, err = remotecache.ReadSigner(r.Sign); err != nil {
			eval.Stop("--cache-sign: " + err.Error())
		}
	}
	if r.Trust != "" {
		if s.Trust, err = remotecache.ReadTrust(r.Trust); err != nil {
			eval.Stop("--cache-trust: " + err.Error())
		}
	}
	if r.Flush != "" {
		seconds, err := strconv.ParseFloat(r.Flush, 64)
		if err != nil || !(seconds >= 0 && seconds <= 1e6) {
			eval.Stop("--remote-flush=" + r.Flush + ": it must be a number of seconds")
		}
		s.Flush = max(1, time.Duration(seconds*float64(time.Second)))
	}
	if r.Cache != "" {
		s.client = inv.dial("--remote-cache", r.Cache)
	}
	return s
}

// behind returns the store of the action cache with that of another machine behind it, if there is one.
func (inv *Invocation) behind(local store.Store, s remoteStore, readOnly bool) store.Store {
	if s.client == nil {
		return local
	}
	s.Write = s.Write && !readOnly
	inv.build.level = remotecache.New(local, s.client, s.Options)
	return inv.build.level
}

// writesRemote says whether what is built is sent to the server: if it is said, or in a CI job.
func writesRemote(said string) bool {
	switch said {
	case "yes":
		return true
	case "no":
		return false
	case "":
		ci := os.Getenv("CI")
		return ci != "" && ci != "false" && ci != "0"
	}
	eval.Stop("--remote-cache-write=" + said + ": it must be yes or no")
	return false
}

// openWorkers opens what runs compilers elsewhere, if there is an output directory. What is wrong with the options ends the make,
// also where there is none.
func (inv *Invocation) openWorkers() {
	r, b := &inv.Flags.Remote, inv.build
	platform := platform(r.Platform)
	var pool *workers.Pool
	if r.Dist != "" {
		path, _ := depgraph.LookEnv(inv.Call.Env, "PATH")
		var err error
		if pool, err = workers.Launch(b.Ctx, r.Dist, path, inv.Dir, inv.say); err != nil {
			eval.Stop(err.Error())
		}
	}
	var client *reapi.Client
	if r.Exec != "" {
		var ok bool
		if client, ok = inv.dial("--remote-exec", r.Exec).(*reapi.Client); !ok {
			eval.Stop("--remote-exec=" + r.Exec + ": work is carried out over gRPC only")
		}
	}
	switch {
	case b.memory == nil:
	case pool != nil:
		b.workers = pool
	case client != nil:
		b.workers = workers.Execute(b.Ctx, client, workers.Config{Output: setting.RealDir(b.memory.Output()), Say: inv.say, Platform: platform,
			Source: func(env []string) string {
				return kernel.SourceRoot(func(name string) string { return setting.Getenv(env, name) })
			}})
	}
}

// platform reads what --remote-platform asks of the machines that work.
func platform(texts []string) (list []reapi.Property) {
	for _, text := range texts {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			eval.Stop("--remote-platform=" + text + ": it must be NAME=VALUE")
		}
		list = append(list, reapi.Property{Name: name, Value: value})
	}
	return list
}

// closeElsewhere sends what is still to be sent. After an interrupt nothing is.
func (b *Build) closeElsewhere() {
	if b.level == nil {
		return
	}
	ctx := b.Ctx
	if errors.Is(ctx.Err(), context.Canceled) || b.Stopping() != 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(context.Background())
		cancel()
	}
	b.level.Close(ctx)
}
