# Shared by the scripts of this folder: where things are kept, and how missing tools get installed.
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export GOKBUILD_CACHE=${GOKBUILD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/gokbuild}
cache=$GOKBUILD_CACHE
trees=${GOKBUILD_TREES:-$cache/trees}
mkdir -p "$cache/bin" "$trees"

# require COMMAND:PACKAGE... installs the Debian packages of commands that are not there.
require() {
	local pair missing=()
	for pair in "$@"; do
		command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
	done
	install_packages "${missing[@]}"
}

# require_headers FILE:PACKAGE... does the same for files the compiler must find.
require_headers() {
	local pair missing=()
	for pair in "$@"; do
		echo "#include <${pair%%:*}>" | gcc -E - >/dev/null 2>&1 || missing+=("${pair#*:}")
	done
	install_packages "${missing[@]}"
}

install_packages() {
	[ $# -gt 0 ] || return 0
	echo "installing: $*"
	if [ "$(id -u)" != 0 ]; then
		echo "these packages are missing, and only root can install them: $*" >&2
		return 1
	fi
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# What a kernel build needs, whoever drives it.
require_build_tools() {
	require gcc:gcc make:make bison:bison flex:flex bc:bc perl:perl python3:python3 cpio:cpio xz:xz-utils rsync:rsync
	require_headers stdio.h:libc6-dev elf.h:libc6-dev libelf.h:libelf-dev openssl/opensslv.h:libssl-dev
}

# build_gokbuild puts a fresh binary into the cache and sets gokbuild to its path.
build_gokbuild() {
	. "$top/testdata/e2e/go.sh"
	(cd "$top" && CGO_ENABLED=0 go build -buildvcs=auto -o "$cache/bin/gokbuild" ./cmd/gokbuild)
	gokbuild=$cache/bin/gokbuild
}

# prepare_worlds VERSION|small makes ready what edits.sh, crashes.sh and bench-null.sh need, and sets e2e to the harness, tree and
# fragment to what is built.
prepare_worlds() {
	require_build_tools
	if [ "$1" = small ]; then
		tree=$top/testdata/kernels/small fragment=$top/testdata/kernels/small.config
	else
		require ccache:ccache
		export CCACHE_DIR=${CCACHE_DIR:-$cache/ccache}
		"$top/testdata/e2e/fetch-kernels.sh" "$1"
		tree=$trees/linux-$1 fragment=$top/testdata/kernels/edits.config
	fi
	[ -n "${gokbuild:-}" ] || build_gokbuild
	. "$top/testdata/e2e/go.sh"
	(cd "$top" && go build -o "$cache/bin/e2e" ./kbuild/internal/e2e)
	e2e=$cache/bin/e2e
}
