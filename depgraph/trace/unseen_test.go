package trace

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"gokbuild/depgraph/need"
)

// TestUnseen: what tells the moment, a number drawn by lot, the number of a process, how much room there is, by ways
// that are seen or not, proves nothing.
func TestUnseen(t *testing.T) {
	dir := sandbox(t, "echo x >f; mkdir d e; git init -q . 2>/dev/null; echo __TIME__ >t.c; touch s")
	for name, text := range map[string]string{
		"mono": "#include <time.h>\n#include <stdio.h>\n" +
			"int main(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); printf(\"%ld\", t.tv_nsec); }",
		"real": "#include <time.h>\n#include <stdio.h>\nint main(void) { printf(\"%ld\", (long)time(0)); }",
		"rand": "#include <sys/random.h>\n#include <stdio.h>\n" +
			"int main(void) { long x; getrandom(&x, 8, 0); printf(\"%ld\", x); }",
		"pid":  "#include <unistd.h>\n#include <stdio.h>\nint main(void) { printf(\"%d\", getpid() % 7); }",
		"ppid": "#include <unistd.h>\n#include <stdio.h>\nint main(void) { printf(\"%d\", getppid() % 7); }",
		"room": "#include <sys/statfs.h>\n#include <stdio.h>\n" +
			"int main(void) { struct statfs s; statfs(\".\", &s); printf(\"%ld\", (long)s.f_bfree); }",
		"usage": "#include <sys/resource.h>\n#include <stdio.h>\n" +
			"int main(void) { struct rusage u; getrusage(0, &u); printf(\"%ld\", u.ru_minflt); }",
		"mem": "#include <sys/sysinfo.h>\n#include <stdio.h>\n" +
			"int main(void) { struct sysinfo s; sysinfo(&s); printf(\"%ld\", s.uptime); }",
		"auxv": "#include <stdio.h>\nint main(void) { return fopen(\"/proc/self/stat\", \"r\") == 0; }",
	} {
		compiled(t, dir, name, text)
	}
	for _, script := range need.Sample(t, []string{
		"./mono", "./real", "./rand", "./pid", "./ppid", "./room", "./usage", "./mem", "./auxv",
		"perl -e 'print $^T'", "perl -e 'print -M q(f)'", "perl -e 'print rand'", "python3 -c 'print(hash(str(1)))'",
		"python3 -c 'import os; print(os.urandom(8))'",
		"python3 -c 'import time; print(time.monotonic())'", "mktemp -u", "mktemp -u x.XXXXXX", "echo $$", "echo $PPID",
		"echo $(($$ % 7))", "x=$$; echo $x",
		"sh -c 'echo $PPID'", "echo x >left.$$", "sleep 0 & echo $!", "df .", "stat -f .", "date", "gcc -E t.c",
		"times", "mawk 'BEGIN { print rand() }'", "mawk 'BEGIN { srand(); print srand() }'", "dd if=f of=g",
		"f=$(mktemp); echo $f; rm $f", "t=$(mktemp -d); ls -d $t; rmdir $t",
		"cp f own; ls -l own", "git log --since=yesterday", "uptime", "ps", "cat /proc/loadavg", "cat /proc/self/stat",
		"find . -mmin -1", "find . -newermt now", "bash -c 'echo $RANDOM'", "bash -c 'echo $SECONDS'",
		"bash -c 'echo $EPOCHREALTIME'", "bash -c 'printf \"%(%s)T\" -1'",
		"bash -c 'echo $BASHPID'", "bash -c 'echo $SRANDOM'", "bash -c 'time true'",
	}, 16) {
		name, _, _ := strings.Cut(script, " ")
		if _, err := exec.LookPath(name); err != nil && !strings.ContainsAny(name, "./=[") && name != "times" {
			continue
		}
		// What makes a file proves nothing the first time anyhow.
		runShell(t, "", dir, script)
		if r, text := runShell(t, "", dir, script); r.Impure == "" {
			t.Errorf("%s is proved: %q, %v", script, text, r.Facts)
		}
	}
}

// TestSeen: temporary files that leave no trace of their names are no reason.
func TestSeen(t *testing.T) {
	dir := sandbox(t, "echo x >f; echo 'int x;' >a.c; mkdir d")
	for _, script := range []string{
		"t=$(mktemp); echo x >$t; cat $t; rm $t", "mkdir .tmp_$$; echo x >.tmp_$$/a; rm -rf .tmp_$$",
		"gcc -c -o .t.$$ a.c; rm .t.$$", "sort f | head -n 1",
		"sleep 0 & wait $!", "[ f -nt a.c ]; true", "[ -d d ]; true", "bash -c 'cat <<E\nx\nE'", "stat -c '%a %u %h' f",
		"ls -l f", "find . -name f", "find f -perm 644", "test -e f",
	} {
		if r, _ := runShell(t, "", dir, script); r.Impure != "" {
			t.Errorf("%s: %s", script, r.Impure)
		}
	}
}

