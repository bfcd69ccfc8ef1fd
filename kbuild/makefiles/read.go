package makefiles

// This file finds and loads makefiles.

import (
	"errors"
	"os"
	"strings"
	"syscall"

	"gokbuild/depgraph/libc"
	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/lang/syntax"
)

// readNamed reads a makefile given by -f.
func (r *Reading) readNamed(name string) {
	if strings.HasPrefix(name, "~") {
		name = fsys.Tilde(name, func() string { return r.Make.Env["HOME"] })
	}
	f, err := r.Load(name)
	r.note(name, false, false, err, eval.Pos{})
	if err != nil {
		r.Printer.Errorf("%s: %s", name, libc.Error(err))
		return
	}
	known := r.Makefiles[len(r.Makefiles)-1].File
	if name == r.stdinFile {
		// It is no target, whatever the rules say.
		known.MarkDone()
		known.MtimeBefore = r.DB.ModTimeHere(known)
	}
	r.In.ReadMakefile(f, known.Name, known.Name, true)
}

// readDefault reads the first makefile that is there, if -f names none.
func (r *Reading) readDefault() {
	names := []string{"GNUmakefile", "makefile", "Makefile"}
	for _, name := range names {
		if !r.Make.View.Lexists(name) {
			continue
		}
		f, err := r.Load(name)
		r.note(name, false, false, err, eval.Pos{})
		if err != nil {
			r.Printer.Errorf("%s: %s", name, libc.Error(err))
			return
		}
		r.In.ReadMakefile(f, name, name, true)
		return
	}
	for _, name := range names {
		r.note(name, false, true, syscall.ENOENT, eval.Pos{})
	}
}

// Load reads a makefile (eval.Host).
func (r *Reading) Load(name string) (*syntax.File, error) {
	if how, say := r.In.Inclusion(); say {
		r.Printer.Debugf(flags.DebugVerbose, 0, "Reading makefile '%s'%s...\n", name, how)
	}
	if !r.Make.MayRead(name) {
		return nil, &os.PathError{Op: "open", Path: name, Err: syscall.ENXIO}
	}
	f, err := r.Cache.Load(r.Make.View, name)
	if errors.Is(err, syscall.EISDIR) {
		// A directory can be opened; that it cannot be read is fatal.
		eval.Stop(name + ": " + libc.Error(syscall.EISDIR))
	}
	return f, err
}

// included notes a makefile named by an include directive.
func (r *Reading) included(i eval.Inclusion) {
	r.note(i.Name, true, i.Optional, i.Err, i.Pos)
	var errno syscall.Errno
	if i.Err != nil && errors.As(i.Err, &errno) &&
		(errno == syscall.EMFILE || errno == syscall.ENFILE || errno == syscall.ENOMEM) {
		panic(&eval.Fatal{Pos: i.Pos, Msg: libc.Error(errno)})
	}
}

// note notes that a makefile was read or looked for.
func (r *Reading) note(name string, included, dontCare bool, err error, pos eval.Pos) {
	f := r.DB.Lookup(name)
	if f == nil {
		f = r.DB.Enter(eval.TrimDotSlash(name))
	}
	switch {
	case err != nil:
		f.Mtime = rules.TimeNone
	case f.Mtime == rules.TimeNone && !r.Make.Profile.MissingMakefileRemembered:
		// It was looked for before, and made meanwhile.
		f.Mtime = rules.TimeUnknown
	}
	f.IsExplicit = f.IsExplicit || r.Make.Profile.MakefilesExplicit
	r.Makefiles = append(r.Makefiles, &Makefile{File: f, Included: included, DontCare: dontCare, Err: err, Pos: pos})
}
