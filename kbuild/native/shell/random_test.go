package shell

import (
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/need"
)

// generator writes random programs of the kind recipes are made of. They only
// touch files in their own directory.
type generator struct {
	r     *rand.Rand
	depth int
}

func (g *generator) pick(list ...string) string { return list[g.r.Intn(len(list))] }

func (g *generator) file() string {
	return g.pick("a.c", "b.c", "out", "sub/x", "no/such", "sub", "list")
}

func (g *generator) word() string {
	switch g.r.Intn(12) {
	case 0:
		return `"$x"`
	case 1:
		return `$x`
	case 2:
		return `"a  b"`
	case 3:
		return `'q\tq'`
	case 4:
		return g.pick("*.c", "?.c", "[ab].c", "nosuch*", "sub/*")
	case 5:
		if g.depth < 4 {
			return "$(" + g.list(1) + ")"
		}
		return "w"
	case 6:
		if g.depth < 4 {
			return `"$(` + g.list(1) + `)"`
		}
		return `"w"`
	case 7:
		return g.pick(`${x:-d}`, `${x%b}`, `"${y:-none}"`, `${x#a}`, `${#x}`, `$?`, `"$?"`)
	case 8:
		return g.pick(`a\ b`, `\$x`, `\"`, `a"b"'c'`, `''`, `""`, `\\`, `a\b`)
	}
	return g.pick("a", "b", "foo", "a=b", "-n", "x.c")
}

func (g *generator) words() string {
	var out []string
	for n := g.r.Intn(4); n > 0; n-- {
		out = append(out, g.word())
	}
	return strings.Join(out, " ")
}

func (g *generator) redirect() string {
	switch g.r.Intn(9) {
	case 0:
		return " >" + g.file()
	case 1:
		return " >>" + g.file()
	case 2:
		return " 2>" + g.file()
	case 3:
		return " 2>&1"
	case 4:
		return " >&2"
	case 5:
		return " <" + g.file()
	}
	return ""
}

func (g *generator) simple() string {
	switch g.r.Intn(22) {
	case 0, 1, 2:
		return "echo " + g.words()
	case 3:
		return "printf '%s\\n' " + g.words()
	case 4:
		return "false"
	case 5:
		return "true"
	case 6:
		return "x=" + g.word()
	case 7:
		return "cat " + g.file()
	case 8:
		return "rm -f " + g.file()
	case 9:
		return "mkdir -p " + g.pick("d", "d/e", "sub", "a.c/x")
	case 10:
		return "mv -f " + g.file() + " " + g.file()
	case 11:
		return "cmp -s " + g.file() + " " + g.file()
	case 12:
		return "[ " + g.pick("-f "+g.file(), "-d "+g.file(), "a = "+g.word(), "1 -lt 2", "-n "+g.word(), "! -e "+g.file()) + " ]"
	case 13:
		return "sh -c '" + g.pick("exit 3", "echo in", "echo err >&2; exit 1", "cat", "kill -TERM $$", "echo \"$x\"") + "'"
	case 14:
		return g.pick("nosuch", "./nosuch a", "./sub", "./noexec", "./script "+g.word())
	case 15:
		return g.pick("set -e", "set +e")
	case 16:
		return g.pick("exit "+strconv.Itoa(g.r.Intn(5)), "cd sub", "cd ..", "cd no/such", "cd a.c", ":", "pwd")
	case 17:
		return `trap 'echo "bye $x"` + g.pick("", "; false", "; echo more") + `' EXIT`
	case 18:
		return "cp " + g.file() + " " + g.file()
	case 19:
		return "x=" + g.word() + " sh -c 'echo \"[$x]\"'"
	case 20:
		return "touch " + g.file()
	}
	return "echo " + g.word()
}

// printing is a group that only prints, closed as its caller has opened it.
func (g *generator) printing() string {
	out := []string{"echo " + g.pick("a", `"$x"`, "$x b")}
	for n := g.r.Intn(3); n > 0; n-- {
		out = append(out, g.pick("echo c", "cat list", "false", "true", "set -e", "nosuch", "exit 2", "sh -c 'exit 3'", "sh -c 'kill -TERM $$'", `printf '%s\n' "$?"`, "x=p", "cd sub", "cat nosuch", "trap 'echo t' EXIT", "(exit 4)", "! true"))
	}
	return strings.Join(out, "; ")
}

func (g *generator) command() string {
	g.depth++
	defer func() { g.depth-- }()
	if g.depth > 4 {
		return g.simple()
	}
	switch g.r.Intn(16) {
	case 0:
		return "{ " + g.list(2) + "; }" + g.redirect()
	case 1:
		return "( " + g.list(2) + " )" + g.redirect()
	case 2:
		return "if " + g.list(1) + "; then " + g.list(2) + "; else " + g.list(1) + "; fi" + g.redirect()
	case 3:
		return "if " + g.list(1) + "; then " + g.list(1) + "; fi"
	case 4:
		return "for i in " + g.words() + "; do " + g.list(2) + "; done" + g.redirect()
	case 5:
		return "case " + g.word() + " in a*) " + g.list(1) + ";; *.c|foo) " + g.list(1) + ";; esac"
	case 6:
		// Elements that race for files or for a closed pipe would prove nothing.
		p := g.printing()
		return g.pick("{ "+p+"; } | cat", "( "+p+" ) | cat", "{ "+p+"; } 2>&1 | { cat; "+g.printing()+"; }", "( "+p+" ) | cat | ( cat; "+g.printing()+" )")
	case 7:
		return "! " + g.simple()
	case 8:
		return g.command() + " && " + g.command()
	case 9:
		return g.command() + " || " + g.command()
	}
	return g.simple() + g.redirect()
}

func (g *generator) list(n int) string {
	g.depth++
	defer func() { g.depth-- }()
	var out []string
	for range 1 + g.r.Intn(n) {
		out = append(out, g.command())
	}
	return strings.Join(out, g.pick("; ", "; ", "\n", " && ", "; \\\n ", " # c\n", "; # c \\\n"))
}

// TestRandomPrograms compares with dash on programs nobody thought of.
// GOKBUILD_RANDOM=from,count runs others than the usual ones.
func TestRandomPrograms(t *testing.T) {
	requireDash(t)
	from, count := 1, need.Rounds(30, 120)
	if v := os.Getenv("GOKBUILD_RANDOM"); v != "" {
		if _, err := fmt.Sscanf(v, "%d,%d", &from, &count); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(t.TempDir(), "w")
	taken := 0
	for seed := from; seed < from+count; seed++ {
		g := &generator{r: rand.New(rand.NewSource(int64(seed)))}
		line := g.pick("", "set -e; ") + g.list(5)
		p, ok := Parse(line)
		if !ok {
			continue
		}
		taken++
		ours := runProgram(t, dir, p)
		theirs := runDash(t, dir, line)
		// What several elements of a pipeline print has no order.
		if strings.Contains(line, "|") {
			ours.Stderr, theirs.Stderr = sortedLines(ours.Stderr), sortedLines(theirs.Stderr)
		}
		if d := cmp.Diff(theirs, ours); d != "" {
			t.Errorf("seed %d %q (-dash +ours):\n%s", seed, line, d)
		}
	}
	t.Logf("%d of %d programs taken", taken, count)
}
