import { sendMail, signInOf } from "../support/demo";
import { expect, expectAccessible, type List, type Mail, type Project, test } from "../support/test";

test.use({ firm: 1 });

/** A mail about a job of a sender whom nobody allowed. */
async function stranger(from: string, subject: string) {
  await sendMail({
    from,
    name: "Kirsten Dobry",
    to: signInOf("admin", 1).address,
    subject,
    body: "Sam,\n\nWe decided to hold the crane on Saturday. Please confirm the slot by Friday.\n\nKirsten\n",
  });
}

test("one click allows a sender and brings the mail to its job, without a reload", async ({
  page,
  org,
  api,
}) => {
  const { items } = await api<List<Project>>("projects");
  const project = items.find((p) => p.job_number !== "") as Project;
  const address = `kirsten@rigging-${Date.now()}.example`;
  const subject = `${project.job_number} ${project.name} crane slot ${Date.now()}`;
  await page.goto(`/orgs/${org}/review?tab=quarantine`);
  await expect(page.getByRole("heading", { name: "Review", level: 1 })).toBeVisible();
  await stranger(address, subject);
  // It comes by itself, and so does its count.
  const row = page.getByRole("list", { name: "Mail in quarantine" }).getByText(subject);
  await row.click();
  await expect(page.getByText(`${address} is not known here yet`).first()).toBeVisible();
  await page.getByRole("button", { name: `Allow ${address}`, exact: true }).click();
  await expect(page.getByRole("status").getByText(`${address} may send now.`)).toBeVisible();
  await expect(row).toHaveCount(0);

  await page
    .getByRole("navigation", { name: "Places" })
    .getByRole("link", { name: /^Projects/ })
    .click();
  await page.getByRole("main").getByRole("link", { name: project.name }).first().click();
  await expect(page.getByRole("article", { name: subject })).toBeVisible();
  const mails = await api<List<Mail>>(`emails?project=${project.id}&order=date`);
  expect(mails.items.find((m) => m.subject === subject)?.state).toBe("filed");
});

test("what was allowed can be taken back, and mail that was let in stays", async ({ page, org, api }) => {
  const address = `back@rigging-${Date.now()}.example`;
  const subject = `Crane window ${Date.now()}`;
  await stranger(address, subject);
  await page.goto(`/orgs/${org}/review?tab=quarantine`);
  await page.getByRole("list", { name: "Mail in quarantine" }).getByText(subject).click();
  await page.keyboard.press("a");
  await expect(page.getByRole("status").getByText(`${address} may send now.`)).toBeVisible();
  const state = async () =>
    (await api<List<Mail>>("emails?limit=50")).items.find((m) => m.subject === subject)?.state;
  await expect.poll(state).toBe("review");
  await page.keyboard.press("z");
  await expect(page.getByRole("status").getByText("Not allowed any more.")).toBeVisible();
  const rules = await api<List<{ pattern: string }>>("senders");
  expect(rules.items.map((r) => r.pattern)).not.toContain(address);
  expect(await state()).toBe("review");
});

test("a blocked sender stays out, and says who blocked", async ({ page, org, api }) => {
  const address = `noise@bids-${Date.now()}.example`;
  const [first, second] = [`Bids one ${Date.now()}`, `Bids two ${Date.now()}`];
  await stranger(address, first);
  await page.goto(`/orgs/${org}/review?tab=quarantine`);
  const list = page.getByRole("list", { name: "Mail in quarantine" });
  await list.getByText(first).click();
  await page.getByRole("button", { name: `Block ${address}` }).click();
  await expect(page.getByRole("status").getByText(`${address} is blocked.`)).toBeVisible();
  await stranger(address, second);
  const group = page.getByRole("list", { name: `From ${address}` });
  await expect(group.getByRole("listitem")).toHaveCount(2);
  await expect(group.getByText(/^Blocked by/)).toHaveCount(2);
  const back = await api<List<Mail>>("emails?state=quarantined");
  expect(back.items.map((m) => m.subject)).toEqual(expect.arrayContaining([first, second]));

  // The rule stands in settings, and is removed there.
  await page.goto(`/orgs/${org}/settings?tab=senders`);
  await page.getByRole("button", { name: `Remove rule: ${address}` }).click();
  await page.getByRole("button", { name: "Remove rule", exact: true }).click();
  await expect(page.getByRole("button", { name: `Remove rule: ${address}` })).toHaveCount(0);
});

test.describe("a viewer", () => {
  test.use({ role: "viewer" });

  test("sees what waits and why they may not let it in", async ({ page, org }) => {
    await page.goto(`/orgs/${org}/review?tab=quarantine`);
    const allow = page.getByRole("button", { name: /^Allow \S+@/ });
    await expect(allow).toBeDisabled();
    await expect(allow).toHaveAccessibleDescription(/Ask an admin to allow or block senders/);
  });
});

for (const theme of ["light", "dark"] as const) {
  test.describe(theme, () => {
    test.use({ theme });

    test("quarantine and rules are accessible", async ({ page, org }) => {
      for (const size of [
        { width: 1440, height: 900 },
        { width: 390, height: 844 },
      ]) {
        await page.setViewportSize(size);
        await page.goto(`/orgs/${org}/review?tab=quarantine`);
        const first = page.getByRole("list", { name: "Mail in quarantine" }).locator("[data-item]").first();
        await first.click();
        await page.getByRole("button", { name: /The sender was not checked|Nothing proves|Checked/ }).click();
        await page.waitForTimeout(400); // colours have settled
        await expectAccessible(page);
        await page.goto(`/orgs/${org}/review?tab=kept`);
        await expect(page.getByRole("heading", { name: "Review", level: 1 })).toBeVisible();
        await page.waitForTimeout(400);
        await expectAccessible(page);
      }
    });
  });
}
