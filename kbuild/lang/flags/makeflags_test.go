package flags

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/need"
	"gokbuild/kbuild/lang/profile"
	"gokbuild/kbuild/lang/profile/profiletest"
)

var update = flag.Bool("update", false, "take the expected texts from the reference makes")

// flagCase is one command line, run on a makefile that shows MAKEFLAGS and MFLAGS while it is read, in a recipe, in the
// recipe's environment, and then the same in a sub-make.
type flagCase struct {
	name    string
	env     []string
	args    []string
	append  string   // what the makefile adds to MAKEFLAGS
	subArgs []string // arguments of the sub-make
	since   profile.Family
}

var flagCases = []flagCase{
	{name: "nothing"},
	{name: "letters", args: []string{"-s", "-k", "-r"}},
	{name: "all letters", args: []string{"-BdeikLprRstw"}},
	{name: "dry run", args: []string{"-n"}},
	{name: "question", args: []string{"-q"}},
	{name: "keep going off", args: []string{"-S"}},
	{name: "keep going on off", args: []string{"-k", "-S"}},
	{name: "keep going off on", args: []string{"-S", "-k"}},
	{name: "no silent", args: []string{"--no-silent"}, since: profile.V43},
	{name: "silent then no silent", args: []string{"-s", "--no-silent"}, since: profile.V43},
	{name: "no silent then silent", args: []string{"--no-silent", "-s"}, since: profile.V43},
	{name: "jobs attached", args: []string{"-j3"}},
	{name: "jobs apart", args: []string{"-j", "3"}},
	{name: "jobs long", args: []string{"--jobs=3"}},
	{name: "jobs long apart", args: []string{"--jobs", "3"}},
	{name: "jobs one", args: []string{"-j1"}},
	{name: "jobs unlimited", args: []string{"-j"}},
	{name: "jobs in bundle", args: []string{"-skj2"}},
	{name: "jobs at end of bundle", args: []string{"-skj", "2"}},
	{name: "load", args: []string{"-l", "2.5"}},
	{name: "load attached", args: []string{"-l1.50"}},
	{name: "load large", args: []string{"-l12345678"}},
	{name: "load none", args: []string{"-l"}},
	{name: "output sync with jobs", args: []string{"-j2", "-O"}},
	{name: "output sync line", args: []string{"-Oline"}},
	{name: "output sync recurse", args: []string{"--output-sync=recurse", "-j2"}},
	{name: "include dirs", args: []string{"-I", "/usr", "-I/tmp", "--include-dir=./sub"}},
	{name: "include dirs twice", args: []string{"-I/usr", "-I/usr"}},
	{name: "include dir with blank and dollar", args: []string{"-I", "/a b$$c\\d"}},
	{name: "trace", args: []string{"--trace"}},
	{name: "warn undefined", args: []string{"--warn-undefined-variables", "-w"}},
	{name: "debug", args: []string{"--debug=j"}},
	{name: "debug default", args: []string{"--debug"}},
	{name: "debug none", args: []string{"-d", "--debug=n"}},
	{name: "debug abbreviated", args: []string{"--deb=j,v"}},
	{name: "old and new files", args: []string{"-o", "a", "-W", "b"}},
	{name: "no print directory", args: []string{"--no-print-directory"}},
	{name: "no print directory then w", args: []string{"--no-print-directory", "-w"}},
	{name: "w then no print directory", args: []string{"-w", "--no-print-directory"}},
	{name: "directory", args: []string{"-C", "."}},
	{name: "directory silent", args: []string{"-sC", "."}},
	{name: "level one", env: []string{"MAKELEVEL=1"}},
	{name: "eval", args: []string{"--eval=a=$$b c"}},
	{name: "evals and overrides", args: []string{"--eval", "a=1", "--eval=b=2", "V=1", "-j2"}},
	{name: "override", args: []string{"V=1"}},
	{name: "overrides", args: []string{"V=1", "O=/o x", "W:=y", "-s"}},
	{name: "override repeated", args: []string{"V=1", "O=2", "V=3"}},
	{name: "override dollar", args: []string{"V=a$$b\\c"}},
	{name: "override blank", args: []string{"V=a  b\tc"}},
	{name: "override with dashes after end of options", args: []string{"--", "-x=1"}},
	{name: "override in sub-make", args: []string{"V=1", "O=2"}, subArgs: []string{"N=3", "V=4"}},
	{name: "flags in sub-make", args: []string{"-k"}, subArgs: []string{"-S", "-s"}},
	{name: "jobs in sub-make", args: []string{"-j2"}, subArgs: []string{"-r"}},
	{name: "two dots name", args: []string{"A.b-c=1"}},

	{name: "env letters", env: []string{"MAKEFLAGS=sk"}},
	{name: "env with dash", env: []string{"MAKEFLAGS=-s -k"}},
	{name: "env long options", env: []string{"MAKEFLAGS=--trace --no-print-directory"}},
	{name: "env overrides", env: []string{"MAKEFLAGS=s -j2 -- V=1 O=a\\ b"}},
	{name: "env only overrides", env: []string{"MAKEFLAGS=V=1"}},
	{name: "env and args", env: []string{"MAKEFLAGS=k -- V=1"}, args: []string{"V=2", "O=3", "-s"}},
	{name: "env jobs and args jobs", env: []string{"MAKEFLAGS= -j4"}, args: []string{"-j2"}},
	{name: "env jobs", env: []string{"MAKEFLAGS= -j4"}},
	{name: "env load", env: []string{"MAKEFLAGS= -l 3"}},
	{name: "env dollar", env: []string{"MAKEFLAGS= -- V=a$$$$b"}},
	{name: "gnumakeflags", env: []string{"GNUMAKEFLAGS=-k", "MAKEFLAGS=s"}},
	{name: "gnumakeflags include", env: []string{"GNUMAKEFLAGS=-I/usr"}, args: []string{"-I/tmp"}},
	{name: "env include repeated", env: []string{"MAKEFLAGS= -I/usr -I/usr"}},

	{name: "append rR", append: "-rR"},
	{name: "append bundle word", append: "k", args: []string{"-s"}},
	{name: "append rR with overrides", append: "-rR", args: []string{"-s", "-j2", "V=1", "O=/o"}},
	{name: "append no print directory", append: "--no-print-directory"},
	{name: "append no print directory below", append: "--no-print-directory", args: []string{"-C", "."}},
	{name: "append include dir", append: "--include-dir=/usr", args: []string{"-I/tmp", "V=1"}},
	{name: "append jobs", append: "-j2"},
	{name: "append jobs, given", append: "-j2", args: []string{"-j3"}},
	{name: "append silent, refused", append: "-s", args: []string{"--no-silent"}, since: profile.V43},
	{name: "append keep going, refused", append: "-k", args: []string{"-S"}},
	{name: "append trace", append: "--trace"},
	{name: "append variable", append: "X=1", args: []string{"V=1"}},
	{name: "append w", append: "-w", args: []string{"--no-print-directory"}},
	{name: "append output sync", append: "-Oline", args: []string{"-j2"}},
}

