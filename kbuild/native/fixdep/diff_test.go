package fixdep

import (
	"bytes"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/need"
)

// program is a tree's fixdep, compiled.
type program struct {
	source string
	binary string
	d      Dialect
}

// trees lists the directories in which sources of the program are looked for.
func trees() []string {
	root := os.Getenv("GOKBUILD_TREES")
	if root == "" {
		root = "/work/.cache"
	}
	var out []string
	for _, dir := range filepath.SplitList(root) {
		subs, _ := filepath.Glob(filepath.Join(dir, "*"))
		out = append(out, dir)
		out = append(out, subs...)
	}
	return out
}

// programs compiles every version found. GOKBUILD_FIXDEP_SOURCES may name more
// sources, as a glob.
func programs(t testing.TB) []program {
	t.Helper()
	type src struct{ file, include string }
	var sources []src
	for _, tree := range trees() {
		for _, rel := range []string{"scripts/basic/fixdep.c", "tools/build/fixdep.c"} {
			file := filepath.Join(tree, rel)
			if _, err := os.Stat(file); err == nil {
				sources = append(sources, src{file, filepath.Join(tree, "scripts/include")})
			}
		}
	}
	extra, _ := filepath.Glob(os.Getenv("GOKBUILD_FIXDEP_SOURCES"))
	for _, f := range extra {
		include := ""
		if len(sources) > 0 {
			include = sources[len(sources)-1].include
		}
		sources = append(sources, src{f, include})
	}
	if len(sources) == 0 {
		need.Missing(t, "no kernel tree: set GOKBUILD_TREES")
	}
	dir := t.TempDir()
	var out []program
	for i, s := range sources {
		text, err := os.ReadFile(s.file)
		if err != nil {
			t.Fatal(err)
		}
		d, ok := Detect(text)
		if !ok {
			if strings.HasPrefix(s.include, "/") && len(extra) == 0 {
				t.Errorf("%s: not recognised", s.file)
			} else {
				t.Logf("%s: not recognised", s.file)
			}
			continue
		}
		bin := filepath.Join(dir, fmt.Sprint("fixdep", i))
		args := []string{"-O1", "-w", "-o", bin, s.file}
		if s.include != "" {
			args = append([]string{"-I", s.include}, args...)
		}
		if msg, err := exec.Command("cc", args...).CombinedOutput(); err != nil {
			t.Logf("%s does not compile: %v\n%s", s.file, err, msg)
			continue
		}
		out = append(out, program{s.file, bin, d})
	}
	return out
}

type result struct {
	Out    string
	Status int
}

func (p program) run(t testing.TB, dir string, args []string) result {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.Command(p.binary, args...)
	cmd.Dir, cmd.Stdout = dir, &out
	err := cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return result{out.String(), cmd.ProcessState.ExitCode()}
}

// compare runs both and reports whether ours took the case.
func (p program) compare(t *testing.T, dir string, args []string, cache *Cache) bool {
	t.Helper()
	var out bytes.Buffer
	ok, err := Try(args, dir, &out, p.d, cache)
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		if out.Len() > 0 {
			t.Errorf("%s: declined after writing %q", p.source, out.String())
		}
		return false
	}
	want := p.run(t, dir, args)
	if d := cmp.Diff(want, result{Out: out.String()}); d != "" {
		dep, _ := os.ReadFile(filepath.Join(dir, args[0]))
		t.Errorf("%s %q (-program +ours):\n%s\ndepfile: %q", p.source, args[1:], d, dep)
	}
	return true
}

var headers = map[string]string{
	"a.c":                           "#include \"b.h\"\n#ifdef CONFIG_FOO\nCONFIG_BAR_MODULE CONFIG_MODULE CONFIG__MODULE XCONFIG_NOT _CONFIG_NOT2 CONFIG_ CONFIG_FOO\n",
	"b.h":                           "CONFIG_AT_START CONFIG_A1_b2 IS_ENABLED(CONFIG_ENABLED) CONFIG_IS_ENABLED(THING) CONFIG_VAL(OTHER) CONFIG_IS_ENABLED(X) CONFIG_BAR\n",
	"c.h":                           "  CONFIG_CONFIG_TWICE ENABLE_THIS IF_NOT_THAT(x) IF_HERE(y) XIF_FOO IF_ IF_X2 ENABLE_ CONFIG_at_end",
	"d.h":                           "no symbols here\n",
	"e.h":                           "",
	"f.h":                           "CONFIG_END",
	"g.h":                           "UML_CONFIG_UML\x00CONFIG_AFTER_NUL \xffCONFIG_HIGH\xff CONFIG_\xc3\xa9x\n",
	"lib.so":                        "CONFIG_IN_LIBRARY\n",
	"x.rmeta":                       "CONFIG_IN_META\n",
	"sub/h#1.h":                     "CONFIG_HASH\n",
	"sub/c:1.h":                     "CONFIG_COLON\n",
	"sub/pl.ver":                    "CONFIG_VER\n",
	"include/generated/autoconf.h":  "#define CONFIG_FROM_AUTOCONF 1\n",
	"include/generated/autoksyms.h": "CONFIG_FROM_AUTOKSYMS\n",
	"include/linux/kconfig.h":       "CONFIG_FROM_KCONFIG\n",
	"include/autoconf.h":            "CONFIG_FROM_AUTOCONF2\n",
	"arch/um/include/uml-config.h":  "CONFIG_FROM_UML\n",
}

