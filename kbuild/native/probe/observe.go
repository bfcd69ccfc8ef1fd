package probe

// A command without a narrow form, a script for example, is run twice when it is met: by /bin/sh, whose answer
// counts, and by a shell in this process that sees what it does. The second run starts no program unless the call has
// a form (forms.go), writes no file but one of its own, and lists no directory; where it would, it ends and proves
// nothing. If it comes to the same text and status, what it saw is what decided them, together with the variables that
// a word of its texts may name, and those that programs look at unasked. So scripts/cc-version.sh is remembered with
// itself, min-tool-version.sh, the compiler, and CC.

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/pattern"
)

// observation is what an observed run came to.
type observation struct {
	stdout []byte
	status int
	in     Inputs
}

// Bounds of what is observed.
const (
	maxScript  = 64 << 10
	maxCalls   = 200
	maxNesting = 4
	maxText    = 1 << 20
)

// observer watches one run.
type observer struct {
	m   *Memo
	dir string

	mu     sync.Mutex
	a      analysis
	calls  int
	failed bool
	// texts are those of the command and of its scripts.
	texts strings.Builder
	// temp are the names that mktemp gave.
	temp []string
	// outer is the standard input of who runs the command.
	outer *os.File
}

// observe starts an observed run, and returns a function that waits for its end. It is nil if the text alone tells
// that nothing would come of it.
func (m *Memo) observe(cmd, dir string, env []string) func() *observation {
	if len(cmd) > maxScript {
		return nil
	}
	f, said, ok := observed(cmd, "")
	if !ok || !worthwhile(f, dir, env) {
		return nil
	}
	f.Name = "/bin/sh"
	o := &observer{m: m, dir: dir}
	o.a = analysis{dir: dir, helpers: &m.helpers}
	o.texts.WriteString(said)
	done := make(chan *observation, 1)
	go func() { done <- o.run(f, newEnviron(env)) }()
	return sync.OnceValue(func() *observation { return <-done })
}

var (
	identifiers = pattern.New(`[A-Za-z_][A-Za-z0-9_]*`)
	// indirect: the name of a variable may come from a value: see package trace.
	indirect = pattern.New(`\(\(|\$\[|\blet\b|\s-v\s+["']?\$|\$\{\w+(?:\[|:[^-+=?])`)
)

// anyName among the names of an entry says that any variable may have been looked at.
const anyName = "*"

var errUnseen = errors.New("something that is not seen")

// give up ends the run.
func (o *observer) giveUp() error {
	o.mu.Lock()
	o.failed = true
	o.mu.Unlock()
	return errUnseen
}

func (o *observer) run(f *syntax.File, env environ) *observation {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil
	}
	defer null.Close()
	o.outer = null
	var out bounded
	status, ok := o.shell(f, env, nil, nil, null, &out, 0)
	for _, t := range o.temp {
		os.Remove(t)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if !ok || o.failed || out.full {
		return nil
	}
	names := identifiers.FindAllString(o.texts.String(), -1)
	if indirect.MatchString(o.texts.String()) {
		names = append(names, anyName)
	}
	slices.Sort(names)
	o.a.in.Words = slices.Compact(names)
	return &observation{stdout: out.Bytes(), status: status, in: o.a.in}
}

// bounded is a buffer that takes no more than maxText.
type bounded struct {
	bytes.Buffer
	full bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxText {
		b.full = true
		return 0, errUnseen
	}
	return b.Buffer.Write(p)
}

// variables is an environment for the shell in this process.
type variables environ

func (v variables) Get(name string) expand.Variable {
	value, ok := v[name]
	if !ok {
		return expand.Variable{}
	}
	return expand.Variable{Set: true, Exported: true, Kind: expand.String, Str: value}
}

func (v variables) Each(f func(string, expand.Variable) bool) {
	for _, name := range sortedNames(v) {
		if !f(name, v.Get(name)) {
			return
		}
	}
}

