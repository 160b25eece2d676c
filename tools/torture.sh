#!/usr/bin/env bash
# Isolation in full: PROJECTR_FUZZ_CALLS (100,000 unless set) generated calls against
# two organisations, every filter by organisation taken out of the SQL in turn, and
# each question about who has an account PROJECTR_ENUMERATION_TRIES (2,000) times of
# either kind. Then what money depends on: PROJECTR_STRIPE_HISTORIES (5,000) histories of
# subscriptions, and PROJECTR_LEDGER_ROUNDS (10,000) rounds of two processes at the AI
# budget of a plan, and as many at an operator's own. Prints figures, and the filters nobody missed.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

need_go
export PROJECTR_FUZZ_CALLS=${PROJECTR_FUZZ_CALLS:-100000}
export PROJECTR_ENUMERATION_TRIES=${PROJECTR_ENUMERATION_TRIES:-2000}
log=$(mktemp)
times=$(mktemp)
trap 'rm -f "$log" "$times"' EXIT
failed=
go test ./api -run '^(TestTwoOrganisations|TestMutants)$' -count 1 -v -timeout 6h "$@" >"$log" 2>&1 || failed="Isolation does not hold, or its tests are blind to some filter."
[ -z "$failed" ] || grep -v '^ *\(=== \|--- PASS\)' "$log"
go test -p 1 ./account ./api -run '^TestNobodyLearnsWhoHasAnAccount$' -count 1 -v -timeout 2h "$@" >"$times" 2>&1 || {
  failed="$failed Somebody learns who has an account."
  cat "$times"
}
sed -n '/survivors:/,/^--- /{/^--- /d;p;}' "$log"
say "$(grep -oE '(two organisations|mutants): .*' "$log" | paste -sd ';' - | sed 's/;/; /g')"
export PROJECTR_STRIPE_HISTORIES=${PROJECTR_STRIPE_HISTORIES:-5000}
lives=$(go test ./billing -run '^TestEveryHistoryEndsAlike$' -count 1 -v -timeout 2h "$@" 2>&1) || {
  failed="$failed What is kept of a subscription depends on which events came."
  echo "$lives"
}
say "subscriptions: $(echo "$lives" | grep -oE '[0-9]+ histories, .*')"
export PROJECTR_LEDGER_ROUNDS=${PROJECTR_LEDGER_ROUNDS:-10000}
race=$(go test ./store/sqlite -run '^(TestNoBudgetIsExceededByTwoProcesses|TestNoOwnBudgetIsExceededByTwoProcesses|TestAKilledProcessLosesNoCall)$' -count 1 -v -timeout 2h "$@" 2>&1) || {
  failed="$failed A budget is exceeded, or a call is lost."
  echo "$race"
}
say "AI budgets, a plan's and the operator's own: $(echo "$race" | grep -oE 'two processes: .*' | paste -sd ';' - | sed 's/;/; /g')"
# Each question has a line with the p of its runs, of which the largest counts.
largest() { sed -n 's/.* tries, p = \[\(.*\)\]/\1/p' "$times" | awk '{ m = 0; for (i = 1; i <= NF; i++) if ($i + 0 > m) m = $i + 0; printf "%s%.3f", (NR > 1 ? " " : ""), m }'; }
say "who has an account: $(grep -c 'tries, p = ' "$times") questions, up to $PROJECTR_ENUMERATION_TRIES times of either kind; the largest p of each: $(largest)"
[ -z "$failed" ] || die "$failed See above."
