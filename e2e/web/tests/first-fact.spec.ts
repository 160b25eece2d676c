import { test as base, type Browser, expect, type Locator, type Page } from "@playwright/test";
import { demo, sendMail, signInOf } from "../support/demo";
import { letterTo } from "../support/relay";
import { expectAccessible } from "../support/test";

const test = base.extend({ baseURL: async ({}, use) => use(demo().url) });

const name = `first${process.env.TEST_WORKER_INDEX}`;
const at = `${name}.example`;
const password = "a quiet morning on the scaffold";
const domain = () => signInOf("admin").address.split("@")[1];

/** Goes on by Tab until something has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let i = 0; i < 80; i++) {
    if (await target.evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${target}.`);
}

/** Types into the field of a form that the focus is brought to. */
async function type(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page, page.getByLabel(label, { exact: true }));
  await page.keyboard.type(text);
}

async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press("Enter");
}

test("from sign-up to the first fact by keyboard alone, with the letters in between", async ({ page, browser }) => {
  await page.goto("/sign-in");
  await press(page, page.getByRole("link", { name: "Set up your company" }));
  await page.getByRole("heading", { name: "Set up your company" }).waitFor();
  await type(page, "Company", "First & Sons");
  await type(page, "Mail-in address", name);
  await type(page, "Your name", "Dana Orlik");
  await type(page, "Work email", `dana@${at}`);
  await type(page, "Password", password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Look in your mail" })).toBeVisible();

  await page.goto((await letterTo(`dana@${at}`, "Finish signing up")).path);
  await type(page, "Password", password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Set up First & Sons", level: 1 })).toBeFocused();
  await expect(page.getByText("Waiting for your first email…")).toBeVisible();
  await expect(page.getByText(`Anyone at ${at}.`).first()).toBeVisible();

  await sendMail({
    from: `tao@${at}`,
    name: "Tao Brandt",
    to: `${name}@${domain()}`,
    subject: "Job 25-204 kickoff",
    body: "Project: Pier 9 Cold Storage\n\nDana, please send the insurance certificate by Friday, December 4.\n\nTao",
  });
  // It comes in without a reload, and whoever waits is told.
  await expect(page.getByRole("heading", { name: "Your first mail is here" })).toBeFocused();
  await press(page, page.getByRole("button", { name: "Start Pier 9 Cold Storage and open its first fact" }));
  await expect(page.getByRole("heading", { name: "Pier 9 Cold Storage", level: 1 })).toBeVisible();
  await expect(page.locator("mark[data-active='true']")).toContainText("please send the insurance certificate");

  await page.goto(`/orgs/${name}/set-up`);
  await type(page, "Email", `lena@${at}`);
  await page.keyboard.press("Enter");
  await expect(page.getByText("1 invited")).toBeVisible();
  await accept(browser);
});

/** Somebody who was invited comes in, and later forgets their password. */
async function accept(browser: Browser): Promise<void> {
  const context = await browser.newContext({ baseURL: demo().url });
  const page = await context.newPage();
  await page.goto((await letterTo(`lena@${at}`, "You are invited to")).path);
  await type(page, "Your name", "Lena Farrow");
  await type(page, "Password", password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  await context.clearCookies();

  await page.goto("/sign-in");
  await press(page, page.getByRole("link", { name: "Forgot it?" }));
  await type(page, "Work email", `lena@${at}`);
  await page.keyboard.press("Enter");
  await page.goto((await letterTo(`lena@${at}`, "Set a new password")).path);
  await type(page, "New password", `${password}, again`);
  await page.keyboard.press("Enter");
  await press(page, page.getByRole("button", { name: "Go to sign in" }));
  await type(page, "Work email", `lena@${at}`);
  await type(page, "Password", `${password}, again`);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  await context.close();
}

test("without mail at hand, a sample comes by the road of all mail, and can be set aside", async ({ page }) => {
  const other = `sample${process.env.TEST_WORKER_INDEX}`;
  await page.goto("/sign-up");
  for (const [label, text] of [
    ["Company", "Sample & Sons"],
    ["Mail-in address", other],
    ["Your name", "Jo"],
    ["Work email", `jo@${other}.example`],
    ["Password", password],
  ] as const)
    await page.getByLabel(label, { exact: true }).fill(text);
  await page.keyboard.press("Enter");
  await page.goto((await letterTo(`jo@${other}.example`, "Finish signing up")).path);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Finish and sign in" }).click();
  await page.getByRole("button", { name: "Nothing arriving?" }).click();
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, { what: "colours" });
  await page.getByRole("button", { name: "Send a sample from us" }).click();
  await expect(page.getByRole("heading", { name: "The sample is here" })).toBeVisible();
  await expect(page.getByText("Sample: RTU-3 curb conflict, job HP-2217")).toBeVisible();
  await page.getByRole("button", { name: "Set the sample aside" }).click();
  await expect(page.getByText("Waiting for your first email…")).toBeVisible();
  await page.getByRole("link", { name: "Skip for now" }).click();
  await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  await page.getByRole("link", { name: "Set up step by step" }).click();
  await expect(page.getByRole("heading", { name: "Set up Sample & Sons", level: 1 })).toBeVisible();
});
