//go:build e2e

package query

// This file compares trees with what make says of itself under -n, on a tree that is prepared and not built: testdata/e2e/trees.sh
// asks it. Make does not come to the end, for it does not find what recipes would have made: what it names must be right here.

import (
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-shellwords"

	"gokbuild/kbuild/compdb"
)

// oracle is what make -n --debug=v has said.
type oracle struct {
	// read are the makefiles below the sources, absolute; folders are the values of obj= in calls of make.
	read, folders map[string]bool
	// considered are the files of which make has asked whether they are up to date.
	considered map[string]bool
	// members are the files put together to archives and composite objects; compiled are the words by the object. All are absolute.
	members, compiled map[string][]string
}

var (
	readLine   = regexp.MustCompile(`^Reading makefile '([^']+)'`)
	dirLine    = regexp.MustCompile(`^\S+: (Entering|Leaving) directory '([^']+)'$`)
	callLine   = regexp.MustCompile(`\s-f \S*scripts/Makefile\.\w+ (?:.*\s)?obj=(\S+)`)
	printfList = regexp.MustCompile(`printf "(\S*)%s " ([^|]*)\| xargs \S*ar \w+ (\S+);`)
	arList     = regexp.MustCompile(`[; ]\S*ar (?:rcs\w*|cDPrST|\w*rcs\w*) (\S+\.[ao])((?: [^;\s]+\.[ao])+) ?;`)
	ldList     = regexp.MustCompile(`[; ]\S*ld [^;]*-r -o (\S+\.o)((?: [^;\s]+\.[ao])+) ?;`)
	asksLine   = regexp.MustCompile(`^ *Considering target file '([^']+)'`)
	compileAt  = regexp.MustCompile(`(?:^|[;\s])(\S*gcc -Wp,-MM?D,[^;]* -c -o \S+ \S+\.[cS])(?:\s|;|$)`)
)

func readOracle(t *testing.T, source, out string) *oracle {
	t.Helper()
	name := os.Getenv("GOKBUILD_QUERY_ORACLE")
	if name == "" {
		t.Skip("GOKBUILD_QUERY_ORACLE names no output of make -n --debug=v")
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	o := &oracle{make(map[string]bool), make(map[string]bool), make(map[string]bool), make(map[string][]string), make(map[string][]string)}
	dirs := []string{out}
	list := func(name, prefix, members string) {
		for w := range strings.FieldsSeq(members) {
			w = absolute(out, prefix+w)
			if !slices.Contains(o.members[absolute(out, name)], w) {
				o.members[absolute(out, name)] = append(o.members[absolute(out, name)], w)
			}
		}
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if m := dirLine.FindStringSubmatch(line); m != nil {
			if m[1] == "Entering" {
				dirs = append(dirs, m[2])
			} else if len(dirs) > 1 {
				dirs = dirs[:len(dirs)-1]
			}
		} else if m := readLine.FindStringSubmatch(line); m != nil {
			file := absolute(dirs[len(dirs)-1], m[1])
			if real, err := filepath.EvalSymlinks(file); err == nil && strings.HasPrefix(real, source+"/") {
				o.read[real] = true
			}
		} else if m := asksLine.FindStringSubmatch(line); m != nil {
			o.considered[absolute(dirs[len(dirs)-1], m[1])] = true
			o.considered[absolute(out, m[1])] = true // old trees do not tell that they go there
		} else if m := callLine.FindStringSubmatch(line); m != nil {
			o.folders[m[1]] = true
		}
		if m := printfList.FindStringSubmatch(line); m != nil {
			list(m[3], m[1], m[2])
		} else if m := arList.FindStringSubmatch(line); m != nil {
			list(m[1], "", m[2])
		} else if m := ldList.FindStringSubmatch(line); m != nil {
			list(m[1], "", m[2])
		}
		if m := compileAt.FindStringSubmatch(line); m != nil {
			words, err := shellwords.Parse(m[1])
			if err != nil {
				t.Fatalf("%s: %v", m[1], err)
			}
			object := absolute(out, words[slices.Index(words, "-o")+1])
			if _, ok := o.compiled[object]; !ok {
				o.compiled[object] = words
			}
		}
	}
	if len(o.read) < 20 || len(o.compiled) < 50 {
		t.Fatalf("make has named only %d makefiles and %d objects", len(o.read), len(o.compiled))
	}
	return o
}

// TestOracleCompDB: the words of the compilers are those that make would run.
func TestOracleCompDB(t *testing.T) {
	e, out := built(t)
	o := readOracle(t, e.Source(), out)
	p, status := e.Plan(nil)
	if status != 0 {
		t.Fatalf("status %d", status)
	}
	got := make(map[string][]string)
	all := compdb.Of(p)
	for _, c := range all {
		if name := absolute(c.Directory, c.Output); o.compiled[name] != nil {
			got[name] = c.Arguments
		}
	}
	if diff := cmp.Diff(o.compiled, got); diff != "" {
		t.Errorf("(-make +planned):\n%.5000s", diff)
	}
	t.Logf("%d objects of make are among %d", len(got), len(all))
}

// TestOracleMakefiles: the tree of makefiles has all that make reads, and all folders that it calls makes for.
func TestOracleMakefiles(t *testing.T) {
	e, out := built(t)
	o := readOracle(t, e.Source(), out)
	tree, err := e.MakefileTree()
	if err != nil {
		t.Fatal(err)
	}
	read, folders := make(map[string]bool), make(map[string]bool)
	var walk func(n *Tree)
	walk = func(n *Tree) {
		if n.Note == "reads" {
			for _, dir := range []string{e.Source(), out} {
				if real, err := filepath.EvalSymlinks(absolute(dir, n.Name)); err == nil && strings.HasPrefix(real, e.Source()+"/") {
					read[real] = true
					break
				}
			}
		} else if rest, ok := strings.CutPrefix(n.Note, "obj="); ok {
			folder, _, _ := strings.Cut(rest, ",")
			folders[folder] = true
		}
		for _, b := range n.Below {
			walk(b)
		}
	}
	walk(tree)
	compare := func(what string, want, got map[string]bool) {
		missing, more := []string{}, 0
		for name := range want {
			if !got[name] {
				missing = append(missing, name)
			}
		}
		for name := range got {
			if !want[name] {
				more++
				t.Logf("%s: make has not come to %s", what, name)
			}
		}
		slices.Sort(missing)
		if len(missing) > 0 || more > 20 {
			t.Errorf("%s: missing %q; %d more than make has come to", what, missing, more)
		}
		t.Logf("%s: %d, and %d that make has not come to", what, len(want), more)
	}
	compare("makefiles", o.read, read)
	compare("folders", o.folders, folders)
}

// TestOracleObjects: archives and composite objects have the members that make gives them, in that order.
func TestOracleObjects(t *testing.T) {
	e, out := built(t)
	o := readOracle(t, e.Source(), out)
	tree, err := e.ObjectTree()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	var walk func(n *Tree)
	walk = func(n *Tree) {
		name := absolute(out, n.Name)
		if want := o.members[name]; want != nil && !n.More {
			var got []string
			for _, b := range n.Below {
				got = append(got, absolute(out, b.Name))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-make +tree):\n%.2000s", name, diff)
			}
			found++
		}
		for _, b := range n.Below {
			walk(b)
		}
	}
	walk(tree)
	if found < 10 || found < len(o.members)/2 {
		t.Errorf("only %d of %d archives and composite objects are in the tree", found, len(o.members))
	}
	t.Logf("%d of the %d that make puts together are in the tree", found, len(o.members))
}

