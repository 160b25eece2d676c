#!/usr/bin/env bash
# What .ci/run does: installs what is missing, runs every check with nothing
# skipped, asks for a clean tree afterwards, and ends with go test's closing lines.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

export PROJECTR_REQUIRE_ALL=1 CI=1
export GOFLAGS="${GOFLAGS:-} -count=1" # nothing is taken from the cache of results
missing=()
for tool in git gcc swaks strace pebble; do have "$tool" || missing+=("$tool"); done
# swaks speaks TLS only with this.
! have swaks || swaks --support 2>&1 | grep -q '=== TLS supported' || missing+=(swaks)
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3 python3-venv)
find_chromium
[ -n "$PROJECTR_CHROMIUM" ] || missing+=(chromium)
if [ ${#missing[@]} -gt 0 ]; then
  can_apt || die "These are missing and cannot be installed here: ${missing[*]}."
  apt_install libc6-dev libnet-ssleay-perl "${missing[@]}"
fi

# The labelled corpora are not part of the repository: where they are not beside
# it, the tests over them are the only ones that may be skipped.
allow=()
if [ ! -d ../shared/corpora ]; then
  say "no corpora in ../shared/corpora: tests over them are skipped and named below"
  allow=(-allow corpora)
fi

before=$(git status --porcelain)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
tools/check.sh ${allow[@]+"${allow[@]}"} -times 10 2>&1 | tee "$log"
after=$(git status --porcelain)
[ "$before" = "$after" ] || die "The checks left something behind:
$after"

say "make ci passed in $(took 0)"
sed -n '/==> go test -race/,$p' "$log" | grep -E '^(ok|\?) |^SKIPPED|packages: .* passed'