func sortedNames(v variables) []string {
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// shell runs a text and returns its exit status.
func (o *observer) shell(f *syntax.File, env environ, options, args []string, in io.Reader, out io.Writer,
	depth int) (status int, ok bool) {
	own := environ{}
	for k, v := range env {
		if k != "IFS" && isName(k) { // shells do not take it from the environment
			own[k] = v
		}
	}
	r, err := interp.New(
		interp.Env(variables(own)), interp.Dir(o.dir), interp.StdIO(in, out, io.Discard),
		interp.Params(append(append(slices.Clone(options), "--"), args...)...),
		interp.CallHandler(o.call),
		interp.ExecHandlers(func(interp.ExecHandlerFunc) interp.ExecHandlerFunc {
			return func(ctx context.Context, args []string) error { return o.exec(ctx, args, depth) }
		}),
		interp.OpenHandler(o.open),
		interp.ReadDirHandler2(func(context.Context, string) ([]fs.DirEntry, error) { return nil, o.giveUp() }),
	)
	if err != nil {
		return 0, false
	}
	err = r.Run(context.Background(), f)
	var exit interp.ExitStatus
	switch {
	case err == nil:
	case errors.As(err, &exit):
		status = int(exit)
	default:
		return 0, false
	}
	return status, true
}

// seen are the builtin commands whose effects are seen.
var seen = pattern.NewWords(`echo printf : true false test [ set shift exec exit return break continue trap command unset read
	export`)

// call is asked about every command before it runs.
func (o *observer) call(ctx context.Context, args []string) ([]string, error) {
	name := args[0]
	if !interp.IsBuiltin(name) {
		return args, nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calls++
	bad := func() ([]string, error) {
		o.failed = true
		return nil, errUnseen
	}
	if !seen.Has(name) || o.calls > 100*maxCalls {
		return bad()
	}
	switch name {
	case "test", "[":
		if o.a.test(args[1:]) != nil {
			return bad()
		}
	case "printf":
		if len(args) > 1 && (strings.HasPrefix(args[1], "-") || strings.Contains(args[1], "%(")) {
			return bad()
		}
	case "set", "export", "unset":
		if len(args) < 2 || slices.Contains(args, "-p") || slices.Contains(args, "-o") || slices.Contains(args, "+o") ||
			slices.Contains(args, "PATH") {
			return bad()
		}
	case "exec":
		if len(args) < 2 || strings.HasPrefix(args[1], "-") {
			return bad()
		}
	case "trap":
		if len(args) < 3 {
			return bad()
		}
	case "read":
		if interp.HandlerCtx(ctx).Stdin == io.Reader(o.outer) {
			return bad()
		}
	case "command":
		if len(args) != 3 || args[1] != "-v" {
			return bad()
		}
		if o.a.lookedUp(args[2]) != nil {
			return bad()
		}
	}
	return args, nil
}

// open is asked about every file that a redirection names.
func (o *observer) open(_ context.Context, path string, flag int, perm fs.FileMode) (io.ReadWriteCloser, error) {
	abs := inDir(o.dir, path)
	if abs == os.DevNull {
		return os.OpenFile(abs, flag, perm)
	}
	o.mu.Lock()
	ok := flag&(os.O_WRONLY|os.O_RDWR) == 0 && o.a.regular(path)
	o.mu.Unlock()
	if !ok {
		return nil, o.giveUp()
	}
	return os.OpenFile(abs, flag, perm)
}

// ownFiles are programs that make and remove files of the command's own.
var ownFiles = pattern.NewWords(`mktemp rm env`)

// exec starts a program if the call has a form.
func (o *observer) exec(ctx context.Context, args []string, depth int) error {
	hc := interp.HandlerCtx(ctx)
	c := &call{name: args[0], args: args[1:], env: exported(hc.Env)}
	if hc.Stdin != io.Reader(o.outer) {
		text, err := io.ReadAll(io.LimitReader(hc.Stdin, maxText))
		if err != nil || len(text) == maxText {
			return o.giveUp()
		}
		c.in = stdin{own: true, known: true, text: string(text)}
	}
	o.mu.Lock()
	o.calls++
	over := o.calls > maxCalls || depth > maxNesting
	o.mu.Unlock()
	if over || hc.Dir != o.dir {
		return o.giveUp()
	}
	if c.name == reckon {
		result, err := reckoned(strings.Join(c.args, ""))
		if err != nil {
			return o.giveUp()
		}
		_, err = io.WriteString(hc.Stdout, result)
		return err
	}
	if c.name == "env" {
		if !o.environment(c) {
			return o.giveUp()
		}
	}
	if c.name == "mktemp" || c.name == "rm" {
		return o.temporary(ctx, hc, c)
	}
	path, found := lookPath(c.name, o.dir, c.env.get("PATH"))
	if found && !facts.MachineCode(path) {
		return o.script(hc, c, path, depth)
	}
	if tools[toolOf(filepath.Base(c.name))] != nil && found {
		if questions, links, ok := c.builds(); ok {
			return o.builds(ctx, hc, c, path, questions, links)
		}
	}
	// Files of the command's own are as well-known as the commands that made them.
	asked := *c
	asked.args = o.unnamed(c.args)
	o.mu.Lock()
	_, err := o.a.program(&asked)
	o.mu.Unlock()
	if err != nil {
		return o.giveUp()
	}
	if !found {
		return interp.ExitStatus(127)
	}
	return start(ctx, hc, c, path)
}

// builds runs a compiler that includes or links what the system has.
func (o *observer) builds(ctx context.Context, hc interp.HandlerContext, c *call, path string, questions []string,
	links bool) error {
	o.mu.Lock()
	ok := o.a.reads(c, path, questions, links)
	o.mu.Unlock()
	if !ok {
		return o.giveUp()
	}
	if !links {
		return start(ctx, hc, c, path)
	}
	var trace bytes.Buffer
	inner := hc
	inner.Stdout = &trace
	tracing := *c
	tracing.args = append(slices.Clone(c.args), "-Wl,--trace")
	err := start(ctx, inner, &tracing, path)
	o.mu.Lock()
	ok = o.a.traced(trace.String())
	o.mu.Unlock()
	if !ok {
		return o.giveUp()
	}
	return err
}

// unnamed puts a mark in the place of names that mktemp gave.
func (o *observer) unnamed(args []string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	args = slices.Clone(args)
	for i, w := range args {
		for _, t := range o.temp {
			if rest, ok := strings.CutPrefix(w, t); ok {
				args[i] = pidMark + rest
			}
		}
	}
	return args
}

// environment takes the settings of `env NAME=value … program` in front of a program.
func (o *observer) environment(c *call) bool {
	path, ok := lookPath("env", o.dir, c.env.get("PATH"))
	if !ok || !facts.MachineCode(path) {
		return false
	}
	o.mu.Lock()
	o.a.in.addProgram("env")
	o.mu.Unlock()
	for i, w := range c.args {
		name, value, ok := strings.Cut(w, "=")
		if !ok {
			c.name, c.args = w, c.args[i+1:]
			return !strings.HasPrefix(w, "-")
		}
		if name == "PATH" {
			return false
		}
		c.env[name] = value
	}
	return false // it lists all variables
}

// temporary makes or removes files of the command's own.
func (o *observer) temporary(ctx context.Context, hc interp.HandlerContext, c *call) error {
	path, ok := lookPath(c.name, o.dir, c.env.get("PATH"))
	if !ok || !facts.MachineCode(path) {
		return o.giveUp()
	}
	o.mu.Lock()
	o.a.in.addProgram(c.name)
	temp := slices.Clone(o.temp)
	o.mu.Unlock()
	if c.name == "rm" {
		for _, w := range c.args {
			if w != "-f" && w != "-rf" && !slices.ContainsFunc(temp, func(t string) bool { return strings.HasPrefix(w, t) }) {
				return o.giveUp()
			}
		}
		return start(ctx, hc, c, path)
	}
	if len(c.args) > 0 {
		return o.giveUp()
	}
	var out bytes.Buffer
	inner := hc
	inner.Stdout = &out
	err := start(ctx, inner, c, path)
	if name := strings.TrimSpace(out.String()); name != "" {
		o.mu.Lock()
		o.temp = append(o.temp, name)
		o.mu.Unlock()
	}
	hc.Stdout.Write(out.Bytes())
	return err
}

// script runs a shell script in the same way.
func (o *observer) script(hc interp.HandlerContext, c *call, path string, depth int) error {
	text, err := os.ReadFile(path)
	options, ok := shebang(string(text))
	if err != nil || len(text) > maxScript || !ok {
		return o.giveUp()
	}
	f, said, ok := observed(string(text), path)
	if !ok {
		return o.giveUp()
	}
	f.Name = c.name
	o.mu.Lock()
	o.a.in.addProgram(c.name)
	o.texts.WriteString("\n" + said)
	err = o.a.file(path)
	o.mu.Unlock()
	if err != nil {
		return o.giveUp()
	}
	in := io.Reader(o.outer)
	if c.in.own {
		in = strings.NewReader(c.in.text)
	}
	status, ok := o.shell(f, c.env, options, c.args, in, hc.Stdout, depth+1)
	if !ok {
		return o.giveUp()
	}
	if status != 0 {
		return interp.ExitStatus(status)
	}
	return nil
}

// shebang returns the options of a script for /bin/sh.
func shebang(text string) (options []string, ok bool) {
	line, ok := strings.CutPrefix(text, "#!")
	if !ok {
		return nil, false
	}
	line, _, _ = strings.Cut(line, "\n")
	f := strings.Fields(line)
	if len(f) == 0 || f[0] != "/bin/sh" || len(f) > 2 || len(f) == 2 && f[1] != "-e" && f[1] != "-u" && f[1] != "-eu" {
		return nil, false
	}
	return f[1:], true
}

// exported is the environment of a program that the shell starts.
func exported(env expand.Environ) environ {
	out := environ{}
	for name, v := range env.Each {
		if v.Exported && v.Kind == expand.String && v.IsSet() {
			out[name] = v.Str
		} else {
			delete(out, name)
		}
	}
	return out
}

func start(ctx context.Context, hc interp.HandlerContext, c *call, path string) error {
	cmd := exec.CommandContext(ctx, path, c.args...)
	cmd.Args[0] = c.name
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = hc.Dir, c.env.list(), hc.Stdout, hc.Stderr
	if c.in.own {
		cmd.Stdin = strings.NewReader(c.in.text)
	}
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if !exit.Exited() {
			return err
		}
		return interp.ExitStatus(exit.ExitCode())
	}
	return err
}
