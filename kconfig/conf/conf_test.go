package conf

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/kconfig/internal/dialect"
	"gokbuild/kconfig/internal/testkit"
)

// outcome is one run of conf in a fresh directory.
type outcome struct {
	dir, out, err string
	status        int
}

func runConf(t *testing.T, d *dialect.Dialect, files map[string]string, stdin string, env []string, args ...string) outcome {
	t.Helper()
	r := outcome{dir: t.TempDir()}
	for name, text := range files {
		path := filepath.Join(r.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	r = r.again(d, stdin, env, args...)
	if tool := os.Getenv("GOKBUILD_KCONFIG_CONF"); tool != "" && cmp.Equal(d, dialect.Newest()) {
		r.compareWithC(t, tool, files, stdin, env, args)
	}
	return r
}

// compareWithC runs the C tool that the variable GOKBUILD_KCONFIG_CONF names, built from a tree of the newest dialect,
// on the same case.
func (r outcome) compareWithC(t *testing.T, tool string, files map[string]string, stdin string, env, args []string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var out, errOut bytes.Buffer
	c := exec.Command(tool, args...)
	c.Args[0] = "conf"
	c.Dir, c.Env, c.Stdin, c.Stdout, c.Stderr = dir, append([]string{"PATH=/usr/bin:/bin"}, env...), strings.NewReader(stdin), &out, &errOut
	_ = c.Run()
	if d := cmp.Diff(out.String(), r.out); d != "" {
		t.Errorf("stdout (-C +ours)\n%s", d)
	}
	// The number is part of an address.
	address := regexp.MustCompile(`How to check -?[0-9]+`)
	if d := cmp.Diff(address.ReplaceAllString(errOut.String(), "N"), address.ReplaceAllString(r.err, "N")); d != "" {
		t.Errorf("stderr (-C +ours)\n%s", d)
	}
	if got := c.ProcessState.ExitCode(); got != r.status {
		t.Errorf("status %d, C %d", r.status, got)
	}
	want, _ := os.ReadFile(filepath.Join(dir, ".config"))
	got, _ := os.ReadFile(filepath.Join(r.dir, ".config"))
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf(".config (-C +ours)\n%s", d)
	}
}

func (r outcome) again(d *dialect.Dialect, stdin string, env []string, args ...string) outcome {
	var out, errOut bytes.Buffer
	r.status = Main(Invocation{Args: args, Dir: r.dir, Env: append([]string{"PATH=/usr/bin:/bin"}, env...),
		Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errOut, Dialect: d})
	r.out, r.err = out.String(), errOut.String()
	return r
}

func (r outcome) file(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// body is .config without its heading.
func (r outcome) body(t *testing.T) string {
	t.Helper()
	_, rest, _ := strings.Cut(r.file(t, ".config"), "# Main menu\n#\n")
	return rest
}

func TestValues(t *testing.T) {
	const modules = "config MODULES\n\tbool \"modules\"\n\tdefault y\n\tmodules\n\n"
	tests := []struct {
		name, kconfig, config string
		want, older           string // older is given where the generations differ
	}{
		{name: "defaults and dependencies",
			kconfig: "config A\n\tbool \"a\"\n\tdefault y\nconfig B\n\tbool \"b\"\n\tdepends on !A\n\tdefault y\nconfig C\n\tdef_bool y if A\n",
			want:    "CONFIG_A=y\nCONFIG_C=y\n"},
		{name: "select beats dependencies and warns",
			kconfig: "config A\n\tdef_bool y\n\tselect B\nconfig B\n\tbool \"b\"\n\tdepends on C\nconfig C\n\tbool \"c\"\n",
			want:    "CONFIG_A=y\nCONFIG_B=y\n# CONFIG_C is not set\n"},
		{name: "tristate limited by its dependency",
			kconfig: modules + "config A\n\tdef_tristate m\nconfig B\n\ttristate \"b\"\n\tdepends on A\n\tdefault y\n",
			want:    "CONFIG_MODULES=y\nCONFIG_A=m\nCONFIG_B=m\n"},
		{name: "m without modules",
			kconfig: "config A\n\ttristate \"a\"\n\tdefault m\nconfig B\n\tbool \"b\"\n\tdefault y\n\tdepends on m\n",
			want:    "CONFIG_A=y\n"},
		{name: "imply obeys dependencies",
			kconfig: "config A\n\tdef_bool y\n\timply B\n\timply C\nconfig B\n\tbool \"b\"\nconfig C\n\tbool \"c\"\n\tdepends on D\nconfig D\n\tbool \"d\"\n",
			want:    "CONFIG_A=y\nCONFIG_B=y\n# CONFIG_C is not set\n# CONFIG_D is not set\n"},
		{name: "range takes the text of the bound",
			kconfig: "config H\n\thex \"h\"\n\trange 0x10 0xFF\n\tdefault 0x1\nconfig I\n\tint \"i\"\n\trange 1 10\n\tdefault 50\n",
			want:    "CONFIG_H=0x10\nCONFIG_I=10\n"},
		{name: "a value outside its range",
			kconfig: "config I\n\tint \"i\"\n\trange 1 10\n\tdefault 5\n", config: "CONFIG_I=20\n",
			want: "CONFIG_I=10\n", older: "CONFIG_I=5\n"},
		{name: "a number without value",
			kconfig: "config I\n\tint \"i\"\n", want: "CONFIG_I=0\n", older: "CONFIG_I=\n"},
		{name: "an undefined name is its own text",
			kconfig: "config S\n\tstring \"s\"\n\tdefault UNDEFINED\n", want: "CONFIG_S=\"UNDEFINED\"\n"},
		{name: "not binds looser than comparison",
			kconfig: "config A\n\tdef_bool !B=y\nconfig B\n\tbool \"b\"\n\tdefault y\n", want: "CONFIG_B=y\n"},
		{name: "numbers compare as numbers",
			kconfig: "config I\n\tint\n\tdefault 10\nconfig A\n\tdef_bool I > 9\nconfig B\n\tdef_bool I = 0xa\n",
			want:    "CONFIG_I=10\nCONFIG_A=y\nCONFIG_B=y\n"},
		{name: "choice default",
			kconfig: "choice\n\tprompt \"c\"\n\tdefault B\nconfig A\n\tbool \"a\"\nconfig B\n\tbool \"b\"\nendchoice\n",
			want:    "# CONFIG_A is not set\nCONFIG_B=y\n"},
		{name: "the last of two members wins",
			kconfig: "choice\n\tprompt \"c\"\nconfig A\n\tbool \"a\"\nconfig B\n\tbool \"b\"\nconfig C\n\tbool \"c\"\nendchoice\n",
			config:  "CONFIG_C=y\nCONFIG_B=y\n", want: "# CONFIG_A is not set\nCONFIG_B=y\n# CONFIG_C is not set\n"},
		{name: "an excluded default of a choice",
			kconfig: "choice\n\tprompt \"c\"\nconfig A\n\tbool \"a\"\nconfig B\n\tbool \"b\"\nendchoice\n", config: "# CONFIG_A is not set\n",
			want: "# CONFIG_A is not set\nCONFIG_B=y\n", older: "CONFIG_A=y\n# CONFIG_B is not set\n"},
		{name: "select has no effect on a member",
			kconfig: "config S\n\tdef_bool y\n\tselect B\nchoice\n\tprompt \"c\"\nconfig A\n\tbool \"a\"\nconfig B\n\tbool \"b\"\nendchoice\n",
			want:    "CONFIG_S=y\nCONFIG_A=y\n# CONFIG_B is not set\n"},
		{name: "bool compared with y by inequality",
			kconfig: "config A\n\tbool \"a\"\n\tdefault y\nconfig B\n\tbool \"b\"\n\tdepends on A!=y\n",
			want:    "CONFIG_A=y\n# CONFIG_B is not set\n", older: "CONFIG_A=y\n"},
		{name: "menus, ends and submenus",
			kconfig: "menu \"m\"\nconfig A\n\tbool \"a\"\nconfig B\n\tbool \"b\"\n\tdepends on A\nendmenu\nmenu \"empty\"\nendmenu\nconfig C\n\tbool \"c\"\n",
			want:    "\n#\n# m\n#\n# CONFIG_A is not set\n# end of m\n\n#\n# empty\n#\n# end of empty\n\n# CONFIG_C is not set\n"},
		{name: "strings are escaped",
			kconfig: "config S\n\tstring \"s\"\n\tdefault 'a\"b\\\\c'\n", want: "CONFIG_S=\"a\\\"b\\\\c\"\n"},
		{name: "only the first letter counts", kconfig: "config A\n\tbool \"a\"\n", config: "CONFIG_A=yes\n", want: "CONFIG_A=y\n"},
		{name: "visible if hides the prompt",
			kconfig: "menu \"m\"\n\tvisible if A\nconfig B\n\tbool \"b\"\n\tdefault y\nendmenu\nconfig A\n\tbool \"a\"\n", config: "# CONFIG_B is not set\n",
			want: "CONFIG_B=y\n# CONFIG_A is not set\n"},
	}
	for _, tt := range tests {
		for _, gen := range []struct {
			name string
			d    *dialect.Dialect
			want string
		}{{"newer", dialect.Newest(), tt.want}, {"older", testkit.Older(), tt.older}} {
			want := gen.want
			if want == "" {
				want = tt.want
			}
			t.Run(tt.name+"/"+gen.name, func(t *testing.T) {
				t.Parallel()
				files := map[string]string{"Kconfig": tt.kconfig, ".config": tt.config}
				r := runConf(t, gen.d, files, "", nil, "--olddefconfig", "Kconfig")
				if r.status != 0 {
					t.Fatalf("status %d, stderr:\n%s", r.status, r.err)
				}
				got := r.body(t)
				if !strings.Contains(tt.name, "menus") {
					got = strings.TrimPrefix(got, "\n#\n# m\n#\n")
					got = strings.ReplaceAll(got, "# end of m\n\n", "")
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("(-want +got)\n%s", d)
				}
			})
		}
	}
}

func TestMessages(t *testing.T) {
	tests := []struct {
		name    string
		files   map[string]string
		args    []string
		status  int
		out     string
		err     string
		older   bool
		anyFile bool
	}{
		{name: "no Kconfig file", args: []string{"--oldconfig", "Kconfig"}, status: 1, err: "can't find file Kconfig\n"},
		{name: "missing source", files: map[string]string{"Kconfig": "\nsource \"x/Kconfig\"\n"}, status: 1,
			err: "Kconfig:2: can't open file \"x/Kconfig\"\n"},
		{name: "inclusion loop", files: map[string]string{"Kconfig": "source \"a\"\n", "a": "\nsource \"Kconfig\"\n"}, status: 1,
			err: "Recursive inclusion detected.\nInclusion path:\n  current file : Kconfig\n  included from: a:2\n  included from: Kconfig:1\n"},
		{name: "syntax error", files: map[string]string{"Kconfig": "config A\n\tbool \"a\"\n\tbogus\n"}, status: 1,
			err: "Kconfig:3: syntax error\nKconfig:3: unknown statement \"bogus\"\n"},
		{name: "missing end", files: map[string]string{"Kconfig": "menu \"m\"\nconfig A\n\tbool \"a\"\n"}, status: 1,
			err: "Kconfig:4: syntax error\nKconfig:1: missing end statement for this entry\n"},
		{name: "wrong end", files: map[string]string{"Kconfig": "menu \"m\"\nendif\n"}, status: 1,
			err: "Kconfig:2: unexpected 'if' within menu block\n"},
		{name: "end in another file", files: map[string]string{"Kconfig": "menu \"m\"\nsource \"a\"\n", "a": "endmenu\n"}, status: 1,
			err: "a:1: 'menu' in different file than 'menu'\nKconfig:1: location of the 'menu'\n"},
		{name: "last line unfinished", files: map[string]string{"Kconfig": "config A\n\tbool \"a\""}, status: 1,
			err: "Kconfig:2:warning: no new line at end of file\nKconfig:2: syntax error\n"},
		{name: "unfinished string", files: map[string]string{"Kconfig": "config A\n\tbool \"a\n"},
			err: "Kconfig:2:warning: multi-line strings not supported\n"},
		{name: "carriage return", files: map[string]string{"Kconfig": "config A\r\n\tbool\n"},
			err: "Kconfig:1:warning: ignoring unsupported character '\r'\n"},
		{name: "no type", files: map[string]string{"Kconfig": "config A\n\tprompt \"a\"\n"}, err: "Kconfig:1:warning: config symbol defined without type\n"},
		{name: "type redefined", files: map[string]string{"Kconfig": "config A\n\tbool\nconfig A\n\ttristate\n"},
			err: "Kconfig:3:warning: ignoring type redefinition of 'A' from 'bool' to 'tristate'\n"},
		{name: "dependency loop", files: map[string]string{"Kconfig": "config A\n\tbool\n\tdepends on B\nconfig B\n\tbool\n\tdepends on A\n"}, status: 1,
			err: "error: recursive dependency detected!\n\tsymbol A depends on B\n\tsymbol B depends on A\n" +
				"For a resolution refer to Documentation/kbuild/kconfig-language.rst\nsubsection \"Kconfig recursive dependency limitations\"\n\n"},
		{name: "dependency loop, older", older: true, files: map[string]string{"Kconfig": "config A\n\tbool\n\tdepends on B\nconfig B\n\tbool\n\tdepends on A\n"}, status: 1,
			err: "Kconfig:4:error: recursive dependency detected!\nKconfig:4:\tsymbol B depends on A\nKconfig:1:\tsymbol A depends on B\n" +
				"For a resolution refer to Documentation/kbuild/kconfig-language.rst\nsubsection \"Kconfig recursive dependency limitations\"\n\n"},
		{name: "unmet dependency", files: map[string]string{"Kconfig": "config A\n\tdef_bool y\n\tselect B\nconfig B\n\tbool\n\tdepends on C\nconfig C\n\tbool\n"},
			args: []string{"--alldefconfig", "Kconfig"},
			err:  "\nWARNING: unmet direct dependencies detected for B\n  Depends on [n]: C [=n]\n  Selected by [y]:\n  - A [=y]\n"},
		{name: "recursive variable", files: map[string]string{"Kconfig": "A = $(B)\nB = $(A)\n$(A)\n"}, status: 1,
			err: "Kconfig:3: Recursive variable 'A' references itself (eventually)\n"},
		{name: "unterminated reference", files: map[string]string{"Kconfig": "$(info,x\n"}, status: 1,
			err: "Kconfig:1: unterminated reference to 'info,x': missing ')'\n"},
		{name: "macros", files: map[string]string{"Kconfig": "X := 1\nX += 2\nF = [$(2)|$(1)]\n$(info,$(X) $(F,a, b))\n$(warning-if,y,$(filename):$(lineno))\n"},
			out: "1 2 [ b|a]\n", err: "Kconfig:5: Kconfig:5\n"},
		{name: "bad values", files: map[string]string{"Kconfig": "config A\n\tbool \"a\"\nconfig I\n\tint \"i\"\n\tdefault 1\nconfig S\n\tstring \"s\"\n",
			".config": "CONFIG_A=q\nCONFIG_I=07\nCONFIG_S=\"x\nrubbish\nCONFIG_A=y\nCONFIG_A=n\n# CONFIG_I is not set\n"},
			err: ".config:1:warning: symbol value 'q' invalid for A\n.config:2:warning: symbol value '07' invalid for I\n" +
				".config:3:warning: invalid string found\n.config:4:warning: unexpected data: rubbish\n" +
				".config:6:warning: override: reassigning to symbol A\n.config:7:warning: symbol value 'n' invalid for I\n"},
		{name: "no defconfig", files: map[string]string{"Kconfig": "\n"}, args: []string{"--defconfig=x", "Kconfig"}, status: 1,
			err: "***\n*** Can't find default configuration \"x\"!\n***\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			args := tt.args
			if args == nil {
				args = []string{"--silent", "--olddefconfig", "Kconfig"}
			} else {
				args = append([]string{"-s"}, args...)
			}
			d := dialect.Newest()
			if tt.older {
				d = testkit.Older()
			}
			r := runConf(t, d, tt.files, "", nil, args...)
			if r.status != tt.status {
				t.Errorf("status %d, want %d", r.status, tt.status)
			}
			if d := cmp.Diff(tt.err, r.err); d != "" {
				t.Errorf("stderr (-want +got)\n%s", d)
			}
			if d := cmp.Diff(tt.out, r.out); d != "" {
				t.Errorf("stdout (-want +got)\n%s", d)
			}
		})
	}
}

func TestDialogue(t *testing.T) {
	files := map[string]string{"Kconfig": "config A\n\tbool \"first\"\n\thelp\n\t  Text.\nmenu \"m\"\nconfig I\n\tint \"number\"\n\tdefault 3\nendmenu\nchoice\n\tprompt \"pick\"\nconfig X\n\tbool \"x\"\nconfig Y\n\tbool \"y\"\nendchoice\n"}
	r := runConf(t, dialect.Newest(), files, "y\n7\n2\n", nil, "--oldaskconfig", "Kconfig")
	want := "*\n* Main menu\n*\nfirst (A) [N/y/?] (NEW) y\n*\n* m\n*\nnumber (I) [3] (NEW) 7\npick\n> 1. x (X) (NEW)\n  2. y (Y) (NEW)\nchoice[1-2?]: 2\n" +
		"#\n# configuration written to .config\n#\n"
	if d := cmp.Diff(want, r.out); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if d := cmp.Diff("CONFIG_A=y\n\n#\n# m\n#\nCONFIG_I=7\n# end of m\n\n# CONFIG_X is not set\nCONFIG_Y=y\n", r.body(t)); d != "" {
		t.Errorf(".config (-want +got)\n%s", d)
	}
}

// TestEndOfInput checks that a dialogue without answers ends.
func TestEndOfInput(t *testing.T) {
	files := map[string]string{"Kconfig": "config I\n\tint \"i\"\n\tdefault x\nconfig J\n\tint \"j\"\n\tdefault 1\n"}
	r := runConf(t, dialect.Newest(), files, "", nil, "--oldconfig", "Kconfig")
	if r.status != 1 || !strings.Contains(r.err, "error: no value for new symbol 'I' at end of input") {
		t.Errorf("status %d, stderr %q", r.status, r.err)
	}
	if _, err := os.Stat(filepath.Join(r.dir, ".config")); err == nil {
		t.Error("a configuration was written")
	}
}

// TestNoAnswer is about questions that the oldest tool repeats for ever in modes that read no input.
func TestNoAnswer(t *testing.T) {
	busy := testkit.BusyBox()
	for name, tree := range map[string]string{
		"number": "config A\n\tint \"a\"\n\tdefault none\n",
		"choice": "choice\n\tprompt \"c\"\n\tdefault OUT\nconfig A\n\tbool \"a\"\nconfig B\n\tbool \"b\"\nendchoice\nconfig OUT\n\tbool \"o\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			for _, opt := range []string{"-d", "-y", "-n"} {
				r := runConf(t, busy, map[string]string{"Kconfig": tree}, "", nil, opt, "Kconfig")
				if r.status != 1 || !strings.Contains(r.err, "error: no valid answer before the end of input") {
					t.Errorf("%s: status %d, stderr %q", opt, r.status, r.err)
				}
			}
		})
	}
}

// TestGlibcRandom pins the first numbers of the C library's generator.
func TestGlibcRandom(t *testing.T) {
	var g glibcRand
	g.seed(1)
	var got []int
	for range 4 {
		got = append(got, g.next())
	}
	if d := cmp.Diff([]int{1804289383, 846930886, 1681692777, 1714636915}, got); d != "" {
		t.Error(d)
	}
}