// showMakefile prints P lines while it is read, R lines from a recipe, E lines from the recipe's environment. The environment
// lines use octal quoting for nothing: values of the cases hold no newlines.
const showMakefile = `%s
$(info $(L)P[$(MAKEFLAGS)][$(MFLAGS)])
all: ; $(info $(L)R[$(MAKEFLAGS)][$(MFLAGS)]) +@printf '%%s\n' "$(L)E[$$MAKEFLAGS][$$MFLAGS]"
	+@$(if $(L),:,$(MAKE) -f show.mk L=sub %s)
`

var (
	lineRE = regexp.MustCompile(`(?m)^(sub)?[PRE]\[.*$`)
	authRE = regexp.MustCompile(`--(jobserver-auth|sync-mutex)=[^\s\]]*`)
)

func normalise(out string) string {
	return authRE.ReplaceAllString(strings.Join(lineRE.FindAllString(out, -1), "\n"), "--$1=X")
}

func (c flagCase) makefile() string {
	prelude := ""
	if c.append != "" {
		prelude = "MAKEFLAGS += " + c.append
	}
	return fmt.Sprintf(showMakefile, prelude, strings.Join(c.subArgs, " "))
}

// reference runs the case with a real make.
func (c flagCase) reference(t *testing.T, program string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "show.mk"), []byte(c.makefile()), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, append([]string{"-f", "show.mk"}, c.args...)...)
	cmd.Dir = dir
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}, c.env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	// The exit status is of no interest: -q and -t have theirs.
	_ = cmd.Run()
	return normalise(out.String())
}

// simulation evaluates the little of the make language that the cases need.
type simulation struct {
	f     *Flags
	names []string
	vars  map[string]Override
}

func (s *simulation) define(list []Assignment) {
	for _, a := range list {
		if _, ok := s.vars[a.Name]; !ok {
			s.names = append(s.names, a.Name)
		}
		v := Override{Name: a.Name, Simple: a.Op != "=", Value: a.Value}
		s.vars[a.Name] = v
	}
}

func (s *simulation) overridesText() string {
	var list []Override
	for _, name := range s.names {
		list = append(list, s.vars[name])
	}
	return OverridesText(list)
}

func (s *simulation) overrides() Overrides {
	if len(s.names) > 0 {
		return ByReference
	}
	return NoOverrides
}

func (s *simulation) expand(text string) string {
	return strings.NewReplacer("$$", "$", "$(MAKEOVERRIDES)", s.overridesText(), "$("+EvalsVariable+")", s.f.EvalsText()).Replace(text)
}

