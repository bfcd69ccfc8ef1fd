package kbuild

// This file builds again and again, whenever a file has changed that counts for the build: --watch.

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"gokbuild/kbuild/remember"
	"gokbuild/kbuild/watch"
)

// Watch builds, and builds again whenever something has changed, until a signal ends it. It returns the status of the last build.
// after is called when a build has done something.
//
// The statuses of files decide whether to build; what the kernel tells of changes is only a hint that wakes the watch. A build that begins
// on a hint takes it that all other files are as they were, so that it comes to its first command soon. When the build has ended, all
// files are looked at.
func (s *Session) Watch(call Call, after func()) int {
	v := &vigil{session: s, call: call, after: after, calls: newCalls()}
	var err error
	if v.scratch, err = watch.NewScratch(); err == nil {
		defer v.scratch.Remove()
		v.watcher, err = watch.New(v.scratch.Dir)
	}
	if err != nil {
		v.say("*** --watch: %v.  Stop.", err)
		return 2
	}
	defer func() { v.watcher.Close() }()
	v.ready = remember.NewReady(v.scratch.Dir)
	for v.build() {
		v.look()
		if !v.wait() {
			break
		}
	}
	return v.status
}

// following is what a build of a watch has; all of it is nil in other builds.
type following struct {
	// ready is the memory that was read before the build began. opened is called once the build has opened its memory.
	ready  *remember.Ready
	opened func()
	// calls are how makes were called, in earlier builds and this one. early is the make that the build begins with; nil if that is the
	// first make.
	calls *calls
	early *early
}

// vigil is what lasts between the builds of one Watch.
type vigil struct {
	session *Session
	call    Call
	after   func()
	// scratch is also the folder for what is remembered where there is no output directory.
	scratch *watch.Scratch

	watcher *watch.Watcher
	ready   *remember.Ready
	// calls are how makes were called up to now; acquainted is set once all makes were evaluated to learn it (acquaint).
	calls      *calls
	acquainted bool
	// first is the make that the next build begins with; nil if that is the first make. paths are the files whose change it begins for.
	first *called
	paths []string
	// memory is that of the last build.
	memory *remember.Memory
	status int
	took   time.Duration
	// takenBack says that what the last build made early was removed again.
	takenBack bool
	// again says that something changed while the last build ran. rounds counts the builds in a row that had no other cause.
	again  bool
	rounds int
}

// say prints a line.
func (v *vigil) say(format string, args ...any) {
	if v.call.Stderr != nil {
		fmt.Fprintf(v.call.Stderr, "make: "+format+"\n", args...)
	}
}

// build builds once. ok is false if no build can follow.
func (v *vigil) build() (ok bool) {
	began := time.Now()
	b := v.session.newBuild(v.call)
	b.ready, b.calls = v.ready, v.calls
	if v.first != nil {
		b.early = &early{make: v.first}
	}
	if v.memory == nil {
		// What is known already is watched from the beginning.
		b.opened = func() { v.watcher.Cover(b.memory.Paths()) }
	}
	status, first := v.session.run(b, v.call)
	v.takenBack = b.early.takeBack()
	v.status, v.took, v.memory = status, time.Since(began), b.memory
	if v.session.Stopping() != 0 || b.memory == nil || first.recording == nil {
		return false
	}
	if !v.session.Idle() {
		v.after()
	}
	v.ready = b.memory.Ready(first.recording, v.session.Signer, v.scratch.Dir)
	return true
}

// choose finds the make that the next build begins with. last is the one that the last build began with. After a build that has failed
// no record tells: then last counts again, if the same files were edited.
func (v *vigil) choose(c watch.Change, last *called) {
	var paths []string
	for path := range c.Paths {
		if v.ready.Matters(path) {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	same := slices.Equal(paths, v.paths)
	v.paths = paths
	switch below := v.ready.Below(v.calls.isKnown); {
	case c.Lost || c.Unsure:
		v.paths = nil
	case below != nil:
		v.first = v.calls.of(below.Key)
	case same:
		v.first = last
	}
}

// look finds out what is to be watched, and what has changed while the build ran.
func (v *vigil) look() {
	unwatched := v.watcher.Folders() == 0
	meanwhile := v.watcher.Take()
	v.again = meanwhile.Lost || v.takenBack
	for path := range meanwhile.Paths {
		v.again = v.again || v.memory.ChangedByOthers(path)
	}
	v.cover(meanwhile.Lost)
	if unwatched {
		// Nobody told of changes: what was seen itself to change counts.
		v.again = v.again || v.memory.AnyChangedByOthers()
	}
	// What changed before it was watched was not told.
	v.ready.Look()
}

// cover has all paths watched that are known, by a new watcher if the present one has lost sight of them.
func (v *vigil) cover(lost bool) {
	if lost {
		if w, err := watch.New(v.scratch.Dir); err == nil {
			v.watcher.Close()
			v.watcher = w
		}
	}
	v.watcher.Cover(v.ready.Paths())
}

// mostPatience bounds how long it takes until a build follows that nothing but the one before it has caused.
const mostPatience = time.Minute

// wait waits until there is something to build. ok is false if a signal ends the watch.
func (v *vigil) wait() (ok bool) {
	ctx, last := v.session.ctx, v.first
	v.first = nil
	if v.ready.Needed() || v.again && !v.ready.Proved() {
		// Files changed while it was built. Perhaps the build itself has changed them, and will again.
		v.rounds++
		if v.rounds == 1 {
			return ctx.Err() == nil
		}
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, min(time.Second<<min(v.rounds-2, 10), mostPatience))
		defer cancel()
	}
	runtime.GC() // while nothing happens, so that the next build need not
	defer v.acquaint()()
	v.say("status %d after %.2f s; %d folders are watched", v.status, v.took.Seconds(), v.watcher.Folders())
	for {
		c, ok := v.watcher.Next(ctx, v.ready.Matters)
		switch {
		case !ok:
			return v.session.ctx.Err() == nil // or patience has ended
		case c.Lost:
			v.cover(true)
			v.ready.Look()
		case c.Unsure:
			v.ready.Look()
		default:
			v.ready.Touched(c.List())
		}
		if v.ready.Needed() {
			v.rounds = 0
			v.choose(c, last)
			return true
		}
	}
}
