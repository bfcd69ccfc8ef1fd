package kconfig

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/fileid"
)

// A ShellRunner runs the commands of $(shell,...) on behalf of a tree. The output is what the command wrote to standard
// output; a command that fails is no error, one that cannot be started is.
type ShellRunner interface {
	RunShell(command, dir string, env []string, stdin io.Reader, stderr io.Writer) ([]byte, error)
}

// ShellFunc adapts a function to ShellRunner.
type ShellFunc func(command, dir string, env []string, stdin io.Reader, stderr io.Writer) ([]byte, error)

// RunShell calls f.
func (f ShellFunc) RunShell(command, dir string, env []string, stdin io.Reader, stderr io.Writer) ([]byte, error) {
	return f(command, dir, env, stdin, stderr)
}

// SystemShell runs every command with /bin/sh.
var SystemShell ShellRunner = ShellFunc(func(command, dir string, env []string, stdin io.Reader, stderr io.Writer) ([]byte, error) {
	cmd := exec.Command("/bin/sh", "-c", command)
	cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stderr = dir, env, stdin, stderr
	out, err := cmd.Output()
	if _, ok := err.(*exec.ExitError); ok {
		err = nil
	}
	return out, err
})

// Options say where a tree is and what it may see. Nothing is taken from the process: a zero Env is an empty
// environment.
type Options struct {
	// File is the top Kconfig file, relative to Dir or else to the variable srctree of Env.
	File string
	// Dir is the working directory, to which relative names are resolved. It should be absolute.
	Dir string
	// Env is the environment, as NAME=value.
	Env []string
	// Stdin is what $(shell,...) commands and the dialogue read; nil is empty.
	Stdin io.Reader
	// Stdout and Stderr receive what the C tool prints there; nil discards.
	Stdout, Stderr io.Writer
	// Dialect says how the tree's own tools behave; nil detects it from the scripts/kconfig directory below srctree
	// (or below Dir).
	Dialect *Dialect
	// Shell runs $(shell,...); nil is SystemShell.
	Shell ShellRunner
	// Terminal says that standard input and output are terminals, which decides whether answers are echoed.
	Terminal bool
	// PID appears in names of temporary files; zero is the process id.
	PID int
}

// A Config is a parsed tree with its current values. It must not be used by several goroutines at once; different
// Configs are independent.
type Config struct {
	d     Dialect
	dir   string
	env   []string
	vars  map[string]string
	stdin *bufio.Reader
	// stdinFile is what commands started by $(shell,...) get as standard input.
	stdinFile io.Reader
	stdinEOF  bool
	out       *bufio.Writer
	err       io.Writer
	shell     ShellRunner
	terminal  bool
	pid       int

	exprs exprTable
	// memories of the simplifiers
	transformed map[*Expr]*Expr
	deduped     map[*Expr]*Expr
	joins       int
	notices     int
	prefix      string // put before symbol names in files

	syms struct {
		plain, konst, choices map[string]*Symbol
		all                   []*Symbol // in order of creation
		order                 []*Symbol // in the order of the C tool's table
	}
	yes, mod, no *Symbol
	modules      *Symbol
	modulesVal   Tristate
	// defconfigList is the symbol whose defaults name files to start from (option defconfig_list).
	defconfigList *Symbol

	root  Menu
	files []string // in order of first inclusion
	noted map[string]bool
	used  []envUse // environment variables read by macros, in order of first use

	changed      bool
	silent       bool // no log messages
	confFile     string
	confLine     int
	confWarnings int
	symWarnings  int
	stack        *depFrame
	lenient      bool // error-if is no error (parsing ahead)
	watch        *watch
	// texts are files read by a second parse beside this one; firstReader is set in that one.
	texts       *texts
	firstReader bool
}

type envUse struct{ name, value string }

// An ExitError says that the C tool would have ended with this exit status here. What it would have printed has been
// written to the Config's streams.
type ExitError struct {
	Code int
	// Message is the last complaint, for callers that do not watch the streams.
	Message string
}

func (e *ExitError) Error() string {
	if e.Message != "" {
		return strings.TrimSpace(e.Message)
	}
	return fmt.Sprintf("kconfig: exit status %d", e.Code)
}

