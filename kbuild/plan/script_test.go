package plan

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// walk reads a text in /w, where the files of the map are.
func walk(t *testing.T, text string, files map[string]string) (ran []string, wrote map[string]string) {
	t.Helper()
	wrote = make(map[string]string)
	s := Script{Dir: "/w", Environ: func() []string { return []string{"HOME=/h", "LIST=a b"} },
		Read: func(name string) ([]byte, bool) {
			if text, ok := wrote[name]; ok {
				return []byte(text), text != "?"
			}
			text, ok := files[name]
			return []byte(text), ok
		},
		Ran: func(c Command) {
			ran = append(ran, strings.Join(append(append([]string{c.Dir}, c.Assigns...), c.Argv...), "|"))
		},
		Wrote: func(name string, text []byte) {
			if wrote[name] = string(text); text == nil {
				wrote[name] = "?"
			}
		}}
	if !s.Walk(text) {
		ran = append(ran, "not understood")
	}
	return ran, wrote
}

func TestScript(t *testing.T) {
	type files = map[string]string
	for name, c := range map[string]struct {
		text  string
		ran   []string
		wrote files
	}{
		"quotes":          {`set -e; echo CC x; gcc -DA='"x y"' "-DB=\"z\"" -c -o x.o x.c; fixdep x 'gcc' > .x.cmd`, []string{`/w|gcc|-DA="x y"|-DB="z"|-c|-o|x.o|x.c`, "/w|fixdep|x|gcc"}, files{"/w/.x.cmd": "?"}},
		"assignment":      {`A=1 B='2 3' prog x`, []string{"/w|A=1|B=2 3|prog|x"}, files{}},
		"folder":          {`mkdir -p d && cd d && prog; (cd e; p2); p3`, []string{"/w|mkdir|-p|d", "/w/d|prog", "/w/d/e|p2", "/w/d|p3"}, files{}},
		"list":            {`{ echo a.o; cat sub/list; :; } > list`, nil, files{"/w/list": "a.o\nb.o\n"}},
		"missing":         {`cat none > list`, nil, files{"/w/list": "?"}},
		"add":             {`echo 1 > f; echo 2 >> f`, nil, files{"/w/f": "1\n2\n"}},
		"empty":           {`: > f`, nil, files{"/w/f": ""}},
		"program writes":  {`prog > f`, []string{"/w|prog"}, files{"/w/f": "?"}},
		"unique":          {`awk '!x[$0]++' sub/list sub/list > f`, nil, files{"/w/f": "b.o\n"}},
		"moved":           {`echo x > f.tmp; if ! cmp -s f f.tmp; then mv -f f.tmp f; fi`, []string{"/w|cmp|-s|f|f.tmp", "/w|mv|-f|f.tmp|f"}, files{"/w/f.tmp": "x\n", "/w/f": "x\n"}},
		"loop":            {`for i in $LIST c; do prog $i; done`, []string{"/w|prog|a", "/w|prog|b", "/w|prog|c"}, files{}},
		"both ways":       {`if test -f x; then p1; else p2; fi`, []string{"/w|p1", "/w|p2"}, files{}},
		"one way":         {`if test -f x; then echo 1 > f; fi`, nil, files{"/w/f": "?"}},
		"substitution":    {`prog $(other); p2`, []string{"/w|p2"}, files{}},
		"variable":        {`x=1; y=$(date); p1 $x; p2 $y; p3 $?`, []string{"/w|p1|1"}, files{}},
		"pipe":            {`sed s/a/b/ list | prog -T - > f`, []string{"/w|sed|s/a/b/|list", "/w|prog|-T|-"}, files{"/w/f": "?"}},
		"patterns":        {`prog *.c [a]`, []string{"/w|prog|*.c|[a]"}, files{}},
		"errors":          {`prog 2> f`, []string{"/w|prog"}, files{}},
		"not understood":  {`prog (`, []string{"not understood"}, files{}},
		"here document":   {"cat > f <<X\na\nX\n", nil, files{"/w/f": "?"}},
		"printed":         {`printf '%s\n' a b > f; printf '%d' 1 > g`, nil, files{"/w/f": "a\nb\n", "/w/g": "?"}},
		"backslash":       {`echo 'a\nb' > f; echo -n c > g`, nil, files{"/w/f": "?", "/w/g": "c"}},
		"to the terminal": {`echo a > /dev/null`, nil, files{}},
	} {
		t.Run(name, func(t *testing.T) {
			ran, wrote := walk(t, c.text, files{"/w/sub/list": "b.o\n"})
			if diff := cmp.Diff(c.ran, ran); diff != "" {
				t.Errorf("programs (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.wrote, wrote); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWords: words are what the shell makes of them.
func TestWords(t *testing.T) {
	for _, line := range []string{`a\ b "c\d" 'e\f' "g\"h\$i" j"k l"'m n'`, "a\\\nb \"c\\\nd\"", `-DX='"a b"' "-DY=\"c\"" '' ""`, `\# a#b "\#"`, `x=1 y='$z'`} {
		ran, _ := walk(t, "prog "+line, nil)
		out, err := exec.Command("/bin/sh", "-c", `printf '%s|' /w prog `+line).Output()
		if want := strings.TrimSuffix(string(out), "|"); err != nil || len(ran) != 1 || ran[0] != want {
			t.Errorf("%q: %q, the shell has %q, %v", line, ran, want, err)
		}
	}
}

// FuzzScript: no text makes it panic, and what it does not understand it says.
func FuzzScript(f *testing.F) {
	for _, s := range []string{"a | b > c", "for i in $x; do y; done", "case $a in b) c ;; esac", "x=${y:-z} p", "cat <<E\nx\nE", "a() { b; }", "$((1/0))", "${x?no}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := Script{Dir: "/", Environ: func() []string { return nil }, Read: func(string) ([]byte, bool) { return nil, false },
			Ran: func(c Command) {
				if len(c.Argv) == 0 {
					t.Error("a program without a name")
				}
			}, Wrote: func(string, []byte) {}}
		s.Walk(text)
	})
}
