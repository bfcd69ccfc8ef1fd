package fixdep

// This file does what one run of fixdep does.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"gokbuild/kbuild/native/shell"
)

// maxName is the room the older versions have for a name.
const maxName = 4096

// Try runs the program with the arguments depfile, target and command line, as
// found in args, and with dir as its directory. It writes to stdout once and
// only when the program would succeed; false means that the program itself must
// be run, and that nothing has been written. cache may be nil. The error is that
// of writing.
func Try(args []string, dir string, stdout io.Writer, d Dialect, cache *Cache) (bool, error) {
	if !d.Valid() || len(args) != 3 || endsAtPrefix(args[1], d.targets) {
		return false, nil
	}
	out, err := build(args, dir, d, cache)
	if err != nil {
		return false, nil
	}
	_, err = stdout.Write(out)
	return true, err
}

func endsAtPrefix(target string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(target, p) {
			return true
		}
	}
	return false
}

// Run is the whole program, for a caller that has no other to fall back to: its
// messages and statuses are those of linux 6.x. args are without the name.
func Run(args []string, dir string, stdout, stderr io.Writer, d Dialect, cache *Cache) int {
	if len(args) != 3 {
		fmt.Fprintln(stderr, "Usage: fixdep <depfile> <target> <cmdline>")
		return 1
	}
	out, err := build(args, dir, d, cache)
	if err != nil {
		var open *openError
		if errors.As(err, &open) {
			fmt.Fprintf(stderr, "fixdep: error opening file: %s: %s\n", open.name, open.reason())
			return 2
		}
		fmt.Fprintln(stderr, "fixdep: parse error; no targets found")
		return 1
	}
	if _, err := stdout.Write(out); err != nil {
		fmt.Fprintln(stderr, "fixdep: not all data was written to the output")
		return 1
	}
	return 0
}

var errParse = errors.New("no targets found")

type openError struct {
	name string
	err  error
}

func (e *openError) Error() string { return "opening " + e.name + ": " + e.err.Error() }
func (e *openError) Unwrap() error { return e.err }

func (e *openError) reason() string {
	var errno syscall.Errno
	if !errors.As(e.err, &errno) {
		return e.err.Error()
	}
	text := errno.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}

func build(args []string, dir string, d Dialect, cache *Cache) ([]byte, error) {
	depfile, target, command := args[0], args[1], args[2]
	f, err := os.Open(shell.Resolve(dir, depfile))
	if err != nil {
		return nil, &openError{depfile, err}
	}
	data, _, _, err := readAll(f)
	f.Close()
	if err != nil {
		return nil, &openError{depfile, err}
	}
	if len(data) == 0 {
		return nil, errParse
	}
	w := &writer{d: &d, dir: dir, cache: cache, target: target, seen: map[string]bool{}}
	w.out = make([]byte, 0, len(command)+4*len(data)+4096)
	w.add(d.prefix, target, " := ", command, "\n\n")
	switch d.deps {
	case depsBare, depsBareCR, depsPlain:
		w.add("deps_", target, " := \\\n")
	}
	if !d.readDeps(data, w) {
		if w.err != nil {
			return nil, w.err
		}
		return nil, errParse
	}
	w.add("\n", target, ": $(deps_", target, ")\n\n$(deps_", target, "):\n")
	return w.out, nil
}

// writer is the sink that makes the output.
type writer struct {
	d      *Dialect
	dir    string
	cache  *Cache
	target string
	out    []byte
	seen   map[string]bool // symbols
	err    error
}

func (w *writer) add(parts ...string) {
	for _, p := range parts {
		w.out = append(w.out, p...)
	}
}

func (w *writer) source(name string) bool {
	w.add("source_", w.target, " := ", name, "\n\ndeps_", w.target, " := \\\n")
	return w.readOnly(name)
}

func (w *writer) dependency(name string) bool {
	w.add("  ", name, " \\\n")
	return w.readOnly(name)
}

func (w *writer) readOnly(name string) bool {
	if len(name) >= maxName {
		return false
	}
	if w.d.scan == scanNone || endsInAny(name, w.d.unread) {
		return true
	}
	names, err := w.cache.symbols(shell.Resolve(w.dir, name), w.d.scan)
	if err != nil {
		w.err = &openError{name, err}
		return false
	}
	for _, n := range names {
		if w.seen[n] {
			continue
		}
		w.seen[n] = true
		w.out = append(w.out, "    $(wildcard include/config/"...)
		w.out = w.d.names.append(w.out, n)
		w.out = append(w.out, ") \\\n"...)
	}
	return true
}

// append adds the name of the file that stands for a symbol.
func (k nameKind) append(out []byte, symbol string) []byte {
	if k == nameFlat {
		return append(out, symbol...)
	}
	prev := byte('/')
	for i := 0; i < len(symbol); i++ {
		c := symbol[i]
		switch {
		case c == '_':
			c = '/'
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		if k == nameSlashed || c != '/' || prev != '/' {
			out = append(out, c)
		}
		prev = c
	}
	return append(out, ".h"...)
}
