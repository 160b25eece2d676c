import { busiest, expect, expectNoSidewaysScroll, expectNothingBelow, type List, type Mail, test } from "../support/test";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test("a mail opens over the page, one fact at a time over the mail", async ({ page, org, api }) => {
  const { project, mail } = await busiest(api);
  await page.goto(`/orgs/${org}/projects/${project.id}`);
  await page.locator(`[data-mail="${mail.id}"] [data-card-button]`).tap();
  const sheet = page.getByRole("dialog", { name: mail.subject });
  await expect(sheet).toBeVisible();
  const count = mail.facts.filter((f) => f.state !== "rejected").length;
  await expect(sheet.getByText(`1 of ${count}`)).toBeVisible();
  await sheet.getByRole("button", { name: "Next fact" }).tap();
  await expect(sheet.getByText(`2 of ${count}`)).toBeVisible();
  await expect(sheet.locator("mark[data-active='true']").first()).toBeInViewport();
  for (const name of ["Confirm", "Correct", "Reject"]) {
    const box = await sheet.getByRole("button", { name, exact: true }).boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
  }
  await sheet.getByRole("button", { name: "Back to the timeline" }).tap();
  await expect(sheet).toHaveCount(0);
});

test("review goes from list to mail to answer", async ({ page, org, api }) => {
  const mail = (await api<List<Mail>>("review")).items[0] as Mail;
  await page.goto(`/orgs/${org}/review`);
  await page.getByRole("list", { name: "Unmatched mail" }).getByText(mail.subject).first().tap();
  const sheet = page.getByRole("dialog", { name: mail.subject });
  await expect(sheet.getByRole("heading", { name: "Where does this go?" })).toBeVisible();
  await sheet.getByRole("button", { name: "Back to the list" }).tap();
  await expect(sheet).toHaveCount(0);
});

for (const width of [320, 390]) {
  test(`nothing scrolls sideways or past its end at ${width} px`, async ({ page, org, api }) => {
    await page.setViewportSize({ width, height: 844 });
    const { project, mail } = await busiest(api);
    for (const path of [
      "projects",
      `projects/${project.id}`,
      `projects/${project.id}?mail=${mail.id}`,
      `projects/${project.id}?tab=decision`,
      `projects/${project.id}?tab=action_item`,
      `projects/${project.id}?tab=budget_mention`,
      `projects/${project.id}?tab=risk`,
      "settings",
      "settings?tab=organisation",
      "settings?tab=senders",
      "settings?tab=reading",
      "settings?tab=keys",
      "settings?tab=audit",
      "settings?tab=security",
      "settings?tab=you",
      "review",
      "review?tab=unsure",
      "actions",
      "usage",
      "billing",
    ]) {
      await page.goto(`/orgs/${org}/${path}`);
      await page.waitForLoadState("networkidle").catch(() => {});
      await expectNoSidewaysScroll(page);
      await expectNothingBelow(page);
    }
  });
}
