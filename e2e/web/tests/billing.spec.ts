import { test as base, expect, type Page } from "@playwright/test";
import { type Paid, paid } from "../support/paid";
import { letterTo } from "../support/relay";
import { expectAccessible, expectNoSidewaysScroll } from "../support/test";

/** An installation whose organisations pay, and the payment provider with its pages. */
const test = base.extend<object, { at: Paid }>({
  at: [
    async ({}, use) => {
      const at = await paid();
      await use(at);
      at.stop();
    },
    { scope: "worker" },
  ],
});

const name = `paid${process.env.TEST_WORKER_INDEX}`;

const password = "a quiet morning at the bank";

async function signUp(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-up`);
  for (const [label, text] of [
    ["Company", "Paid & Sons"],
    ["Mail-in address", name],
    ["Your name", "Dana Orlik"],
    ["Work email", `dana@${name}.example`],
    ["Password", password],
  ] as const)
    await page.getByLabel(label, { exact: true }).fill(text);
  await page.keyboard.press("Enter");
  await page.goto(url + (await letterTo(`dana@${name}.example`, "Finish signing up")).path);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Finish and sign in" }).click();
  await expect(page.getByRole("heading", { name: "Set up Paid & Sons" })).toBeVisible();
}

/** Sets by keyboard when admins are told that a limit is near: here there are limits. */
async function alerts(page: Page, usage: string): Promise<void> {
  await page.goto(usage);
  await page.getByRole("button", { name: "Alerts at 70, 90, 100%" }).press("Enter");
  await expect(page.getByRole("textbox", { name: "Percentages" })).toBeFocused();
  await expectAccessible(page, { within: "[role=dialog]" });
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("80 50");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Alerts at 50, 80, 100%" })).toBeFocused();
}

/** Words with a day in place of each "DAY": what day it is, the tests of the page know. */
const words = (text: string) =>
  new RegExp(
    text.replace(/[.$]/g, "\\$&").replaceAll("DAY", "\\w+ \\d+(, \\d+)?").replaceAll("SOME", "\\d+"),
  );

test("from the trial by checkout, upgrade and a payment that fails to the end, the page says how it stands", async ({
  page,
  at,
}) => {
  await signUp(page, at.url);
  const billing = `${at.url}/orgs/${name}/billing`;
  const heading = page.getByRole("heading", { name: "Plan & billing", level: 1 });
  const now = (text: string) => expect(page.getByRole("main")).toContainText(words(text));
  /** Some days later, by the clocks of the provider and the browser. */
  const later = async (days: number) => {
    const then = await at.pass(days);
    await page.clock.setFixedTime(then);
    await page.goto(billing);
  };

  await later(0);
  await now("The trial of Professional ends on DAY, in SOME days; after that mail is received and kept");
  await expect(page.getByRole("button", { name: "Payment portal" })).toHaveCount(0);

  await alerts(page, `${at.url}/orgs/${name}/usage`);
  await page.goto(billing);
  await page.getByRole("button", { name: "Choose Starter" }).click();
  await expect(page.getByRole("heading", { name: "Subscribe to starter" })).toBeVisible();
  await page.getByRole("link", { name: "Back" }).click();
  await now("The trial of Professional ends");
  await page.getByRole("button", { name: "Choose Starter" }).click();
  await page.getByRole("button", { name: "Pay", exact: true }).click();
  await expect(heading).toBeVisible();
  await expect(page.getByText("Thank you. Starter is your plan.")).toBeVisible();
  expect(page.url()).toBe(billing);
  await now("The trial ends on DAY, in SOME days. From then on $49 a month is charged, before taxes and discounts.");

  await now("Visa ending 4242Expires 08 / 2030");
  await expect(page.getByText(`Billed to dana@${name}.example`)).toBeVisible();

  await later(15);
  await now("Renews DAY for $49");
  const invoices = page.getByRole("list", { name: "Invoices" }).getByRole("listitem");
  await expect(invoices).toHaveCount(1);
  await expect(invoices.first()).toContainText("StarterPaid$49.00");

  await page.getByRole("button", { name: "Switch to Professional" }).click();
  const dialog = page.getByRole("dialog", { name: "Switch to Professional?" });
  await expect(dialog).toContainText(
    words(
      "A month of Professional, from today$149Less the rest of Starter, which is paid−$4SOME.SOMECharged today$10SOME.SOMENext payment, DAY$149",
    ),
  );
  await expectAccessible(page, { within: "[role=dialog]" });
  await dialog.getByRole("button", { name: "Switch to Professional" }).click();
  await expect(page.getByText("Professional is your plan now.")).toBeVisible();
  await now("Renews DAY for $149");
  await expect(invoices).toHaveCount(2);
  await expect(invoices.first()).toContainText(words("Upgrade from Starter, proratedPaid$10SOME.SOME"));

  await page.getByRole("button", { name: "Switch to Starter" }).click();
  const back = page.getByRole("dialog", { name: "Switch to Starter?" });
  await expect(back).toContainText(words("Charged todayNothingFrom DAY on, a month$49"));
  await back.getByRole("button", { name: "Switch to Starter" }).click();
  await now("Professional until DAY, then Starter for $49 a month.");
  await page.getByRole("button", { name: /^Keep Professional/ }).click();
  await now("Renews DAY for $149");
  await expect(invoices).toHaveCount(2);

  await page.getByRole("button", { name: "Payment portal" }).click();
  await page.getByRole("button", { name: "Save a card that will fail" }).click();
  await expect(heading).toBeVisible();
  await later(31);
  await now("The last payment failed and is tried again. Mail is read until DAY, in SOME days");
  await expect(invoices.first()).toContainText("ProfessionalTo be paid$149.00");
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, { what: "colours" });
  await page.emulateMedia({ colorScheme: "light" });
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    await expectNoSidewaysScroll(page);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await later(14);
  await now("The last payment failed. Since DAY mail is received and kept, and not read.");
  await page.getByRole("button", { name: "Payment portal" }).click();
  await page.getByRole("button", { name: "Pay with a card that works" }).click();
  await now("Renews DAY for $149");
  await expect(invoices.first()).toContainText("Paid$149.00");

  const cancel = async () => {
    await page.getByRole("button", { name: "Cancel: Subscription" }).click();
    await page.getByRole("button", { name: "Cancel subscription" }).click();
    await now("Cancelled: mail is read until DAY, which is paid for");
  };
  await cancel();
  await page.getByRole("button", { name: "Take it back" }).click();
  await now("Renews DAY for $149");
  await cancel();
  await later(31);
  await now(
    "The subscription has ended. Since DAY mail is received and kept, and not read. What is kept can be read",
  );
  await expect(page.getByRole("button", { name: "Choose Professional" })).toBeVisible();
});