func writeHeaders(t testing.TB, dir string) []string {
	t.Helper()
	var names []string
	for name, text := range headers {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	sort.Strings(names)
	for i := 0; i < 64; i++ { // every alignment of a mark
		name := fmt.Sprintf("al%d.h", i)
		text := strings.Repeat(" ", i%8) + "CONFIG_" + strings.Repeat("Q", i/8) + fmt.Sprint(i) + strings.Repeat("\n", i%3)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

var depfiles = []string{
	"a.o: a.c b.h \\\n c.h \\\n  d.h e.h\n",
	"a.o: a.c\n",
	"a.o: a.c",
	"a.o: a.c \\\n b.h \n",
	"a.o: a.c b.h b.h a.c\n",
	"a.o:a.c b.h\n",
	"a.o : a.c b.h\n",
	"a.o b.o: a.c b.h\n",
	"a.o: a.c b.h\na.o: c.h d.h\n",
	"a.o: a.c b.h\n\nb.h:\n\nc.h:\n",
	"a.dtb: a.c b.h\nb.dtb: b.h c.h",
	"a.o: include/generated/autoconf.h a.c\n",
	"a.o: a.c include/generated/autoconf.h include/generated/autoksyms.h include/linux/kconfig.h include/autoconf.h arch/um/include/uml-config.h sub/pl.ver\n",
	"a.o: a.c f.h g.h lib.so x.rmeta\n",
	"# comment\na.o: a.c # more \\\n and more\n b.h\n",
	"a.o: a.c sub/h\\#1.h sub/c\\:1.h\n",
	"a.o: a.c\tb.h\n",
	"a.o: a.c \\\r\n b.h\r\n",
	"a.o: a.c nosuch.h\n",
	"", "\n", "a.o", "a.o:", "a.o: \n", ":", "a.c\n", "a.o: a.c sub\n", "a.c: \\\n", "\\", "a.o: a.c \\",
	"a.o: a.c:b.h\n", "a.o: a.c\\\nb.h\n", "a.o:\\\n a.c\\\n b.h\\\n c.h\n", "x: a.c\ny: b.h c.h\nz: d.h e.h f.h\n", "a.o: a.c b.h  \n  \n",
}

func TestAgainstProgram(t *testing.T) {
	dir := t.TempDir()
	names := writeHeaders(t, dir)
	var plain []string
	for _, n := range names {
		if !strings.ContainsAny(n, "#:") {
			plain = append(plain, n)
		}
	}
	all := strings.Join(plain, " \\\n ")
	inputs := append([]string{"a.o: a.c " + all + "\n", "a.o: " + all}, depfiles...)
	r := rand.New(rand.NewSource(1))
	pieces := append([]string{" ", " ", " \\\n ", "\n", "\t", ":", ": ", "#", "\\", "\\#", "\\:", "x.o: "}, names...)
	for i := 0; i < 150; i++ {
		var b strings.Builder
		b.WriteString("t.o: a.c ")
		for n := r.Intn(12); n > 0; n-- {
			b.WriteString(pieces[r.Intn(len(pieces))])
			if r.Intn(3) > 0 {
				b.WriteByte(' ')
			}
		}
		inputs = append(inputs, b.String())
	}
	for _, p := range programs(t) {
		var cache Cache
		taken, shy := 0, 0
		for i, text := range append(inputs[:2:2], need.Sample(t, inputs[2:], 40)...) {
			if err := os.WriteFile(filepath.Join(dir, "dep.d"), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
			args := []string{"dep.d", "obj/a.o", "gcc -o $@ \"x\" 'y' \\# %"}
			if p.compare(t, dir, args, &cache) {
				taken++
			} else if i < 2 {
				t.Errorf("%s: declined a plain dependency file", p.source)
			} else if p.run(t, dir, args).Status == 0 {
				shy++
			}
		}
		t.Logf("%s: %d of %d cases taken, %d more would have succeeded", p.source, taken, len(inputs), shy)
	}
}
