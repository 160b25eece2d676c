#!/usr/bin/env bash
# Prints how well mails are read, on the labelled corpora beside the repository.
# The tests hold the same figures as floors.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

need_go
[ -d ../shared/corpora ] || die "There are no corpora in ../shared/corpora; they are not part of this repository."
go test -count=1 -v -run '^(TestCorpora|TestConstructionGold|TestEnronGold)$' ./message ./match ./extract ./sender |
  grep -vE '^ *(=== |--- )|^(PASS|ok  )' | sed 's/^ *[a-z_]*_test\.go:[0-9]*: //'
