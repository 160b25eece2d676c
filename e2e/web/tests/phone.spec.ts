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

test("the ledger and its filters fit, and are chosen by touch", async ({ page, org }) => {
  const tokens = { input: 4812, cached: 0, written: 0, output: 906, reasoning: 0 };
  const share = (id: string) => ({ id, name: id, calls: 2, unpriced: 0, tokens, cost_micro_usd: 900_000 });
  const model = "a-model-with-a-rather-long-name-2026-11-02";
  await page.route(/\/usage\?/, async (route) => {
    const usage = await (await route.fetch()).json();
    const [project] = usage.projects;
    await route.fulfill({
      json: {
        ...usage,
        calls: 2,
        cost_micro_usd: 900_000,
        projects: project ? [{ ...project, calls: 2, cost_micro_usd: 900_000 }] : [],
        models: [share(model)],
        steps: [share("read")],
        people: [{ ...share(""), name: undefined }, share("Somebody With A Long Name Indeed")],
      },
    });
  });
  const asked: string[] = [];
  await page.route(/\/usage\/ledger\?/, (route) => {
    asked.push(route.request().url());
    const call = (id: string, outcome: string) => ({
      id,
      at: "2026-11-19T14:43:08Z",
      day: "2026-11-19",
      job: id,
      email_id: `e-${id}`,
      subject: `A subject that is longer than a phone is wide, and goes on after that: ${id}`,
      project_id: null,
      project: "",
      step: "read",
      by: { kind: "mail", id: "", name: "" },
      model,
      answered: model,
      prompt: "1",
      prices: "1",
      outcome,
      took_ms: 3100,
      tokens,
      most_micro_usd: 50_000,
      cost_micro_usd: 41_200,
      charged_micro_usd: 41_200,
    });
    return route.fulfill({ json: { items: [call("a", "answered"), call("b", "timeout")] } });
  });
  await page.goto(`/orgs/${org}/usage`);
  await page.getByRole("button", { name: "Outcome All" }).tap();
  await page.getByRole("menuitemradio", { name: "Took too long" }).tap();
  await page.getByRole("button", { name: /^Calls of this mail alone/ }).first().tap();
  await expect(page.getByRole("button", { name: "One mail" })).toBeVisible();
  await expect.poll(() => asked.at(-1)).toContain("outcome=timeout&email=e-a");
  await page.getByRole("button", { name: "Person All" }).tap();
  await page.getByRole("menuitemradio", { name: /^Somebody/ }).tap();
  await expect(page.getByRole("button", { name: /^Person Somebody/ })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await expectNothingBelow(page);
});
