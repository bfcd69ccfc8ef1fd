package cache

// This file tells what programs make of files from what they are: those of a tree are known by no name.

import (
	"bytes"
	"debug/elf"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts"
	"gokbuild/kbuild/forms"
)

// askers begin the names of functions by which a program asks for dates of files, or has another program do it (manual pages, sections 2
// and 3). Other functions of the C library ask for the status of a file to choose a buffer.
var askers = strings.Fields("stat fstat lstat newfstat statx __xstat __fxstat __lxstat syscall fork vfork clone exec posix_spawn system popen wordexp dlopen dlmopen ftw nftw fts_ glob getdate dlsym dlvsym")

// libraries are those whose functions the list above speaks of.
var libraries = strings.Fields("libc.so.6 libm.so.6 libpthread.so.0")

// undated remembers which programs cannot ask for the date of a file, by their status.
type undated struct{ known sync.Map }

// cannotAskForDates reports whether a program in machine code calls no function that tells the date of a file, and starts no other
// program.
func (u *undated) cannotAskForDates(p *process) bool {
	name := p.file()
	if _, set := depgraph.LookEnv(p.Env, "LD_PRELOAD"); set {
		return false
	}
	if _, set := depgraph.LookEnv(p.Env, "LD_AUDIT"); set {
		return false
	}
	st := facts.Look(facts.Content, "", name)
	if known, ok := u.known.Load(st); ok {
		return known.(bool)
	}
	can := asksForDates(name)
	u.known.Store(st, !can)
	return !can
}

func asksForDates(name string) bool {
	f, err := elf.Open(name)
	if err != nil {
		return true
	}
	defer f.Close()
	needed, err := f.ImportedLibraries()
	if err != nil || !slices.Contains(needed, "libc.so.6") || slices.ContainsFunc(needed, func(l string) bool { return !slices.Contains(libraries, l) }) {
		return true
	}
	symbols, err := f.ImportedSymbols()
	return err != nil || slices.ContainsFunc(symbols, func(s elf.ImportedSymbol) bool {
		return slices.ContainsFunc(askers, func(a string) bool { return strings.HasPrefix(s.Name, a) })
	})
}

// knownTools remembers which known tools programs are, by their status.
type knownTools struct{ known sync.Map }

// name returns which tool of the GNU compiler collection or of the GNU binary utilities a process is, without target and version: "gcc", "ar";
// "" if it is none. The name of a file says nothing, as any program may have it: what it holds does.
func (k *knownTools) name(p *process) string {
	file := p.file()
	name, mark := forms.Plain(path.Base(file)), ""
	switch name {
	case "gcc", "cc":
		mark = "COLLECT_GCC_OPTIONS" // the driver's own variable
	case "ar", "ranlib", "ld", "ld.bfd", "objcopy", "strip", "as":
		mark = "libbfd"
	default:
		return ""
	}
	id := toolID{name, facts.Look(facts.Content, "", file)}
	if known, ok := k.known.Load(id); ok {
		return known.(string)
	}
	found := ""
	if text, err := os.ReadFile(file); err == nil && bytes.HasPrefix(text, []byte(elf.ELFMAG)) &&
		(bytes.Contains(text, []byte(mark)) || mark == "libbfd" && bytes.Contains(text, []byte("BFD %s internal error"))) {
		found = name
	}
	k.known.Store(id, found)
	return found
}

type toolID struct {
	name string
	st   facts.Stat
}
