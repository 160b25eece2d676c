import { busiest, expect, expectAccessible, type Mail, type Project, test, token } from "../support/test";

interface Screen {
  name: string;
  path(project: Project, mail: Mail): string;
  /** Stands on the page once it is whole. */
  ready: string;
}

const screens: Screen[] = [
  { name: "projects", path: () => "projects", ready: "main table, main ul" },
  { name: "timeline", path: (p) => `projects/${p.id}`, ready: "[data-card-button]" },
  {
    name: "open mail",
    path: (p, m) => `projects/${p.id}?mail=${m.id}&fact=${m.facts[0]?.id}`,
    ready: "mark[data-active='true']",
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
  ...["organisation", "senders", "reading", "keys", "audit", "security", "you"].map((tab) => ({
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

for (const theme of ["light", "dark"] as const) {
  test.describe(theme, () => {
    test.use({ theme });

    for (const screen of screens) {
      test(screen.name, async ({ page, org, api }) => {
        const { project, mail } = await busiest(api);
        for (const size of [
          { width: 1440, height: 900 },
          { width: 390, height: 844 },
        ]) {
          await page.setViewportSize(size);
          await page.goto(`/orgs/${org}/${screen.path(project, mail)}`);
          await page.locator(screen.ready).first().waitFor({ state: "attached" });
          await page.waitForTimeout(400); // colours have settled
          await expectAccessible(page);
        }
      });
    }

    for (const door of doors) {
      test(`door, ${door}`, async ({ page }) => {
        for (const size of [
          { width: 1440, height: 900 },
          { width: 390, height: 844 },
        ]) {
          await page.setViewportSize(size);
          await page.goto("about:blank"); // an address that differs in # alone would not load
          await page.goto(`/${door}`);
          await page.locator("main h1").waitFor();
          await page.waitForTimeout(400); // colours have settled
          await expectAccessible(page);
        }
      });
    }

    test("a fact's form and the readings of a mail", async ({ page, org, api }) => {
      const { project, mail } = await busiest(api);
      await page.goto(`/orgs/${org}/projects/${project.id}?mail=${mail.id}&fact=${mail.facts[0]?.id}`);
      await expect(page.locator("mark[data-active='true']").first()).toBeVisible();
      await page.keyboard.press("e");
      const form = page.getByRole("form", { name: /^Correct/ });
      await expect(form).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      await expect(form).toHaveCount(0);
      await page.getByRole("button", { name: /^Read by/ }).click();
      await expect(page.getByRole("list", { name: "Readings" })).toBeVisible();
      await page.waitForTimeout(400); // colours have settled
      await expectAccessible(page);
    });

    test("the theme of the device is taken", async ({ page, org }) => {
      await page.goto(`/orgs/${org}/projects`);
      await expect(page.locator("html")).toHaveClass(theme === "dark" ? /dark/ : /^(?!.*dark)/);
      const ground = await token(page, "--background");
      await expect(page.locator("html")).toHaveCSS("background-color", ground);
    });
  });
}
