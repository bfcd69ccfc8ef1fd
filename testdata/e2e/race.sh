#!/usr/bin/env bash
# Golden cases with a gokbuild that has the race detector built in, and with -j4 --explain -k added to every command line.
# That changes what is printed: only the reports of the detector count here.
# The case of little address space is left out: the detector itself needs more.
# race.sh CHAPTER… plays other chapters than those in which jobs run. WORDS="" plays the cases as they are.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top"
chapters=${*:-recipes recursion running}
run="TestCases/(${chapters// /|})/"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export GORACE="atexit_sleep_ms=0 log_path=$dir/race"
go build -race -o "$dir/gokbuild" ./cmd/gokbuild

# The cases have an environment of their own, without GORACE.
cat >"$dir/make" <<END
#!/bin/bash
export GORACE="$GORACE"
exec -a make "$dir/gokbuild" "\$@" ${WORDS--j4 --explain -k}
END
chmod +x "$dir/make"
printf 'all: ; @echo it runs\n' | "$dir/make" -f - | grep -x 'it runs'

# Once each case, not as each version of make: without GOKBUILD_CI.
status=0
env -u GOKBUILD_CI GOKBUILD_BINARY="$dir/make" go test ./kbuild/internal/golden -v -count=1 -timeout=30m -against=own -run "$run" \
	-skip 'TestCases/running/little_address_space' >"$dir/log" 2>&1 || true
ran=$(grep -c -E '^ *--- (PASS|FAIL): .*/.*/' "$dir/log" || true)
echo "$ran cases"
[ "$ran" != 0 ] && ! grep -q '^panic: ' "$dir/log" || { tail -n 20 "$dir/log"; status=1; }
for report in "$dir"/race.*; do
	[ -e "$report" ] || continue
	status=1
	cat "$report"
done
exit $status
