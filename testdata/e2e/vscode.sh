#!/bin/bash
# vscode.sh [VERSION]: the extension for VS Code (docs/vscode) is installed and packed as npm does it, its client is started without VS Code
# and asks gokbuild --lsp about a tree. That its problem matchers find what they should is tested by go test ./kbuild/diagnostic.
#
#     testdata/e2e/vscode.sh 6.1
set -e
cd "$(dirname "$0")"
. ./lib.sh
require node:nodejs npm:npm
[ -n "${gokbuild:-}" ] || build_gokbuild
version=${1:-6.1}
export TREE=$trees/linux-$version GOKBUILD=$gokbuild
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Packed as it stands, then installed from the package, with what it needs.
(cd "$top/docs/vscode" && npm pack --silent --pack-destination "$work") >/dev/null
mkdir "$work/installed"
echo '{"private":true}' >"$work/installed/package.json"
(cd "$work/installed" && npm install --no-audit --no-fund --silent --prefer-offline "$work"/gokbuild-*.tgz)
installed=$work/installed/node_modules/gokbuild
for f in extension.js kconfig.json package.json README.md; do
	cmp "$installed/$f" "$top/docs/vscode/$f"
done
cp -r vscode "$work/installed/node_modules/" # a stand-in for the module that VS Code gives its extensions
export OUT=$work/out
mkdir "$OUT"
"$gokbuild" -C "$TREE" O="$OUT" tinyconfig prepare >"$work/log" 2>&1 || { tail "$work/log"; exit 1; }
node "$work/installed/node_modules/vscode/ask.js" "$installed"

# As a package of VS Code, if its tool is there.
if [ -n "${VSCE:-}" ]; then
	cp -r "$top/docs/vscode" "$work/vsix"
	(cd "$work/vsix" && npm install --omit=dev --no-audit --no-fund --silent --prefer-offline && "$VSCE" package --allow-missing-repository --skip-license -o "$work/gokbuild.vsix")
	unzip -l "$work/gokbuild.vsix" >"$work/list"
	grep -q extension/extension.js "$work/list" && grep -q extension/node_modules/vscode-languageclient/node.js "$work/list"
fi
