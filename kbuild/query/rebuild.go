package query

// This file tells what a build would make now.

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"gokbuild/kbuild/plan"
)

type rebuildAnswer struct {
	header
	Targets []Rebuilt `json:"targets"`
	// Open are makefiles that would be remade: if they say something else then, other targets may be made.
	Open []string `json:"open,omitempty"`
}

// Rebuilt is a target that make would make, and why, in the words of --explain.
type Rebuilt struct {
	Target string `json:"target"`
	Why    string `json:"why"`
	// If are files that are made before it: it is made if one of them comes out different from what the last build left there. It
	// is made in any case if there are none. Dated are those of them of which a new date is enough; Perhaps are those of which it is enough unless memory
	// finds out, as they are made, what their recipes write.
	If      []string `json:"if,omitempty"`
	Dated   []string `json:"dated,omitempty"`
	Perhaps []string `json:"perhaps,omitempty"`
}

func (a *rebuildAnswer) empty() bool       { return len(a.Targets) == 0 }
func (a *rebuildAnswer) missing() []string { return ifEmpty(a, "nothing would be made") }
func (a *rebuildAnswer) text(w io.Writer) {
	for _, t := range a.Targets {
		fmt.Fprintf(w, "%s: %s", t.Target, t.Why)
		for _, c := range []struct {
			of    []string
			means string
		}{{t.If, "if it comes out different"}, {t.Dated, "if it is written at all"}, {t.Perhaps, "perhaps if it is written at all"}} {
			if len(c.of) > 0 {
				fmt.Fprintf(w, "; %s: %s", c.means, strings.Join(c.of, " "))
			}
		}
		fmt.Fprintln(w)
	}
	for _, name := range a.Open {
		fmt.Fprintf(w, "%s is a makefile: if it says something else then, other targets may be made\n", name)
	}
}

// made are the targets of a plan whose recipes would make something, by absolute name.
type made map[string]*plan.Target

func newMade(p *plan.Plan) made {
	m := make(made)
	eachMade(p, func(mk *plan.Make, t *plan.Target) { m[absolute(mk.Dir, t.Name)] = t })
	return m
}

func eachMade(p *plan.Plan, do func(m *plan.Make, t *plan.Target)) {
	for _, m := range p.Makes {
		for _, t := range m.Targets {
			if t.Makes() {
				do(m, t)
			}
		}
	}
}

// wouldRebuild lists what a build would make now, with what memory knows of the output directory. Targets whose recipes only call
// makes are not listed. What comes of a recipe is not known before it runs: so there is a plan of the most and one of the least.
func (e *Engine) wouldRebuild(h header, args []string) (answer, error) {
	p, status := e.plan(args, plan.Most)
	if status != 0 {
		return nil, e.errPlan()
	}
	if err := e.unmade(p, args); err != nil {
		return nil, err
	}
	a := &rebuildAnswer{header: h, Targets: []Rebuilt{}}
	most := newMade(p)
	if len(most) == 0 {
		return a, nil
	}
	surely, status := e.plan(args, plan.Least)
	if status != 0 {
		return nil, e.errPlan()
	}
	least := newMade(surely)
	eachMade(p, func(m *plan.Make, t *plan.Target) {
		r := Rebuilt{Target: e.short(absolute(m.Dir, t.Name)), Why: t.Why}
		if least[absolute(m.Dir, t.Name)] == nil {
			e.conditions(&r, m, t, most)
		}
		a.Targets = append(a.Targets, r)
	})
	for _, m := range p.Makes {
		for _, name := range m.Open {
			if name = e.short(absolute(m.Dir, name)); !slices.Contains(a.Open, name) {
				a.Open = append(a.Open, name)
			}
		}
	}
	return a, nil
}

// conditions finds out of which files it depends whether a target is made.
func (e *Engine) conditions(r *Rebuilt, m *plan.Make, t *plan.Target, most made) {
	for _, name := range t.Of {
		name = absolute(m.Dir, name)
		of := most[name]
		if name = e.short(name); of == nil || slices.Contains(r.If, name) {
			continue
		}
		r.If = append(r.If, name)
		switch {
		case !t.Known || of.Dated:
			r.Dated = append(r.Dated, name)
		case !of.Known:
			r.Perhaps = append(r.Perhaps, name)
		}
	}
}
