import { sendMail, signInOf } from "../support/demo";
import { expect, type List, type Mail, type Project, test } from "../support/test";

/** A mail that no project is sure of. */
async function strayMail(subject: string) {
  await sendMail({
    from: "stranger@elsewhere.example",
    name: "Kirsten Dobry",
    to: signInOf("admin").address,
    subject,
    body: "Morning,\n\nWe decided to hold the crane on Saturday. Please confirm the slot by Friday.\n\nKirsten\n",
  });
}

test("mail is filed from review, the next one opens, and it stands on the project's timeline", async ({
  page,
  org,
  api,
}) => {
  const subject = `Crane window ${Date.now()}`;
  await strayMail(subject);
  await expect
    .poll(async () => (await api<List<Mail>>("review")).items.some((m) => m.subject === subject))
    .toBe(true);
  const waiting = (await api<List<Mail>>("review")).items;
  expect(waiting.length).toBeGreaterThan(1);
  const mail = waiting.find((m) => m.subject === subject) as Mail;
  const { items } = await api<List<Project>>("projects");
  const project = items[0] as Project;

  await page.goto(`/orgs/${org}/review?item=${mail.id}`);
  await expect(page.getByRole("heading", { name: subject })).toBeVisible();
  await expect(page.getByText("Once filed, this mail adds")).toBeVisible();
  await page.keyboard.press("p");
  const dialog = page.getByRole("dialog", { name: "File mail to" });
  await dialog.getByRole("combobox").fill(project.name);
  await page.keyboard.press("Enter");

  await expect(page.getByRole("status").getByText(`Filed to ${project.name}.`)).toBeVisible();
  await expect(page.getByRole("list", { name: "Unmatched mail" }).getByText(subject)).toHaveCount(0);
  await expect(page.locator("[data-item][aria-current='true']")).toHaveCount(1);
  await expect.poll(async () => (await api<Mail>(`emails/${mail.id}`)).project_id).toBe(project.id);

  await page.getByRole("link", { name: project.name }).first().click();
  await expect(page.getByRole("article", { name: subject })).toBeVisible();
});

test("an answer can be taken back, and mail can be no project's", async ({ page, org, api }) => {
  const subject = `Newsletter ${Date.now()}`;
  await page.goto(`/orgs/${org}/review`);
  await expect(page.getByRole("heading", { name: "Review", level: 1 })).toBeVisible();
  await strayMail(subject);
  // It comes without a reload: the tray is not what is being read.
  const row = page.getByRole("list", { name: "Unmatched mail" }).getByText(subject);
  await row.click();
  await page.getByRole("button", { name: "Not project mail" }).click();
  await expect(page.getByRole("status").getByText("Set aside: not project mail.")).toBeVisible();
  await expect(row).toHaveCount(0);
  await page.keyboard.press("z");
  await expect(row).toBeVisible();
  const mail = (await api<List<Mail>>("review")).items.find((m) => m.subject === subject);
  expect(mail?.state).toBe("review");
});

test("a new project is made and the mail filed on it in one go", async ({ page, org, api }) => {
  const subject = `Brand new job ${Date.now()}`;
  await strayMail(subject);
  await page.goto(`/orgs/${org}/review`);
  await page.getByRole("list", { name: "Unmatched mail" }).getByText(subject).click();
  await page.keyboard.press("n");
  const dialog = page.getByRole("dialog", { name: "New project" });
  const name = `Larkin Row ${Date.now()}`;
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("button", { name: "Create project" }).click();
  await expect(page.getByRole("status").getByText(`Filed to ${name}.`)).toBeVisible();
  await expect
    .poll(async () => (await api<List<Project>>("projects")).items.find((p) => p.name === name)?.mails)
    .toBe(1);
});

test("an unsure fact is confirmed and the next one opens", async ({ page, org, api }) => {
  const { items } = await api<List<{ id: string; text: string }>>("unsure");
  expect(items.length).toBeGreaterThan(1);
  const [first, second] = items as [(typeof items)[0], (typeof items)[0]];
  await page.goto(`/orgs/${org}/review?tab=unsure&item=${first.id}`);
  await expect(page.getByRole("heading", { level: 2, name: first.text })).toBeVisible();
  await expect(page.locator("mark[data-active='true']").first()).toBeInViewport();
  await page.keyboard.press("c");
  await expect(page.getByRole("heading", { level: 2, name: second.text })).toBeVisible();
  await expect
    .poll(async () => (await api<List<{ id: string }>>("unsure")).items.some((f) => f.id === first.id))
    .toBe(false);
  await page.keyboard.press("z");
  await expect
    .poll(async () => (await api<List<{ id: string }>>("unsure")).items.some((f) => f.id === first.id))
    .toBe(true);
});
