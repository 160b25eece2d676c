import { execFileSync } from "node:child_process";
import { createConnection } from "node:net";
import { createInterface } from "node:readline";

/** One way in that the demo printed. */
export interface SignIn {
  organisation: string;
  /** Its whole mail-in address. */
  address: string;
  email: string;
  password: string;
  role: "admin" | "viewer";
}

/** The running demo: where it is, and who may sign in. */
export interface Demo {
  url: string;
  smtp: string;
  sign_ins: SignIn[];
}

/** What start.ts left for the tests. */
export function demo(): Demo {
  const text = process.env.PROJECTR_E2E_DEMO;
  if (!text) throw new Error("The demo is not running: start the tests with npm test.");
  return JSON.parse(text) as Demo;
}

/** A firm's admin or viewer. Anyone may send to the first firm; the second has a quarantine. */
export function signInOf(role: "admin" | "viewer", firm: 0 | 1 = 0): SignIn {
  const found = demo().sign_ins.filter((s) => s.role === role)[firm];
  if (!found) throw new Error(`The demo has no ${role}.`);
  return found;
}

/** The name an organisation has in addresses. */
export function orgOf(signIn: SignIn): string {
  return signIn.address.split("@")[0] ?? "";
}

/** Runs an operator's command beside the demo and returns its answer. */
export function operate<T>(args: string[], input = ""): T {
  const { binary, data } = JSON.parse(process.env.PROJECTR_E2E_COMMAND ?? "{}") as {
    binary: string;
    data: string;
  };
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("PROJECTR_")),
  );
  const domain = signInOf("admin").address.split("@")[1];
  const out = execFileSync(binary, [...args, "--json"], {
    input,
    env: { ...env, PROJECTR_DATA_DIR: data, PROJECTR_MAIL_DOMAIN: domain },
  });
  return JSON.parse(out.toString()) as T;
}

/** A mail as the tests write it. */
export interface Letter {
  from: string;
  name: string;
  to: string;
  subject: string;
  body: string;
  /** The firm's address is in CC and the mail goes to this one. */
  cc?: string;
  /** Without angle brackets; made up when left out. */
  messageId?: string;
  contentType?: string;
}

/** Another Message-ID at every call, without angle brackets. */
export function newMessageId(): string {
  serial += 1;
  return `e2e.${process.pid}.${Date.now()}.${serial}@tests.example`;
}

let serial = 0;

/** Hands a mail to the SMTP door (RFC 5321) and waits for its 250. */
export async function sendMail(letter: Letter): Promise<void> {
  const mail = [
    `From: ${letter.name} <${letter.from}>`,
    ...(letter.cc ? [`To: <${letter.cc}>`, `Cc: <${letter.to}>`] : [`To: <${letter.to}>`]),
    `Subject: ${letter.subject}`,
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${letter.messageId ?? newMessageId()}>`,
    "MIME-Version: 1.0",
    `Content-Type: ${letter.contentType ?? 'text/plain; charset="utf-8"'}`,
    "Content-Transfer-Encoding: 8bit",
    "",
    ...letter.body.split("\n"),
    "",
  ];
  await sendRaw(letter.from, [{ to: letter.to, raw: Buffer.from(mail.join("\r\n")) }]);
}

/** Hands whole mails, which end with CRLF, to the SMTP door in one session. */
export async function sendRaw(from: string, mails: { to: string; raw: Buffer }[]): Promise<void> {
  const address = demo().smtp;
  const colon = address.lastIndexOf(":");
  const socket = createConnection(Number(address.slice(colon + 1)), address.slice(0, colon));
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const expect = async (code: string) => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error("The SMTP door closed the connection.");
      if (value.startsWith(`${code} `)) return;
      if (!value.startsWith(`${code}-`)) throw new Error(`The SMTP door said: ${value}`);
    }
  };
  const say = async (line: string, code: string) => {
    socket.write(`${line}\r\n`, "latin1");
    await expect(code);
  };
  try {
    await expect("220");
    await say("EHLO tests.example", "250");
    for (const { to, raw } of mails) {
      await say(`MAIL FROM:<${from}>`, "250");
      await say(`RCPT TO:<${to}>`, "250");
      await say("DATA", "354");
      await say(`${raw.toString("latin1").replace(/^\./gm, "..")}.`, "250");
    }
    await say("QUIT", "221");
  } finally {
    socket.destroy();
  }
}
