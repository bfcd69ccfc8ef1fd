package trace

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/facts"
)

// script is a case: what a command in a small directory has to be found out about.
type script struct {
	name  string
	setup string // run untraced before
	run   string

	impure string   // part of the reason; "": proved
	facts  []string // all facts inside the directory, as "kind name", "+" for those the command wrote; not looked at if impure
	output string
	code   int
	signal syscall.Signal
	shell  string // "": sh
}

var scripts = []script{
	{name: "nothing", run: "true"},
	{name: "read", setup: "echo hi >a", run: "cat a", facts: []string{"content a"}, output: "hi\n"},
	{name: "read by the shell", setup: "echo hi >a", run: "read x <a; echo $x", facts: []string{"content a"}, output: "hi\n"},
	{name: "absent", run: "cat a 2>/dev/null || echo none", facts: []string{"absent a"}, output: "none\n"},
	{name: "absent below absent", run: "[ -e a/b/c ] || echo none", facts: []string{"absent a/b/c"}, output: "none\n"},
	{name: "absent through a parent", run: "[ -e a/../b ] || echo none", facts: []string{"absent a"}, output: "none\n"},
	{name: "below a file", setup: ">a", run: "[ -e a/b ] || echo none", facts: []string{"absent a/b"}, output: "none\n"},
	{name: "file with slash", setup: ">a", run: "[ -e a/ ] || echo none", facts: []string{"exists a"}, output: "none\n"},
	{name: "exists", setup: "mkdir d; >a", run: "[ -d d ] && [ -f a ] && echo yes", facts: []string{"dated a", "exists d"}, output: "yes\n"},
	{name: "parent", setup: "mkdir d; echo x >a", run: "cat d/../a", facts: []string{"content a", "exists d"}, output: "x\n"},
	{name: "newer", setup: ">a; >b; touch -d 2001-01-01 a", run: "[ b -nt a ] && echo newer", facts: []string{"dated a", "dated b"}, output: "newer\n"},
	{name: "executable bit", setup: ">a; chmod +x a", run: "/usr/bin/test -x a && echo yes", facts: []string{"dated a"}, output: "yes\n"},

	{name: "temporary file", setup: "echo x >a", run: "cat a >t; cat t; rm t", facts: []string{"absent t", "content a"}, output: "x\n"},
	{name: "temporary file that was there", setup: "echo x >a; >t", run: "cat a >t; cat t; rm t", facts: []string{"absent t", "content a"}, output: "x\n"},
	{name: "temporary file named by process", run: "echo x >t.$$; cat t.$$; rm -f t.$$", facts: []string{"absent t.*"}, output: "x\n"},
	{name: "mktemp", run: "t=$(mktemp ./t.XXXXXX) && echo x >$t && cat $t && rm $t", facts: []string{"absent t.*"}, output: "x\n"},
	{name: "exclusive", setup: "", run: "set -C; echo x >t && rm t", facts: []string{"absent t"}},
	{name: "exclusive lock that stays", run: "set -C; echo x >t", impure: "made"},
	{name: "always rewritten", setup: "echo x >a; >b", run: "cat a >b", facts: []string{"+content b", "content a"}},
	{name: "always rewritten, first time", setup: "echo x >a", run: "cat a >b", facts: []string{"+content b", "content a"}},
	{name: "rewritten after a look", setup: "echo x >a; echo y >b", run: "cmp -s a b || cat a >b", impure: "changed"},
	{name: "not rewritten after a look", setup: "echo x >a; echo x >b", run: "cmp -s a b || cat a >b", facts: []string{"content a", "content b"}},
	{name: "rewritten with the same", setup: "echo x >a", run: "read x <a; echo $x >a", facts: []string{"+content a"}},
	{name: "filechk", setup: "echo x >a; echo x >out",
		run:   "set -e; trap 'rm -f out.tmp' EXIT; { echo x; } >out.tmp; if [ ! -r out ] || ! cmp -s out out.tmp; then echo UPD; mv -f out.tmp out; fi",
		facts: []string{"absent out.tmp", "content out", "exists out"}},
	{name: "filechk that updates", setup: "echo y >out",
		run:    "set -e; trap 'rm -f out.tmp' EXIT; { echo x; } >out.tmp; if [ ! -r out ] || ! cmp -s out out.tmp; then mv -f out.tmp out; fi",
		impure: "changed"},
	{name: "filechk that makes", run: "echo x >out.tmp; if [ ! -r out ] || ! cmp -s out out.tmp; then mv -f out.tmp out; fi", impure: "made"},
	{name: "move onto", setup: ">out", run: "echo x >t; mv t out", facts: []string{"+content out", "+exists out", "absent t"}},
	{name: "move what was there", setup: ">a", run: "mv a b", impure: "a"},
	{name: "copy", setup: "echo x >a; >b", run: "cp a b", facts: []string{"+content b", "+exists b", "content a", "exists a"}},
	{name: "append", setup: ">log", run: "echo x >>log", impure: "log"},
	{name: "append to new", run: "echo x >>log", impure: "log"},
	{name: "append to temporary", run: ">t; echo x >>t; cat t; rm t", facts: []string{"absent t"}, output: "x\n"},
	{name: "remove", setup: ">a", run: "rm -f a", impure: "removed"},
	{name: "remove nothing", run: "rm -f a", facts: []string{"absent a"}},
	{name: "remove and make again", setup: ">a", run: "rm -f a; echo x >a", facts: []string{"+content a", "+exists a"}},
	{name: "unlink untold", setup: ">a", run: "unlink a", impure: "removed"},

	{name: "mkdir", run: "mkdir d", impure: "made"},
	{name: "mkdir again", setup: "mkdir -p d/e", run: "mkdir -p d/e", facts: []string{"exists d", "exists d/e"}},
	{name: "mkdir and rmdir", run: "mkdir d && >d/a && rm -r d", facts: []string{"absent d", "absent d/a"}},
	{name: "mkdir below nothing", run: "mkdir d/e 2>/dev/null || echo no", facts: []string{"absent d"}, output: "no\n"},
	{name: "create below nothing", run: "(>d/e/f) 2>/dev/null || echo no", facts: []string{"absent d"}, output: "no\n"},
	{name: "rmdir not empty", setup: "mkdir d; >d/a", run: "rmdir d 2>/dev/null || echo no", facts: []string{"list d"}, output: "no\n"},

	{name: "link read through", setup: "echo x >a; ln -s a b", run: "cat b", facts: []string{"content a", "link b"}, output: "x\n"},
	{name: "link to a directory", setup: "mkdir d; echo x >d/a; ln -s d e", run: "cat e/a", facts: []string{"content d/a", "link e"}, output: "x\n"},
	{name: "parent of a linked directory", setup: "mkdir -p d/e; echo x >d/a; ln -s d/e l", run: "cat l/../a",
		facts: []string{"content d/a", "exists d/e", "link l"}, output: "x\n"},
	{name: "chain of links", setup: "echo x >a; ln -s a b; ln -s b c", run: "cat c", facts: []string{"content a", "link b", "link c"}, output: "x\n"},
	{name: "dangling link", setup: "ln -s a b", run: "[ -e b ] || echo none", facts: []string{"absent a", "link b"}, output: "none\n"},
	{name: "link of links", setup: "ln -s b a; ln -s a b", run: "cat a 2>/dev/null || echo loop", impure: "symbolic links"},
	{name: "readlink", setup: "ln -s a b", run: "readlink b", facts: []string{"link b"}, output: "a\n"},
	{name: "link made again", setup: "ln -s a b", run: "ln -fsn a b", facts: []string{"+exists b", "+link b", "absent Cu*", "absent a"}},
	{name: "link changed", setup: "ln -s x b", run: "ln -fsn a b", impure: "b"},
	{name: "link by link", setup: ">a", run: "ln a b", impure: "linked"},
	{name: "write through a link", setup: "echo x >a; >d; ln -s d l", run: "cat a >l", facts: []string{"+content d", "content a", "link l"}},

	{name: "list", setup: ">a.c; >b.c; >c.d", run: "echo *.c", facts: []string{"list ."}, output: "a.c b.c\n"},
	{name: "list with a temporary", setup: "mkdir d; >d/a", run: "ls d; >d/t; rm d/t", facts: []string{"absent d/t", "exists d", "list d"}, output: "a\n"},
	{name: "list, then make", setup: "mkdir d", run: "ls d; >d/a", impure: "d"},
	{name: "find", setup: "mkdir -p d/e; >d/a; >d/e/b", run: "find d | sort", output: "d\nd/a\nd/e\nd/e/b\n",
		facts: []string{"exists d", "exists d/e", "list d", "list d/e"}},
	{name: "find by age", setup: "mkdir d", run: "find d -mmin 1", impure: "present time"},

	{name: "pipeline", setup: "printf 'b\\na\\n' >a", run: "cat a | sort | tr a-z A-Z", facts: []string{"content a"}, output: "A\nB\n"},
	{name: "substitution", setup: "echo x >a", run: "x=$(cat a; echo y); echo \"$x\"", facts: []string{"content a"}, output: "x\ny\n"},
	{name: "here-document", run: "cat <<EOF\nx $((1+1))\nEOF", output: "x 2\n"},
	{name: "big here-document", run: "cat <<EOF | wc -c\n" + strings.Repeat("0123456789\n", 10000) + "EOF", output: "110000\n"},
	{name: "subshell in a directory", setup: "mkdir d; echo x >d/a", run: "(cd d; cat a); cat d/a", facts: []string{"content d/a", "exists d"}, output: "x\nx\n"},
	{name: "source", setup: "echo 'echo sourced; . ./b' >a; echo 'echo b' >b", run: ". ./a", facts: []string{"content a", "content b"}, output: "sourced\nb\n"},
	{name: "odd names", setup: "mkdir 'x (deleted)'; echo 1 >'x (deleted)/a b'; echo 2 >'x (deleted)/-*'", run: "cd 'x (deleted)'; cat ./*; ls",
		facts: []string{"content x (deleted)/-*", "content x (deleted)/a b", "exists x (deleted)", "list x (deleted)"}, output: "2\n1\n-*\na b\n"},
	{name: "script", setup: "printf '#!/bin/sh\\necho s $1\\n' >s; chmod +x s", run: "./s 1", facts: []string{"content s", "exists s"}, output: "s 1\n"},
	{name: "script of a script", setup: "printf '#!/bin/cat\\nx\\n' >s; printf '#!./s -\\n' >u; chmod +x s u", run: "./u 2>/dev/null | head -1",
		facts: []string{"content s", "content u", "exists s", "exists u"}, output: "#!/bin/cat\n"},
	{name: "script without interpreter", setup: "echo echo plain >s; chmod +x s", run: "./s", facts: []string{"content s", "exists s"}, output: "plain\n"},
	{name: "script with a missing interpreter", setup: "echo '#!./none' >s; chmod +x s", run: "./s 2>/dev/null; echo $?", facts: []string{"absent none", "content s", "exists s"},
		output: "127\n"},
	{name: "script that may not be run", setup: ">s", run: "./s 2>/dev/null; echo $?", facts: []string{"content s", "exists s"}, output: "126\n"},
	{name: "program found in PATH", setup: "mkdir p q; printf '#!/bin/sh\\necho q\\n' >q/prog; chmod +x q/prog", run: "PATH=./p:./q; prog",
		facts: []string{"absent p/prog", "content q/prog", "dated q/prog"}, output: "q\n"},

	{name: "failing", run: "exit 3", code: 3},
	{name: "killed", run: "kill -9 $$", signal: syscall.SIGKILL},
	{name: "terminated", run: "kill -TERM $$", signal: syscall.SIGTERM},
	{name: "segmentation fault", run: "ulimit -c 0; kill -SEGV $$", signal: syscall.SIGSEGV},
	{name: "trap", run: "trap 'echo got; exit 4' USR1; kill -USR1 $$", output: "got\n", code: 4},
	{name: "broken pipe", run: "yes | head -1", output: "y\n"},
	{name: "child killed", run: "sh -c 'kill -TERM $$'; echo $?", output: "Terminated\n143\n"},
	// Whether the shell says "Terminated" depends on when it looks.
	{name: "stopped and continued", run: "{ sleep 100 & kill -STOP $!; kill -CONT $!; kill $!; wait $!; echo $?; } 2>/dev/null", output: "143\n"},
	{name: "background that is waited for", setup: "echo x >a", run: "cat a & wait", facts: []string{"content a"}, output: "x\n"},
	{name: "background", run: "sleep 100 >/dev/null 2>&1 & echo $! >pid", impure: "running"},

	{name: "chmod to what it is", setup: "echo echo x >s; chmod 755 s", run: "chmod +x s; ./s", facts: []string{"+content s", "+exists s"}, output: "x\n"},
	{name: "chmod", setup: ">a; chmod 644 a", run: "chmod 755 a", impure: "a"},
	{name: "chmod of its own", run: ">a; chmod 755 a; rm a", facts: []string{"absent a"}},
	{name: "touch", setup: ">a", run: "touch a", impure: "a"},
	{name: "truncate", setup: "echo x >a", run: "truncate -s 0 a", impure: "a"},
	{name: "patched in place", setup: "echo xy >a", run: "printf z | dd of=a conv=notrunc status=none", impure: "a"},
	{name: "patched in place with the same", setup: "echo xy >a", run: "printf x | dd of=a conv=notrunc status=none", facts: []string{"+content a"}},
	{name: "edited in place", setup: "echo x >a", run: "sed -i s/x/y/ a", impure: "a"},
	{name: "FIFO", run: "mkfifo f; echo x >f & cat f; wait; rm f", facts: []string{"absent f"}, output: "x\n"},
	{name: "FIFO that was there", setup: "mkfifo f", run: "echo x >f & cat f; wait", impure: "no regular file"},

	{name: "clock", run: "date", impure: "date"},
	{name: "clock in perl", run: "perl -e 'print time'", impure: "perl"},
	{name: "clock by the kernel's page", run: "perl -MTime::HiRes=time -e 'print time'", impure: "perl"},
	{name: "age of the shell", run: "for i in 1 2 3 4; do echo $EPOCHSECONDS; done", shell: "bash", impure: "clock"},
	{name: "time of compilation", setup: "echo 'const char v[] = __TIME__;' >v.c", run: "gcc -c v.c -o /dev/null", impure: "clock"},
	{name: "time of compilation, seed given", setup: "echo 'const char v[] = __TIME__;' >v.c", run: "gcc -frandom-seed=1 -S v.c -o v.s",
		impure: "clock"},
	{name: "time of compilation, seed in a file", setup: "echo 'const char v[] = __TIME__;' >v.c; echo -frandom-seed=1 >opts",
		run: "gcc @opts -S v.c -o v.s", impure: "clock"},
	{name: "compilation, seed given", setup: "echo 'int v;' >v.c; >v.s", run: "gcc -frandom-seed=1 -S v.c -o v.s",
		facts: []string{"+content v.s", "+exists v.s", "absent v.c.gch", "content v.c", "exists v.c"}},
	{name: "random", run: "head -c 4 /dev/urandom | od", impure: "urandom"},
	{name: "shuf", run: "seq 9 | shuf", impure: "shuf"},
	{name: "uuid", run: "cat /proc/sys/kernel/random/uuid", impure: "uuid"},
	{name: "processes", run: "cat /proc/loadavg", impure: "/proc/loadavg"},
	{name: "another process", run: "cat /proc/1/comm", impure: "/proc/1"},
	{name: "itself", run: "cat /proc/self/status", impure: "status"},
	{name: "control group", run: "test -n \"$(cat /proc/self/cgroup)\" && echo grouped", output: "grouped\n"},
	{name: "kernel", run: "cat /proc/sys/kernel/ostype", output: "Linux\n"},
	{name: "kernel, asked twice", run: "[ -r /proc/sys/kernel/ostype ] && cat /proc/sys/kernel/ostype", output: "Linux\n"},
	{name: "name of the machine", run: "test -n \"$(uname -r)\" && echo named", output: "named\n"},
	{name: "devices", run: "echo x >/dev/null; cat /dev/null; head -c 1 /dev/zero >/dev/null"},
	{name: "standard descriptors by name", run: "echo x >/dev/stdout; echo y >/dev/fd/1", output: "x\ny\n"},
	{name: "bash", setup: "echo x >a", run: "cat a | while read -r l; do [[ $l == x ]] && echo \"<$l>\"; done", shell: "bash", facts: []string{"content a"}, output: "<x>\n"},
}

