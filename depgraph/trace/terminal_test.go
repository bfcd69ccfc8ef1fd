//go:build linux && (amd64 || arm64)

package trace

import (
	"context"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph"
)

// openTerminal returns a terminal of 24 lines and 80 columns. What is written there is thrown away.
func openTerminal(t *testing.T) *os.File {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}); err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { slave.Close() })
	go io.Copy(io.Discard, master)
	return slave
}

// TestTerminal: a command may ask whether it has a terminal. If it has one and learns its size or state, nothing is proved.
func TestTerminal(t *testing.T) {
	dir := sandbox(t, "echo x >f; echo 'int v;' >v.c; echo 'int f(void) { }' >w.c; >v.s; >w.s")
	compiled(t, dir, "wide", "#include <sys/ioctl.h>\nint main(void) { struct winsize w; return ioctl(1, TIOCGWINSZ, &w) ? 1 : w.ws_col == 80 ? 2 : 3; }")
	terminal := openTerminal(t)
	for script, want := range map[string]string{ // the reason; "": proved
		"[ -t 1 ] && echo yes; true": "",
		"cat f":                      "",
		"bash -c 'cat f; [ -t 1 ] && cat f' </dev/null": "",
		"stty size <&1": "terminal",
		"stty size":     "terminal",
		"stty -g":       "terminal",
		"stty -echo":    "terminal",
		"./wide":        "size",
		"bash -c 'shopt -s checkwinsize; (:); echo $LINES' </dev/null": "size",
		"stty size 2>/dev/null </dev/null || echo 80":                  "",
		"./wide | cat >/dev/null; ./wide >f2; rm f2; echo x":           "",
		"ls f":                         "size",
		"ls f | cat":                   "",
		"gcc -S v.c":                   "",
		"echo CC; gcc -S v.c":          "",
		"gcc -Wall -S w.c":             "messages",
		"gcc -Wall -S w.c 2>/dev/null": "",
	} {
		r, err := Run(context.Background(), nil, depgraph.ProcSpec{Path: "/bin/sh", Argv: []string{"sh", "-c", script}, Dir: dir, Env: testEnv,
			Stdin: terminal, Stdout: terminal, Stderr: terminal})
		if err != nil {
			t.Fatal(err)
		}
		if (want == "") != (r.Impure == "") || !strings.Contains(r.Impure, want) {
			t.Errorf("%s: Impure = %q, want %q", script, r.Impure, want)
		}
	}
}

// TestAsksStandardInput: what standard input is matters to who reads it, or prompts if it is a terminal, not to who looks at it in passing.
// In a build with jobs one command has the terminal and the others nothing, now this one and now that.
func TestAsksStandardInput(t *testing.T) {
	dir := sandbox(t, "echo x >f; mkdir d")
	terminal := openTerminal(t)
	for script, want := range map[string]bool{
		"rm -f f.old":                  false,
		"rm -rf -- d.old":              false,
		"ln -fsn f link":               false,
		"cp f g; mv -f g f":            false,
		"cmp -s f f":                   false,
		"rm f.old; true":               true,
		"rm -f -I f.old":               true,
		"rm --interactive f.old; true": true,
		"cp f g; mv g f":               true,
		"cp f g; mv -tdf g; true":      true,
		"rm f.old -f; true":            true,
		"[ -t 0 ]":                     true,
	} {
		r, err := Run(context.Background(), nil, depgraph.ProcSpec{Path: "/bin/sh", Argv: []string{"sh", "-c", script}, Dir: dir, Env: testEnv,
			Stdin: terminal})
		if err != nil {
			t.Fatal(err)
		}
		if r.Stdin != want {
			t.Errorf("%s: Stdin = %v, Impure = %q", script, r.Stdin, r.Impure)
		}
	}
}
