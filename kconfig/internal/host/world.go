// The world of one run: directory, environment and streams.

package host

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// A World is what one run sees of the machine, and where it prints. Nothing in it is taken from the process: two Worlds
// do not disturb each other. One World serves one goroutine.
type World struct {
	// Dir is the working directory, Env the environment as NAME=value.
	Dir  string
	Env  []string
	vars map[string]string
	// Shell runs the commands of $(shell,...).
	Shell ShellRunner
	// PID appears in names of temporary files.
	PID int

	stdin *bufio.Reader
	// stdinFile is what commands started by $(shell,...) get as standard input.
	stdinFile io.Reader
	out       *bufio.Writer
	err       *lastLine
	messages  func(Message)
	unsaved   func(name string) ([]byte, bool)

	// Ahead is set in a run that reads before it is wanted, or beside another.
	Ahead
}

// Ahead says how files are read by a run that was begun before it was wanted, and by the reader beside a run that
// announces its commands. The zero value is for a run of which neither is true.
type Ahead struct {
	// Watch notes what was read, so that it can be compared when the run is wanted.
	Watch *Watch
	// Texts are files that a second reader has read for this run.
	Texts *Texts
	// First is set in the second reader: it fills Texts, and leaves alone what can be read only once.
	First bool
}

// New makes a world from what the caller gives.
func New(o Options) *World {
	w := &World{Dir: o.Dir, Env: o.Env, Shell: o.Shell, PID: o.PID, messages: o.Messages, unsaved: o.Unsaved}
	if w.PID == 0 {
		w.PID = os.Getpid()
	}
	if w.Shell == nil {
		w.Shell = SystemShell
	}
	w.SetStdin(o.Stdin)
	out := o.Stdout
	if out == nil {
		out = io.Discard
	}
	w.out = bufio.NewWriterSize(out, 4096)
	w.err = &lastLine{w: o.Stderr}
	w.vars = make(map[string]string, len(o.Env))
	for _, kv := range o.Env {
		if i := strings.IndexByte(kv, '='); i > 0 {
			if _, dup := w.vars[kv[:i]]; !dup {
				w.vars[kv[:i]] = kv[i+1:] // getenv finds the first
			}
		}
	}
	return w
}

// SetStdin replaces the standard input.
func (w *World) SetStdin(in io.Reader) {
	w.stdinFile = in
	if in == nil {
		in = strings.NewReader("")
	}
	w.stdin = bufio.NewReaderSize(in, 4096)
}

// SourceTree is where the tree's own tools are looked for.
func (w *World) SourceTree() string {
	if s, ok := w.vars["srctree"]; ok && s != "" {
		return s
	}
	return "."
}

// Getenv returns the value of a variable, and whether there is one.
func (w *World) Getenv(name string) (string, bool) { v, ok := w.vars[name]; return v, ok }

// EnvOr returns the value of a variable, or the fallback where there is none.
func (w *World) EnvOr(name, fallback string) string {
	if v, ok := w.vars[name]; ok {
		return v
	}
	return fallback
}

// Path resolves a name to the working directory.
func (w *World) Path(name string) string { return Join(w.Dir, name) }

// Join resolves a name to a directory. It is not filepath.Join, which would resolve .. through symbolic links.
func Join(dir, name string) string {
	if filepath.IsAbs(name) || dir == "" {
		return name
	}
	return dir + "/" + name
}

// IsSet reports whether a variable is in the environment.
func (w *World) IsSet(name string) bool { _, ok := w.Getenv(name); return ok }

// ReadLine reads a line as fgets does, at most n bytes of it.
func (w *World) ReadLine(n int) ([]byte, error) {
	var line []byte
	for len(line) < n {
		b, err := w.stdin.ReadByte()
		if err != nil {
			if err == io.EOF && len(line) > 0 {
				return line, io.EOF
			}
			return line, err
		}
		line = append(line, b)
		if b == '\n' {
			break
		}
	}
	return line, nil
}
