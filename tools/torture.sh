#!/usr/bin/env bash
# Isolation in full: PROJECTR_FUZZ_CALLS (100,000 unless set) generated calls against
# two organisations, every filter by organisation taken out of the SQL in turn, and
# each question about who has an account PROJECTR_ENUMERATION_TRIES (2,000) times of
# either kind. Prints figures, and the filters nobody missed.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

need_go
export PROJECTR_FUZZ_CALLS=${PROJECTR_FUZZ_CALLS:-100000}
export PROJECTR_ENUMERATION_TRIES=${PROJECTR_ENUMERATION_TRIES:-2000}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
go test ./api -run '^(TestTwoOrganisations|TestMutants)$' -count 1 -v -timeout 6h "$@" >"$log" 2>&1 || {
  cat "$log"
  die "Isolation does not hold, or its tests are blind to some filter: see above."
}
times=$(mktemp)
trap 'rm -f "$log" "$times"' EXIT
go test -p 1 ./account ./api -run '^TestNobodyLearnsWhoHasAnAccount$' -count 1 -v -timeout 2h "$@" >"$times" 2>&1 || {
  cat "$times"
  die "Somebody learns who has an account: see above."
}
sed -n '/survivors:/,/^--- /{/^--- /d;p;}' "$log"
say "$(grep -oE '(two organisations|mutants): .*' "$log" | paste -sd ';' - | sed 's/;/; /g')"
say "who has an account: nobody learns it by any of $(grep -c 'tries, p = ' "$times") questions, up to $PROJECTR_ENUMERATION_TRIES times of either kind; the largest p of each: $(sed -n 's/.* tries, p = \[\(.*\)\]/\1/p' "$times" | awk '{ m = 0; for (i = 1; i <= NF; i++) if ($i + 0 > m) m = $i + 0; printf "%s%.3f", (NR > 1 ? " " : ""), m }')"
