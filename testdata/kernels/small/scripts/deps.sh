#!/bin/sh
# Prints what a depfile says as makefile lines: deps.sh DEPFILE TARGET SOURCE. In place of the header with all symbols come the
# markers of those that are mentioned.
deps=$(sed -e 's/^[^:]*://' -e 's/\\$//' "$1" | tr -s ' ' '\n' | grep -v -e '^$' -e '/autoconf\.h$' -e "^$3\$" -e '^/usr/')
printf '\nsource_%s := %s\n\ndeps_%s := \\\n' "$2" "$3" "$2"
for d in $deps; do printf '  %s \\\n' "$d"; done
for s in $(cat "$3" $deps | grep -o 'CONFIG_[A-Z0-9_]*' | sort -u); do printf '  $(wildcard include/config/%s) \\\n' "${s#CONFIG_}"; done
printf '\n%s: $(deps_%s)\n$(deps_%s):\n' "$2" "$2" "$2"
