#!/usr/bin/env bash
# What bin/projectr is made of, as CycloneDX documents in bin/sbom: the Go modules that
# are linked into it, read from the binary itself, and the packages of the dashboard.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

need_go
fault=$(node_fault)
[ -z "$fault" ] || die "$fault: make sbom needs it."
tools/build.sh
mkdir -p bin/sbom
GOFLAGS=-mod=mod go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0 bin -json -output bin/sbom/projectr.cdx.json bin/projectr
# npm wants a version of what it describes, and the dashboard has none of its own.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp web/package.json web/package-lock.json "$work"
(cd "$work" && npm pkg set version=0.0.0 && npm sbom --sbom-format cyclonedx --package-lock-only --omit dev) >bin/sbom/dashboard.cdx.json
count() { node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).components.length' "$1"; }
say "bin/sbom: $(count bin/sbom/projectr.cdx.json) Go modules, $(count bin/sbom/dashboard.cdx.json) packages of the dashboard"
