import { newMessageId, sendMail, signInOf } from "../support/demo";
import { busiest, expect, expectAccessible, type List, type Mail, test } from "../support/test";

test("a mail sent in five ways is one mail, sent in 5 times", async ({ page, org, api }) => {
  const { project } = await busiest(api);
  const to = signInOf("admin").address;
  const { email: member } = signInOf("admin");
  const subject = `${project.job_number} lever sets ${Date.now()}`;
  const dana = { from: "dwhitlock@brightline-arch.example", name: "Dana Whitlock" };
  const messageId = newMessageId();
  const body =
    "Mike,\n\nWe decided to use lever sets on level 2. Please send the revised schedule by Friday.\n\nDana\n";
  const header = [
    "From: Dana Whitlock <dwhitlock@brightline-arch.example>",
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    `Subject: ${subject}`,
    `To: Mike Tran <${member}>`,
  ];

  await sendMail({ ...dana, to, subject, body, messageId });
  const mails = async () =>
    (await api<List<Mail>>(`emails?project=${project.id}&order=date`)).items.filter(
      (m) => m.subject === subject,
    );
  await expect.poll(async () => (await mails()).length).toBe(1);
  await sendMail({ ...dana, to, cc: member, subject, body, messageId });
  const forwarder = { from: member, name: "Mike Tran", to };
  await sendMail({
    ...forwarder,
    subject: `Fwd: ${subject}`,
    body: ["", "---------- Forwarded message ---------", ...header, "", body].join("\n"),
  });
  await sendMail({
    ...forwarder,
    subject: `FW: ${subject}`,
    contentType: 'multipart/mixed; boundary="part"',
    body: [
      "--part",
      "Content-Type: text/plain",
      "",
      "",
      "--part",
      "Content-Type: message/rfc822",
      "",
      ...header,
      `Message-ID: <${messageId}>`,
      "Content-Type: text/plain",
      "",
      body,
      "--part--",
      "",
    ].join("\n"),
  });
  await sendMail({ ...dana, to, subject, body });
  await expect.poll(async () => (await mails())[0]?.senders_in.length).toBe(5);
  const [mail, ...more] = await mails();
  expect(more).toEqual([]);

  await page.goto(`/orgs/${org}/projects/${project.id}?mail=${mail?.id}`);
  const card = page.getByRole("article", { name: subject });
  await card.getByRole("button", { name: "Sent in 5 times" }).click();
  await expect(card.getByRole("list", { name: "Ways this mail came in" }).getByRole("listitem")).toHaveText([
    /Dana Whitlock sent it here/,
    /Dana Whitlock sent the same mail/,
    /Mike Tran forwarded it/,
    /Mike Tran forwarded it as a file/,
    /Dana Whitlock sent it again/,
  ]);
  await expectAccessible(page);
});
