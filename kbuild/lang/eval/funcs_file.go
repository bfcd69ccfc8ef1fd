package eval

// This file has the functions of file names and files.

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"gokbuild/kbuild/fsys"
)

func fnDir(_ *Interp, dst []byte, args []string) []byte {
	return appendWords(dst, args[0], func(dst []byte, w string) []byte { return append(dst, dirOf(w)...) })
}

// dirOf returns the directory part of a name as $(dir) does: "./" if it has none.
func dirOf(name string) string {
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return name[:i+1]
	}
	return "./"
}

func fnNotdir(_ *Interp, dst []byte, args []string) []byte {
	return appendWords(dst, args[0], func(dst []byte, w string) []byte {
		return append(dst, w[strings.LastIndexByte(w, '/')+1:]...)
	})
}

// suffixStart returns where the suffix of a name begins, len(name) if it has none.
func suffixStart(name string) int {
	for i := len(name) - 1; i >= 0 && name[i] != '/'; i-- {
		if name[i] == '.' {
			return i
		}
	}
	return len(name)
}

func fnSuffix(_ *Interp, dst []byte, args []string) []byte {
	first := true
	for w := range Words(args[0]) {
		if s := w[suffixStart(w):]; s != "" {
			if !first {
				dst = append(dst, ' ')
			}
			first = false
			dst = append(dst, s...)
		}
	}
	return dst
}

func fnBasename(_ *Interp, dst []byte, args []string) []byte {
	return appendWords(dst, args[0], func(dst []byte, w string) []byte { return append(dst, w[:suffixStart(w)]...) })
}

func fnWildcard(in *Interp, dst []byte, args []string) []byte {
	first := true
	add := func(name string) {
		if !first {
			dst = append(dst, ' ')
		}
		first = false
		dst = append(dst, name...)
	}
	for text := args[0]; ; {
		var w string
		if w, text = cutWord(text); w == "" {
			return dst
		}
		if strings.IndexByte(w, '(') > 0 {
			var group string
			if group, text = archiveGroup(w, text); group != "" {
				for _, m := range splitArchive(group) {
					in.wildcardMember(m, add)
				}
				continue
			}
		}
		for _, name := range in.View.Glob(w, in.home) {
			add(name)
		}
	}
}

// wildcardMember adds what lib(member) matches. The library must exist, the member need not. For each member that a pattern matches
// make shows the library, as it was written.
func (in *Interp) wildcardMember(w string, add func(name string)) {
	open := strings.IndexByte(w, '(')
	lib, member := w[:open], w[open:]
	for _, name := range in.View.Glob(lib, in.home) {
		var found []string
		if pattern := member[1 : len(member)-1]; fsys.HasGlob(pattern) && in.ArchiveGlob != nil {
			found = in.ArchiveGlob(name, pattern)
		}
		for range found {
			add(lib)
		}
		if len(found) == 0 {
			add(name + member)
		}
	}
}

func (in *Interp) home() string {
	if v := in.Lookup("HOME"); v != nil {
		return in.Value(v)
	}
	return ""
}

// abs makes a name absolute and removes "." and ".." without looking at the disk.
func (in *Interp) abs(name string) string { return path.Clean(in.View.Abs(name)) }

func fnAbspath(in *Interp, dst []byte, args []string) []byte {
	return appendWords(dst, args[0], func(dst []byte, w string) []byte { return append(dst, in.abs(w)...) })
}

func fnRealpath(in *Interp, dst []byte, args []string) []byte {
	first := true
	for w := range Words(args[0]) {
		name := in.View.Abs(w)
		if strings.HasSuffix(name, "/") && !in.View.Stat(name).IsDir() {
			continue
		}
		in.View.NoteLinks(name)
		real, err := filepath.EvalSymlinks(name)
		if err != nil {
			continue
		}
		if !first {
			dst = append(dst, ' ')
		}
		first = false
		dst = append(dst, real...)
	}
	return dst
}

const blanks = " \t\n\v\f\r"

// fnFile is $(file op name,text) (manual, "The file Function").
func fnFile(in *Interp, dst []byte, args []string) []byte {
	spec := strings.TrimLeft(args[0], blanks)
	if in.Dialect.FileNameTrimmed {
		spec = trim(spec)
	}
	op, name := "", spec
	for _, o := range []string{">>", ">", "<"} {
		if rest, ok := strings.CutPrefix(spec, o); ok {
			op, name = o, strings.TrimLeft(rest, blanks)
			break
		}
	}
	switch op {
	case "":
		in.failExpanding("file: invalid file operation: " + spec)
	case "<":
		if len(args) > 1 {
			in.failExpanding("file: too many arguments")
		}
		if name == "" {
			in.failExpanding("file: missing filename")
		}
		in.View.Stat(name) // a fact for those who remember
		if in.MayRead != nil && !in.MayRead(name) {
			return dst
		}
		data, err := in.View.ReadFile(name)
		if err != nil {
			if os.IsNotExist(err) {
				return dst
			}
			in.View.NoteLinks(name)
			op := "open"
			if pe, ok := err.(*os.PathError); ok {
				op = pe.Op // a folder can be opened
			}
			in.fail(op + ": " + name + ": " + reason(err))
		}
		text := strings.TrimSuffix(string(data), "\n")
		in.readNUL = in.readNUL || strings.IndexByte(text, 0) >= 0
		return append(dst, text...)
	default:
		if name == "" {
			in.failExpanding("file: missing filename")
		}
		flags := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
		if op == ">>" {
			flags = os.O_WRONLY | os.O_CREATE | os.O_APPEND
		}
		if in.Writing != nil && !in.Writing(name) {
			return dst
		}
		f, err := os.OpenFile(in.View.Abs(name), flags, 0o666)
		if err != nil {
			in.fail("open: " + name + ": " + reason(err))
		}
		text := ""
		if len(args) > 1 {
			text = args[1]
			if !strings.HasSuffix(text, "\n") {
				text += "\n"
			}
		}
		_, err = f.WriteString(text)
		if e := f.Close(); err == nil {
			err = e
		}
		if err != nil {
			in.fail("write: " + name + ": " + reason(err))
		}
		in.View.Changed()
	}
	return dst
}

// reason returns the operating system's words for an error.
func reason(err error) string {
	if pe, ok := err.(*os.PathError); ok {
		err = pe.Err
	}
	s := err.Error()
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	return s
}
