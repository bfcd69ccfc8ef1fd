# More than 150 modules with versioned symbols and signatures.
need signed # its key signs, so that signatures agree
state=empty
{
	cat "$top/testdata/kernels/goals/"{modules,signed}.config
	# Everything these folders have that needs nothing else.
	printf 'CONFIG_CRYPTO=y\nCONFIG_CRYPTO_MANAGER=m\nCONFIG_INET=y\nCONFIG_NETFILTER=y\nCONFIG_NETFILTER_ADVANCED=y\nCONFIG_NETFILTER_XTABLES=m\nCONFIG_64BIT=y\nCONFIG_NET=y\n'
	printf 'CONFIG_NF_CONNTRACK=m\nCONFIG_IP_NF_IPTABLES=m\nCONFIG_IP_NF_FILTER=m\nCONFIG_NETFILTER_XT_SET=m\n'
	sed -n 's/^config \(NLS_[A-Z0-9_]*\)$/CONFIG_\1=m/p' "$src/fs/nls/Kconfig"
	sed -n 's/^config \(NETFILTER_XT_[A-Z0-9_]*\)$/CONFIG_\1=m/p' "$src/net/netfilter/Kconfig"
	sed -n 's/^config \(CRYPTO_[A-Z0-9_]*\)$/CONFIG_\1=m/p' "$src/crypto/Kconfig"
} >"$base/manymodules.config"
words=sorted check 'more than 150 modules, installed' "KCONFIG_ALLCONFIG=$base/manymodules.config \$T -s -C \$src O=\$out allnoconfig
	mkdir -p \$out/certs; for f in x509.genkey signing_key.pem .signing_key.pem.cmd; do cp $states/signed/out/certs/\$f \$out/certs/; done; \$T -j2 -C \$src O=\$out; \$T -C \$src O=\$out INSTALL_MOD_PATH=\$side/root modules_install
	n=\$(find \$out -name '*.ko' | wc -l); echo \"\$n modules\"; [ \$n -ge 150 ]"
