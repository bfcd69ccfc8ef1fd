package builtin

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/need"
	"gokbuild/kbuild/lang/profile"
	"gokbuild/kbuild/lang/profile/profiletest"
)

// eachMake runs a subtest with each GNU make at hand.
func eachMake(t *testing.T, test func(t *testing.T, program string, p *profile.Profile)) {
	t.Helper()
	need.EachMake(t, func(t *testing.T, program, version string) { test(t, program, profiletest.Of(version)) })
}

func runMake(t *testing.T, program, makefile string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, append([]string{"-f", "-"}, args...)...)
	cmd.Dir = t.TempDir()
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	cmd.Stdin = strings.NewReader(makefile)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && out.Len() == 0 {
		t.Fatalf("%v: %s", err, errs.String())
	}
	return out.String()
}

const dumpVariables = `$(foreach v,$(sort $(.VARIABLES)),$(info $v|$(origin $v)|$(flavor $v)|$(value $v)))
all: ; @:
`

type fact struct{ Origin, Flavor, Value string }

func variablesOf(t *testing.T, program string, args ...string) map[string]fact {
	facts := map[string]fact{}
	for _, line := range strings.Split(runMake(t, program, dumpVariables, args...), "\n") {
		if parts := strings.SplitN(line, "|", 4); len(parts) == 4 {
			facts[parts[0]] = fact{parts[1], parts[2], parts[3]}
		}
	}
	return facts
}

// callers are the variables that depend on the invocation; the two values that differ on purpose are below.
var callers = []string{"MAKE_COMMAND", "MAKE", ".INCLUDE_DIRS", "CURDIR", "MAKEFILE_LIST", "MAKEFLAGS", "MFLAGS", "MAKELEVEL",
	".DEFAULT_GOAL", "GNUMAKEFLAGS", "PATH", "LC_ALL"}

func ourFacts(p *profile.Profile, options, host string) map[string]fact {
	facts := map[string]fact{}
	add := func(origin string, vars []Var) {
		for _, v := range vars {
			flavor := "simple"
			if v.Recursive {
				flavor = "recursive"
			}
			facts[v.Name] = fact{origin, flavor, v.Value}
		}
	}
	if options != "-R" {
		add("default", Variables(p))
	}
	add("default", First(p))
	add("default", Fixed(p, options != "", host))
	add("automatic", Automatic())
	return facts
}

func TestVariables(t *testing.T) {
	eachMake(t, func(t *testing.T, program string, p *profile.Profile) {
		for _, options := range []string{"", "-r", "-R"} {
			args := strings.Fields(options)
			want := variablesOf(t, program, args...)
			got := ourFacts(p, options, want["MAKE_HOST"].Value)
			for _, name := range callers {
				delete(want, name)
			}
			// .VARIABLES lists names in hash order; .FEATURES lacks what is not implemented here.
			want[".VARIABLES"] = got[".VARIABLES"]
			features := strings.Fields(want[".FEATURES"].Value)
			kept := features[:0]
			for _, f := range features {
				if f != "load" && f != "guile" {
					kept = append(kept, f)
				}
			}
			want[".FEATURES"] = fact{"default", "simple", strings.Join(kept, " ")}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("make %s (-make +ours):\n%s", options, diff)
			}
		}
	})
}

