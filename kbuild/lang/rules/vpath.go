package rules

// This file searches files in the directories of VPATH and vpath, and libraries.

import (
	"strings"

	"gokbuild/kbuild/lang/eval"
)

// vpathState holds the directories to search (manual, "Searching Directories
// for Prerequisites").
type vpathState struct {
	selective []vpathEntry
	general   []string
	gpath     []string
}

type vpathEntry struct {
	pattern, before, after string
	percent                bool
	dirs                   []string
}

// Vpath takes a vpath directive (eval.Sink).
func (db *DB) Vpath(pattern, dirs string) {
	v := &db.vpath
	if pattern == "" {
		v.selective = nil
		return
	}
	if dirs == "" {
		kept := v.selective[:0:0]
		for _, e := range v.selective {
			if e.pattern != pattern {
				kept = append(kept, e)
			}
		}
		v.selective = kept
		return
	}
	e := vpathEntry{pattern: pattern, dirs: splitPath(dirs)}
	e.before, e.after, e.percent = eval.SplitPercent(pattern)
	if len(e.dirs) > 0 {
		v.selective = append(v.selective, e)
	}
}

// splitPath splits a list of directories at colons and blanks. The current
// directory is left out: it is always looked at first.
func splitPath(s string) []string {
	var out []string
	for w := range eval.Words(strings.ReplaceAll(s, ":", " ")) {
		if len(w) > 1 {
			w = strings.TrimSuffix(w, "/")
		}
		if w != "." && w != "" {
			out = append(out, w)
		}
	}
	return out
}

func (db *DB) buildVpath() {
	read := func(name string) []string {
		if v := db.In.Lookup(name); v != nil {
			return splitPath(db.In.Value(v))
		}
		return nil
	}
	db.vpath.general = read("VPATH")
	db.vpath.gpath = read("GPATH")
}

// Search looks for name along vpath and VPATH.
func (db *DB) Search(name string) (string, bool) { return db.search(name) }

// search looks for name along vpath and VPATH.
func (db *DB) search(name string) (string, bool) {
	found, _, ok := db.searchRank(name)
	return found, ok
}

// searchRank is search that also tells the place of the directory in the order
// in which directories are searched.
func (db *DB) searchRank(name string) (found string, rank int, ok bool) {
	v := &db.vpath
	if strings.HasPrefix(name, "/") || len(v.selective) == 0 && len(v.general) == 0 {
		return "", 0, false
	}
	for i := range v.selective {
		e := &v.selective[i]
		ok := name == e.before
		if e.percent {
			_, ok = eval.MatchPercent(name, e.before, e.after)
		}
		if ok {
			if found, i, ok := db.searchDirs(name, e.dirs); ok {
				return found, rank + i, true
			}
		}
		rank += len(e.dirs)
	}
	found, i, ok := db.searchDirs(name, v.general)
	return found, rank + i, ok
}

func (db *DB) searchDirs(name string, dirs []string) (string, int, bool) {
	// A name that is no target itself is also found where a rule will make it.
	self := db.files[name]
	plain := self == nil || !self.IsTarget
	for i, dir := range dirs {
		found := dir + "/" + name
		if f := db.Lookup(found); f != nil && (plain || f.IsTarget) {
			return found, i, true
		}
		if db.In.View.Stat(found).Exists() {
			return found, i, true
		}
	}
	return "", 0, false
}

// searchLibrary looks for -lNAME (manual, "Directory Search for Link
// Libraries"): of the files that the patterns match, the one in the earliest
// directory counts.
func (db *DB) searchLibrary(name string) (string, bool) {
	patterns := "lib%.so lib%.a"
	if v := db.In.Lookup(".LIBPATTERNS"); v != nil {
		patterns = db.In.Value(v)
	}
	best, bestRank := "", -1
	take := func(file string, rank int) {
		if bestRank < 0 || rank < bestRank {
			best, bestRank = file, rank
		}
	}
	for p := range eval.Words(patterns) {
		before, after, ok := eval.SplitPercent(p)
		if !ok {
			db.Warn(eval.Pos{}, ".LIBPATTERNS element '"+p+"' is not a pattern")
			continue
		}
		file := before + name[2:] + after
		if db.In.View.Stat(file).Exists() {
			return file, true
		}
		if found, rank, ok := db.searchRank(file); ok {
			take(found, rank)
		}
		for i, dir := range libraryDirs {
			if db.In.View.Stat(dir + "/" + file).Exists() {
				take(dir+"/"+file, systemRank+i)
			}
		}
	}
	return best, bestRank >= 0
}

