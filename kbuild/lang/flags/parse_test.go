package flags

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/kbuild/lang/profile/profiletest"
)

func TestParseAssignment(t *testing.T) {
	type result struct{ Name, Op, Value string }
	for _, c := range []struct {
		arg  string
		want *result
	}{
		{"V=1", &result{"V", "=", "1"}},
		{"V:=1", &result{"V", ":=", "1"}},
		{"V::=1", &result{"V", "::=", "1"}},
		{"V:::=1", &result{"V", ":::=", "1"}},
		{"V+=1", &result{"V", "+=", "1"}},
		{"V?=1", &result{"V", "?=", "1"}},
		{"V!=echo a", &result{"V", "!=", "echo a"}},
		{" V \t:= 1 ", &result{"V", ":=", "1 "}},
		{"V=", &result{"V", "=", ""}},
		{"=x", &result{"", "=", "x"}},
		{"V==x", &result{"V", "=", "=x"}},
		{"a-b.c/d=x", &result{"a-b.c/d", "=", "x"}},
		{"-x=1", &result{"-x", "=", "1"}},
		{"$(a=b)c=d", &result{"$(a=b)c", "=", "d"}},
		{"${a(b)=}c=d", &result{"${a(b)=}c", "=", "d"}},
		{"$$=x", &result{"$$", "=", "x"}},
		{"a+b=c", &result{"a+b", "=", "c"}},
		{"a!b?c+=d", &result{"a!b?c", "+=", "d"}},
		{"V=a # b", &result{"V", "=", "a # b"}},
		{"a b=c", nil},
		{"a b", nil},
		{"a:b", nil},
		{"a:b=c", nil},
		{"a: b=c", nil},
		{"a::::=b", nil},
		{"#a=b", nil},
		{"a#b=c", nil},
		{"goal", nil},
		{"", nil},
		{"$", nil},
		{"$(a=b", nil},
		{"a:+=b", nil},
	} {
		a, ok := parseAssignment(c.arg, true)
		var got *result
		if ok {
			got = &result{a.Name, a.Op, a.Value}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.arg, diff)
		}
	}
	if a, ok := parseAssignment("V:::=1", false); ok {
		t.Errorf("V:::=1 without that operator: %+v", a)
	}
}

