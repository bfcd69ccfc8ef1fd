#!/bin/sh
# install-deb.sh FILE.deb…: installs kernel packages in an overlay of the running system, shows what came of it, and removes
# them again. Nothing of it stays. Needs root.
set -e
if [ "$1" != inside ]; then
	exec unshare -m --propagation private "$0" inside "$@"
fi
shift
mount -t tmpfs overlay /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
mkdir /mnt/root/packages
cp "$@" /mnt/root/packages
names=$(for deb in "$@"; do dpkg-deb -f "$deb" Package; done | sort)
chroot /mnt/root sh -c 'dpkg -i --force-depends --force-architecture /packages/*.deb' | grep -v 'files and directories currently installed'
dpkg-query --admindir=/mnt/root/var/lib/dpkg -W -f '${db:Status-Abbrev} ${Package} ${Version}\n' $names
(cd /mnt/upper && find boot lib usr/lib/modules usr/src ! -type d ! -path '*/doc/*' 2>/dev/null | sort)
chroot /mnt/root dpkg -r --force-depends $names | grep -v 'files and directories currently installed'
echo "left: $(cd /mnt/upper && find boot usr/src ! -type d ! -type c 2>/dev/null | sort | tr '\n' ' ')"