func (s *script) report(t *testing.T, dir string) (*Report, string) {
	t.Helper()
	return runShell(t, s.shell, dir, s.run)
}

func TestScripts(t *testing.T) {
	for _, s := range scripts {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			dir := sandbox(t, s.setup)
			before := snapshot(t, dir)
			r, output := s.report(t, dir)
			if output != s.output && s.impure == "" {
				t.Errorf("output %q, want %q", output, s.output)
			}
			if seen := outputSeen(r); seen != output && s.impure == "" {
				t.Errorf("the tracer saw the output %q, it was %q", seen, output)
			}
			if r.Status.Code != s.code && s.impure == "" || r.Status.Signal != s.signal {
				t.Errorf("ended with %v, want %d or %v", r.Status, s.code, s.signal)
			}
			if s.impure != "" {
				if !strings.Contains(r.Impure, s.impure) {
					t.Errorf("Impure = %q, want %q", r.Impure, s.impure)
				}
				if len(r.Facts) != 0 {
					t.Errorf("facts of what is not proved: %v", r.Facts)
				}
				return
			}
			if r.Impure != "" {
				t.Fatalf("Impure = %q\nbefore: %v", r.Impure, before)
			}
			if diff := cmp.Diff(s.facts, inside(dir, r.Facts)); diff != "" {
				t.Errorf("facts (-want +got):\n%s", diff)
			}
			checkClaim(t, s, dir, r, output)
		})
	}
}

