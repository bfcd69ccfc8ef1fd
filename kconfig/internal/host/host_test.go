package host

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestStreams(t *testing.T) {
	var out, errs strings.Builder
	var got []Message
	w := New(Options{Dir: "/tree", Env: []string{"A=1", "A=2", "odd"}, Stdin: strings.NewReader("one\ntwo"), Stdout: &out, Stderr: &errs,
		Messages: func(m Message) { got = append(got, m) }})
	p := Pos{File: "f", Line: 3, Column: 2}
	w.WarnAt(p, "%d things", 2)
	w.ErrorAt(p, "wrong")
	w.ErrorAt(p, "warning: odd")
	w.ErrorAt(p, "error: bad")
	w.Report(Message{p, Info, "step"}, ":\t", true)
	if out.Len() > 0 {
		t.Error("standard output is not held back")
	}
	w.Flush()
	if out.String() != "f:3:\tstep\n" || errs.String() != "f:3:warning: 2 things\nf:3: wrong\nf:3: warning: odd\nf:3: error: bad\n" {
		t.Errorf("printed %q and %q", &out, &errs)
	}
	want := []Message{{p, Warning, "2 things"}, {p, Error, "wrong"}, {p, Warning, "odd"}, {p, Error, "bad"}, {p, Info, "step"}}
	for i, m := range got {
		if m != want[i] {
			t.Errorf("message %d is %v %q, want %v %q", i, m.Severity, m.Text, want[i].Severity, want[i].Text)
		}
	}
	if v, ok := w.Getenv("A"); v != "1" || !ok || w.IsSet("odd") || w.EnvOr("B", "none") != "none" {
		t.Error("the environment is not what getenv finds")
	}
	if w.Path("x/../y") != "/tree/x/../y" || w.Path("/y") != "/y" {
		t.Error("names are resolved otherwise")
	}
	for _, line := range []string{"on", "e\n", "tw", "o", ""} {
		if got, _ := w.ReadLine(2); string(got) != line {
			t.Errorf("read %q, want %q", got, line)
		}
	}
}

func TestExit(t *testing.T) {
	leave := func() (err error) {
		w := New(Options{})
		defer w.Catch(&err)
		w.Warnf("first\nsecond\n")
		w.Exit(3)
		return nil
	}
	var e *ExitError
	if err := leave(); !errors.As(err, &e) || e.Code != 3 || e.Error() != "second" {
		t.Errorf("got %v", err)
	}
	if got := (&ExitError{Code: 2}).Error(); got != "kconfig: exit status 2" {
		t.Errorf("without complaint: %s", got)
	}
}

func TestWriting(t *testing.T) {
	dir := t.TempDir()
	w := New(Options{Dir: dir})
	asked := false
	if opened, err := w.Create("no/file", func() []byte { asked = true; return nil }); opened || asked || !os.IsNotExist(err) || ErrText(err) != "No such file or directory" {
		t.Errorf("opened %t, asked for the text %t, %v", opened, asked, err)
	}
	if err := w.WriteFile("a", []byte("text")); err != nil || !w.Exists("a") || w.IsDir("a") || !w.IsDir(".") {
		t.Error(err)
	}
	if err := w.Rename("a", "b"); err != nil || w.Exists("a") {
		t.Error(err)
	}
	if text, err := w.ReadFile("b"); err != nil || string(text) != "text" {
		t.Errorf("%q, %v", text, err)
	}
	w.Remove("b")
	if _, err := os.Stat(filepath.Join(dir, "b")); err == nil {
		t.Error("still there")
	}
}
