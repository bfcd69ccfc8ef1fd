# The states that several areas begin with.

# Nothing was done yet.
state_empty() { from nothing; }

# The smallest configuration there is; nothing built.
state_config() {
	from nothing
	by_make '$T -C $src O=$out tinyconfig'
}

# The same, ready to compile: what every goal that builds makes first is there.
state_ready() {
	from config
	by_make '$T -C $src O=$out -j2 prepare scripts'
}

# The same, built.
state_tiny() {
	from config
	by_make '$T -C $src O=$out -j2'
}

# The same with modules whose symbols have versions, configured.
state_modconfig() {
	from nothing
	by_make 'cat $src/kernel/configs/tiny.config $data/modules.config >$side/config; KCONFIG_ALLCONFIG=$side/config $T -C $src O=$out allnoconfig; rm $side/config'
}

# Ready for modules, and some of it built: there is no vmlinux, and so no list of its symbols.
state_prepared() {
	from modconfig
	by_make '$T -C $src O=$out modules_prepare init/ lib/crc7.o lib/xz/'
}

# All of it built.
state_modules() {
	from prepared
	by_make '$T -C $src O=$out -j2'
}

# With a key of its own, which signs all modules.
state_signed() {
	from nothing
	by_make 'cat $src/kernel/configs/tiny.config $data/modules.config $data/signed.config >$side/config; KCONFIG_ALLCONFIG=$side/config $T -C $src O=$out allnoconfig; rm $side/config; $T -j2 -C $src O=$out'
}
