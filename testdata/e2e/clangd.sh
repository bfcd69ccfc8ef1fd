#!/usr/bin/env bash
# clangd with --compdb=clang: clangd.sh [VERSION] [CONFIG] [SOURCES] [SEED]
# A tree is prepared and not built. Each clangd that is there (clangd-14, clangd-19) is the one in PATH in turn, and checks sources, drawn
# from ten folders by lot: it must find no error in any. Sources that GCC refuses, too, as they lack what the build would generate, are told of
# and not counted. OUT names an output directory that is prepared already.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-6.12} config=${2:-defconfig} count=${3:-20} seed=${4:-1}
require_build_tools
require clangd-14:clangd-14
[ -n "${gokbuild:-}" ] || build_gokbuild
"$top/testdata/e2e/fetch-kernels.sh" "$version"
tree=$trees/linux-$version
scratch=$(mktemp -d "$cache/clangd-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
out=${OUT:-$scratch/out}
if [ -z "${OUT:-}" ]; then
	mkdir "$out"
	"$gokbuild" -C "$tree" O="$out" "$config" >/dev/null
	"$gokbuild" -C "$tree" O="$out" -j2 prepare >/dev/null
fi
draw() {
	python3 - "$out/compile_commands.json" "$tree/" "$count" "$seed" <<'END'
import json, random, sys
entries, tree, count, lot = json.load(open(sys.argv[1])), sys.argv[2], int(sys.argv[3]), random.Random(int(sys.argv[4]))
folders = {}
for e in entries:
    if e["file"].startswith(tree) and e["file"].endswith(".c"):
        folders.setdefault(e["file"][len(tree):].split("/")[0], set()).add(e["file"])
names = lot.sample(sorted(folders), min(10, len(folders)))
lists = {n: lot.sample(sorted(folders[n]), len(folders[n])) for n in names}
drawn = []
while len(drawn) < count and any(lists.values()):
    drawn += [lists[n].pop() for n in names if lists[n]]
print("\n".join(drawn[:count]))
END
}
# compiles FILE: GCC accepts it, by the words of the data base.
compiles() {
	python3 - "$out/compile_commands.json" "$1" <<'END'
import json, subprocess, sys
entry = next(e for e in json.load(open(sys.argv[1])) if e["file"] == sys.argv[2])
words = [a for a in entry["arguments"] if not a.startswith("-Wp,-M")]
sys.exit(subprocess.run(words + ["-fsyntax-only"], cwd=entry["directory"], capture_output=True).returncode)
END
}
bad=0 checked=0
for clangd in clangd-14 clangd-19; do
	path=$(command -v "$clangd") || { echo "$clangd is not there"; continue; }
	mkdir "$scratch/$clangd" && ln -s "$path" "$scratch/$clangd/clangd"
	PATH=$scratch/$clangd:$PATH "$gokbuild" -C "$tree" O="$out" --compdb=clang
	for file in $(draw); do
		checked=$((checked + 1))
		# One line of it is asked about: errors are found in all.
		if ! "$clangd" --check="$file" --check-lines=1-1 --compile-commands-dir="$out" >"$scratch/log" 2>&1; then
			if compiles "$file"; then bad=$((bad + 1)); else echo "not counted, as GCC refuses it:"; fi
			echo "$clangd $file"
			grep '^E' "$scratch/log" | head -5 || tail -3 "$scratch/log"
		fi
	done
done
echo "$checked checked, $bad with errors"
[ "$bad" = 0 ]
