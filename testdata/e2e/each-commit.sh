#!/usr/bin/env bash
# --each-commit against builds by hand: each-commit.sh [small|VERSION]
# A history is made of a tree: ten commits of the small one, with warnings, errors, a configuration that cannot be made and files that
# come and go; three of a kernel. Each is built from nothing by GNU make, in a checkout of its own. What gokbuild says of each commit
# (status, warnings and errors, sizes) must be what make, size and readelf say; also after it was interrupted and killed on the way,
# with the cache, and for "git bisect run". The repository must be whole after each.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-small}
require_build_tools
require git:git size:binutils
[ -n "${gokbuild:-}" ] || build_gokbuild
scratch=$(mktemp -d "$cache/each-commit-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C.UTF-8
src=$scratch/src
fail() { echo "each-commit: $*" >&2; exit 1; }
git() { command git -C "$src" -c user.name=a -c user.email=a@b -c gc.auto=0 "$@"; }
# commit SUBJECT: everything that was changed.
commit() { git add -A -f . && git commit -q -m "$1"; }

warning() { echo "static int $1(void) { int unused_$1; return 0; } int use_$1(void); int use_$1(void) { return $1(); }"; }

if [ "$version" = small ]; then
	mkdir "$src"
	cp -r "$top/testdata/kernels/small/." "$src"
	cp "$top/testdata/kernels/small.config" "$scratch/full"
	git init -q
	commit base
	warning one >>"$src/lib/sort.c" && commit 'a warning'
	echo 'int table[1000] = { 1, 2, 3 }; int zero[500]; int grow(int a) { return a * a + table[a & 7]; }' >>"$src/fs/file.c" && commit 'larger'
	sed -i 's/^#endif/static inline int of_header(void) { int unused_in_header; return 1; }\n#endif/' "$src/include/linux/list.h" && commit 'a warning in a header'
	echo 'int wrong(void) { return undeclared_thing; }' >>"$src/fs/inode.c" && commit 'an error'
	warning two >>"$src/lib/string.c" && commit 'a warning, and the error is still there'
	sed -i /undeclared_thing/d "$src/fs/inode.c" && commit 'repaired'
	sed -i /unused_one/d "$src/lib/sort.c" && sed -i '1i\\n\n' "$src/lib/string.c" && commit 'one warning gone, one moved'
	sed -i '2i exit 3' "$src/scripts/conf.sh" && commit 'cannot be configured'
	sed -i 2d "$src/scripts/conf.sh" && warning three >"$src/fs/new.c" && sed -i 's/inode.o file.o/inode.o file.o new.o/' "$src/fs/Makefile" && commit 'a file with a warning'
	git rm -q fs/new.c && sed -i 's/ new.o//' "$src/fs/Makefile" && commit 'and without'
	configs=("allnoconfig KCONFIG_ALLCONFIG=$scratch/full" allnoconfig) commits=10
else
	# The tree is read where it is.
	"$top/testdata/e2e/fetch-kernels.sh" "$version"
	command git init -q --bare "$scratch/repo"
	command git -C "$scratch/repo" config core.bare false
	bare() { command git --git-dir="$scratch/repo" --work-tree="$trees/linux-$version" -c user.name=a -c user.email=a@b -c gc.auto=0 -c core.compression=0 "$@"; }
	(cd "$trees/linux-$version" && bare add -A -f . && bare commit -q -m base)
	command git --git-dir="$scratch/repo" worktree add -q -b work "$src"
	warning one >>"$src/kernel/exit.c" && commit 'a warning'
	echo 'int each_commit_table[1000] = { 1, 2, 3 }; int each_commit_grow(int a); int each_commit_grow(int a) { return a * a + each_commit_table[a & 7]; }' >>"$src/init/main.c"
	commit 'larger'
	sed -i /unused_one/d "$src/kernel/exit.c" && echo 'int wrong(void) { return undeclared_thing; }' >>"$src/kernel/fork.c" && commit 'an error, and the warning gone'
	configs=(tinyconfig) commits=3
fi
head=$(git rev-parse HEAD)
range=HEAD~$commits..HEAD

# by_hand CONFIG: what GNU make makes of each commit from nothing, in hand/N: status, warnings, errors, sizes.
by_hand() {
	local i=$commits id dir=$scratch/hand tree=$scratch/tree out=$scratch/byhand
	rm -rf "$dir" && mkdir "$dir"
	git worktree list --porcelain | grep -q "^worktree $tree$" || git worktree add -q --detach "$tree" HEAD
	for i in $(seq "$commits" -1 0); do
		id=$(git rev-parse "HEAD~$i")
		command git -C "$tree" checkout -q --detach "$id"
		rm -rf "$out" && mkdir "$out" "$dir/$id"
		local what=built
		if ! make -C "$tree" O="$out" -k $1 >/dev/null 2>"$dir/$id/stderr"; then
			what=unconfigured
		elif ! make -C "$tree" O="$out" -k -j"$(nproc)" >/dev/null 2>>"$dir/$id/stderr"; then
			what=failed
		fi
		echo $what >"$dir/$id/status"
		sed -e "s|$tree/||g" -e "s|$out/||g" "$dir/$id/stderr" >"$dir/$id/plain"
		grep -E '^[^ ]*:[0-9]+:[0-9]+: warning: ' "$dir/$id/plain" | sort -u >"$dir/$id/warnings" || true
		grep -E '^[^ ]*:[0-9]+:[0-9]+: error: ' "$dir/$id/plain" | sort -u >"$dir/$id/errors" || true
		[ $what = built ] || continue
		size "$out/vmlinux" | awk 'NR == 2 { print $1, $2, $3 }' >"$dir/$id/sizes"
		readelf -SW "$out/vmlinux" | python3 -c '
import re, sys
for line in sys.stdin:
    m = re.match(r"\s*\[ *\d+\] (\S+)\s+\S+\s+[0-9a-f]+ [0-9a-f]+ ([0-9a-f]+) [0-9a-f]+ +([WAXMSILOGTCxoEDlp]*) ", line)
    if m and "A" in m[3]: print(m[1], int(m[2], 16))' | sort >"$dir/$id/sections"
	done
}

# compare JSON: what gokbuild said against what is in hand.
compare() {
	python3 - "$1" "$scratch/hand" <<'P'
import json, os, sys
results, hand = [json.loads(l) for l in open(sys.argv[1])], sys.argv[2]
end = results.pop()
assert end["kind"] == "end", end
def text(d):
    at = ":".join(str(x) for x in (d["file"], d["line"], d["column"]))
    option = d.get("option", "")
    if d["severity"] == "error": option = option.replace("-W", "-Werror=")
    return f'{at}: {d["severity"]}: {d["message"]}' + (f' [{option}]' if option else "")
def lines(name, id): return set(open(f"{hand}/{id}/{name}").read().splitlines())
def plain(l):
    file, _, _, rest = l.split(":", 3)
    return file + ":" + rest
bad, last = 0, None
def check(what, r, got, want):
    global bad
    if got != want:
        bad += 1
        print(f'{r["commit"][:12]} {r["subject"]}: {what}:\n  got  {got}\n  want {want}')
for r in results:
    id = r["commit"]
    status = open(f"{hand}/{id}/status").read().strip()
    check("status", r, r["status"], status)
    check("errors", r, {text(d) for d in r["errors"] if d["tool"] == "gcc"}, lines("errors", id))
    if status != "built": continue
    check("warnings", r, {text(d) for d in r["warnings"]}, lines("warnings", id))
    s = r["sizes"][0]
    check("size", r, [s["text"], s["data"], s["bss"]], [int(n) for n in open(f"{hand}/{id}/sizes").read().split()])
    sections = {}
    for l in lines("sections", id):
        name, n = l.split()
        sections[name] = sections.get(name, 0) + int(n)
    check("sections", r, s["sections"], sections)
    # New and gone are told against the last commit of which all is known.
    if last:
        now, before = {plain(l) for l in lines("warnings", id)}, {plain(l) for l in lines("warnings", last["commit"])}
        skipped = last is not results[results.index(r) - 1]
        if not skipped:
            check("new warnings", r, {plain(text(d)) for d in r["new_warnings"]}, now - before)
            check("gone warnings", r, {plain(text(d)) for d in r["gone_warnings"]}, before - now)
        b = last["sizes"][0]
        if r["growth"]:
            g = r["growth"][0]
            check("growth", r, [g["text"], g["data"], g["bss"]], [s[k] - b[k] for k in ("text", "data", "bss")])
    last = r
assert len(results) == len(os.listdir(hand)), (len(results), os.listdir(hand))
print(f'{len(results)} commits: {sum(r["status"] == "built" for r in results)} built, {sum(r["status"] == "failed" for r in results)} failed, '
      f'{sum(len(r["warnings"]) for r in results)} warnings, {sum(r["kept"] for r in results)} kept: ' + ("as by hand" if not bad else f"{bad} differences"))
sys.exit(bad != 0)
P
}

# each ARGS…: gokbuild on the range; sets status. The text is in text, the objects in json.
each() {
	status=0
	(cd "$src" && exec "$gokbuild" --each-commit="$range" -j"$(nproc)" --json="$scratch/json" "$@") >"$scratch/text" 2>"$scratch/stderr" || status=$?
	[ ! -s "$scratch/stderr" ] || cat "$scratch/stderr"
}

# whole: the repository is whole: nothing to prune, the checkout of the user as it was.
whole() {
	[ "$(git rev-parse HEAD)" = "$head" ] || fail "HEAD moved"
	[ -z "$(git status --porcelain)" ] || fail "the checkout has changed: $(git status --porcelain | head -3)"
	[ -z "$(git worktree prune -n -v)" ] || fail "there are worktrees to prune: $(git worktree prune -n -v)"
	[ "$version" != small ] || git fsck --no-dangling >/dev/null 2>&1 || fail "git fsck complains"
}

for config in "${configs[@]}"; do
	by_hand "$config"
	each O="$scratch/o" --each-config="$config"
	[ "$config" = allnoconfig ] || cat "$scratch/text"
	[ $status = 1 ] || { cat "$scratch/text"; fail "status $status"; }
	compare "$scratch/json"
	whole
	# Once more: nothing is built, the same is said.
	cp "$scratch/json" "$scratch/first"
	each O="$scratch/o" --each-config="$config"
	compare "$scratch/json"
	python3 - "$scratch/first" "$scratch/json" <<'P' || fail 'a second run does not say the same, or builds'
import json, sys
first, second = ([json.loads(l) for l in open(f)] for f in sys.argv[1:])
if not all(r["kept"] for r in second[:-1]): sys.exit(1)
for r in first[:-1] + second[:-1]: del r["kept"]
sys.exit(first != second)
P
done
[ "$version" = small ] || { echo "ok: $version"; exit 0; }

# By --cache, everything anew: the same.
by_hand "${configs[0]}"
for round in 1 2; do
	each O="$scratch/cached$round" --each-config="${configs[0]}" --cache
	compare "$scratch/json"
done

# Interrupted, killed, in the middle of anything: it goes on, and says the same in the end.
hits=0
for how in INT KILL TERM INT KILL INT; do
	started=0
	(cd "$src" && exec "$gokbuild" --each-commit="$range" -j2 O="$scratch/i" --each-config="${configs[0]}") >"$scratch/interrupted" 2>&1 &
	pid=$!
	wait_until=$((RANDOM % 12 + 2))
	for _ in $(seq $((wait_until * 5))); do kill -0 $pid 2>/dev/null && sleep 0.02; done
	kill -$how $pid 2>/dev/null || true
	wait $pid || started=$?
	[ $how != INT ] || [ $started = 130 ] || [ $started = 1 ] || fail "SIGINT: status $started"
	case $started in
	130 | 137 | 143) hits=$((hits + 1)) ;;
	*) rm -rf "$scratch/i" ;; # it came to its end: from the start again
	esac
	whole
