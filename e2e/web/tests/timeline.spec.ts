import { sendMail, signInOf } from "../support/demo";
import { busiest, expect, type Fact, type List, type Mail, type Project, test, token } from "../support/test";

test("from the list to a project to a mail to the sentence that proves a fact", async ({
  page,
  org,
  api,
}) => {
  const { project, mail } = await busiest(api);
  await page.goto(`/orgs/${org}/projects`);
  await page.getByRole("main").getByRole("link", { name: project.name }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: project.name })).toBeVisible();

  const card = page.locator(`[data-mail="${mail.id}"]`);
  await card.locator("[data-card-button]").click();
  const fact = mail.facts.find((f) => f.state === "open") as Fact;
  const mark = card.locator(`mark[data-facts~="${fact.id}"]`).first();
  await expect(mark).toBeVisible();
  await expect(mark).toHaveCSS("background-color", await token(page, "--evidence-idle"));
  const words = await card.locator(`mark[data-facts~="${fact.id}"]`).allTextContents();
  expect(words.join("").replace(/\s+/g, " ")).toBe(fact.quote.replace(/\s+/g, " "));

  // The fact lights its sentence and draws the line.
  const item = page.locator(`#fact-${fact.id}`);
  await item.hover();
  await expect(mark).toHaveCSS("background-color", await token(page, "--evidence"));
  const path = card.locator("[data-evidence-line] path");
  await expect(path).toHaveCSS("stroke-width", "1.75px");
  const [line, sentence, box] = await Promise.all([
    path.boundingBox(),
    mark.boundingBox(),
    item.boundingBox(),
  ]);
  if (!line || !sentence || !box) throw new Error("Something is not drawn.");
  expect(Math.abs(line.x + line.width - box.x)).toBeLessThan(6);
  expect(line.x).toBeGreaterThan(sentence.x);
  expect(line.y).toBeGreaterThanOrEqual(Math.min(sentence.y, box.y) - 3);

  // And the sentence lifts its fact.
  await page.mouse.move(2, 2);
  await expect(mark).toHaveCSS("background-color", await token(page, "--evidence-idle"));
  await mark.hover();
  await expect(item).toHaveAttribute("data-active", "true");
  await expect(item).not.toHaveCSS("box-shadow", "none");
  expect(await mark.getAttribute("aria-details")).toContain(`fact-${fact.id}`);
});

test("an address opens its mail at the sentence", async ({ page, org, api }) => {
  const { project } = await busiest(api);
  const { items } = await api<List<Fact>>(`projects/${project.id}/facts?limit=200`); // all of them
  const fact = items.at(-1) as Fact; // the oldest one, far down
  await page.goto(`/orgs/${org}/projects/${project.id}?mail=${fact.email_id}&fact=${fact.id}`);
  const mark = page.locator(`mark[data-facts~="${fact.id}"]`).first();
  await expect(mark).toBeInViewport();
  await expect(mark).toHaveCSS("background-color", await token(page, "--evidence"));
});

test("the keyboard alone reads, confirms, takes back and closes", async ({ page, org, api }) => {
  const { project } = await busiest(api);
  await page.goto(`/orgs/${org}/projects/${project.id}`);
  await expect(page.locator("[data-card-button]").first()).toBeVisible();
  await page.keyboard.press("j");
  await expect(page.locator("[data-card-button]").first()).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("mark").first()).toBeVisible();
  await page.keyboard.press("j");
  const focused = page.locator("[data-fact-button]:focus");
  await expect(focused).toBeVisible();
  const id = (await focused.getAttribute("data-fact-button")) as string;
  await expect(page.locator(`mark[data-facts~="${id}"]`).first()).toHaveAttribute("data-active", "true");

  const state = async () => {
    const { items } = await api<List<Fact>>(`projects/${project.id}/facts?limit=200`); // all of them
    return items.find((f) => f.id === id)?.state;
  };
  const before = await state();
  await page.keyboard.press("c");
  await expect(page.getByRole("status").getByText("Confirmed.")).toBeVisible();
  await expect.poll(state).toBe("confirmed");
  await page.keyboard.press("z");
  await expect.poll(state).toBe(before);

  await page.keyboard.press("Escape");
  await expect(page.locator("mark")).toHaveCount(0);
  await expect(page.locator("[data-card-button]").first()).toBeFocused();
});

