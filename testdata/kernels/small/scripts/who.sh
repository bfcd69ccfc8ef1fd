#!/bin/sh
echo "${KBUILD_BUILD_USER:-$(whoami)}@${KBUILD_BUILD_HOST:-$(uname -n)}"