func outputSeen(r *Report) string {
	var text strings.Builder
	for _, o := range r.Output {
		text.WriteString(o.Text)
	}
	return text.String()
}

// checkClaim runs the script again, untraced, and looks whether anything changes.
func checkClaim(t *testing.T, s script, dir string, r *Report, output string) {
	t.Helper()
	values := valuesOf(t, r)
	before := snapshot(t, dir)
	again := untraced(t, s.shell, dir, s.run)
	if again != output {
		t.Errorf("the repetition printed %q, not %q", again, output)
	}
	if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
		t.Errorf("the repetition changed files (-before +after):\n%s", diff)
	}
	for i, f := range r.Facts {
		if v, err := testValue(f); (v != values[i] || err != nil) && f.Kind != facts.Dated {
			t.Errorf("%v %s did not stay the same", f.Kind, f.Path)
		}
	}
}

func valuesOf(t *testing.T, r *Report) []uint64 {
	t.Helper()
	values := make([]uint64, len(r.Facts))
	for i, f := range r.Facts {
		v, err := testValue(f)
		if err != nil || v == 0 {
			t.Errorf("%v %s: value %d, %v", f.Kind, f.Path, v, err)
		}
		values[i] = v
	}
	return values
}

// inside lists the facts below dir in the notation of script.facts. Names with a random part end in "*".
func inside(dir string, all []Fact) []string {
	var list []string
	for _, f := range all {
		name, ok := strings.CutPrefix(f.Path, dir)
		if !ok {
			continue
		}
		name = strings.TrimPrefix(name, "/")
		if f.Kind == facts.Exists && slices.ContainsFunc(all, func(g Fact) bool { return g.Path == f.Path && g.Kind == facts.Dated }) {
			continue // goes without saying
		}
		if name == "" {
			if f.Kind == facts.Exists {
				continue // shells ask for their own directory now and then
			}
			name = "."
		}
		if prefix, rest, ok := strings.Cut(name, "t."); ok && prefix == "" && rest != "" {
			name = "t.*"
		}
		if strings.HasPrefix(name, "Cu") {
			name = "Cu*"
		}
		mark := ""
		if f.Written {
			mark = "+"
		}
		kind := f.Kind.String()
		if f.Absent() {
			kind = "absent"
		}
		list = append(list, mark+kind+" "+name)
	}
	return sorted(list)
}

func TestSandboxNamesAreReal(t *testing.T) {
	// The facts of the cases are told by their prefix, so there must be no link in it.
	dir := sandbox(t, "")
	real, err := filepath.EvalSymlinks(dir)
	if err != nil || real != dir {
		t.Errorf("%s is %s, %v", dir, real, err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Error(err)
	}
}
