package trace

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gokbuild/depgraph"
)

// tracingShell is the name under which the test binary is a /bin/sh that traces each command it is given, and then, if the
// command is proved to change nothing, runs it again to see whether that is so.
const tracingShell = "tracing-shell"

// shellResult is what the shell appends to the file that TRACE_LOG names.
type shellResult struct {
	Command       string
	Facts         int
	Impure        string
	Changed       []string // facts that are not what they were, after the repetition
	Traced, Plain time.Duration
}

func shellMain(args []string) int {
	argv := append([]string{"sh"}, args...)
	plain := func() *exec.Cmd {
		return &exec.Cmd{Path: "/bin/sh", Args: argv, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	}
	text := strings.Join(args, " ")
	if strings.Contains(text, "make ") {
		// A make below is to use this shell too, and what is traced cannot trace.
		cmd := plain()
		cmd.Run()
		return cmd.ProcessState.ExitCode()
	}
	dir, err := os.Getwd()
	if err != nil {
		return 1
	}
	start := time.Now()
	r, err := Run(context.Background(), nil, depgraph.ProcSpec{Path: "/bin/sh", Argv: argv, Dir: dir, Env: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr})
	result := shellResult{Command: text, Traced: time.Since(start)}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	result.Facts, result.Impure = len(r.Facts), r.Impure
	if r.Impure == "" {
		before := make([]uint64, len(r.Facts))
		for i, f := range r.Facts {
			before[i], _ = Value(f.Kind, f.Path)
		}
		cmd := plain()
		cmd.Stdout, cmd.Stderr = nil, nil
		start = time.Now()
		cmd.Run()
		result.Plain = time.Since(start)
		for i, f := range r.Facts {
			if v, err := Value(f.Kind, f.Path); err != nil || v != before[i] {
				result.Changed = append(result.Changed, f.Kind.String()+" "+f.Path)
			}
		}
	}
	line, _ := json.Marshal(result)
	log, err := os.OpenFile(os.Getenv("TRACE_LOG"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return 1
	}
	defer log.Close()
	log.Write(append(line, '\n'))
	return r.Status.Code
}

// TestTree traces every command of "make prepare" in a kernel tree where there is nothing to do. All of them have to be
// proved, and to be what was proved. GOKBUILD_TRACE_TREE names the tree; it takes up to a minute, so it is
// a step of its own in testdata/e2e/test.sh.
func TestTree(t *testing.T) {
	tree := os.Getenv("GOKBUILD_TRACE_TREE")
	if tree == "" {
		t.Skip("GOKBUILD_TRACE_TREE names no tree")
	}
	dir := sandbox(t, "")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	shell := filepath.Join(t.TempDir(), tracingShell)
	if err := os.Symlink(self, shell); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) {
		cmd := exec.Command("make", append([]string{"-C", tree, "O=" + dir}, args...)...)
		cmd.Env = append(os.Environ(), "TRACE_LOG="+dir+"/trace.log", "LC_ALL=C")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("make %v: %v\n%s", args, err, out)
		}
	}
	run("-j2", "tinyconfig", "prepare")
	run("prepare")
	before := snapshot(t, dir)
	run("SHELL="+shell, "prepare")
	log, err := os.ReadFile(dir + "/trace.log")
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(dir + "/trace.log")
	if !slices.Equal(before, snapshot(t, dir)) {
		t.Error("files changed")
	}
	var results []shellResult
	for line := range strings.Lines(string(log)) {
		var result shellResult
		if err := json.Unmarshal([]byte(line), &result); err != nil {
			t.Fatal(err)
		}
		results = append(results, result)
	}
	if len(results) < 20 {
		t.Fatalf("only %d commands", len(results))
	}
	slices.SortFunc(results, func(a, b shellResult) int { return int(b.Traced - a.Traced) })
	for i, r := range results {
		text := strings.Join(strings.Fields(r.Command), " ")
		text = text[:min(len(text), 150)]
		if r.Impure != "" || len(r.Changed) > 0 {
			t.Errorf("%s\n\t%s %v", text, r.Impure, r.Changed)
		} else if i < 20 {
			t.Logf("%v traced, %v plain, %d facts: %s", r.Traced.Round(time.Millisecond), r.Plain.Round(time.Millisecond), r.Facts, text)
		}
	}
	t.Logf("%d commands", len(results))
}
