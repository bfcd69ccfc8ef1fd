package cache

// This file holds the cache of a build.

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gokbuild/depgraph"
	"gokbuild/depgraph/store"
)

// Mode says what a cache is used for.
type Mode uint8

const (
	// Off: it is not used.
	Off Mode = iota
	// ReadOnly: what is in it is restored, nothing is added.
	ReadOnly
	// Auto: as ReadWrite where much can be saved for little. What replaces an older result, as after an edit, is neither looked up
	// nor added; what has to be traced is, once it is met for the second time.
	Auto
	// ReadWrite: what is not in it is added.
	ReadWrite
	// Snapshots: and makes of which all is known are kept and restored as a whole.
	Snapshots
	// All: as ReadWrite, and so is what shell scripts leave. They start many processes, which are slow under trace.
	All
)

// ParseMode reads the value of --cache: auto, rw, whole, ro, all or off; "" is rw.
func ParseMode(text string) (m Mode, ok bool) {
	switch text {
	case "rw", "":
		return ReadWrite, true
	case "auto":
		return Auto, true
	case "ro":
		return ReadOnly, true
	case "whole":
		return Snapshots, true
	case "all":
		return All, true
	case "off":
		return Off, true
	}
	return Off, false
}

// Config is what a cache is made of.
type Config struct {
	Store store.Store
	// Wholes keeps what whole makes leave: a store on this machine. nil keeps and restores none.
	Wholes store.Store
	Mode   Mode
	// Dir is a folder that belongs to the user alone, for what is known of compilers; "" if there is none.
	Dir string
	// Output is the output directory, without links.
	Output string
	// Verify is for how many of a hundred hits the work is done as well, and both compared.
	Verify int
	// OneByOne says that makes are not restored as a whole: somebody wants to know of each target how it is made.
	OneByOne bool
	// Host and Program are for the origin of entries.
	Host, Program string
	// Say prints a line about a target: why something was missed, what differed.
	Say func(text string)
	// WhyMissed reports whether it is to be said why something of a target was missed; nil says nothing.
	WhyMissed func(target string) bool
	// Environ is what counts of an environment for a program of which it is not known what it looks at.
	Environ func(env []string) []string
}

// Cache is the cache of one build. It is safe for concurrent use.
type Cache struct {
	Config
	ctx     context.Context
	procs   *depgraph.Procs
	files   *files
	tools   toolchains
	undated undated
	genuine knownTools
	stats   counters
	// untraced counts processes that could not be traced.
	untraced atomic.Int32
	// unknownAt is when a command ended last of which it is not known what it wrote, by the clock of file dates.
	unknownAt atomic.Int64

	mu    sync.Mutex
	views map[string]*view
	// wrote are the files that commands of this build have written.
	wrote map[string]bool
	// missing are the targets that were not there when this build came to their recipes.
	missing map[string]bool
	// restored is what was restored, and what decided it.
	restored []restored
}

// view is a cache seen with the roots of a make.
type view struct {
	*Cache
	roots *roots
	names names
}

// New returns the cache of a build whose processes belong to procs.
func New(ctx context.Context, procs *depgraph.Procs, c Config) *Cache {
	return &Cache{Config: c, ctx: ctx, procs: procs, files: newFiles(c.Output), tools: toolchains{known: make(map[store.Digest]*toolchain)},
		views: make(map[string]*view), wrote: make(map[string]bool), missing: make(map[string]bool)}
}

// view returns the cache as a make sees it whose source tree is known by this name.
func (c *Cache) view(source string) *view {
	c.mu.Lock()
	defer c.mu.Unlock()
	v := c.views[source]
	if v == nil {
		v = &view{Cache: c, roots: newRoots(source, c.Output), names: names{known: make(map[store.Fact]*named)}}
		c.views[source] = v
	}
	return v
}

// Wrote is told which files a command has written; all is set if it may have written others, too.
func (c *Cache) Wrote(names []string, all bool) {
	c.mu.Lock()
	for _, name := range names {
		c.wrote[name] = true
	}
	c.mu.Unlock()
	if all {
		c.unknownAt.Store(coarse())
		c.files.forgetAll()
	}
	c.files.forget(names)
}

// wroteIt reports whether a command of this build that has ended has written a file.
func (c *Cache) wroteIt(name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.wrote[name]
}

// missing is why something is not in the cache, or does not get there.
type missing string

func (m missing) Error() string { return string(m) }

// errForm says that a process is none that this class knows.
var errForm = errors.New("not of a known form")

// counters are for --stats.
type counters struct {
	hits, misses, stored, verified, differed atomic.Int64
	// checks counts those that were left out, wholes makes that were restored, keptWholes those that were kept.
	checks, wholes, keptWholes atomic.Int64
	// saved is how long what was restored took when it was made, spent how long looking and restoring took; in nanoseconds.
	saved, spent, storing atomic.Int64
	bytes                 atomic.Int64

	mu      sync.Mutex
	refused map[string]int
	// apart are makes that were not kept as a whole, with the reason.
	apart []string
}

// noWhole notes why a make is not kept.
func (c *counters) noWhole(what, why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.apart = append(c.apart, what+": "+why)
}

func (c *counters) refuse(why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refused == nil {
		c.refused = make(map[string]int)
	}
	c.refused[why]++
}

// IsTarget reports whether a name, as a user writes it, means a target of some folder.
func IsTarget(target, name string) bool {
	return target == name || strings.HasSuffix(target, "/"+name) || strings.HasSuffix(name, "/"+target)
}

// Close ends the cache of a build. What was restored, and decided by a file that was changed meanwhile, is removed: it may be what
// the file held before, and would pass for what was made after. c may be nil.
func (c *Cache) Close() {
	if c == nil {
		return
	}
	c.removeOutdated()
	if closer, ok := c.Store.(interface{ Close() }); ok {
		closer.Close()
	}
}

// Summary is what --stats prints about the cache; nothing if c is nil.
func (c *Cache) Summary() []string {
	if c == nil {
		return nil
	}
	s := &c.stats
	seconds := func(n *atomic.Int64) float64 { return time.Duration(n.Load()).Seconds() }
	s.mu.Lock()
	refused := 0
	var lines []string
	for _, why := range slices.Sorted(maps.Keys(s.refused)) {
		refused += s.refused[why]
		lines = append(lines, fmt.Sprintf("not cached (%d): %s", s.refused[why], why))
	}
	for _, a := range s.apart {
		lines = append(lines, "no snapshot of "+a)
	}
	s.mu.Unlock()
	text := fmt.Sprintf("cache: %d restored (%.1f MB), which had taken %.1f s, in %.2f s; %d missed, %d stored in %.2f s; %d not to be cached",
		s.hits.Load(), float64(s.bytes.Load())/1e6, seconds(&s.saved), seconds(&s.spent), s.misses.Load(), s.stored.Load(), seconds(&s.storing), refused)
	if n, kept := s.wholes.Load(), s.keptWholes.Load(); n+kept > 0 {
		text += fmt.Sprintf("; snapshots of makes: %d restored, %d stored", n, kept)
	}
	if n := s.checks.Load(); n > 0 {
		text += fmt.Sprintf("; %d checks left out", n)
	}
	if n := s.verified.Load(); n > 0 {
		text += fmt.Sprintf("; %d verified, %d of them differed", n, s.differed.Load())
	}
	return append(lines, text)
}
