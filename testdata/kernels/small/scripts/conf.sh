#!/bin/sh
# The configuration: conf.sh GOAL [FRAGMENT]. Every "config X" gets its value from .config, the fragment or its default.
set -e
files=$(cd "$srctree" && find . -name 'Kconfig*' ! -name '*~' ! -name '*.orig' | sed 's|^\./||' | sort)
mkdir -p include/config include/generated
[ -e .config ] || : >.config
[ -z "$2" ] || cat "$2" >.config
for f in $files; do cat "$srctree/$f"; echo; done | awk '
	FNR == NR { if (match($0, /^CONFIG_[A-Z0-9_]+=/)) set[substr($0, 8, RLENGTH - 8)] = substr($0, RLENGTH + 1)
		else if ($1 == "#" && $3 == "is") set[substr($2, 8)] = "n"; next }
	function out() { if (name == "") return; v = (name in set) ? set[name] : dflt
		print (v == "n" || v == "") ? "# CONFIG_" name " is not set" : "CONFIG_" name "=" v; name = "" }
	$1 == "config" { out(); name = $2; dflt = "n" }
	$1 == "default" || $1 == "def_bool" { dflt = $2 }
	END { out() }' .config - >.config.new
cmp -s .config.new .config || cp .config.new .config
rm .config.new
[ "$1" = sync ] || exit 0
grep '^CONFIG_' .config >include/config/new.conf || :
[ -e include/config/auto.conf ] || : >include/config/auto.conf
for s in $(diff include/config/auto.conf include/config/new.conf | sed -n 's/^[<>] CONFIG_\([A-Z0-9_]*\)=.*/\1/p' | sort -u); do : >"include/config/$s"; done
sed -e 's/^\(CONFIG_[A-Z0-9_]*\)=y/#define \1 1/' -e 's/^\(CONFIG_[A-Z0-9_]*\)=m/#define \1_MODULE 1/' include/config/new.conf >include/generated/autoconf.h
{ echo 'deps_config := \'; for f in $files; do echo "	$srctree/$f \\"; done; printf '\ninclude/config/auto.conf: $(deps_config)\n$(deps_config): ;\n'; } >include/config/auto.conf.cmd
mv include/config/new.conf include/config/auto.conf