// bail unwinds to the package boundary; it never leaves the package.
type bail struct{ code int }

func (c *Config) exit(code int) { panic(bail{code}) }

// catch turns a bail into an *ExitError at the package boundary.
func (c *Config) catch(err *error) {
	r := recover()
	if r == nil {
		c.flush()
		return
	}
	b, ok := r.(bail)
	if !ok {
		panic(r)
	}
	c.flush()
	e := &ExitError{Code: b.code}
	if last, ok := c.err.(*lastLine); ok {
		e.Message = last.text()
	}
	*err = e
}

// lastLine passes text on and keeps the last line for ExitError.
type lastLine struct {
	w    io.Writer
	line []byte
}

func (l *lastLine) Write(p []byte) (int, error) {
	t := bytes.TrimRight(p, "\n")
	if i := bytes.LastIndexByte(t, '\n'); i >= 0 {
		t = t[i+1:]
	}
	if len(t) > 0 {
		l.line = append(l.line[:0], t...)
	}
	if l.w == nil {
		return len(p), nil
	}
	return l.w.Write(p)
}

func (l *lastLine) text() string { return string(l.line) }

func (c *Config) printf(format string, args ...any) { fmt.Fprintf(c.out, format, args...) }
func (c *Config) puts(s string)                     { _, _ = c.out.WriteString(s) }
func (c *Config) flush()                            { _ = c.out.Flush() }

// warnf writes to standard error, which the C tool does not buffer; each call is one write.
func (c *Config) warnf(format string, args ...any) {
	_, _ = io.WriteString(c.err, fmt.Sprintf(format, args...))
}

// warnAt writes a warning about a place in a Kconfig file.
func (c *Config) warnAt(p Pos, format string, args ...any) {
	c.warnf("%s:%d:warning: "+format+"\n", append([]any{p.File, p.Line}, args...)...)
}

// errorAt writes an error about a place in a Kconfig file.
func (c *Config) errorAt(p Pos, format string, args ...any) {
	c.warnf("%s:%d: "+format+"\n", append([]any{p.File, p.Line}, args...)...)
}

// isSet reports whether a variable is in the environment.
func (c *Config) isSet(name string) bool { _, ok := c.getenv(name); return ok }

// runShell runs the command of a $(shell,...).
func (c *Config) runShell(command string) ([]byte, error) {
	return c.shell.RunShell(command, c.dir, c.env, c.stdinFile, c.err)
}

