package golden

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/need"
)

var (
	update = flag.Bool("update", false, "take the wants from the reference makes")
	only   = flag.String("against", "all", "which programs to run: all, reference, own")
	share  = flag.Int("share", 1, "play one of so many cases, drawn by lot")
)

const (
	casesDir = "../../../testdata/make"
	ownPkg   = "gokbuild/cmd/gokbuild"
)

// ownVersions are the full versions our binary is asked to imitate, one for each profile.
var ownVersions = map[Profile]string{Make42: "4.2.1", Make43: "4.3", Make44: "4.4.1"}

func TestMain(m *testing.M) {
	// Some cases interrupt themselves. A background job has SIGINT ignored, and children inherit that;
	// a handler undoes it.
	if signal.Ignored(os.Interrupt) {
		signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	}
	os.Exit(m.Run())
}

// TestCases plays cases, all of them or a sample (need.All), with our binary as the version that they were recorded of, and where other
// versions do something else as those. All, or a smaller sample, are played as each version, without our native steps, and by the makes
// of this machine.
func TestCases(t *testing.T) {
	cases := loadCases(t)
	refs := references(t)
	if *update {
		record(t, cases, refs)
		return
	}
	var owns []Program
	if *only != "reference" {
		owns = ownPrograms(t)
	}
	if *only == "own" {
		refs = nil
	}
	cases = need.Sample(t, cases, 200)
	thorough := cases
	if !need.All() {
		thorough = need.Draw(t, cases, min(40, len(cases)))
	}
	whole := make(map[*Case]bool)
	for _, c := range thorough {
		whole[c] = true
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			if err := c.Check(); err != nil {
				t.Errorf("%s: %v", c.Path, err)
			}
			if whole[c] || *only == "reference" {
				for _, p := range refs {
					play(t, c, p, c.Want)
				}
			}
			for _, p := range owns {
				if !whole[c] && repeats(c, p) {
					continue
				}
				want := c.OwnWant
				if len(p.Env) > 0 {
					want = c.OwnWantWithoutNative
				}
				play(t, c, p, want)
			}
		})
	}
}

// repeats reports whether a program of ours shows what another one of ours shows anyhow, as far as the case tells.
func repeats(c *Case, p Program) bool {
	return len(p.Env) > 0 || p.Profile != c.base() && c.wants[string(p.Profile)] == nil
}

func run(t *testing.T, c *Case, p Program) Result {
	t.Helper()
	got, err := p.Run(c, t.TempDir())
	if err != nil {
		t.Fatalf("%s: %s: %v", c.Path, p.Label, err)
	}
	return got
}

func play(t *testing.T, c *Case, p Program, want func(Profile) (Result, bool)) {
	t.Helper()
	if !c.Holds(p.Profile) {
		return
	}
	w, ok := want(p.Profile)
	if !ok {
		t.Errorf("%s: nothing recorded; run go test ./kbuild/internal/golden -update", c.Path)
		return
	}
	if d := cmp.Diff(w, run(t, c, p)); d != "" {
		t.Errorf("%s: %s (-want +got):\n%s", c.Path, p.Label, d)
	}
}

// record rewrites the wants of every case from the references that are there. A profile without a
// reference keeps what it has.
func record(t *testing.T, cases []*Case, refs []Program) {
	if len(refs) == 0 {
		t.Fatal("no reference make to take wants from")
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			old, err := os.ReadFile(c.Path)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range refs {
				if !c.Holds(p.Profile) {
					continue
				}
				c.Record(p.Profile, run(t, c, p))
			}
			if text := c.Format(old); !bytes.Equal(old, text) {
				if err := os.WriteFile(c.Path, text, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if err := c.Check(); err != nil {
				t.Errorf("%s: %v", c.Path, err)
			}
		})
	}
}

func loadCases(t *testing.T) []*Case {
	t.Helper()
	var cases []*Case
	err := filepath.WalkDir(casesDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(casesDir, path)
		name, ok := strings.CutSuffix(filepath.ToSlash(rel), ".txtar")
		if !ok {
			t.Errorf("%s: not a case", path)
			return nil
		}
		c, err := Load(path, name)
		if err != nil {
			t.Error(err)
			return nil
		}
		cases = append(cases, c)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatalf("no cases in %s", casesDir)
	}
	if *share > 1 {
		cases = need.Draw(t, cases, max(1, len(cases) / *share))
	}
	return cases
}

var versionLine = regexp.MustCompile(`^GNU Make (\d+\.\d+)((?:\.\d+)*)`)

// references finds the GNU makes of this machine: the system's, and those GOKBUILD_MAKE42 and
// GOKBUILD_MAKE44 name.
// Under GOKBUILD_CI a missing one is a failure, so that CI cannot pass without comparing.
func references(t *testing.T) []Program {
	t.Helper()
	ci := os.Getenv("GOKBUILD_CI") != ""
	var refs []Program
	for _, path := range []string{"/usr/bin/make", os.Getenv("GOKBUILD_MAKE42"), os.Getenv("GOKBUILD_MAKE44")} {
		if path == "" {
			continue
		}
		out, err := exec.Command(path, "--version").Output()
		m := versionLine.FindSubmatch(out)
		if err != nil || m == nil {
			if ci {
				t.Fatalf("reference %s: not a GNU make (%v)", path, err)
			}
			t.Logf("reference %s is not there: cases are compared with their recorded wants only", path)
			continue
		}
		p := Profile(m[1])
		if ownVersions[p] == "" {
			t.Logf("reference %s is version %s, which no profile describes: not compared", path, p)
			continue
		}
		refs = append(refs, Program{
			Label: fmt.Sprintf("GNU make %s%s", m[1], m[2]), Dir: linkAs(t, path), Profile: p, Version: ownVersions[p],
		})
	}
	if ci && len(refs) == 0 {
		t.Fatal("no reference make of a known profile")
	}
	return refs
}

// ownBuild is the command that builds our binary as `make build` does: the C library would take address space of its own.
func ownBuild(bin string) *exec.Cmd {
	cmd := exec.Command("go", "build", "-o", bin, ownPkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	return cmd
}

// ownPrograms builds our binary once and gives one program for each profile.
func ownPrograms(t *testing.T) []Program {
	t.Helper()
	bin := os.Getenv("GOKBUILD_BINARY")
	if bin == "" {
		bin = filepath.Join(t.TempDir(), "gokbuild")
		if out, err := ownBuild(bin).CombinedOutput(); err != nil {
			t.Fatalf("go build %s: %v\n%s", ownPkg, err, out)
		}
	}
	dir := linkAs(t, bin)
	var owns []Program
	for _, p := range Profiles() {
		owns = append(owns, Program{Label: "gokbuild as " + ownVersions[p], Dir: dir, Profile: p, Version: ownVersions[p]})
	}
	// Every native step must give what the thing gives that it replaces.
	return append(owns, Program{Label: "gokbuild --no-native as " + ownVersions[Make43], Dir: dir, Profile: Make43,
		Version: ownVersions[Make43], Env: []string{"GOKBUILD_NO_NATIVE=all"}})
}

// linkAs gives a folder in which path is called make.
func linkAs(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(path, filepath.Join(dir, "make")); err != nil {
		t.Fatal(err)
	}
	return dir
}
