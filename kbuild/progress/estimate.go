package progress

// This file estimates how much there is to do. Nobody knows it when a build begins: makefiles are read while it runs. But it is known
// what was made here before and how long that took, and why the first targets are made. If it is that a header has changed, then
// those that depend on it will follow. If nearly everything is made, all of it will be.

import (
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"gokbuild/depgraph/facts"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/kernel"
)

// estimate is what is known of the rest of a build.
type estimate struct {
	start time.Time
	// history is nil until it was read, loading brings it, dir is the folder that holds it; "" if there is none.
	history *history
	loading chan *history
	dir     string
	dirs    map[uint32]string
	// whys are the reasons seen, causes the files named in them that other targets depend on, too.
	whys   map[string]bool
	causes map[string]bool
	// begun tells when recipes that run began, why why they are made; both by the absolute name of the target.
	begun map[string]time.Time
	why   map[string]string
	// decided and remade count targets of the history, of those that were decided first.
	decided, remade int
	// made is how long targets took, before how long the same took in the history; leaves are those that have sources.
	made map[string]time.Duration
	tookNow, tookBefore,
	leavesBefore time.Duration
	leaves   int
	lastLeaf time.Time
	// busy is the integral of running commands over time, up to at.
	busy time.Duration
	at   time.Time
	jobs int
}

func newEstimate(now time.Time) estimate {
	return estimate{start: now, at: now, dirs: make(map[uint32]string), whys: make(map[string]bool), causes: make(map[string]bool),
		begun: make(map[string]time.Time), why: make(map[string]string), made: make(map[string]time.Duration)}
}

// listen takes in an event of a moment; jobs is how many commands run after it.
func (e *estimate) listen(ev event.Event, now time.Time, jobs int) {
	e.busy += time.Duration(e.jobs) * now.Sub(e.at)
	e.at, e.jobs = now, jobs
	switch ev := ev.(type) {
	case event.MakeUnproved, event.MakeRead:
		e.load()
	case event.BuildStarted:
		if ev.Output != "" {
			e.dir = path.Join(ev.Output, facts.OwnDir)
		}
	case event.MakeStarted:
		if !ev.Settling {
			e.dirs[ev.Make] = ev.Dir
		}
	case event.TargetDecided:
		e.decide(ev)
	case event.RecipeStarted:
		if dir, ok := e.dirs[ev.Make]; ok {
			e.begun[absolute(dir, ev.Target)] = now
		}
	case event.RecipeEnded:
		e.ended(ev, now)
	}
}

// decide notes why a target is made.
func (e *estimate) decide(ev event.TargetDecided) {
	dir, ok := e.dirs[ev.Make]
	if !ok || e.history == nil && e.dir == "" {
		return
	}
	name := absolute(dir, ev.Target)
	if e.known().Took[name] > 0 {
		e.decided++
	}
	if !ev.Remake {
		return
	}
	if e.known().Took[name] > 0 {
		e.remade++
	}
	e.why[name] = ev.Why
	if e.whys[ev.Why] {
		return
	}
	e.whys[ev.Why] = true
	for _, cause := range causesOf(ev.Why) {
		if e.known().Users[cause].Count > 1 {
			e.causes[cause] = true
		}
	}
}

// causesOf are the files that the reason of a verdict names: "changed: a.h CONFIG_X (include/config/X)".
func causesOf(why string) []string {
	of, ok := strings.CutPrefix(why, "changed: ")
	if !ok {
		return nil
	}
	names := strings.Fields(of)
	for i, n := range names {
		names[i] = strings.Trim(n, "()")
	}
	return names
}

// load begins to read the history. A build in which memory shows that there is nothing to do does without.
func (e *estimate) load() {
	if e.loading == nil && e.dir != "" {
		e.loading = make(chan *history, 1)
		go func(dir string) { e.loading <- loadHistory(dir) }(e.dir)
	}
}

// known is the history.
func (e *estimate) known() *history {
	if e.history == nil {
		if e.load(); e.loading == nil {
			e.history = newHistory()
		} else {
			e.history = <-e.loading
		}
	}
	return e.history
}

