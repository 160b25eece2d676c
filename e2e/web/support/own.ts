import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./start";

/** An installation of its own beside that of most tests, with somebody it talks to. */
export interface Own {
  dir: string;
  url: string;
  /** The host and port of whom it talks to. */
  there: string;
  /** Starts something that ends with the installation. */
  begin(command: string, args: string[], options: SpawnOptions): ChildProcess;
  /** Runs a command of the installation to its end. */
  run(...args: string[]): void;
  serve(): Promise<void>;
  stop(): void;
}

/** Waits until somebody answers at an address. */
export async function answers(url: string): Promise<void> {
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

/** Has set up prepare an installation, and serve it; what was begun ends when that fails. */
export async function own(
  name: string,
  settings: (there: string) => Record<string, string | undefined>,
  setUp: (own: Own) => Promise<void>,
): Promise<Own> {
  const dir = mkdtempSync(join(tmpdir(), `projectr-${name}-`));
  const [here, there] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const url = `http://${here}`;
  const { binary } = JSON.parse(process.env.PROJECTR_E2E_COMMAND ?? "{}") as { binary: string };
  // Settings of the tests are none of the program's, and it refuses what it does not know.
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([n]) => !n.startsWith("PROJECTR_"))),
    PROJECTR_DATA_DIR: join(dir, "data"),
    PROJECTR_HTTP_LISTEN: here,
    PROJECTR_PUBLIC_URL: url,
    PROJECTR_SMTP_LISTEN: "off",
    ...settings(there),
  };
  const started: ChildProcess[] = [];
  const begin: Own["begin"] = (command, args, options) => {
    const child = spawn(command, args, options);
    started.push(child);
    return child;
  };
  const is: Own = {
    dir,
    url,
    there,
    begin,
    run: (...args) => execFileSync(binary, args, { env, stdio: "ignore" }),
    serve: () => {
      begin(binary, ["serve"], { env, stdio: "ignore" });
      return answers(`${url}/readyz`);
    },
    stop: () => {
      for (const child of started) child.kill("SIGTERM");
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    await setUp(is);
  } catch (e) {
    is.stop();
    throw e;
  }
  return is;
}
