package kbuild

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// reported is a project in which a compiler complains of the words "bad" and "odd".
func reported(t *testing.T) *project {
	t.Helper()
	return newProject(t, "4.3", map[string]string{
		".config": "",
		"Makefile": "all: a.o b.o sub\n\t@cat a.o b.o sub/c.o >$@\ninclude rule.mk\n" +
			"sub: ; @$(MAKE) -f rule.mk sub/c.o\n.PHONY: sub\n",
		"rule.mk": "%.o: %.c\n\t@echo '  CC      $@'; sh cc $< >$@.tmp && mv $@.tmp $@\n",
		"cc": "grep -n odd $1 | sed \"s,^\\([0-9]*\\):.*,$1:\\1:1: warning: odd word [-Wodd],\" >&2\n" +
			"if grep -q bad $1; then grep -n bad $1 | sed \"s,^\\([0-9]*\\):.*,$1:\\1:2: error: bad word,\" >&2; exit 1; fi\ncat $1\n",
		"a.c":     "odd a\n",
		"b.c":     "good b\nodd b\n",
		"sub/c.c": "good c\n",
	})
}

// object is one line of --json.
type object struct {
	V, N                                        int
	Event, Target, Text, Message, Severity, Dir string
	Make                                        uint32
	ID                                          uint64
	New, OK                                     bool
}

func readObjects(t *testing.T, name string) (all []object) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		var o object
		if err := json.Unmarshal(line, &o); err != nil || !bytes.HasSuffix(line, []byte("\n")) {
			t.Fatalf("%q: %v", line, err)
		}
		if all = append(all, o); o.V != 1 || o.N != len(all) {
			t.Errorf("v %d, n %d in line %d", o.V, o.N, len(all))
		}
	}
	return all
}

func (p *project) run(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	p.s.Close()
	p.newSession()
	p.stdout, p.stderr = p.temp("stdout"), p.temp("stderr")
	status = p.make(args...)
	out, err := os.ReadFile(p.stdout.Name())
	if err != nil {
		t.Fatal(err)
	}
	errs, err := os.ReadFile(p.stderr.Name())
	if err != nil {
		t.Fatal(err)
	}
	return status, string(out), string(errs)
}

