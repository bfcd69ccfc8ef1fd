package probe

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts/tick"
)

// tools makes a directory of fake programs, so that the tests need no compiler.
func tools(t *testing.T, scripts map[string]string) (dir string, env []string) {
	t.Helper()
	dir = t.TempDir()
	bin := filepath.Join(dir, "bin")
	if err := os.Mkdir(bin, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range scripts {
		write(t, filepath.Join(bin, name), text)
	}
	return dir, []string{"PATH=" + bin + ":/usr/bin:/bin", "HOME=" + dir}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o777); err != nil {
		t.Fatal(err)
	}
	// What was written a moment ago decides nothing that is remembered.
	if err := tick.Await(path); err != nil {
		t.Fatal(err)
	}
}

func TestClassify(t *testing.T) {
	dir, env := tools(t, map[string]string{"gcc": "#!/bin/sh\n", "ld": "#!/bin/sh\n", "mystery": "\x7fELF", "ccache": "\x7fELF", "ask": "#!/bin/sh\nexec \"$@\" -E - </dev/null\n"})
	write(t, filepath.Join(dir, "version.sh"), `#!/bin/sh
set -e
ask() { cat <<-EOF | "$@" -E -P -x c - 2>/dev/null
	__GNUC__
	EOF
}
orig="$@"
set -- $(ask "$@")
min=$(dirname $0)/min.sh
case "$1" in
GCC) version=$2; least=$($min gcc) ;;
*) echo "$orig: unknown" >&2; exit 1 ;;
esac
if [ "$version" -lt "$least" ]; then exit 1; fi
echo $1 $version
`)
	write(t, filepath.Join(dir, "min.sh"), "#!/bin/sh\ncase \"$1\" in\ngcc) if [ \"$ARCHNAME\" = x ]; then echo 1; fi; echo 2;;\nesac\n")
	write(t, filepath.Join(dir, "a", "b"), "")
	write(t, filepath.Join(dir, "ld"), "")
	write(t, filepath.Join(dir, "reads.sh"), "#!/bin/sh\ncat $(ls)\n")
	write(t, filepath.Join(dir, "script.py"), "#!/usr/bin/python3\n")
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o666); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		cmd  string
		pure bool
		prog []string // programs that must be among the inputs
		file []string // files that must be among the inputs, below dir
		env  []string
	}{
		{cmd: "echo hello", pure: true},
		{cmd: `{ gcc -Werror -m32 -E -x c /dev/null -o /dev/null; } >/dev/null 2>&1 && echo "y" || echo "n"`, pure: true, prog: []string{"gcc"}},
		{cmd: `set -e; TMP=.tmp_$$/tmp; trap "rm -rf .tmp_$$" EXIT; mkdir -p .tmp_$$; if (gcc -Werror -c -x c /dev/null -o "$TMP") >/dev/null 2>&1; then echo "x"; else echo "y"; fi`,
			pure: true, prog: []string{"gcc"}},
		{cmd: `printf "%b\n" ".x" | gcc -c -x assembler-with-cpp -o /dev/null -`, pure: true, prog: []string{"gcc"}},
		{cmd: `command -v gcc`, pure: true, prog: []string{"gcc"}},
		{cmd: `set -- GCC 120200 && echo $1`, pure: true},
		{cmd: `./version.sh gcc`, pure: true, prog: []string{"gcc"}, file: []string{"version.sh", "min.sh"}, env: []string{"ARCHNAME"}},
		{cmd: `env "CC=gcc" ./version.sh gcc`, pure: true, file: []string{"version.sh"}},
		{cmd: `ask gcc`, pure: true, prog: []string{"gcc"}},
		{cmd: `test -e plugin/x.h && echo y`, pure: true, file: []string{"plugin/x.h"}},
		{cmd: `nothere --version`, pure: true, prog: []string{"nothere"}},
		{cmd: `[ -n "$FLAVOUR" ] && echo y`, pure: true, env: []string{"FLAVOUR"}},
		{cmd: `./reads.sh`},
		{cmd: `./script.py`},
		{cmd: `mystery`},
		{cmd: `mystery x`},
		{cmd: `mystery gcc`}, // like ls ld: the word may mean a file, or anything
		{cmd: `ccache gcc -Werror -E -x c /dev/null`, pure: true, prog: []string{"ccache", "gcc"}},
		{cmd: `ccache nocc-gcc -E -x c /dev/null`},
		{cmd: `ccache ./gcc -E`},
		{cmd: `ccache -s`},
		{cmd: `set -e; TMP=.tmp_$$/tmp; mkdir -p .tmp_$$; if (cmp -s "$TMP.a" "$TMP.b") >/dev/null; then echo "x"; fi`, pure: true, prog: []string{"cmp"}},
		{cmd: `cat`}, {cmd: `sed s/a/b/`}, {cmd: `tr a b`}, {cmd: `head -n 1`}, {cmd: `cat - version.sh`}, {cmd: `cat | sed s/a/b/`}, {cmd: `read x; echo $x`},
		{cmd: `gcc -E -`}, {cmd: `gcc -E - | cat`}, {cmd: `if true; then cat; fi`}, {cmd: `f() { cat; }; f`}, {cmd: `sh -c cat`}, {cmd: `cat 3</dev/null`},
		{cmd: `echo a | cat`, pure: true}, {cmd: `echo a | { read x; sed s/a/b/ | tr a b; }`, pure: true}, {cmd: `cat </dev/null`, pure: true}, {cmd: `sed s/a/b/ version.sh`, pure: true},
		{cmd: `{ head -n 1; cat; } </dev/null`, pure: true}, {cmd: `f() { cat; }; echo a | f`, pure: true}, {cmd: `cat nosuch`, pure: true}, {cmd: `gcc -E - </dev/null`, pure: true},
		{cmd: `gcc -S -x c /dev/null -o -`, pure: true}, {cmd: "tr a b <<E\na\nE", pure: true}, {cmd: `echo a | sh -c cat`, pure: true},
		{cmd: `cat pipe`}, {cmd: `test -e pipe`}, {cmd: `cat <pipe`},
		{cmd: `date`},
		{cmd: `git describe`},
		{cmd: `uname -r`, pure: true},
		{cmd: `uname -m | sed -e s/i.86/x86/ -e s/arm.*/arm/ -e s/sh[234].*/sh/`, pure: true, file: []string{"s"}},
		{cmd: `uname -m | sed -e /^arm64$/!s/arm.*/arm/`, pure: true, file: []string{"/^arm64$/!s"}},
		{cmd: `echo a/* | sed x/*`},
		{cmd: `echo /*`}, {cmd: `echo no\ne/*`}, {cmd: `echo ~/none/*`},
		{cmd: `getconf LFS_CFLAGS 2>/dev/null`, pure: true, prog: []string{"getconf"}},
		{cmd: `getconf _NPROCESSORS_ONLN`},
		{cmd: `case x in a*) echo a;; esac`, pure: true},
		{cmd: `echo *`},
		{cmd: `if ! command -v nothere >/dev/null; then echo none; exit 1; fi; mystery`, pure: true, prog: []string{"nothere"}},
		{cmd: `if ! command -v gcc >/dev/null; then exit 1; fi; mystery`},
		{cmd: `if ! command -v echo >/dev/null; then exit 1; fi; mystery`},
		{cmd: `if ! command -v nothere; then :; fi; mystery`},
		{cmd: `exit 1; mystery`, pure: true},
		{cmd: `(exit 1); mystery`},
		{cmd: `exit 1 | mystery`},
		{cmd: `test -n "$X" && exit; mystery`},
		{cmd: `nothere() { mystery; }; if ! command -v nothere; then exit 1; fi; nothere`},
		{cmd: `trap "exit 1" EXIT; mystery`},
		{cmd: `X=$(exit 1); mystery`},
		{cmd: `exit 1 & mystery`},
		{cmd: `echo x > file`},
		{cmd: `gcc -c x.c`},
		{cmd: `gcc -c x.c -o x.o`},
		{cmd: `rm -rf build`},
		{cmd: `cat $(ls)`},
		{cmd: `sed -i s/a/b/ file`},
		{cmd: `sed s/a/b/w\ out file`},
		{cmd: `cd /tmp && cat x`},
		{cmd: `sleep 1 &`},
		{cmd: `"$`},
		{cmd: `cat *.h`},
		{cmd: `eval "$X"`},
	}
	for _, tt := range tests {
		in, pure := Classify(tt.cmd, dir, env)
		if pure != tt.pure {
			t.Errorf("Classify(%q) = %v, want %v", tt.cmd, pure, tt.pure)
			continue
		}
		for _, p := range tt.prog {
			if !slices.Contains(in.Programs, p) {
				t.Errorf("%q: programs %q lack %q", tt.cmd, in.Programs, p)
			}
		}
		for _, f := range tt.file {
			if !slices.ContainsFunc(in.Files, func(n string) bool { return n == f || inDir(dir, n) == filepath.Join(dir, f) }) {
				t.Errorf("%q: files %q lack %q", tt.cmd, in.Files, f)
			}
		}
		for _, e := range tt.env {
			if !slices.Contains(in.Env, e) {
				t.Errorf("%q: env %q lacks %q", tt.cmd, in.Env, e)
			}
		}
	}
}

