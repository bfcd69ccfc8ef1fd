package main

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/need"
	"gokbuild/depgraph/trace"
)

// TestMain is this program when it is called by one of its names: tests run it by links.
func TestMain(m *testing.M) {
	switch filepath.Base(os.Args[0]) {
	case "gokbuild", "conf", trace.Name:
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// gnuMake is the path of the reference.
func gnuMake(t *testing.T) string {
	t.Helper()
	gnu, err := exec.LookPath("make")
	if err != nil {
		need.Missing(t, "no make")
	}
	if out, _ := exec.Command(gnu, "--version").Output(); !strings.HasPrefix(string(out), "GNU Make 4.3") {
		need.Missing(t, "no make 4.3")
	}
	return gnu
}

// linkToSelf makes a link to this program, by the name of gokbuild, in a directory.
func linkToSelf(t *testing.T, dir string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "gokbuild")
	if err := os.Symlink(self, link); err != nil {
		t.Fatal(err)
	}
	return link
}

// TestProofs plays generated makefiles with GNU make and with gokbuild, whose memory is on: five runs, with changes
// between them that no command names. Words, statuses and files are the same. GOKBUILD_PROOFS=n plays n of them;
// GOKBUILD_PROOFS_SEED=n repeats one.
func TestProofs(t *testing.T) {
	gnu := gnuMake(t)
	count, seed := need.Rounds(3, 60), uint64(time.Now().UnixNano())
	if n, err := strconv.Atoi(os.Getenv("GOKBUILD_PROOFS")); err == nil {
		count = n
	}
	if n, err := strconv.ParseUint(os.Getenv("GOKBUILD_PROOFS_SEED"), 10, 64); err == nil {
		count, seed = 1, n
	}
	t.Logf("the first seed is %d", seed)
	link := linkToSelf(t, t.TempDir())
	seeds := make(chan uint64)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for seed := range seeds {
				w := newWorld(t, seed)
				want, got := w.play(t, gnu), w.play(t, link)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("GOKBUILD_PROOFS_SEED=%d\n%s\n%s\n(-make +gokbuild):\n%s", seed, w.makefile, strings.Join(w.story,
						"\n"), diff)
				}
			}
		})
	}
	for range count {
		seeds <- seed
		seed++
	}
	close(seeds)
	wg.Wait()
}

// TestHidden plays stories that were found by hand, each of which once had another end with gokbuild than with make.
func TestHidden(t *testing.T) {
	gnu := gnuMake(t)
	link := linkToSelf(t, t.TempDir())
	const less = "drop -dac_override,-dac_read_search" // root without them is refused what others are
	for name, c := range need.SampleOf(t, map[string]struct {
		makefile string
		story    []string
	}{
		"a folder that becomes a link and a folder again": {
			"all: ; @$(MAKE) -s -C s; cd s && $(MAKE) -s; $(MAKE) -s -C s/../s\n",
			[]string{"mkdir s t; echo 'all: ; @echo s' >s/Makefile; echo 'all: ; @echo t' >t/Makefile", "run", "run",
				"mv s s0; ln -s t s", "run", "run", "rm s; mv s0 s", "run", "run",
				"mv s s0; ln -s s0 u; ln -s u s", "run", "run", "ln -sfn t u", "run"}},
		"a makefile that may be read, and may not, and may": {
			"-include x.mk\nall: ; @echo $(V) $(wildcard r/*)\n",
			[]string{"chmod 777 .; mkdir r; >r/a; echo V=1 >x.mk; chmod 0 x.mk r", "run", "run", less, "run", "run",
				"chmod 644 x.mk", "run", "chmod 755 r", "run", "run", "chmod 0 x.mk r", "run"}},
		"a file that $(file) may read, and may not, and may": {
			"all: ; @echo $(file <x)\n",
			[]string{"chmod 777 .; echo 1 >x", "run", "run", "chmod 0 x", "run", less, "run", "run", "chmod 644 x", "run", "run",
				"rm x; mkdir x", "run"}},
		"another m4": {
			"all: ; @echo '%%' | flex -t 2>/dev/null | wc -l\n",
			[]string{"printf '#!/bin/sh\\necho fake\\n' >m; chmod +x m", "run", "run", "env M4=DIR/m", "run", "run"}},
		"specs that look at a variable": {
			"all: ; @echo ZZ | gcc -E -P -specs=s -xc - 2>/dev/null || echo none\n",
			[]string{"printf '*cpp_options:\\n+ -DZZ=%%:getenv(EXTRA _x)\\n\\n' >s", "run", "run", "run", "env EXTRA=1", "run", "run",
				"env EXTRA=2", "run"}},
		"files of a few kilobytes": {
			"all: o\no: f1 ; @cp f1 side; seq 3000 | cat >o; echo done\np: f1 ; @echo p >p\n",
			[]string{"run", "ulimit -f 2", "run", "echo two >f1", "run", "rm -f o", "run"}},
	}, 3) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1)
			w.makefile, w.story, w.config = c.makefile, c.story, true
			want, got := w.play(t, gnu), w.play(t, link)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s\n%s\n(-make +gokbuild):\n%s", w.makefile, strings.Join(w.story, "\n"), diff)
			}
		})
	}
}

