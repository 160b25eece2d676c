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
(cd e2e/web && npm test --silent)
