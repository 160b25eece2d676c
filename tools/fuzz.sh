#!/usr/bin/env bash
# Fuzzes every target for FUZZTIME (2m each unless set), as many at a time as
# there are cores (FUZZJOBS). FUZZ narrows the targets by a pattern on their name
# and folder. What a target finds is kept in its testdata/fuzz and printed.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

need_go
targets=$(git ls-files -co --exclude-standard '*_test.go' | xargs grep -HoE '^func Fuzz[A-Za-z0-9_]*' | sed -E 's#/[^/:]*:func # #' | grep -E "${FUZZ:-.}" || true)
[ -n "$targets" ] || die "No fuzz target was found."
export FUZZTIME=${FUZZTIME:-2m}
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
export logs

one() {
  local log="$logs/${1//\//_}.$2"
  if go test -run '^$' -fuzz "^$2\$" -fuzztime "$FUZZTIME" -fuzzminimizetime 5x -parallel 1 "./$1" >"$log" 2>&1; then
    printf '%-28s %-28s %s\n' "$1" "$2" "$(grep -oE 'execs: [0-9]+' "$log" | tail -n 1)"
  else
    cat "$log"
    printf '%-28s %-28s FAILED\n' "$1" "$2"
    return 1
  fi
}
export -f one

jobs=${FUZZJOBS:-$(getconf _NPROCESSORS_ONLN)}
say "$(wc -l <<<"$targets") targets for $FUZZTIME each, $jobs at a time"
xargs -P "$jobs" -L 1 bash -c 'one "$1" "$2"' _ <<<"$targets" || die "A target failed: what it found is in its testdata/fuzz. Mend it, and commit the input."
say "no target failed in $(took 0)"
