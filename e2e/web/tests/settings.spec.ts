import { readFile } from "node:fs/promises";
import { test as base, expect, type Page } from "@playwright/test";
import { browserOf, firm, type Person } from "../support/firm";
import { expectAccessible } from "../support/test";

const org = `settings${process.env.TEST_WORKER_INDEX}`;
const person = (name: string, role: Person["role"]): Person => ({
  email: `${name.toLowerCase()}@${org}.example`,
  name,
  role,
});
const [dana, tao] = [person("Dana", "admin"), person("Tao", "admin")];
const [joel, hollis] = [person("Joel", "viewer"), person("Hollis", "viewer")];

/** Pages of people of one organisation, each in a browser of their own. */
const test = base.extend<{ as(who: Person): Promise<Page> }, { there: true }>({
  there: [
    async ({}, use) => {
      firm(org, [dana, tao, joel, hollis]);
      await use(true);
    },
    { scope: "worker" },
  ],
  as: async ({ browser, there }, use) => {
    expect(there).toBe(true);
    const open: { close(): Promise<void> }[] = [];
    await use(async (who) => {
      const context = await browserOf(browser, who);
      open.push(context);
      return context.newPage();
    });
    for (const context of open) await context.close();
  },
});

const settings = (tab = "") => `/orgs/${org}/settings${tab && `?tab=${tab}`}`;

test("an admin changes a role and takes a member out, by keyboard, and it holds at once", async ({ as }) => {
  const page = await as(dana);
  const taos = await as(tao);
  const joels = await as(joel);
  await joels.goto(`/orgs/${org}/projects`);
  await page.goto(settings());

  await page.getByRole("button", { name: "Role of Tao: Admin" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitemradio", { name: "Viewer" }).press("Enter");
  await expect(page.getByRole("status").getByText("Tao is a viewer now.")).toBeVisible();
  await taos.goto(settings());
  await expect(taos.getByText("You are a viewer. Ask an admin to invite people")).toBeVisible();
  await expect(taos.getByRole("button", { name: /^Role of/ })).toHaveCount(0);

  await page.getByRole("button", { name: "More about Joel" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Remove from organisation" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Remove Joel?" });
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  expect((await joels.request.get(`/api/v1/orgs/${org}/projects`)).status()).toBe(200);
  await page.getByRole("button", { name: "More about Joel" }).click();
  await page.getByRole("menuitem", { name: "Remove from organisation" }).click();
  await dialog.getByRole("button", { name: "Remove member" }).click();
  await expect(page.getByRole("status").getByText("Joel is removed.")).toBeVisible();
  expect((await joels.request.get(`/api/v1/orgs/${org}/projects`)).status()).toBe(404);
});

test("the organisation is renamed, and its menu says so", async ({ as }) => {
  const page = await as(dana);
  await page.goto(settings("organisation"));
  const form = page.getByRole("form", { name: "Organisation" });
  await form.getByRole("textbox", { name: "Name" }).fill("Brennock & Sons");
  await form.getByRole("combobox", { name: "Time zone" }).selectOption("Europe/Berlin");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name: "Organisation: Brennock & Sons" })).toBeVisible();
  await page.reload();
  await expect(form.getByRole("combobox", { name: "Time zone" })).toHaveValue("Europe/Berlin");
});

test("the audit log tells who did it, is narrowed in the URL, and is to be had as a file", async ({ as }) => {
  const page = await as(dana);
  await page.goto(settings("audit"));
  await page.getByRole("combobox", { name: "Event" }).selectOption("Removed a member");
  await expect(page).toHaveURL(/tab=audit.*action=member\.drop/);
  const rows = page
    .getByRole("table", { name: /^Audit log/ })
    .getByRole("row")
    .filter({ hasText: "Dana" });
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("Removed a member");
  await page.reload();
  await expect(rows).toHaveCount(1);
  await expectAccessible(page);

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "CSV" }).click();
  const text = await readFile((await (await download).path()) ?? "", "utf8");
  const lines = text.trim().split("\r\n");
  expect(lines[0]).toContain("time,who,");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain("member.drop");
});

test("a viewer sees no action they may not take, and whom to ask", async ({ as }) => {
  const page = await as(hollis);
  for (const [tab, sentence] of [
    ["", "invite people or to change what they may"],
    ["organisation", "change these"],
    ["senders", "allow or block senders"],
    ["keys", "make API keys"],
    ["audit", "look things up in the audit log"],
  ] as const) {
    await page.goto(settings(tab));
    await expect(page.getByText(`You are a viewer. Ask an admin to ${sentence}.`)).toBeVisible();
    await expect(
      page.getByRole("main").getByRole("button", { name: /^(Invite|Save|Add rule|New key|Remove|Role of)/ }),
    ).toHaveCount(0);
    await expectAccessible(page);
  }
});

test("a session elsewhere ends, and a wrong password changes nothing", async ({ as }) => {
  const page = await as(tao);
  const elsewhere = await as(tao);
  await page.goto(settings("security"));
  await page.getByRole("button", { name: "Sign out the others" }).click();
  const dialog = page.getByRole("dialog", { name: "Sign out everywhere else?" });
  await expectAccessible(page);
  expect((await elsewhere.request.get("/api/v1/me")).status()).toBe(200);
  await dialog.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page.getByRole("status").getByText("Your other sessions are signed out.")).toBeVisible();
  await expect(page.getByRole("list", { name: "Sessions" }).getByRole("listitem")).toHaveCount(1);
  expect((await elsewhere.request.get("/api/v1/me")).status()).toBe(401);

  const form = page.getByRole("form", { name: "Change password" });
  await form.getByLabel("Password now").fill("not this one at all");
  await form.getByLabel("New password").fill("four words nobody guesses");
  await form.getByRole("button", { name: "Change password" }).click();
  await expect(form.getByLabel("Password now")).toHaveAccessibleDescription(/not your password/);
  expect((await page.request.get("/api/v1/me")).status()).toBe(200);
});

test("a key does what it was made for, and nothing once it is revoked", async ({ as, playwright }) => {
  const page = await as(dana);
  await page.goto(settings("keys"));
  await page.getByRole("button", { name: "New key" }).click();
  const form = page.getByRole("form", { name: "New key" });
  await form.getByRole("textbox", { name: "Name" }).fill("Accounting sync");
  await form.getByRole("combobox", { name: "The key may" }).selectOption("Only what I choose");
  await form.getByRole("checkbox", { name: "Read projects" }).check();
  await expectAccessible(page);
  await form.getByRole("button", { name: "Create key" }).click();
  const dialog = page.getByRole("dialog", { name: "Key for Accounting sync" });
  const key = await dialog.getByRole("status", { name: "Key" }).innerText();
  expect(key).toMatch(/^prj_/);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText(key)).toHaveCount(0);

  const program = await playwright.request.newContext({
    baseURL: page.url(),
    extraHTTPHeaders: { Authorization: `Bearer ${key}` },
  });
  const status = async (path: string) => (await program.get(`/api/v1/orgs/${org}/${path}`)).status();
  expect(await status("projects")).toBe(200);
  expect(await status("emails")).toBe(403);

  await page.getByRole("button", { name: "Revoke key: Accounting sync" }).click();
  await page.getByRole("button", { name: "Revoke key", exact: true }).click();
  await expect(page.getByRole("list", { name: "API keys" }).getByText("Revoked")).toBeVisible();
  expect(await status("projects")).toBe(401);
  await program.dispose();
});
