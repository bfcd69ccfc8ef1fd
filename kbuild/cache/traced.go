package cache

// This file knows processes that are traced: what makes their weak key, what decided one that has ended, and the values of what
// only the tracer sees.

import (
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/inherited"
	"gokbuild/depgraph/pattern"
	"gokbuild/depgraph/store"
	"gokbuild/depgraph/trace"
	"gokbuild/kbuild/forms"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/setting"
)

// statusValue works out a fact about an absolute name.
func statusValue(kind facts.Kind, name string) (v store.Digest, ok bool) {
	if kind == facts.System {
		n, err := facts.SystemValue(name)
		return store.Sum(strconv.AppendUint([]byte("system "), n, 16)), err == nil
	}
	st := facts.Look(kind, "", name)
	switch {
	case st.Errno == syscall.ENOENT || st.Errno == syscall.ENOTDIR:
		return absentValue, true
	case st.Errno != 0:
		return v, false
	}
	text := strconv.FormatUint(uint64(st.Mode), 8) + " " + strconv.FormatUint(st.Owner(), 16)
	switch kind {
	case facts.Exists:
	case facts.Dated:
		text += " " + strconv.FormatInt(st.Mtime, 10)
		if st.Format() == syscall.S_IFREG {
			text += " " + strconv.FormatInt(st.Size, 10)
		}
	case facts.Link:
		to, err := os.Readlink(name)
		if err != nil {
			return v, false
		}
		text = "link " + to
	case facts.List:
		entries, err := os.ReadDir(name)
		if err != nil {
			return v, false
		}
		var names []string
		for _, e := range entries {
			if e.Name() != facts.OwnDir {
				names = append(names, e.Name()+"\x00"+e.Type().String())
			}
		}
		slices.Sort(names)
		text = "list " + strings.Join(names, "\x00")
	default:
		return v, false
	}
	return store.Sum([]byte(text)), true
}

// cheap are programs that take less time than looking them up.
var cheap = pattern.NewWords(`rm mv cp mkdir rmdir ln touch cat echo test [ sed grep egrep fgrep tr cut head tail sort uniq wc basename dirname date expr true false readlink realpath cmp chmod ls
	printf find id uname hostname whoami env xargs install tee fixdep make gmake gokbuild depmod git tar rsync openssl`)

// plainTools are programs of which it is known which variables they look at, and whose output shows what they take from names.
var plainTools = pattern.NewWords(`ar ld ld.bfd objcopy strip ranlib gcc cc`)

// toolsEnv are those variables.
var toolsEnv = append(strings.Fields("LDEMULATION LD_RUN_PATH GNUTARGET COLLECT_NO_DEMANGLE PATH TMPDIR"), compilerEnv...)

// enough is how many processes could not be traced when no more are tried.
const enough = 4

