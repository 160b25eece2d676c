import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "./start";

/** An installation of its own at which people sign on at a provider. */
export interface SignOn {
  url: string;
  /** Where the provider is, with its port. */
  provider: string;
  stop(): void;
}

/** Starts a sign-in provider, and an installation with the organisation acme that addresses of acme.example join. */
export async function signOn(name: string): Promise<SignOn> {
  const dir = mkdtempSync(join(tmpdir(), "projectr-sign-on-"));
  const [here, there] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${here}`;
  const secret = "a secret of the tests";
  const started: ChildProcess[] = [];
  const stop = () => {
    for (const child of started) child.kill("SIGTERM");
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const { binary } = JSON.parse(process.env.PROJECTR_E2E_COMMAND ?? "{}") as { binary: string };
    const env = {
      ...Object.fromEntries(Object.entries(process.env).filter(([n]) => !n.startsWith("PROJECTR_"))),
      PROJECTR_DATA_DIR: join(dir, "data"),
      PROJECTR_HTTP_LISTEN: `127.0.0.1:${here}`,
      PROJECTR_PUBLIC_URL: url,
      PROJECTR_SMTP_LISTEN: "off",
      PROJECTR_OIDC_ISSUER: `http://127.0.0.1:${there}`,
      PROJECTR_OIDC_CLIENT_ID: "projectr",
      PROJECTR_OIDC_CLIENT_SECRET: secret,
      PROJECTR_OIDC_NAME: name,
      PROJECTR_OIDC_JOINS: "acme.example=acme",
    };
    const provider = spawn(
      process.execPath,
      [join(import.meta.dirname, "provider.mjs"), String(there), secret, `${url}/sign-in/oidc`],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    started.push(provider);
    const said = createInterface({ input: provider.stdout })[Symbol.asyncIterator]();
    if ((await said.next()).value !== "ready") throw new Error("The provider did not start.");
    execFileSync(
      binary,
      [
        "onboard",
        "--name",
        "Acme",
        "--address",
        "acme",
        "--admin-email",
        "first@acme.example",
        "--admin-name",
        "First",
      ],
      { env, stdio: "ignore" },
    );
    started.push(spawn(binary, ["serve"], { env, stdio: "ignore" }));
    for (const deadline = Date.now() + 30_000; ; ) {
      if (
        await fetch(`${url}/readyz`).then(
          (r) => r.ok,
          () => false,
        )
      )
        break;
      if (Date.now() > deadline) throw new Error("The installation did not start.");
      await new Promise((wait) => setTimeout(wait, 50));
    }
  } catch (e) {
    stop();
    throw e;
  }
  return { url, provider: `127.0.0.1:${there}`, stop };
}
