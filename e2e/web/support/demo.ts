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

/** The first firm's admin or viewer. */
export function signInOf(role: "admin" | "viewer"): SignIn {
  const found = demo().sign_ins.find((s) => s.role === role);
  if (!found) throw new Error(`The demo has no ${role}.`);
  return found;
}

/** The name an organisation has in addresses. */
export function orgOf(signIn: SignIn): string {
  return signIn.address.split("@")[0] ?? "";
}

/** A mail as the tests write it. */
export interface Letter {
  from: string;
  name: string;
  to: string;
  subject: string;
  body: string;
}

let serial = 0;

/** Hands a mail to the SMTP door (RFC 5321) and waits for its 250. */
export async function sendMail(letter: Letter): Promise<void> {
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
    socket.write(`${line}\r\n`);
    await expect(code);
  };
  try {
    await expect("220");
    await say("EHLO tests.example", "250");
    await say(`MAIL FROM:<${letter.from}>`, "250");
    await say(`RCPT TO:<${letter.to}>`, "250");
    await say("DATA", "354");
    serial += 1;
    const mail = [
      `From: ${letter.name} <${letter.from}>`,
      `To: <${letter.to}>`,
      `Subject: ${letter.subject}`,
      `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
      `Message-ID: <e2e.${process.pid}.${Date.now()}.${serial}@tests.example>`,
      "MIME-Version: 1.0",
      'Content-Type: text/plain; charset="utf-8"',
      "Content-Transfer-Encoding: 8bit",
      "",
      ...letter.body.split("\n").map((line) => (line.startsWith(".") ? `.${line}` : line)),
    ];
    await say(`${mail.join("\r\n")}\r\n.`, "250");
    await say("QUIT", "221");
  } finally {
    socket.destroy();
  }
}
