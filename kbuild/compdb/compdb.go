package compdb

// This file makes a data base of a plan, and writes it.

import (
	"bytes"
	"cmp"
	"encoding/json"
	"path"
	"slices"

	"gokbuild/kbuild/forms"
	"gokbuild/kbuild/plan"
)

// Entry is one compilation of one file.
type Entry struct {
	// Directory is where the compiler runs. File is the source, absolute; Arguments are the words of the compiler, which is
	// the first, and Output is what it leaves, both as the recipe has them.
	Directory string   `json:"directory"`
	File      string   `json:"file"`
	Arguments []string `json:"arguments"`
	Output    string   `json:"output,omitempty"`
}

// Of lists the compilations of a plan, in the order of files. A program that is made of sources in one step has an entry for
// each of them; only programs that compile elsewhere in the plan, too, are taken for compilers then.
func Of(p *plan.Plan) []Entry {
	var entries []Entry
	compilers := make(map[string]bool)
	type linked struct {
		cmd *plan.Command
		c   forms.Compiled
	}
	var programs []linked
	for _, m := range p.Makes {
		for _, t := range m.Targets {
			for i := range t.Commands {
				cmd := &t.Commands[i]
				c, ok := forms.Compiles(cmd.Argv)
				switch {
				case !ok:
				case c.Object:
					compilers[forms.Compiler(cmd.Argv)] = true
					entries = appendEntries(entries, cmd, c)
				default:
					programs = append(programs, linked{cmd, c})
				}
			}
		}
	}
	for _, l := range programs {
		if compilers[forms.Compiler(l.cmd.Argv)] {
			entries = appendEntries(entries, l.cmd, l.c)
		}
	}
	return sorted(entries)
}

func appendEntries(entries []Entry, cmd *plan.Command, c forms.Compiled) []Entry {
	for _, s := range c.Sources {
		entries = append(entries, Entry{Directory: cmd.Dir, File: absolute(cmd.Dir, s), Arguments: cmd.Argv, Output: c.Out})
	}
	return entries
}

// sorted is a list in the order of files and outputs. Of entries for one output of one file the first counts.
func sorted(entries []Entry) []Entry {
	slices.SortStableFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(absolute(a.Directory, a.Output), absolute(b.Directory, b.Output)))
	})
	out := entries[:0]
	for _, e := range entries {
		if n := len(out); n > 0 && out[n-1].File == e.File &&
			absolute(out[n-1].Directory, out[n-1].Output) == absolute(e.Directory, e.Output) {
			continue
		}
		out = append(out, e)
	}
	return out
}

func absolute(dir, name string) string {
	if !path.IsAbs(name) {
		name = dir + "/" + name
	}
	return path.Clean(name)
}

// Text is the text of a data base: one entry a line.
func Text(entries []Entry) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	b.WriteString("[\n")
	for i, e := range entries {
		_ = enc.Encode(e) // strings only: it can't fail
		if i+1 < len(entries) {
			b.Truncate(b.Len() - 1)
			b.WriteString(",\n")
		}
	}
	b.WriteString("]\n")
	return b.Bytes()
}
