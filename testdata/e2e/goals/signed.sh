# Modules signed with a key that is kept: signatures are equal then.
require openssl:openssl depmod:kmod

state=signed
check 'nothing to do' '$T -C $src O=$out'
check 'modules_install' '$T -C $src O=$out INSTALL_MOD_PATH=$side/root modules_install'
check 'modules_install, stripped' '$T -C $src O=$out INSTALL_MOD_PATH=$side/root INSTALL_MOD_STRIP=1 modules_install'
check 'modules_install, compressed' '$src/scripts/config --file $out/.config -d MODULE_COMPRESS_NONE -e MODULE_COMPRESS -e MODULE_COMPRESS_ALL -e MODULE_COMPRESS_XZ
	$T -s -C $src O=$out olddefconfig; $T -C $src O=$out INSTALL_MOD_PATH=$side/root modules_install'
# The new key is another one each time.
ignore='side: .*k\.pem' check 'another key' 'openssl req -new -nodes -utf8 -sha256 -days 1 -batch -x509 -outform PEM -out $side/k.pem -keyout $side/k.pem 2>/dev/null; $T -n -C $src O=$out CONFIG_MODULE_SIG_KEY=$side/k.pem certs/'
check 'an external module' 'cp -r $data/extmod $side/one; $T -C $src O=$out M=$side/one; $T -C $src O=$out M=$side/one INSTALL_MOD_PATH=$side/root modules_install'