// TestReportBytes builds with every report asked for, and without: what make prints is the same.
func TestReportBytes(t *testing.T) {
	plain, reporting := reported(t), reported(t)
	options := []string{"--json=j", "--sarif=s", "--trace=t", "--report=r", "--progress=auto"}
	for _, step := range []struct{ name, file, text string }{
		{name: "first"}, {name: "nothing changed"}, {"an error", "b.c", "bad b\n"}, {"repaired", "b.c", "odd b\n"},
	} {
		var got [2]string
		for i, p := range []*project{plain, reporting} {
			if step.file != "" {
				if err := os.WriteFile(filepath.Join(p.dir, step.file), []byte(step.text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			args := []string{"-k"}
			if i == 1 {
				args = append(args, options...)
			}
			status, out, errs := p.run(t, args...)
			got[i] = strings.ReplaceAll(out+"\x00"+errs, p.dir, "DIR") + string(rune('0'+status))
		}
		if got[0] != got[1] {
			t.Errorf("%s: %q, reported %q", step.name, got[0], got[1])
		}
		if strings.Contains(got[1], "\x1b") {
			t.Errorf("%s: an escape sequence in %q", step.name, got[1])
		}
	}
}

// TestJSON looks at the events of a build, of one that fails, and at what is kept.
func TestJSON(t *testing.T) {
	p := reported(t)
	found := func() (all []string) {
		begun, done, ran := map[string]int{}, map[string]int{}, map[uint64]int{}
		objects := readObjects(t, filepath.Join(p.dir, "j"))
		for _, o := range objects {
			switch o.Event {
			case "begin":
				begun[o.Target]++
			case "done":
				done[o.Target]++
			case "command":
				ran[o.ID]++
			case "ran":
				if o.ID != 0 {
					ran[o.ID]--
				}
			case "diagnostic":
				text := o.Severity + " " + o.Message
				if o.New {
					text = "new " + text
				}
				all = append(all, filepath.Base(o.Target)+": "+text)
			}
		}
		for target, n := range begun {
			if done[target] != n {
				t.Errorf("%s began %d times and ended %d times", target, n, done[target])
			}
		}
		for id, n := range ran {
			if n != 0 {
				t.Errorf("command %d did not begin and end once", id)
			}
		}
		if objects[0].Event != "build" || objects[len(objects)-1].Event != "end" {
			t.Errorf("begins with %s, ends with %s", objects[0].Event, objects[len(objects)-1].Event)
		}
		return all
	}
	for _, tt := range []struct {
		name, file, text, args string
		status                 int
		want                   []string
	}{
		{name: "first", want: []string{"a.o: new warning odd word", "b.o: new warning odd word"}},
		{name: "nothing changed"},
		{"moved", "b.c", "good b\ngood b\nodd b\n", "", 0, []string{"b.o: warning odd word"}},
		{"an error", "sub/c.c", "bad c\n", "", 2, []string{"c.o: new error bad word", ".: new error [rule.mk:2: sub/c.o] Error 1",
			".: new error [Makefile:4: sub] Error 2"}},
		{"what is kept", "", "", "--messages", 0, []string{"a.o: warning odd word", "b.o: warning odd word", "c.o: error bad word"}},
		{"repaired", "sub/c.c", "good c\n", "", 0, nil},
		{"what is kept then", "", "", "--messages", 0, []string{"a.o: warning odd word", "b.o: warning odd word"}},
	} {
		if tt.file != "" {
			if err := os.WriteFile(filepath.Join(p.dir, tt.file), []byte(tt.text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		status, out, errs := p.run(t, append(strings.Fields(tt.args), "--json=j")...)
		if status != tt.status {
			t.Fatalf("%s: status %d\n%s%s", tt.name, status, out, errs)
		}
		got := found()
		slices.Sort(got)
		slices.Sort(tt.want)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		if tt.args == "--messages" && strings.Count(out, "odd word") != 2 {
			t.Errorf("%s: %q", tt.name, out)
		}
	}
}

// TestJSONOutputs writes events to standard output, and to what cannot be written.
func TestJSONOutputs(t *testing.T) {
	p := reported(t)
	status, out, errs := p.run(t, "--json=-")
	if status != 0 || !strings.Contains(errs, "  CC      a.o\n") {
		t.Errorf("status %d, standard error %q", status, errs)
	}
	for line := range strings.Lines(out) {
		if !json.Valid([]byte(line)) {
			t.Errorf("standard output has %q", line)
		}
	}
	for _, arg := range []string{"--json=none/j", "--json=fd:x", "--json=fd:2000000000", "--sarif=none/s", "--json=."} {
		status, out, errs := p.run(t, arg)
		if status != 2 || out != "" || !strings.Contains(errs, arg+": ") {
			t.Errorf("%s: status %d, %q, %q", arg, status, out, errs)
		}
	}
	if status, _, errs := p.run(t, "--json=/dev/full", "a.o"); status != 0 || !strings.Contains(errs, "--json: ") {
		t.Errorf("a full disk: status %d, %q", status, errs)
	}
}

// TestSARIF plants three errors, and looks for three results in the form that the standard asks for.
func TestSARIF(t *testing.T) {
	p := reported(t)
	for _, name := range []string{"a.c", "b.c", "sub/c.c"} {
		if err := os.WriteFile(filepath.Join(p.dir, name), []byte("good\nbad\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if status, _, errs := p.run(t, "-k", "--sarif=s", "--summary"); status != 2 || !strings.Contains(errs, "3 errors in 3 files") {
		t.Fatalf("status %d\n%s", status, errs)
	}
	data, err := os.ReadFile(filepath.Join(p.dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	var log struct {
		Schema  string `json:"$schema"`
		Version string
		Runs    []struct {
			Tool    struct{ Driver struct{ Name string } }
			Results []struct {
				Level     string
				Message   struct{ Text string }
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI, URIBaseID string }
						Region           struct{ StartLine, StartColumn int }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(data, &log); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, run := range log.Runs {
		if run.Tool.Driver.Name == "" || run.Results == nil {
			t.Error("a run without the name of a tool, or without results")
		}
		for _, r := range run.Results {
			at := r.Locations[0].PhysicalLocation
			if r.Level != "error" || r.Message.Text != "bad word" || at.Region.StartLine != 2 || at.Region.StartColumn != 2 {
				t.Errorf("%+v", r)
			}
			got = append(got, at.ArtifactLocation.URI)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, []string{"a.c", "b.c", "sub/c.c"}) || log.Version != "2.1.0" {
		t.Errorf("version %q, results in %q", log.Version, got)
	}
}
