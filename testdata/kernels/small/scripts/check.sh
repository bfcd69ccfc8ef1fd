#!/bin/sh
# Warns of headers without a guard, as a check that every build makes.
for h in "$1"/*.h; do grep -q '^#ifndef' "$h" || echo "warning: $(basename "$h") has no guard" >&2; done
exit 0
