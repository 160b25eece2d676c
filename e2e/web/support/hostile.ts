import { execFileSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { APIRequestContext, BrowserContext, Page } from "@playwright/test";
import { demo, operate, sendRaw } from "./demo";
import type { List, Project } from "./test";

/** A mail of message/hostile, and where it came to lie. */
export interface Hostile {
  n: number;
  class: string;
  press: boolean;
  /** The HTML as it was sent; none where the mail has none. */
  page?: Buffer;
  id: string;
  project: string;
}

/** The organisation that gets them; names are hostile too. */
export const org = `hostile${process.env.TEST_WORKER_INDEX}`;
const name = (n: number) =>
  `<img src=http://evil-${n}.example/${n} onerror=console.log(${7_000_000 + n})>"'{{7*7}}=1+1</title><script>console.log(${7_000_000 + n})</script>`;
const email = `admin@${org}.example`;
const password = "a pass phrase for the hostile";
const perProject = 40;

/** A listener on this machine that must not hear a word. */
export interface Canary {
  port: number;
  /** The first bytes of each connection that said something. */
  heard: string[];
  close(): void;
}

/** Starts a listener; each browser of these tests takes it for every host but ours. */
export async function canary(): Promise<Canary> {
  const heard: string[] = [];
  const server: Server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (bytes) => {
      heard.push(
        bytes
          .toString("latin1")
          .replace(/[^ -~]+/g, " ")
          .slice(0, 200),
      );
      socket.end(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx",
      );
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { port: (server.address() as AddressInfo).port, heard, close: () => server.close() };
}

/** Signs the organisation's admin in. */
export async function signIn(request: APIRequestContext): Promise<void> {
  const answer = await request.post(`${demo().url}/api/v1/session`, {
    data: { email, password },
    headers: { Origin: demo().url },
  });
  if (!answer.ok()) throw new Error(`Sign-in: ${answer.status()} ${await answer.text()}`);
}

/**
 * Makes the organisation and its projects, sends every hostile mail through the
 * SMTP door, and waits until all lie on their projects' timelines. Whatever an
 * organisation must do to get mail from strangers belongs here.
 */
export async function arrive(request: APIRequestContext, port: number): Promise<Hostile[]> {
  const made = operate<{ address: string }>([
    ...["onboard", "--name", name(9001), "--address", org],
    ...["--admin-email", `first@${org}.example`, "--admin-name", "First"],
  ]);
  operate(
    [
      "user",
      "create",
      "--org",
      org,
      "--email",
      email,
      "--name",
      name(9002),
      "--role",
      "admin",
      "--password-stdin",
    ],
    `${password}\n`,
  );
  operate(["sender", "allow", "--org", org, "*"]);

  const root = resolve(import.meta.dirname, "../../..");
  const printed = execFileSync(
    "go",
    ["run", "./tools/hostile", "-to", made.address, "-canary", `127.0.0.1:${port}`],
    { cwd: root, maxBuffer: 1 << 28 },
  );
  const mails = printed
    .toString()
    .trim()
    .split("\n")
    .map(
      (line) =>
        JSON.parse(line) as { n: number; class: string; press: boolean; raw: string; page: string | null },
    );

  const projects: string[] = [];
  for (let i = 0; i * perProject < mails.length; i++) {
    operate([
      "project",
      "create",
      "--org",
      org,
      "--name",
      `${i} ${name(9003)}`,
      "--job-number",
      `H-${100 + i}`,
    ]);
    projects.push(`H-${100 + i}`);
  }
  const [local, domain] = made.address.split("@");
  await sendRaw(
    "hostile@elsewhere.example",
    mails.map((m, i) => ({
      to: `${local}+${projects[Math.floor(i / perProject)]}@${domain}`,
      raw: Buffer.from(m.raw, "base64"),
    })),
  );

  await signIn(request);
  const get = async <T>(path: string) =>
    (await (await request.get(`${demo().url}/api/v1/orgs/${org}/${path}`)).json()) as T;
  const all = new Map<number, Hostile>();
  for (const deadline = Date.now() + 120_000; ; ) {
    const { items } = await get<List<Project>>("projects");
    if (items.reduce((sum, p) => sum + p.mails, 0) >= mails.length) {
      for (const p of items) {
        const list = await get<List<{ id: string; message_id: string }>>(`emails?project=${p.id}&limit=200`);
        for (const { id, message_id } of list.items) {
          const n = Number(/hostile\.(\d+)@/.exec(message_id)?.[1]);
          const m = mails[n - 1];
          if (m)
            all.set(n, {
              ...{ n, class: m.class, press: m.press, id, project: p.id },
              page: m.page ? Buffer.from(m.page, "base64") : undefined,
            });
        }
      }
      break;
    }
    if (Date.now() > deadline)
      throw new Error("The hostile mails did not all come to lie on their projects.");
    await new Promise((wait) => setTimeout(wait, 200));
  }
  if (all.size !== mails.length) throw new Error(`${all.size} of ${mails.length} mails lie on projects.`);
  return [...all.values()].sort((a, b) => a.n - b.n);
}

/** Where the honest links of some mails lead: a person who presses one gets a tab of its own. */
const honest = "https://x.example/";

/** What happened that must not. */
export class Watch {
  /** Scripts that ran, by the mail's number. */
  readonly scripts = new Set<number>();
  /** Requests that left the page for another host. */
  readonly requests = new Set<string>();
  /** Pages that were opened, and frames and pages that went elsewhere. */
  readonly moves = new Set<string>();
  private readonly own = demo().url;

  constructor(
    context: BrowserContext,
    private readonly page: Page,
  ) {
    context.on("console", (message) => {
      const n = /^7(\d{6})$/.exec(message.text())?.[1];
      if (n && message.type() !== "error") this.scripts.add(Number(n));
    });
    context.on("dialog", async (dialog) => {
      this.scripts.add(0);
      await dialog.dismiss();
    });
    context.on("request", (request) => {
      if (/^(data|blob|about):/.test(request.url()) || request.url().startsWith(`${this.own}/`)) return;
      if (request.url() === honest) return;
      this.requests.add(request.url());
    });
    context.on("requestfailed", (request) => {
      // The policy or the rule of one origin kept it from leaving; the browser tells of it all the same.
      if (!request.failure()?.errorText.startsWith("net::")) this.requests.delete(request.url());
    });
    context.on("page", (other) => {
      if (other === page) return;
      const look = (url: string) => {
        if (!/^(about|chrome-error):/.test(url) && url !== honest) this.moves.add(`opened ${url}`);
      };
      look(other.url());
      other.on("framenavigated", (frame) => look(frame.url()));
    });
    page.on("framenavigated", (frame) => {
      const url = frame.url();
      // A mail may lead to a place in itself.
      const expected = frame === page.mainFrame() ? /^\/orgs\// : /^\/api\/v1\/orgs\/\w+\/emails\/\w+\/html(?:[?#]x)?$/;
      const inside = url.startsWith(`${this.own}/`) && expected.test(url.slice(this.own.length));
      if (!/^(about|chrome-error):/.test(url) && !inside) this.moves.add(`went to ${url}`);
    });
  }

  /** Gives what was begun the time to happen. */
  async settle(milliseconds: number): Promise<void> {
    await this.page.waitForTimeout(milliseconds);
  }
}

/** The hosts that mails named and the browser looked up or connected to, by the log of its network (--log-net-log). */
export async function looked(log: string, port: number): Promise<string[]> {
  const found = new Set<string>();
  const foreign = new RegExp(`evil-\\d+\\.example|192\\.0\\.2\\.1|0\\.0\\.1:${port}/\\d+`, "gi");
  for await (const line of createInterface({ input: createReadStream(log) }))
    for (const [host] of line.matchAll(foreign)) found.add(host.toLowerCase());
  return [...found];
}
