package cache

// This file knows compilations: what makes their weak key, and how they are run and kept.

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/inherited"
	"gokbuild/depgraph/store"
	"gokbuild/kbuild/forms"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/output"
)

// compilation is a compiler that is to be run.
type compilation struct {
	*view
	*forms.Compilation
	dir  string
	argv []string
	weakKey
	// search are the folders of Quote and Angle, as they begin the names of dependencies; begins are the beginnings.
	search, begins []string
}

// compilerEnv are the variables that compilers look at (manual of GCC, "Environment Variables"); those of the language are LANG and LC_*.
var compilerEnv = strings.Fields(`GCC_EXEC_PREFIX COMPILER_PATH LIBRARY_PATH CPATH C_INCLUDE_PATH DEPENDENCIES_OUTPUT SUNPRO_DEPENDENCIES SOURCE_DATE_EPOCH
	GCC_COLORS GCC_COMPARE_DEBUG GCC_URLS TERM_URLS TERM LD_LIBRARY_PATH LD_PRELOAD LANG LANGUAGE LC_ALL LC_CTYPE LC_MESSAGES CCC_OVERRIDE_OPTIONS GCC_SPECS GCC_ROOT
	AS_ALLOW ASAN_OPTIONS LD_AUDIT GLIBC_TUNABLES LOCPATH GCONV_PATH OUTPUT_CHARSET GCC_EXTRA_DIAGNOSTIC_OUTPUT GCC_DIAGNOSTICS_LOG
	EXPERIMENTAL_SARIF_SOCKET COLLECT_GCC COLLECT_GCC_OPTIONS COLLECT_LTO_WRAPPER OFFLOAD_TARGET_NAMES CC_PRINT_OPTIONS CC_PRINT_HEADERS CC_LOG_DIAGNOSTICS
	CLANG_NO_DEFAULT_CONFIG SDKROOT`)

// compilation tells whether a process is a compilation whose inputs can be known, and makes its weak key; the error says why not.
func (v *view) compilation(p *process) (*compilation, error) {
	k, ok := forms.Compile(&forms.Command{Path: p.Path, Argv: p.Argv, Dir: p.Dir})
	if !ok {
		return nil, errForm
	}
	c := &compilation{view: v, Compilation: k, dir: p.Dir, argv: p.Argv}
	for _, dir := range slices.Concat(k.Quote, k.Angle) {
		name := plainName(dir)
		c.search, c.begins = append(c.search, name), append(c.begins, name+"/")
	}
	if s, _, _, ok := v.files.text(v.files.file(c.abs(k.Source)), false); ok && s.reads {
		return nil, errForm // the tracer sees what it reads
	}
	tools, tool, err := v.toolchain(p)
	if err != nil {
		return nil, err
	}
	p.depends(v, []store.Fact{{Kind: store.Tool, Name: tool.String()}})
	w := newKey("compile 2")
	w.add("the folder "+v.roots.pack(p.Dir), "the mask "+p.umask, "to "+p.terminal)
	w.variables(v.roots, compilerEnv, p.Env)
	if name := p.otherName(); name != "" {
		w.add("the variable PWD=" + name)
	}
	bound := k.PathBound
	for i, word := range p.Argv {
		if strings.IndexByte(word, 1) >= 0 {
			return nil, errForm
		}
		packed := v.roots.pack(word)
		w.add(packed)
		bound = bound || packed != word && !forms.NamesFiles(p.Argv, i)
		if word == "-fverbose-asm" {
			p.whole.Unknown("the size of the memory")
			w.add("the memory " + memoryOfMachine() + inherited.Text()) // how much it may take stands in a comment
		}
	}
	if bound {
		w.add("the roots " + v.roots.key())
	}
	w.add(compilerWord + tools.String())
	c.weakKey = v.weakKey(w, p.Dir, k.Output)
	return c, nil
}

// memoryOfMachine is the size of the machine's memory in bytes.
func memoryOfMachine() string {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return ""
	}
	return strconv.FormatUint(uint64(info.Totalram)*uint64(info.Unit), 10)
}

// plainName drops what compilers drop from the names of dependencies: "./" in front.
func plainName(name string) string {
	for strings.HasPrefix(name, "./") {
		name = strings.TrimLeft(name[1:], "/")
	}
	if name == "." {
		return ""
	}
	return name
}

// abs is the absolute name of a file, parts not taken away: a ".." behind a link leads elsewhere.
func (c *compilation) abs(name string) string {
	if path.IsAbs(name) {
		return name
	}
	return c.dir + "/" + name
}

func (c *compilation) key() *weakKey { return &c.weakKey }

func (c *compilation) deps() string { return c.abs(c.Deps) }

// run runs the compiler, and keeps what it leaves if it ends well.
func (c *compilation) run(p *process) (shell.Waiter, error) {
	p.kept = true
	return c.hear(p, func(text string, began moment, took time.Duration) {
		storing := time.Now()
		if err := c.keepIt(p, text, began, took); err != nil {
			c.refuse(p, err)
		}
		c.stats.storing.Add(int64(time.Since(storing)))
	})
}

// keepIt keeps what the compilation has left; heard is what it said.
func (c *compilation) keepIt(p *process, heard string, began moment, took time.Duration) error {
	if len(heard) >= output.MostHeard {
		return missing("it says too much")
	}
	names := []string{c.abs(c.Output), c.deps()}
	c.files.forget(names)
	left, err := c.outputs(names, c.deps())
	if err != nil {
		return err
	}
	list, ok := forms.ParseDeps(left[1].text)
	if !ok {
		return missing("its list of dependencies has an unusual form")
	}
	g, err := c.gather(list.Names, began, heard)
	if err != nil {
		return err
	}
	if left.bound(c.view.roots) || c.view.roots.in(c.view.roots.pack(heard)) {
		g.add(store.Roots, "")
	}
	e := c.entry(p, "form", took)
	if heard != "" {
		e.Printed = []store.Piece{{Err: true, Text: c.view.roots.pack(heard)}}
	}
	p.depends(c.view, g.facts)
	p.said(true, heard)
	return c.view.keep(&c.weakKey, &g.decided, left, e)
}
