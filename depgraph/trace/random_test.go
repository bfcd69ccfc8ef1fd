package trace

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/need"
)

// The claim of a Report, tried on random scripts: a repetition changes nothing and prints the same, and so does one after
// a change to anything that is not among the facts. GOKBUILD_TRACE_SCRIPTS=n tries n scripts, GOKBUILD_TRACE_SEED=n
// repeats one.
func TestRandomScripts(t *testing.T) {
	count, seed := need.Rounds(11, 15), uint64(time.Now().UnixNano())
	if n, err := strconv.Atoi(os.Getenv("GOKBUILD_TRACE_SCRIPTS")); err == nil {
		count = n
	}
	if n, err := strconv.ParseUint(os.Getenv("GOKBUILD_TRACE_SEED"), 10, 64); err == nil {
		count, seed = 1, n
	}
	proved, mutations := 0, 0
	for range count {
		p, m := tryScript(t, seed)
		if t.Failed() {
			t.Fatalf("GOKBUILD_TRACE_SEED=%d", seed)
		}
		proved, mutations = proved+p, mutations+m
		seed++
	}
	t.Logf("%d scripts, %d proved, %d changes beside the facts", count, proved, mutations)
	if count > 10 && (proved == 0 || mutations == 0) {
		t.Error("nothing was tested")
	}
}

func tryScript(t *testing.T, seed uint64) (proved, mutations int) {
	g := &generator{rand.New(rand.NewPCG(seed, 1))}
	dir := sandbox(t, g.setup())
	script := g.script()
	var (
		r      *Report
		output string
	)
	// The first run often makes what the second one finds.
	for range 3 {
		if r, output = runShell(t, "", dir, script); r.Impure == "" {
			break
		}
	}
	if r.Impure != "" {
		return 0, 0
	}
	values := valuesOf(t, r)
	fail := func(format string, args ...any) {
		t.Errorf("script:\n%s\nfacts: %v\n%s", script, inside(dir, r.Facts), fmt.Sprintf(format, args...))
	}
	repeat := func(what string) {
		before := snapshot(t, dir)
		if again := untraced(t, "", dir, script); again != output {
			fail("%s, a repetition printed %q, not %q", what, again, output)
		}
		if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
			fail("%s, a repetition changed files (-before +after):\n%s", what, diff)
		}
	}
	repeat("with nothing changed")
	for range 6 {
		if t.Failed() {
			return 1, mutations
		}
		what := g.mutate(t, dir)
		if what == "" || !holds(r, values) {
			// It hit a fact: this is where the command would be run again. The next change starts from another state.
			return 1, mutations
		}
		mutations++
		repeat("after " + what)
	}
	return 1, mutations
}

func holds(r *Report, values []uint64) bool {
	for i, f := range r.Facts {
		if v, err := testValue(f); err != nil || v != values[i] {
			return false
		}
	}
	return true
}

type generator struct{ *rand.Rand }

func (g *generator) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g *generator) file() string {
	return g.pick("a", "b", "c", "d/x", "d/y", "l", "e/x", "dl/x", "dl/y", "none", "d/none", "d/../a", "e/../b")
}

func (g *generator) setup() string {
	return "mkdir d e; echo 1 >a; echo 2 >b; echo 2 >c; echo 4 >d/x; echo 1 >d/y; ln -s a l; ln -s d dl; echo 5 >e/x; >e/y; touch -d 2001-01-01 b d/x"
}

func (g *generator) script() string {
	var lines []string
	for range 1 + g.IntN(6) {
		lines = append(lines, g.line())
	}
	return strings.Join(lines, "\n")
}

