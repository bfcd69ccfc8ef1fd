package workers

// This file has compilers run by a server of the Remote Execution API.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"gokbuild/depgraph"
	"gokbuild/kbuild/cache/reapi"
)

// Config is what remote execution is told.
type Config struct {
	// Output is the output directory, without links; Source returns the source tree of a process, by its environment.
	Output string
	Source func(env []string) string
	// Platform says on which workers compilers can run.
	Platform []reapi.Property
	// Say prints a line, once at most: why it was given up.
	Say func(text string)
}

// server is a server that carries out actions.
type server struct {
	Config
	client *reapi.Client
	texts  texts

	mu sync.Mutex
	// sent are blobs that the server has, told by it in this build.
	sent map[reapi.Digest]bool
	// tools are the identities of compilers here, by path and PATH.
	tools map[string]*identity
}

// identity is what tells a compiler from another.
type identity struct {
	once sync.Once
	text []byte
}

// Execute returns a pool that has compilers run by a server.
func Execute(ctx context.Context, client *reapi.Client, c Config) *Pool {
	slices.SortFunc(c.Platform, func(a, b reapi.Property) int { return strings.Compare(a.Name+"\x00"+a.Value, b.Name+"\x00"+b.Value) })
	s := &server{Config: c, client: client, texts: texts{files: make(map[string]*text)},
		sent: make(map[reapi.Digest]bool), tools: make(map[string]*identity)}
	return newPool(ctx, s, c.Say)
}

func (s *server) name() string { return "remote execution" }

const (
	// timeout bounds one action, from the first question to the last byte.
	timeout = 2 * time.Minute
	// toolsFile is where an action writes what its compiler is.
	toolsFile = "gokbuild-tools"
)

// script writes what a compiler is, and becomes it: date and size of the driver, of what it runs, and of the assembler. $1 is the
// file, the rest is the compiler.
const script = `t=$1; shift
for p in "$1" "$("$1" -print-prog-name=cc1)" "$(command -v "$("$1" -print-prog-name=as)")"; do stat -Lc '%s %Y' "$p"; done >"$t" &&
"$1" -dumpfullversion -dumpmachine >>"$t" && exec "$@"`

// toolsHere is what the script writes here; nil if a compiler does not tell, or if it would find another assembler with this PATH.
func (s *server) toolsHere(compiler, pathEnv string) []byte {
	key := compiler + "\x00" + pathEnv
	s.mu.Lock()
	id := s.tools[key]
	if id == nil {
		id = new(identity)
		s.tools[key] = id
	}
	s.mu.Unlock()
	id.once.Do(func() {
		if !sameAssembler(compiler, pathEnv) {
			return
		}
		// The script goes on with `compiler --version`, whose words are of no interest.
		cmd := exec.Command("/bin/sh", "-c", script, "sh", "/dev/stdout", compiler, "--version")
		cmd.Env = []string{"PATH=" + toolPath, "LC_ALL=C"}
		out, err := cmd.Output()
		version, _ := exec.Command(compiler, "--version").Output()
		if err == nil && bytes.HasSuffix(out, version) {
			id.text = out[:len(out)-len(version)]
		}
	})
	return id.text
}

// toolPath is where workers look for programs.
const toolPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// compile implements way.
func (s *server) compile(ctx context.Context, j *job) error {
	n, ok := newNames(s.Output, s.Source(j.Env), j.Dir)
	if !ok {
		return keepHere("a folder that is not of this build")
	}
	pathEnv, _ := depgraph.LookEnv(j.Env, "PATH")
	tools := s.toolsHere(j.Path, pathEnv)
	if tools == nil {
		return keepHere("a compiler that does not tell what it is")
	}
	files, err := s.texts.closure(j)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	a, err := s.prepare(j, n, files)
	if err != nil {
		return err
	}
	if err := s.upload(ctx, a); err != nil {
		return err
	}
	r, err := s.client.Execute(ctx, a.key, false)
	if err != nil {
		return err
	}
	switch {
	case r.Result.ExitCode != 0:
		return keepHere("an error, which is reported from here")
	case len(r.Result.StderrRaw) > 0 || r.Result.Stderr.Size > 0:
		return keepHere("a message, which is reported from here")
	}
	outputs, err := s.outputs(ctx, &r.Result)
	if err != nil {
		return err
	}
	if !bytes.Equal(outputs[toolsFile], tools) {
		return errors.New("the worker has another compiler")
	}
	return s.accept(j, n, files, outputs)
}

// sameAssembler says whether a process finds the same assembler as workers would. GCC looks into PATH.
func sameAssembler(compiler, pathEnv string) bool {
	out, err := exec.Command(compiler, "-print-prog-name=as").Output()
	as := strings.TrimSpace(string(out))
	if err != nil || path.IsAbs(as) {
		return err == nil
	}
	here, err := depgraph.LookPath(as, pathEnv, "/")
	there, err2 := depgraph.LookPath(as, toolPath, "/")
	return err == nil && err2 == nil && here == there
}