// commands look at something of their surroundings.
var proofCommands = []string{
	// headers, and what else compilers and assemblers read
	`echo '#include "a.h"' | gcc -E -P -Iinc -xc -`, `gcc -E -P a.c`,
	`gcc -fsyntax-only -xc a.c 2>/dev/null && echo ok || echo no`, `echo X | gcc -E -P -Iinc -include m.h -xc -`,
	`echo '.include "s.inc"' | as -o /dev/null - 2>/dev/null && echo ok || echo no`,
	`echo '.incbin "f1"' | gcc -c -xassembler -o /dev/null - 2>/dev/null && echo ok || echo no`,
	`printf '#if __has_include("h.h")\nyes\n#else\nno\n#endif\n' | gcc -E -P -`,
	`echo '#include <a.h>' | gcc -E -P -xc - 2>/dev/null || echo none`, `gcc -E -P -isystem inc a.c`,
	`{ gcc -Werror -c -x c /dev/null -o /dev/null; } >/dev/null 2>&1 && echo y || echo n`, `gcc -dumpversion`,
	`gcc --version | head -n 1`, `LC_ALL=C ld --version | head -n 1`,
	`gcc -E -P @opts a.c 2>/dev/null || echo none`, `gcc -E -P -imacros inc/m.h -xc a.c`, `gcc -print-file-name=f1`,
	`set -e; TMP=.tmp_$$/tmp; trap "rm -rf .tmp_$$" EXIT; mkdir -p .tmp_$$; if (gcc -Werror -c -x c /dev/null -o "$TMP") >/dev/null 2>&1; then echo "x"; else echo "y"; fi`,
	`./version.sh gcc`, `./wrap.sh`, `mytool 2>/dev/null || echo fails`, `command -v mytool || echo none`,
	`printf '%b\n' '#include "inc/a.h"' | gcc -E -P -xc -`, `cpp -P a.c`,
	// numbers
	`echo $((N+1))`, `test $((N)) -gt 3 && echo big || echo small`, `expr $((N * 2)) + 1`, `x=N; echo $((x))`,
	`./arith.sh`,
	// files that options and scripts name
	`grep -f pat data || echo none`, `grep --file=pat data || echo none`, `grep -fpat data || echo none`,
	`sed '1r f1' data`, `sed '1e cat f1' data`, `awk '{getline x < "f1"; print x}' data`, `awk -f p.awk data`,
	`sort -u data`,
	`cat d/*`, `x='d/*'; echo $x`, `ls d`, `cat l`, `readlink l`, `wc -c f1`, `head -n 1 f1`,
	`tail -n 1 data | tr a-z A-Z`, `cut -c 1 f1`, `echo d/*`, `find d | sort`, `for f in d/*; do echo $f; done`,
	`. ./src.sh; echo $V`, `sed -n -f p.sed data`,
	`sed s/o/0/ f1`, `grep -c o data`, `sh ./src2.sh`, `xargs echo <f1`, `while read a; do echo $a; done <data`,
	// variables
	`echo "$EXTRA"`, `bash -c 'test -v EXTRA' && echo set || echo unset`, `printenv EXTRA || echo none`,
	`env | grep ^EXTRA= || echo none`, `set | grep ^EXTRA= || echo none`, `export -p | grep EXTRA || echo none`,
	`bash -c 'declare -p EXTRA 2>/dev/null; true'`,
	`echo "$DISPLAY $COLUMNS"`, `./gen.sh`, `[ "$COLUMNS" = 80 ] && echo wide || echo narrow`,
	`env | grep -q ^GPG_TTY=/x && echo has || echo no`, `eval echo \$EXTRA`, `bash -c 'x=EXTRA; echo "${!x}"'`,
	`awk 'BEGIN { print ENVIRON["EXTRA"] }'`, `echo "$lower_case"`, `./user.sh`, `x=USER; eval echo "\$KBUILD_BUILD_$x"`,
	`set -- N; echo $(($1 + 1))`, `read v <name; echo $(($v))`, `./myenv | grep -c ^EXTRA=`, `sh -c './user.sh; printenv lower_case'`,
	`env -u EXTRA sh -c 'echo "$EXTRA $lower_case"'`, `bash -c '[[ N -gt 3 ]] && echo big || echo small'`, `make -s -f sub.mk`,
	`perl -e 'print $ENV{DISPLAY}'`, `echo "${EXTRA:-none}"`, `echo ${#EXTRA}`, `echo "$SSH_TTY$INVOCATION_ID"`,
	`printf '%s\n' "$OLDPWD"`, `echo $CDPATH`, `printenv | grep -c X`,
	// what is inherited, and the status of files
	`umask`, `ulimit -n`, `ulimit -s`, `nice`, `stat -c '%a %u %h %Y' f1`, `find f1 -perm 600`,
	`ls -l f1 | cut -c 1-10`, `stat -c %a e`, `[ -x f1 ] && echo x || echo -`,
	`[ f1 -nt data ] && echo newer || echo older`,
	`[ d -nt f1 ] && echo newer || echo older`, `[ -L l ] && echo link || echo file`,
	`[ -s e ] && echo some || echo empty`, `test -e new && echo there || echo missing`,
	`[ f1 -ef h ] && echo same || echo two`, `stat -c %Y d`,
	`find . -maxdepth 1 -newer data -name 'f*' | sort`, `perl -e 'print((stat("f1"))[3])'`,
	`test -O f1 && echo mine || echo not`, `stat -c %s f1 data`, `ls -ln f1 | cut -d' ' -f 3`, `find f1 -links 2`,
	`cp -p f1 copy; stat -c '%a %Y' copy`, `umask >made; cat made`,
	// standard input
	`cat`, `read x; echo "[$x]"`, `head -c 1`, `test -p /dev/stdin && cat; true`,
	`wc -l`,
	// other descriptors
	`cat <&9`, `echo x >&8`, `{ cat <&9; } 2>/dev/null || echo none`, `test -e /dev/fd/9 && echo there || echo none`,
	`ls /proc/self/fd | wc -l`, `sh ./nine.sh`, `cat /dev/fd/9 2>/dev/null || echo none`, `python3 -c 'import os; os.write(8, b"y")' 2>/dev/null; true`,
}

