# headers_install, headers_check, install.
state=empty

check 'headers_install' '$T -C $src O=$out INSTALL_HDR_PATH=$side/usr headers_install'
words=sorted check 'headers_install -j2' '$T -j2 -C $src O=$out INSTALL_HDR_PATH=$side/usr headers_install'
check 'headers_install into the output folder' '$T -C $src O=$out headers_install'
check 'headers, twice' '$T -s -C $src O=$out headers; $T -C $src O=$out headers'
check 'headers_check' '$T -C $src O=$out headers_check'
check 'headers_install of other architectures' 'for a in arm64 um; do $T -s -C $src O=$out ARCH=$a INSTALL_HDR_PATH=$side/$a headers_install; done'
check 'mrproper after headers_install' '$T -s -C $src O=$out headers_install; $T -C $src O=$out mrproper'
state=tiny
check 'install' '$T -C $src O=$out INSTALL_PATH=$side install'
check 'install, twice' 'for i in 1 2; do $T -C $src O=$out INSTALL_PATH=$side install; done'
check 'install with an installkernel' 'mkdir $side/bin; printf "#!/bin/sh\necho installkernel \"\$@\" >%s/called\n" $side >$side/bin/installkernel; chmod +x $side/bin/installkernel
	PATH=$side/bin:$PATH $T -C $src O=$out INSTALL_PATH=$side install; $T -C $src O=$out INSTALLKERNEL=$side/bin/installkernel INSTALL_PATH=$side install'
check 'install, to no folder' '$T -C $src O=$out INSTALL_PATH=/proc/none install'
check 'zinstall, dtbs_install, vdso_install' '$T -k -C $src O=$out INSTALL_PATH=$side INSTALL_MOD_PATH=$side zinstall vdso_install dtbs_install'
state=config check 'install, nothing built' '$T -C $src O=$out INSTALL_PATH=$side install'
