package shell

// acceptedLines are run by us and by dash. They are our own, shaped after what
// kernel trees run.
var acceptedLines = []string{
	// nothing
	``, ` `, `:`, `true`, `false`, `set -e`, `set -e; `, `set -e; false; echo no`,
	`set -e;  trap 'rm -f x; trap - HUP; kill -s HUP $$' HUP;  trap 'rm -f x; trap - INT; kill -s INT $$' INT; `,
	"set -e; trap 'rm -f a.c; trap - TERM; kill -s TERM $$' TERM; cp a.c out; false; echo no",

	// a compile line
	`set -e; echo '  CC      a.o'; trap 'rm -f a.o; trap - INT; kill -s INT $$' INT; sh -c 'echo obj > a.o'; printf '%s\n' 'cmd_a.o := sh' > .a.o.cmd; rm -f a.c`,
	`set -e; echo '  AR      built-in.a'; rm -f built-in.a;  printf "init/%s " main.o version.o | xargs echo cDPrST built-in.a; printf '%s\n' 'savedcmd := x $$y "z"' > .built-in.a.cmd`,
	`set -e; mkdir -p inc/; trap "rm -f inc/.x.tmp" EXIT; { 	echo \#define X \"1\"; echo '#define Y' 2; } > inc/.x.tmp; if [ ! -r inc/x ] || ! cmp -s inc/x inc/.x.tmp; then echo '  UPD     inc/x'; mv -f inc/.x.tmp inc/x; fi`,
	`set -e; mkdir -p ./; trap "rm -f ./same1" EXIT; { echo x; } > same1; if [ ! -r same2 ] || ! cmp -s same2 same1; then echo UPD; mv -f same1 same2; fi`,
	`set -e; TMP=.tmp_$$/tmp; trap "rm -rf .tmp_$$" EXIT; mkdir -p .tmp_$$; if ( sh -c ': > "$1"' x "$TMP") >/dev/null 2>&1; then echo "-yes"; else echo "no"; fi`,
	`set -e; TMP=.tmp_$$/tmp; trap "rm -rf .tmp_$$" EXIT; mkdir -p .tmp_$$; if ( nosuch -c -o "$TMP" ) >/dev/null 2>&1; then echo "-yes"; else echo "no"; fi`,
	`test -e .gitignore || { echo "# this is"; echo "*"; } > .gitignore`,
	`if [ -f a.c -o -d sub -o -d x ]; then echo >&2 "***"; false; fi`,
	"if [ -f nope -o \\\n -d nope2 ]; then \\\n echo >&2 x; \\\n false; \\\nfi",
	`ln -fsn /usr/src source`, `ln -fsn there link; ln -fsn again link`, `ln -fsn x sub`, `ln -s a.c a.c`,
	`cat sub/d.c 2> /dev/null`, `cat nosuch 2> /dev/null`, `cat nosuch`, `cat a.c nosuch b.c`, `cat a.c - < b.c`, `cat < a.c`, `cat < nosuch; echo $?`,
	`utsver=$(echo '#'"1" "" | cut -b -64); echo '#'define UTS_VERSION \""${utsver}"\"`,
	`if [ ` + "`echo -n \"6.1.0\" | wc -c `" + ` -gt 64 ]; then echo '"too long"' >&2; exit 1; fi; echo \#define UTS_RELEASE \"6.1\"`,
	`[ 1202000 -ge  901000 ] && echo y`, `[ 00 -ge  1800000 ] && echo y`, `test 12 -lt 9; echo $?`,
	`uname -m | sed -e s/i.86/x86/ -e s/x86_64/x86/ -e s/sh[234].*/sh/ -e s/aarch64.*/arm64/`,
	`command -v -- sh 2>/dev/null`, `command -v nosuch; echo $?`, `command -v if; command -v echo`, `command -v ./script`, `command -v sub/nosuch; echo $?`,
	`cd sub && pwd`, `cd nosuch && pwd`, `cd a.c; echo $?`, `mkdir -p o && cd o && pwd`, `cd link/.. && cat a.c`, `cd sub; cd ..; cat a.c; echo $PWD $OLDPWD`, `(cd sub; ls); ls`,
	`{ cat a.c b.c; printf '\330\343\021\000'; } > joined`,
	`{ cat a.c | sh -c 'cat; echo more'; printf \\330\\343; } > joined`,
	`sed 's/x/y/' < same1 | sort > out; cat out`,
	`nosuch`, `nosuch; echo $?`, `./nosuch; echo $?`, `./noexec; echo $?`, `noexec; echo $?`, `./sub; echo $?`, `./script a "b c"`, `./script`, `sub; echo $?`, `nosuch 2>/dev/null; echo $?`, `nosuch | cat`, `cat a.c | nosuch`,
	"nosuch\nnosuch2 \\\n a\nfoo\\\nbar", "echo a\necho b; echo c", "echo a # comment\necho b", "nosuch \\\n\\\n x; \\\nnosuch2", "\n\nnosuch", "x=1 \\\n nosuch", ">out \\\n nosuch",
	`sh -c 'exit 3'`, `sh -c 'exit 3'; echo $?`, `sh -c 'kill -TERM $$'`, `sh -c 'kill -TERM $$'; echo $?`, `sh -c 'kill -KILL $$' | cat; echo $?`,
	`(sh -c 'kill -TERM $$'); echo $?`, `(sh -c 'kill -HUP $$')`, `x=$(sh -c 'kill -TERM $$'); echo $?`, `sh -c 'kill -INT $$'; echo $?`, `trap 'rm -f z' INT; sh -c 'kill -TERM $$'`,
	`{ sh -c 'kill -TERM $$'; } 2>/dev/null; echo $?`, `(sh -c 'kill -TERM $$'; true) 2>&1; echo $?`, `{ sh -c 'kill -TERM $$'; }`, `{ sh -c 'kill -TERM $$'; } >x`, `! sh -c 'kill -TERM $$'`, `true && sh -c 'kill -TERM $$'`, `if true; then sh -c 'kill -TERM $$'; fi`,

	// errexit
	`set -e; false || true; echo a`, `set -e; ! true; echo a`, `set -e; ! false; echo a`, `set -e; if false; then :; fi; echo a`, `set -e; false && true; echo a`, `set -e; true && false; echo a`,
	`set -e; (false); echo a`, `set -e; (false; echo b); echo a`, `set -e; (false) || echo a`, `set -e; (false; echo in) || echo a`, `set -e; { false; echo in; } || echo a`, `set -e; { false; echo in; } > x`, `set -e; { false; } > x; echo a`,
	`set -e; false | true; echo a`, `set -e; true | false; echo a`, `set -e; x=$(false); echo a`, `set -e; x=$(false; echo in); echo "$x"`, `set -e; echo $(false); echo a`, `set -e; x=$(false) || echo a`,
	`set -e; for i in 1 2; do false; echo $i; done; echo a`, `set -e; case x in x) false;; esac; echo a`, `set +e; false; echo a`, `set -e; { echo a; } > no/such; echo b`, `{ echo a; } > no/such; echo b`, `set -e; (echo a) > no/such; echo b`, `set -e; nosuch; echo a`, `set -e; echo a > no/such; echo b`, `echo a > no/such || echo b`, `set -e; if { false; true; }; then echo t; fi`, `set -e; true; false`, `set -e; (set +e; false; echo in); echo out`, `(set -e; false; echo in); echo out`, `set -e; { echo x; false; } | cat; echo a`, `set -e; cat a.c | { false; echo in; } || echo or`,

	// a library that cannot be preloaded: each program says so
	`LD_PRELOAD=/no/such.so mkdir sub/m`, `LD_PRELOAD=/no/such.so cat a.c; cat a.c`,

	// positional parameters
	`set -- GNU 24000 && echo $1`, `set -- GNU && echo $2`, `set -- a "b  c" d; echo $2 "$2" $#`, `set -- $GREETING; echo $1 $2 $3 $#`, `set --; echo $# $1`, `echo $1 $#`, `set -- a b; set -- "$2" $1; echo $1 $2`, `set -- -e +e; false; echo $1 $2`, `set -- a; (set -- b; echo $1); echo $1`, `set -- a; x=$(set -- b; echo $1); echo $1 $x`, `set -- *.c; echo $1 $#`, `set -- 'a*'; echo $1 "$1"`, `set -- '' a; echo $# "$1" "$2"`, `set -- a | cat; echo $#`, `set -- a; trap 'echo $1' EXIT; set -- b`, `set -- 1 2 3 4 5 6 7 8 9 10; echo $9 $#`, `set -e; set -- a; false; echo $1`, `set -- a >x; echo $1`, `set -- a >no/such; echo $1`, `echo ${1-x} ${12:-y}; set -- a1; echo ${1-x} ${1%1} ${10}`,

	// exit and EXIT traps
	`exit`, `exit 3`, `false; exit`, `(exit 4); echo $?`, `trap "echo bye" EXIT; exit 3`, `trap "echo bye; false" EXIT; exit 3`, `trap "echo bye" EXIT; false`, `set -e; trap "echo bye" EXIT; false; echo no`, `set -e; trap "false" EXIT; true`, `set -e; trap "false; echo no" EXIT; exit 5`, `trap "echo bye" EXIT; (echo in)`, `trap "echo bye" EXIT; (exit 2); echo $?`, `trap "echo 1" EXIT; trap "echo 2" EXIT`, `trap "echo 1" EXIT; trap - EXIT`, `trap "exit 1" INT; echo a`, `trap "cat a.c" HUP TERM; false`, `trap "echo bye" 0; echo hi | cat`, `trap "rm -f a.c" EXIT; exec cat a.c`, `(trap "echo in" EXIT); echo out`, `x=$(trap "echo in" EXIT; echo a); echo "$x"`, `trap 'nosuch' EXIT; true`, `(trap "echo in" EXIT; false); echo $?`, `(trap "echo in" EXIT; echo x) | cat`,

	// exec
	`exec >out; echo a; sh -c 'echo b'`, `exec >out 2>&1; nosuch; echo a`, `exec cat a.c`, `exec nosuch`, `exec nosuch; echo x`, `exec ./noexec`, `(exec cat a.c); echo $?`, `exec >no/such; echo a`, `set -e; exec >/dev/null; echo a; false`, `(exec >out; echo a); echo b`, `exec sh -c 'kill -TERM $$'`, `{ exec >out; echo a; } 2>err; echo b`, `exec <a.c; cat`, `exec cat < a.c`,

	// echo
	`echo`, `echo ''`, `echo a  b`, `echo -n a`, `echo -n`, `echo -e a`, `echo -- a`, `echo "a\tb\nc"`, `echo 'a\\b'`, `echo '\101 \0101 \60 \7x \08'`, `echo 'a\cb' c; echo d`, `echo '\q \x41 \'`, `echo a'\'b`, `echo "\\\\"`, `echo '\a\b\f\v\r' | od -c`, `echo '\400 \777 \0777'|od -c`, `echo a >/dev/full; echo $?`, `echo "a" 'b'"c"d\e`, `echo \$x \"q\" \\ "\$x \"q\" \\ \a"`, "echo 'a\nb' \"c\nd\"", `echo a\ b\;c`, `echo '$x' "$x"`, `echo é 'ü' \ß`, `echo "a\
b" c\
d`, `echo #no`, `echo a#b`, `echo a=b --c=d`, `echo {a,b} }`, `echo ! a`, `echo if then`, `echo ]`, `echo [ a ]`, `echo $`, `echo a$ "b$" $/`, `echo '#'define X`,

	// printf
	`printf 'a\n'`, `printf '%s\n' a b c`, `printf '%s %s\n' a b c`, `printf '%d %s\n' 1 x 2`, `printf "init/%s " main.o version.o | xargs echo ar`, `printf '%s\n'`, `printf '%d|%i|%o|%x|%X|%u\n' 10 -10 10 255 255 7`, `printf '%5d|%-5d|%05d|%+d|% d|%.3d|%8.3d|\n' 3 3 3 3 3 3 3`, `printf '%#x %#o %#X %#x\n' 255 8 255 0`, `printf '%5s|%-5s|%.2s|%5.1s|\n' abc abc abc abc`, `printf '%c%c\n' abc d`, `printf '%b|%s\n' 'a\tb\0101' 'a\tb'`, `printf '%b' 'a\cb' c; echo d`, `printf '%%|\101|\\|\x\n'`, `printf '%d\n' 0x1f 010 -5 +7 "'a" '"b' ' 12' 1e; echo $?`, `printf '%d\n' x; echo $?`, `printf '%u %x\n' -1 -1`, `printf '%d\n' 9223372036854775808; echo $?`, `printf '%d\n' -9223372036854775808`, `printf '%u\n' 18446744073709551616`, `printf 'no args\n' a b`, `printf ''`, `printf '%s' ''`, `printf '%d %d\n' 1`, `printf '%d\n' ''`, `printf '%s\n' "$GREETING" $GREETING`, `printf '\060%s\n' 1`, `printf '%c' '' | od -c`, `printf '%5b|%.1b|\n' 'a\tb' xyz`, `printf '%-08d|%08s|\n' 3 a`, `printf 'savedcmd_%s := %s\n' x 'a $$b "c" \n'`, `printf '%08x\n' 305419896 | sed 's/\(..\)/\1 /g'`, `printf '%s%03o' '\\' 65`, `printf '%.0d|%.0x|%#.3x|%#.4o\n' 0 0 5 5`, `printf '%s\n' a >/dev/full; echo $?`,

	// test
	`test; echo $?`, `[ ]; echo $?`, `[ ]0; echo $?`, `[ a ]; echo $?`, `[ a = b ]]; echo $?`, `[ a ""; echo $?`, `[ "" ]; echo $?`, `[ ! a ]; echo $?`, `[ ! "" ]; echo $?`, `[ -n "" ]; echo $?`, `[ -z "" ]; echo $?`, `[ -n ]; echo $?`, `[ -z ]; echo $?`, `[ a = a ]; echo $?`, `[ a = b ]; echo $?`, `[ a != b ]; echo $?`, `[ = = = ]; echo $?`, `[ ! = ! ]; echo $?`, `[ -f = -f ]; echo $?`, `[ a = ]; echo $?`, `[ a; echo $?`, `[ 1 -eq x ]; echo $?`, `[ 1 -eq ' 1 ' ]; echo $?`, `[ 08 -eq 8 ]; echo $?`, `[ -1 -lt +1 ]; echo $?`, `[ 99999999999999999999 -gt 1 ]; echo $?`, `[ "" -eq 0 ]; echo $?`, `[ a b c ]; echo $?`, `[ a b ]; echo $?`, `[ -f a.c ]; echo $?`, `[ -f a.c b ]; echo $?`, `[ -d sub -a -f a.c ]; echo $?`, `[ -d a.c -o -f a.c ]; echo $?`, `[ ! -f a.c -o ! -d sub ]; echo $?`, `[ \( a = b \) -o x ]; echo $?`, `[ \( a \) ]; echo $?`, `[ ! \( a \) ]; echo $?`, `[ -L link ]; echo $?`, `[ -h a.c ]; echo $?`, `[ -s empty ]; echo $?`, `[ -s a.c ]; echo $?`, `[ -r a.c -a -w a.c ]; echo $?`, `[ -x script ]; echo $?`, `[ -x a.c ]; echo $?`, `[ b.c -nt a.c ]; echo $?`, `[ b.c -ot a.c ]; echo $?`, `[ a.c -ef ./a.c ]; echo $?`, `[ nosuch -nt a.c ]; echo $?`, `[ -e nosuch ]; echo $?`, `[ -e "" ]; echo $?`, `[ -c /dev/null ]; echo $?`, `[ -p a.c -o -S a.c -o -b a.c ]; echo $?`, `[ -t 1 ]; echo $?`, `[ a \< b ]; echo $?`, `[ a \> b ]; echo $?`, `[ \( ]; echo $?`, `[ \( a ]; echo $?`, `[ -a ]; echo $?`, `[ a -a b -o ]; echo $?`, `[ ! ! a ]; echo $?`, `[ ! ]; echo $?`, `[ -g a.c -o -u a.c -o -k a.c ]; echo $?`, `[ -O a.c -a -G a.c ]; echo $?`, `test a = a -a b = b; echo $?`, `test -n "$EMPTY" || echo e`, `[ "$GREETING" = "hello  there" ] && echo y`, `[ -f a.c ] && [ -d sub ] && echo both`, `test ! -d sub; echo $?`, `[ 1 -eq 1 -a 2 -ne 2 ]; echo $?`, `[ x -eq 1 ] 2>/dev/null; echo $?`,

	// variables and expansion
	`x+=1`, `x=1; echo $x ${x} "$x" ${x}y $xy`, `x='a  b'; echo $x "$x"`, `x=' a b '; echo [$x] "[$x]"`, `echo $GREETING "$GREETING"`, `echo $EMPTY| od -c`, `echo "$EMPTY" $EMPTY ''| od -c`, `echo a$EMPTY b`, `x=a; echo ${x:-b} ${y:-b} ${EMPTY:-c} ${EMPTY-d} ${y-e} "${y:-f}"`, `echo ${x+a} ${EMPTY+b} ${EMPTY:+c} ${GREETING:+d}`, `x=main.c; echo ${x%.c}.o ${x%%.*} ${x#m} ${x##*a} ${x#*.} ${x%?} ${#x}`, `x=a/b/c; echo ${x#*/} ${x##*/} ${x%/*} ${x%%/*}`, `x=abc; y=$x$x; echo $y`, `x=$(echo a; echo b); echo $x; echo "$x"`, `echo $(echo "a  b") "$(echo "a  b")"`, `echo a$(echo)b`, `echo "$(printf 'a\n\n')"x`, `x=$(cat a.c b.c); echo "$x"`, `echo $(cat list)`, "echo `echo a` \"`echo b`\"", `x=$(false); echo $?`, `x=$(false) y=; echo $?`, `x= ; echo "[$x]"`, `x=1 y=$x; echo $y`, `A=1 sh -c 'echo $A'; echo "[$A]"`, `A=1; sh -c 'echo "[$A]"'`, `GREETING=new; sh -c 'echo "[$GREETING]"'`, `GREETING=new sh -c 'echo "[$GREETING]"'; echo $GREETING`, `PATH=/nosuch ls; echo $?`, `PATH=/nosuch; ls; echo $?`, `x="a b"; for i in $x c; do echo $i; done`, `for i in; do echo $i; done; echo $?`, `for i in a b; do x=$i; done; echo $x $i`, `for i in *.c; do echo $i; done`, `for f in a.c b.c; do cat $f; done > out`, `echo $#`, `echo $PWD`, `cd sub; echo $PWD; sh -c 'echo $PWD'`, `x=*.c; echo $x "$x"`, `echo $STAR "$STAR"`, `x='\*'; echo $x`, `x='a\b'; echo $x`, `x="$(echo '*.c')"; echo $x`, `env | sort`, `env`, `A=2 env`, `cd sub && env`, `GREETING=x; env`, `x=a$(echo b)c; echo $x`, `echo "${GREETING}s"`, `echo ${#GREETING} ${#nosuch}`, `A=1 B=2 sh -c 'echo $A$B'`, `x=a; (x=b; echo $x); echo $x`, `x=a; echo b | { x=c; echo $x; }; echo $x`, `x=a; y=$(x=b; echo $x); echo $x$y`, `x="a
b"; echo $x "$x"`, `echo "$(echo "$(echo deep)")"`, `echo "$(nosuch)" $?`,

	// globs
	`echo *`, `echo *.c`, `echo ?.c`, `echo [ab].c`, `echo [!a].c`, `echo [a-b].c`, `echo */*.c`, `echo sub/*`, `echo */`, `echo .*`, `echo nosuch*`, `echo "*".c '*'.c \*.c`, `echo sub/e[[]1].c sub/e\[*`, `echo ./*.c`, `echo *[c`, `echo [`, `echo link/*`, `echo [[:alpha:]].c`, `echo nosuch/*`, `rm -f *.c; ls`, `cat *.c`, `echo s*/d*`, `echo //usr/bi[n]`, `echo a.[c`, `echo **.c`, `echo [a`, `echo ]*`, `echo "s"*`, `echo s*'u'b`, `echo "$PWD"/a.*`, `echo [^a].c`, `echo [a-].c [-a].c []a].c`,

	// case
	`case a.c in *.c) echo c;; *) echo other;; esac`, `case x in y) echo y;; esac; echo $?`, `case "$GREETING" in hello*) echo h;; esac`, `case a in a|b) echo ab;; esac`, `case '*' in "*") echo star;; esac`, `case a in "*") echo star;; *) echo no;; esac`, `case a in [!b]) echo n;; esac`, `case '' in '') echo empty;; esac`, `case $(echo x) in x) echo sub;; esac`, `x='a*'; case abc in $x) echo match;; esac; case abc in "$x") echo quoted;; esac`, `case a in a) ;; esac; echo $?`, `false; case a in b) ;; esac; echo $?`, `case a in (a) echo paren;; esac`,

	// redirections
	`echo a >out`, `echo a >>out; echo b >>out; cat out`, `echo a 2>err >out`, `nosuch 2>err; cat err`, `nosuch >out 2>&1; cat out`, `nosuch 2>&1 >out; cat out`, `{ echo a; echo b >&2; } >out 2>&1; cat out`, `(echo a; echo b) >out`, `echo a >&2`, `echo a 1>&2 2>/dev/null`, `>out`, `: >out`, `>no/such; echo $?`, `: >no/such; echo x`, `true >no/such; echo $?`, `echo a >sub; echo $?`, `cat <sub; echo $?`, `cat <no/such; echo $?`, `if true; then echo a; fi >out; cat out`, `for i in a b; do echo $i; done >out; cat out`, `case a in a) echo x;; esac >out; cat out`, `echo a > "$EMPTY"`, `echo a > out$EMPTY.txt; ls`, `x=f; echo a > $x; cat f`, `echo a > 'b c'; cat 'b c'`, `{ echo a; { echo b; } >&2; } 2>err`, `echo a | cat >out`, `echo a >out | cat`, `cat <a.c >out`, `echo a >|out`, `{ nosuch; } 2>/dev/null`, `echo x >*.c`, `false >out; echo $?`, `> a >> b 2> c echo d`, `x=$(echo err >&2) 2>err2; cat err2`, `x=$(nosuch) 2>/dev/null; echo $?`, `cat <a.c <b.c`, `sh -c 'echo out; echo err >&2' >out 2>err; cat err out`, `! cat nosuch 2>/dev/null && echo y`,

	// pipelines
	`echo a | cat`, `echo a | cat | cat`, `cat a.c | sed s/a/z/ | cat`, `echo a | { cat; echo b; }`, `{ echo a; echo b; } | sort -r`, `(echo a) | (cat)`, `false | true; echo $?`, `true | false; echo $?`, `! true | false; echo $?`, `echo a | cat > out; cat out`, `printf 'a\nb\n' | while_read_is_external; echo $?`, `yes | head -n 2`, `echo a | head -n 1`, `printf 'a\nb\nc' | head -n 2`, `printf 'a\nb\nc' | head -n 9`, `printf 'a' | head -n 1`, `: | head -n 1`, `cat list | head -n 0`, `head -n 1 < list`, `head -n 1 list`, `cat list | head -1`, `cat list | head -n 1 >/dev/full`, `{ head -n 1; cat; } < list`, `sh -c 'echo a; echo b; echo c' 2>/dev/null | head -n 1`, `seq 100000 | head -n 3`, `cat list | xargs cat`, `printf '%s\n' a.c b.c | xargs rm -f; ls`, `echo a | :`, `: | cat`, `nosuch 2>&1 | sed s/not/NOT/`, `LC_ALL=C sh --version 2>/dev/null | head -n 1`, `echo a | (cat; echo $?)`, `cd sub | cat; pwd`, `x=1 | cat; echo "[$x]"`, `echo a >&2 | cat`, `{ echo a >&2; } 2>&1 | cat`, `cat nosuch 2>/dev/null | cat`, `seq 20000 | tail -n 1`, `cat a.c |
cat`, `tr '\0' '\n' < a.c | sed '$d' | uniq`,

	// files
	`mkdir -p x/y/z`, `mkdir -p sub`, `mkdir -p a.c`, `mkdir -p x y sub/z`, `mkdir x; mkdir x`, `mkdir no/such`, `mkdir -p 'a b'`, `mkdir -p link/n`, `mkdir -m 700 x`, `rm a.c`, `rm -f a.c nosuch`, `rm -f sub`, `rm -rf sub nosuch`, `rm -rf link`, `rm -f link/`, `rm -rf link/`, `rm -rf .`, `rm -f`, `rm`, `rm -f 'a.c' "b.c"`, `rm -f -- a.c`, `rm -fr sub a.c`, `rm nosuch`, `rm -f a.c/x`, `mv -f a.c b.c`, `mv a.c new`, `mv -f a.c sub`, `mv -f nosuch x`, `mv -f a.c no/such`, `mv a.c a.c`, `mv -f link x`, `mv -f a.c link`, `mv -f a.c b.c sub`, `cp a.c new; cat new`, `cp a.c b.c`, `cp a.c sub`, `cp script new`, `cp nosuch x`, `cp a.c a.c`, `cp a.c link`, `cp -r sub new`, `cp a.c no/such`, `cp sub x`, `cmp -s a.c b.c; echo $?`, `cmp -s same1 same2; echo $?`, `cmp a.c b.c; echo $?`, `cmp -s a.c nosuch; echo $?`, `cmp same1 same2`, `cmp -s sub a.c; echo $?`, `cmp -s empty a.c; echo $?`, `touch new; ls`, `touch a.c; [ a.c -ot b.c ] || echo touched`, `touch no/such`, `touch sub; ls`, `touch`, `ln -s x y; ln -s x y`, `ln -sf x a.c`, `ln -fsn x y z`, `ln a.c hard; [ a.c -ef hard ] && echo same`, `ln -sf x link; ls -l link sub | grep -c link`, `cat a.c > a.c`, `cat a.c >> a.c 2>&1`, `cat sub`, `cat -n a.c`, `cat ""`, `cat link/d.c`, `cat a.c >/dev/full; echo $?`, `uname -s`, `uname -m -s`, `uname`, `true a`, `echo x > ro; chmod 444 ro; mv -f a.c ro; cat ro`, `cat a.c/x`, `rm -f ""`, `mkdir -p ""`, `touch ""`,

	// programs by their path
	`/bin/true; echo $?`, `/bin/echo 'a\tb'`, `/usr/bin/printf '%s\n' a`, `/bin/rm -f a.c`, `/usr/bin/env cat a.c`, `sh -c 'echo "$0 $1"' a b`, `sh ./script x`, `ls nosuch`,

	// lists and groups
	`true && echo a || echo b`, `false && echo a || echo b`, `false || false || echo c`, `true || echo no; echo yes`, `{ echo a; }; echo b`, `(echo a; exit 3; echo b); echo $?`, `if false; then echo a; elif true; then echo b; else echo c; fi`, `if false; then echo a; fi; echo $?`, `if true; then false; fi; echo $?`, `if ! false; then echo a; fi`, `! { false; }; echo $?`, `(((echo deep)))`, `{ (echo a); } >out`, `{ (nosuch); } 2>&1`, `{ (sh -c 'kill -TERM $$'); } 2>err`, `( (echo a) )`, `{ { echo a; }; }`, `false; true; echo $?`, `true; false`, `if [ -f a.c ]; then cat a.c; else cat b.c; fi; rm -f a.c`, `(false); echo $?; (exit 3) || echo $?`, `if (echo >&2 x; false); then :; else echo no; fi`, `[ -f a.c ] || exit 1; echo here`, `false || exit 4; echo no`,
}

