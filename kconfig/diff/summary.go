package diff

// This file counts what came of it.

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
)

// Summary counts outcomes and keeps what differs.
type Summary struct {
	lines  int
	trees  map[string]*count
	failed []failure
	left   []string // steps without comparison, with the reason
	cSec   float64
	ours   float64
}

type count struct{ equal, different, skipped, errors int }

type failure struct{ name, kinds, text string }

// NewSummary shows at most lines lines of each difference.
func NewSummary(lines int) *Summary { return &Summary{lines: lines, trees: map[string]*count{}} }

// Add counts a step and returns what to say about it, if anything.
func (s *Summary) Add(rep StepReport) string {
	name := rep.Scenario.Tree.Name
	c := s.trees[name]
	if c == nil {
		c = &count{}
		s.trees[name] = c
	}
	s.cSec += rep.C
	s.ours += rep.Ours
	switch {
	case rep.Err != nil:
		c.errors++
		text := fmt.Sprintf("=== %s: harness: %v\n", rep.Name, rep.Err)
		s.failed = append(s.failed, failure{rep.Name, "harness", text})
		return text
	case rep.Skipped != "":
		c.skipped++
		s.left = append(s.left, rep.Name+": "+rep.Skipped)
		return ""
	case len(rep.Diffs) == 0:
		c.equal++
		return ""
	}
	c.different++
	var b strings.Builder
	st := &rep.Scenario.Steps[rep.Index]
	fmt.Fprintf(&b, "=== %s differs: %s\n    conf %s   %s\n    again: go run ./kconfig/diff/kdiff -trees %s -run '^%s$'\n", rep.Name, Kinds(rep.Diffs),
		strings.Join(st.Args, " "), strings.Join(st.Env, " "), filepath.Dir(rep.Scenario.Tree.Dir), rep.Name)
	for _, d := range rep.Diffs {
		fmt.Fprintf(&b, "--- %s\n%s", d.What, Clip(d.Text, s.lines))
	}
	s.failed = append(s.failed, failure{rep.Name, Kinds(rep.Diffs), b.String()})
	return b.String()
}

// Total is the number of steps seen.
func (s *Summary) Total() int {
	n := 0
	for _, c := range s.trees {
		n += c.equal + c.different + c.skipped + c.errors
	}
	return n
}

// Failed reports whether anything differs or could not be compared.
func (s *Summary) Failed() bool { return len(s.failed) > 0 }

// Line is the state in one line.
func (s *Summary) Line() string {
	var t count
	for _, c := range s.trees {
		t.equal += c.equal
		t.different += c.different
		t.skipped += c.skipped
		t.errors += c.errors
	}
	return fmt.Sprintf("%d equal, %d different, %d skipped, %d errors (C %.0f s, ours %.0f s)", t.equal, t.different, t.skipped, t.errors, s.cSec, s.ours)
}

// Table is one line per tree.
func (s *Summary) Table() string {
	var names []string
	for n := range s.trees {
		names = append(names, n)
	}
	sort.Slice(names, func(i, j int) bool { return versionLess(names[i], names[j]) })
	var b strings.Builder
	for _, n := range names {
		c := s.trees[n]
		fmt.Fprintf(&b, "%-20s %6d equal %6d different %5d skipped %5d errors\n", n, c.equal, c.different, c.skipped, c.errors)
	}
	return b.String()
}

// Report is the whole text, with differences grouped by what differs.
func (s *Summary) Report() string {
	groups := map[string][]failure{}
	for _, f := range s.failed {
		groups[f.kinds] = append(groups[f.kinds], f)
	}
	var kinds []string
	for k := range groups {
		kinds = append(kinds, k)
	}
	sort.Slice(kinds, func(i, j int) bool {
		if a, b := len(groups[kinds[i]]), len(groups[kinds[j]]); a != b {
			return a > b
		}
		return kinds[i] < kinds[j]
	})
	var b strings.Builder
	b.WriteString(s.Table() + s.Line() + "\n\n")
	for _, l := range s.left {
		fmt.Fprintf(&b, "not compared: %s\n", l)
	}
	for _, k := range kinds {
		fmt.Fprintf(&b, "##### %d steps differ in: %s\n", len(groups[k]), Clip(strings.ReplaceAll(k, ", ", "\n  "), 8))
		for i, f := range groups[k] {
			if i == 20 {
				fmt.Fprintf(&b, "    … %d more\n", len(groups[k])-i)
				break
			}
			fmt.Fprintf(&b, "    %s\n", f.name)
		}
		for _, f := range groups[k][:min(3, len(groups[k]))] {
			b.WriteString(f.text + "\n")
		}
	}
	return b.String()
}

// HostArch names the architecture of tree t that belongs to this machine, as
// the tree's own Makefile would choose it.
func HostArch(t *Tree) string {
	for _, name := range []string{runtime.GOARCH, map[string]string{"amd64": "x86", "386": "x86", "ppc64le": "powerpc", "riscv64": "riscv", "s390x": "s390"}[runtime.GOARCH]} {
		if name == "" {
			continue
		}
		if info, err := os.Stat(filepath.Join(t.Dir, "arch", name)); err == nil && info.IsDir() {
			return name
		}
	}
	return ""
}