// TestChangedInputsForget changes one thing at a time and expects the answer to be gone, and to be back with it.
func TestChangedInputsForget(t *testing.T) {
	dir, env := tools(t, map[string]string{"gcc": "#!/bin/sh\necho 12\n", "as": "#!/bin/sh\n"})
	memo := filepath.Join(dir, "memo")
	cmd := `gcc --version; echo "$EXTRA"; test -e seen && echo seen`
	run := func(m *Memo, env []string) string {
		out, _, err := m.Run(cmd, dir, env, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	hit := func(env []string) bool {
		_, _, ok := Open(memo).Lookup(cmd, dir, env)
		return ok
	}
	if got := run(Open(memo), env); got != "12\n\n" {
		t.Fatalf("first run: %q", got)
	}
	if !hit(env) {
		t.Fatal("nothing remembered")
	}
	for _, kv := range []string{"EXTRA=1", "CPATH=/x", "LC_ALL=C", "GCC_EXEC_PREFIX=/y", "PATH=/usr/bin:/bin"} {
		if hit(append(slices.Clone(env), kv)) {
			t.Errorf("answer survives %s", kv)
		}
	}
	if !hit(append(slices.Clone(env), "UNRELATED=1")) {
		t.Error("answer lost for an unrelated variable")
	}
	write(t, filepath.Join(dir, "seen"), "")
	if hit(env) {
		t.Error("answer survives a file that appeared")
	}
	if got := run(Open(memo), env); got != "12\n\nseen\n" {
		t.Errorf("after the file appeared: %q", got)
	}
	if !hit(env) {
		t.Error("second answer not remembered")
	}
	write(t, filepath.Join(dir, "bin", "gcc"), "#!/bin/sh\necho 13\n")
	if hit(env) {
		t.Error("answer survives another compiler")
	}
	if hit(env) || run(Open(memo), env) != "13\n\nseen\n" {
		t.Error("stale answer")
	}
}

func TestStderrAndSignalsAreNotRemembered(t *testing.T) {
	dir, env := tools(t, nil)
	m := Open("")
	var errOut strings.Builder
	if _, st, err := m.Run("echo trouble >&2; exit 3", dir, env, nil, &errOut); err != nil || st != 3 || errOut.String() != "trouble\n" {
		t.Errorf("status %d, stderr %q, err %v", st, errOut.String(), err)
	}
	if _, _, ok := m.Lookup("echo trouble >&2; exit 3", dir, env); ok {
		t.Error("a command that wrote to stderr is remembered")
	}
	if _, st, err := m.Run("exit 4", dir, env, nil, nil); err != nil || st != 4 {
		t.Errorf("status %d, err %v", st, err)
	}
	if _, st, ok := m.Lookup("exit 4", dir, env); !ok || st != 4 {
		t.Errorf("status %d remembered %v", st, ok)
	}
}

func TestDamagedStore(t *testing.T) {
	dir, env := tools(t, nil)
	memo := filepath.Join(dir, "memo")
	cmds := []string{"echo one", "echo two", "echo three"}
	m := Open(memo)
	for _, c := range cmds {
		if _, _, err := m.Run(c, dir, env, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(memo, storeName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		m := Open(memo)
		for _, c := range cmds {
			if out, _, ok := m.Lookup(c, dir, env); ok {
				n++
				if want := strings.TrimPrefix(c, "echo ") + "\n"; string(out) != want {
					t.Fatalf("%q remembered as %q", c, out)
				}
			}
		}
		return n
	}
	if n := count(); n != 3 {
		t.Fatalf("%d of 3 remembered", n)
	}
	last := 3
	for i := len(whole) - 1; i >= 0; i -= 7 {
		write(t, path, string(whole[:i]))
		n := count()
		if n > last {
			t.Errorf("truncated at %d: %d answers", i, n)
		}
		last = n
	}
	for i := 0; i < len(whole); i += 11 {
		bad := slices.Clone(whole)
		bad[i] ^= 0x40
		write(t, path, string(bad))
		count() // a wrong answer is fatal inside
	}
	// A memory opened on a damaged file can be written again.
	write(t, path, "rubbish")
	if _, _, err := Open(memo).Run(cmds[0], dir, env, nil, nil); err != nil {
		t.Fatal(err)
	}
	if n := count(); n != 1 {
		t.Errorf("%d answers after recovery, want 1", n)
	}
}

func TestConcurrentUse(t *testing.T) {
	dir, env := tools(t, nil)
	memo := filepath.Join(dir, "memo")
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			m := Open(memo) // as another process would
			for i := range 8 {
				c := "echo " + strings.Repeat("x", i+w)
				out, _, err := m.Run(c, dir, env, nil, nil)
				if err != nil || strings.TrimSpace(string(out)) != strings.Repeat("x", i+w) {
					t.Errorf("%q: %q, %v", c, out, err)
				}
			}
		}()
	}
	wg.Wait()
	_, _, sound := loadStore(memo)
	if !sound {
		t.Error("writers damaged the file")
	}
}

func TestPrefetch(t *testing.T) {
	dir, env := tools(t, nil)
	m := Open("")
	for i := range 6 {
		m.Shell(SystemShell).Prefetch("true; echo "+strings.Repeat("p", i), dir, env)
	}
	m.Shell(SystemShell).Prefetch("date", dir, env) // no pure probe: never started
	m.Shell(SystemShell).Prefetch("echo one > file", dir, env)
	for i := range 6 {
		out, _, err := m.Run("true; echo "+strings.Repeat("p", i), dir, env, nil, nil)
		if err != nil || strings.TrimSpace(string(out)) != strings.Repeat("p", i) {
			t.Errorf("%q, %v", out, err)
		}
	}
	if s := m.Stats(); s.Recorded != 6 || s.Hits != 6 {
		t.Errorf("%+v", s)
	}
	m.wait("echo one > file", dir)
	if _, err := os.Stat(filepath.Join(dir, "file")); err == nil {
		t.Error("a command with an effect was started on a guess")
	}
}

// TestElsewhere: an answer is good in another directory if all that decided it is the same there.
func TestElsewhere(t *testing.T) {
	dir, env := tools(t, map[string]string{"gcc": "#!/bin/sh\nfor a; do case $a in .tmp*) echo x > $a || exit 1;; esac; done; echo 12\n", "rustc": "#!/bin/sh\necho 1\n"})
	one, two := filepath.Join(dir, "one"), filepath.Join(dir, "two", "three")
	for _, d := range []string{one, two} {
		if err := os.MkdirAll(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		cmd    string
		same   bool
		change string // a file that makes the answer void
	}{
		{cmd: "gcc --version", same: true},
		{cmd: "mkdir .tmp_$$; gcc -c -x c /dev/null -o .tmp_$$/o; rm -rf .tmp_$$", same: true, change: "c"},
		{cmd: "test -e seen && echo y", same: true, change: "seen"},
		{cmd: "rustc --version", same: true, change: "../rust-toolchain"},
		{cmd: "nm -V", same: true, change: "a.out"},
		{cmd: "echo a | sed -e s/a.*/b/", same: true, change: "s"},
		{cmd: "echo $PWD"},
		{cmd: "gcc -g -E /dev/null"},
		{cmd: "echo *"},
	} {
		m := Open("")
		if _, _, err := m.Run(tt.cmd, one, env, nil, nil); err != nil {
			t.Fatal(err)
		}
		if _, _, ok := m.Lookup(tt.cmd, two, env); ok != tt.same {
			t.Errorf("%s: remembered elsewhere: %v", tt.cmd, ok)
		}
		if tt.change == "" {
			continue
		}
		name := filepath.Join(two, tt.change)
		write(t, name, "")
		if _, _, ok := m.Lookup(tt.cmd, two, env); ok {
			t.Errorf("%s: remembered although there is a %s", tt.cmd, tt.change)
		}
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
}

// TestNoPlaceForScratch: what could be tried in one directory says nothing about one that is read-only.
func TestNoPlaceForScratch(t *testing.T) {
	dir, env := tools(t, map[string]string{"gcc": "#!/bin/sh\n"})
	const cmd = "mkdir .tmp_$$ && echo y; rm -rf .tmp_$$"
	m := Open("")
	if out, _, err := m.Run(cmd, dir, env, nil, nil); err != nil || string(out) != "y\n" {
		t.Fatal(string(out), err)
	}
	if _, _, ok := m.Lookup(cmd, filepath.Join(dir, "bin"), env); !ok {
		t.Error("not remembered elsewhere")
	}
	if _, _, ok := m.Lookup(cmd, "/proc/self", env); ok {
		t.Error("remembered where no file can be made")
	}
}

func TestRecordsRoundTrip(t *testing.T) {
	e := &entry{Cmd: "c\n", Dir: "/d", Facts: []fact{{factFile, "/x", "1"}}, Stdout: []byte{0, 255, 'a'}, Status: 7}
	b, ok := appendRecord([]byte(storeHeader), e)
	got, sound := readStore(b)
	if !ok || !sound || len(got) != 1 {
		t.Fatalf("ok %v sound %v, %d entries", ok, sound, len(got))
	}
	if d := cmp.Diff(e, got[0]); d != "" {
		t.Error(d)
	}
}

func FuzzClassify(f *testing.F) {
	f.Add(`{ gcc -c; } >/dev/null 2>&1 && echo "y" || echo "n"`)
	f.Add(`f() { f; f; }; f`)
	f.Add(`while :; do set -- $@ x; done`)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, cmd string) {
		Classify(cmd, dir, []string{"PATH=/nonexistent"})
	})
}

// TestChangedMeanwhile: what a command answers while a file that it reads is changed is not remembered, and what is remembered
// is told from what would be answered now.
func TestChangedMeanwhile(t *testing.T) {
	dir, env := tools(t, nil)
	file := filepath.Join(dir, "state")
	write(t, file, "old")
	m := Open("")
	meddled := func(cmd, dir string, env []string, stdin io.Reader, stdout, stderr io.Writer) (depgraph.Status, error) {
		end, err := SystemShell(cmd, dir, env, stdin, stdout, stderr)
		write(t, file, "changed")
		return end, err
	}
	if out, err := m.Shell(meddled).RunShell("cat state", dir, env, nil, io.Discard); err != nil || string(out) != "old" {
		t.Fatalf("%q, %v", out, err)
	}
	if out, _, ok := m.Lookup("cat state", dir, env); ok {
		t.Errorf("remembered: %q", out)
	}
	sh := m.Shell(SystemShell)
	out, err := sh.RunShell("cat state", dir, env, nil, io.Discard)
	if err != nil || string(out) != "changed" || !sh.Still(dir, env)("cat state", out) || sh.Still(dir, env)("cat state", []byte("old")) {
		t.Errorf("%q, %v", out, err)
	}
	write(t, file, "another")
	if sh.Still(dir, env)("cat state", out) {
		t.Error("still the same after a change")
	}
	// Files of its own are no change.
	if _, err := sh.RunShell("gcc -I. -E -x c - -o .tmp_$$ </dev/null; test -d . && echo y", dir, env, nil, io.Discard); err != nil {
		t.Error(err)
	}
}

// TestForeground: what a caller runs itself is remembered under the same conditions as what runs ahead, and what decided it is known
// as long as it stands.
func TestForeground(t *testing.T) {
	dir, env := tools(t, nil)
	file := filepath.Join(dir, "state")
	m := Open(filepath.Join(dir, "memo"))
	decided := func() (saw []string, ok bool) {
		ok = m.Decided("cat state", dir, env, func(paths []string) { saw = paths })
		return saw, ok
	}
	write(t, file, "old")
	trial := m.Try("cat state", dir, env)
	write(t, file, "changed")
	if trial.Record([]byte("old"), 0) {
		t.Error("remembered, although the file was changed while the command ran")
	}
	if !m.Try("cat state", dir, env).Record([]byte("changed"), 0) {
		t.Error("not remembered")
	}
	if saw, ok := decided(); !ok || !slices.Contains(saw, file) {
		t.Errorf("decided by %q: %t", saw, ok)
	}
	write(t, file, "another")
	if saw, ok := decided(); ok || !slices.Contains(saw, file) {
		t.Errorf("stands after a change; decided by %q", saw)
	}

	// What is there could be another text with the same times.
	date := time.Now().Add(time.Hour)
	if err := os.Chtimes(file, date, date); err != nil {
		t.Fatal(err)
	}
	if m.Try("cat state", dir, env).Record([]byte("another"), 0) {
		t.Error("a young file is trusted")
	}
	if _, _, ok := m.Lookup("cat state", dir, env); ok {
		t.Error("remembered all the same")
	}
}