// inputLine reads a line as fgets does, at most n bytes of it.
func (c *Config) inputLine(n int) ([]byte, error) {
	var line []byte
	for len(line) < n {
		b, err := c.stdin.ReadByte()
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

func newConfig(o Options) *Config {
	c := &Config{dir: o.Dir, env: o.Env, shell: o.Shell, terminal: o.Terminal, pid: o.PID, noted: map[string]bool{}}
	if c.pid == 0 {
		c.pid = os.Getpid()
	}
	if c.shell == nil {
		c.shell = SystemShell
	}
	c.setStdin(o.Stdin)
	out := o.Stdout
	if out == nil {
		out = io.Discard
	}
	c.out = bufio.NewWriterSize(out, 4096)
	c.err = &lastLine{w: o.Stderr}
	c.vars = make(map[string]string, len(o.Env))
	for _, kv := range o.Env {
		if i := strings.IndexByte(kv, '='); i > 0 {
			if _, dup := c.vars[kv[:i]]; !dup {
				c.vars[kv[:i]] = kv[i+1:] // getenv finds the first
			}
		}
	}
	c.transformed = make(map[*Expr]*Expr)
	c.deduped = make(map[*Expr]*Expr)
	c.syms.plain = make(map[string]*Symbol, 1<<14)
	c.syms.konst = make(map[string]*Symbol)
	c.syms.choices = make(map[string]*Symbol)
	if o.Dialect != nil {
		c.d = *o.Dialect
	} else {
		c.d = DetectDialect(c.path(c.sourceTree()))
	}
	c.prefix = "CONFIG_"
	if !c.d.FixedPrefix {
		c.prefix = c.envOr("CONFIG_", "CONFIG_")
	}
	c.initConstants()
	return c
}

func (c *Config) setStdin(in io.Reader) {
	c.stdinFile = in
	if in == nil {
		in = strings.NewReader("")
	}
	c.stdin = bufio.NewReaderSize(in, 4096)
}

// sourceTree is where the tree's own tools are looked for.
func (c *Config) sourceTree() string {
	if s, ok := c.vars["srctree"]; ok && s != "" {
		return s
	}
	return "."
}

func (c *Config) getenv(name string) (string, bool) { v, ok := c.vars[name]; return v, ok }

func (c *Config) envOr(name, fallback string) string {
	if v, ok := c.vars[name]; ok {
		return v
	}
	return fallback
}

// path resolves a name to the working directory.
func (c *Config) path(name string) string { return join(c.dir, name) }

// join resolves a name to a directory. It is not filepath.Join, which would resolve .. through symbolic links.
func join(dir, name string) string {
	if filepath.IsAbs(name) || dir == "" {
		return name
	}
	return dir + "/" + name
}

// readFile reads a Kconfig or configuration file: as named, or else below srctree.
func (c *Config) readFile(name string) ([]byte, error) {
	b, err := c.readPlain(name)
	if err != nil && !strings.HasPrefix(name, "/") {
		if src, ok := c.getenv("srctree"); ok {
			if b2, err2 := c.readPlain(src + "/" + name); err2 == nil {
				return b2, nil
			}
		}
	}
	return b, err
}

// opensDir reports whether a name that was read is a directory.
func (c *Config) opensDir(name string) bool {
	fi, err := os.Stat(c.path(name))
	if err != nil && !strings.HasPrefix(name, "/") {
		if src, ok := c.getenv("srctree"); ok {
			fi, err = os.Stat(c.path(src + "/" + name))
		}
	}
	return err == nil && fi.IsDir()
}

// readPlain reads one file. As with fopen, a directory opens but yields nothing. A tree has some 1500 files: the system
// is called directly, since package os makes three times as many calls for each.
func (c *Config) readPlain(name string) ([]byte, error) {
	if name == "" {
		return nil, os.ErrNotExist
	}
	if c.texts != nil && !c.firstReader {
		if f, ok := c.texts.take(c.path(name)); ok {
			c.watch.note(c.path(name), f.id)
			return f.buf, nil
		}
	}
	if !c.mayRead(c.path(name)) {
		return nil, os.ErrNotExist
	}
	fd, err := retry(func() (int, error) { return unix.Open(c.path(name), unix.O_RDONLY|unix.O_CLOEXEC, 0) })
	if err != nil {
		c.watch.note(c.path(name), fileid.ID{})
		return nil, err
	}
	defer unix.Close(fd)
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); err != nil {
		return nil, err
	}
	id := fileid.Of(&st)
	c.watch.note(c.path(name), id)
	keep := c.firstReader && id.Settled()
	if st.Mode&unix.S_IFMT == unix.S_IFDIR {
		return nil, nil
	}
	buf := make([]byte, max(st.Size+1, 512)) // more than the size shows the end without another call
	for n := 0; ; {
		if n == len(buf) {
			buf = append(buf, make([]byte, len(buf))...)
		}
		m, err := retry(func() (int, error) { return unix.Read(fd, buf[n:]) })
		if err != nil {
			return nil, err
		}
		n += m
		if m == 0 || int64(n) == st.Size && n < len(buf) {
			if keep {
				c.texts.put(c.path(name), id, buf[:n])
			}
			return buf[:n], nil
		}
	}
}

// mayRead reports whether a file may be read now. What somebody who reads ahead took out of a pipe would be gone.
func (c *Config) mayRead(path string) bool {
	if !c.firstReader && c.watch == nil {
		return true
	}
	st, err := os.Stat(path)
	if err != nil || st.Mode().IsRegular() || st.IsDir() {
		return true
	}
	if c.firstReader {
		return false
	}
	c.watch.await()
	return true
}

// retry repeats a call that a signal interrupted.
func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR {
			return n, err
		}
	}
}