func TestSplitMakeflags(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"  ", nil},
		{"sk", []string{"-sk"}},
		{" -j2  --trace", []string{"-j2", "--trace"}},
		{"V=1 k", []string{"V=1", "k"}},
		{`s -- V=a\ b\\c\$`, []string{"-s", "--", `V=a b\c$`}},
		{`s\`, []string{`-s\`}},
		{"s ", []string{"-s", ""}},
	} {
		if diff := cmp.Diff(c.want, splitMakeflags(c.text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.text, diff)
		}
	}
}

func load(t *testing.T, version string, args ...string) *Flags {
	t.Helper()
	f := New(profiletest.Of(version))
	if err := f.Load(append([]string{"make"}, args...), Env{Lookup: func(name string) string {
		if name == "HOME" {
			return "/home/me"
		}
		return ""
	}}); err != nil {
		t.Fatalf("%q: %v %q", args, err, f.Messages)
	}
	return f
}

func TestOperands(t *testing.T) {
	f := load(t, "4.3", "a", "-k", "./b", "V=1", ".//c", "-", "./", "~/x", "--", "-n", "W:=2", "-f")
	if diff := cmp.Diff([]string{"a", "b", "c", "./", "/home/me/x", "-n", "-f"}, f.Goals); diff != "" {
		t.Errorf("goals (-want +got):\n%s", diff)
	}
	want := []Assignment{{"V", "=", "1", FromCommandLine}, {"W", ":=", "2", FromCommandLine}}
	if diff := cmp.Diff(want, f.Assignments); diff != "" {
		t.Errorf("assignments (-want +got):\n%s", diff)
	}
	if !f.KeepGoing || f.DryRun {
		t.Errorf("k %v, n %v", f.KeepGoing, f.DryRun)
	}
}

func TestArguments(t *testing.T) {
	f := load(t, "4.4.1", "-sC", "dir", "-fa", "-f", "./b", "--makefile", "a", "-l", "2.5x", "-j", "all", "-I./x", "-W~/y", "-Orecurse",
		"--debug=j,v", "--shuf=reverse", "--jobserver-style=pipe", "--no-native=nm,ar", "--no-native", "--explain", "--make-version=4.3")
	type result struct {
		Directories, Makefiles, IncludeDirs, NewFiles, NoNative, Goals []string
		Load                                                           float64
		Jobs                                                           int
		Sync                                                           Sync
		Debug                                                          Debug
		Shuffle                                                        Shuffle
		Style, Version                                                 string
		Silent, Explain                                                bool
	}
	want := result{[]string{"dir"}, []string{"a", "b", "a"}, []string{"x"}, []string{"/home/me/y"}, []string{"nm", "ar", "all"},
		[]string{"all"}, 2.5, JobsUnlimited, SyncRecurse, DebugJobs | DebugVerbose | DebugBasic, ShuffleReverse, "pipe", "4.3", true, true}
	got := result{f.Directories, f.Makefiles, f.IncludeDirs, f.NewFiles, f.NoNative, f.Goals, f.MaxLoad, f.Jobs, f.SyncMode, f.DebugLevel,
		f.ShuffleMode, f.JobserverStyle, f.MakeVersion, f.Silent, f.Explain}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !f.NativeOff("fixdep") {
		t.Error("--no-native leaves fixdep on")
	}
	if diff := cmp.Diff([]string{"GOKBUILD_NO_NATIVE=nm,ar,all", "GOKBUILD_EXPLAIN=1"}, f.OwnEnviron()); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}

// TestSteps: a step of --no-native that there is not is an error that names those there are, wherever it comes from.
func TestSteps(t *testing.T) {
	for args, env := range map[string]string{"--no-native=nm,fixdpe": "", "--no-native=memory --no-native=fixdpe": "", "all": "cache,fixdpe"} {
		f := New(profiletest.Of("4.3"))
		err := f.Load(append([]string{"make"}, strings.Fields(args)...), Env{Lookup: func(name string) string {
			if name == noNativeVariable {
				return env
			}
			return ""
		}})
		var fatal *FatalError
		if !errors.As(err, &fatal) || !strings.Contains(fatal.Text, "'fixdpe' (submake, shell, probe, fixdep, nm, ar, kconfig, memory, cache, all)") {
			t.Errorf("%s, %s: %v", args, env, err)
		}
	}
	if f := load(t, "4.3", append([]string{"--no-native=" + strings.Join(steps, ",")}, "--no-native")...); len(f.NoNative) != len(steps)+1 {
		t.Errorf("all steps: %q", f.NoNative)
	}
}

func TestOwnOptionsDoNotShadow(t *testing.T) {
	// --mak is an unambiguous beginning of make's own --makefile, although we have --make-version.
	if f := load(t, "4.3", "--mak", "x"); len(f.Makefiles) != 1 {
		t.Errorf("makefiles %q", f.Makefiles)
	}
	// Options of newer makes are known by their full name.
	if f := load(t, "4.3", "--shuffle=7"); f.ShuffleMode != ShuffleRandom || f.ShuffleSeed != 7 || f.Shuffle != "7" {
		t.Errorf("shuffle %+v", f.Shuffle)
	}
}

func TestShuffleSeedIsPassedOn(t *testing.T) {
	f := New(profiletest.Of("4.4.1"))
	if err := f.Load([]string{"make", "--shuffle"}, Env{Seed: func() uint32 { return 42 }}); err != nil {
		t.Fatal(err)
	}
	if got := f.Makeflags(Building, NoOverrides); got != " --shuffle=42" {
		t.Errorf("got %q", got)
	}
	if err := f.Load([]string{"make", "--shuffle=x"}, Env{}); err == nil {
		t.Error("--shuffle=x is accepted")
	}
}

func TestRemakingDropsDryRun(t *testing.T) {
	f := load(t, "4.3", "-ntqk")
	if got := f.Makeflags(Remaking, NoOverrides); got != "k" {
		t.Errorf("got %q", got)
	}
}

func TestPrintDirectory(t *testing.T) {
	for _, c := range []struct {
		version string
		level   int
		args    []string
		want    bool
	}{
		{"4.3", 0, nil, false},
		{"4.3", 1, nil, true},
		{"4.3", 1, []string{"-s"}, false},
		{"4.3", 0, []string{"-C", "x"}, true},
		{"4.3", 0, []string{"-s", "-w"}, true},
		{"4.3", 0, []string{"--no-print-directory", "-w"}, false},
		{"4.4.1", 0, []string{"--no-print-directory", "-w"}, true},
		{"4.4.1", 1, []string{"-w", "--no-print-directory"}, false},
		{"4.4.1", 1, nil, true},
	} {
		f := load(t, c.version, c.args...)
		f.Settle(c.level)
		if got := f.PrintDirectory(); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestCloneIsIndependent(t *testing.T) {
	f := load(t, "4.4.1", "-I/a", "V=1")
	before := f.Makeflags(Building, ByReference)
	c := f.Clone()
	if _, err := c.Assigned("k -I/b --no-silent", FromFile); err != nil {
		t.Fatal(err)
	}
	c.IncludeDirs[0] = "/z"
	if got := f.Makeflags(Building, ByReference); got != before {
		t.Errorf("%q became %q", before, got)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("sk -j2 --debug=b -- V=1", "-j")
	f.Add(`-I\ a --foo`, "--eval=$(x)")
	f.Fuzz(func(t *testing.T, makeflags, arg string) {
		for _, version := range []string{"4.2.1", "4.3", "4.4.1"} {
			fl := New(profiletest.Of(version))
			err := fl.Load([]string{"make", arg, arg}, Env{Makeflags: makeflags})
			fl.Settle(0)
			if err == nil {
				_, _, _ = fl.AfterReading("", makeflags)
			}
			_ = fl.Makeflags(Building, ByReference)
		}
	})
}

// TestEnvironmentAsCommandLine: from 4.4.1 on, MAKEFLAGS in the environment counts like the command line; before, options that
// are not for sub-makes, goals and mistakes in it were ignored.
func TestEnvironmentAsCommandLine(t *testing.T) {
	for _, c := range []struct {
		version, makeflags string
		goals, directories []string
		failed             bool
	}{
		{"4.3", "k goal", nil, nil, false},
		{"4.4.1", "k goal", []string{"goal"}, nil, false},
		{"4.4.1", "k -- goal V=1", []string{"goal"}, nil, false},
		{"4.3", "-C sub", nil, nil, false},
		{"4.4.1", "-C sub", nil, []string{"sub"}, false},
		{"4.3", "--bogus", nil, nil, false},
		{"4.4.1", "--bogus", nil, nil, true},
		{"4.4.1", "k  ", nil, nil, false},
	} {
		f := New(profiletest.Of(c.version))
		err := f.Load([]string{"make"}, Env{Makeflags: c.makeflags})
		if (err != nil) != c.failed {
			t.Errorf("%+v: %v %q", c, err, f.Messages)
		}
		if diff := cmp.Diff(c.goals, f.Goals); diff != "" {
			t.Errorf("%+v: goals (-want +got):\n%s", c, diff)
		}
		if diff := cmp.Diff(c.directories, f.Directories); diff != "" {
			t.Errorf("%+v: directories (-want +got):\n%s", c, diff)
		}
	}
}
