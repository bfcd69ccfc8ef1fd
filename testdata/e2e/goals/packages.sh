# Packages. What gets a date of the moment is opened and compared without it: the check unpacks them.
require dpkg-deb:dpkg dpkg-buildpackage:dpkg-dev fakeroot:fakeroot rsync:rsync kmod:kmod lz4:lz4 dh_listpackages:debhelper unshare:util-linux
state=modules

# A package written anew would differ by the time of the build, which its changelog holds too.
ignore_packages='out: .*(\.deb$|\.tar|\.buildinfo$|\.changes$|debian/|tar-install/)|vmlinux-gdb|side: .*(md5sums|changelog.Debian.gz)'
unpack_tar='mkdir $side/t && tar -C $side/t -xf $out/linux-*.tar*; ls $out | grep tar'
ignore='out: .*\.tar|out: .*tar-install' check 'dir-pkg' '$T -C $src O=$out dir-pkg'
ignore='out: .*\.tar|out: .*tar-install' check 'tar-pkg' '$T -C $src O=$out tar-pkg; '"$unpack_tar"
ignore='out: .*\.tar|out: .*tar-install' check 'targz-pkg' '$T -C $src O=$out targz-pkg; '"$unpack_tar"
ignore='out: .*\.tar|out: .*tar-install' check 'tarxz-pkg' '$T -C $src O=$out tarxz-pkg; '"$unpack_tar"

# The packages land next to the output folder; they are opened into side, and the image and the headers installed and removed in
# an overlay of the system, which only root can.
deb='export SOURCE_DATE_EPOCH=1767225600; $T -C $src O=$out KDEB_PKGVERSION=1-1 KDEB_SOURCENAME=linux-goals DPKG_FLAGS=-d bindeb-pkg; s=$?
	for d in $work/*.deb; do n=${d##*/}; mkdir $side/${n%%_*}; dpkg-deb -R $d $side/${n%%_*}; done; rm -f $work/linux-libc-dev*.deb
	[ $(id -u) != 0 ] || $checks/install-deb.sh $work/linux-*.deb; rm -f $work/linux-*.*; exit $s'
ignore=$ignore_packages words=sorted check 'bindeb-pkg, installed' "work=\${out%/*}; $deb"
if [[ 'bindeb-pkg, installed' =~ $only ]] && [ "$(id -u)" = 0 ] && ! grep -q '^ii *linux-image' "$log/gokbuild.raw"; then
	failed=$((failed + 1)) failures+=("$area: the packages cannot be installed")
fi
