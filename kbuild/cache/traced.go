package cache

// This file knows processes that are traced: what makes their weak key, and how they are run and kept.

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strings"
	"time"

	"gokbuild/depgraph"
	"gokbuild/depgraph/inherited"
	"gokbuild/depgraph/pattern"
	"gokbuild/depgraph/store"
	"gokbuild/depgraph/trace"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/setting"
)

// traced is a process that is run under trace.
type traced struct {
	*view
	weakKey
}

func (t *traced) key() *weakKey { return &t.weakKey }

func (t *traced) deps() string { return "" }

// cheap are programs that take less time than looking them up.
var cheap = pattern.NewWords(`rm mv cp mkdir rmdir ln touch cat echo test [ sed grep egrep fgrep tr cut head tail sort uniq wc basename dirname date expr true false readlink realpath cmp chmod ls
	printf find id uname hostname whoami env xargs install tee fixdep make gmake gokbuild depmod git tar rsync openssl`)

// plainTools are programs of which it is known which variables they look at, and whose output shows what they take from names.
var plainTools = pattern.NewWords(`ar ld ld.bfd objcopy strip ranlib gcc cc`)

// toolsEnv are those variables.
var toolsEnv = append(strings.Fields("LDEMULATION LD_RUN_PATH GNUTARGET COLLECT_NO_DEMANGLE PATH TMPDIR"), compilerEnv...)

// enough is how many processes could not be traced when no more are tried.
const enough = 4

// traced makes the weak key of a process that is to be traced; nil if it is none.
func (v *view) traced(p *process) *traced {
	name := path.Base(p.Path)
	if p.command.Recursive || cheap.Has(name) || v.untraced.Load() >= enough || !p.writesToJob() || !p.usualOutput() || !emptyInput(p.Stdin) || v.Mode != ReadOnly && v.Mode != All && isShell(p) {
		return nil
	}
	w := newKey("traced 3")
	w.add("the program "+v.roots.pack(p.Path), "the folder "+v.roots.pack(p.Dir), "what it inherits: "+inherited.Text(), "to "+p.terminal,
		fmt.Sprintf("to a terminal: %v, to nobody: %v, %v", setting.IsTerminal(p.Stdout), p.Stdout == nil, p.Stderr == nil))
	for _, word := range p.Argv {
		if strings.IndexByte(word, 1) >= 0 || strings.HasSuffix(word, "=native") {
			return nil // what the processor can do is asked without a call
		}
		w.add(v.roots.pack(word))
	}
	if plainTools.Has(v.genuine.name(p)) {
		w.variables(v.roots, toolsEnv, p.Env)
		if name := p.otherName(); name != "" {
			w.add("the variable PWD=" + name)
		}
	} else {
		// No trace tells which variables a program looks at: nothing of a terminal or a login is left out.
		for _, e := range v.Environ(p.Env) {
			w.add("the variable " + v.roots.pack(e))
		}
		w.add("the roots " + v.roots.key())
	}
	return &traced{v, v.weakKey(w, p.Dir, p.command.Target(), p.Path)}
}

// shells are programs that do little but start others.
var shells = pattern.NewWords("sh bash dash ksh zsh busybox")

// isShell reports whether a process is a shell, or a script for one.
func isShell(p *process) bool {
	if shells.Has(path.Base(p.Path)) {
		return true
	}
	f, err := os.Open(p.file())
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 128)
	n, _ := f.Read(head)
	line, _, _ := strings.Cut(string(head[:n]), "\n")
	return !strings.HasPrefix(line, "\x7fELF") && (!strings.HasPrefix(line, "#!") || strings.Contains(line, "sh"))
}

// run runs the process under trace, unless that was in vain before.
func (t *traced) run(p *process) (shell.Waiter, error) {
	why := t.view.hopeless(&t.weakKey)
	if why == "" && t.Mode == Auto && !t.metBefore(&t.weakKey) {
		why = "it is traced when it is met again"
	}
	if why != "" {
		t.refuse(p, missing(why))
		return p.start(p.Process)
	}
	p.make.Events.Send(event.ProcessStarted{Path: p.Path})
	t.awaitTick(p)
	began, at := now(), time.Now()
	report, err := trace.RunFresh(t.ctx, t.procs, depgraph.ProcSpec{Path: p.Path, Argv: p.Argv, Dir: p.Dir, Env: p.Env, Stdin: p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr})
	switch {
	case errors.Is(err, trace.ErrUnavailable):
		t.untraced.Add(1)
		return p.start(p.Process)
	case err != nil:
		return nil, err
	}
	took := time.Since(at)
	kept := false
	if report.Status.Success() && t.ctx.Err() == nil {
		err := t.keepIt(p, report, began, took)
		if kept = err == nil; !kept {
			t.refuse(p, err)
		}
	}
	if !kept {
		p.command.Watch.Deeds.Unknown(p.Path)
	}
	t.stats.storing.Add(int64(time.Since(at) - took))
	return done{st: report.Status}, nil
}

// keepIt keeps what the process has left, if its trace tells all that decided it.
func (t *traced) keepIt(p *process, report *trace.Report, began moment, took time.Duration) error {
	if report.Impure != "" {
		why := path.Base(p.Path) + ": " + kindOf(report.Impure)
		t.giveUp(&t.weakKey, why)
		return missing(why)
	}
	o := t.observe(p, report, began)
	if o.err != nil {
		return o.err
	}
	left, err := t.outputs(o.wrote, "")
	if err != nil {
		return err
	}
	for _, name := range o.wrote {
		p.command.Watch.Deeds.Wrote(name)
	}
	e := t.entry(p, "trace", took)
	bound := left.bound(t.roots)
	for _, said := range report.Output {
		if hasKey([]byte(said.Text)) {
			return missing("it prints a private key")
		}
		bound = bound || t.roots.in(said.Text)
		e.Printed = append(e.Printed, store.Piece{Err: said.Err, Text: said.Text})
	}
	if bound {
		o.add(store.Roots, "")
	}
	p.depends(t.view, o.facts)
	for _, said := range report.Output {
		p.said(said.Err, said.Text)
	}
	return t.keep(&t.weakKey, &o.decided, left, e)
}

// kindOf takes names of files out of why nothing is proved, so that it can be counted.
func kindOf(why string) string {
	words := strings.Fields(why)
	for i, w := range words {
		if strings.HasPrefix(w, "/") {
			words[i] = "…"
		}
	}
	return strings.Join(words, " ")
}
