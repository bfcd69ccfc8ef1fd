#!/usr/bin/env bash
# Times make and gokbuild in turn where nothing or little has changed: bench-null.sh [6.1] [rounds] [CONFIG…]
# A CONFIG is a goal such as tinyconfig (the default) or defconfig, or "modules": at least 3,000 modules, made by a
# compiler stand-in that copies one object, whose source FAKECC names. Needs root, for mounts that nobody else sees.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=${1:-6.1} rounds=${2:-5}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- tinyconfig
prepare_worlds "$version"
bin=$cache/bin
mkdir -p "$bin"

for config in "$@"; do
	options=(-src "$trees/linux-$version" -new "$gokbuild" -rounds "$rounds" -compiler "$(command -v gcc)")
	if [ "$config" = modules ]; then
		: "${FAKECC:?the source of a compiler stand-in}"
		# Not the gcc of PATH, which is the stand-in again; and gcc finds its parts by the name it is called by.
		sed "s|execvp(\"gcc\"|execv(\"$(command -v gcc)\"|; s|argv\[0\] = \"gcc\"|argv[0] = \"$(command -v gcc)\"|" "$FAKECC" | gcc -O2 -w -x c -o "$bin/fakecc" -
		# What any module must have, and nothing two of them would quarrel about.
		echo 'static const char license[] __attribute__((section(".modinfo"), used)) = "license=GPL";' |
			gcc -O2 -c -x c -fno-pie -fno-asynchronous-unwind-tables -o "$bin/stub.o" -
		find "$trees/linux-$version/include/linux" -name '*.h' | sort | sed -n 1,300p >"$bin/stub.deps"
		export FAKECC_STUB=$bin/stub.o FAKECC_DEPS=$bin/stub.deps
		"$e2e" nullbench "${options[@]}" -compiler "$bin/fakecc" -config allmodconfig \
			-fragment "$top/testdata/kernels/modules.config" -goals modules \
			-variables KBUILD_MODPOST_WARN=1
	else
		"$e2e" nullbench "${options[@]}" -config "$config"
	fi
done
