# Sourced by the scripts beside it: says what is done, and sets up what is missing.
# Runs with the bash of macOS (3.2) as well.

export CGO_ENABLED=0 # the binary is static, and no C compiler is needed

if [ -t 1 ]; then bold=$'\033[1m' plain=$'\033[0m'; else bold='' plain=''; fi
say() { printf '%s==>%s %s\n' "$bold" "$plain" "$*"; }
die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# skip WHAT WHY says plainly what is left out. With PROJECTR_REQUIRE_ALL=1 that
# is a failure.
skipped=()
skip() {
  skipped+=("$1: $2")
  printf '%s==> SKIPPED%s %s: %s\n' "$bold" "$plain" "$1" "$2"
  [ "${PROJECTR_REQUIRE_ALL:-}" != 1 ] || die "PROJECTR_REQUIRE_ALL is set: nothing may be skipped."
}

have() { command -v "$1" >/dev/null 2>&1; }

need_go() {
  have go || die "Go is missing: install Go 1.26 or newer from https://go.dev/dl, then run this again."
  case "$(go env GOVERSION)" in
    go1.[0-9] | go1.[0-9].* | go1.1[0-9]* | go1.2[0-5]*)
      die "$(go env GOVERSION) is too old: install Go 1.26 or newer from https://go.dev/dl, then run this again." ;;
  esac
}

# node_fault says what is wrong with Node.js here, or nothing.
node_fault() {
  if ! have node || ! have npm; then
    echo "Node.js is not installed (20.19 or newer is needed, with npm)"
  elif ! node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'; then
    echo "Node.js $(node --version) is too old (20.19 or newer is needed)"
  fi
}

# npm_ci DIR installs what DIR's lock file names, unless that was done already.
npm_ci() {
  cmp -s "$1/package-lock.json" "$1/node_modules/.installed-lock" && return
  (cd "$1" && npm ci --no-audit --no-fund --loglevel=error)
  cp "$1/package-lock.json" "$1/node_modules/.installed-lock"
}

# web_build builds the dashboard into web/dist, unless it is newer than its sources.
web_build() {
  npm_ci web
  if [ -f web/dist/index.html ] &&
    [ -z "$(find web/src web/public web/index.html web/vite.config.ts web/package-lock.json -newer web/dist/index.html | head -n 1)" ]; then
    return
  fi
  (cd web && npm run --silent build -- --logLevel warn)
}

# python_fault says what is wrong with Python here, or nothing.
python_fault() {
  if ! have python3 || ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 with venv is missing: install python3 and python3-venv"
  fi
}

# python_env NAME FILE installs the versions that FILE names into bin/NAME, unless that
# was done already.
python_env() {
  local dir=$PWD/bin/$1
  cmp -s "$2" "$dir/installed" && return
  rm -rf "$dir"
  python3 -m venv "$dir/venv"
  "$dir/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$2"
  cp "$2" "$dir/installed"
}

# want_moto sets PROJECTR_MOTO to a server that stands in for AWS, or leaves it empty.
want_moto() {
  PROJECTR_MOTO=
  if [ -z "$(python_fault)" ]; then
    python_env moto tools/moto.txt
    PROJECTR_MOTO=$PWD/bin/moto/venv/bin/moto_server
  fi
  export PROJECTR_MOTO
}

# want_stripe_mock sets PROJECTR_STRIPE_MOCK to what knows the shape of Stripe's API, or
# leaves it empty.
stripe_mock=v0.203.0
want_stripe_mock() {
  [ -z "${PROJECTR_STRIPE_MOCK:-}" ] || return 0
  PROJECTR_STRIPE_MOCK=$PWD/bin/stripe-mock
  go version -m "$PROJECTR_STRIPE_MOCK" 2>/dev/null | grep -q "[[:space:]]mod[[:space:]].*$stripe_mock\b" ||
    GOBIN=$PWD/bin go install "github.com/stripe/stripe-mock@$stripe_mock" || PROJECTR_STRIPE_MOCK=
  export PROJECTR_STRIPE_MOCK
}
no_stripe_mock="stripe-mock $stripe_mock cannot be fetched: name one in PROJECTR_STRIPE_MOCK, or let go install reach a module proxy"

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# can_apt reports whether packages can be installed here without a question.
can_apt() { have apt-get && { [ "$(id -u)" = 0 ] || { have sudo && sudo -n true 2>/dev/null; }; }; }

# apt_install PACKAGE... installs Debian packages, quietly.
apt_install() {
  say "installing $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null
}

# find_chromium sets PROJECTR_CHROMIUM to a browser that runs, or leaves it empty.
find_chromium() {
  local c
  for c in "${PROJECTR_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
    if [ -n "$c" ] && have "$c" && "$c" --version >/dev/null 2>&1; then
      PROJECTR_CHROMIUM=$(command -v "$c")
      export PROJECTR_CHROMIUM
      return
    fi
  done
  PROJECTR_CHROMIUM=
  export PROJECTR_CHROMIUM
}

# want_chromium finds a browser, and installs one where that needs no question.
want_chromium() {
  find_chromium
  if [ -z "$PROJECTR_CHROMIUM" ] && can_apt; then
    apt_install chromium || true
    find_chromium
  fi
}
no_chromium="no Chromium or Chrome was found, and none can be installed without a password: install one, or name it in PROJECTR_CHROMIUM"

# took prints the seconds since the mark, as 1m05s.
took() { printf '%dm%02ds' $(((SECONDS - $1) / 60)) $(((SECONDS - $1) % 60)); }
