package compdb

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/kbuild/plan"
)

// planned is a plan of commands that run in /w.
func planned(commands ...string) *plan.Plan {
	p := new(plan.Plan)
	m := p.Begin(1, 0, "/w", []string{"make"})
	for _, c := range commands {
		m.Ran("t", plan.Command{Argv: strings.Fields(c), Dir: "/w"})
	}
	return p
}

func TestOf(t *testing.T) {
	got := Of(planned("gcc -c -o b.o b.c", "gcc -c -o a.o ../a.S", "gcc -o prog prog.c", "cp x.c y.c", "gcc -E -o a.lds a.S", "ld -o x a.o",
		"gcc -DSECOND -c -o b.o b.c", "gcc -c -o c32.o b.c"))
	var lines []string
	for _, e := range got {
		lines = append(lines, e.File+" "+e.Output+": "+strings.Join(e.Arguments, " "))
	}
	want := []string{"/a.S a.o: gcc -c -o a.o ../a.S", "/w/b.c b.o: gcc -c -o b.o b.c", "/w/b.c c32.o: gcc -c -o c32.o b.c", "/w/prog.c prog: gcc -o prog prog.c"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestText(t *testing.T) {
	got := string(Text([]Entry{{"/w", "/w/a.c", []string{"cc", `-DX="<&>"`}, "a.o"}, {Directory: "/w", File: "/w/b.c", Arguments: []string{"cc"}}}))
	want := `[
{"directory":"/w","file":"/w/a.c","arguments":["cc","-DX=\"<&>\""],"output":"a.o"},
{"directory":"/w","file":"/w/b.c","arguments":["cc"]}
]
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestClang asks a program that behaves as clangd does: it names one option that it refuses, until it is gone.
func TestClang(t *testing.T) {
	dir := t.TempDir()
	clangd := filepath.Join(dir, "clangd")
	log := filepath.Join(dir, "log")
	script := "#!/bin/sh\necho x >> " + log + `
db=${2#--compile-commands-dir=}/compile_commands.json
for o in -mbad=3 -fworse; do
	if grep -q -- "\"$o\"" $db; then echo "E[00:00:00.000] [drv_unknown_argument] Line 1: unknown argument: '$o'"; exit 1; fi
done
if grep -q -- "\"-fspare=zero\"" $db; then echo "E[00:00:00.000] [drv_x] Line 1: '-fspare=zero' hasn't been enabled; enable it with '-fx'"; exit 1; fi
`
	if err := os.WriteFile(clangd, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	entries := []Entry{{"/w", "/w/a.c", []string{"gcc", "-mbad=3", "-fworse", "-fspare=zero", "-O2", "-Werror", "-Werror=vla", "-fgood", "-c", "a.c"}, "a.o"}}
	r := Ask(t.Context(), clangd, entries, nil)
	if diff := cmp.Diff([]string{"-fspare=zero", "-fworse", "-mbad=3"}, r.Refused); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"gcc", "-O2", "-Werror=vla", "-fgood", "-c", "a.c"}, Without(entries, r.Refused)[0].Arguments); diff != "" {
		t.Errorf("what is left (-want +got):\n%s", diff)
	}
	asked, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if again := Ask(t.Context(), clangd, entries, r); again != r {
		t.Errorf("another answer to the same question: %+v", again)
	}
	if now, err := os.ReadFile(log); err != nil || len(now) != len(asked) {
		t.Errorf("the same clangd was asked again about the same options: %v", err)
	}
	old := *r
	old.Rules--
	if again := Ask(t.Context(), clangd, entries, &old); again == &old {
		t.Error("an answer by other rules was taken")
	}
	entries[0].Arguments = append(entries[0].Arguments, "-mpreferred-stack-boundary=2")
	if none := Ask(t.Context(), "", entries, r); cmp.Diff([]string{"-mpreferred-stack-boundary=2"}, none.Refused) != "" {
		t.Errorf("without a clangd: %q", none.Refused)
	}
}
