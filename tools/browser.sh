#!/usr/bin/env bash
# Drives the real binary through a real browser: e2e/web.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

find_chromium
[ -n "$PROJECTR_CHROMIUM" ] || { skip "tests in a browser" "$no_chromium"; exit 0; }
say "dashboard: in a browser ($("$PROJECTR_CHROMIUM" --version 2>/dev/null | tail -n 1))"
tools/build.sh
export PROJECTR_BINARY=$PWD/bin/projectr
npm_ci e2e/web
# The walls around mail keep a processor busy, the pages mostly wait: each has an
# installation of its own, so they run side by side.
walls=$(mktemp)
trap 'rm -f "$walls"' EXIT
(cd e2e/web && npm test --silent -- --project=walls --output=test-results/walls) >"$walls" 2>&1 &
behind=$!
failed=
(cd e2e/web && npm test --silent -- --project=pages --output=test-results/pages) || failed=1
wait "$behind" || failed=1
cat "$walls"
[ -z "$failed" ] || die "A test in the browser failed."