// proofLooks are lines of makefiles that look at the environment, or change it for those below.
var proofLooks = []string{
	"$(info $(origin EXTRA))", "EXTRA ?= mine\n$(info $(EXTRA))", "export EXTRA", "export EXTRA := own", "unexport EXTRA",
	"EXTRA = of file", "EXTRA += more\n$(info $(EXTRA))", "$(info $(filter EXTRA lower_case,$(.VARIABLES)))", "export",
	"$(info $(flavor lower_case) $(KBUILD_BUILD_USER))", "ifdef lower_case\n$(info set)\nendif", "undefine EXTRA",
	"override EXTRA = o", "MAKEFLAGS += -e\nEXTRA = weak\n$(info $(EXTRA))", "export lower_case = $(EXTRA)",
	"t0 o0: export EXTRA = of target", "t0 o0: EXTRA += joined", "t: FORCE ; @$(MAKE) -s -f sub.mk\nall: t",
	"t: FORCE ; @EXTRA=$${EXTRA}a $(MAKE) -s -f sub.mk\nall: t", "t: FORCE ; @$(MAKE) -s -f sub.mk V=$(EXTRA)\nall: t",
}

// changes are made between runs: a text for the shell, or settings of the runs that follow.
var proofChanges = []string{
	"echo two >f1", "echo two >>data", "echo two >pat", "echo l2 >inc/a.h", "echo '#define X m2' >inc/m2.h",
	"echo sub2 >sub.h", "touch h.h", "echo nop >s.inc", "echo z >d/z", "rm -f d/x", "echo y2 >d/y", "ln -sf data l",
	"echo 'BEGIN { print 2 }' >p.awk", "echo p >p.sed", "echo V=2 >src.sh", "echo echo src3 >src3.sh",
	"echo -DQ >opts", "echo 13 >ver", "echo echo inner2 >inner.sh",
	"printf '#!/bin/sh\\necho gcc 99\\n' >bin/gcc; chmod +x bin/gcc",
	"printf '#!/bin/sh\\necho tool\\n' >bin/mytool; chmod +x bin/mytool", "rm -f bin/gcc bin/mytool",
	"chmod 600 f1 e", "chmod +x f1", "chown 12 f1 2>/dev/null; true", "ln f1 h 2>/dev/null; true",
	"touch -d 2021-01-01 f1", "touch -d 2021-01-01 d", "touch -d 2019-01-01 data",
	"touch -d 2020-01-01 new", "rm -f h.h new s.inc", "echo x >e", "chmod 644 f1 e", "cp -p f1 f1.t; mv f1.t f1",
	"env KBUILD_BUILD_USER=x", "env -KBUILD_BUILD_USER", "env lower_case=1", "env -lower_case", "env EXTRA=2", "env OTHER=1",
	"echo EXTRA >name", "env N=7", "env N=1", "env EXTRA=1", "env EXTRA=", "env -EXTRA", "env DISPLAY=:2", "env COLUMNS=80",
	"env COLUMNS=90", "env GPG_TTY=/x", "env SSH_TTY=/dev/pts/3", "env INVOCATION_ID=ci", "env OLDPWD=/tmp",
	"env CDPATH=/usr", "env CPATH=inc", "env C_INCLUDE_PATH=inc",
	"env PATH=DIR/bin2:DIR/bin:/usr/bin:/bin", "env REAL=13", "umask 077", "umask 022", "ulimit -n 300",
	"ulimit -S -s 4096", "nice", "stdin yes", "stdin no",
	"exec 9<f1", "exec 9<data", "exec 8>>eight", "exec 9<f1 8>>eight", "exec 9<&- 8>&-",
}

