package rules

// This file says what a target, a prerequisite and a recipe are.

import (
	"math"
	"time"

	"gokbuild/kbuild/lang/eval"
)

// Time is a modification time in nanoseconds since 1970, or one of the special
// values, which compare as make needs them. It has no sign: file systems have dates after 2262.
type Time uint64

const (
	TimeUnknown Time = iota // not looked up yet
	TimeNone                // the file does not exist
	TimeOld                 // older than everything (-o)
	timeFirst               // the least ordinary time
	// timeLast is the latest time that make can tell, in the year 2514.
	timeLast Time = 1<<34*1e9 - 1
	TimeNew  Time = math.MaxUint64
)

// Ordinary reports whether the time is one that a file really has.
func (t Time) Ordinary() bool { return t >= timeFirst && t != TimeNew }

// Nanoseconds is the part of an ordinary time below the second.
func (t Time) Nanoseconds() int { return int(t % 1e9) }

// EndOfSecond is the last moment of the second of an ordinary time.
func (t Time) EndOfSecond() Time { return t - t%1e9 + 1e9 - 1 }

// text is the time as messages have it.
func (t Time) text() string {
	seconds, ns := int64(t/1e9), int64(t%1e9)
	if t == TimeNew {
		seconds, ns = int64(timeLast/1e9), 107374182 // so make reads the bits of its greatest number
	}
	return time.Unix(seconds, ns).Format("2006-01-02 15:04:05.999999999")
}

// ordinary converts a time of the file system, as package facts counts them. make takes one that it cannot tell for the last one.
func ordinary(ns int64) Time { return min(max(Time(ns), timeFirst), timeLast) }

// Dep is a prerequisite of a target.
type Dep struct {
	File *File
	// Text is what is expanded a second time; File is nil until then.
	Text string
	// OrderOnly prerequisites must exist, but may be newer than the target.
	OrderOnly bool
	// Changed is set when the prerequisite turned out newer or was remade.
	Changed bool
	// Wait is set on a prerequisite behind .WAIT.
	Wait bool
	// Extra prerequisites come from .EXTRA_PREREQS and are in no automatic variable.
	Extra bool
	// Static marks text of a static pattern rule, whose '%' is the stem.
	Static bool
	Stem   string
	// tried marks a name that a terminal rule found, while no File exists yet.
	tried bool
	name  string
}

// File is a target or prerequisite. Several double-colon rules for one name are
// several Files chained by Prev.
type File struct {
	// ID is the place of the file in the order in which they were entered, from 0.
	ID uint32
	// Name is the name used in recipes; HName the one it is filed under, which
	// differs once directory search found the file elsewhere.
	Name, HName string
	Deps        []Dep
	Recipe      *Recipe
	Stem        string
	HasStem     bool
	AlsoMake    []*File
	// DoubleColon is the first of a chain of double-colon rules, Prev the next.
	DoubleColon, Prev *File
	last              *File
	renamed           *File
	// Vars is the chain that starts with the target's own variables; nil if it
	// was not needed yet.
	Vars *eval.Scope
	// patVars holds the pattern-specific variables that match.
	patVars     *eval.Set
	patSearched bool
	// Parent is the target on whose behalf this one was last considered.
	Parent *File

	Mtime, MtimeBefore Time

	Progress

	Precious, Phony, IsTarget, CmdTarget bool
	Intermediate, Secondary, NotIntermed bool
	IsExplicit                           bool
	// LowRes is set if the file's time is a whole second, however it came about.
	LowRes                              bool
	TriedImplicit, IgnoreVpath, Builtin bool
	// Silent and Ignore come from .SILENT and .IGNORE with prerequisites.
	Silent, Ignore, NotParallel bool
	secondDone                  bool
}

// Resolve follows renames: the file that stands for f now.
func (f *File) Resolve() *File {
	for f.renamed != nil {
		f = f.renamed
	}
	return f
}

// Chain calls yield for each double-colon rule of f, or for f alone.
func (f *File) Chain(yield func(*File) bool) {
	if f.DoubleColon == nil {
		yield(f)
		return
	}
	for g := f.DoubleColon; g != nil; g = g.Prev {
		if !yield(g) {
			return
		}
	}
}
