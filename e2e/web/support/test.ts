import AxeBuilder from "@axe-core/playwright";
import { type APIRequestContext, test as base, expect, type Page } from "@playwright/test";
import { demo, orgOf, signInOf } from "./demo";

export { expect };

/** Who looks at the page, and the organisation they look at. */
interface Fixtures {
  role: "admin" | "viewer";
  theme: "light" | "dark";
  /** Which of the demo's firms: see signInOf. */
  firm: 0 | 1;
  org: string;
  /** The API as the signed-in person, by path under the organisation. */
  api<T>(path: string): Promise<T>;
}

type Cookies = Awaited<ReturnType<APIRequestContext["storageState"]>>["cookies"];
const sessions = new Map<string, Cookies>();

/** A test with somebody signed in. */
export const test = base.extend<Fixtures>({
  role: ["admin", { option: true }],
  theme: ["light", { option: true }],
  firm: [0, { option: true }],
  baseURL: async ({}, use) => use(demo().url),
  colorScheme: async ({ theme }, use) => use(theme),
  context: async ({ context, role, firm }, use) => {
    const { email, password } = signInOf(role, firm);
    let cookies = sessions.get(email);
    if (!cookies) {
      const answer = await context.request.post("/api/v1/session", {
        data: { email, password },
        headers: { Origin: demo().url },
      });
      expect(answer.status()).toBe(200);
      ({ cookies } = await context.storageState());
      sessions.set(email, cookies);
    }
    await context.addCookies(cookies);
    await use(context);
  },
  org: async ({ role, firm }, use) => use(orgOf(signInOf(role, firm))),
  api: async ({ context, org }, use) => {
    await use(async <T>(path: string) => {
      const answer = await context.request.get(`/api/v1/orgs/${org}/${path}`);
      expect(answer.ok(), `GET ${path}: ${answer.status()}`).toBe(true);
      return (await answer.json()) as T;
    });
  },
});

/** What the tests read of a project. */
export interface Project {
  id: string;
  name: string;
  job_number: string;
  mails: number;
  open_actions: number;
}

/** What the tests read of a fact. */
export interface Fact {
  id: string;
  email_id: string;
  text: string;
  quote: string;
  state: string;
  kind: string;
}

/** What the tests read of a mail. */
export interface Mail {
  id: string;
  subject: string;
  project_id: string | null;
  state: string;
  facts: Fact[];
  senders_in: { how: string }[];
}

export interface List<T> {
  items: T[];
}

/** The project with most mail, and its newest mail with facts of one sentence each. */
export async function busiest(api: Fixtures["api"]): Promise<{ project: Project; mail: Mail }> {
  const { items } = await api<List<Project>>("projects");
  const project = [...items].sort((a, b) => b.mails - a.mails)[0];
  if (!project) throw new Error("The demo has no project.");
  const mails = await api<List<Mail>>(`emails?project=${project.id}&order=date`);
  const mail = mails.items.find((m) => m.facts.filter((f) => f.state === "open").length >= 2);
  if (!mail) throw new Error("No mail of the busiest project has two facts.");
  return { project, mail };
}

/** A colour of the theme as the browser computes it. */
export async function token(page: Page, name: string): Promise<string> {
  return page.evaluate((variable) => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.backgroundColor = `var(${variable})`;
    const colour = getComputedStyle(probe).backgroundColor;
    probe.remove();
    return colour;
  }, name);
}

/** Nothing that axe calls serious or worse. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const serious = violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => `${n.target.join(" ")} ${n.failureSummary ?? ""}`).join("\n  ")}`);
  expect(serious).toEqual([]);
}

/** The page is not wider than the screen. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const { width, screen } = await page.evaluate(() => ({
    width: Math.max(document.documentElement.scrollWidth, document.querySelector("#main")?.scrollWidth ?? 0),
    screen: innerWidth,
  }));
  expect(width).toBeLessThanOrEqual(screen);
}
