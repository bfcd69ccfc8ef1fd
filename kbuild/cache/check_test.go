package cache

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

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

// TestCheckOfMore: a check whose input is long, or does not end, is started on what there is and reads the rest itself. It ends its
// pipeline by ending.
func TestCheckOfMore(t *testing.T) {
	line := strings.Repeat("x", 99) + "\n"
	endless := func(w *os.File, _ func() string) {
		for {
			if _, err := w.WriteString(line); err != nil {
				return
			}
		}
	}
	for _, c := range []struct {
		name, awk, program string
		// feed writes the input; it ends when that is read no more. said returns what the check has said so far.
		feed   func(w *os.File, said func() string)
		cancel bool
		want   string
	}{
		{"a long text", "", `{ n++ } END { print n }`, func(w *os.File, _ func() string) {
			for range 3 * mostChecked / len(line) {
				if _, err := w.WriteString(line); err != nil {
					return
				}
			}
		}, false, fmt.Sprintln(3 * mostChecked / len(line))},
		{"exit", "", `NR == 3 { print; exit }`, endless, false, line},
		{"another end", "#!/bin/sh\nexec head -n 3\n", `{ n++ }`, endless, false, line + line + line},
		{"one who waits", "#!/bin/sh\nexec cat\n", `{ n++ }`, func(w *os.File, said func() string) {
			_, _ = w.WriteString("first\n")
			for said() == "" && t.Context().Err() == nil {
				time.Sleep(time.Millisecond) // what the check prints is kept in a text, which tells nobody
			}
			_, _ = w.WriteString("second\n")
		}, false, "first\nsecond\n"},
		{"one who is gone", "#!/bin/sh\nexec head -n 1\n", `{ n++ }`, func(w *os.File, _ func() string) {
			_, _ = w.WriteString("first\n")
			fds := []unix.PollFd{{Fd: int32(w.Fd())}}
			for _, err := unix.Poll(fds, -1); err == unix.EINTR; _, err = unix.Poll(fds, -1) {
			}
		}, false, "first\n"},
		{"a signal", "#!/bin/sh\nexec cat > /dev/null\n", `{ n++ }`, endless, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			awk, err := exec.LookPath("awk")
			if err != nil {
				need.Missing(t, "no awk")
			}
			if c.awk != "" {
				if err := os.WriteFile(p.out+"/awk", []byte(c.awk), 0o777); err != nil {
					t.Fatal(err)
				}
				awk = p.out + "/awk"
			}
			out, err := os.Create(p.out + "/said")
			if err != nil {
				t.Fatal(err)
			}
			defer out.Close()
			said := func() string {
				text, _ := os.ReadFile(out.Name())
				return string(text)
			}
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			fed, ended := make(chan struct{}), make(chan error)
			go func() {
				c.feed(w, said)
				w.Close()
				close(fed)
			}()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			p.cache.ctx = ctx
			command := &command.Command{For: event.Recipe, Targets: []string{"a.o"}, Stdout: out, Stderr: out}
			Link{Cache: p.cache, Make: &setting.Make{Build: &setting.Build{}}}.Run(command)
			go func() {
				waiter, err := command.Watch.Start(&shell.Process{Path: awk, Argv: []string{"awk", c.program}, Dir: p.out, Env: p.environment, Stdin: r, Piped: true, Stdout: out, Stderr: out},
					func(sp *shell.Process) (shell.Waiter, error) {
						if c.cancel {
							time.AfterFunc(10*time.Millisecond, cancel)
						}
						return shell.DefaultStart(ctx, sp)
					})
				if err == nil {
					_, err = waiter.Wait()
				}
				r.Close()
				ended <- err
			}()
			for _, what := range []string{"the check", "what feeds it"} {
				after, late := fed, time.After(30*time.Second)
				if what == "the check" {
					after = nil
				}
				select {
				case err := <-ended:
					if err != nil {
						t.Fatal(err)
					}
				case <-after:
				case <-late:
					t.Fatalf("%s does not end", what)
				}
			}
			if got := said(); got != c.want {
				t.Errorf("%q was said, not %q", got, c.want)
			}
		})
	}
}

// TestReadsAll: an awk that can end before its input does is no check.
func TestReadsAll(t *testing.T) {
	for program, want := range map[string]bool{
		check: true, "{ x[$1]++ }": true, "END { exit 1 }": true, "/x/": true, "BEGIN { i = 0 }\n!length($3) {\n\tnext\n}\n($3 ~ /^__k/) { a[i] = $3; i++ }\nEND {\n\t# \"exit\n\tif (x ~ /[a-z]/) { y = 1 }\n\texit y\n}": true,
		"NR == 3 { print; exit }": false, "BEGIN { print 1 }": false, "BEGIN { exit }\nEND { print }": false, "{ nextfile }": false, "function f() { exit }\n{ f() }": false,
		"{ x\n# END {\n exit }": false, "{ \"END {\"; exit }": false, "END { x = \"{\" } { exit \"}\" }": false, "END { x } { exit }": false, "END { exit": false,
		"{ x = 1 / 2; \"/\"; exit }": false, "END { a = b /c; d = \"x/\" } { exit }": false, "END { /[/{]/ } { exit }": false, "function f(x) { return x }": false, "": false,
		"BEGIN {}\n/x/": true, "/\\/{/ { n++ }": true, "{ print \\\n 1 }": false,
	} {
		if got := readsAll(program); got != want {
			t.Errorf("%q: %v", program, got)
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