// action is what is to be done, with all its blobs: those in memory, and files by digest.
type action struct {
	key   reapi.Digest
	blobs []reapi.Blob
	files map[reapi.Digest]string
}

// prepare makes the action of a job.
func (s *server) prepare(j *job, n *names, files map[string]*text) (*action, error) {
	a := &action{files: make(map[reapi.Digest]string, len(files))}
	add := func(data []byte) reapi.Digest {
		b := reapi.Blob{Digest: reapi.Sum(data), Data: data}
		a.blobs = append(a.blobs, b)
		return b.Digest
	}
	root := new(folder)
	root.make(n.dir)
	for name, f := range files {
		there, ok := n.there(name)
		if !ok {
			if f.reads || f.computed {
				return nil, keepHere("a header of the system")
			}
			continue // it is a part of the compiler, or is missed there
		}
		root.add(there, f.digest)
		a.files[f.digest] = name
	}
	// A folder that is searched is there, also if nothing in it is read: ".." leads through it.
	for _, dir := range j.search() {
		if there, ok := n.there(dir); ok {
			if st, err := os.Stat(dir); err == nil && st.IsDir() {
				root.make(there)
			}
		}
	}
	c := reapi.Command{Arguments: []string{"/bin/sh", "-c", script, "sh", toolsFile, j.Path}, WorkingDirectory: n.dir,
		OutputPaths: []string{toolsFile, j.Output, j.Deps}, Platform: reapi.Platform{Properties: s.Platform},
		Environment: []reapi.Property{{Name: "LC_ALL", Value: "C"}, {Name: "PATH", Value: toolPath}}}
	if path.IsAbs(j.Output) || path.IsAbs(j.Deps) || strings.HasPrefix(path.Clean(j.Output), "..") || strings.HasPrefix(path.Clean(j.Deps), "..") {
		return nil, keepHere("an output that is not below the folder of the compiler")
	}
	for _, name := range []string{j.Output, j.Deps} {
		if there, ok := n.there(path.Dir(path.Clean(j.abs(name)))); ok {
			root.make(there)
		}
	}
	slices.Sort(c.OutputPaths)
	c.OutputFiles = c.OutputPaths
	for _, word := range j.Argv[1:] {
		c.Arguments = append(c.Arguments, n.word(word))
	}
	a.key = add(reapi.Marshal(&reapi.Action{Command: add(reapi.Marshal(&c)), Timeout: reapi.Duration{Seconds: int64(timeout.Seconds())},
		InputRoot: root.digest(func(b reapi.Blob) { a.blobs = append(a.blobs, b) }), Platform: c.Platform}))
	return a, nil
}

// upload sees to it that the server has the blobs of an action.
func (s *server) upload(ctx context.Context, a *action) error {
	var ask []reapi.Digest
	inMemory := make(map[reapi.Digest][]byte, len(a.blobs))
	s.mu.Lock()
	for _, b := range a.blobs {
		inMemory[b.Digest] = b.Data
		if !s.sent[b.Digest] {
			ask = append(ask, b.Digest)
		}
	}
	for d := range a.files {
		if !s.sent[d] {
			ask = append(ask, d)
		}
	}
	s.mu.Unlock()
	missing, err := s.client.FindMissing(ctx, ask)
	if err != nil {
		return err
	}
	var blobs []reapi.Blob
	for _, d := range missing {
		data, ok := inMemory[d]
		if !ok {
			if data, err = os.ReadFile(a.files[d]); err != nil || reapi.Sum(data) != d {
				return keepHere("a header that has just changed")
			}
		}
		blobs = append(blobs, reapi.Blob{Digest: d, Data: data})
	}
	if err := s.client.Write(ctx, blobs); err != nil {
		return err
	}
	s.mu.Lock()
	for _, d := range ask {
		s.sent[d] = true
	}
	s.mu.Unlock()
	return nil
}

// outputs are the contents of the outputs of an action, by name.
func (s *server) outputs(ctx context.Context, r *reapi.ActionResult) (map[string][]byte, error) {
	outputs := make(map[string][]byte)
	var wanted []reapi.Digest
	for _, f := range r.OutputFiles {
		if len(f.Contents) > 0 && reapi.Sum(f.Contents) == f.Digest {
			outputs[f.Path] = f.Contents
		} else {
			wanted = append(wanted, f.Digest)
		}
	}
	blobs, err := s.client.Read(ctx, wanted)
	if err != nil {
		return nil, err
	}
	for _, f := range r.OutputFiles {
		for _, b := range blobs {
			if b.Digest == f.Digest {
				outputs[f.Path] = b.Data
			}
		}
		if _, ok := outputs[f.Path]; !ok {
			return nil, fmt.Errorf("%w: an output that is not there", reapi.ErrWrong)
		}
	}
	return outputs, nil
}
