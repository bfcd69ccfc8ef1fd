package forms

// This file tells which files a command reads, as far as its words tell.

import (
	"os"
	"path"
	"strings"

	"gokbuild/depgraph/pattern"
)

var (
	// asking programs tell of something else than what files hold: the time, the machine, dates, names in folders.
	asking = pattern.NewWords(`date uname id ls stat which realpath readlink test [`)
	// heedless programs do not look into what they are given.
	heedless = pattern.NewWords(`mkdir rmdir rm ln mv chmod touch echo printf expr basename dirname seq true false sleep`)
	// linked end the names of what a compiler passes on to the linker.
	linked = pattern.NewWords(`.o .a .so .lo .ko .lds .ld`)
	// listed are options by which a program reads files that another one lists.
	listed = pattern.NewWords(`-c --check --files0-from --files --filelist`)
	sums   = pattern.NewWords(`sha1sum sha256sum sha512sum md5sum wc sort xz lzma`)
)

// Inputs lists the files that a command of known form reads, the program among them; ok is false if it may read others, or
// be decided by something else. Of a compilation that writes down which headers it has read the makefile takes them from
// there.
func Inputs(c *Command) (files []string, ok bool) {
	name, args := path.Base(c.Path), c.Argv[1:]
	if name == "ccache" && len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = path.Base(args[0]), args[1:]
	}
	if _, listed := table[name]; !listed {
		name = Plain(name)
	}
	folders := false
	switch name {
	case "gcc", "g++", "cc", "c++", "clang", "clang++":
		k, _ := callOf(args)
		folders = true
		if !k.told(args) {
			return nil, false
		}
	case "ld", "ld.bfd", "ld.lld":
		folders = true
		if hasLibrary(args) {
			return nil, false
		}
	}
	if asking.Has(name) {
		return nil, false
	}
	list := inputs{c: c, files: []string{c.absolute(c.Path)}}
	if heedless.Has(name) {
		return list.files, true
	}
	for _, a := range args {
		switch option, value, joined := strings.Cut(a, "="); {
		case sums.Has(name) && listed.Has(option) && (name != "sort" && name != "xz" || option != "-c"):
			return nil, false
		case strings.HasPrefix(a, "@"):
			text, err := os.ReadFile(c.absolute(a[1:]))
			list.word(a[1:])
			for word := range strings.FieldsSeq(string(text)) {
				list.word(word)
			}
			list.folder = list.folder || err != nil
		case a != "" && a[0] != '-':
			list.word(a)
		case joined:
			list.word(value)
		case len(a) > 2 && a[1] != '-':
			list.word(a[2:])
		}
	}
	return list.files, folders || !list.folder
}

// told reports whether the words of a call of a compiler, with the file of dependencies that it writes, tell all that it
// reads.
func (k *call) told(args []string) bool {
	for _, s := range k.sources {
		if !linked.Has(path.Ext(s)) && len(k.deps) == 0 && !k.unnamed {
			return false
		}
	}
	return k.stage != 0 || k.quiet || !hasLibrary(args)
}

// hasLibrary reports whether a linker is to search for a library.
func hasLibrary(args []string) bool {
	for _, a := range args {
		if strings.HasPrefix(a, "-l") {
			return true
		}
	}
	return false
}

// inputs collects those of the words of a command that name files.
type inputs struct {
	c      *Command
	files  []string
	folder bool // one names a folder
}

func (l *inputs) word(w string) {
	if w == "" {
		return
	}
	name := l.c.absolute(w)
	switch st, err := os.Stat(name); {
	case err != nil:
	case st.IsDir():
		l.folder = true
	case st.Mode().IsRegular():
		l.files = append(l.files, name)
	}
}

func (c *Command) absolute(name string) string {
	if path.IsAbs(name) {
		return name
	}
	return c.Dir + "/" + name
}
