package cache

// This file finds out what makes up a compiler: the driver, what it starts, their libraries. One compilation of nothing, traced,
// shows it; the result is kept in the store's folder with the status of each of these files.

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/store"
	"gokbuild/depgraph/trace"
)

// toolchains are the compilers of a build.
type toolchains struct {
	mu    sync.Mutex
	known map[store.Digest]*toolchain
}

type toolchain struct {
	once sync.Once
	id   store.Digest
	err  error
}

// part is a file that belongs to a toolchain, or that must not be there.
type part struct {
	Path string
	// Stat is by which it is known that the file is the same; Absent says that there is none.
	Stat   facts.Stat
	Absent bool
	// Linked says that it is a name on the way to others.
	Linked bool
}

// toolchainFile is the written form.
type toolchainFile struct {
	ID    string
	Parts []part
}

// toolchainEnv decides which parts a driver finds.
var toolchainEnv = append([]string{"PATH", "TMPDIR"}, compilerEnv...)

// toolchain returns what stands for the compiler that a process is, and everything it starts, and the key under which that is kept.
func (v *view) toolchain(p *process) (id, key store.Digest, err error) {
	h := store.NewHasher("toolchain 1")
	h.Text(p.Path)
	var env []string
	for _, name := range toolchainEnv {
		if value, set := depgraph.LookEnv(p.Env, name); set {
			env = append(env, name+"="+value)
		}
	}
	h.Text(env...)
	// What selects other programs of the same compiler.
	var select1 []string
	for _, a := range p.Argv[1:] {
		if strings.HasPrefix(a, "-B") || strings.HasPrefix(a, "--target=") || a == "-fintegrated-as" || a == "-fno-integrated-as" || strings.HasPrefix(a, "--prefix=") ||
			strings.HasPrefix(a, "--gcc-toolchain=") || a == "-no-integrated-as" || a == "-m32" || a == "-m64" {
			select1 = append(select1, a)
		}
	}
	h.Text(select1...)
	key = h.Sum()
	id, err = v.identity(key, func() ([]part, error) { return v.traceToolchain(p, env, select1) })
	return id, key, err
}

// knownTool returns what stands for a tool that was found out before.
func (v *view) knownTool(key string) (id store.Digest, ok bool) {
	k, ok := store.ParseDigest(key)
	if !ok {
		return id, false
	}
	id, err := v.identity(k, func() ([]part, error) { return nil, missing("not found out yet") })
	return id, err == nil
}

// identity returns what stands for all parts of a tool, which are found once for each key.
func (v *view) identity(key store.Digest, find func() ([]part, error)) (store.Digest, error) {
	v.tools.mu.Lock()
	t := v.tools.known[key]
	if t == nil {
		t = &toolchain{}
		v.tools.known[key] = t
	}
	v.tools.mu.Unlock()
	t.once.Do(func() { t.id, t.err = v.findTool(key, find) })
	return t.id, t.err
}

func (v *view) findTool(key store.Digest, find func() ([]part, error)) (store.Digest, error) {
	name := ""
	if v.Dir != "" {
		name = filepath.Join(v.Dir, "tools-"+key.String())
		if id, ok := readToolchain(name); ok {
			return id, nil
		}
	}
	parts, err := find()
	if err != nil {
		return store.Digest{}, err
	}
	h := store.NewHasher("parts")
	for _, part := range parts {
		if part.Absent || part.Linked {
			continue
		}
		d, st, ok := v.files.content(part.Path)
		if !ok || st != part.Stat {
			return store.Digest{}, missing("a part of the compiler cannot be read: " + part.Path)
		}
		h.Text(part.Path)
		h.Digest(d)
	}
	id := h.Sum()
	if text, err := json.Marshal(toolchainFile{id.String(), parts}); err == nil && name != "" && v.Mode > ReadOnly {
		tmp := name + "." + key.String()[:8]
		if os.WriteFile(tmp, text, 0o600) == nil {
			_ = os.Rename(tmp, name)
		}
	}
	return id, nil
}

// readToolchain returns what was found out before, if all parts are as they were.
func readToolchain(name string) (id store.Digest, ok bool) {
	text, err := os.ReadFile(name)
	if err != nil {
		return id, false
	}
	var t toolchainFile
	if json.Unmarshal(text, &t) != nil || len(t.Parts) == 0 {
		return id, false
	}
	for i := range t.Parts {
		if !t.Parts[i].holds() {
			return id, false
		}
	}
	return store.ParseDigest(t.ID)
}

func (p *part) holds() bool {
	st := facts.Look(facts.Content, "", p.Path)
	if p.Absent {
		return st.Errno != 0
	}
	return st == p.Stat && st.Errno == 0
}

// traceToolchain compiles nothing, as C and as assembler, and returns what was read, and what was not there.
func (v *view) traceToolchain(p *process, env, options []string) ([]part, error) {
	dir, err := os.MkdirTemp("", "gokbuild-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, err
	}
	seen := make(map[string]bool)
	var parts []part
	// The output is there already, as for a repetition.
	if err := os.WriteFile(filepath.Join(dir, "a.o"), nil, 0o666); err != nil {
		return nil, err
	}
	for _, name := range []string{"a.c", "a.S"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			return nil, err
		}
		argv := append([]string{p.Argv[0]}, options...)
		argv = append(argv, "-c", "-o", "a.o", name)
		report, err := trace.Run(v.ctx, v.procs, depgraph.ProcSpec{Path: p.file(), Argv: argv, Dir: dir, Env: env})
		if err != nil {
			return nil, missing("the compiler cannot be traced: " + err.Error())
		}
		if report.Impure != "" || !report.Status.Success() {
			return nil, missing("the compiler does not tell its parts: " + report.Impure)
		}
		for i := range report.Facts {
			f := &report.Facts[i]
			if f.Written || strings.HasPrefix(f.Path, dir) || seen[f.Path] {
				continue
			}
			if f.Absent() {
				seen[f.Path] = true
				parts = append(parts, part{Path: f.Path, Absent: true})
			} else if f.Kind == facts.Content || f.Kind == facts.Link {
				seen[f.Path] = true
				parts = append(parts, part{Path: f.Path, Stat: facts.Look(facts.Content, "", f.Path), Linked: f.Kind == facts.Link})
			}
		}
	}
	if isLauncher(parts) {
		return nil, missing("the compiler is behind a program that is not known")
	}
	return parts, nil
}

// isLauncher reports whether the first program is a script, or one that remembers compilations itself.
func isLauncher(parts []part) bool {
	for _, p := range parts {
		switch filepath.Base(p.Path) {
		case "ccache", "sccache", "distcc", "icecc":
			return true
		}
	}
	for _, p := range parts {
		if !p.Absent && strings.HasPrefix(filepath.Base(p.Path), "cc1") || strings.HasPrefix(filepath.Base(p.Path), "clang") {
			return false
		}
	}
	return true
}
