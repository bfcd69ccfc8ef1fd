package probe

import (
	"io"
	"os"
	"os/exec"
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
	"gokbuild/depgraph/need"
)

// toolDir makes a directory of fake programs, so that the tests need no compiler.
func toolDir(t *testing.T, scripts map[string]string) (dir string, env []string) {
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

// realTool puts a link to a real program into a directory of tools.
func realTool(t *testing.T, dir, name string) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		need.Missing(t, "no %s", name)
	}
	link := filepath.Join(dir, "bin", name)
	os.Remove(link)
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
}

func writePrivate(t *testing.T, path string, data []byte) {
	t.Helper()
	os.Remove(path)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestMasked: a folder of links to ccache stands in PATH before the compilers. What decides a call is the compiler behind it, and
// that there is none before that.
func TestMasked(t *testing.T) {
	dir, env := toolDir(t, map[string]string{"ccache": "\x7fELF", "gcc": "\x7fELF"})
	for _, folder := range []string{"masked", "empty"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("../bin/ccache", filepath.Join(dir, "masked", "gcc")); err != nil {
		t.Fatal(err)
	}
	paths := "PATH=" + strings.Join([]string{filepath.Join(dir, "masked"), filepath.Join(dir, "empty"), filepath.Join(dir, "bin")}, ":")
	const cmd = "gcc -Werror -E -x c /dev/null"
	in, ok := Open("").classify(cmd, dir, append(env, paths))
	if !ok {
		t.Fatal("no form")
	}
	for _, want := range []string{filepath.Join(dir, "masked", "gcc"), filepath.Join(dir, "empty", "gcc")} {
		if !slices.Contains(in.Files, want) {
			t.Errorf("files %q lack %s", in.Files, want)
		}
	}
	if want := filepath.Join(dir, "bin", "gcc"); !slices.Contains(in.Programs, "gcc") || !slices.Contains(in.Programs, want) {
		t.Errorf("programs: %q", in.Programs)
	}
	for _, set := range []string{"CCACHE_PREFIX=distcc", "CCACHE_PATH=/opt", "CCACHE_COMPILER=clang"} {
		if _, ok := Open("").classify(cmd, dir, append(env, paths, set)); ok {
			t.Errorf("with %s it has a form", set)
		}
	}
	if _, ok := Open("").classify(cmd, dir, append(env, "PATH="+filepath.Join(dir, "masked"))); ok {
		t.Error("with no compiler behind it it has a form")
	}
}

func TestClassify(t *testing.T) {
	dir, env := toolDir(t, map[string]string{"mystery": "\x7fELF", "wrapped-gcc": "#!/bin/sh\necho 12\n",
		"ccache": "\x7fELF"})
	for _, name := range []string{"gcc", "ld", "nm"} {
		realTool(t, dir, name)
	}
	write(t, filepath.Join(dir, "data"), "one\n")
	write(t, filepath.Join(dir, "reads.sh"), "#!/bin/sh\ncat $(ls)\n")
	write(t, filepath.Join(dir, "e", "f"), "")
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o666); err != nil {
		t.Fatal(err)
	}
	narrow := []struct {
		cmd  string
		prog []string // programs that must be among the inputs
		file []string // files that must be among the inputs, below dir
		env  []string
	}{
		{cmd: "echo hello"},
		{cmd: `{ gcc -Werror -m32 -E -x c /dev/null -o /dev/null; } >/dev/null 2>&1 && echo "y" || echo "n"`,
			prog: []string{"gcc"}},
		{cmd: `set -e; TMP=.tmp_$$/tmp; trap "rm -rf .tmp_$$" EXIT; mkdir -p .tmp_$$; if (gcc -Werror -c -x c /dev/null -o "$TMP") >/dev/null 2>&1; then echo "x"; else echo "y"; fi`,
			prog: []string{"gcc", "mkdir", "rm"}},
		{cmd: `printf "%b\n" ".byte 1\n.byte 2" | gcc -c -x assembler-with-cpp -o /dev/null -`, prog: []string{"gcc"}},
		{cmd: `echo 'void foo(void) { asm inline (""); }' | gcc -x c - -c -o /dev/null`, prog: []string{"gcc"}},
		{cmd: `command -v gcc`, prog: []string{"gcc"}},
		{cmd: `set -- GCC 120200 && echo $1`},
		{cmd: `test -e plugin/x.h && echo y`, file: []string{"plugin/x.h"}},
		{cmd: `nothere --version`, prog: []string{"nothere"}},
		{cmd: `[ -n "$FLAVOUR" ] && echo y`, env: []string{"FLAVOUR"}},
		{cmd: `$TOOL -v --gc-sections`, env: []string{"TOOL"}, prog: []string{"ld"}},
		{cmd: `gcc -Werror -fmacro-prefix-map=/home/me/modules/linux/= -c -x c /dev/null -o /dev/null`, prog: []string{"gcc"}},
		{cmd: `ccache gcc -Werror -E -x c /dev/null`, prog: []string{"ccache", "gcc"}},
		{cmd: `echo a | cat`}, {cmd: `cat </dev/null`}, {cmd: `sed s/a/b/ data`, file: []string{"data"}},
		{cmd: `cat nosuch`, file: []string{"nosuch"}},
		{cmd: `gcc -E -x c - </dev/null`}, {cmd: `nm --help | head -n 1 | grep -qi llvm`},
		{cmd: `uname -m | sed -e s/i.86/x86/ -e s/arm.*/arm/ -e /^arm64$/!s/sh[234].*/sh/`, file: []string{"s",
			"/^arm64$/!s"}},
		{cmd: `getconf LFS_CFLAGS 2>/dev/null`, prog: []string{"getconf"}},
		{cmd: `LC_ALL=C gcc --version 2>/dev/null | head -n 1`, prog: []string{"gcc"}},
		{cmd: `gcc -print-file-name=plugin`, prog: []string{"gcc"}},
		{cmd: "cat <<E\n$X\nE", env: []string{"X"}},
	}
	m := Open("")
	env = append(env, "TOOL=ld", "GLOB=e/*")
	for _, tt := range narrow {
		in, ok := m.classify(tt.cmd, dir, env)
		if !ok {
			t.Errorf("no form: %s", tt.cmd)
			continue
		}
		for _, p := range tt.prog {
			if !slices.Contains(in.Programs, p) {
				t.Errorf("%q: programs %q lack %q", tt.cmd, in.Programs, p)
			}
		}
		for _, f := range tt.file {
			if !slices.Contains(in.Files, f) {
				t.Errorf("%q: files %q lack %q", tt.cmd, in.Files, f)
			}
		}
		for _, e := range tt.env {
			if !slices.Contains(in.Env, e) {
				t.Errorf("%q: env %q lacks %q", tt.cmd, in.Env, e)
			}
		}
	}
	for cmd := range strings.Lines(noForm) {
		if cmd = strings.TrimSuffix(cmd, "\n"); cmd == "" {
			continue
		}
		if _, ok := m.classify(cmd, dir, env); ok {
			t.Errorf("has a form: %s", cmd)
		}
	}
}

// noForm are commands whose results are decided by something that their words do not tell.
const noForm = `
cat
sed s/a/b/
tr a b
head -n 1
cat - data
read x; echo $x
gcc -E -x c -
sh -c cat
cat pipe
test -e pipe
cat <pipe
date
git describe
./reads.sh
mystery
wrapped-gcc --version
ccache ./gcc -E
ccache -s
getconf _NPROCESSORS_ONLN
echo *
echo ~
echo $GLOB
echo e/*
x=e/*; echo $x
echo $((N+1))
test $((N)) -gt 3
echo $(date)
echo x > file
gcc -c x.c
gcc -E -x c data
gcc -E -x c /dev/null -I.
gcc -E -Ie -x c /dev/null
gcc -E -isystem e -x c /dev/null
gcc -E --sysroot=e -x c /dev/null
gcc -E -include data -x c /dev/null
gcc -E -x c /dev/null @data
gcc -c -x c /dev/null -o /dev/null -Wa,@data
gcc -c -x c /dev/null -o /dev/null -fprofile-use
gcc -c -x c /dev/null -o /dev/null -fplugin=data
gcc -c -x c /dev/null -o /dev/null -march=native
gcc -c -x c /dev/null -o /dev/null -B.
gcc -c -x c /dev/null -o /dev/null -specs=data
gcc -c -x c /dev/null -o data
gcc -x c /dev/null -o /dev/null
gcc -x c /dev/null -o /dev/null -Wl,-T,data
echo '#include "data"' | gcc -E -x c -
echo '#inc''lude "data"' | gcc -E -x c -
echo '#include <stdio.h>' | gcc -E -x c -
echo '#if __has_include("data")' | gcc -E -x c -
echo '#embed "data"' | gcc -E -x c -
echo '__TIME__ __DATE__ __TIMESTAMP__' | gcc -E -x c -
printf '\043include "data"\n' | gcc -E -x c -
printf '%b\n' '\043include "data"' | gcc -E -x c -
echo '.incbin "data"' | gcc -c -x assembler -o /dev/null -
echo '.include "data"' | gcc -c -x assembler -o /dev/null -
echo 'asm(".inc" "bin \"data\"");' | gcc -c -x c -o /dev/null -
echo '.X "data"' | gcc -DX=incbin -c -x assembler-with-cpp -o /dev/null -
cat data | gcc -E -x c -
ld -v -T data
ld -T data
as data
as -o /dev/null -
nm data
grep -f data data
grep -fdata data
grep --file=data data
grep -r one .
sed '1r data' data
sed 1e data
sed '1e cat data' data
sed 's/a/b/e' data
sed 's/a/b/w out' data
sed -f data data
sed -i s/a/b/ data
awk '{getline x < "data"; print x}' data
awk -f data data
awk 'BEGIN{srand(); print rand()}'
sort -R data
sort --files0-from=data
head -n 1 /proc/loadavg
cat /proc/self/status
cat /sys/kernel/uevent_seqnum
test -e /proc/1
set
export -p
declare -p V
local
env
printenv
printenv V
test -v V
test -t 0
test -t 1
test data -nt e
test -O data
test -N data
test -L data
echo $$
echo $PPID
echo $RANDOM
echo $BASHPID
echo $EPOCHREALTIME
echo $SECONDS
echo $LINENO
echo $PWD
echo $OLDPWD
echo $_
echo $-
printf '%(%s)T' -1
rm -rf build
mkdir x
mkdir -p x && cd x && pwd
cd /tmp
cd e && cat f
pwd
umask
ulimit -s
nice
id -u
tty
sleep 1 &
"$
cat *.h
eval "$X"
. ./data
PATH=e gcc --version
CPATH=e gcc -E -x c /dev/null
BASH_ENV=data sh -c true
for i in 1 2; do echo $i; done
while :; do :; done
f() { cat; }; f
exit 1
X=1; test -n "$Y" && X=2; echo $X
mktemp -u
python3 -c "import lxml"
cat < data < pipe
expr $(date +%s) + 1
times
jobs
kill -l
type gcc
hash
`

// TestChangedInputsForget changes one thing at a time and expects the answer to be gone, and to be back with it.
func TestChangedInputsForget(t *testing.T) {
	dir, env := toolDir(t, nil)
	realTool(t, dir, "gcc")
	memo := filepath.Join(dir, "memo")
	cmd := `gcc -E -x c /dev/null -o /dev/null; echo "$EXTRA"; test -e seen && echo seen`
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
	if got := run(Open(memo), env); got != "\n" {
		t.Fatalf("first run: %q", got)
	}
	if !hit(env) {
		t.Fatal("nothing remembered")
	}
	for _, kv := range []string{"EXTRA=1", "CPATH=/x", "LC_ALL=C", "GCC_EXEC_PREFIX=/y", "PATH=/usr/bin:/bin",
		"BASH_FUNC_gcc%%=() { :; }"} {
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
	if got := run(Open(memo), env); got != "\nseen\n" {
		t.Errorf("after the file appeared: %q", got)
	}
	if !hit(env) {
		t.Error("second answer not remembered")
	}
	link := filepath.Join(dir, "bin", "gcc")
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	write(t, link, "#!/bin/sh\necho 13\n")
	if hit(env) {
		t.Error("answer survives another compiler")
	}
	if hit(env) || run(Open(memo), env) != "13\n\nseen\n" {
		t.Error("stale answer")
	}
}

// TestScripts: a script is remembered with what it read, what the scripts that it calls read, and all variables.
func TestScripts(t *testing.T) {
	dir, env := toolDir(t, nil)
	realTool(t, dir, "gcc")
	write(t, filepath.Join(dir, "version.sh"), `#!/bin/sh
set -e
ask() { cat <<-EOF | "$@" -E -P -x c - 2>/dev/null
	__GNUC__ X
	EOF
}
set -- $(ask "$@") $(cat data)
least=$($(dirname $0)/min.sh gcc)
if [ "$1" -lt "$least" ]; then exit 1; fi
echo "$2 $3 $(($4 + N))"
`)
	write(t, filepath.Join(dir, "min.sh"),
		"#!/bin/sh\ncase $1 in gcc) if [ \"$FLAVOUR\" = x ]; then echo 2; else echo 1; fi;; esac\n")
	write(t, filepath.Join(dir, "data"), "word 40\n")
	env = append(env, "N=2")
	const cmd = "./version.sh gcc"
	m := Open("")
	run := func(env []string) string {
		out, _, err := m.Run(cmd, dir, env, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	if got := run(env); got != "X word 42\n" {
		t.Fatalf("%q", got)
	}
	hit := func(env []string) bool {
		_, _, ok := m.Lookup(cmd, dir, env)
		return ok
	}
	if !hit(env) {
		t.Fatal("not remembered")
	}
	for _, v := range []string{"N=3", "FLAVOUR=x", "DISPLAY=:1"} {
		if hit(append(slices.Clone(env), v)) {
			t.Errorf("survives %s", v)
		}
	}
	for _, name := range []string{"data", "min.sh", "version.sh"} {
		path := filepath.Join(dir, name)
		old, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		write(t, path, string(old)+"\n")
		if hit(env) {
			t.Errorf("survives a change of %s", name)
		}
		run(env)
		if !hit(env) {
			t.Errorf("not remembered after a change of %s", name)
		}
	}
	for name, text := range map[string]string{
		"glob": `x="e/*"; echo $x`, "listing": "set", "ls": "ls", "number": "echo $$", "time": "printf '%(%s)T'",
		"write": "echo x > out", "cd": "cd e; cat f",
		"random": "echo $RANDOM", "input": "cat", "read": "read x; echo $x", "test": "[ data -nt version.sh ]",
		"include": `echo '#include "data"' | gcc -E -x c -`,
		"proc":    "cat /proc/self/stat", "source": ". ./data", "eval": "eval echo x", "env": "env",
		"dynamic": "x=date; $x", "exec": "exec date", "path": "PATH=e; gcc --version",
		"background": "true & wait", "indirect": "echo ${!N}", "umask": "umask", "pwd": "pwd", "export": "export -p",
		"given": "{ cat <&9; } 2>/dev/null || echo none", "given out": "{ echo x >&8; } 2>/dev/null || echo none",
		"number of a descriptor": "n=9; { cat <&$n; } 2>/dev/null || echo none", "both ways": "{ cat <>e/no; } 2>/dev/null || echo none",
		"third": "{ echo x 3>&9; } 2>/dev/null || echo none", "kept": "{ echo x 3<none; } 2>/dev/null || echo none", "no clobber": "{ echo x >|e/no; } 2>/dev/null || echo none",
	} {
		name = strings.ReplaceAll(name, " ", "-")
		write(t, filepath.Join(dir, name+".sh"), "#!/bin/sh\n"+text+"\n")
		if _, _, err := m.Run("./"+name+".sh", dir, env, strings.NewReader(""), io.Discard); err != nil {
			t.Fatal(err)
		}
		if _, _, ok := m.Lookup("./"+name+".sh", dir, env); ok {
			t.Errorf("%s is remembered", text)
		}
	}
}

func TestStderrAndSignalsAreNotRemembered(t *testing.T) {
	dir, env := toolDir(t, nil)
	m := Open("")
	var errOut strings.Builder
	if _, st, err := m.Run("echo trouble >&2; exit 3", dir, env, nil, &errOut); err != nil || st != 3 ||
		errOut.String() != "trouble\n" {
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
	dir, env := toolDir(t, nil)
	memo := filepath.Join(dir, "memo")
	cmds := []string{"echo one", "echo two", "echo three"}
	m := Open(memo)
	for _, c := range cmds {
		if _, _, err := m.Run(c, dir, env, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	// All in one file, as those are whose keys begin alike.
	var whole []byte
	k := storeKey("one")
	path := filepath.Join(memo, storeName, k.shard())
	for _, c := range cmds {
		for _, e := range m.entriesOf(c) {
			whole, _ = appendRecord(whole, e)
		}
	}
	whole = append([]byte(storeHeader), whole...)
	count := func() (n int) {
		data, _ := os.ReadFile(path)
		list, _ := readShard(data)
		for _, c := range cmds {
			for _, e := range decode(list, c) {
				n++
				if want := strings.TrimPrefix(c, "echo ") + "\n"; string(e.Stdout) != want {
					t.Fatalf("%q remembered as %q", c, e.Stdout)
				}
			}
		}
		return n
	}
	writePrivate(t, path, whole)
	if n := count(); n != 3 {
		t.Fatalf("%d of 3 remembered", n)
	}
	last := 3
	for i := len(whole) - 1; i >= 0; i -= 7 {
		writePrivate(t, path, whole[:i])
		n := count()
		if n > last {
			t.Errorf("truncated at %d: %d answers", i, n)
		}
		last = n
	}
	for i := 0; i < len(whole); i += 11 {
		bad := slices.Clone(whole)
		bad[i] ^= 0x40
		writePrivate(t, path, bad)
		count() // a wrong answer is fatal inside
	}
	// A memory opened on a damaged file can be written again.
	for _, junk := range []string{"rubbish", "", storeHeader + "junk", string(whole[:len(whole)-3])} {
		path := filepath.Join(memo, storeName, storeKey(cmds[0]).shard())
		writePrivate(t, path, []byte(junk))
		if _, _, err := Open(memo).Run(cmds[0], dir, env, nil, nil); err != nil {
			t.Fatal(err)
		}
		if _, _, ok := Open(memo).Lookup(cmds[0], dir, env); !ok {
			t.Errorf("nothing remembered after %q", junk)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	dir, env := toolDir(t, nil)
	memo := filepath.Join(dir, "memo")
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			m := Open(memo) // as another process would
			for i := range 8 {
				c := "echo " + strings.Repeat("x", i+w)
				if i+w == 0 {
					continue
				}
				out, _, err := m.Run(c, dir, env, nil, nil)
				if err != nil || strings.TrimSpace(string(out)) != strings.Repeat("x", i+w) {
					t.Errorf("%q: %q, %v", c, out, err)
				}
			}
		}()
	}
	wg.Wait()
	for i := range 11 {
		c := "echo " + strings.Repeat("x", i)
		if i == 0 {
			continue
		}
		if _, _, ok := Open(memo).Lookup(c, dir, env); !ok {
			t.Errorf("%s is not remembered", c)
		}
	}
}

func TestPrefetch(t *testing.T) {
	dir, env := toolDir(t, nil)
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
	dir, env := toolDir(t, nil)
	realTool(t, dir, "gcc")
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
		{cmd: "mkdir .tmp_$$; gcc -c -x c /dev/null -o .tmp_$$/o; rm -rf .tmp_$$", same: true},
		{cmd: "test -e seen && echo y", same: true, change: "seen"},
		{cmd: "echo a | sed -e s/a.*/b/", same: true, change: "s"},
		{cmd: "echo $PWD"},
		{cmd: "gcc -g -E -x c /dev/null"},
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
	dir, env := toolDir(t, nil)
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

// TestScratchElsewhere: a probe may make its files in another directory, as those for an external module do. What could be tried there
// says nothing about one that has gone or is read-only.
func TestScratchElsewhere(t *testing.T) {
	for _, folder := range []string{"../module", t.TempDir() + "/module"} {
		dir, env := toolDir(t, nil)
		there := inDir(dir, folder)
		if err := os.MkdirAll(there, 0o755); err != nil {
			t.Fatal(err)
		}
		cmd := "set -e; TMP=" + folder + "/.tmp_$$/tmp; trap \"rm -rf " + folder + "/.tmp_$$\" EXIT; mkdir -p " + folder +
			"/.tmp_$$; if (gcc -c -x c /dev/null -o \"$TMP\") >/dev/null 2>&1; then echo y; else echo n; fi"
		m := Open("")
		if out, _, err := m.Run(cmd, dir, env, nil, nil); err != nil || string(out) != "y\n" {
			t.Fatal(string(out), err)
		}
		if _, _, ok := m.Lookup(cmd, dir, env); !ok {
			t.Errorf("%s: not remembered", folder)
		}
		if err := os.Remove(there); err != nil {
			t.Fatal(err)
		}
		if _, _, ok := m.Lookup(cmd, dir, env); ok {
			t.Errorf("%s: remembered after it has gone", folder)
		}
	}
	dir, env := toolDir(t, nil)
	const cmd = "mkdir -p none/.tmp_$$ && echo y; rm -rf none/.tmp_$$"
	m := Open("")
	if _, _, err := m.Run(cmd, dir, env, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "none")); err != nil {
		t.Fatal(err)
	}
	if _, _, ok := m.Lookup(cmd, dir, env); ok {
		t.Error("a probe that makes a directory is remembered")
	}
}

func TestRecordsRoundTrip(t *testing.T) {
	e := &entry{Cmd: "c\n", Dir: "/d", Facts: []fact{{factFile, "/x", "1"}}, Stdout: []byte{0, 255, 'a'}, Status: 7, Cost: 21 * time.Millisecond}
	b, ok := appendRecord([]byte(storeHeader), e)
	list, sound := readShard(b)
	got := decode(list, e.Cmd)
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
		Open("").classify(cmd, dir, []string{"PATH=/nonexistent"})
	})
}

// TestChangedMeanwhile: what a command answers while a file that it reads is changed is not remembered, and what is
// remembered is told from what would be answered now.
func TestChangedMeanwhile(t *testing.T) {
	dir, env := toolDir(t, nil)
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
	if err != nil || string(out) != "changed" || !sh.Still(dir, env)("cat state", out) || sh.Still(dir,
		env)("cat state", []byte("old")) {
		t.Errorf("%q, %v", out, err)
	}
	write(t, file, "another")
	if sh.Still(dir, env)("cat state", out) {
		t.Error("still the same after a change")
	}
	// Files of its own are no change.
	if _, err := sh.RunShell("mkdir .tmp_$$; rm -rf .tmp_$$; test -d . && echo y", dir, env, nil, io.Discard); err != nil {
		t.Error(err)
	}
}

// TestForeground: what a caller runs itself is remembered under the same conditions as what runs ahead, and what
// decided it is known as long as it stands.
func TestForeground(t *testing.T) {
	dir, env := toolDir(t, nil)
	file := filepath.Join(dir, "state")
	m := Open(filepath.Join(dir, "memo"))
	decided := func() (saw []string, ok bool) {
		_, ok = m.Decided("cat state", dir, env, func(paths []string) { saw = paths })
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

// TestNamedVariables: a script may have looked at variables that its text names, and at those that programs look at unasked.
func TestNamedVariables(t *testing.T) {
	dir, env := toolDir(t, nil)
	write(t, filepath.Join(dir, "script.sh"), "#!/bin/sh\nif [ \"${FLAVOUR-}\" ]; then echo 2; else echo 1; fi\n")
	m := Open("")
	if out, _, err := m.Run("./script.sh", dir, env, nil, nil); err != nil || string(out) != "1\n" {
		t.Fatalf("%q, %v", out, err)
	}
	for v, want := range map[string]bool{"DISPLAY=:1": true, "FLAVOUR=x": false, "LC_ALL=C": false} {
		if _, _, ok := m.Lookup("./script.sh", dir, append(slices.Clone(env), v)); ok != want {
			t.Errorf("with %s: remembered %v", v, ok)
		}
	}
	d, ok := m.Decided("./script.sh", dir, env, func([]string) {})
	if !ok || d.Any || !slices.Contains(d.Names, "FLAVOUR") {
		t.Errorf("it may have looked at %+v; stands %v", d, ok)
	}
}
