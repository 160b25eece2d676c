import { test as base, type Browser, type Page } from "@playwright/test";
import { demo, orgOf, signInOf } from "../support/demo";
import { busiest, expect, expectAccessible, type Mail, type Project, signIn, token } from "../support/test";

interface Screen {
  name: string;
  path(project: Project, mail: Mail): string;
  /** Stands on the page once it is whole. */
  ready: string;
  /** On a laptop, all that is there beyond a screen before. */
  within?(mail: Mail): string;
}

const screens: Screen[] = [
  { name: "projects", path: () => "projects", ready: "main table, main ul" },
  { name: "set up", path: () => "set-up", ready: "#arrived" },
  { name: "timeline", path: (p) => `projects/${p.id}`, ready: "[data-card-button]" },
  {
    name: "open mail",
    path: (p, m) => `projects/${p.id}?mail=${m.id}&fact=${m.facts[0]?.id}`,
    ready: "mark[data-active='true']",
    within: (m) => `[data-mail="${m.id}"]`,
  },
  { name: "decisions", path: (p) => `projects/${p.id}?tab=decision`, ready: "[data-fact-row]" },
  { name: "actions of a project", path: (p) => `projects/${p.id}?tab=action_item`, ready: "[data-action]" },
  { name: "budget", path: (p) => `projects/${p.id}?tab=budget_mention`, ready: "[data-fact-row]" },
  { name: "risks", path: (p) => `projects/${p.id}?tab=risk`, ready: "[data-fact-row]" },
  { name: "files", path: (p) => `projects/${p.id}?tab=files`, ready: "main h2" },
  { name: "people", path: (p) => `projects/${p.id}?tab=people`, ready: "main table" },
  { name: "review", path: () => "review", ready: "[data-item]" },
  { name: "unsure facts", path: () => "review?tab=unsure", ready: "[data-item]" },
  { name: "actions", path: () => "actions", ready: "main h1" },
  { name: "usage", path: () => "usage", ready: "main h1" },
  { name: "plan", path: () => "billing", ready: "main h1" },
  { name: "members", path: () => "settings", ready: "main table" },
  ...["organisation", "senders", "reading", "notifications", "keys", "data", "audit", "security", "you"].map((tab) => ({
    name: `settings, ${tab}`,
    path: () => `settings?tab=${tab}`,
    ready: "main h2",
  })),
];

/** Pages before sign-in, by their addresses. */
const doors = [
  "sign-in",
  "sign-up",
  "sign-up/confirm#x",
  "reset",
  "reset#x",
  "invitation#x",
  "verify#x",
  "change-email#x",
  "sign-in/link#x",
];

/** What is looked at, and where. */
interface Signed {
  page: Page;
  org: string;
  project: Project;
  mail: Mail;
}

/** Pages that stay open over all tests, so that an address is loaded once for both sizes and themes. */
const test = base.extend<object, { signed: Signed; stranger: Page }>({
  signed: [
    async ({ browser }, use) => {
      const page = await tab(browser);
      const who = signInOf("admin");
      await signIn(page.request, who);
      const org = orgOf(who);
      const api = async <T>(path: string) =>
        (await (await page.request.get(`/api/v1/orgs/${org}/${path}`)).json()) as T;
      await use({ page, org, ...(await busiest(api)) });
      await page.context().close();
    },
    { scope: "worker" },
  ],
  stranger: [
    async ({ browser }, use) => {
      const page = await tab(browser);
      await use(page);
      await page.context().close();
    },
    { scope: "worker" },
  ],
});

test.use({ trace: "off" }); // it would take longer than what is traced

async function tab(browser: Browser): Promise<Page> {
  const context = await browser.newContext({
    baseURL: demo().url,
    locale: "en-US",
    timezoneId: "America/New_York",
    reducedMotion: "reduce",
  });
  // A colour is there at once when the theme changes, and need not be waited for.
  await context.addInitScript(() => {
    const still = new CSSStyleSheet();
    still.replaceSync("*, ::before, ::after { transition: none !important }");
    document.adoptedStyleSheets.push(still);
  });
  return context.newPage();
}

/** Looks at what is open, on a phone and a laptop, in both themes. */
async function look(page: Page, within = ""): Promise<void> {
  for (const size of [phone, laptop]) {
    await page.setViewportSize(size);
    for (const theme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await expect(page.locator("html")).toHaveClass(theme === "dark" ? /dark/ : /^(?!.*dark)/);
      await test.step(`${size.width} px, ${theme}`, () =>
        expectAccessible(page, {
          what: theme === "light" ? "all" : "colours",
          within: size === laptop ? within : "",
        }));
    }
  }
}

const phone = { width: 390, height: 844 };
const laptop = { width: 1440, height: 900 };

for (const screen of screens) {
  test(screen.name, async ({ signed: { page, org, project, mail } }) => {
    await page.setViewportSize(phone);
    await page.goto(`/orgs/${org}/${screen.path(project, mail)}`);
    await page.locator(screen.ready).first().waitFor({ state: "attached" });
    await look(page, screen.within?.(mail));
  });
}

for (const door of doors) {
  test(`door, ${door}`, async ({ stranger: page }) => {
    await page.goto("about:blank"); // an address that differs in # alone would not load
    await page.goto(`/${door}`);
    await page.locator("main h1").waitFor();
    await look(page);
  });
}

test("a fact's form and the readings of a mail", async ({ signed: { page, org, project, mail } }) => {
  await page.setViewportSize(laptop);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(`/orgs/${org}/projects/${project.id}?mail=${mail.id}&fact=${mail.facts[0]?.id}`);
  await expect(page.locator("mark[data-active='true']").first()).toBeVisible();
  await page.keyboard.press("e");
  const form = page.getByRole("form", { name: /^Correct/ });
  await expect(form).toBeVisible();
  const card = { within: `[data-mail="${mail.id}"]` };
  await expectAccessible(page, card);
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, { ...card, what: "colours" });
  await page.keyboard.press("Escape");
  await expect(form).toHaveCount(0);
  await page.getByRole("button", { name: /^Read by/ }).click();
  await expect(page.getByRole("list", { name: "Readings" })).toBeVisible();
  await expectAccessible(page, { ...card, what: "colours" });
  await page.emulateMedia({ colorScheme: "light" });
  await expectAccessible(page, card);
});

test("the theme of the device is taken", async ({ signed: { page, org } }) => {
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.goto(`/orgs/${org}/projects`);
    await expect(page.locator("html")).toHaveClass(theme === "dark" ? /dark/ : /^(?!.*dark)/);
    await expect(page.locator("html")).toHaveCSS("background-color", await token(page, "--background"));
  }
});