// traced makes the weak key of a process that is to be traced; ok is false if it is none.
func (v *view) traced(p *process) (weak weakKey, ok bool) {
	name := path.Base(p.Path)
	if p.command.Recursive || cheap.Has(name) || v.untraced.Load() >= enough || !p.writesToJob() || !usualOutput(p) || !emptyInput(p.Stdin) || v.Mode != ReadOnly && v.Mode != All && isShell(p) {
		return weak, false
	}
	w := newKey("traced 3")
	w.add("the program "+v.roots.pack(p.Path), "the folder "+v.roots.pack(p.Dir), "what it inherits: "+inherited.Text(), "to "+p.terminal,
		fmt.Sprintf("to a terminal: %v, to nobody: %v, %v", setting.IsTerminal(p.Stdout), p.Stdout == nil, p.Stderr == nil))
	for _, word := range p.Argv {
		if strings.IndexByte(word, 1) >= 0 || strings.HasSuffix(word, "=native") {
			return weak, false // what the processor can do is asked without a call
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
	return v.weakKey(w, p.Dir, p.command.Target(), p.Path), true
}

// shells are programs that do little but start others.
var shells = pattern.NewWords("sh bash dash ksh zsh busybox")

// isShell reports whether a process is a shell, or a script for one.
func isShell(p *process) bool {
	if shells.Has(path.Base(p.Path)) {
		return true
	}
	name := p.Path
	if !path.IsAbs(name) {
		name = p.Dir + "/" + name
	}
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 128)
	n, _ := f.Read(head)
	line, _, _ := strings.Cut(string(head[:n]), "\n")
	return !strings.HasPrefix(line, "\x7fELF") && (!strings.HasPrefix(line, "#!") || strings.Contains(line, "sh"))
}

// usualOutput reports whether nobody in this process waits for what is written to standard output: it is the job's, or a file.
func usualOutput(p *process) bool {
	if p.Stdout == nil || p.Stdout == p.command.Stdout {
		return true
	}
	st, err := p.Stdout.Stat()
	return err == nil && st.Mode().IsRegular()
}

// emptyInput reports whether nothing can come from standard input.
func emptyInput(f *os.File) bool {
	if f == nil {
		return true
	}
	st, err := f.Stat()
	if err != nil || st.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	const null = 1<<8 | 3 // /dev/null
	sys, ok := st.Sys().(*syscall.Stat_t)
	return ok && sys.Rdev == null
}

// runTraced runs a process under trace, and keeps what it leaves if all is known that decided it.
func (v *view) runTraced(p *process, weak *weakKey) (shell.Waiter, error) {
	v.awaitTick(p)
	began, at := now(), time.Now()
	report, err := trace.RunFresh(v.ctx, v.procs, depgraph.ProcSpec{Path: p.Path, Argv: p.Argv, Dir: p.Dir, Env: p.Env, Stdin: p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr})
	switch {
	case errors.Is(err, trace.ErrUnavailable):
		v.untraced.Add(1)
		return p.start(p.Process)
	case err != nil:
		return nil, err
	}
	took := time.Since(at)
	kept := false
	if report.Status.Success() && v.ctx.Err() == nil {
		err := v.keepTraced(p, weak, report, began, took)
		if kept = err == nil; !kept {
			v.refuse(p, err)
		}
	}
	if !kept {
		p.command.Watch.Deeds.Unknown(p.Path)
	}
	v.stats.storing.Add(int64(time.Since(at) - took))
	return done{st: report.Status}, nil
}

// keepTraced keeps what a traced process has left.
func (v *view) keepTraced(p *process, weak *weakKey, report *trace.Report, began moment, took time.Duration) error {
	if report.Impure != "" {
		why := path.Base(p.Path) + ": " + kindOf(report.Impure)
		v.giveUp(weak, why)
		return missing(why)
	}
	tool := v.genuine.name(p)
	timeless, over := takesNoDates(tool, p.Argv) || v.undated.cannotAskForDates(p), overwritten(tool, p)
	var names []string
	var list []store.Fact
	var values []store.Digest
	add := func(kind store.Kind, name string, value *store.Digest) error {
		f := store.Fact{Kind: kind, Name: v.roots.packPath(name)}
		now, ok := v.value(f)
		if value != nil {
			now, ok = *value, true
		}
		if !ok {
			return missing("cannot be read: " + name)
		}
		list, values = append(list, f), append(values, now)
		return nil
	}
	kinds := map[facts.Kind]store.Kind{facts.Content: store.Content, facts.Exists: store.Status, facts.List: store.List, facts.Link: store.Link, facts.Dated: store.Dated,
		facts.System: store.System}
	for i := range report.Facts {
		f := &report.Facts[i]
		var err error
		if !f.Written && !f.Absent() && f.Kind != facts.System {
			if err := v.unchanged(f, began); err != nil {
				return err
			}
		}
		switch {
		case strings.IndexByte(f.Path, 1) >= 0 || strings.HasPrefix(f.Path, "/proc/") && f.Kind != facts.System:
			return missing("it reads " + f.Path)
		case f.Written && f.Kind == facts.Content && f.ID.Format() == syscall.S_IFREG && (!f.Asked || over[f.Path]):
			names = append(names, f.Path)
			v.files.forget([]string{f.Path})
			if f.Fresh && !over[f.Path] {
				err = add(store.Presence, f.Path, &absentValue)
			}
		case f.Written && f.Kind == facts.Exists && f.ID.Format() == syscall.S_IFREG:
			if !over[f.Path] {
				err = add(store.Status, f.Path, nil)
			}
		case f.Written:
			return missing("it changes what it has read, or makes folders or links")
		case f.Absent():
			// What is there for a moment, as temporary files are, may just have been seen.
			err = add(store.Presence, f.Path, &absentValue)
		case f.Kind == facts.Dated && timeless && f.ID.Format() == syscall.S_IFREG:
			if err = add(store.Content, f.Path, nil); err == nil {
				err = add(store.Status, f.Path, nil)
			}
		default:
			err = add(kinds[f.Kind], f.Path, nil)
		}
		if err != nil {
			return err
		}
	}
	out, err := v.outputs(names, "")
	if err != nil {
		return err
	}
	for _, name := range names {
		p.command.Watch.Deeds.Wrote(name)
	}
	e := &store.Entry{Origin: store.Origin{What: p.command.Target(), Host: v.Host, Program: v.Program, At: time.Now().Unix(), Took: took, Known: "trace"}}
	bound := out.bound(v.roots)
	for _, o := range report.Output {
		if hasKey([]byte(o.Text)) {
			return missing("it prints a private key")
		}
		text := v.roots.pack(o.Text)
		bound = bound || v.roots.in(text) || text != o.Text
		e.Printed = append(e.Printed, store.Piece{Err: o.Err, Text: o.Text})
	}
	if bound {
		if err := add(store.Roots, "", nil); err != nil {
			return err
		}
	}
	p.depends(v, list)
	for _, o := range report.Output {
		p.said(o.Err, o.Text)
	}
	return v.keep(weak, list, values, out, e)
}

// unchanged sees that what a process has seen of a file, that began at a time, is what there is now.
func (v *view) unchanged(f *trace.Fact, began moment) error {
	now := facts.Look(f.Kind, "", f.Path)
	changed := now != f.ID
	switch f.Kind {
	case facts.Exists:
		changed = now.Errno != f.ID.Errno || now.Mode != f.ID.Mode || now.Owner() != f.ID.Owner()
	case facts.Content, facts.List:
		at := max(f.ID.Mtime, f.ID.Ctime)
		changed = changed || !began.after(at, func() bool { return v.wroteIt(f.Path) })
		v.files.forget([]string{f.Path})
	}
	if changed {
		return missing("changed while it was read: " + f.Path)
	}
	return nil
}

// overwritten are the outputs of a compiler or linker: it makes them anew, whatever was there before.
func overwritten(tool string, p *process) map[string]bool {
	switch tool {
	case "gcc", "cc", "ld", "ld.bfd", "as":
	default:
		return nil
	}
	set := make(map[string]bool)
	files, _ := forms.Outputs(&forms.Command{Path: p.Path, Argv: p.Argv, Dir: p.Dir})
	for _, f := range files {
		times := 0
		for _, word := range p.Argv {
			if word == f || p.Dir+"/"+word == f {
				times++
			}
		}
		if times < 2 {
			set[f] = true
		}
	}
	return set
}

// takesNoDates reports whether a program that asks for the dates of files makes nothing of them: its output is decided by their
// content and permissions (manual of the GNU binary utilities).
func takesNoDates(name string, argv []string) bool {
	switch name {
	case "ar":
		return len(argv) > 1 && strings.Contains(argv[1], "D") && !strings.HasPrefix(argv[1], "--") && !strings.Contains(argv[1], "u")
	case "objcopy", "strip":
		return !slices.ContainsFunc(argv[1:], func(a string) bool {
			return a == "--preserve-dates" || strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.Contains(a, "p")
		})
	case "ld", "ld.bfd":
		return true
	}
	return false
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
