package profile

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gokbuild/depgraph/facts/tick"
	"gokbuild/depgraph/need"
)

func TestForVersion(t *testing.T) {
	for _, c := range []struct {
		ask, version string
		family       Family
	}{
		{"4.2", "4.2", V42},
		{"4.2.1", "4.2.1", V42},
		{"4.2.93", "4.3", V43},
		{"4.3", "4.3", V43},
		{"4.3-dirty", "4.3-dirty", V43},
		{"4.3.92", "4.4.1", V44},
		{"4.4", "4.4", V44},
		{"4.4.1", "4.4.1", V44},
		{"4.4.0.91", "4.4.0.91", V44},
		{"3.81", "4.2.1", V42},
		{"4.1", "4.2.1", V42},
		{"4.5", "4.4.1", V44},
		{"5.0.1", "4.4.1", V44},
	} {
		p, err := ForVersion(c.ask)
		if err != nil || p.Version != c.version || p.Family != c.family {
			t.Errorf("%s: %+v %v", c.ask, p, err)
		}
	}
	for _, bad := range []string{"", "x", "4..3", ".4"} {
		if p, err := ForVersion(bad); err == nil {
			t.Errorf("%q gives %s", bad, p.Version)
		}
	}
}

func TestPatchRelease(t *testing.T) {
	former, err := ForVersion("4.4")
	latter, err2 := ForVersion("4.4.1")
	if err != nil || err2 != nil || former.OverridesWhileReading || !latter.OverridesWhileReading {
		t.Error("4.4 and 4.4.1 do not differ")
	}
}

// TestAgainstMake compares features and new functions with the makes at hand.
func TestAgainstMake(t *testing.T) {
	need.EachMake(t, func(t *testing.T, path, _ string) {
		p, err := ofMake(path, "")
		if err != nil {
			t.Fatal(err)
		}
		run := func(expr string) string {
			cmd := exec.Command(path, "-f", "-")
			cmd.Stdin = strings.NewReader("$(info " + expr + ")\nall:;@:\n")
			cmd.Env = []string{"LC_ALL=C"}
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%s: %v", expr, err)
			}
			return strings.TrimSpace(string(out))
		}
		if got := run("$(MAKE_VERSION)"); got != p.Version {
			t.Errorf("version %s, make says %s", p.Version, got)
		}
		features := strings.Fields(run("$(filter-out load guile,$(.FEATURES))"))
		if got, want := strings.Join(p.Features, " "), strings.Join(features, " "); got != want {
			t.Errorf("features of %s:\nmake %s\nours %s", p.Version, want, got)
		}
		// A variable of that name answers unless the function exists.
		for _, call := range []string{"$(let v,x,$v)", "$(intcmp 1,2,x)"} {
			if got := run(call) == "x"; got != p.LetAndIntcmp {
				t.Errorf("%s: %s: %v, make says %v", p.Version, call, p.LetAndIntcmp, got)
			}
		}
	})
}

// fakeMake writes a program that answers --version and counts its runs.
func fakeMake(t *testing.T, dir, answer string) (path string, runs func() int) {
	t.Helper()
	path = filepath.Join(dir, "make")
	count := filepath.Join(dir, "runs")
	script := fmt.Sprintf("#!/bin/sh\necho run >>'%s'\nprintf '%%s\\n' '%s'\n", count, answer)
	if err := os.WriteFile(path, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return path, func() int {
		data, _ := os.ReadFile(count)
		return strings.Count(string(data), "run")
	}
}

func TestOfMakeRemembers(t *testing.T) {
	cache, dir := filepath.Join(t.TempDir(), "cache"), t.TempDir()
	path, runs := fakeMake(t, dir, "GNU Make 4.4")
	ask := func(want string, wantRuns int) {
		t.Helper()
		if err := tick.Await(path); err != nil {
			t.Fatal(err)
		}
		p, err := ofMake(path, cache)
		if err != nil {
			t.Fatal(err)
		}
		if p.Version != want || runs() != wantRuns {
			t.Errorf("version %s after %d runs, want %s after %d", p.Version, runs(), want, wantRuns)
		}
	}
	ask("4.4", 1)
	ask("4.4", 1)
	// A damaged cache costs a question, not the truth.
	if err := os.WriteFile(filepath.Join(cache, cacheName), []byte("x\ty\n\x00garbage"), 0o666); err != nil {
		t.Fatal(err)
	}
	ask("4.4", 2)
	ask("4.4", 2)
	// Another program in the same place is another program, whatever its date.
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	fakeMake(t, dir, "GNU Make 4.3")
	if err := os.Chtimes(path, before.ModTime(), before.ModTime()); err != nil {
		t.Fatal(err)
	}
	ask("4.3", 3)
	ask("4.3", 3)
	// One that was written a moment ago could be written again without a change of its times.
	later := time.Now().Add(time.Hour) // no machine is too slow for this test
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	for want := 4; want < 6; want++ {
		if _, err := ofMake(path, cache); err != nil || runs() != want {
			t.Errorf("a young program was run %d times, %v", runs(), err)
		}
	}
	// Nowhere to remember is no error.
	if _, err := ofMake(path, filepath.Join(path, "no")); err != nil {
		t.Error(err)
	}
}

func TestOfMakeRefuses(t *testing.T) {
	for _, answer := range []string{"make: illegal option", "GNU Make", "GNU Make x.y", ""} {
		path, _ := fakeMake(t, t.TempDir(), answer)
		if p, err := ofMake(path, ""); err == nil {
			t.Errorf("%q gives %s", answer, p.Version)
		}
	}
	path, _ := fakeMake(t, t.TempDir(), "GNU Make 4.3\n"+Marker+"imitating")
	if _, err := ofMake(path, ""); !errors.Is(err, ErrOwnProgram) {
		t.Errorf("our own text: %v", err)
	}
	link := filepath.Join(t.TempDir(), "make")
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(own, link); err != nil {
		t.Fatal(err)
	}
	if _, err := ofMake(link, ""); !errors.Is(err, ErrOwnProgram) {
		t.Errorf("link to ourselves: %v", err)
	}
	if _, err := ofMake(t.TempDir(), ""); err == nil {
		t.Error("a directory is no make")
	}
}

func TestChoose(t *testing.T) {
	empty, other, real := t.TempDir(), t.TempDir(), t.TempDir()
	fakeMake(t, other, "BSD make")
	fakeMake(t, real, "GNU Make 4.2.1")
	path := strings.Join([]string{empty, other, real}, ":")
	for _, c := range []struct{ flag, env, path, want string }{
		{"4.4", "4.3", path, "4.4"},
		{"", "4.3", path, "4.3"},
		{"", "", path, "4.2.1"},
		{"", "", empty, Default},
		{"", "", "", Default},
	} {
		p, err := Choose(c.flag, c.env, c.path, "")
		if err != nil || p.Version != c.want {
			t.Errorf("%+v: %+v %v", c, p, err)
		}
	}
	if _, err := Choose("new", "", path, ""); err == nil {
		t.Error("--make-version=new is accepted")
	}
	for _, version := range []string{"5", "3.82", "4.1", "4.5", "4"} {
		for _, asked := range [][2]string{{version, ""}, {"", version}} {
			if _, err := Choose(asked[0], asked[1], path, ""); err == nil || !strings.Contains(err.Error(), "4.2, 4.3, 4.4") {
				t.Errorf("%q: %v", asked, err)
			}
		}
	}
	if _, err := Choose("", "new", path, ""); err == nil {
		t.Error("a bad environment variable is accepted")
	}
}
