package query

// This file keeps a compilation data base right while the tree is built and edited. What it was made for lies in the output
// directory, with the makefiles that decided it: after a build that did something those are looked at, and if one has changed
// the data base is made anew. A build that had nothing to do looks at nothing.

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"gokbuild/depgraph/memory"
	"gokbuild/depgraph/onestep"
	"gokbuild/depgraph/owner"
	"gokbuild/kbuild"
	"gokbuild/kbuild/compdb"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/plan"
	"gokbuild/kbuild/setting"
)

// keptName is the file that tells of a data base, in the folder of the memory.
const keptName = "compdb"

// largestKept bounds what is read of it.
const largestKept = 64 << 20

// kept is what is known of a data base.
type kept struct {
	V int `json:"v"`
	// Name is what was given to WriteCompDB, Args the bare command line, Goals its goals, Dir where make was called; Env are the
	// variables of the environment that said where it builds.
	Name  string   `json:"name"`
	Args  []string `json:"args"`
	Goals []string `json:"goals"`
	Dir   string   `json:"dir"`
	Env   []string `json:"env,omitempty"`
	// Inputs are the makefiles, with their states.
	Inputs map[string]string `json:"inputs"`
	// Refusal is what clangd has said of the options; nil if it was not asked.
	Refusal *compdb.Refusal `json:"refusal,omitempty"`
}

// stateOf is what is seen of a file without reading it.
func stateOf(name string) string {
	st, err := os.Stat(name)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d %d", st.Size(), st.ModTime().UnixNano())
}

// keep notes what a data base was made for, and of.
func (e *Engine) keep(k *kept, p *plan.Plan) {
	k.V, k.Args, k.Dir, k.Inputs = 1, e.flags.BareArgs(), e.call.Dir, make(map[string]string)
	_, k.Env = Elsewhere(e.call.Env)
	for _, m := range p.Makes {
		for _, f := range m.Makefiles {
			if kernel.ReadOnce(f) {
				continue
			}
			if !filepath.IsAbs(f) {
				f = filepath.Join(m.Dir, f)
			}
			if _, ok := k.Inputs[f]; !ok {
				k.Inputs[f] = stateOf(f)
			}
		}
	}
	text, err := json.Marshal(k)
	if err != nil {
		return
	}
	dir, err := owner.OpenDir(filepath.Join(e.Out, memory.Dir), true)
	if err != nil {
		return // the data base stays as it is
	}
	defer dir.Close()
	_ = onestep.In(dir, keptName, text)
}

// readKept reads what is known of the data base of an output directory; nil if there is none.
func readKept(out string) *kept {
	dir, err := owner.OpenDir(filepath.Join(out, memory.Dir), false)
	if err != nil {
		return nil
	}
	defer dir.Close()
	f, err := dir.Read(keptName)
	if err != nil {
		return nil
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, largestKept))
	k := new(kept)
	if err != nil || json.Unmarshal(text, k) != nil || k.V != 1 || len(k.Args) == 0 {
		return nil
	}
	return k
}

// Refresh brings the data base of the output directory that a build worked in up to date, if there is one and what decides it
// has changed. f are the options of the build.
func Refresh(s *kbuild.Session, call kbuild.Call, f *flags.Flags) {
	if level := setting.Getenv(call.Env, "MAKELEVEL"); level != "" && level != "0" || f.DryRun || f.Question || f.Touch || s.Stopping() != 0 {
		return
	}
	e, err := New(s, call, f)
	if err != nil {
		return
	}
	k := readKept(e.Out)
	if k == nil {
		return
	}
	changed := false
	for name, state := range k.Inputs {
		if stateOf(name) != state {
			changed = true
			break
		}
	}
	if !changed {
		return
	}
	asked := flags.New(s.Profile)
	if asked.Load(k.Args, flags.Env{}) != nil {
		return
	}
	call.Dir = k.Dir
	call.Env, _ = Elsewhere(call.Env)
	call.Env = append(call.Env, k.Env...)
	again, err := New(s, call, asked)
	if err != nil || again.Out != e.Out {
		return
	}
	_, _, _ = again.WriteCompDB(k.Name, k.Goals)
}

// forFile is where a data base is written, and whether it is for clang.
func (e *Engine) forFile(name string) (file string, clang bool) {
	if name == "clang" {
		name, clang = compdb.Name, true
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(e.Out, name)
	}
	return name, clang
}
