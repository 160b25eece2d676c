import type { Page } from "@playwright/test";
import { sendMail, signInOf } from "../support/demo";
import { expect, expectAccessible, type Fact, type List, type Mail, type Project, test } from "../support/test";

/** The job with the least mail that has risks: the others are as the other tests expect them. */
async function quiet(api: <T>(path: string) => Promise<T>): Promise<Project> {
  const { items } = await api<List<Project & { risks: number }>>("projects");
  const project = items
    .filter((p) => p.risks > 0 && /^[\w-]+$/.test(p.job_number))
    .sort((a, b) => a.mails - b.mails)[0];
  if (!project) throw new Error("No job of the demo has a risk.");
  return project;
}

/** A mail to that job, once it is filed and read. */
async function send(
  api: <T>(path: string) => Promise<T>,
  body: string,
): Promise<{ project: Project; mail: Mail }> {
  const project = await quiet(api);
  const subject = `${project.job_number} ${Date.now()}`;
  const [local, domain] = signInOf("admin").address.split("@");
  await sendMail({
    from: "lena@site.example",
    name: "Lena Farrow",
    to: `${local}+${project.job_number}@${domain}`,
    subject,
    body,
  });
  let mail: Mail | undefined;
  await expect
    .poll(async () => {
      const { items } = await api<List<Mail>>(`emails?project=${project.id}&order=received`);
      mail = items.find((m) => m.subject === subject && m.facts.length > 0);
      return mail !== undefined;
    })
    .toBe(true);
  return { project, mail: mail as Mail };
}

/** Selects words of a mail as a reader does with the mouse. */
async function select(page: Page, words: string) {
  await page.locator(".mail-text").evaluate((root, wanted) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.textContent?.indexOf(wanted) ?? -1;
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      document.getSelection()?.removeAllRanges();
      document.getSelection()?.addRange(range);
      document.dispatchEvent(new PointerEvent("pointerup"));
      return;
    }
    throw new Error(`The mail does not say: ${wanted}`);
  }, words);
}

test("a fact is corrected in place, with other words as its proof", async ({ page, org, api }) => {
  const proof = "the sketch that Lena signed on site";
  const { project, mail } = await send(
    api,
    `Morning,\n\nPlease send the revised curb drawing by Friday. It follows ${proof}.\n\nLena\n`,
  );
  const fact = mail.facts.find((f) => f.kind === "action_item") as Fact;
  await page.goto(`/orgs/${org}/projects/${project.id}?mail=${mail.id}&fact=${fact.id}`);
  await expect(page.locator("mark[data-active='true']").first()).toBeInViewport();
  await page.keyboard.press("e");
  const form = page.getByRole("form", { name: `Correct: ${fact.text}` });
  await form.getByLabel("Owner").fill("Dana Orlik");
  await select(page, proof);
  await expect(form.getByText(`“${proof}”`)).toBeVisible();
  await form.getByLabel("What it says").fill("Send the curb drawing");
  await page.keyboard.press("Enter");
  await expect(form).toHaveCount(0);
  const now = async () => (await api<Mail>(`emails/${mail.id}`)).facts.find((f) => f.id === fact.id);
  await expect.poll(now).toMatchObject({ text: "Send the curb drawing", quote: proof, state: "corrected" });
  await expect(page.locator(`mark[data-facts~="${fact.id}"]`).first()).toContainText("the sketch");

  // Esc leaves everything as it was; Undo brings the old words back.
  await page.keyboard.press("z");
  await expect.poll(now).toMatchObject({ text: fact.text, quote: fact.quote, state: fact.state });
});

test("an action is marked done and opened again, and gets a date and an owner", async ({
  page,
  org,
  api,
}) => {
  const { project, mail } = await send(api, "Lena here.\n\nPlease send me the hoist plan.\n\nLena\n");
  const fact = mail.facts.find((f) => f.kind === "action_item") as Fact;
  await page.goto(`/orgs/${org}/projects/${project.id}?tab=action_item`);
  const row = page.locator(`[data-action="${fact.id}"]`);
  await row.getByRole("button", { name: /^Set date|^Change date/ }).click();
  await page.getByRole("dialog", { name: "Set date" }).getByLabel("Due").fill("2030-01-15");
  await page.keyboard.press("Enter");
  await expect(row).toContainText("Jan 15, 2030");
  await row.getByRole("button", { name: /^Change owner/ }).click();
  await page.getByRole("dialog", { name: "Change owner" }).getByRole("combobox").fill("Tao Brandt");
  await page.keyboard.press("Enter");
  await expect(row).toContainText("Tao Brandt");
  await row.getByRole("checkbox", { name: `Done: ${fact.text}` }).click();
  await expect(row).toHaveCount(0);
  await page.getByRole("button", { name: /^Done/, pressed: false }).click();
  await expect(row).toBeVisible();
  await page.keyboard.press("z");
  await expect(row).toHaveCount(0);
  await page.getByRole("button", { name: /^Open/, pressed: false }).click();
  await expect(row).toBeVisible();
});

test("a risk is closed and stands below the open ones", async ({ page, org, api }) => {
  const project = await quiet(api);
  const risks = await api<List<Fact>>(`projects/${project.id}/facts?kind=risk`);
  const risk = risks.items[0] as Fact;
  await page.goto(`/orgs/${org}/projects/${project.id}?tab=risk`);
  const row = page.locator(`[data-fact-row="${risk.id}"]`);
  await row.getByRole("button", { name: `Close risk: ${risk.text}` }).click();
  await expect(page.getByRole("status").getByText("Risk closed.")).toBeVisible();
  await expect(page.getByRole("rowheader", { name: "Closed 1" })).toBeVisible();
  await expect(row).toContainText("Closed");
  await row.getByRole("button", { name: `Reopen risk: ${risk.text}` }).click();
  await expect(page.getByRole("rowheader", { name: /^Closed/ })).toHaveCount(0);
});

