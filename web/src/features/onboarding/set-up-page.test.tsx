import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import type { Organisation } from "../../api/types";
import { answers, api, fact, mail, openApp, opened, org } from "../../test/app";

const server = api();
const fresh: Organisation = {
  ...org,
  counts: { ...org.counts, projects: 0, actions: 0, review: 0, unsure: 0, mail_today: 0 },
};

beforeEach(() => localStorage.clear());

function signedIn(as: Organisation = fresh) {
  server.use(
    answers.me,
    http.get("/api/v1/orgs/:org", () => HttpResponse.json<Organisation>(as)),
    answers.projects(),
    answers.actions(),
    answers.changes(),
    answers.senders(),
    http.get("/api/v1/orgs/:org/members", () => HttpResponse.json({ items: [], next: null })),
    http.get("/api/v1/orgs/:org/invitations", () => HttpResponse.json({ items: [], next: null })),
  );
}

it("is where an admin of a new organisation begins, until it is put off", async () => {
  signedIn();
  server.use(...answers.mails());
  const { router } = openApp("/");
  expect(await screen.findByRole("heading", { name: "Set up Brennock Mechanical", level: 1 })).toBeVisible();
  await userEvent.click(screen.getByRole("link", { name: "Skip for now" }));
  expect(await screen.findByText(/No projects yet/)).toBeVisible();
  expect(screen.getByRole("link", { name: "Set up step by step" })).toBeVisible();
  await router.navigate({ to: "/" });
  expect(router.state.location.pathname).toBe("/orgs/brennock/projects");
});

it("leads to the fact of a mail that is filed", async () => {
  signedIn();
  const facts = [fact("Roof dry-in Dec 9", { project_id: "p1" })];
  server.use(...answers.mails(opened(mail("e1", { project_id: "p1", facts }))));
  openApp("/orgs/brennock/set-up");
  expect(await screen.findByRole("heading", { name: "Your first mail is here" })).toHaveFocus();
  expect(screen.getByText("Roof dry-in Dec 9")).toBeVisible();
  expect(screen.getByRole("button", { name: "Open its first fact" })).toBeVisible();
  expect(screen.queryByRole("button", { name: "Send a sample from us" })).toBeNull();
});

it("says why a mail waits, and leads to quarantine", async () => {
  signedIn();
  const why = "stranger@else.example is not known here yet: an admin can allow this sender.";
  server.use(...answers.mails(opened(mail("e1", { state: "quarantined", why }))));
  openApp("/orgs/brennock/set-up");
  expect(await screen.findByRole("heading", { name: "Your first mail is here, and waits" })).toBeVisible();
  expect(screen.getByText(why)).toBeVisible();
  expect(screen.getByRole("link", { name: "Open Review" })).toHaveAttribute(
    "href",
    "/orgs/brennock/review?tab=quarantine&item=e1",
  );
});

it("gives a viewer the address, and no action they may not take", async () => {
  signedIn({ ...fresh, role: "viewer" });
  server.use(...answers.mails());
  openApp("/orgs/brennock/set-up");
  expect(await screen.findByText("Waiting for your first email…")).toBeVisible();
  const page = within(screen.getByRole("main"));
  expect(page.getByRole("button", { name: "Copy" })).toBeVisible();
  expect(page.queryByRole("button", { name: /sample|Invite/ })).toBeNull();
  expect(page.queryByRole("link", { name: "Change" })).toBeNull();
});

it("says what went wrong when a sample cannot be had", async () => {
  signedIn();
  server.use(
    ...answers.mails(),
    answers.problem("post", "/api/v1/orgs/:org/sample", 429, {
      status: 429,
      code: "too_many",
      detail: "That was asked for too often from here. Wait a little, then try again.",
    }),
  );
  openApp("/orgs/brennock/set-up");
  await userEvent.click(await screen.findByRole("button", { name: "Send a sample from us" }));
  expect(await screen.findByText(/asked for too often/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Send a sample from us" })).toBeVisible();
});