test("a fact is corrected in place, its proof by selecting words, and taken back", async ({
  page,
  org,
  api,
}) => {
  const { project, mail } = await busiest(api);
  const fact = mail.facts.find((f) => f.state === "open") as Fact;
  await page.goto(`/orgs/${org}/projects/${project.id}?mail=${mail.id}&fact=${fact.id}`);
  const item = page.locator(`#fact-${fact.id}`);
  await item.hover();
  await item.getByRole("button", { name: `Correct: ${fact.text}` }).click();
  const form = page.getByRole("form", { name: `Correct: ${fact.text}` });
  await form.getByLabel("What it says").fill("Said better by a test");

  // Another sentence becomes the proof.
  const other = mail.facts.find((f) => f.id !== fact.id && f.quote !== fact.quote) as Fact;
  await page.locator(`mark[data-facts~="${other.id}"]`).evaluateAll((marks) => {
    const [first, last] = [marks[0], marks.at(-1)];
    const range = document.createRange();
    if (first) range.setStart(first, 0);
    if (last) range.setEnd(last, last.childNodes.length);
    const selection = getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
    document.dispatchEvent(new PointerEvent("pointerup"));
  });
  await expect(form.getByText(`“${other.quote.slice(0, 20)}`)).toBeVisible();
  await form.getByRole("button", { name: "Save" }).click();
  await expect(item.getByText("Said better by a test")).toBeVisible();
  await expect(item.getByText("Corrected by you")).toBeVisible();

  const now = async () => (await api<Mail>(`emails/${mail.id}`)).facts.find((f) => f.id === fact.id);
  await expect.poll(async () => (await now())?.quote).toBe(other.quote);
  await page.getByRole("button", { name: "Undo Z" }).click();
  await expect.poll(async () => [(await now())?.text, (await now())?.quote]).toEqual([fact.text, fact.quote]);
});

test("a fact is rejected with one pick and stays struck through", async ({ page, org, api }) => {
  const { project, mail } = await busiest(api);
  const fact = mail.facts.find((f) => f.state === "open") as Fact;
  await page.goto(`/orgs/${org}/projects/${project.id}?mail=${mail.id}&fact=${fact.id}`);
  await expect(page.locator(`mark[data-facts~="${fact.id}"]`).first()).toBeVisible();
  await page.keyboard.press("x");
  await page.getByRole("menuitem", { name: "Duplicate" }).click();
  const item = page.locator(`#fact-${fact.id}`);
  await expect(item.getByText("Rejected by you: duplicate")).toBeVisible();
  await expect(page.locator(`mark[data-facts~="${fact.id}"]`)).toHaveCount(0);
  await item.getByRole("button", { name: `Undo: ${fact.text}` }).click();
  await expect(page.locator(`mark[data-facts~="${fact.id}"]`).first()).toBeVisible();
});

test("new mail waits as a pill and shifts nothing until it is asked for", async ({ page, org, api }) => {
  const { project } = await busiest(api);
  await page.goto(`/orgs/${org}/projects/${project.id}`);
  const cards = page.locator("[data-mail]");
  await expect(cards.first()).toBeVisible();
  await page.waitForTimeout(500); // the stream is open
  const before = await cards.count();
  const subject = `${project.job_number} door hardware ${Date.now()}`;
  const [local, domain] = signInOf("admin").address.split("@");
  await sendMail({
    from: "dwhitlock@brightline-arch.example",
    name: "Dana Whitlock",
    to: `${local}+${project.job_number}@${domain}`,
    subject,
    body: "Mike,\n\nWe decided to use lever sets on level 2. 👷 Please send the revised schedule by Friday.\n\nDana\n",
  });
  const pill = page.getByRole("button", { name: /new mails?$/ });
  await expect(pill).toBeVisible();
  expect(await cards.count()).toBe(before);
  await pill.click();
  const card = page.getByRole("article", { name: subject });
  await expect(card).toBeVisible();

  // Offsets count code points, so the words behind the emoji are still the right ones.
  await card.locator("[data-card-button]").click();
  const action = card.locator("mark", { hasText: "revised schedule" });
  await expect(action.first()).toContainText("Please send the revised schedule by Friday");
});