done
[ $hits -ge 2 ] || fail "only $hits of six runs were stopped on their way"
each O="$scratch/i" --each-config="${configs[0]}"
compare "$scratch/json"
whole

# git bisect run: the commit with the error, with the warning; one that cannot be configured is passed over.
bisect() { # WANTED-SUBJECT BAD GOOD ARGS…
	local want=$1 bad=$2 good=$3
	shift 3
	git bisect start "$bad" "$good" >/dev/null
	(cd "$src" && command git bisect run "$gokbuild" --each-commit=HEAD O="$scratch/b" --each-config="${configs[0]}" "$@") >"$scratch/bisect" 2>&1 || true
	git bisect reset >/dev/null 2>&1
	grep -A6 'is the first bad commit' "$scratch/bisect" | grep -q "    $want$" || { tail -n 30 "$scratch/bisect"; fail "bisect did not find: $want"; }
	echo "bisect: $want"
}
git branch -q -M main
bisect 'an error' HEAD~5 HEAD~10
bisect 'a warning in a header' HEAD HEAD~10 --each-bad=unused_in_header
one() { (cd "$src" && "$gokbuild" --each-commit="$1" O="$scratch/b" "${@:2}") >"$scratch/text" 2>&1 && echo 0 || echo $?; }
[ "$(one HEAD~2 --each-config=allnoconfig)" = 125 ] || fail 'a commit that cannot be configured: not 125'
[ "$(one HEAD --each-config=allnoconfig)" = 0 ] || fail 'a good commit: not 0'
[ "$(one no-such-thing)" = 128 ] || fail 'a commit that is not there: not 128'
[ "$(one no..such)" = 2 ] || fail 'a range that is not there: not 2'
[ "$(one HEAD~10..HEAD~9 --each-config=allnoconfig)" = 0 ] || fail 'a good range: not 0'
[ "$(one HEAD~10..HEAD~9 --each-config=allnoconfig --each-bad=warnings)" = 0 ] || fail 'allnoconfig does not build sort.c'
[ "$(one HEAD~10..HEAD~9 "--each-config=${configs[0]}" --each-bad=warnings)" = 1 ] || fail 'a new warning: not 1'
whole
echo "ok: $version"
