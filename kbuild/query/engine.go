package query

// This file holds the engine: where the tree is, and how it is gone through.

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gokbuild/kbuild"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/plan"
	"gokbuild/kbuild/setting"
	"gokbuild/kconfig"
)

// Engine answers questions about one tree with one output directory. It is for one goroutine.
type Engine struct {
	session *kbuild.Session
	call    kbuild.Call
	flags   *flags.Flags
	// dir is where make works after all -C.
	dir string
	// Out is the output directory.
	Out string
	// Shell runs $(shell,…) of Kconfig files; nil is /bin/sh.
	Shell kconfig.ShellRunner

	kconfig *Kconfig
	unread  error // why there is no Kconfig
	// saved are the values that the configuration gives; that of "" is for all others.
	saved  map[string]string
	graph  *Graph
	source string
	// lines are those of makefiles that were read, nil for one that is not there.
	lines map[string][]ObjLine

	// still says that no makefile is evaluated; unsaved are texts that stand for files.
	still   bool
	unsaved func(name string) ([]byte, bool)
}

// New returns an engine for the tree that a command line of make means: its -C, -f, O= and other variables count, its goals do
// not. f are the options of the call. The error says that a directory is not there.
func New(s *kbuild.Session, call kbuild.Call, f *flags.Flags) (*Engine, error) {
	e := &Engine{session: s, call: call, flags: f, dir: call.Dir}
	for _, d := range f.Directories {
		if !filepath.IsAbs(d) {
			d = filepath.Join(e.dir, d)
		}
		st, err := os.Stat(d)
		if err == nil && !st.IsDir() {
			err = &os.PathError{Op: "chdir", Path: d, Err: errors.New("not a directory")}
		}
		if err != nil {
			return nil, err
		}
		e.dir = d
	}
	out, _ := kernel.FindOutput(e.variable, e.dir, 0)
	e.Out = out.Dir
	return e, nil
}

func (e *Engine) variable(name string) string { return Variable(e.call.Env, e.flags, name) }

// fromEnviron are the variables that Kbuild heeds in the environment, too; O and M it heeds on the command line only (the Makefile
// at the top of a kernel asks for their origin).
var fromEnviron = []string{"KBUILD_OUTPUT", "KBUILD_EXTMOD"}

// Variable is the value that the command line or the environment gives a variable which says where a kernel is built.
func Variable(env []string, f *flags.Flags, name string) string {
	value := ""
	if slices.Contains(fromEnviron, name) {
		value = setting.Getenv(env, name)
	}
	for _, a := range f.Assignments {
		if a.Name == name {
			value = a.Value
		}
	}
	return value
}

// Elsewhere is an environment without the variables by which it says where a kernel is built, and said are those.
func Elsewhere(env []string) (rest, said []string) {
	for _, entry := range env {
		if name, _, _ := strings.Cut(entry, "="); slices.Contains(fromEnviron, name) {
			said = append(said, entry)
		} else {
			rest = append(rest, entry)
		}
	}
	return rest, said
}

// Plan goes through the recipes that make goals from nothing; no goals are the default goal. The status is that which make
// would end with.
func (e *Engine) Plan(goals []string) (p *plan.Plan, status int) { return e.plan(goals, plan.All) }

func (e *Engine) plan(goals []string, scope plan.Scope) (p *plan.Plan, status int) {
	call := e.call
	call.Argv = append(e.flags.BareArgs(), goals...)
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return new(plan.Plan), 2
	}
	defer null.Close()
	call.Stdin, call.Stdout = null, null
	return e.session.Plan(call, scope)
}

// Graph is the graph of all targets of the default goal. It is made once.
func (e *Engine) Graph() (*Graph, error) {
	if e.still {
		return nil, ErrStill
	}
	if e.graph == nil {
		p, status := e.Plan(nil)
		if status != 0 {
			return nil, e.errPlan()
		}
		e.graph = NewGraph(p)
	}
	return e.graph, nil
}

// ErrPlan says that the makefiles could not be gone through. Why was told on standard error.
var ErrPlan = errors.New("the makefiles end with an error")

// errPlan is ErrPlan, with what may be missing in a tree that is configured.
func (e *Engine) errPlan() error {
	if e.isKernel() {
		return fmt.Errorf("%w; a configuration may be missing: prepare first", ErrPlan)
	}
	return ErrPlan
}

// short is a name as people write it: relative to the output directory or to the sources, where it is below.
func (e *Engine) short(name string) string {
	for _, dir := range []string{e.Out, e.Source()} {
		if rest, ok := strings.CutPrefix(name, dir+"/"); ok && dir != "" {
			return rest
		}
	}
	return name
}

// Source is the folder of the sources: where the first makefile is.
func (e *Engine) Source() string {
	if e.source == "" {
		e.source = e.dir
		if k, err := e.Kconfig(); err == nil {
			e.source = k.srctree
		}
	}
	return e.source
}
