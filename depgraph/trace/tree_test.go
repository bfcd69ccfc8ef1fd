//go:build e2e

package trace

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestTree traces every command of "make prepare" in a kernel tree where there is nothing to do. All of them have to be
// proved, and to be what was proved. GOKBUILD_TRACE_TREE names the tree; it takes up to a minute, so it is
// a step of its own in testdata/e2e/test.sh.
func TestTree(t *testing.T) {
	tree := os.Getenv("GOKBUILD_TRACE_TREE")
	if tree == "" {
		t.Fatal("GOKBUILD_TRACE_TREE names no tree")
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
