import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import type { Email, EmailDetail, FileText, Organisation, ProjectDetail } from "../../api/types";
import { answers, api, fact, list, mail, openApp, opened, org, project } from "../../test/app";

const server = api();

const job: ProjectDetail = {
  ...project("p1", "Harrow Point Medical"),
  cc_address: "brennock+24-117@mail.example",
  kinds: {},
  files: 0,
  people_count: 1,
  unsure: 0,
  weeks_strip: [],
  approved: [],
  exposure: [],
};
const on = (id: string, more: Partial<Email> = {}, text = "") =>
  opened(mail(id, { project_id: "p1", ...more }), text);

function serve(...mails: EmailDetail[]) {
  server.use(
    answers.me,
    answers.org,
    answers.projects(project("p1", "Harrow Point Medical"), project("p2", "Pier 9")),
    answers.actions(),
    ...answers.mails(...mails),
    http.get("/api/v1/orgs/:org/projects/:id", () => HttpResponse.json<ProjectDetail>(job)),
    http.get("/api/v1/orgs/:org/projects/:id/events", () => HttpResponse.json(list())),
    http.post("/api/v1/orgs/:org/projects/:id/seen", () => new HttpResponse(null, { status: 204 })),
  );
}

/** Opens the job and one of its mails. */
async function openMail(mail: EmailDetail, search = "") {
  const app = openApp(`/orgs/brennock/projects/p1?mail=${mail.id}${search}`);
  const card = await screen.findByRole("article", { name: `Rolf Kester: ${mail.subject}` });
  await within(card).findByRole("button", { name: mail.subject, expanded: true });
  return { ...app, card, user: userEvent.setup() };
}

beforeEach(() => {
  globalThis.IntersectionObserver ??= class {
    observe() {}
    disconnect() {}
  } as unknown as typeof IntersectionObserver;
});

it("shows who sent a mail in, by what ways, once", async () => {
  const by = (name: string) => ({ name, address: `${name.toLowerCase()}@x.example` });
  const m = on("em_1", {
    senders_in: [
      { how: "direct", by: by("Rolf"), at: "2026-11-19T14:42:00Z", email_id: "em_1" },
      { how: "copy", by: by("Ann"), at: "2026-11-19T15:00:00Z", email_id: "em_2" },
      {
        how: "attached",
        by: by("Jo"),
        at: "2026-11-20T15:00:00Z",
        email_id: "em_3",
        note: "For your files.",
      },
    ],
  });
  serve(m);
  const { card, user } = await openMail(m);
  await user.click(await within(card).findByRole("button", { name: "Sent in 3 times" }));
  const ways = within(card).getByRole("list", { name: "Ways this mail came in" });
  expect(
    within(ways)
      .getAllByRole("listitem")
      .map((li) => li.textContent),
  ).toEqual([
    expect.stringMatching(/^Rolf sent it here/),
    expect.stringMatching(/^Ann sent the same mail/),
    expect.stringMatching(/^Jo forwarded it as a file.*For your files\.$/),
  ]);
});

it("leads from a mail that came inside another to that one", async () => {
  const jo = { name: "Jo Park", address: "jo@acme.example" };
  const inner = on("em_in", {
    came_by: "em_out",
    senders_in: [{ how: "forward", by: jo, at: "2026-11-20T15:00:00Z", email_id: "em_out" }],
  });
  serve(inner, on("em_out", { project_id: "p2" }));
  const { card } = await openMail(inner);
  expect(await within(card).findByRole("link", { name: "Came in by forward from Jo Park" })).toHaveAttribute(
    "href",
    "/orgs/brennock/projects/p2?mail=em_out",
  );
});

it("hands out a forward that had no words of its own as a file", async () => {
  const inner = on("em_in", { came_by: "em_out" });
  serve(inner, on("em_out", { project_id: null, copy_of: "em_in" }));
  const { card } = await openMail(inner);
  expect(await within(card).findByRole("link", { name: "Download the forward" })).toHaveAttribute(
    "href",
    "/api/v1/orgs/brennock/emails/em_out/raw",
  );
  expect(within(card).queryByRole("link", { name: /Came in by forward/ })).toBeNull();
});

