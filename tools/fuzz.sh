#!/usr/bin/env bash
# Fuzzes every target for FUZZTIME (10s each unless set).
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

need_go
targets=$(git ls-files -co --exclude-standard '*_test.go' | xargs grep -HoE '^func Fuzz[A-Za-z0-9_]*' | sed 's/func //')
[ -n "$targets" ] || die "No fuzz target was found."
while IFS=: read -r file name; do
  say "$name in $(dirname "$file") for ${FUZZTIME:-10s}"
  go test -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZTIME:-10s}" -fuzzminimizetime 5x "./$(dirname "$file")"
done <<<"$targets"
