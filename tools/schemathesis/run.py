"""Has schemathesis try the API of a demo by its own description, as an admin, as a
viewer and with an API key, side by side. Ends with 1 when an answer was a fault of ours
or is not as the description says, or when one of the three could not go on.

    run.py DEMO_JSON SECONDS [arguments of schemathesis]
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import requests

# What every answer is held against. The rest asks for what is not ours (whether a body
# is taken depends on what is kept, not on its shape alone), or what the tests of package
# api ask of every route.
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]

# The first answers as long as the reader stays; the others end what the run needs.
LEFT_OUT = ["watch", "sign-out", "leave", "drop-member", "change-member", "end-session", "end-other-sessions", "revoke-api-key"]


def entered(base, person):
    r = requests.post(f"{base}/session", json={"email": person["email"], "password": person["password"]})
    r.raise_for_status()
    return {"Cookie": "projectr=" + r.cookies["projectr"]}


def items(url, header):
    r = requests.get(url, headers=header)
    r.raise_for_status()
    return [x["id"] for x in r.json()["items"]]


def settings(org, known):
    """What is put in for the names in paths: mostly what there is, else what comes."""
    lines = [f"[dictionaries.{k}]\nvalues = {json.dumps(v)}\n" for k, v in known.items()]
    lines.append(f'[parameters]\n"path.org" = {json.dumps(org)}\n')
    for kind in known:
        lines.append(
            f"[[operations]]\ninclude-path-regex = '/{kind}/[{{]id[}}]'\n"
            f'parameters = {{ "path.id" = {{ dictionary = "{kind}", probability = 0.8 }} }}\n'
        )
    return "\n".join(lines)


def main():
    demo, seconds, more = json.loads(Path(sys.argv[1]).read_text()), sys.argv[2], sys.argv[3:]
    url = demo["url"]
    base, address = url + "/api/v1", demo["sign_ins"][0]["address"]
    org = address.split("@")[0]
    at = f"{base}/orgs/{org}"
    who = {p["role"]: entered(base, p) for p in demo["sign_ins"] if p["address"] == address}
    r = requests.post(at + "/api-keys", json={"name": "schemathesis", "role": "admin"}, headers=who["admin"])
    r.raise_for_status()
    who["key"] = {"Authorization": "Bearer " + r.json()["key"]}

    known = {kind: items(f"{at}/{kind}", who["admin"]) for kind in ("projects", "emails")}
    known["facts"] = [f for p in known["projects"] for f in items(f"{at}/projects/{p}/facts", who["admin"])]
    Path("schemathesis.toml").write_text(settings(org, known))

    began, runs = time.monotonic(), {}
    for name, header in who.items():
        runs[name] = subprocess.Popen(
            [Path(sys.executable).with_name("schemathesis"), "--config-file=schemathesis.toml", "run", url + "/openapi.json",
             "-H", ": ".join(*header.items()), "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", "--max-time", seconds,
             "--generation-deterministic", "--no-shrink", "--warnings", "off", "--no-color", "--request-timeout", "20",
             *(f"--exclude-operation-id={op}" for op in LEFT_OUT), *more],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    failed = 0
    for name, run in runs.items():
        out, _ = run.communicate()
        summary = [line.strip() for line in out.splitlines() if "generated" in line or "Tested:" in line]
        print(f"{name}: {'; '.join(summary)} ({time.monotonic() - began:.0f} s)", flush=True)
        if run.returncode != 0:
            failed = 1
            print(out[-20000:])
        r = requests.get(at, headers=who[name])
        if r.status_code != 200:
            failed = 1
            print(f"{name} could not go on, so little was tried: {r.status_code} {r.text}. Leave out the operation that does it.")
    return failed


sys.exit(main())
