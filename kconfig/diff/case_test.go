package diff

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/need"
	"gokbuild/kconfig"
	"gokbuild/kconfig/conf"
)

var update = flag.Bool("update", false, "record the answers of the C tools in the cases")

const caseDir = "../../testdata/kconfig"

func TestMain(m *testing.M) {
	if IsFace() {
		os.Exit(Face())
	}
	os.Exit(m.Run())
}

func treesDir() string {
	if dir := os.Getenv("GOKBUILD_TREES"); dir != "" {
		return dir
	}
	return "/work/.cache"
}

func scratchDir() string {
	if dir := os.Getenv("GOKBUILD_SCRATCH"); dir != "" {
		return dir
	}
	return filepath.Join(os.TempDir(), "gokbuild-kdiff")
}

// caseTrees finds the trees that cases may name: in GOKBUILD_TREES and in its
// folder old.
func caseTrees(t *testing.T) map[string]*Tree {
	found := map[string]*Tree{}
	for _, dir := range []string{treesDir(), filepath.Join(treesDir(), "old")} {
		trees, err := ListTrees(dir)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		for _, tree := range trees {
			found[tree.Name] = tree
		}
	}
	return found
}

// TestCases runs every small case with our conf and compares with what the C
// tools answered. Where a C tool's tree is at hand the case also runs with the
// C tool: what is recorded must be what it says, and our result must be its
// result in every file.
func TestCases(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(caseDir, "*", "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in %s (%v)", caseDir, err)
	}
	trees := caseTrees(t)
	runner := &Runner{Scratch: scratchDir(), Limit: 20 * time.Second}
	requireTrees(t, trees)
	if *update {
		updateDialects(t, paths, trees)
	}
	dialects := loadDialects(t)
	for _, path := range paths {
		name := strings.TrimSuffix(strings.TrimPrefix(path, caseDir+"/"), ".txtar")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := LoadCase(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range c.Dialects {
				t.Run(d, func(t *testing.T) {
					var cResults []*Result
					if tree := trees[d]; tree != nil {
						cResults = runCaseC(t, runner, tree, c)
						if *update {
							var steps []map[string]string
							for _, r := range cResults {
								steps = append(steps, c.observe(r))
							}
							c.record(d, steps)
							return
						}
					}
					dialect := dialects[d]
					if dialect == nil {
						t.Fatalf("no file dialects/%s.json; record it with -update where the tree is at hand", d)
					}
					differs := checkCase(t, c, d, dialect, cResults)
					why, known := c.Known[d]
					switch {
					case known && differs == "":
						t.Errorf("no longer differs: remove its line «known:» (%s)", why)
					case known:
						t.Skipf("known difference: %s", why)
					case differs != "":
						t.Error(differs)
					}
				})
			}
			if *update {
				if err := c.save(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// checkCase returns how we differ. What the C tool says now must be what is
// recorded.
func checkCase(t *testing.T, c *Case, name string, dialect *kconfig.Dialect, cResults []*Result) string {
	dir := t.TempDir()
	var out strings.Builder
	var start State
	for i := range c.Steps {
		start = c.Start
		if i > 0 {
			if cResults != nil {
				start = cResults[i-1].Files
			} else {
				s, err := TakeState(dir)
				if err != nil {
					t.Fatal(err)
				}
				// Each step of the C tool is another process: ours must not take up the temporary file of the step before.
				start = stableNames(s)
			}
		}
		got := runCaseOurs(t, dir, c.stepFor(i, dialect.Modes["syncconfig"]), start, dialect)
		want := c.wanted(name, i+1)
		if want == nil {
			t.Fatalf("step %d has no recorded answer", i+1)
		}
		if d := cmp.Diff(want, c.observe(got)); d != "" {
			fmt.Fprintf(&out, "step %d, conf %q (- C tool, + ours):\n%s", i+1, c.Steps[i].Args, d)
		}
		if cResults == nil {
			continue
		}
		if d := cmp.Diff(want, c.observe(cResults[i])); d != "" {
			t.Errorf("step %d: the recorded answer is not what the C tool says now:\n%s", i+1, d)
		}
		for _, d := range Compare(cResults[i], got) {
			fmt.Fprintf(&out, "step %d: %s\n%s", i+1, d.What, Clip(d.Text, 60))
		}
	}
	return out.String()
}

// runCaseOurs runs in this process, with a time limit.
func runCaseOurs(t *testing.T, dir string, st *Step, start State, dialect *kconfig.Dialect) *Result {
	if err := start.Restore(dir); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	done := make(chan int, 1)
	go func() {
		done <- conf.Main(conf.Invocation{Name: argv0, Args: st.Args, Dir: dir, Env: caseEnv(st),
			Stdin: strings.NewReader(st.Stdin), Stdout: &stdout, Stderr: &stderr, Dialect: dialect})
	}()
	res := &Result{}
	select {
	case res.Exit = <-done:
	case <-time.After(60 * time.Second):
		t.Fatalf("conf %q does not end", st.Args)
	}
	res.Stdout, res.Stderr = stdout.Bytes(), stderr.Bytes()
	var err error
	if res.Files, err = TakeState(dir); err != nil {
		t.Fatal(err)
	}
	return res
}

func runCaseC(t *testing.T, r *Runner, tree *Tree, c *Case) []*Result {
	ctx := context.Background()
	ref, err := r.Reference(ctx, tree)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "c")
	var results []*Result
	start := c.Start
	for i := range c.Steps {
		st := c.stepFor(i, tree.HasMode("syncconfig"))
		res, err := runIn(ctx, ref.Conf, dir, caseEnv(st), st, start, r.Limit)
		if err != nil {
			t.Fatal(err)
		}
		if res.Exit == -1 {
			t.Fatalf("the C tool of %s does not end at step %d", tree.Name, i+1)
		}
		results = append(results, res)
		start = res.Files
	}
	return results
}

// requireTrees makes missing trees a failure in continuous integration.
func requireTrees(t *testing.T, trees map[string]*Tree) {
	text, err := os.ReadFile(filepath.Join(caseDir, "dialects/REQUIRED"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields(string(text)) {
		if trees[name] != nil {
			continue
		}
		if os.Getenv("GOKBUILD_CI") != "" {
			t.Errorf("GOKBUILD_CI is set, but tree %s is not below %s", name, treesDir())
		} else {
			t.Logf("tree %s is not at hand: its C tool is not run", name)
		}
	}
}

func loadDialects(t *testing.T) map[string]*kconfig.Dialect {
	files, err := filepath.Glob(filepath.Join(caseDir, "dialects/*.json"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*kconfig.Dialect{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		d := &kconfig.Dialect{}
		if err := json.Unmarshal(data, d); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		all[strings.TrimSuffix(filepath.Base(f), ".json")] = d
	}
	return all
}

func updateDialects(t *testing.T, paths []string, trees map[string]*Tree) {
	var names []string
	for _, p := range paths {
		c, err := LoadCase(p)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, c.Dialects...)
	}
	slices.Sort(names)
	for _, n := range slices.Compact(names) {
		if trees[n] == nil {
			continue
		}
		data, err := json.MarshalIndent(kconfig.DetectDialect(trees[n].Dir), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(caseDir, "dialects", n+".json"), append(data, '\n'), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDialectFiles: a recorded dialect is what the tree at hand shows today.
func TestDialectFiles(t *testing.T) {
	trees := caseTrees(t)
	compared := 0
	for name, want := range loadDialects(t) {
		if tree := trees[name]; tree != nil {
			got := kconfig.DetectDialect(tree.Dir)
			if d := cmp.Diff(*want, got); d != "" {
				t.Errorf("dialects/%s.json (-) and the tree (+); record it with -update:\n%s", name, d)
			}
			compared++
		}
	}
	if compared == 0 {
		need.Missing(t, "no tree at hand")
	}
}
