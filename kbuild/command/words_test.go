package command

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-shellwords"
)

func TestPlainWords(t *testing.T) {
	for _, c := range []struct {
		cmd  string
		want []string
		ok   bool
	}{
		{"", nil, true},
		{"make -f x  all", []string{"make", "-f", "x", "all"}, true},
		{"\tmake\t", []string{"make"}, true},
		{`make 'a b' "c d" e\ f`, []string{"make", "a b", "c d", "e f"}, true},
		{`make A='x y' B=`, []string{"make", "A=x y", "B="}, true},
		{`make '' "" x`, []string{"make", "", "", "x"}, true},
		{`make a""b'c'd`, []string{"make", "abcd"}, true},
		{`make "a\"b" 'a\"b' "\\"`, []string{"make", `a"b`, `a\"b`, `\`}, true},
		{`make '$x' '*' '#' '(&;)' ` + "'`'", []string{"make", "$x", "*", "#", "(&;)", "`"}, true},
		{"make \\\n  a\\\nb", []string{"make", "ab"}, true},
		{"make 'a\\\nb'", []string{"make", "a\\\nb"}, true},
		{"make \"a\\\nb\"", []string{"make", "ab"}, true},
		{"make \xff\xc3\xa4", []string{"make", "\xff\xc3\xa4"}, true},
		{"make a\vb", []string{"make", "a\vb"}, true},
		{"make $x", nil, false},
		{"make `x`", nil, false},
		{`make "$x"`, nil, false},
		{"make; x", nil, false},
		{"make | x", nil, false},
		{"make > x", nil, false},
		{"make & ", nil, false},
		{"make *.c", nil, false},
		{"make ~", nil, false},
		{"make # x", nil, false},
		{"make {a,b}", nil, false},
		{"make a\nb", nil, false},
		{"! make", nil, false},
		{"make 'a", nil, false},
		{`make "a`, nil, false},
		{`make a\`, nil, false},
		{"make a\x00b", nil, false},
	} {
		got, ok := PlainWords(c.cmd)
		if ok != c.ok {
			t.Errorf("PlainWords(%q): ok = %v", c.cmd, ok)
			continue
		}
		if diff := cmp.Diff(c.want, got); ok && diff != "" {
			t.Errorf("PlainWords(%q) (-want +got):\n%s", c.cmd, diff)
		}
	}
}

func TestCommandWords(t *testing.T) {
	for _, c := range []struct {
		cmd     string
		assigns int
	}{
		{"make", 0}, {"A=1 make B=2", 1}, {"A=1 B='x y' make", 2}, {`A="x" B=\ y`, 2}, {"'A=1' make", 0}, {`"A"=1 make`, 0}, {`\A=1 make`, 0},
		{"A=1 'B=2' make", 1}, {"9=1 make", 0}, {"=1 make", 0}, {"A-B=1 make", 0}, {"A= make", 1}, {"A=B=C make", 1},
	} {
		if _, got, ok := commandWords(c.cmd); !ok || got != c.assigns {
			t.Errorf("commandWords(%q): %d assignments, %v; want %d", c.cmd, got, ok, c.assigns)
		}
	}
}

// shellWords asks the shell how it splits lines, all of them in one process.
func shellWords(t *testing.T, lines []string) [][]string {
	t.Helper()
	var script strings.Builder
	for _, l := range lines {
		script.WriteString("printf '%s\\0' '<' " + l + "\n")
	}
	script.WriteString("printf '%s\\0' '<'\n")
	cmd := exec.Command("/bin/sh")
	cmd.Stdin = strings.NewReader(script.String())
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C"}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("sh: %v\n%s", err, stderr.String())
	}
	var words [][]string
	for _, part := range strings.Split(string(out), "<\x00")[1:] {
		w := strings.Split(part, "\x00")
		words = append(words, w[:len(w)-1])
	}
	return words[:len(words)-1]
}

// TestPlainWordsAgainstShell splits random lines as the shell does.
func TestPlainWordsAgainstShell(t *testing.T) {
	pieces := []string{"a", "b-c", "A=1", "=", " ", "  ", "\t", "'", "'", `"`, `"`, `\`, `\ `, "\\\n", "''", `""`, "'x y'", `"x y"`, `\'`, `\"`, `\\`,
		"$", "`", "*", ";", "#", "~", "%", "@", ",", ":", "/", ".", "+", "-f", "\xc3\xa4", "\xff", "\v", "\x7f", "\r", "{", "!", "x=y", "\u00a0", "\u2028"}
	rng := rand.New(rand.NewPCG(1, 2))
	var lines []string
	var ours [][]string
	for len(lines) < 2000 {
		var b strings.Builder
		for range 1 + rng.IntN(9) {
			b.WriteString(pieces[rng.IntN(len(pieces))])
		}
		line := b.String()
		words, ok := PlainWords(line)
		if !ok || strings.Contains(line, "<") {
			continue
		}
		lines, ours = append(lines, line), append(ours, append([]string{}, words...))
	}
	theirs := shellWords(t, lines)
	if len(theirs) != len(lines) {
		t.Fatalf("%d lines, the shell saw %d", len(lines), len(theirs))
	}
	bad := 0
	for i, l := range lines {
		if diff := cmp.Diff(append([]string{}, theirs[i]...), ours[i]); diff != "" {
			if bad++; bad < 10 {
				t.Errorf("%q (-sh +got):\n%s", l, diff)
			}
		}
	}
	if bad > 0 {
		t.Errorf("%d of %d lines differ", bad, len(lines))
	}
}

// TestShellwordsDiffers names lines that go-shellwords, with which plain lines are split elsewhere, splits in another way than
// the shell, and so than make.
func TestShellwordsDiffers(t *testing.T) {
	for _, line := range []string{`make "a\b"`, "make a\\\nb"} {
		want := shellWords(t, []string{line})[0]
		theirs, err := shellwords.Parse(line)
		if err == nil && cmp.Equal(theirs, want) {
			t.Errorf("%q: go-shellwords splits it as the shell does: %q", line, theirs)
		}
		if got, ok := PlainWords(line); ok && !cmp.Equal(got, want) {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
	one, _ := shellwords.Parse("A=1 make")
	two, _ := shellwords.Parse("'A=1' make")
	if !cmp.Equal(one, two) {
		t.Error("go-shellwords tells an assignment from a quoted word")
	}
}

// FuzzPlainWords checks that what is split can be quoted and split again.
func FuzzPlainWords(f *testing.F) {
	for _, s := range []string{"make -f x all", `a 'b c' "d\"e" f\ g`, "A=1 make B='2 3'", "a\\\nb", "'\\\n'", "\"\\\n\"", "''", "\xff", "a;b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cmd string) {
		words, assigns, ok := commandWords(cmd)
		if !ok {
			return
		}
		if assigns > len(words) {
			t.Fatalf("%d assignments in %d words", assigns, len(words))
		}
		var quoted []string
		total := 0
		for i, w := range words {
			if i < assigns && !isAssignment(w) {
				t.Fatalf("%q is no assignment", w)
			}
			quoted = append(quoted, "'"+strings.ReplaceAll(w, "'", `'\''`)+"'")
			total += len(w)
		}
		if total > len(cmd) {
			t.Fatalf("%d characters from %d", total, len(cmd))
		}
		again, ok := PlainWords(strings.Join(quoted, " \t"))
		if diff := cmp.Diff(words, again); !ok || diff != "" {
			t.Fatalf("quoted and split again, %v (-want +got):\n%s", ok, diff)
		}
	})
}

func TestOverrideEnv(t *testing.T) {
	env := []string{"A=1", "AB=2", "C=3", "A=4", "D"}
	got := OverrideEnv(env, []string{"A=x=y", "E="})
	if diff := cmp.Diff([]string{"AB=2", "C=3", "D", "A=x=y", "E="}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"A=1", "AB=2", "C=3", "A=4", "D"}, env); diff != "" {
		t.Errorf("the environment itself changed (-want +got):\n%s", diff)
	}
}

func BenchmarkPlainWords(b *testing.B) {
	cmd := fmt.Sprintf("make -f ./scripts/Makefile.build obj=%s need-builtin=1 need-modorder=1 A='x y'", "drivers/net/ethernet")
	b.ReportAllocs()
	for b.Loop() {
		PlainWords(cmd)
	}
}
