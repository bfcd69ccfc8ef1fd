# The states that several areas begin with.

# Nothing was done yet.
state_empty() { from nothing; }

# The smallest configuration there is; nothing built.
state_config() {
	from nothing
	by_make '$T -C $src O=$out tinyconfig'
}

# The same, built.
state_tiny() {
	from config
	by_make '$T -C $src O=$out -j2'
}

# A small 64-bit configuration with modules whose symbols have versions, configured.
state_modconfig() {
	from nothing
	by_make 'KCONFIG_ALLCONFIG=$data/modules.config $T -C $src O=$out allnoconfig'
}

# The same, built.
state_modules() {
	from modconfig
	by_make '$T -C $src O=$out -j2'
}
