import type { Locator, Page } from "@playwright/test";
import { sendMail, signInOf } from "../support/demo";
import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  type List,
  type Mail,
  type Project,
  test,
} from "../support/test";

/** A mail with two parts about one job and one about another, on the timelines of both. */
async function splitMail(api: <T>(path: string) => Promise<T>) {
  const { items } = await api<List<Project>>("projects");
  const [one, two] = items.filter((p) => p.job_number).slice(0, 2) as [Project, Project];
  const subject = `Weekly report ${Date.now()}`;
  const parts = {
    warranty: `${one.job_number} ${one.name}: please send the roof warranty by Friday.`,
    stone: `${two.job_number} ${two.name}: please order the lobby stone by Monday.`,
    crane: `${one.job_number}: we decided to hold the crane on Saturday.`,
  };
  await sendMail({
    from: "sam.orton@elsewhere.example",
    name: "Sam Orton",
    to: signInOf("admin").address,
    subject,
    body: `Mike,\n\n${parts.warranty}\n\n${parts.stone}\n\n${parts.crane}\n\nSam\n`,
  });
  const find = async (project: Project) =>
    (await api<List<Split>>(`emails?project=${project.id}&order=date`)).items.find(
      (m) => m.subject === subject,
    );
  await expect.poll(async () => Boolean((await find(one)) && (await find(two)))).toBe(true);
  const mail = (await find(one)) as Split;
  expect(mail.project_id).toBeNull();
  return { one, two, mail, subject, parts };
}

interface Split extends Mail {
  passages: { project_id: string; start: number }[];
}

/** What a closed card tells of a mail. */
const factsOf = (card: Locator) => card.locator("li > button");

/** The parts of an open mail that are about a project. */
const partsOf = (scope: Locator, project: Project) =>
  scope.getByRole("region", { name: `About ${project.name}` });

/** A project among those a dialog offers. */
const choice = (dialog: Locator, project: Project) =>
  dialog.getByRole("listbox").getByRole("option", { name: project.name });

async function openMail(page: Page, org: string, project: Project, mail: Mail): Promise<Locator> {
  await page.goto(`/orgs/${org}/projects/${project.id}?mail=${mail.id}`);
  const card = page.locator(`[data-mail="${mail.id}"]`);
  await expect(card.getByRole("region", { name: "Facts in this mail" })).toBeVisible();
  return card;
}

test("a mail about two projects stands on both, and one part of it is moved and moved back", async ({
  page,
  org,
  api,
}) => {
  const { one, two, mail, subject, parts } = await splitMail(api);

  // Each timeline tells what the mail says of that project, and which other it is about.
  for (const [project, other, own, alien] of [
    [one, two, ["warranty", "crane"], ["stone"]],
    [two, one, ["stone"], ["warranty", "crane"]],
  ] as const) {
    await page.goto(`/orgs/${org}/projects/${project.id}`);
    const card = page.getByRole("article", { name: subject });
    await expect(factsOf(card)).toHaveCount(own.length);
    for (const word of own) await expect(card).toContainText(new RegExp(word, "i"));
    for (const word of alien) await expect(card).not.toContainText(new RegExp(word, "i"));
    await expect(card.getByText("Also about")).toContainText(other.name);
  }

  // Opened, it shows which part is about which project.
  const card = await openMail(page, org, one, mail);
  await expect(partsOf(card, one)).toContainText([parts.warranty, parts.crane]);
  await expect(partsOf(card, two)).toContainText([parts.stone]);

  // One part goes to the other project by the mouse, and back by Undo.
  const crane = partsOf(card, one).filter({ hasText: parts.crane });
  await crane.getByRole("button", { name: /^Move part/ }).click();
  const dialog = page.getByRole("dialog", { name: "Move this part to" });
  await expect(
    dialog.getByRole("combobox", { name: "What goes there" }).locator("option:checked"),
  ).toContainText(`Part about ${one.name}: “${parts.crane}”`);
  await choice(dialog, two).click();
  await expect(page.getByRole("status").getByText(`Part moved to ${two.name}.`)).toBeVisible();
  await expect(partsOf(card, two)).toContainText([parts.stone, parts.crane]);
  const onProjects = async () => (await api<Split>(`emails/${mail.id}`)).passages.map((p) => p.project_id);
  expect(await onProjects()).toEqual([one.id, two.id, two.id]);

  // Both timelines tell of it, after a reload too.
  await page.goto(`/orgs/${org}/projects/${one.id}`);
  const closed = page.getByRole("article", { name: subject });
  await expect(closed).toContainText(`Part of it moved to ${two.name} by you: “${parts.crane}”`);
  await expect(factsOf(closed)).toHaveCount(1);
  await page.goto(`/orgs/${org}/projects/${two.id}`);
  await expect(closed).toContainText(`Part of it moved here from ${one.name} by you: “${parts.crane}”`);
  await expect(factsOf(closed)).toHaveCount(2);

  // By keys the part goes home, and Z undoes it.
  const there = await openMail(page, org, two, mail);
  await page.keyboard.press("m");
  const whole = page.getByRole("dialog", { name: "Move mail to" });
  await expect(whole.getByRole("combobox", { name: "Project" })).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  const part = page.getByRole("combobox", { name: "What goes there" });
  await expect(part).toBeFocused();
  await page.keyboard.press("End");
  await expect(part.locator("option:checked")).toContainText(parts.crane);
  await page.keyboard.press("Tab");
  await page.keyboard.type(one.name);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").getByText(`Part moved to ${one.name}.`)).toBeVisible();
  await expect.poll(onProjects).toEqual([one.id, two.id, one.id]);
  await page.keyboard.press("z");
  await expect.poll(onProjects).toEqual([one.id, two.id, two.id]);
  await expect(partsOf(there, two)).toContainText([parts.stone, parts.crane]);

  // Home for good: what was moved and moved back is not told any more.
  await partsOf(there, two)
    .filter({ hasText: parts.crane })
    .getByRole("button", { name: /^Move part/ })
    .press("Enter");
  await choice(page.getByRole("dialog", { name: "Move this part to" }), one).click();
  await expect.poll(onProjects).toEqual([one.id, two.id, one.id]);
  for (const project of [one, two]) {
    await page.goto(`/orgs/${org}/projects/${project.id}`);
    await expect(closed.getByText("Also about")).toBeVisible();
    await expect(factsOf(closed)).toHaveCount(project === one ? 2 : 1);
    await expect(closed).not.toContainText("Part of it moved");
  }
});