func (g *generator) line() string {
	temp := g.pick("t", "d/t", "t.$$")
	expand := strings.NewReplacer("F", g.file(), "G", g.file(), "T", temp, "D", g.pick("d", "e", "dl", ".", "d/sub"))
	return expand.Replace(g.pick(
		"cat F 2>&1", "cat F G >T; wc -l <T; rm -f T", "[ -e F ] && echo there", "[ -f F ] || echo none", "[ F -nt G ] && echo newer",
		"[ -s F ] && echo size", "read x <F && echo $x", "cmp -s F G || echo differ", "cmp -s F G || cat F >G", "echo 1 >F", "cat F >G 2>/dev/null",
		"echo D/*", "ls D 2>/dev/null | head -2", "find D -name 'x*' 2>/dev/null | sort", "mkdir -p D", "rm -f F", "rm -f F; echo 3 >F", "mv F G 2>/dev/null",
		"echo 1 >T; mv T F", "echo 2 >T; cmp -s T F || mv T F; rm -f T", "cp F G 2>/dev/null", "ln -sfn a l", "ln -sfn d dl", "echo x >>F",
		"grep -c 1 F G 2>/dev/null", "(cd D 2>/dev/null && cat x)", "cat F | sort | tail -1", "x=$(cat F 2>/dev/null); echo \"<$x>\"", "readlink F",
		"chmod 644 F 2>/dev/null", "[ -x F ] && F", "test -d D && echo dir", "touch F", ": >T; [ -e T ] && echo made; rm T", "for i in D/?; do cat $i; done 2>/dev/null",
		"sed -n 1p F 2>/dev/null", "set -- D/x*; echo $#", "rmdir D 2>/dev/null", "mkdir D/m 2>/dev/null && rmdir D/m", ". ./F 2>/dev/null; echo $?",
		"sort F G 2>/dev/null | uniq -c", "[ -L F ] && echo link", "ln F G 2>/dev/null", "unlink T 2>/dev/null", "sh -c 'cat F' 2>/dev/null", "cat <F >/dev/null 2>&1 || echo no"))
}

// mutate changes something in the sandbox and says what.
func (g *generator) mutate(t *testing.T, dir string) string {
	names := []string{"new", "d/new", "a", "b", "c", "d/x", "d/y", "e/x", "e/y", "l", "dl", "none", "d/none", "e/none", "t", "d/t", "d/sub", "d", "e"}
	name := names[g.IntN(len(names))]
	path := filepath.Join(dir, name)
	info, err := os.Lstat(path)
	what := ""
	switch {
	case err != nil:
		what = g.pick("create", "mkdir", "link")
	case info.Mode().IsRegular():
		what = g.pick("append", "remove", "touch", "chmod", "replace", "same")
	case info.IsDir():
		what = g.pick("chmod", "remove")
	default:
		what = g.pick("remove", "relink")
	}
	data, _ := os.ReadFile(path)
	switch what {
	case "create":
		err = os.WriteFile(path, []byte("new\n"), 0o644)
	case "mkdir":
		err = os.Mkdir(path, 0o755)
	case "link":
		err = os.Symlink(g.pick("a", "b", "d"), path)
	case "append":
		err = os.WriteFile(path, append(data, "more\n"...), 0o644)
	case "remove":
		err = os.RemoveAll(path)
	case "touch":
		err = os.Chtimes(path, time.Now(), time.Unix(g.Int64N(2e9), 0))
	case "chmod":
		err = os.Chmod(path, 0o700+os.FileMode(g.IntN(8)))
	case "replace":
		err = replaceFile(path, "other\n")
	case "same":
		err = replaceFile(path, string(data))
	case "relink":
		os.Remove(path)
		err = os.Symlink(g.pick("c", "e"), path)
	}
	if err != nil {
		return ""
	}
	return what + " " + name
}

func replaceFile(path, text string) error {
	if err := os.WriteFile(path+".r", []byte(text), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".r", path)
}

func TestGeneratorIsSteady(t *testing.T) {
	one := (&generator{rand.New(rand.NewPCG(7, 1))}).script()
	two := (&generator{rand.New(rand.NewPCG(7, 1))}).script()
	if one != two || slices.Contains(strings.Fields(one), "F") {
		t.Errorf("%q, %q", one, two)
	}
}
