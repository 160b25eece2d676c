#!/usr/bin/env bash
# Runs every test that can run here, and says at the end what could not.
# With PROJECTR_REQUIRE_ALL=1 a skip is a failure. Arguments go to go test.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

need_go
fault=$(node_fault)
[ -z "$fault" ] || skip "tests of the dashboard" "$fault"
tools/build.sh
export PROJECTR_BINARY=$PWD/bin/projectr

want_chromium
[ -n "$PROJECTR_CHROMIUM" ] || skip "tests in a browser" "$no_chromium"

want_moto
[ -n "$PROJECTR_MOTO" ] || skip "tests against AWS's stand-in" "$(python_fault)"
want_stripe_mock
[ -n "$PROJECTR_STRIPE_MOCK" ] || skip "the shape of what Stripe is asked" "$no_stripe_mock"

say "Go: units, suites and the whole binary"
go run ./tools/tally -- "$@" ./...
say "Go tests done after $(took 0)"

if [ -z "$fault" ]; then
  say "dashboard: units"
  (cd web && npm test --silent -- --silent=passed-only)
  if [ -n "$PROJECTR_CHROMIUM" ]; then
    tools/browser.sh
  fi
fi

say "all passed in $(took 0)"
for s in ${skipped[@]+"${skipped[@]}"}; do printf 'SKIPPED  %s\n' "$s"; done