test("chips narrow the timeline, and nothing found can be cleared", async ({ page, org, api }) => {
  const { project } = await busiest(api);
  await page.goto(`/orgs/${org}/projects/${project.id}`);
  const chip = page.getByRole("group", { name: "Type of fact" }).getByRole("button", { name: /^Decision/ });
  await chip.click();
  await expect(page).toHaveURL(/kind=decision/);
  await expect(chip).toHaveAttribute("aria-pressed", "true");
  const mails = await api<List<Mail>>(`emails?project=${project.id}&order=date&kind=decision`);
  await expect(page.locator("[data-mail]")).toHaveCount(mails.items.length);
  await page.getByRole("button", { name: /^All/ }).click();
  await expect(page).not.toHaveURL(/kind=/);

  await page.goto(`/orgs/${org}/projects/${project.id}?from=2001-01-01`);
  await expect(page.getByText("No mail this far back.")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.locator("[data-mail]").first()).toBeVisible();
});

test("the strip is a slider over weeks", async ({ page, org, api }) => {
  const { project } = await busiest(api);
  await page.goto(`/orgs/${org}/projects/${project.id}`);
  const slider = page.getByRole("slider", { name: "Weeks on screen" });
  await expect(slider).toHaveAttribute("aria-valuetext", /^\w{3} \d+( to \w{3} \d+)?, \d+ mails?$/);
  const days = async () => (await slider.getAttribute("aria-valuetext"))?.split(",")[0];
  const newest = await days();
  await slider.focus();
  await page.keyboard.press("Home");
  await expect.poll(days).not.toBe(newest);
  await expect(slider).toBeInViewport(); // it stays while the days scroll
  await page.keyboard.press("End");
  await expect.poll(days).toBe(newest);
});

test("a moved mail leaves a stub, and Undo brings it back", async ({ page, org, api }) => {
  const { project, mail } = await busiest(api);
  const { items } = await api<List<Project>>("projects");
  const target = items.find((p) => p.id !== project.id) as Project;
  await page.goto(`/orgs/${org}/projects/${project.id}?mail=${mail.id}`);
  await page.locator(`[data-mail="${mail.id}"]`).getByRole("button", { name: "Move" }).click();
  const dialog = page.getByRole("dialog", { name: "Move mail to" });
  await dialog.getByRole("combobox").fill(target.name);
  await page.keyboard.press("Enter");
  const stub = page.locator(`[data-moved="${mail.id}"]`);
  await expect(stub).toContainText(`Moved to ${target.name} by you.`);
  await expect.poll(async () => (await api<Mail>(`emails/${mail.id}`)).project_id).toBe(target.id);

  // The stub is no trick of this page: it is there after a reload, and on the other side too.
  await page.reload();
  await expect(stub).toContainText(`Moved to ${target.name} by you.`);
  await page.goto(`/orgs/${org}/projects/${target.id}`);
  await expect(page.locator(`[data-mail="${mail.id}"]`)).toContainText(`Moved here from ${project.name}`);
  await page.goto(`/orgs/${org}/projects/${project.id}`);
  await stub.getByRole("button", { name: /^Undo/ }).click();
  await expect(page.locator(`[data-mail="${mail.id}"]`)).toBeVisible();
  await expect.poll(async () => (await api<Mail>(`emails/${mail.id}`)).project_id).toBe(project.id);
});

test("tables of facts open the mail at the sentence; files and people are there", async ({
  page,
  org,
  api,
}) => {
  const { project } = await busiest(api);
  const { items } = await api<List<Fact>>(`projects/${project.id}/facts?kind=decision`);
  await page.goto(`/orgs/${org}/projects/${project.id}?tab=decision`);
  await expect(page.locator("[data-fact-row]")).toHaveCount(items.length);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page.locator("mark[data-active='true']").first()).toBeInViewport();
  await page
    .getByRole("link", { name: /^People/ })
    .last()
    .click();
  await expect(page.getByRole("columnheader", { name: "Mails" })).toBeVisible();
  await page.getByRole("link", { name: /^Files/ }).click();
  await expect(page.getByRole("heading", { name: "files", level: 2 })).toBeAttached();
});

test.describe("a viewer", () => {
  test.use({ role: "viewer" });
  test("reads everything and is offered nothing to change", async ({ page, org, api }) => {
    const { project, mail } = await busiest(api);
    await page.goto(`/orgs/${org}/projects/${project.id}?mail=${mail.id}`);
    await expect(page.locator("mark").first()).toBeVisible();
    await expect(page.getByText("You are a viewer. Ask an admin to confirm or correct facts.")).toBeVisible();
    for (const name of [/^Confirm/, /^Correct/, /^Reject/, /^Move$/])
      await expect(page.getByRole("button", { name })).toHaveCount(0);
  });
});
