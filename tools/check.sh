#!/usr/bin/env bash
# Everything a change must pass: form, linters, tests with the race detector,
# the dashboard, what is generated, the API by its description, and the browser. Arguments go to tally.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

need_go
fault=$(node_fault)
[ -z "$fault" ] || die "$fault: make check needs it."

# What is fetched for later steps comes while the first ones run.
(
  [ -n "$(python_fault)" ] || { want_moto && python_env schemathesis tools/schemathesis/requirements.txt; }
  want_stripe_mock
) &
installed=$!

tools/lint.sh

say "modules: go.mod says what is used"
go mod tidy -diff || die "go.mod and go.sum do not say what is used: run go mod tidy."

say "dashboard: units, build"
(cd web && npm test --silent -- --silent=passed-only)
web_build

say "generated files are those the sources make"
before=$(git status --porcelain)
tools/generate.sh
after=$(git status --porcelain)
[ "$before" = "$after" ] || die "make generate changed these files; commit them with what they are made from:
$after"

want_chromium
[ -n "$PROJECTR_CHROMIUM" ] || skip "tests in a browser" "$no_chromium"

wait "$installed"
want_moto
[ -n "$PROJECTR_MOTO" ] || skip "tests against AWS's stand-in" "$(python_fault)"
want_stripe_mock
[ -n "$PROJECTR_STRIPE_MOCK" ] || skip "the shape of what Stripe is asked" "$no_stripe_mock"

say "go test -race"
# The checks of pointers that -race brings along look at every access of SQLite as
# Go, at a third of the time of the tests; races are looked for in it as elsewhere.
# Tests that reckon for minutes by themselves and share nothing, and those of several
# processes, come after, without it. Packages that take longest are first, so that none
# is left over at the end with a core to itself.
alone='^(TestAKilledProcessLosesNoCall|TestALyingModel|TestAddresses|TestBudget|TestCorpora|TestEveryHistoryEndsAlike|TestHostileFiles|TestIntentModel|TestMutants|TestNoBudgetIsExceededByTwoProcesses|TestNoOwnBudgetIsExceededByTwoProcesses|TestTrainingIsRepeatable|TestTwoOrganisations|TestUnseenMails)$'
CGO_ENABLED=1 go run ./tools/tally "$@" -- -race "-gcflags=modernc.org/...=-d=checkptr=0" -timeout 20m -skip "$alone" ./store/sqlite ./api ./e2e ./ingest ./extract ./...

# What asks the API by its description waits for a server most of the time.
asked=$(mktemp)
tools/schemathesis.sh >"$asked" 2>&1 &
asking=$!
trap 'rm -f "$asked"; kill "$asking" 2>/dev/null || true' EXIT

say "go test, what shares nothing"
go run ./tools/tally "$@" -- -run "$alone" ./extract ./api ./billing ./file ./message ./postal ./store/sqlite

wait "$asking" || { cat "$asked"; die "The API is not as it describes itself."; }
cat "$asked"

[ -z "$PROJECTR_CHROMIUM" ] || tools/browser.sh

say "all checks passed in $(took 0)"
for s in ${skipped[@]+"${skipped[@]}"}; do printf 'SKIPPED  %s\n' "$s"; done
