import { type APIRequestContext, test as base, expect, type Page } from "@playwright/test";
import axe from "axe-core";
import { demo, orgOf, type SignIn, signInOf } from "./demo";

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
    const who = signInOf(role, firm);
    let cookies = sessions.get(who.email);
    if (!cookies) {
      await signIn(context.request, who);
      ({ cookies } = await context.storageState());
      sessions.set(who.email, cookies);
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

/** Signs somebody in; the browser of the request has the session. */
export async function signIn(request: APIRequestContext, { email, password }: SignIn): Promise<void> {
  const answer = await request.post("/api/v1/session", {
    data: { email, password },
    headers: { Origin: demo().url },
  });
  expect(answer.status()).toBe(200);
}

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

/** What axe looks at: WCAG 2.2 A and AA, and what is good practice. */
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * axe finds nothing, however small, on the page or in one part of it. "colours" looks
 * at those alone: whatever else it looks at is the same in both themes.
 */
export async function expectAccessible(
  page: Page,
  { what = "all", within = "" }: { what?: "all" | "colours"; within?: string } = {},
): Promise<void> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe.source);
  const found = await page.evaluate(
    async ({ within, ...options }) => {
      // What is on its way to another colour has arrived.
      const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const moving = () =>
        document.getAnimations().some((a) => Number.isFinite(a.effect?.getComputedTiming().endTime));
      do await drawn();
      while (moving());
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(within || document, options);
      return violations.map(
        (v) =>
          `${v.id} (${v.impact}): ${v.help}\n  ${v.nodes.map((n) => `${n.target.join(" ")} ${n.failureSummary ?? ""}`).join("\n  ")}`,
      );
    },
    {
      within,
      runOnly:
        what === "all"
          ? { type: "tag" as const, values: tags }
          : { type: "rule" as const, values: ["color-contrast", "link-in-text-block"] },
      resultTypes: ["violations" as const],
      iframes: false, // the frames of mails run no script, and so not axe
    },
  );
  expect(found).toEqual([]);
}

/** The page is not wider than the screen. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const { width, screen } = await page.evaluate(() => ({
    width: Math.max(document.documentElement.scrollWidth, document.querySelector("#main")?.scrollWidth ?? 0),
    screen: innerWidth,
  }));
  expect(width).toBeLessThanOrEqual(screen);
}

/** Words for screen readers alone must not make a page longer than what scrolls in it. */
export async function expectNothingBelow(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBeLessThanOrEqual(0);
}
