package flags

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/need"
	"gokbuild/kbuild/lang/profile"
	"gokbuild/kbuild/lang/profile/profiletest"
)

// badCommandLines are run by every reference make and by us; standard error (without the usage text) and the exit status must
// agree.
var badCommandLines = [][]string{
	{"-z"},
	{"-zs", "-Y"},
	{"--foo"},
	{"--foo=bar"},
	{"--no"},
	{"--no-b"},
	{"--no-builtin"},
	{"--assume-"},
	{"--d"},
	{"--s"},
	{"--silent=1"},
	{"--quie=1"},
	{"-C"},
	{"--directory"},
	{"--dir"},
	{"-sC"},
	{"-kE"},
	{"-f", ""},
	{"--file="},
	{"-I", ""},
	{"--eval="},
	{"-j0"},
	{"-j", "0"},
	{"-jx"},
	{"-j2x"},
	{"--jobs=two"},
	{"--jobs="},
	{"-j", ""},
	{"--debug="},
	{"--debug=foo"},
	{"--debug=b,x"},
	{"-Ofoo"},
	{"--output-sync="},
	{"--output-sync=targets"},
	{"-z", "--debug=foo"},
	{"-:"},
	{"-;"},
	{"-s-"},
	{"-j-1"},
	{"--jobserver-auth="},
	{"--what-if"},
	{"--max-load=x", "-z"},
	{"-l", "x", "-z"},
	{"--", "-z", "--foo", "-n"},
	{"-", "-z"},
	{"--mak", "x", "-z"},
	{"--m"},
	{"--t"},
}

// knownDifferences are left as they are, with the reason.
var knownDifferences = map[string]string{
	"4.4 -j-1":    "make 4.4 takes a negative number for a very large one; we refuse it",
	"4.2 --eval=": "make 4.2 has no -E and so names the option by its long form",
}

type outcome struct {
	Status int
	Stderr string
}

func referenceOutcome(t *testing.T, program string, args []string) outcome {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Args[0] = "/some/make"
	cmd.Dir = t.TempDir()
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	var errs bytes.Buffer
	cmd.Stderr = &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(errs.String(), "Usage: make [options]")
	return outcome{cmd.ProcessState.ExitCode(), text}
}

func ourOutcome(p *profile.Profile, args []string) outcome {
	f := New(p)
	err := f.Load(append([]string{"/some/make"}, args...), Env{})
	var b strings.Builder
	for _, m := range f.Messages {
		b.WriteString(m + "\n")
	}
	var fatal *FatalError
	switch {
	case err == nil && len(f.Goals) > 0:
		// What make says about a goal that it cannot make; the bad option was an operand.
		b.WriteString("make: *** No rule to make target '" + f.Goals[0] + "'.  Stop.\n")
	case errors.As(err, &fatal):
		b.WriteString("make: *** " + fatal.Text + ".  Stop.\n")
	case err == nil:
		return outcome{0, b.String()}
	}
	return outcome{2, b.String()}
}

func TestErrors(t *testing.T) {
	need.EachMake(t, func(t *testing.T, program, version string) {
		p := profiletest.Of(version)
		for _, args := range badCommandLines {
			diff := cmp.Diff(referenceOutcome(t, program, args), ourOutcome(p, args))
			_, known := knownDifferences[p.Family.String()+" "+strings.Join(args, " ")]
			if known && diff == "" {
				t.Errorf("make %q: the known difference is gone", args)
			}
			if !known && diff != "" {
				t.Errorf("make %q (-make +ours):\n%s", args, diff)
			}
		}
	})
}

// TestSlips makes mistakes with options that make does not have: one line says all, and no usage text follows. A mistake with one
// of make's ends as make ends, and the option that was meant is known.
func TestSlips(t *testing.T) {
	for _, c := range []struct {
		args, message string
		told          bool
		meant         string
	}{
		{"--expain", "unrecognized option '--expain': did you mean --explain?", true, ""},
		{"--progres=never", "unrecognized option '--progres=never': did you mean --progress?", true, ""},
		{"--cache-ver=3", "unrecognized option '--cache-ver=3': did you mean --cache-verify?", true, ""},
		{"--no_native=ar", "unrecognized option '--no_native=ar': did you mean --no-native?", true, ""},
		{"--explain=1", "option '--explain' doesn't allow an argument", true, ""},
		{"--progress", "option '--progress' requires an argument (--progress=auto|always|never|plain)", true, ""},
		{"--why=", "the '--why' option requires a non-empty string argument (--why=TARGET)", true, ""},
		{"all --cache-gc", "option '--cache-gc' must stand alone on the command line", true, ""},
		{"-s --completion=bash", "option '--completion' must stand alone on the command line", true, ""},
		{"--jbos=3", "unrecognized option '--jbos=3'", false, "jobs"},
		{"--slient", "unrecognized option '--slient'", false, "silent"},
		{"--something-else", "unrecognized option '--something-else'", false, ""},
		{"--expain --slient", "unrecognized option '--expain': did you mean --explain?\nmake: unrecognized option '--slient'", false, "silent"},
		{"--why= -j0", "the '--why' option requires a non-empty string argument (--why=TARGET)\nmake: the '-j' option requires a positive integer argument", false, ""},
	} {
		f := New(profiletest.Of("4.3"))
		err := f.Load(append([]string{"make"}, strings.Fields(c.args)...), Env{})
		if want := (UsageError{Told: c.told, Meant: c.meant}); err != want {
			t.Errorf("%s: %#v, want %#v", c.args, err, want)
		}
		if got := strings.Join(f.Messages, "\n"); got != "make: "+c.message {
			t.Errorf("%s: %q", c.args, got)
		}
	}
}

// TestUsage compares --help: all of make's lines are there in order, and nothing but our own section is added.
func TestUsage(t *testing.T) {
	need.EachMake(t, func(t *testing.T, program, version string) {
		cmd := exec.Command(program, "--help")
		cmd.Args[0] = "make"
		cmd.Env = []string{"LC_ALL=C"}
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		want, _, _ := strings.Cut(string(out), "\nThis program built for")
		f := New(profiletest.Of(version))
		if err := f.Load([]string{"make", "--help"}, Env{}); err != nil || !f.Help {
			t.Fatalf("Load: %v", err)
		}
		got, own, ok := strings.Cut(f.Usage(), "\nOptions that GNU make does not have:\n")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-make +ours):\n%s", diff)
		}
		if !ok || !strings.Contains(own, "--make-version=VERSION") {
			t.Errorf("our own options are missing: %q", own)
		}
	})
}

func TestVersionText(t *testing.T) {
	f := New(profiletest.Of("4.3"))
	lines := strings.Split(f.VersionText(""), "\n")
	if lines[0] != "GNU Make 4.3" || !strings.HasPrefix(lines[1], profile.Marker) {
		t.Errorf("got %q", lines)
	}
	for _, line := range strings.Split(strings.TrimSuffix(f.VersionText("# "), "\n"), "\n") {
		if !strings.HasPrefix(line, "# ") {
			t.Errorf("no comment: %q", line)
		}
	}
}