test("the last part that leaves a project leaves a stub, and its Undo brings back that part alone", async ({
  page,
  org,
  api,
}) => {
  const { one, two, mail, subject } = await splitMail(api);
  const card = await openMail(page, org, two, mail);
  await partsOf(card, two)
    .getByRole("button", { name: /^Move part/ })
    .click();
  await choice(page.getByRole("dialog", { name: "Move this part to" }), one).click();
  const stub = page.getByRole("article", { name: `Moved away: ${subject}` });
  await expect(stub).toContainText(`Moved to ${one.name} by you.`);
  await page.reload();
  await stub.getByRole("button", { name: /^Undo/ }).click();
  await expect(card).toBeVisible();
  const now = await api<Split>(`emails/${mail.id}`);
  expect(now.passages.map((p) => p.project_id)).toEqual([one.id, two.id, one.id]);
  await expect(page.getByRole("article", { name: subject })).toContainText("lobby stone");
});

test("a part that may belong to another project asks, and one press moves it", async ({ page, org, api }) => {
  const { items } = await api<List<Project>>("projects");
  const clinic = items.find((p) => p.name === "Hollis Street Clinic") as Project;
  const gym = items.find((p) => p.name.startsWith("Maple Grove Elementary")) as Project;
  const subject = `${gym.job_number} gym floor ${Date.now()}`;
  await sendMail({
    from: "sam.orton@elsewhere.example",
    name: "Sam Orton",
    to: signInOf("admin").address,
    subject,
    body: `Mike,\n\nPlease send the floor samples by Friday.\n\n${clinic.name} Phase 2: please order the door frames by Monday.\n\nSam\n`,
  });
  const find = async () =>
    (await api<List<Split>>(`emails?project=${gym.id}&order=date`)).items.find((m) => m.subject === subject);
  await expect.poll(async () => Boolean(await find())).toBe(true);
  const mail = (await find()) as Split;
  const card = await openMail(page, org, gym, mail);
  const part = card.getByRole("region", { name: `May belong to ${clinic.name}` });
  await expect(part).toContainText(`This part may belong to ${clinic.name}`);
  await expect(part).toContainText("door frames");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(400); // colours have settled
    await expectAccessible(page);
  }
  await part.getByRole("button", { name: /^Move it there/ }).click();
  await expect(page.getByRole("status").getByText(`Part moved to ${clinic.name}.`)).toBeVisible();
  await expect(partsOf(card, clinic)).toContainText("door frames");
  await page.goto(`/orgs/${org}/projects/${clinic.id}`);
  await expect(page.getByRole("article", { name: subject })).toContainText(`Moved here from ${gym.name}`);
});

for (const theme of ["light", "dark"] as const) {
  test.describe(theme, () => {
    test.use({ theme });

    test("parts and their dialog are readable by everyone", async ({ page, org, api }) => {
      const { one, two, mail, parts } = await splitMail(api);
      for (const size of [
        { width: 1440, height: 900 },
        { width: 390, height: 844 },
      ]) {
        await page.setViewportSize(size);
        await page.goto(`/orgs/${org}/projects/${one.id}?mail=${mail.id}`);
        const part = partsOf(page.locator("body"), two).filter({ hasText: parts.stone });
        await expect(part).toBeVisible();
        await page.waitForTimeout(400); // colours have settled
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
        await part.getByRole("button", { name: /^Move part/ }).click();
        const dialog = page.getByRole("dialog", { name: "Move this part to" });
        await expect(choice(dialog, one)).toBeVisible();
        await page.waitForTimeout(400);
        await expectAccessible(page);
        await page.keyboard.press("Escape");
        await expect(dialog).toHaveCount(0);
      }
    });
  });
}