// libraryDirs are searched for libraries after vpath and VPATH.
var libraryDirs = []string{"/lib", "/usr/lib", "/usr/local/lib", "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu"}

// systemRank is the rank of the first of libraryDirs.
const systemRank = 1 << 20

func (db *DB) inGpath(found, name string) bool {
	dir := strings.TrimSuffix(strings.TrimSuffix(found, name), "/")
	for _, g := range db.vpath.gpath {
		if g == dir {
			return true
		}
	}
	return false
}

// rehash files f under another name, merging it with what is there.
func (db *DB) rehash(f *File, name string) {
	f.Builtin = false
	f = f.Resolve()
	if f.HName == name {
		return
	}
	if db.files[f.HName] == f {
		delete(db.files, f.HName)
	}
	for g := range f.Chain {
		g.HName = name
	}
	to := db.files[name]
	if to == nil {
		db.files[name] = f
		return
	}
	if to.Recipe == nil {
		to.Recipe = f.Recipe
	} else if f.Recipe != nil && f.Recipe != to.Recipe {
		db.warnOfTwoRecipes(f, to, name)
	}
	to.Deps = append(to.Deps, f.Deps...)
	to.takeVars(f)
	if to.DoubleColon != nil && f.IsTarget && f.DoubleColon == nil {
		db.fail(eval.Pos{}, "can't rename single-colon '"+f.Name+"' to double-colon '"+name+"'")
	}
	if to.DoubleColon == nil && f.DoubleColon != nil {
		if to.IsTarget {
			db.fail(eval.Pos{}, "can't rename double-colon '"+f.Name+"' to single-colon '"+name+"'")
		}
		to.DoubleColon = f.DoubleColon
	}
	to.takeFlags(f, db.Switches.ExplicitPrereqsOughtToExist)
	f.renamed = to
}

// warnOfTwoRecipes says that f and the file of another name, to, have turned out to be one, and that both have recipes. Which of
// them is used is the same in all versions of make, only what is said of it has changed.
func (db *DB) warnOfTwoRecipes(f, to *File, name string) {
	old, used, pos := name, f.Name, to.Recipe.Pos
	if db.Switches.ExplicitPrereqsOughtToExist {
		old, used, pos = f.Name, name, f.Recipe.Pos
	}
	if to.Recipe.Pos.File != "" {
		db.Warn(f.Recipe.Pos, "Recipe was specified for file '"+f.Name+"' at "+pos.String()+",")
	} else {
		db.Warn(f.Recipe.Pos, "Recipe for file '"+f.Name+"' was found by implicit rule search,")
	}
	db.Warn(f.Recipe.Pos, "but '"+f.Name+"' is now considered the same file as '"+name+"'.")
	db.Warn(f.Recipe.Pos, "Recipe for '"+old+"' will be ignored in favor of the one for '"+used+"'.")
}

// takeVars adds the target-specific variables of another file. Where both have one of a name, the file keeps its own.
func (f *File) takeVars(from *File) {
	switch {
	case from.Vars == nil:
	case f.Vars == nil:
		f.Vars = from.Vars
	default:
		for v := range from.Vars.Set.All {
			if f.Vars.Set.Get(v.Name) == nil {
				*f.Vars.Set.Define(v.Name, "", v.Origin, false, v.Pos) = *v
			}
		}
	}
}

// takeFlags adds what is known of another file that has turned out to be this one. make 4.4 carries more along: explicit is set for it.
func (f *File) takeFlags(from *File, explicit bool) {
	f.Mtime = max(f.Mtime, from.Mtime)
	f.MtimeBefore = from.MtimeBefore
	f.Precious = f.Precious || from.Precious
	f.TriedImplicit = f.TriedImplicit || from.TriedImplicit
	f.Updating = f.Updating || from.Updating
	f.Updated = f.Updated || from.Updated
	f.IsTarget = f.IsTarget || from.IsTarget
	f.CmdTarget = f.CmdTarget || from.CmdTarget
	f.Phony = f.Phony || from.Phony
	f.IgnoreVpath = f.IgnoreVpath || from.IgnoreVpath
	if explicit {
		f.IsExplicit = f.IsExplicit || from.IsExplicit
		f.Secondary = f.Secondary || from.Secondary
		f.NotIntermed = f.NotIntermed || from.NotIntermed
	}
	f.Builtin = false
}

// rename makes the name a file was found under its own.
func (db *DB) rename(f *File, name string) {
	db.rehash(f, name)
	for g := f; g != nil; g = g.Prev {
		g.Name = g.HName
	}
}