test("money in doubt is decided by a number and Enter, and counts where it was put", async ({
  page,
  org,
  api,
}) => {
  const { mail, project } = await send(
    api,
    "Dana,\n\nThe plumber needs the rough-in sheet by Friday. I am carrying 6.4k against allowance 7 for the fixtures until I see your number.\n\nLena\n",
  );
  const fact = mail.facts.find((f) => f.kind === "budget_mention") as Fact;
  await page.goto(`/orgs/${org}/review?tab=unsure&item=${fact.id}`);
  await expect(page.getByRole("heading", { name: "What is it?" })).toBeVisible();
  await page.keyboard.press("2");
  await expect(page.getByRole("button", { name: "Save as approved cost" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByText(/^Done today: \d+\.$/)).toBeVisible();
  await expect
    .poll(
      async () => (await api<{ approved: { minor: number }[] }>(`projects/${project.id}`)).approved[0]?.minor,
    )
    .toBeGreaterThanOrEqual(640_000);
  await page.keyboard.press("z");
});

test("how mail is read is decided in settings", async ({ page, org, api }) => {
  await page.goto(`/orgs/${org}/settings?tab=reading`);
  const words = page.getByRole("region", { name: "Words that keep mail from a model" });
  await words.getByRole("textbox").fill("privileged");
  await page.keyboard.press("Enter");
  await expect(words.getByText("privileged")).toBeVisible();
  await expect
    .poll(async () => (await api<{ no_ai_words: string[] }>("settings")).no_ai_words)
    .toEqual(["privileged"]);
  await words.getByRole("button", { name: "Remove: privileged" }).click();
  await expect(words.getByText("privileged")).toHaveCount(0);

  const reads = async () => (await api<{ extractor: string }>("settings")).extractor;
  await page.getByRole("button", { name: "A model", exact: true }).focus();
  await page.keyboard.press("Enter");
  const price = page.getByRole("dialog", { name: "Have a model read the mail?" });
  await expect(price.getByText(/ a month more at your \d+ mails a month/)).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(price).toHaveCount(0);
  expect(await reads()).toBe("rules");
  await page.keyboard.press("Enter"); // where it was asked for
  // The price is asked for anew, and till it is there nothing can be said yes to.
  const yes = price.getByRole("button", { name: "Have a model read" });
  await expect(yes).toBeEnabled();
  await yes.press("Enter");
  await expect(page.getByText("A model reads now.")).toBeVisible();
  expect(await reads()).toBe("model");
  await page.getByRole("button", { name: "Rules", exact: true }).click();
  await expect(page.getByText("The rules read now.")).toBeVisible();
});

test("a move teaches a rule that settings show, and removing it unlearns it", async ({ page, org, api }) => {
  const name = `Zephyr Yard ${Date.now()}`;
  const { project, mail } = await send(api, `Lena here.\n\nPlease send me the ${name} hoist plan.\n\nLena\n`);
  const { items } = await api<List<Project>>("projects");
  const target = items.find((p) => p.id !== project.id) as Project;
  await page.goto(`/orgs/${org}/projects/${project.id}?mail=${mail.id}`);
  await page.locator(`[data-mail="${mail.id}"]`).getByRole("button", { name: "Move" }).click();
  await page.getByRole("dialog", { name: "Move mail to" }).getByRole("combobox").fill(target.name);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").getByText(`Moved to ${target.name}.`)).toBeVisible();
  type Rule = { email_id: string | null; text: string };
  const taught = async () =>
    (await api<List<Rule>>("filing-rules")).items.find((r) => r.email_id === mail.id);
  const rule = await taught();
  if (rule) {
    await expect(page.getByRole("status").getByText(`Learned: ${rule.text}`)).toBeVisible();
    await page.goto(`/orgs/${org}/settings?tab=reading`);
    const list = page.getByRole("list", { name: "Filing rules" });
    await expect(list.getByText(rule.text)).toBeVisible();
    await list.getByRole("button", { name: `Remove rule: ${rule.text}` }).click();
    await expect(page.getByText("Unlearned. Mail is filed as before.")).toBeVisible();
    await expect.poll(taught).toBeUndefined();
  }
});

test("a mail is read again once its price is known, and its readings are listed", async ({
  page,
  org,
  api,
}) => {
  const { project, mail } = await send(
    api,
    "Lena here.\n\nPlease send me the lift plan by Friday.\n\nLena\n",
  );
  await page.goto(`/orgs/${org}/projects/${project.id}?mail=${mail.id}`);
  await page.getByRole("button", { name: /^Read by rules/ }).click();
  const dialog = page.getByRole("dialog", { name: "Readings of this mail" });
  await dialog.getByRole("button", { name: "Rules", exact: true }).click();
  await expect(dialog.getByText("Costs nothing.")).toBeVisible();
  await dialog.getByRole("button", { name: "Read 1 mail again" }).click();
  await expect(page.getByText("1 mail is read again.")).toBeVisible();
  const readings = async () => (await api<List<{ state: string }>>(`emails/${mail.id}/readings`)).items;
  await expect.poll(async () => (await readings()).length).toBeGreaterThan(1);
  await expect(dialog.getByRole("list", { name: "Readings" }).getByRole("listitem").nth(1)).toBeVisible();
});