// refusedLines belong to the real shell.
var refusedLines = []string{
	`echo a >0>b`, `echo a 2>&1>b`, `cat <1<a.c`, `echo a >&0`, `cat <&1`,
	`sleep 1 &`, `while true; do :; done`, `until false; do :; done`, `f() { echo; }; f`, `eval echo a`, `. ./x`, `set -x; echo a`, `set a b`, `set -- -e a; set b`, `echo $10`, `echo "$@"`, `echo $*`, `$CC a`, `"$x"`, `x=1 echo a`,
	`echo ~`, `echo ~root/x`, `x=~/a`, `echo a > ~/x`, `cat <<E
a
E`, `echo $((1+1))`, `echo ${x:=1}`, `echo ${x:?no}`, `IFS=:; echo $x`, `read x`, `export A=1`, `unset A`, `umask 022`, `wait`, `kill $$`, `echo $$`, `echo $PPID`, `echo $LINENO`, `echo $!`, `echo $-`, `echo $0`,
	`trap '' INT`, `trap "rm $x" EXIT`, `trap`, `trap "exit 1" EXIT`, `printf "$x"`, `printf '%f' 1`, `printf '%*d' 5 1`, `printf 'a\e'`, `echo '\e'`, `printf -v x a`, `printf -- a`, `cd`, `cd -`, `cd ~`, `exec 3>x`, `echo a >&3`, `echo a >&-`, `echo a 3>x`, `echo a &>x`, `cat <>x`, `type ls`, `hash ls`, `alias a=b`, `echo $'a'`, `echo $"a"`, "echo `echo \\`echo a\\``", "echo 'a", `echo "a`, `(echo`, `if true; then`, `echo a;; echo b`, `for i; do echo; done`, `break`, `return`, `a | ! b`, `in`, `in a`, `"if" a`, `trap in EXIT`, `>x in`, `{ (a) >x; } 2>y`, `{ { (a) >x; }; } 2>y`, `echo ${x:-$y}`, `echo ${x%"a"}`, "echo a\x01", "echo \xff", `x=(a b)`, `exit 300`, `A=1 true`, `$(<a.c) true`, `! ! true`, `cat /proc/self/comm`, `echo a >/dev/stdout`, `cat /dev/fd/0`, "echo a\\", `command ls`, `times`, `exit abc`, `x[1]=2`, `local x`, `readonly x=1`, `ulimit -c 0`, `getopts a b`, `test a | read x`, `echo a; echo $(read y)`,
}
