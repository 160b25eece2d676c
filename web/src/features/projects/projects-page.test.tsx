import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { answers, api, fact, openApp, org, project } from "../../test/app";

const server = api();

const harrow = project("p1", "Harrow Point Medical", {
  job_number: "24-117",
  client: "Verrin & Holt",
  latest: fact("RTU-3 curb moves 14 in. north"),
  open_actions: 7,
  overdue: 1,
  risks: 2,
  unseen: 4,
  last_mail_at: "2026-11-19T14:42:00Z",
});
const pier = project("p2", "Pier 9 Cold Storage", {
  client: "Northlap",
  last_mail_at: "2026-11-18T22:06:00Z",
});

function signedIn() {
  server.use(answers.me, answers.org, answers.changes(), answers.actions());
}

it("shows every job with its numbers, newest mail first", async () => {
  signedIn();
  server.use(answers.projects(pier, harrow));
  openApp("/orgs/brennock/projects");
  const table = await screen.findByRole("table", { name: "Projects, newest mail first" });
  const rows = within(table).getAllByRole("row").slice(1);
  expect(rows.map((r) => within(r).getByRole("link").textContent)).toEqual([
    "Harrow Point Medical",
    "Pier 9 Cold Storage",
  ]);
  expect(rows[0]).toHaveTextContent("RTU-3 curb moves 14 in. north");
  expect(rows[0]).toHaveTextContent("1 overdue");
  expect(document.title).toBe("Projects · Projectr");
  expect(screen.getByRole("link", { name: /Review 15/ })).toBeInTheDocument();
  expect(screen.getByRole("link", { name: /Harrow Point Medical 4 unseen/ })).toBeInTheDocument();
});

it("filters by chip, keeps it in the URL, and offers the way back when nothing is left", async () => {
  signedIn();
  server.use(answers.projects(harrow, pier));
  const { router } = openApp("/orgs/brennock/projects?client=Northlap");
  const user = userEvent.setup();
  const chip = await screen.findByRole("button", { name: "Open risks 0" });
  await user.click(chip);
  expect(await screen.findByText("No open risks match.")).toBeInTheDocument();
  expect(router.state.location.search).toEqual({ client: "Northlap", risks: true });
  await user.click(screen.getByRole("button", { name: "Clear filters" }));
  expect(await screen.findByText("2 of 2 projects")).toBeInTheDocument();
  expect(router.state.location.search).toEqual({});
});

it("says what changed, by whom, with the way to the sentence", async () => {
  signedIn();
  const f = fact("Roof dry-in Dec 4 → Dec 9", { kind: "timeline_change" });
  server.use(
    answers.projects(harrow),
    answers.changes({
      mails: 23,
      projects: 6,
      items: [
        {
          id: "v1",
          kind: "fact_extracted",
          at: "2026-11-19T14:42:00Z",
          project_id: "p1",
          email_id: "e1",
          fact_id: f.id,
          actor: { kind: "mail", name: "Marcus Teel" },
          other_project_id: null,
          fact: f,
        },
      ],
    }),
    answers.actions(fact("Release deposit", { kind: "action_item", deadline: "2020-01-02" })),
  );
  openApp("/orgs/brennock/projects");
  const brief = await screen.findByRole("region", { name: /^Since/ });
  expect(await within(brief).findByText("23 mails on 6 jobs")).toBeInTheDocument();
  expect(within(brief).getByText("Marcus Teel · 9:42 AM")).toBeInTheDocument();
  const proof = within(brief).getByRole("link", { name: "Show proof: Roof dry-in Dec 4 → Dec 9" });
  expect(proof.getAttribute("href")).toContain("/orgs/brennock/projects/p1?mail=e1&fact=");
  const due = screen.getByRole("region", { name: "Due next" });
  expect(within(due).getByText("1 overdue")).toBeInTheDocument();
});

