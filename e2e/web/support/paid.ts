import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "./start";

/** An installation of its own whose organisations pay at a Stripe with a clock. */
export interface Paid {
  url: string;
  /** Where the payment provider's pages are. */
  provider: string;
  /** Moves the provider's clock, and gives what time it is there when all is told. */
  pass(days: number): Promise<Date>;
  stop(): void;
}

const root = resolve(import.meta.dirname, "../../..");

async function answers(url: string): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    if (
      await fetch(url).then(
        (r) => r.status < 500,
        () => false,
      )
    )
      return;
    await new Promise((wait) => setTimeout(wait, 50));
  }
  throw new Error(`Nothing answers at ${url}.`);
}

/** Starts the payment provider, has the installation set it up, and serves, open to sign up. */
export async function paid(): Promise<Paid> {
  const dir = mkdtempSync(join(tmpdir(), "projectr-paid-"));
  const [here, there] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${here}`;
  const provider = `http://127.0.0.1:${there}`;
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
      PROJECTR_SMTP_RELAY_URL: process.env.PROJECTR_E2E_RELAY,
      PROJECTR_SIGN_UP: "open",
      PROJECTR_STRIPE_API_BASE: provider,
      PROJECTR_STRIPE_SECRET_KEY: "sk_test_fake",
      PROJECTR_STRIPE_WEBHOOK_SECRET: "whsec_of_the_fake",
    };
    const stripe = join(dir, "stripe");
    execFileSync("go", ["build", "-o", stripe, "./e2e/stripe"], { cwd: root, stdio: "inherit" });
    started.push(spawn(stripe, [`127.0.0.1:${there}`, `${url}/hooks/stripe`], { stdio: ["ignore", "ignore", "inherit"] }));
    await answers(provider);
    execFileSync(binary, ["stripe", "setup"], { env, stdio: "ignore" });
    started.push(spawn(binary, ["serve"], { env, stdio: "ignore" }));
    await answers(`${url}/readyz`);
  } catch (e) {
    stop();
    throw e;
  }
  return {
    url,
    provider,
    stop,
    pass: async (days) => {
      const answer = await fetch(`${provider}/clock?days=${days}`, { method: "POST" });
      if (!answer.ok) throw new Error(await answer.text());
      return new Date(await answer.text());
    },
  };
}
