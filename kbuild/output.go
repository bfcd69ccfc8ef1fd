package kbuild

import (
	"gokbuild/depgraph"
	"gokbuild/kbuild/lang/flags"
)

// This file keeps output together under -O (manual, "Output During Parallel
// Execution"): that of each job, and what is printed while makefiles are read.

// setupOutput prepares -O, which a makefile may ask for too.
func (inv *Invocation) setupOutput() {
	f := inv.flags
	if f.SyncMode == flags.SyncNone || inv.output != nil {
		return
	}
	inv.output = depgraph.NewOutput(inv.call.Stdout, inv.call.Stderr, "")
	if inv.parent != nil && inv.parent.output != nil {
		inv.output.Share(inv.parent.output)
	} else if f.SyncMutex != "" {
		// Without the parent's lock pieces of output may mix; that is all.
		_ = inv.output.JoinMutex(f.SyncMutex)
	}
}

// holdBack keeps together what the reading of makefiles prints.
func (inv *Invocation) holdBack() {
	inv.setupOutput()
	mode := inv.flags.SyncMode
	held := inv.context != nil
	switch wanted := mode == flags.SyncTarget || mode == flags.SyncLine; {
	case wanted && !held:
		if b, err := inv.output.Buffer(); err == nil {
			inv.context = &sink{stdout: b.Stdout(), stderr: b.Stderr(), buffer: b}
		}
	case held && !wanted:
		inv.letGo()
	}
}

// serveMutex makes the lock under which all makes of the build print, and tells
// them of it in MAKEFLAGS.
func (inv *Invocation) serveMutex() {
	f := inv.flags
	if mode := inv.syncMode(); mode != flags.SyncTarget && mode != flags.SyncLine || !inv.profile.SyncMutex || f.SyncMutex != "" {
		return
	}
	if mutex, err := inv.output.ServeMutex(inv.tempDir()); err == nil {
		f.SyncMutex = mutex
	}
}

// letGo prints what was held back.
func (inv *Invocation) letGo() {
	if inv.context == nil {
		return
	}
	if b := inv.context.buffer; b != nil {
		inv.dump(b)
		b.Close()
	}
	inv.context = nil
}

// sink is where messages of make's own go at the moment. inv.mu is held.
func (inv *Invocation) sink() *sink {
	if inv.context != nil {
		return inv.context
	}
	return &inv.out
}

// openOutput gives the job a buffer of its own under -O.
func (j *job) openOutput() {
	inv := j.inv
	if inv.output == nil {
		return
	}
	if inv.syncMode() == flags.SyncNone {
		return
	}
	if b, err := inv.output.Buffer(); err == nil {
		j.synced = sink{stdout: b.Stdout(), stderr: b.Stderr(), buffer: b}
		j.out = j.synced
	}
}

// syncLine decides whether the output of a line is held back: that of a make
// below is not unless all of it is to be.
func (j *job) syncLine(l *line) {
	if j.synced.buffer == nil {
		return
	}
	if l.recursive && j.inv.syncMode() != flags.SyncRecurse {
		j.dumpOutput()
		j.out = j.inv.out
		return
	}
	j.out = j.synced
}

// syncMode is what -O means here: nothing if there is but one job at a time.
func (inv *Invocation) syncMode() flags.Sync {
	f := inv.flags
	if f.JobserverAuth == "" && (f.Jobs == flags.JobsUnset || f.Jobs == 1) {
		return flags.SyncNone
	}
	return f.SyncMode
}

func (j *job) closeOutput() {
	if b := j.synced.buffer; b != nil {
		j.dumpOutput()
		b.Close()
		j.synced, j.out = sink{}, j.inv.out
	}
}

// dumpLine ends a line under -Oline.
func (j *job) dumpLine() {
	if j.inv.syncMode() == flags.SyncLine {
		j.dumpOutput()
	}
}

// dumpOutput passes on what the job has written so far.
func (j *job) dumpOutput() { j.inv.dump(j.synced.buffer) }

// dump prints what a buffer holds, between directory lines if they are wanted.
func (inv *Invocation) dump(b *depgraph.Buffer) {
	inv.outMu.Lock()
	defer inv.outMu.Unlock()
	var before, after []byte
	if inv.flags.PrintDirectory() && !inv.announced && inv.flags.SyncMode != flags.SyncRecurse {
		before, after = []byte(inv.entering()), []byte(inv.leaving())
	}
	b.Dump(before, after)
}
