package rules

// This file finds the dates of files, where make would look for them.

import (
	"fmt"
	"strconv"
	"syscall"
	"time"

	"gokbuild/depgraph/libc"
	"gokbuild/kbuild/lang/eval"
)

// ModTime returns the modification time of a file, remembered from the last
// time it was asked. It may find the file elsewhere by directory search, so
// callers continue with f.Resolve().
func (db *DB) ModTime(f *File) Time {
	if f.Mtime != TimeUnknown {
		return f.Mtime
	}
	return db.lookTime(f, true)
}

// ModTimeHere is ModTime without directory search.
func (db *DB) ModTimeHere(f *File) Time {
	if f.Mtime != TimeUnknown {
		return f.Mtime
	}
	return db.lookTime(f, false)
}

// FreshTime looks at the file again, whatever is remembered.
func (db *DB) FreshTime(f *File, search bool) Time { return db.lookTime(f, search) }

func (db *DB) lookTime(f *File, search bool) Time {
	var t Time
	if lib, member, ok := splitMember(f.Name); ok {
		t = db.memberTime(f, lib, member, search)
	} else {
		t = db.nameTime(f.Name)
		if t == TimeNone && search && !f.IgnoreVpath {
			found, ok := db.search(f.Name)
			if !ok && len(f.Name) > 2 && f.Name[:2] == "-l" {
				found, ok = db.searchLibrary(f.Name)
			}
			if ok {
				if db.inGpath(found, f.Name) {
					db.rename(f, found)
					return db.ModTime(f.Resolve())
				}
				if g := db.Lookup(found); g != nil && (g.Mtime == TimeOld || g.Mtime == TimeNew) {
					t = g.Mtime
				} else {
					t = db.nameTime(found)
				}
				db.rehash(f, found)
				f = f.Resolve()
			}
		}
	}
	db.checkClock(f, t)
	head := f
	if f.DoubleColon != nil {
		head = f.DoubleColon
	}
	updated := head.Updated
	for g := head; g != nil; g = g.Prev {
		// A file that was declared intermediate but was there before us is none:
		// we did not make it and must not delete it.
		if t != TimeNone && g.State == NotStarted && !g.TriedImplicit && g.Intermediate {
			g.Intermediate = false
		}
		if g.Updated == updated {
			g.Mtime = t
		}
	}
	return t
}

func (db *DB) nameTime(name string) Time {
	info := db.In.View.Stat(name)
	switch info.Errno {
	case 0:
		if Time(info.Mtime) > timeLast {
			db.Warn(eval.Pos{}, name+": Timestamp out of range; substituting "+timeLast.text())
		}
		return ordinary(info.Mtime)
	case syscall.ENOENT, syscall.ENOTDIR:
	default:
		db.Warn(eval.Pos{}, "stat: "+name+": "+libc.Errno(info.Errno))
	}
	return TimeNone
}

// clock tells the time.
type clock struct {
	// Now is the time; nil is the real one.
	Now func() time.Time
	// skew is set once a file from the future was met.
	skew bool
}

func (c *clock) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

// checkClock warns once of a file from the future, which nothing newly made
// would be newer than.
func (db *DB) checkClock(f *File, t Time) {
	if db.Clock.skew || t < timeFirst || t == TimeNew || f.Updated {
		return
	}
	now := ordinary(db.Clock.now().UnixNano())
	// File times move in ticks that may run a little ahead.
	if t <= now+Time(10*time.Millisecond) {
		return
	}
	db.Clock.skew = true
	ahead := fmt.Sprintf("%.2g", float64(t-now)/1e9)
	if t-now >= 99e9 {
		ahead = strconv.FormatUint(uint64((t-now)/1e9), 10)
	}
	db.Warn(eval.Pos{}, "Warning: File '"+f.Name+"' has modification time "+ahead+" s in the future")
}

// ClockSkew reports whether a file from the future was met.
func (db *DB) ClockSkew() bool { return db.Clock.skew }

// SameTime reports whether a file still has the time it is known to have.
func (db *DB) SameTime(f *File, t time.Time) bool { return f.Mtime == ordinary(t.UnixNano()) }
