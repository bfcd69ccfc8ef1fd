package cache

// This file knows checks: an awk at the end of a pipeline that has found nothing to say. That it says nothing of the same text
// again is all that is kept.

import (
	"io"
	"os"
	"path"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/inherited"
	"gokbuild/depgraph/store"
	"gokbuild/depgraph/trace"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/output"
)

// mostChecked bounds the text that is checked, in bytes; longestRead how long a check waits for the end of it. A program that finds
// more, or waits longer, is started on what there is.
const (
	mostChecked = 4 << 20
	longestRead = time.Second
)

// awkEnv are the variables that awks look at.
var awkEnv = strings.Fields("LANG LANGUAGE LC_ALL LC_COLLATE LC_CTYPE LC_MESSAGES LC_NUMERIC AWKPATH AWKLIBPATH POSIXLY_CORRECT GAWK_LOCALE_DIR GAWK_READ_TIMEOUT GAWK_STACKSIZE AWKBUFSIZE TZ MAWKBINMODE MAWK_LONG_OPTIONS WHINY_USERS LD_LIBRARY_PATH LD_PRELOAD")

// isCheck reports whether a process is an awk whose program, in its words, can use nothing but its words and its input, and can do
// nothing but print, to where its command prints.
func (p *process) isCheck() bool {
	if !p.writesToJob() || !p.usualOutput() || p.Stdout == nil || p.Stderr == nil {
		return false
	}
	if name := path.Base(p.Path); !p.Piped || name != "awk" && name != "mawk" && name != "gawk" || len(p.Argv) < 2 {
		return false
	}
	for i := 1; i < len(p.Argv); i++ {
		switch a := p.Argv[i]; {
		case a == "-v" || a == "-F":
			i++
		case strings.HasPrefix(a, "-"):
			return false
		default:
			return i == len(p.Argv)-1 && printsOnly(a) && readsAll(a)
		}
	}
	return false
}

// printsOnly reports whether a program of awk does nothing but print (manual of gawk, "Getline", "Redirection", "Time Functions", "I/O
// Functions"). To pipe into cat 1>&2 is how to print to standard error.
func printsOnly(program string) bool {
	program = strings.ReplaceAll(program, `| "cat 1>&2"`, "")
	if strings.ContainsAny(program, ">|@") {
		return false
	}
	for _, word := range []string{"getline", "system", "time", "rand", "ENVIRON", "PROCINFO", "close", "ARG", "include", "load"} {
		if strings.Contains(program, word) {
			return false
		}
	}
	return true
}

// check runs a check, or leaves it out if it is known to find nothing in the same text.
func (v *view) check(p *process, began time.Time) (shell.Waiter, error) {
	in, err := newInput(v.ctx, p.Stdin)
	if err != nil {
		return nil, err
	}
	text, whole, err := in.readAll(mostChecked, began.Add(longestRead))
	if err == nil && !whole {
		return in.start(p, text)
	}
	in.stop()
	if err != nil {
		return nil, err
	}
	input, err := memory(text)
	if err != nil {
		return nil, err
	}
	defer input.Close()
	run := *p.Process
	run.Stdin = input
	strong, tool, err := v.checkKey(p, text)
	if err != nil {
		return p.start(&run)
	}
	p.depends(v, []store.Fact{{Kind: store.Tool, Name: tool.String()}})
	if e, err := v.Store.Entry(v.ctx, strong); err == nil && len(e.Outputs) == 0 && len(e.Printed) == 0 && !v.toVerify() {
		v.stats.spent.Add(int64(time.Since(began)))
		v.stats.checks.Add(1)
		return ended{}, nil
	}
	stdout, stderr := output.Hear(p.Stdout), output.Hear(p.Stderr)
	if stdout == nil || stderr == nil {
		for _, h := range []*output.Listener{stdout, stderr} {
			if h != nil {
				h.Stop()
			}
		}
		return p.start(&run)
	}
	run.Stdout, run.Stderr = stdout.File(), stderr.File()
	p.kept = true
	at := time.Now()
	w, err := p.start(&run)
	if err != nil {
		stdout.Stop()
		stderr.Stop()
		return nil, err
	}
	var d done
	d.st, d.err = w.Wait()
	said := stdout.Stop() + stderr.Stop()
	if said != "" || d.err != nil || !d.st.Success() {
		p.whole.Unknown(p.command.Target() + ": " + p.Path)
	}
	if said == "" && d.err == nil && d.st.Success() && v.ctx.Err() == nil && v.Mode > ReadOnly {
		_ = v.Store.PutEntry(v.ctx, strong, v.entry(p, "form", time.Since(at))) // it costs time if it is lost
	}
	return d, nil
}

// checkKey is the key of a check: the program and all it consists of, its words, its text; tool is that of the program.
func (v *view) checkKey(p *process, text []byte) (key, tool store.Digest, err error) {
	var env []string
	for _, name := range awkEnv {
		if value, set := depgraph.LookEnv(p.Env, name); set {
			env = append(env, name+"="+value)
		}
	}
	h := store.NewHasher("awk 1")
	h.Text(p.Path)
	h.Text(env...)
	tool = h.Sum()
	id, err := v.identity(tool, func() ([]part, error) { return v.traceAwk(p.Path, env) })
	if err != nil {
		return key, tool, err
	}
	h = store.NewHasher("check 1")
	h.Digest(id)
	h.Text(inherited.Text(), p.umask, p.terminal)
	h.Text(env...)
	h.Text(p.Argv...)
	h.Digest(store.Sum(text))
	return h.Sum(), tool, nil
}

// traceAwk finds out what makes up an awk.
func (v *view) traceAwk(file string, env []string) ([]part, error) {
	report, err := trace.Run(v.ctx, v.procs, depgraph.ProcSpec{Path: file, Argv: []string{"awk", "BEGIN { x = 1 }"}, Dir: "/", Env: env})
	if err != nil {
		return nil, missing("awk cannot be traced: " + err.Error())
	}
	if report.Impure != "" || !report.Status.Success() {
		return nil, missing("awk does not tell its parts: " + report.Impure)
	}
	var parts []part
	for i := range report.Facts {
		f := &report.Facts[i]
		switch {
		case f.Absent():
			parts = append(parts, part{Path: f.Path, Absent: true})
		case f.Kind == facts.Content || f.Kind == facts.Link:
			parts = append(parts, part{Path: f.Path, Stat: facts.Look(facts.Content, "", f.Path), Linked: f.Kind == facts.Link})
		}
	}
	return parts, nil
}

// memory returns a file that holds a text, to be read from its beginning.
func memory(text []byte) (*os.File, error) {
	fd, err := unix.MemfdCreate("text", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "text")
	if _, err = f.Write(text); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
