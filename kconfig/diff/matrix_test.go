//go:build e2e

package diff

import (
	"context"
	"os"
	"testing"
)

// TestShortMatrix is the sample of the matrix that continuous integration
// runs. The whole of it: go run ./kconfig/diff/kdiff
func TestShortMatrix(t *testing.T) {
	trees, err := ListTrees(treesDir())
	if err != nil || len(trees) == 0 {
		t.Fatalf("no tree below %s (%v)", treesDir(), err)
	}
	var all []*Scenario
	for i, tree := range trees {
		var older *Tree
		if i > 0 {
			older = trees[i-1]
		}
		list, err := Matrix(tree, older, HostArch(tree), 20)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, Short(list, ShortCounts())...)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		work = "/dev/shm"
	}
	sum := NewSummary(40)
	r := &Runner{Scratch: scratchDir(), Work: work, Ours: self, Workers: 2, Report: func(rep StepReport) {
		if text := sum.Add(rep); text != "" {
			t.Error(text)
		}
	}}
	if err := r.Run(context.Background(), all); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s%s", sum.Table(), sum.Line())
	if sum.Total() < 10*len(trees) {
		t.Errorf("only %d steps were compared", sum.Total())
	}
}