it("leads from a copy to the mail it is a copy of", async () => {
  const m = on("em_1", { subject: "The true one" }, "Its words.");
  serve(m, on("em_copy", { project_id: null, copy_of: "em_1" }));
  const { router } = openApp("/orgs/brennock/projects/p1?mail=em_copy");
  expect(await screen.findByText("Its words.")).toBeVisible();
  expect(router.state.location.search).toMatchObject({ mail: "em_1" });
});

it("is quiet about a sender that was checked and clear about one that failed", async () => {
  const good = on("em_1", {
    subject: "Good",
    authentication: { result: "pass", domain: "site.example", dkim: "pass", dkim_by: ["site.example"] },
    why: "Mail of @site.example is allowed.",
  });
  const bad = on("em_2", { subject: "Bad", authentication: { result: "fail", domain: "site.example" } });
  serve(good, bad);
  const { card, user } = await openMail(good);
  await user.click(
    await within(card).findByRole("button", { name: "Checked: this mail is from site.example." }),
  );
  expect(within(card).getByText("Mail of @site.example is allowed.")).toBeVisible();
  expect(within(card).getByText("pass, signed by site.example")).toBeVisible();
  const other = screen.getByRole("article", { name: "Rolf Kester: Bad" });
  expect(within(other).getByText("Not from site.example")).toBeVisible();
  expect(within(card).queryByText(/^Not from/)).toBeNull();
});

it("shows an invitation as such, in the organisation's zone", async () => {
  const m = on("em_1", {
    state: "automatic",
    subject: "Invitation: OAC meeting",
    snippet: "You are invited",
    invitation: {
      method: "REQUEST",
      uid: "u1",
      summary: "OAC meeting 12",
      location: "Site trailer",
      start: "2026-12-03T14:00:00Z",
      end: "2026-12-03T15:30:00Z",
      all_day: false,
      recurs: true,
      organizer: { name: "Lena Farrow", address: "lena@x.example" },
    },
  });
  serve(m);
  const { card } = await openMail(m);
  const view = await within(card).findByRole("region", { name: "Invitation" });
  expect(view).toHaveTextContent("OAC meeting 12");
  expect(view).toHaveTextContent("Thu, Dec 3, 2026, 9:00 AM to 10:30 AM (America/New York)");
  expect(view).toHaveTextContent("Repeats");
  expect(view).toHaveTextContent("Site trailer");
  expect(view).toHaveTextContent("Asked by Lena Farrow");
  expect(within(card).getByText("An invitation is shown as such, and not read for facts.")).toBeVisible();
});

it("keeps what a machine wrote to one line, and reads it all the same when told to", async () => {
  const m = on("em_1", { state: "automatic", automatic: "reply", subject: "Out of office" }, "Away.");
  serve(m);
  let released = "";
  server.use(
    http.post("/api/v1/orgs/:org/emails/:id/release", ({ params }) => {
      released = String(params.id);
      return HttpResponse.json<Email>({ ...m, state: "filed" });
    }),
  );
  openApp("/orgs/brennock/projects/p1");
  const user = userEvent.setup();
  await user.click(
    await screen.findByRole("button", { name: "Automatic reply from Rolf Kester: Out of office" }),
  );
  await user.click(await screen.findByRole("button", { name: "Read it all the same" }));
  await waitFor(() => expect(released).toBe("em_1"));
  expect(await screen.findByText("Read. It is on its job now.")).toBeVisible();
});

