import type { APIRequestContext, Browser, BrowserContext } from "@playwright/test";
import { demo, operate } from "./demo";

/** Somebody of an organisation that one spec has for itself. */
export interface Person {
  email: string;
  name: string;
  role: "admin" | "viewer";
}

const password = "a pass phrase for one spec alone";

/** Makes an organisation with its people, beside the demo's; what a spec does to it no other one sees. */
export function firm(org: string, people: Person[]): void {
  operate([
    ...["onboard", "--name", `Firm ${org}`, "--address", org],
    ...["--admin-email", `first@${org}.example`, "--admin-name", "First"],
  ]);
  for (const { email, name, role } of people) {
    operate(
      ["user", "create", "--org", org, "--email", email, "--name", name, "--role", role, "--password-stdin"],
      `${password}\n`,
    );
  }
}

/** A browser in which the person is signed in. */
export async function browserOf(browser: Browser, person: Person): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: demo().url,
    viewport: { width: 1440, height: 900 },
    locale: "en-US",
    timezoneId: "America/New_York",
  });
  await signIn(context.request, person);
  return context;
}

async function signIn(request: APIRequestContext, { email }: Person): Promise<void> {
  const answer = await request.post("/api/v1/session", {
    data: { email, password },
    headers: { Origin: demo().url },
  });
  if (answer.status() !== 200) throw new Error(`${email} could not sign in: ${answer.status()}`);
}
