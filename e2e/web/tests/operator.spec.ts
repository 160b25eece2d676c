import { test as base, expect } from "@playwright/test";
import { operate } from "../support/demo";
import { browserOf, firm, type Person } from "../support/firm";
import { expectAccessible, expectNoSidewaysScroll } from "../support/test";

const org = `visited${process.env.TEST_WORKER_INDEX}`;
const home = `house${process.env.TEST_WORKER_INDEX}`;
const dana: Person = { email: `dana@${org}.example`, name: "Dana", role: "admin" };
const olga: Person = { email: `olga@${home}.example`, name: "Olga", role: "viewer" };

base("an operator enters by a reason, looks, leaves, and the admins see it", async ({ browser }) => {
  firm(org, [dana]);
  firm(home, [olga]);
  operate(["operator", "add", olga.email]);
  const inside = await browserOf(browser, olga);
  const page = await inside.newPage();
  await page.goto("/");
  await page.getByRole("button", { name: /^Your account:/ }).click();
  await page.getByRole("menuitem", { name: "All organisations" }).click();
  const table = page.getByRole("table", { name: "Organisations" });
  await expect(table.getByRole("row", { name: new RegExp(`Firm ${org}`) })).toBeVisible();
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: "light" });
  expect((await page.request.get(`/api/v1/orgs/${org}`)).status()).toBe(404);

  const whole = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  for (const place of ["Money", "Parked mail", "Unrouted mail", "Organisations"]) {
    await page.getByRole("link", { name: place, exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: place })).toBeVisible();
    await expect(page.getByRole("main").getByText("Loading")).toHaveCount(0);
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await expectAccessible(page, { what: "colours" });
    await page.emulateMedia({ colorScheme: "light" });
    await expectNoSidewaysScroll(page);
    await page.setViewportSize({ width: 320, height: 844 });
    await expectNoSidewaysScroll(page);
    await page.setViewportSize({ width: 390, height: 844 });
  }
  if (whole) await page.setViewportSize(whole);

  await table.getByRole("link", { name: `Firm ${org}` }).click();
  await page.getByRole("button", { name: "Enter" }).click();
  const dialog = page.getByRole("dialog", { name: `Enter Firm ${org}` });
  await dialog.getByRole("textbox", { name: "Reason" }).fill("A mail is missing, says Dana");
  await expectAccessible(page);
  await dialog.getByRole("textbox", { name: "Reason" }).press("Enter");
  const banner = page.getByText(/^You are visiting/);
  await expect(banner).toContainText("because: A mail is missing, says Dana");
  await expectAccessible(page);
  await expect(page.getByRole("button", { name: "New project" })).toHaveCount(0);

  await page.getByRole("button", { name: "Leave" }).click();
  await expect(table).toBeVisible();
  expect((await page.request.get(`/api/v1/orgs/${org}`)).status()).toBe(404);
  await inside.close();

  const theirs = await browserOf(browser, dana);
  const log = await theirs.newPage();
  await log.goto(`/orgs/${org}/settings?tab=audit`);
  const entries = log.getByRole("main");
  await expect(entries.getByText("A mail is missing, says Dana").first()).toBeVisible();
  await expect(entries.getByText("Olga (operator)").first()).toBeVisible();
  await theirs.close();
});
