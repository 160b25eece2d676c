#!/usr/bin/env bash
# Makes what is generated and committed, each from its source:
#   docs/config.md             from the tags of app.Config
#   api/testdata/openapi.json  from the table of routes and the Go types
#   web/src/api/gen.ts         from that document
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

need_go
page=$(mktemp)
trap 'rm -f "$page"' EXIT
go run ./tools/configdoc >"$page"
cat "$page" >docs/config.md
go test -run '^TestOpenAPI$' ./api -update >/dev/null

fault=$(node_fault)
if [ -n "$fault" ]; then
  skip "the dashboard's types" "$fault"
else
  npm_ci web/tools/gen
  npm_ci web
  (cd web/tools/gen && npm run --silent gen >/dev/null)
  (cd web && npx --no-install biome format --write src/api/gen.ts >/dev/null)
fi
