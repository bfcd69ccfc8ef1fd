package planner

// This file puts into the plan what the make itself knows once it has ended: its makefiles and its targets.

import (
	"gokbuild/kbuild/lang/rules"
	"gokbuild/kbuild/makefiles"
)

// Collect adds the makefiles that were read, and the targets that the make has considered.
func (m *Make) Collect(reading *makefiles.Reading) {
	for _, mf := range reading.Makefiles {
		if mf.Err == nil {
			m.Plan.Makefiles = append(m.Plan.Makefiles, mf.File.Name)
		}
	}
	for _, f := range reading.DB.TableOrder() {
		if f.Phony {
			m.Plan.Phony = append(m.Plan.Phony, f.Name)
		}
		if f.Considered != 0 && (f.IsTarget || f.Recipe != nil) {
			m.collect(f)
		}
	}
}

// collect adds a target with its prerequisites, and the place of its recipe.
func (m *Make) collect(f *rules.File) {
	t := m.Plan.Target(f.Name)
	t.Phony = f.Phony
	if f.Recipe != nil {
		t.File, t.Line = f.Recipe.Pos.File, f.Recipe.Pos.Line
	}
	for g := range f.Chain {
		for i := range g.Deps {
			d := &g.Deps[i]
			switch {
			case d.File == nil:
			case d.OrderOnly:
				t.OrderOnly = append(t.OrderOnly, d.File.Name)
			default:
				t.Prereqs = append(t.Prereqs, d.File.Name)
			}
		}
	}
}