// ours imitates an invocation and then its sub-make.
func (c flagCase) ours(t *testing.T, p *profile.Profile) string {
	t.Helper()
	env := map[string]string{}
	for _, entry := range c.env {
		name, value, _ := strings.Cut(entry, "=")
		env[name] = value
	}
	var out []string
	makeflags := c.run(t, p, env, append([]string{"make", "-f", "show.mk"}, c.args...), "", &out)
	level, _ := strconv.Atoi(env["MAKELEVEL"])
	env = map[string]string{"MAKEFLAGS": makeflags, "MAKELEVEL": strconv.Itoa(level + 1)}
	c.run(t, p, env, append([]string{"make", "-f", "show.mk", "L=sub"}, c.subArgs...), "sub", &out)
	return authRE.ReplaceAllString(strings.Join(out, "\n"), "--$1=X")
}

func (c flagCase) run(t *testing.T, p *profile.Profile, env map[string]string, argv []string, label string, out *[]string) string {
	t.Helper()
	s := &simulation{f: New(p), vars: map[string]Override{}}
	f := s.f
	dollars := strings.NewReplacer("$$", "$")
	err := f.Load(argv, Env{GNUMakeflags: dollars.Replace(env["GNUMAKEFLAGS"]), Makeflags: dollars.Replace(env["MAKEFLAGS"])})
	if err != nil {
		t.Fatalf("Load: %v %q", err, f.Messages)
	}
	level, _ := strconv.Atoi(env["MAKELEVEL"])
	f.Settle(level)
	s.define(f.Assignments)
	show := func(kind string, stage Stage, text string) {
		*out = append(*out, fmt.Sprintf("%s%s[%s][%s]", label, kind, s.expand(text), s.expand(f.Mflags(stage))))
	}
	text := f.Makeflags(Reading, s.overrides())
	if c.append != "" {
		if p.OverridesCutOnAppend {
			text, _, _ = strings.Cut(text, " -- ")
		}
		if text != "" || p.AppendAlwaysAddsBlank {
			text += " "
		}
		text += c.append
		if p.MakeflagsAtOnce {
			if _, err := f.Assigned(s.expand(text), FromFile); err != nil {
				t.Fatal(err)
			}
			text = f.Makeflags(Reading, s.overrides())
		}
	}
	show("P", Reading, text)
	if _, _, err := f.AfterReading("", s.expand(text)); err != nil {
		t.Fatal(err)
	}
	if f.Jobs > 1 && f.JobserverAuth == "" {
		f.JobserverAuth = "1,2"
	}
	// A make of this profile announces its lock for -O to sub-makes, once it runs in parallel.
	if p.Family >= profile.V44 && (f.SyncMode == SyncLine || f.SyncMode == SyncTarget) && f.Jobs > 1 {
		f.SyncMutex = "X"
	}
	text = f.Makeflags(Building, s.overrides())
	show("R", Building, text)
	passed := s.expand(text)
	if f.EnvOverrides && p.MakeflagsRawUnderE {
		passed = text
	}
	*out = append(*out, fmt.Sprintf("%sE[%s][%s]", label, passed, f.Mflags(Building)))
	return passed
}

func TestMakeflags(t *testing.T) {
	programs := map[string]string{} // to compare with, by version
	need.EachMake(t, func(_ *testing.T, program, version string) { programs[version] = program })
	for _, version := range []string{"4.2.1", "4.3", "4.4", "4.4.1"} {
		t.Run(version, func(t *testing.T) {
			p := profiletest.Of(version)
			golden := filepath.Join("testdata", "makeflags-"+version+".txt")
			want := readGolden(t, golden)
			if program := programs[version]; program != "" {
				fresh := map[string]string{}
				for _, c := range casesFor(p) {
					fresh[c.name] = c.reference(t, program)
				}
				if *update {
					writeGolden(t, golden, fresh)
					want = fresh
				} else if diff := cmp.Diff(want, fresh); diff != "" {
					t.Errorf("%s is not what %s prints; run with -update (-golden +make):\n%s", golden, program, diff)
				}
			}
			for _, c := range casesFor(p) {
				text, ok := want[c.name]
				if !ok {
					t.Errorf("%s: no expected text in %s", c.name, golden)
					continue
				}
				t.Run(c.name, func(t *testing.T) {
					if diff := cmp.Diff(text, c.ours(t, p)); diff != "" {
						t.Errorf("make %q, MAKEFLAGS += %s (-make +ours):\n%s", append(c.env, c.args...), c.append, diff)
					}
				})
			}
		})
	}
}

func casesFor(p *profile.Profile) []flagCase {
	var cases []flagCase
	for _, c := range flagCases {
		if c.since <= p.Family {
			cases = append(cases, c)
		}
	}
	return cases
}

func readGolden(t *testing.T, path string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		if *update {
			return nil
		}
		t.Fatal(err)
	}
	cases := map[string]string{}
	for _, section := range strings.Split(string(data), "== ")[1:] {
		name, text, _ := strings.Cut(section, "\n")
		cases[name] = strings.TrimSuffix(text, "\n")
	}
	return cases
}

func writeGolden(t *testing.T, path string, cases map[string]string) {
	t.Helper()
	var b bytes.Buffer
	for _, c := range flagCases {
		if _, ok := cases[c.name]; !ok {
			continue
		}
		fmt.Fprintf(&b, "== %s\n%s\n", c.name, cases[c.name])
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}
