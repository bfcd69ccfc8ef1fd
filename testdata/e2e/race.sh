#!/usr/bin/env bash
# Golden cases with a gokbuild that has the race detector built in: as they are, and with -j4 --explain -k added to every
# command line. That changes what is printed: only the reports of the detector count here.
# The case of little address space is left out: the detector itself needs more.
# race.sh CHAPTER… plays other chapters than those in which jobs run.
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
cat >"$dir/plain" <<END
#!/bin/bash
export GORACE="$GORACE"
exec -a make "$dir/gokbuild" "\$@"
END
sed 's/"\$@"$/"$@" -j4 --explain -k/' "$dir/plain" >"$dir/jobs"
chmod +x "$dir/plain" "$dir/jobs"

status=0
for how in plain jobs; do
	ran=$(GOKBUILD_BINARY=$dir/$how go test ./kbuild/internal/golden -v -count=1 -against=own -run "$run" -skip 'TestCases/running/little_address_space' 2>&1 |
		grep -c '^ *--- .*/.*/' || true)
	echo "$ran cases ($how)"
	[ "$ran" != 0 ] || status=1
done
for report in "$dir"/race.*; do
	[ -e "$report" ] || continue
	status=1
	cat "$report"
done
exit $status
