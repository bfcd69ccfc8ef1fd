package cache

// This file takes from a trace what decided a process, and what it has left.

import (
	"slices"
	"strings"
	"syscall"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/store"
	"gokbuild/depgraph/trace"
	"gokbuild/kbuild/forms"
)

// observed is what a trace has shown of a process that has ended.
type observed struct {
	decided
	p     *process
	began moment
	// timeless says that the process makes nothing of the dates of files, over are the files that it makes anew, whatever was there.
	timeless bool
	over     map[string]bool
	// wrote are the files that it has left.
	wrote []string
}

// observe takes from a report what decided the process, which began at a time.
func (t *traced) observe(p *process, report *trace.Report, began moment) *observed {
	tool := t.genuine.name(p)
	o := &observed{decided: t.decide(len(report.Facts)), p: p, began: began,
		timeless: takesNoDates(tool, p.Argv) || t.undated.cannotAskForDates(p), over: overwritten(tool, p)}
	for i := range report.Facts {
		switch f := &report.Facts[i]; {
		case strings.IndexByte(f.Path, 1) >= 0 || strings.HasPrefix(f.Path, "/proc/") && f.Kind != facts.System:
			o.fail("it reads " + f.Path)
		case f.Written:
			o.written(f)
		default:
			o.read(f)
		}
	}
	return o
}

// written notes a file that the process has written.
func (o *observed) written(f *trace.Fact) {
	over := o.over[f.Path]
	switch {
	case f.ID.Format() == syscall.S_IFREG && f.Kind == facts.Content && (over || !f.Asked):
		o.wrote = append(o.wrote, f.Path)
		o.v.files.forget([]string{f.Path})
		if f.Fresh && !over {
			o.put(o.fact(store.Presence, f.Path), absentValue)
		}
	case f.ID.Format() == syscall.S_IFREG && f.Kind == facts.Exists:
		if !over {
			o.add(store.Status, f.Path)
		}
	default:
		o.fail("it changes what it has read, or makes folders or links")
	}
}

// read notes something that the process has looked at.
func (o *observed) read(f *trace.Fact) {
	switch {
	case f.Absent():
		// What is there for a moment, as temporary files are, may just have been seen.
		o.put(o.fact(store.Presence, f.Path), absentValue)
	case f.Kind != facts.System && o.changed(f):
		o.fail("changed while it was read: " + f.Path)
	case f.Kind == facts.Dated && o.timeless && f.ID.Format() == syscall.S_IFREG:
		o.add(store.Content, f.Path)
		o.add(store.Status, f.Path)
	default:
		o.add(kindsOf[f.Kind], f.Path)
	}
}

// changed reports whether what the process has seen of a file may not be what there is now.
func (o *observed) changed(f *trace.Fact) bool {
	now := facts.Look(f.Kind, "", f.Path)
	switch f.Kind {
	case facts.Exists:
		return now.Errno != f.ID.Errno || now.Mode != f.ID.Mode || now.Owner() != f.ID.Owner()
	case facts.Content, facts.List:
		o.v.files.forget([]string{f.Path})
		at := max(f.ID.Mtime, f.ID.Ctime)
		return now != f.ID || !o.began.after(at, func() bool { return o.v.wroteIt(f.Path) })
	}
	return now != f.ID
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
