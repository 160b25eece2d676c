#!/usr/bin/env bash
# Holds the real binary to its own description of the API: schemathesis makes requests of
# every kind as an admin, as a viewer and with an API key of the demo, for
# PROJECTR_SCHEMATHESIS_SECONDS (30) side by side. No answer may be a fault of ours or
# otherwise than described. Arguments go to schemathesis. What it needs is installed,
# pinned, into bin/schemathesis.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

fault=$(python_fault)
[ -z "$fault" ] || {
  skip "the API by its description" "$fault"
  exit 0
}
need_go
tools/build.sh
dir=$PWD/bin/schemathesis
python_env schemathesis tools/schemathesis/requirements.txt

say "the API by its description"
mark=$SECONDS
work=$(mktemp -d)
# Mail and sign-up are on, so that what asks for a letter is tried; nobody takes them. What
# the checks are told by variables of their own is no setting of the server.
env -i PATH="$PATH" HOME="$HOME" TMPDIR="${TMPDIR:-/tmp}" \
  PROJECTR_HTTP_LISTEN=127.0.0.1:0 PROJECTR_SMTP_LISTEN=127.0.0.1:0 PROJECTR_SMTP_RELAY_URL=smtp://127.0.0.1:9 PROJECTR_SIGN_UP=open \
  bin/projectr --json demo >"$work/demo.json" 2>"$work/demo.log" &
demo=$!
trap 'kill $demo 2>/dev/null || true; wait $demo 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 600); do
  [ ! -s "$work/demo.json" ] || break
  kill -0 $demo 2>/dev/null || break
  sleep 0.2
done
[ -s "$work/demo.json" ] || {
  cat "$work/demo.log"
  die "The demo did not start: see above."
}
(cd "$work" && "$dir/venv/bin/python" "$OLDPWD/tools/schemathesis/run.py" demo.json "${PROJECTR_SCHEMATHESIS_SECONDS:-30}" "$@") ||
  die "The API is not as it describes itself: see above."
! grep -E 'level=ERROR|panic' "$work/demo.log" || die "The server had faults of its own: see above."
say "the API is as it describes itself ($(took "$mark"))"