// TestOracleTargets: prerequisites are those of make's data base (make -np, GOKBUILD_QUERY_DATABASE: its lines "target: prerequisites").
func TestOracleTargets(t *testing.T) {
	e, out := built(t)
	name := os.Getenv("GOKBUILD_QUERY_DATABASE")
	if name == "" {
		t.Skip("GOKBUILD_QUERY_DATABASE names no data base of make")
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	// rules are the lines of the data base: a target has one in each make that names it.
	rules := make(map[string][]string)
	for line := range strings.Lines(string(text)) {
		target, list, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		if ok && !strings.ContainsAny(target, "% ") && !strings.Contains(list, "=") {
			target = absolute(out, target)
			rules[target] = append(rules[target], strings.Join(e.needs(strings.Fields(strings.TrimPrefix(list, ":"))), " "))
		}
	}
	o := readOracle(t, e.Source(), out)
	g, err := e.Graph()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, n := range g.order {
		u := n.Made()
		if rules[n.Name] == nil || n.Phony() || u == nil || u.Make.Dir != out {
			continue
		}
		if !o.considered[n.Name] {
			continue // make has not come to it
		}
		found++
		got := slices.Clone(u.Target.Prereqs)
		if len(u.Target.OrderOnly) > 0 {
			got = append(append(got, "|"), u.Target.OrderOnly...)
		}
		if line := strings.Join(e.needs(got), " "); !slices.Contains(rules[n.Name], line) {
			t.Errorf("%s: %s\nmake has %q", n.Name, line, rules[n.Name])
		}
	}
	if found < 100 {
		t.Errorf("only %d targets are known to both", found)
	}
	t.Logf("%d targets", found)
}

// needs are prerequisites by their absolute names, each once. One that is found in the sources is there (VPATH).
func (e *Engine) needs(list []string) []string {
	out := []string{}
	for _, w := range list {
		if w != "|" && !filepath.IsAbs(w) {
			inSource := filepath.Join(e.Source(), w)
			if w = filepath.Join(e.Out, w); stateOf(w) == "" && stateOf(inSource) != "" {
				w = inSource
			}
		}
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// TestOracleSources: of 200 random sources the object is that which make would compile; the symbols in its way have the values of
// the configuration, are on, and stand in the makefiles.
func TestOracleSources(t *testing.T) {
	e, out := built(t)
	o := readOracle(t, e.Source(), out)
	config := configOf(t, out)
	names := slices.Sorted(maps.Keys(o.compiled))
	names = slices.DeleteFunc(names, func(n string) bool { return strings.Contains(n, "/scripts/") || strings.Contains(n, "/tools/") })
	rng := rand.New(rand.NewPCG(1, 3))
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	lines := 0
	for _, name := range names[:min(len(names), 200)] {
		words := o.compiled[name]
		source := absolute(out, words[len(words)-1])
		built, ok := builtAs(t, e, config, source, name)
		if !ok {
			continue
		}
		for _, l := range built.Lines {
			lines++
			if l.Symbol == "" {
				continue
			}
			if config[l.Symbol] == "" {
				t.Errorf("%s: made although CONFIG_%s is off (%s:%d)", source, l.Symbol, l.File, l.Line)
			}
			if out, err := exec.Command("grep", "-n", "CONFIG_"+l.Symbol, l.File).Output(); err != nil || !strings.Contains("\n"+string(out), "\n"+strconv.Itoa(l.Line)+":") {
				t.Errorf("%s:%d does not name CONFIG_%s: %s", l.File, l.Line, l.Symbol, out)
			}
		}
	}
	t.Logf("%d sources, %d lines", min(len(names), 200), lines)
}
