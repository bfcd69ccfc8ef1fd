#!/usr/bin/env bash
# Makes the packages of gokbuild, for amd64 and arm64, and tries them: the .deb is installed, run and removed in a bare Debian
# system; the .rpm must hold the same files. package.sh [-make] (only make them). They are left in $GOKBUILD_CACHE/packages.
# GOKBUILD_BARE=FOLDER names a bare system that is there already; else debootstrap makes one, which needs root.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$top/testdata/e2e/go.sh"
require make:make readelf:binutils

nfpm=github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.0
out=$cache/packages
cd "$top"
version=$(sed -n 's/^## \([0-9][0-9.]*\).*/\1/p' docs/CHANGELOG.md | head -1)
[ -n "$version" ] || { echo "no version in docs/CHANGELOG.md" >&2; exit 1; }
rm -rf "$out" && mkdir -p "$out"

# Binaries: static, one for each machine.
for arch in amd64 arm64; do
	root=$out/root-$arch
	make -s install GOARCH=$arch DESTDIR="$root" PREFIX=/usr BINARY="$out/gokbuild-$arch"
	if readelf -l "$root/usr/bin/gokbuild" | grep -q INTERP; then
		echo "gokbuild for $arch is not static" >&2
		exit 1
	fi
	sed "s#\${ARCH}#$arch#; s#\${VERSION}#$version#; s#\${ROOT}#$root#" testdata/e2e/nfpm.yaml >"$out/nfpm-$arch.yaml"
	for kind in deb rpm; do
		go run "$nfpm" package -f "$out/nfpm-$arch.yaml" -p $kind -t "$out/gokbuild-$arch.$kind" >/dev/null
	done
done
ls -l "$out"/gokbuild-*.*
[ "${1:-}" != -make ] || exit 0

# The .rpm holds what the .deb holds, but that zsh looks elsewhere. rpm2cpio ends with 1, for nfpm counts the size of the payload in
# another way; what came out is compared.
require rpm2cpio:rpm2cpio cpio:cpio dpkg-deb:dpkg debootstrap:debootstrap
for arch in amd64 arm64; do
	deb=$out/tree-deb rpm=$out/tree-rpm
	mkdir "$deb" "$rpm"
	dpkg-deb -x "$out/gokbuild-$arch.deb" "$deb"
	(cd "$rpm" && { rpm2cpio "$out/gokbuild-$arch.rpm" || true; } | cpio -id --quiet --no-absolute-filenames 2>/dev/null)
	mv "$deb/usr/share/zsh/vendor-completions" "$deb/usr/share/zsh/site-functions"
	diff -r --no-dereference "$deb" "$rpm"
	rm -rf "$deb" "$rpm"
done

# In a bare system: install, run, remove.
bare=${GOKBUILD_BARE:-}
if [ -z "$bare" ]; then
	bare=$out/bare
	debootstrap --variant=minbase bookworm "$bare" >"$out/debootstrap.log"
fi
in_bare() { chroot "$bare" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }
[ -z "$(in_bare sh -c 'command -v gokbuild')" ] || { echo "gokbuild is in $bare already" >&2; exit 1; }
cp "$out/gokbuild-$(dpkg --print-architecture).deb" "$bare/gokbuild.deb"
in_bare dpkg -i /gokbuild.deb
in_bare gokbuild --version
in_bare sh -ec 'mkdir -p /try && cd /try && printf "all: ; @echo made\n" >Makefile && test "$(gokbuild)" = made
	test "$(gokbuild --completion=bash)" = "$(cat /usr/share/bash-completion/completions/gokbuild)"
	test "$(readlink /usr/bin/mconf)" = gokbuild'
files=$(in_bare dpkg -L gokbuild)
in_bare dpkg -r gokbuild
for f in $files; do
	[ -d "$bare$f" ] || [ ! -e "$bare$f" -a ! -L "$bare$f" ] || { echo "$f was left behind" >&2; exit 1; }
done
rm -rf "$bare/try" "$bare/gokbuild.deb"
[ -n "${GOKBUILD_BARE:-}" ] || rm -rf "$bare"
echo "packages: $version, installed, run and removed"
