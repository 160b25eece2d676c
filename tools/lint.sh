#!/usr/bin/env bash
# Form and linters. The set is kept whole: nothing is switched off per line
# without a reason beside it.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

need_go
say "gofmt"
unformatted=$(git ls-files -z '*.go' | xargs -0 gofmt -l)
[ -z "$unformatted" ] || die "Not formatted (make fmt mends it):
$unformatted"

say "go vet"
go vet ./...

say "staticcheck"
go tool staticcheck ./...

say "floors and rules of the house"
go test .

fault=$(node_fault)
if [ -n "$fault" ]; then
  skip "the dashboard's linters" "$fault"
else
  say "dashboard: biome, types, floors"
  npm_ci web
  cd web
  npm run --silent lint
  npm run --silent types
  npm run --silent floors
fi
