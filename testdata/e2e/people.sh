#!/usr/bin/env bash
# Measures what people are promised (docs/performance.md, "What a person sees"): people.sh [PART…], of
#   null    nothing changed: with a status line and without, in turn; and with all that watches
#   eta     time left, after a header changed that 500 files include: ten rebuilds
#   trace   a traced build of a kernel: lanes, and processor time against that which a wrapper around the compiler measures
#   menu    menuconfig of x86 6.12: until the first screen, until a key is answered
# 6.1 is the kernel of null and trace (PEOPLE_VERSION).
set -euo pipefail
. "$(dirname "$0")/lib.sh"

[ $# -gt 0 ] || set -- null eta trace menu
version=${PEOPLE_VERSION:-6.1}
export LC_ALL=C.UTF-8 # as on the terminals of people.py
require_build_tools
[ -n "${gokbuild:-}" ] || build_gokbuild
work=$(mktemp -d "$cache/people-XXXXXX")
trap 'rm -rf "$work"' EXIT
people() { python3 "$top/testdata/e2e/people.py" "$@"; }

# built: an output directory of a tinyconfig, in which nothing is left to be learnt.
built() {
	[ ! -e "$work/out/vmlinux" ] || return 0
	"$top/testdata/e2e/fetch-kernels.sh" "$version"
	"$gokbuild" -C "$trees/linux-$version" O="$work/out" tinyconfig >/dev/null
	for _ in 1 2 3; do "$gokbuild" -C "$trees/linux-$version" O="$work/out" -j2 >/dev/null 2>&1; done
}

# many: a tree of 500 sources that include one header and cost different amounts, in five folders.
many() {
	mkdir "$work/many"
	printf 'all: $(patsubst %%,d%%/,0 1 2 3 4)\n\t@echo "  LD      prog"; ld -r -o prog --whole-archive d*/all.a\nd%%/: FORCE\n\t@$(MAKE) --no-print-directory -f sub.mk d=d$*\nFORCE:\n' >"$work/many/Makefile"
	cat >"$work/many/sub.mk" <<'M'
objs := $(patsubst %.c,%.o,$(wildcard $(d)/*.c))
$(d)/all.a: $(objs)
	@echo '  AR      $@'; rm -f $@; ar cDPrST $@ $^
$(d)/%.o: $(d)/%.c
	@echo '  CC      $@'; gcc -O2 -Wp,-MMD,$(d)/.$*.o.d -c -o $@ $<; { echo 'cmd_$@ := gcc'; echo 'source_$@ := $<'; echo 'deps_$@ := \'; echo '  one.h \'; echo; echo '$@: $$(deps_$@)'; echo '$$(deps_$@):'; } >$(d)/.$*.o.cmd
-include $(wildcard $(d)/.*.o.cmd)
M
	echo 'int one(int);' >"$work/many/one.h"
	: >"$work/many/.config"
	python3 - "$work/many" <<'P'
import os, random, sys
random.seed(1)
for i in range(500):
    d = f"{sys.argv[1]}/d{i % 5}"
    os.makedirs(d, exist_ok=True)
    n = int(random.paretovariate(1.3) * 4)  # most are small, some are large
    with open(f"{d}/f{i}.c", "w") as f:
        f.write('#include "../one.h"\n')
        for k in range(min(n, 300)):
            f.write(f"int f{i}_{k}(int *a, int n) {{ int s = {k}; for (int i = 0; i < n; i++) for (int j = 0; j < i; j++) s += a[i] * a[j] ^ (s >> {k % 7}); return one(s); }}\n")
P
}

for part; do
	echo "== $part"
	case $part in
	null) built && people null "$gokbuild" "$trees/linux-$version" "$work/out" ;;
	eta) many && people eta "$gokbuild" "$work/many" ;;
	trace)
		"$top/testdata/e2e/fetch-kernels.sh" "$version"
		cat >"$work/account.c" <<'C'
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
/* Runs gcc, and appends what it made and how much processor time all of it took, in microseconds. */
int main(int argc, char **argv)
{
	char line[4096];
	const char *out = "?";
	struct rusage u, s;
	int status, n, log;
	for (int i = 1; i + 1 < argc; i++)
		if (!strcmp(argv[i], "-o"))
			out = argv[i + 1];
	pid_t pid = fork();
	if (!pid) {
		argv[0] = "gcc"; /* gcc looks for its programs beside that name */
		execvp("gcc", argv);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	getrusage(RUSAGE_CHILDREN, &u);
	getrusage(RUSAGE_SELF, &s);
	n = snprintf(line, sizeof line, "%s %lld\n", out, (u.ru_utime.tv_sec + u.ru_stime.tv_sec + s.ru_utime.tv_sec + s.ru_stime.tv_sec) * 1000000LL +
		u.ru_utime.tv_usec + u.ru_stime.tv_usec + s.ru_utime.tv_usec + s.ru_stime.tv_usec);
	log = open(ACCOUNT, O_WRONLY | O_CREAT | O_APPEND, 0666);
	if (write(log, line, n) != n)
		return 126;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}
C
		gcc -O2 -DACCOUNT="\"$work/account\"" -o "$work/gcc-account" "$work/account.c"
		"$gokbuild" -C "$trees/linux-$version" O="$work/traced" CC="$work/gcc-account" tinyconfig >/dev/null
		rm -f "$work/account"
		"$gokbuild" -C "$trees/linux-$version" O="$work/traced" CC="$work/gcc-account" -j4 --trace="$work/trace" --report="$work/report.html" >/dev/null 2>"$work/stderr" ||
			{ tail "$work/stderr"; exit 1; }
		people trace "$work/trace" "$work/account" 4
		;;
	menu)
		"$top/testdata/e2e/fetch-kernels.sh" 6.12
		"$gokbuild" -C "$trees/linux-6.12" O="$work/menu" x86_64_defconfig >/dev/null
		people menu "$gokbuild" "$trees/linux-6.12" "$work/menu"
		;;
	*) echo "no such part: $part" >&2 && exit 2 ;;
	esac
done