// world is one generated project with its story.
type world struct {
	dir      string
	makefile string
	config   bool
	story    []string // "run", or a change
}

func newWorld(t *testing.T, seed uint64) *world {
	g := rand.New(rand.NewPCG(seed, 7))
	dir, err := os.MkdirTemp(t.TempDir(), "w")
	if err != nil {
		t.Error(err)
	}
	w := &world{dir: filepath.Join(dir, "p"), config: g.IntN(3) > 0}
	var text, rules strings.Builder
	text.WriteString("H := \\#\n")
	targets := ""
	for range g.IntN(3) {
		text.WriteString(proofLooks[g.IntN(len(proofLooks))] + "\n")
	}
	for i := range 1 + g.IntN(3) {
		cmd := strings.ReplaceAll(strings.ReplaceAll(proofCommands[g.IntN(len(proofCommands))], "$", "$$"), "#", "$(H)")
		switch g.IntN(4) {
		case 0, 1:
			fmt.Fprintf(&text, "A%d := $(shell %s)\n$(info %d [$(A%d)] $(.SHELLSTATUS))\n", i, cmd, i, i)
		case 2:
			targets += fmt.Sprintf(" t%d", i)
			fmt.Fprintf(&rules, "t%d: FORCE\n\t@%s\n", i, cmd)
		case 3:
			targets += fmt.Sprintf(" o%d", i)
			fmt.Fprintf(&rules, "o%d: FORCE\n\t@{ %s; } >$@.t; cmp -s $@.t $@ && rm $@.t || { echo new $@; mv $@.t $@; }\n",
				i, cmd)
		}
	}
	w.makefile = ".DEFAULT_GOAL := all\n" + text.String() + "all:" + targets + " ; @:\n" + rules.String() + "FORCE:\n"
	w.story = []string{"run"}
	for {
		for range 1 + g.IntN(6) {
			w.story = append(w.story, proofChanges[g.IntN(len(proofChanges))])
		}
		w.story = append(w.story, "run")
		if strings.Count(strings.Join(w.story, "\n"), "run") >= 5 {
			break
		}
	}
	return w
}