func (e *estimate) ended(ev event.RecipeEnded, now time.Time) {
	name := absolute(e.dirs[ev.Make], ev.Target)
	began, ok := e.begun[name]
	delete(e.begun, name)
	if !ok || !ev.OK || !ev.Ran || ev.Took == 0 {
		return
	}
	took := now.Sub(began)
	e.made[name] = took
	before := e.known().Took[name]
	if before > 0 {
		e.tookNow += took
		e.tookBefore += before
	}
	if e.isLeaf(name) {
		e.leaves++
		e.leavesBefore += max(before, time.Millisecond)
		e.lastLeaf = now
	}
}

// isLeaf reports whether a target is made because of a file that others depend on as well; where there is none such, whether it is one
// that has the text of a source: an object that is no collection of others.
func (e *estimate) isLeaf(name string) bool {
	if len(e.causes) == 0 {
		return strings.HasSuffix(name, ".o")
	}
	return slices.ContainsFunc(causesOf(e.why[name]), func(cause string) bool { return e.causes[cause] })
}

// whole reports whether nearly all that is known here is being made.
func (e *estimate) whole() bool {
	return len(e.causes) == 0 && len(e.known().Took) > 0 && e.remade >= 10 && e.remade*5 >= e.decided*4
}

// most is the cause that most depend on.
func (e *estimate) most() (u users) {
	for cause := range e.causes {
		if c := e.known().Users[cause]; c.Count > u.Count {
			u = c
		}
	}
	return u
}

// total is how many targets are likely to be made; 0 if it is not known.
func (e *estimate) total() int {
	switch u := e.most(); {
	case u.Count > 0:
		return max(u.Count, e.leaves) + len(e.made) - e.leaves
	case e.whole():
		return len(e.known().Took)
	}
	return 0
}

// left is how long the build is likely to go on; ok is false while that is not known.
func (e *estimate) left(now time.Time) (left time.Duration, ok bool) {
	elapsed := now.Sub(e.start)
	var work time.Duration
	switch u := e.most(); {
	case u.Count > 0:
		if e.leaves*20 < u.Count && elapsed < 15*time.Second {
			return 0, false
		}
		work = u.Took - e.leavesBefore
	case e.whole():
		all := time.Duration(0)
		for _, took := range e.known().Took {
			all += took
		}
		if e.tookBefore*20 < all && elapsed < 15*time.Second {
			return 0, false
		}
		work = all - e.tookBefore
	default:
		return 0, false
	}
	for name, began := range e.begun {
		if before := e.known().Took[name]; before > 0 && e.isLeaf(name) {
			work -= min(before, now.Sub(began))
		}
	}
	work = time.Duration(float64(max(work, 0)) * e.pace())
	jobs := float64(e.busy) / float64(max(elapsed, 1))
	return time.Duration(float64(work)/max(jobs, 1)) + e.tail(now), true
}

// pace is how much longer things take than in the history.
func (e *estimate) pace() float64 {
	if e.tookBefore < 100*time.Millisecond {
		return 1
	}
	return min(max(float64(e.tookNow)/float64(e.tookBefore), 0.1), 10)
}

// tail is what remains of what comes after the last source.
func (e *estimate) tail(now time.Time) time.Duration {
	tail := e.known().Tail
	if u := e.most(); u.Count > 0 && e.leaves >= u.Count {
		return max(tail-now.Sub(e.lastLeaf), 0)
	}
	return tail
}

// Keep keeps how long things took, if anything was made; ok says that the build has ended well.
func (l *Line) Keep(ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := &l.estimate
	if e.dir == "" || len(e.made) == 0 {
		return
	}
	h := e.known()
	many := 2*len(e.made) >= len(h.Took)
	for name, took := range e.made {
		h.Took[name] = took
	}
	if ok && e.leaves > 1 {
		h.Tail = l.now().Sub(e.lastLeaf)
	}
	if many {
		h.Users = make(map[string]users)
		for name, took := range e.made {
			text, err := os.ReadFile(kernel.SavedFile(name))
			if err != nil {
				continue
			}
			for _, dep := range kernel.SavedDeps(text) {
				u := h.Users[dep]
				h.Users[dep] = users{u.Count + 1, u.Took + took}
			}
		}
	}
	_ = h.save(e.dir) // what is not kept is estimated worse
}