// TestStatus: what stat and ls show is part of the claim when it was asked for.
func TestStatus(t *testing.T) {
	for _, c := range need.Sample(t, []struct {
		script, change string
		same           bool
	}{
		{"stat -c %a f", "chmod 600 f", false}, {"stat -c %h f", "ln f g", false}, {"stat -c %a e", "chmod 600 e",
			false}, {"ls -l f", "touch -d 2001-01-01 f", false},
		{"ls -ld d", "touch -d 2001-01-01 d", false}, {"stat -c %Y d", "touch -d 2001-01-01 d", false},
		{"find f -perm 600", "chmod 600 f", false}, {"find f -links 2", "ln f g", false},
		{"stat -c %s f", "echo y >>f", false}, {"[ -x f ]; true", "chmod +x f", false}, {"[ d -nt f ]; true",
			"touch -d 2001-01-01 d", false}, {"[ f -ef g2 ]; true", "cp -p f t; touch -r g2 t; mv t g2", false},
		{"[ -O f ]; true", "chown 12 f", false}, {"[ d -ef . ]; true", "touch d", true}, {"[ f -nt e ]; true",
			"touch -d 2001-01-01 f", false}, {"./show f", "ln f g", false}, {"./show d", "touch -d 2001-01-01 d", false},
		{"cp -p f g2; true", "touch -d 2001-01-01 f", false}, {"cat f >/dev/null", "ln f g", true}, {"[ -d d ]; true",
			"touch -d 2001-01-01 d", true}, {"[ -f f ]; true", "cat f >/dev/null", true},
		{"stat -c %x f", "touch -a -d 2001-01-01 f", false}, {"ls -lu f", "touch -a -d 2001-01-01 f", false},
		{"find f -printf %A@", "touch -a -d 2001-01-01 f", false},
		{"env test d -nt f; true", "touch -d 2003-01-01 d", false}, {"env [ f -ot d ]; true", "touch -d 2003-01-01 d", false},
		{"env test f -ef g2; true", "cp -p f t; touch -r g2 t; mv t g2", false}, {"env test -O f; true", "chown 12 f", false},
		{"env test -N f; true", "touch -a -d 2003-01-01 f", false}, {"env test f -nt e; true", "touch -d 2003-01-01 f", false},
		{"env test -d d -a -e f; true", "touch -d 2003-01-01 d", true}, {"env test f -nt e; true", "ln f g", true},
		{"env test -n '-nt' -a -d d; true", "touch -d 2003-01-01 e", true},
		{"find d -prune -exec test {} -nt f ';'", "touch -d 2003-01-01 d", false},
		{"make -f rules", "touch -d 2003-01-01 d", false}, {"make -f rules", "touch -d 2003-01-01 e", true},
		{"test -s f; true", "cat f >/dev/null; ln f g", true},
	}, 12) {
		dir := sandbox(t, "echo x >f; >e; mkdir d; cp -p f g2; printf 'f: d; echo newer' >rules; touch -d 2002-02-02 f e d g2 rules")
		if strings.HasPrefix(c.script, "./show") {
			compiled(t, dir, "show",
				"#include <sys/stat.h>\n#include <stdio.h>\n"+
					"int main(int n, char **a) { struct stat s; stat(a[1], &s); printf(\"%ld %ld\", (long)s.st_nlink, (long)s.st_mtime); }")
		}
		r, _ := runShell(t, "", dir, c.script)
		if r.Impure != "" {
			if c.same {
				t.Errorf("%s: %s", c.script, r.Impure)
			}
			continue
		}
		before := valuesOf(t, r)
		untraced(t, "", dir, c.change)
		same := true
		for i, f := range r.Facts {
			if v, err := testValue(f); err != nil || v != before[i] {
				same = false
			}
		}
		if same != c.same {
			t.Errorf("%s, then %s: the same %t, want %t; %v", c.script, c.change, same, c.same, inside(dir, r.Facts))
		}
	}
}

// TestNames: which variables a command may have looked at.
func TestNames(t *testing.T) {
	dir := sandbox(t,
		"echo 'echo \"$DISPLAY\"' >s; echo 'BEGIN { print 1 }' >a.awk; echo 'BEGIN { print ENVIRON[\"X\"] }' >b.awk")
	for _, c := range []struct {
		script string
		names  []string
		any    bool
	}{
		{"echo $COLUMNS", []string{"COLUMNS"}, false}, {"sh ./s", []string{"DISPLAY"}, false}, {". ./s",
			[]string{"DISPLAY"}, false}, {"cat s", nil, false}, {"echo $_", []string{"_"}, false},
		{"env", nil, true}, {"env X=1 true", nil, false}, {"printenv DISPLAY", nil, true}, {"set", nil, true},
		{"set | grep x", nil, true}, {"export -p", nil, true}, {"x=DISPLAY; eval echo \\$$x", nil, true},
		{"set -e; true", nil, false}, {"mawk -f a.awk", nil, false}, {"mawk -f b.awk", nil, true},
		{"bash -c 'x=DISPLAY; echo ${!x}'", nil, true}, {"true; set", nil, true}, {"export", nil, true},
	} {
		r, _ := runShell(t, "", dir, c.script)
		if r.Impure != "" {
			if !c.any {
				t.Errorf("%s: %s", c.script, r.Impure)
			}
			continue
		}
		if r.AnyName != c.any {
			t.Errorf("%s: any %t", c.script, r.AnyName)
		}
		for _, n := range c.names {
			if !slices.Contains(r.Names, n) {
				t.Errorf("%s: %v", c.script, r.Names)
			}
		}
		if c.names == nil && !c.any && slices.Contains(r.Names, "DISPLAY") {
			t.Errorf("%s: %v", c.script, r.Names)
		}
	}
}
