package shell

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/descriptors"
	"gokbuild/depgraph/need"
)

// fewEnv holds, for a process of few descriptors, the name of the file with what it is to do.
const fewEnv = "GOKBUILD_SHELL_FEW"

// fewTask is a program and what dash made of it.
type fewTask struct {
	Line string
	Dash outcome
}

// TestFewDescriptors has many random programs run at once in a process of few descriptors, as jobs of a build are: each
// does what dash does, which has all of them for itself.
func TestFewDescriptors(t *testing.T) {
	if name := os.Getenv(fewEnv); name != "" {
		runTasks(t, name)
		return
	}
	requireDash(t)
	seed := int64(1)
	if v, err := strconv.ParseInt(os.Getenv("GOKBUILD_RANDOM"), 10, 64); err == nil {
		seed = v
	}
	g := &generator{r: rand.New(rand.NewSource(seed))}
	var tasks []fewTask
	dir := t.TempDir()
	for len(tasks) < 60 {
		line := g.greedy()
		if _, ok := Parse(line); !ok {
			continue
		}
		tasks = append(tasks, fewTask{line, runDash(t, filepath.Join(dir, strconv.Itoa(len(tasks))), line)})
	}
	data, err := json.Marshal(tasks)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "tasks")
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, limit := range need.Sample(t, []int{32, 40, 64, 100, 256}, 1) {
		start := time.Now()
		cmd := exec.Command("/bin/sh", "-c", fmt.Sprintf(`ulimit -n %d; exec "$0" -test.parallel=60 -test.run='^TestFewDescriptors$'`, limit), os.Args[0])
		cmd.Env = append(os.Environ(), fewEnv+"="+name)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("with %d descriptors: %v\n%s", limit, err, out)
		}
		t.Logf("with %d descriptors: %v", limit, time.Since(start))
	}
}

// greedy is a program that needs many descriptors.
func (g *generator) greedy() string {
	switch g.r.Intn(6) {
	case 0:
		return "for s in $(sed s/a/x/ list | sort -u | tail -3 | cat); do echo \"$s\"; sleep 0.01; done"
	case 1:
		return "x=$(cat list | sort | { read y; cat; } 2>&1 | tail -1); echo \"$x\" > out; cat < out"
	case 2:
		return "{ echo a; echo b; } | cat | cat | cat | cat | tail -1 > out; cat out *.c | cat"
	case 3:
		return "{ { echo $(ls *.c | head -n 1); } > out; cat out list > x; } 2> err < list; cat x"
	case 4:
		return "sh -c 'ulimit -n' > /dev/null; (cat list | tail -1) && echo \"`sort list | head -n 1`\""
	}
	return g.pick("", "set -e; ") + g.list(5)
}

func runTasks(t *testing.T, name string) {
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var tasks []fewTask
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(&tasks); err != nil {
		t.Fatal(err)
	}
	slots := make(chan bool, descriptors.Jobs())
	for i, task := range tasks {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			slots <- true
			t.Cleanup(func() { <-slots }) // when the files of the test are closed
			got, ok := runOurs(t, filepath.Join(filepath.Dir(name), strconv.Itoa(i)), task.Line)
			if !ok {
				t.Fatalf("%q is not taken", task.Line)
			}
			want := task.Dash
			if strings.Contains(task.Line, "|") {
				want.Stderr, got.Stderr = sortedLines(want.Stderr), sortedLines(got.Stderr)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%q (-dash +ours):\n%s", task.Line, d)
			}
		})
	}
}

// TestExhausted: where there is none, for as long as a program waits, it fails as a whole, and says so.
func TestExhausted(t *testing.T) {
	requireDash(t)
	for _, line := range []string{"for s in $(cat list | tail -1); do echo $s; done; echo on", "echo a > out || echo on", "cat *.c >out || true"} {
		p, ok := Parse(line)
		if !ok {
			t.Fatalf("%q is not taken", line)
		}
		var errOut bytes.Buffer
		s := &state{ctx: t.Context(), env: &Env{}, arg0: "/bin/sh", dir: t.TempDir(), line: 1, proc: &process{}}
		s.vars = newVariables(s)
		s.fds[2] = sink{mem: &capture{w: &errOut}}
		child := s.fork()
		child.exhausted("cannot open x", os.NewSyscallError("pipe2", syscall.EMFILE))
		s.inherit(child)
		if st := s.run(p.body); st.Success() || s.err == nil || errOut.String() != "/bin/sh: 1: cannot open x: Too many open files\n" {
			t.Errorf("%q: %v, %v, %q", line, st, s.err, errOut.String())
		}
	}
}

// TestMostOpen: what a program may have open at once.
func TestMostOpen(t *testing.T) {
	requireDash(t)
	for line, want := range map[string]int{
		"true":                             atStart,
		"a; b":                             atStart,
		"a | b":                            2 + 2*atStart,
		"a | b | c":                        4 + 3*atStart,
		"a > f 2>&1":                       1 + atStart,
		"{ a > f; } < g 2> h":              3 + atStart,
		"echo $(a | b) $(c)":               2 + 2*atStart,
		"for i in $(a | b); do c >f; done": 2 + 2*atStart,
		"exec > f; a":                      1 + atStart + 1,
		"if a; then b | c; else d; fi":     2 + 2*atStart,
		"x=$(echo `a | b` > f)":            1 + 2 + 2*atStart,
	} {
		p, ok := Parse(line)
		if !ok {
			t.Fatalf("%q is not taken", line)
		}
		if p.need != want {
			t.Errorf("%q needs %d, want %d", line, p.need, want)
		}
	}
}
