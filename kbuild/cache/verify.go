package cache

// This file does work that need not be done, and compares (--cache-verify).

import (
	mathrand "math/rand/v2"
	"strings"
	"time"

	"gokbuild/depgraph/store"
	"gokbuild/kbuild/native/shell"
)

// toVerify reports whether a hit is one of those for which the work is done all the same.
func (v *view) toVerify() bool { return v.Verify > 0 && mathrand.IntN(100) < v.Verify }

// verify runs a process, and compares what it leaves with an entry, which is dropped if it is something else.
func (v *view) verify(p *process, w work, e *store.Entry, strong store.Digest) (shell.Waiter, error) {
	if w.deps() == "" && len(e.Printed) > 0 {
		// What it prints to a file cannot be heard.
		return p.start(p.Process)
	}
	return v.hear(p, func(text string, _ moment, _ time.Duration) {
		v.stats.verified.Add(1)
		var names []string
		for i := range e.Outputs {
			name, _ := v.roots.unpack(e.Outputs[i].Name)
			names = append(names, name)
		}
		out, err := v.outputs(names, w.deps())
		if why := v.unequal(e, out, text); err != nil || why != "" {
			v.stats.differed.Add(1)
			v.Store.Drop(v.ctx, strong)
			v.Say(p.command.Target() + ": what the cache had of it differs: " + why)
		}
	})
}

// unequal tells in what an entry is not what a process has left and said; "" if it is equal.
func (v *view) unequal(e *store.Entry, out outputs, said string) string {
	if len(e.Outputs) != len(out) {
		return "the files that it writes"
	}
	for i := range out {
		if o := &e.Outputs[i]; o.Name != out[i].Name || o.Mode != out[i].Mode || o.Form != out[i].Form || o.Digest != out[i].Digest {
			return out[i].Name[len(tokenO)+1:]
		}
	}
	var kept strings.Builder
	for _, piece := range e.Printed {
		kept.WriteString(piece.Text)
	}
	if text, ok := v.roots.unpack(kept.String()); !ok || text != said {
		return "its messages"
	}
	return ""
}
