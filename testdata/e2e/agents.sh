#!/bin/bash
# agents.sh [VERSION]: an agent's client, that of the protocol's SDK for TypeScript, asks about a kernel tree, sets symbols, and
# builds, through gokbuild --mcp. What the tree's conf makes of the same settings is compared.
#
#     testdata/e2e/agents.sh 6.1
set -e
cd "$(dirname "$0")"
. ./lib.sh
require node:nodejs npm:npm
require_build_tools
[ -n "${gokbuild:-}" ] || build_gokbuild
version=${1:-6.1}
export TREE=$trees/linux-$version GOKBUILD=$gokbuild
sdk=$cache/npm/mcp-sdk
if [ ! -e "$sdk/node_modules/@modelcontextprotocol/sdk" ]; then
	mkdir -p "$sdk"
	echo '{"private":true}' >"$sdk/package.json"
	(cd "$sdk" && npm install --no-audit --no-fund --silent @modelcontextprotocol/sdk@1.32.2)
fi
cp agents/client.mjs "$sdk"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OUT=$work/out WANT=$work/want
mkdir "$OUT"
"$gokbuild" -C "$TREE" O="$OUT" tinyconfig prepare >"$work/log" 2>&1 || { tail "$work/log"; exit 1; }

# The same settings, finished by the tree's own conf.
cp "$OUT/.config" "$WANT"
printf 'CONFIG_SMP=y\nCONFIG_PRINTK=y\nCONFIG_DEFAULT_HOSTNAME="agent"\n' >>"$WANT"
make -C "$TREE" O="$OUT" KCONFIG_CONFIG="$WANT" olddefconfig >"$work/log" 2>&1 || { tail "$work/log"; exit 1; }
node "$sdk/client.mjs"
pgrep -f "O=$OUT" && { echo "processes are left" >&2; exit 1; }
exit 0
