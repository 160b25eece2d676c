#!/usr/bin/env bash
# Isolation in full: PROJECTR_FUZZ_CALLS (100,000 unless set) generated calls against
# two organisations, and every filter by organisation taken out of the SQL in turn.
# Prints one line of figures, and the filters nobody missed.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

need_go
export PROJECTR_FUZZ_CALLS=${PROJECTR_FUZZ_CALLS:-100000}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
go test ./api -run '^(TestTwoOrganisations|TestMutants)$' -count 1 -v -timeout 6h "$@" >"$log" 2>&1 || {
  cat "$log"
  die "Isolation does not hold, or its tests are blind to some filter: see above."
}
sed -n '/survivors:/,/^--- /{/^--- /d;p;}' "$log"
say "$(grep -oE '(two organisations|mutants): .*' "$log" | paste -sd ';' - | sed 's/;/; /g')"