it("offers a viewer no reading of automatic mail", async () => {
  const m = on("em_1", { state: "automatic", automatic: "list" });
  serve(m);
  server.use(
    http.get("/api/v1/orgs/:org", () => HttpResponse.json<Organisation>({ ...org, role: "viewer" })),
  );
  const { card } = await openMail(m);
  expect(await within(card).findByText("You are a viewer. Ask an admin to have it read.")).toBeVisible();
  expect(within(card).queryByRole("button", { name: "Read it all the same" })).toBeNull();
});

const file = (n: number, filename: string, more: object) => ({
  n,
  filename,
  content_type: "application/pdf",
  size: 100,
  sha256: "",
  content_id: "",
  inline: false,
  ...more,
});
const files = on(
  "em_1",
  {
    attachments: [
      file(1, "schedule.pdf", { read: "read" }),
      file(2, "specs.pdf", { read: "partly", read_note: "pages 1-50 of 120" }),
      file(3, "IMG_2231.jpg", { read: "not_read", read_note: "It is a picture." }),
      file(4, "old.dwg", {}),
    ],
    facts: [
      fact("f-mail", { email_id: "em_1", text: "Duct moves", quote: "We move the duct.", start: 0, end: 17 }),
      fact("f-file", {
        email_id: "em_1",
        text: "Dry-in on Dec 9",
        quote: "dry-in Dec 9",
        start: 13,
        end: 25,
        file: 1,
      }),
    ],
  },
  "We move the duct. More follows.",
);
const schedule: FileText = { state: "read", text: "😀 Schedule:\n dry-in Dec 9, roof Dec 12" };

it("says of each file whether it was read, and shows the text", async () => {
  serve(files);
  server.use(
    http.get("/api/v1/orgs/:org/emails/:id/attachments/:n/text", () => HttpResponse.json<FileText>(schedule)),
  );
  const { card, user, router } = await openMail(files);
  const shown = await within(card).findByRole("list", { name: "Attachments" });
  const lines = within(shown).getAllByRole("listitem");
  expect(lines.map((li) => li.textContent)).toEqual([
    expect.stringMatching(/ReadShow text$/),
    expect.stringMatching(/Partly read: pages 1-50 of 120Show text$/),
    expect.stringMatching(/Not read: It is a picture$/),
    expect.stringMatching(/^old.dwg100 B$/),
  ]);
  await user.click(within(shown).getByRole("button", { name: "Show text: schedule.pdf" }));
  const sheet = await screen.findByRole("dialog", { name: "schedule.pdf" });
  expect(await within(sheet).findByText(/roof Dec 12/)).toBeVisible();
  expect(router.state.location.search).toMatchObject({ mail: "em_1", file: 1 });
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

it("opens a file's text at the quote of a fact that stands there, and marks nothing of it in the mail", async () => {
  serve(files);
  server.use(
    http.get("/api/v1/orgs/:org/emails/:id/attachments/:n/text", () => HttpResponse.json<FileText>(schedule)),
  );
  const { card, user } = await openMail(files);
  const marks = () => [...card.querySelectorAll("mark")].map((m) => m.textContent);
  await waitFor(() => expect(marks()).toEqual(["We move the duct."]));
  await user.click(within(card).getByRole("button", { name: "Show in schedule.pdf: Dry-in on Dec 9" }));
  const sheet = await screen.findByRole("dialog", { name: "schedule.pdf" });
  await waitFor(() =>
    expect(sheet.querySelector("mark[data-active='true']")).toHaveTextContent("dry-in Dec 9"),
  );
});

it("opens it too when a link names the fact, and says when the text cannot be read", async () => {
  serve(files);
  server.use(
    answers.problem("get", "/api/v1/orgs/:org/emails/:id/attachments/:n/text", 503, {
      code: "unavailable",
      detail: "Busy.",
    }),
  );
  openApp("/orgs/brennock/projects/p1?mail=em_1&fact=f-file");
  const sheet = await screen.findByRole("dialog", { name: "schedule.pdf" });
  expect(await within(sheet).findByRole("alert")).toHaveTextContent(
    "The text of this file could not be read. Busy.",
  );
});
