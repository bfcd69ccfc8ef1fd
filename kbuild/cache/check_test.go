package cache

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"gokbuild/depgraph/need"
	"gokbuild/kbuild/command"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/native/shell"
	"gokbuild/kbuild/setting"
)

const check = `# nothing is said of most lines
$2 == "bad" { printf "%s is bad\n", $1 | "cat 1>&2"; found = 1 }
$2 == "odd" { print $1 }
END { exit found }`

// TestCheck: an awk that has said nothing of a text is left out for the same text, in another build, too; all others run.
func TestCheck(t *testing.T) {
	awk, err := exec.LookPath("awk")
	if err != nil {
		need.Missing(t, "no awk")
	}
	p := newPlace(t)
	run := func(text, program string) (ran bool, said string, code int) {
		t.Helper()
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if _, err := w.WriteString(text); err != nil {
			t.Fatal(err)
		}
		w.Close()
		out, err := os.CreateTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		p.build()
		c := &command.Command{For: event.Recipe, Targets: []string{"a.o"}, Stdout: out, Stderr: out}
		Link{Cache: p.cache, Make: &setting.Make{Build: &setting.Build{}}}.Run(c)
		waiter, err := c.Watch.Start(&shell.Process{Path: awk, Argv: []string{"awk", "-v", "x=1", program}, Dir: p.out, Env: p.environment, Stdin: r, Piped: true, Stdout: out, Stderr: out},
			func(sp *shell.Process) (shell.Waiter, error) {
				ran = true
				return shell.DefaultStart(context.Background(), sp)
			})
		if err != nil {
			t.Fatal(err)
		}
		st, err := waiter.Wait()
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		return ran, string(data), st.ExitCode()
	}
	for i, c := range []struct {
		text, program string
		ran           bool
		said          string
		code          int
	}{
		{"a good\nb good\n", check, true, "", 0},
		{"a good\nb good\n", check, false, "", 0},
		{"a good\nb bad\n", check, true, "b is bad\n", 1},
		{"a good\nb bad\n", check, true, "b is bad\n", 1},
		{"a odd\n", check, true, "a\n", 0},
		{"a odd\n", check, true, "a\n", 0},
		{"a good\n", check, true, "", 0},
		{"a good\n", check + " # other", true, "", 0},
		{"a good\n", check, false, "", 0},
		{"a\n", "{ print > \"file\" }", true, "", 0},
		{"a\n", "{ print > \"file\" }", true, "", 0},
	} {
		ran, said, code := run(c.text, c.program)
		if ran != c.ran || said != c.said || code != c.code {
			t.Errorf("%d: %q: ran: %v, %q, %d", i, c.text, ran, said, code)
		}
	}
}

func TestPrintsOnly(t *testing.T) {
	for program, want := range map[string]bool{
		check: true, "{ x[$1]++ }": true, "{ print | \"cat 1>&2\" }": true, "{ print | \"sort\" }": false, "{ print > \"f\" }": false, "{ print systime() }": false,
		"{ getline x < \"f\" }": false, "{ system(\"ls\") }": false, "BEGIN { print rand() }": false, "{ print ENVIRON[\"X\"] }": false, "@load \"x\"": false, "END { print ARGV[1] }": false,
	} {
		if got := printsOnly(program); got != want {
			t.Errorf("%q: %v", program, got)
		}
	}
}
