import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { type Demo, orgOf } from "./demo";
import { relay } from "./relay";

const root = resolve(import.meta.dirname, "../../..");

/** A port nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address ? done(address.port) : fail()));
    });
  });
}

/**
 * Starts `projectr demo --json` and gives its line to the tests. PROJECTR_BINARY
 * names a binary that is there already; otherwise one is built. Tests run
 * operators' commands beside it, and read the letters it sends. Returns what stops the demo.
 */
export default async function start(): Promise<() => void> {
  if (!existsSync(join(root, "web/dist/index.html")))
    throw new Error("The web app is not built: run `npm ci && npm run build` in web.");
  const dir = mkdtempSync(join(tmpdir(), "projectr-e2e-"));
  const binary = process.env.PROJECTR_BINARY ?? join(dir, "projectr");
  if (!process.env.PROJECTR_BINARY)
    execFileSync("go", ["build", "-o", binary, "./cmd/projectr"], { cwd: root, stdio: "inherit" });

  const data = join(dir, "data");
  process.env.PROJECTR_E2E_COMMAND = JSON.stringify({ binary, data });
  // Settings of the tests are none of the program's, and it refuses what it does not know.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("PROJECTR_")),
  );
  process.env.PROJECTR_E2E_LETTERS = join(dir, "letters");
  const post = await relay(process.env.PROJECTR_E2E_LETTERS);
  process.env.PROJECTR_E2E_RELAY = post.url;
  const child = spawn(binary, ["demo", "--json", "--keep", data], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...env,
      PROJECTR_HTTP_LISTEN: `127.0.0.1:${await freePort()}`,
      PROJECTR_SMTP_LISTEN: `127.0.0.1:${await freePort()}`,
      PROJECTR_SMTP_RELAY_URL: post.url,
      PROJECTR_SIGN_UP: "open",
      // A model that has prices and never answers: nobody listens there.
      PROJECTR_OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
      PROJECTR_OPENAI_MODEL: "gpt-5-mini",
    },
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  process.env.PROJECTR_E2E_DEMO = await new Promise<string>((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`The demo was not ready in 2 minutes.\n${said}`)), 120_000);
    child.on("exit", (code) => fail(new Error(`The demo ended with ${code}.\n${said}`)));
    createInterface({ input: child.stdout }).once("line", (line) => {
      clearTimeout(timer);
      done(line);
    });
  });

  // Mail of the tests is let in by the first firm; the second keeps its quarantine.
  const [first] = (JSON.parse(process.env.PROJECTR_E2E_DEMO) as Demo).sign_ins;
  if (!first) throw new Error("The demo has no sign-in.");
  execFileSync(binary, ["sender", "allow", "--org", orgOf(first), "*"], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...env, PROJECTR_DATA_DIR: data },
  });

  return () => {
    child.removeAllListeners("exit");
    child.kill("SIGTERM");
    post.close();
    rmSync(dir, { recursive: true, force: true });
  };
}
