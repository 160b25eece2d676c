#!/usr/bin/env bash
# Builds bin/projectr with the dashboard inside. The dashboard and the libraries
# of the server are built side by side: both take a while the first time.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

need_go
fault=$(node_fault)
say "asking Go what the server is made of (fetches its libraries the first time)"
libraries=$(go list -deps ./cmd/projectr | grep '^[^/]*\.')
if [ -n "$fault" ]; then
  say "compiling the server (about a minute the first time)"
  skip "the dashboard" "$fault. The server shows a plain page in its place; mail, facts and API work."
else
  say "building the dashboard and compiling the server (two minutes the first time, seconds later)"
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  web_build >"$log" 2>&1 &
  web=$!
  # shellcheck disable=SC2086 # one word a package
  go build $libraries
  wait "$web" || {
    cat "$log"
    die "The dashboard could not be built; the lines above say why."
  }
fi
go build -o bin/projectr ./cmd/projectr
say "built bin/projectr in $(took 0)"
