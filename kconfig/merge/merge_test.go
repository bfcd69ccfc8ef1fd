package merge

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gokbuild/depgraph/need"
)

// mergeTrees have a version of the script each; they lie below GOKBUILD_TREES. Those in the folder old are looked at
// where somebody has them.
var mergeTrees = []string{"linux-6.1", "linux-6.12", "old/linux-6.8", "old/linux-5.15", "old/linux-5.4"}

// merged is all that a run of the script leaves.
type merged struct {
	stdout, stderr, files string
	status                int
}

func listing(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		st, err := os.Lstat(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		text, _ := os.ReadFile(filepath.Join(dir, f.Name()))
		fmt.Fprintf(&b, "%s %s %q\n", st.Mode(), f.Name(), text)
	}
	return b.String()
}

// mergeBoth runs the script and its replacement on the same files; ok is false if the replacement leaves it to the
// script.
func mergeBoth(t *testing.T, script string, files map[string]string, env, args []string) (want, got merged, ok bool) {
	t.Helper()
	var dirs [2]string
	for i := range dirs {
		dirs[i] = t.TempDir()
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dirs[i], name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	env = append([]string{"PATH=/usr/bin:/bin", "LC_ALL=C"}, env...)
	var out, errs bytes.Buffer
	got.status, ok = Main(Invocation{Args: args, Dir: dirs[1], Env: env, Stdout: &out, Stderr: &errs}, script)
	got.stdout, got.stderr, got.files = out.String(), errs.String(), listing(t, dirs[1])
	if !ok && out.Len()+errs.Len() > 0 {
		t.Errorf("%q: declined, but printed %q %q", args, &out, &errs)
	}
	cmd := exec.Command("/bin/sh", append([]string{script}, args...)...)
	out, errs = bytes.Buffer{}, bytes.Buffer{}
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dirs[0], env, &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	want = merged{strings.ReplaceAll(out.String(), dirs[0], dirs[1]), strings.ReplaceAll(errs.String(), dirs[0], dirs[1]), listing(t, dirs[0]), cmd.ProcessState.ExitCode()}
	return want, got, ok
}

func eachMergeScript(t *testing.T, f func(t *testing.T, script string)) {
	trees := os.Getenv("GOKBUILD_TREES")
	if trees == "" {
		need.Missing(t, "GOKBUILD_TREES names no trees")
	}
	for _, tree := range mergeTrees {
		script := filepath.Join(trees, tree, "scripts/kconfig/merge_config.sh")
		if _, err := os.Stat(script); err != nil && strings.HasPrefix(tree, "old/") {
			t.Logf("tree %s is not at hand: its script is not run", tree)
			continue
		}
		t.Run(tree, func(t *testing.T) {
			text, err := os.ReadFile(script)
			if err != nil {
				need.Missing(t, "%v", err)
			}
			if _, known := recognise(text); !known {
				t.Error("this version is not known")
			}
			f(t, script)
		})
	}
}

func TestMerge(t *testing.T) {
	const base = "# CONFIG_A is not set\nCONFIG_B=y\nCONFIG_C=m\n# about CONFIG_B in words\nCONFIG_S=\"two  words\"\nCONFIG_AB=y\nXCONFIG_B=y\nCONFIG_N=1\n"
	files := map[string]string{".config": base, "same": "CONFIG_B=y\n", "new": "CONFIG_NEW=y\nCONFIG_A=y\n# CONFIG_C is not set\n",
		"twice": "CONFIG_C=y\nCONFIG_C=m\n", "open": "CONFIG_N=2", "string": "CONFIG_S=\"other\"\n", "demote": "CONFIG_AB=m\n", "again": "CONFIG_AB=m\nCONFIG_AB=m\n",
		"odd": "  CONFIG_A=y\n#CONFIG_B is not set\n# CONFIG_B is not set \nCONFIG_=y\nCONFIG_N\n\n", "empty": "", "glob": "CONFIG_S=\"*\"\n", "back": "CONFIG_S=\"a\\tb\"\n",
		"utf": "CONFIG_B=\"\xc3\xa4\"\n", "other": "OTHER_A=y\n", "crlf": "CONFIG_B=m\r\n", "noeol": "CONFIG_B=y\nCONFIG_A=y", "joined": "CONFIG_A=m\n"}
	for _, tt := range need.Sample(t, []struct {
		args   string
		env    string
		refuse bool
	}{
		{args: "-m .config same"}, {args: "-m .config new"}, {args: "-m .config twice"}, {args: "-m .config open new"}, {args: "-m .config string"},
		{args: "-m -r .config same new"}, {args: "-m -y .config demote"}, {args: "-y -m .config demote same"}, {args: "-m -y .config again"},
		{args: "-m -r -y .config demote string"}, {args: "-m .config odd"}, {args: "-m .config empty"}, {args: "-m .config"}, {args: "-m .config nosuch"},
		{args: "-m .config same nosuch"}, {args: "-n -m .config new"}, {args: "-m noeol joined"}, {args: "-m noeol new joined"}, {args: "-m .config crlf same"},
		{args: "-m same new", env: "KCONFIG_CONFIG=result"}, {args: "-m -O . .config new"}, {args: "-m -O ./ .config new"},
		{args: "-m .config new", env: "KCONFIG_CONFIG=nosuch/result", refuse: true}, {args: "-m .config .config"}, {args: "-m .config same same"}, {args: "-m .config new .config"},
		{args: "-m empty empty"}, {args: "-m .config -m new", refuse: true}, {args: "-m .config new", env: "KCONFIG_CONFIG=same"}, {args: "-m .config new", env: "KCONFIG_CONFIG="},
		{args: "-m ./.config new"}, {args: "-mr .config new", refuse: true}, {args: "-m -- .config new", refuse: true}, {args: "-m .config new", env: "CONFIG_=CONFIG"},
		{args: "-m .config other", env: "CONFIG_=OTHER_"}, {args: "-m .config new", env: "CONFIG_="},
		{args: "-m .config glob", refuse: true}, {args: "-m .config back", refuse: true}, {args: "-m .config utf", refuse: true}, {args: "-h", refuse: true}, {args: "-m", refuse: true},
		{args: "", refuse: true}, {args: "-m . new", refuse: true}, {args: "-m -x .config", refuse: true}, {args: "-O nosuch -m .config new", refuse: true},
	}, 12) {
		t.Run(tt.args+tt.env, func(t *testing.T) {
			eachMergeScript(t, func(t *testing.T, script string) {
				want, got, ok := mergeBoth(t, script, files, strings.Fields(tt.env), strings.Fields(tt.args))
				if ok == tt.refuse {
					t.Errorf("done natively: %v", ok)
				}
				if ok && got != want {
					t.Errorf("got\n%+v\nwant\n%+v", got, want)
				}
			})
		})
	}
	// What only some versions know.
	eachMergeScript(t, func(t *testing.T, script string) {
		for _, args := range []string{"-m -s .config same", "-m -s .config new", "-s -m -r .config same string", "-m -Q .config new", "-Q -s -m -r .config same new", "-m fresh new"} {
			want, got, ok := mergeBoth(t, script, files, nil, strings.Fields(args))
			if ok && got != want {
				t.Errorf("%s: got\n%+v\nwant\n%+v", args, got, want)
			}
			if !ok && want.status == 0 && want.stderr == "" {
				t.Errorf("%s: left to the script", args)
			}
		}
	})
}

// TestMergeRandom compares on fragments made up of pieces that touch each other.
func TestMergeRandom(t *testing.T) {
	eachMergeScript(t, func(t *testing.T, script string) {
		r := rand.New(rand.NewPCG(1, 2))
		names := []string{"CONFIG_A", "CONFIG_B", "CONFIG_AB", "CONFIG_A_B", "XCONFIG_A", "CONFIG_", "CONFIG_ACONFIG_B"}
		text := func() string {
			var b strings.Builder
			for range r.IntN(7) {
				n := names[r.IntN(len(names))]
				b.WriteString([]string{n + "=y\n", n + "=m\n", "# " + n + " is not set\n", "# " + n + " and " + names[r.IntN(len(names))] + "\n", n + "=\"" + names[r.IntN(len(names))] + "=\"\n",
					n + "=1", "\n", n + " =y\n"}[r.IntN(8)])
			}
			return b.String()
		}
		done := 0
		rounds := need.Rounds(12, 60)
		for range rounds {
			files := map[string]string{".config": text(), "one": text(), "two": text()}
			var args []string
			for _, o := range []string{"-r", "-y"} {
				if r.IntN(2) == 0 {
					args = append(args, o)
				}
			}
			args = append(args, "-m", ".config", "one", "two")
			want, got, ok := mergeBoth(t, script, files, nil, args)
			if ok {
				done++
			}
			if ok && got != want {
				t.Fatalf("%q %q\ngot\n%+v\nwant\n%+v", args, files, got, want)
			}
		}
		if done*6 < rounds*5 {
			t.Errorf("only %d of %d were done natively", done, rounds)
		}
	})
}

// TestMergeUnknownScript: a script with any other text is left alone.
func TestMergeUnknownScript(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"merge_config.sh": "#!/bin/sh\nexit 3\n", ".config": "", "frag": "CONFIG_A=y\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := Main(Invocation{Args: []string{"-m", ".config", "frag"}, Dir: dir}, "merge_config.sh"); ok {
		t.Error("an unknown script was replaced")
	}
}