const proofSetup = `mkdir inc d bin bin2; echo one >f1; printf 'one\ntwo\n' >data; echo one >pat
echo l1 >inc/a.h; echo '#include "m2.h"' >inc/m.h; echo '#define X m1' >inc/m2.h
echo '#include "sub.h"' >a.c; echo sub1 >sub.h
echo x >d/x; echo y >d/y; ln -s f1 l; >e; echo '{ print }' >p.awk; echo '1p' >p.sed
echo V=1 >src.sh; echo '. ./src3.sh' >src2.sh; echo 'echo src' >src3.sh; >opts; echo 12 >ver
printf '#!/bin/sh\necho "$DISPLAY $COLUMNS"\n' >gen.sh
printf '#!/bin/sh\necho "${KBUILD_BUILD_USER-unset} $lower_case"\n' >user.sh; echo N >name; cp /usr/bin/env myenv
echo '$(info sub [$(EXTRA)] $(origin lower_case) [$(V)])' >sub.mk; printf 'all: ; @echo "$$EXTRA"; ./user.sh\n' >>sub.mk
printf '#!/bin/sh\nsh ./inner.sh $REAL $(cat ver)\n' >wrap.sh; echo 'echo inner $*' >inner.sh
printf '#!/bin/sh\nset -- $(echo N) 2\necho $(($1 + $2))\n' >arith.sh
printf '#!/bin/sh\nset -e\nset -- $(echo __GNUC__ | "$@" -E -P -x c - 2>/dev/null)\necho $1 $(cat ver)\n' >version.sh
printf 'exec 3<&9\nread x <&3 && echo "$x"\n' >nine.sh
printf '#!/bin/sh\necho bin2\n' >bin2/mytool; chmod +x *.sh bin2/*; find . -exec touch -h -d 2020-01-01 {} +`

// play plays the story with one make, and returns what was said, with which status, and what was left, after each run.
func (w *world) play(t *testing.T, program string) (told []string) {
	fail := func(err error) { t.Errorf("%v\n%s", err, w.makefile) }
	if err := os.RemoveAll(filepath.Dir(w.dir)); err != nil {
		fail(err)
	}
	if err := os.MkdirAll(w.dir, 0o755); err != nil {
		fail(err)
	}
	shell := func(text string) {
		c := exec.Command("bash", "-c", text)
		c.Dir = w.dir
		if out, err := c.CombinedOutput(); err != nil {
			fail(fmt.Errorf("%s: %w\n%s", text, err, out))
		}
	}
	config := ""
	if w.config {
		config = "echo CONFIG_X=y >.config; "
	}
	if err := os.WriteFile(filepath.Join(w.dir, "Makefile"), []byte(w.makefile), 0o644); err != nil {
		fail(err)
	}
	shell(config + proofSetup)
	env := map[string]string{"PATH": w.dir + "/bin:/usr/bin:/bin", "LC_ALL": "C", "HOME": w.dir, "N": "1",
		"DISPLAY": ":1", "GOKBUILD_MTIME": "1",
		"GOKBUILD_CACHE": filepath.Join(filepath.Dir(w.dir), "cache"), "GOKBUILD_MAKE_VERSION": "4.3"}
	before, stdin := "", ""
	for i, step := range w.story {
		verb, rest, _ := strings.Cut(step, " ")
		switch verb {
		case "run":
			c := exec.Command("bash", "-c", before+`exec $as "$0"`, program)
			c.Dir = w.dir
			for k, v := range env {
				c.Env = append(c.Env, k+"="+v)
			}
			if stdin != "" {
				c.Stdin = strings.NewReader(stdin)
			}
			out, err := c.CombinedOutput()
			told = append(told, fmt.Sprintf("%s%v", out, err), w.files(t))
		case "env":
			if name, value, set := strings.Cut(rest, "="); set {
				env[name] = strings.ReplaceAll(value, "DIR", w.dir)
			} else {
				delete(env, strings.TrimPrefix(name, "-"))
			}
		case "umask", "ulimit", "exec":
			before += step + "; "
		case "drop":
			before += "as='setpriv --bounding-set " + rest + " --inh-caps " + rest + "'; "
		case "nice":
			before += "renice -n 3 -p $$ >/dev/null; "
		case "stdin":
			if stdin = rest + "\n"; rest == "no" {
				stdin = ""
			}
		default:
			// Dates of today differ from one play to the next.
			const date = "; find . -path ./.gokbuild -prune -o -newermt 2025-01-01 -exec touch -h -d '2022-01-01 00:00:%02d' {} +"
			shell(step + fmt.Sprintf(date, i))
		}
	}
	return told
}

// files lists names, modes and texts.
func (w *world) files(t *testing.T) string {
	var b strings.Builder
	err := filepath.WalkDir(w.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.Name() == ".gokbuild" {
			return filepath.SkipDir
		}
		fi, err := e.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%s %v ", path, fi.Mode())
		if fi.Mode().IsRegular() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			b.Write(data)
		}
		b.WriteByte('\n')
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return b.String()
}
