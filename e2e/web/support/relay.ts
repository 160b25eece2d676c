import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";

/** A mail that the installation sent. */
export interface Sent {
  to: string;
  subject: string;
  text: string;
}

/**
 * A mail relay (RFC 5321) that takes every mail and keeps it in a folder, where the tests
 * find it: they run in other processes.
 */
export async function relay(dir: string): Promise<{ url: string; close(): void }> {
  mkdirSync(dir, { recursive: true });
  let kept = 0;
  const server: Server = createServer((socket) => {
    let to = "";
    let data: string[] | null = null;
    let rest = "";
    const say = (line: string) => socket.write(`${line}\r\n`);
    socket.setEncoding("latin1");
    socket.on("error", () => {});
    say("220 relay.example ready");
    socket.on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (data && line === ".") {
          kept += 1;
          const at = join(dir, `${String(kept).padStart(6, "0")}.json`);
          writeFileSync(`${at}.part`, JSON.stringify({ to, ...read(data) } satisfies Sent));
          renameSync(`${at}.part`, at);
          data = null;
          say("250 kept");
        } else if (data) data.push(line.replace(/^\./, ""));
        else if (/^EHLO|^HELO/i.test(line)) say("250 relay.example");
        else if (/^RCPT TO:/i.test(line)) {
          to = /<([^>]*)>/.exec(line)?.[1] ?? "";
          say("250 yes");
        } else if (/^DATA/i.test(line)) {
          data = [];
          say("354 go on");
        } else if (/^QUIT/i.test(line)) {
          say("221 bye");
          socket.end();
        } else say("250 yes");
      }
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** Reads subject and text of a plain mail. */
function read(lines: string[]): { subject: string; text: string } {
  const end = lines.indexOf("");
  const headers = lines.slice(0, end).join("\n").replace(/\n[ \t]+/g, " ");
  const header = (name: string) => new RegExp(`^${name}: *(.*)$`, "im").exec(headers)?.[1] ?? "";
  let text = lines.slice(end + 1).join("\n");
  if (/quoted-printable/i.test(header("Content-Transfer-Encoding")))
    text = text.replace(/=\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { subject: header("Subject"), text: Buffer.from(text, "latin1").toString("utf8") };
}

/** Waits for the mail to an address with these words in its subject, and gives it with the path of its link. */
export async function letterTo(address: string, subject: string): Promise<Sent & { path: string }> {
  const dir = process.env.PROJECTR_E2E_LETTERS ?? "";
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    for (const file of readdirSync(dir).filter((f) => f.endsWith(".json")).sort().reverse()) {
      const sent = JSON.parse(readFileSync(join(dir, file), "utf8")) as Sent;
      if (sent.to !== address || !sent.subject.includes(subject)) continue;
      const link = /^ {4}(https?:\/\/\S+)$/m.exec(sent.text)?.[1] ?? "";
      const { pathname, hash } = new URL(link);
      return { ...sent, path: pathname + hash };
    }
    await new Promise((wait) => setTimeout(wait, 100));
  }
  throw new Error(`No mail to ${address} about ${JSON.stringify(subject)} came.`);
}