func TestPosix(t *testing.T) {
	eachMake(t, func(t *testing.T, program string, p *profile.Profile) {
		plain, posix := variablesOf(t, program), map[string]fact{}
		for _, line := range strings.Split(runMake(t, program, ".POSIX:\n"+dumpVariables), "\n") {
			if parts := strings.SplitN(line, "|", 4); len(parts) == 4 && (fact{parts[1], parts[2], parts[3]}) != plain[parts[0]] {
				posix[parts[0]] = fact{parts[1], parts[2], parts[3]}
			}
		}
		delete(posix, ".VARIABLES")
		for _, name := range []string{"CURDIR", "MAKEFILE_LIST"} {
			delete(posix, name)
		}
		// Only Debian's make asks ar for real times, too. It is the 4.3 that is imitated.
		if v := strings.TrimSuffix(posix["ARFLAGS"].Value, "U"); p.Family == profile.V43 {
			posix["ARFLAGS"] = fact{"default", "simple", v + "U"}
		} else {
			posix["ARFLAGS"] = fact{"default", "simple", v}
		}
		got := map[string]fact{}
		for _, v := range Posix(p) {
			got[v.Name] = fact{"default", "simple", v.Value}
		}
		if diff := cmp.Diff(posix, got); diff != "" {
			t.Errorf("(-make +ours):\n%s", diff)
		}
	})
}

// TestRules compares with the data base dump. Suffix rules are listed there as targets with a recipe, pattern rules after their
// conversion; ours are converted here the same way.
func TestRules(t *testing.T) {
	eachMake(t, func(t *testing.T, program string, p *profile.Profile) {
		dump := runMake(t, program, "", "-p")
		_, dump, _ = strings.Cut(dump, "# Implicit Rules\n")
		implicit, files, _ := strings.Cut(dump, "# Files\n")
		wantPatterns, wantSuffixes := parseRules(implicit), map[string]string{}
		for _, r := range parseRules(files) {
			if r.recipe != "" {
				wantSuffixes[strings.TrimSuffix(r.head, ":")] = r.recipe
			}
		}
		gotSuffixes := map[string]string{}
		for _, r := range SuffixRules() {
			gotSuffixes[r.Target] = strings.Join(r.Recipe, "\n")
		}
		if diff := cmp.Diff(wantSuffixes, gotSuffixes); diff != "" {
			t.Errorf("suffix rules (-make +ours):\n%s", diff)
		}
		if diff := cmp.Diff(wantPatterns, convert(), cmp.AllowUnexported(dumped{})); diff != "" {
			t.Errorf("pattern rules (-make +ours):\n%s", diff)
		}
	})
}

type dumped struct{ head, recipe string }

func parseRules(text string) []dumped {
	var rules []dumped
	for _, line := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(line, "#") || line == "":
		case strings.HasPrefix(line, "\t"):
			last := &rules[len(rules)-1]
			if last.recipe != "" {
				last.recipe += "\n"
			}
			last.recipe += line[1:]
		default:
			rules = append(rules, dumped{head: line})
		}
	}
	return rules
}

func convert() []dumped {
	recipes := map[string]string{}
	for _, r := range SuffixRules() {
		recipes[r.Target] = strings.Join(r.Recipe, "\n")
	}
	var rules []dumped
	for _, from := range Suffixes() {
		rules = append(rules, dumped{head: "%" + from + ":"})
		if recipe, ok := recipes[from]; ok {
			rules = append(rules, dumped{"%: %" + from, recipe})
		}
		for _, to := range Suffixes() {
			if recipe, ok := recipes[from+to]; ok {
				rules = append(rules, dumped{"%" + to + ": %" + from, recipe})
			}
		}
	}
	for _, r := range PatternRules() {
		colon := ":"
		if r.DoubleColon {
			colon = "::"
		}
		rules = append(rules, dumped{strings.Join(r.Targets, " ") + colon + " " + strings.Join(r.Prereqs, " "), strings.Join(r.Recipe, "\n")})
	}
	return rules
}

func TestNothingTwice(t *testing.T) {
	var names []string
	p := profiletest.Of("4.4.1")
	for _, v := range slices.Concat(Variables(p), First(p), Fixed(p, false, "x")) {
		names = append(names, v.Name)
	}
	for _, r := range SuffixRules() {
		names = append(names, "rule "+r.Target)
	}
	sort.Strings(names)
	for i := 1; i < len(names); i++ {
		if names[i] == names[i-1] {
			t.Errorf("%s twice", names[i])
		}
	}
}
