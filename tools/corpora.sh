#!/usr/bin/env bash
# Measures how well mails are read, on the labelled corpora beside the repository,
# and writes the figures to the table of docs/quality.md. The tests hold the
# figures themselves: see tools/quality.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

need_go
[ -d ../shared/corpora ] || die "There are no corpora in ../shared/corpora; they are not part of this repository."
# One package after another: all of them write the same page.
PROJECTR_WRITE_QUALITY=1 go test -p 1 -count=1 -v ./message ./match ./postal ./extract ./sender |
  grep -E '^ +[a-z_]*_test\.go:[0-9]+: |^--- FAIL|^FAIL' | sed 's/^ *[a-z_]*_test\.go:[0-9]*: //'