it("moves by keyboard and opens the row", async () => {
  signedIn();
  server.use(
    answers.projects(harrow, pier),
    answers.problem("get", "/api/v1/orgs/:org/projects/p2", 404, {
      code: "not_found",
      detail: "Nothing here.",
    }),
  );
  const { router } = openApp("/orgs/brennock/projects");
  const { startKeys } = await import("../../lib/keys");
  const stop = startKeys();
  await screen.findByRole("table", { name: "Projects, newest mail first" });
  const user = userEvent.setup();
  await user.keyboard("j{Enter}");
  expect(await screen.findByRole("heading", { name: "Nothing here" })).toBeInTheDocument();
  expect(router.state.location.pathname).toBe("/orgs/brennock/projects/p2");
  stop();
});

it("creates a project, and keeps what was typed when that fails", async () => {
  signedIn();
  let tries = 0;
  let sent: unknown;
  server.use(
    answers.projects(harrow),
    http.post("/api/v1/orgs/:org/projects", async ({ request }) => {
      tries++;
      sent = await request.json();
      if (tries === 1) {
        return HttpResponse.json(
          { code: "conflict", detail: "Job number 24-117 is Harrow Point Medical's." },
          { status: 409 },
        );
      }
      return answers.created(project("p3", "Mill Bend"));
    }),
    answers.problem("get", "/api/v1/orgs/:org/projects/p3", 503, { code: "unavailable", detail: "Busy." }),
  );
  const { router } = openApp("/orgs/brennock/projects");
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "New project" }));
  const dialog = await screen.findByRole("dialog", { name: "New project" });
  await user.click(within(dialog).getByRole("button", { name: "Create project" }));
  expect(within(dialog).getByLabelText("Name")).toBeInvalid();
  expect(tries).toBe(0);

  await user.type(within(dialog).getByLabelText("Name"), "Mill Bend");
  await user.type(within(dialog).getByLabelText("Job number"), "24-117");
  await user.click(within(dialog).getByRole("button", { name: "Create project" }));
  expect(await within(dialog).findByText("Job number 24-117 is Harrow Point Medical's.")).toBeInTheDocument();
  expect(within(dialog).getByLabelText("Name")).toHaveValue("Mill Bend");

  await user.click(within(dialog).getByRole("button", { name: "Create project" }));
  expect(await screen.findByText("Mill Bend is open.")).toBeInTheDocument();
  expect(router.state.location.pathname).toBe("/orgs/brennock/projects/p3");
  expect(sent).toEqual({
    name: "Mill Bend",
    job_number: "24-117",
    client: "",
    address: "",
    status: "active",
    aliases: [],
    people: [],
  });
});

it("says how to begin when there is no project yet", async () => {
  signedIn();
  server.use(
    answers.projects(),
    http.get("/api/v1/orgs/:org", () => HttpResponse.json({ ...org, counts: { ...org.counts, review: 0 } })),
  );
  openApp("/orgs/brennock/projects");
  expect(await screen.findByText("No projects yet. One email starts the first.")).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "Open email app" })).toHaveAttribute(
    "href",
    "mailto:brennock@mail.example",
  );
});

it("says what failed and tries again", async () => {
  signedIn();
  server.use(
    answers.problem("get", "/api/v1/orgs/:org/projects", 500, { code: "internal", detail: "It broke." }),
  );
  openApp("/orgs/brennock/projects");
  const alert = await screen.findByText(/The projects could not be read. It broke./);
  server.use(answers.projects(harrow));
  await userEvent.click(
    within(alert.closest("[role=alert]") as HTMLElement).getByRole("button", { name: "Try again" }),
  );
  expect(await screen.findByRole("table", { name: "Projects, newest mail first" })).toBeInTheDocument();
});

it("gives a viewer no buttons that change anything", async () => {
  signedIn();
  server.use(
    answers.projects(harrow),
    http.get("/api/v1/orgs/:org", () => HttpResponse.json({ ...org, role: "viewer" })),
  );
  openApp("/orgs/brennock/projects");
  await screen.findByRole("table", { name: "Projects, newest mail first" });
  expect(screen.queryByRole("button", { name: "New project" })).not.toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Export" })).toBeEnabled();
});
