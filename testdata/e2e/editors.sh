#!/bin/bash
# editors.sh [VERSION]: editors without a screen ask the language server about a tree: Neovim, Emacs with eglot, Vim with ALE.
# What is known of the tree afterwards is compared with what was known before: nothing may have been made in it.
#
#     testdata/e2e/editors.sh 6.1
set -e
cd "$(dirname "$0")"
. ./lib.sh
require nvim:neovim emacs:emacs-nox vim:vim tmux:tmux
[ -d /usr/share/emacs/site-lisp/elpa/ ] && ls /usr/share/emacs/site-lisp/elpa | grep -q eglot || install_packages elpa-eglot
[ -d /usr/share/vim-ale ] || [ -d /usr/share/vim/vimfiles/pack ] || install_packages vim-ale
build_gokbuild
version=${1:-6.1}
export TREE=$trees/linux-$version GOKBUILD=$gokbuild
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OUT=$work/out RESULT=$work/ale
mkdir "$OUT"
echo "linux $version: a configuration and what is prepared for it, a minute or more"
"$gokbuild" -C "$TREE" O="$OUT" tinyconfig prepare >"$work/log" 2>&1 || { tail "$work/log"; exit 1; }
printf 'CONFIG_E1000=y\nCONFIG_NOBODY_HAS_THIS=y\n' >"$OUT/bad.config"

# What is asked about: a line of a makefile, the place of its symbol, a symbol that all four kinds of files name.
export MAKEFILE=drivers/net/ethernet/intel/Makefile
line() { grep -n "$1" "$TREE/$2" | head -n 1 | cut -d: -f1; }
LINE=$(line 'obj-$(CONFIG_E1000)' $MAKEFILE)
DEFINED=$(line '^config E1000$' drivers/net/ethernet/intel/Kconfig)
SMP=$(line '^#ifndef CONFIG_SMP\|^#ifdef CONFIG_SMP' init/main.c)
export LINE DEFINED SMP

find "$OUT" -type f | sort >"$work/before"
timeout 60 nvim --headless --clean -n -c 'luafile editors/nvim.lua'
echo "neovim: complaints, hover, definition, references"

paths=()
for d in /usr/share/emacs/site-lisp/elpa/*/; do paths+=(-L "$d"); done
timeout 60 emacs -Q --batch "${paths[@]}" -l editors/emacs.el 2>"$work/emacs" || { cat "$work/emacs"; exit 1; }
echo "emacs, eglot: complaints, hover, definition, references"

session=gokbuild-editors-$$
tmux -L "$session" new-session -d -x 100 -y 30 "vim -Nu editors/ale.vim"
for _ in $(seq 600); do
	[ ! -e "$RESULT" ] || break
	sleep 0.1
done
tmux -L "$session" kill-server 2>/dev/null || :
ale() { grep -q "$1" "$RESULT" || { echo "vim: no $2" >&2; cat "$RESULT" >&2; exit 1; }; }
ale '^complaint 1: .*CONFIG_E1000=y becomes n: needs' complaint
ale '^hover .*CONFIG_E1000' hover
ale "^definition $TREE/drivers/net/ethernet/intel/Kconfig:$DEFINED\$" definition
for file in 'Kconfig[^/]*' 'Makefile[^/]*' '[a-z0-9_]*defconfig' '[^/]*\.c'; do
	ale "^reference $TREE/.*/$file:" "reference in $file"
done
echo "vim, ALE: complaints, hover, definition, references"

find "$OUT" -type f | sort | diff "$work/before" - || { echo "files were made" >&2; exit 1; }
