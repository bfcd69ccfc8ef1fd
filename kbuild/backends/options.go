package backends

// This file reads the options about the action cache and about servers. What is wrong with one ends the make.

import (
	"os"
	"strconv"
	"strings"
	"time"

	"gokbuild/kbuild/cache"
	"gokbuild/kbuild/cache/reapi"
	remotecache "gokbuild/kbuild/cache/remote"
	"gokbuild/kbuild/lang/eval"
)

// cacheOptions reads --cache and --cache-verify.
func (c Config) cacheOptions() (mode cache.Mode, verify int) {
	f := c.Flags
	mode, ok := cache.ParseMode(f.Cache)
	if !ok {
		eval.Stop("--cache=" + f.Cache + ": it must be auto, rw, whole, ro, all or off")
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

// remoteStore is a server that keeps results, and how it is used. The client is nil if there is no such server.
type remoteStore struct {
	client reapi.Cache
	remotecache.Options
}

// remoteOptions reads the options about a store on another machine.
func (c Config) remoteOptions() (s remoteStore) {
	r := &c.Flags.Remote
	s.Write, s.Say = writesRemote(r.Write), c.Say
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
		s.client = c.dial("--remote-cache", r.Cache)
	}
	return s
}

// writesRemote reads --remote-cache-write: whether what is built is sent to the server. Where nothing is said, a CI job sends and
// nobody else does.
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

// platform reads what each --remote-platform=NAME=VALUE asks of the machines that work.
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

// dial makes a client of the server that an option names.
func (c Config) dial(option, address string) reapi.Cache {
	r := &c.Flags.Remote
	client, err := reapi.Dial(address, reapi.Options{Instance: r.Instance, TokenFile: r.TokenFile, CAFile: r.CA})
	if err != nil {
		eval.Stop(option + ": " + err.Error())
	}
	return client
}
