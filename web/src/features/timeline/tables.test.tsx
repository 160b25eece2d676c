import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Fact, ProjectDetail } from "../../api/types";
import { startKeys } from "../../lib/keys";
import { answers, api, fact, list, mail, openApp, opened, project } from "../../test/app";

const server = api();

let stop: () => void;
beforeEach(() => {
  stop = startKeys();
});
afterEach(() => stop());

const job: ProjectDetail = {
  ...project("p1", "Harrow Point Medical", { open_actions: 2, risks: 1 }),
  cc_address: "brennock+24-117@mail.example",
  kinds: { decision: 2 },
  files: 0,
  people_count: 1,
  unsure: 0,
  approved: [{ minor: 1240000, currency: "USD" }],
  exposure: [
    { minor: 640000, currency: "USD" },
    { minor: 30000, currency: "EUR" },
  ],
  weeks_strip: [],
};

/** A job with these facts; what a person sends of one is kept and answered as the server does. */
function serve(...facts: Fact[]) {
  const sent: Record<string, unknown>[] = [];
  const kept = new Map(facts.map((f) => [f.id, f]));
  server.use(
    answers.me,
    answers.org,
    answers.projects(project("p1", "Harrow Point Medical")),
    answers.actions(),
    ...answers.mails(opened(mail("e1", { project_id: "p1", subject: "Curb conflict" }))),
    http.get("/api/v1/orgs/:org/projects/:id", () => HttpResponse.json<ProjectDetail>(job)),
    http.post("/api/v1/orgs/:org/projects/:id/seen", () => new HttpResponse(null, { status: 204 })),
    http.get("/api/v1/orgs/:org/projects/:id/facts", ({ request }) => {
      const asked = new URL(request.url).searchParams;
      const [kind, state] = [asked.get("kind"), asked.get("state")];
      return HttpResponse.json(
        list(
          ...[...kept.values()].filter(
            (f) =>
              (!kind || f.kind === kind) &&
              (state ? f.state === state : f.state !== "superseded" && f.state !== "rejected"),
          ),
        ),
      );
    }),
    http.patch("/api/v1/orgs/:org/facts/:id", async ({ params, request }) => {
      const change = (await request.json()) as Partial<Fact> & { done?: boolean };
      sent.push(change);
      const was = kept.get(String(params.id)) as Fact;
      const { done, ...values } = change;
      const now = { ...was, ...values, done_at: done ? "2026-11-19T15:00:00Z" : null };
      kept.set(was.id, now);
      return HttpResponse.json<Fact>(now);
    }),
  );
  return sent;
}

const rowOf = (text: string) => screen.findByRole("row", { name: new RegExp(text) });

it("shows what was replaced, struck through, with the way to what replaced it", async () => {
  serve(
    fact("f2", { text: "Curb shifts north", supersedes: "f1", at: "2026-11-19T14:42:00Z" }),
    fact("f1", {
      text: "Curb stays on C",
      state: "superseded",
      superseded_by: "f2",
      at: "2026-11-12T14:42:00Z",
    }),
  );
  const user = userEvent.setup();
  const { router } = openApp("/orgs/brennock/projects/p1?tab=decision");
  await rowOf("Curb shifts north");
  expect(screen.getByText("1 decision")).toBeVisible();
  expect(screen.queryByText("Curb stays on C")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Show replaced" }));
  const old = await rowOf("Curb stays on C");
  expect(within(old).getAllByRole("link")[0]).toHaveClass("line-through");
  expect(within(old).getByRole("link", { name: /^Replaced .*Curb shifts north$/ })).toHaveAttribute(
    "href",
    "/orgs/brennock/projects/p1?mail=e1&fact=f2",
  );
  expect(router.state.location.search).toMatchObject({ tab: "decision", replaced: true });
});

it("narrows decisions by who decided and says how many are left", async () => {
  serve(
    fact("a", { made_by: "Lena Farrow with Marcus Teel", affects: ["scope", "the roofer"] }),
    fact("b", { made_by: "Rolf Kester" }),
  );
  const user = userEvent.setup();
  openApp("/orgs/brennock/projects/p1?tab=decision");
  const row = await rowOf("Lena Farrow");
  expect(row).toHaveTextContent("with Marcus Teel");
  expect(row).toHaveTextContent("Scope +1");
  expect(row).toHaveTextContent("Affects the roofer");
  await user.click(screen.getByRole("button", { name: /^Decided by/ }));
  await user.click(await screen.findByRole("menuitemradio", { name: /^Rolf Kester/ }));
  expect(await screen.findByText("1 of 2 decisions")).toBeVisible();
  await user.click(screen.getByRole("searchbox"));
  await user.keyboard("nothing has this");
  expect(await screen.findByText("No decisions match.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Clear filters" }));
  expect(await screen.findByText("2 decisions")).toBeVisible();
});

it("corrects a row by E in its place", async () => {
  const sent = serve(
    fact("Carried against allowance 7", {
      kind: "budget_mention",
      amount: { minor: 640000, currency: "USD" },
      standing: "approved",
    }),
  );
  const user = userEvent.setup();
  openApp("/orgs/brennock/projects/p1?tab=budget_mention");
  await rowOf("Carried against allowance 7");
  expect(screen.getByText("$12,400")).toBeVisible();
  expect(screen.getByText("$6,400 and €300")).toBeVisible();
  await user.keyboard("je");
  const form = await screen.findByRole("form", { name: /^Correct/ });
  await user.selectOptions(within(form).getByLabelText("Standing"), "exposure");
  await user.clear(within(form).getByLabelText("Amount"));
  await user.type(within(form).getByLabelText("Amount"), "6,500{Enter}");
  await waitFor(() =>
    expect(sent).toEqual([
      { state: "corrected", amount: { minor: 650000, currency: "USD" }, standing: "exposure" },
    ]),
  );
  await waitFor(() => expect(screen.queryByRole("form")).toBeNull());
});

it("closes a risk and opens it again by Undo", async () => {
  const sent = serve(fact("Crane permit expires", { kind: "risk", at: "2026-11-01T10:00:00Z" }));
  const user = userEvent.setup();
  openApp("/orgs/brennock/projects/p1?tab=risk");
  await user.click(await screen.findByRole("button", { name: "Close risk: Crane permit expires" }));
  expect(await screen.findByText("Risk closed.")).toBeVisible();
  expect(await screen.findByRole("rowheader", { name: "Closed 1" })).toBeVisible();
  await user.click(screen.getByRole("button", { name: /^Undo/ }));
  expect(await screen.findByRole("rowheader", { name: "Open 1" })).toBeVisible();
  expect(sent).toEqual([{ done: true }, { done: false }]);
});

it("marks an action done by Space, sets its date by T and its owner by O", async () => {
  const sent = serve(
    fact("Send the drawing", { kind: "action_item", owner: "Dana Orlik", deadline: "2026-11-17" }),
    fact("Update the submittal", { kind: "action_item" }),
  );
  const user = userEvent.setup();
  openApp("/orgs/brennock/projects/p1?tab=action_item");
  expect(await screen.findAllByText(/^Curb conflict, Nov 19/)).toHaveLength(2);
  expect(screen.getByRole("button", { name: "Open 2" })).toHaveAttribute("aria-pressed", "true");
  await user.keyboard("j ");
  expect(await screen.findByText("Marked done.")).toBeVisible();
  await waitFor(() => expect(screen.queryByText("Send the drawing")).toBeNull());
  await user.keyboard("jt");
  const dialog = await screen.findByRole("dialog", { name: "Set date" });
  await user.type(within(dialog).getByLabelText("Due"), "2026-11-24");
  await user.click(within(dialog).getByRole("button", { name: "Set date" }));
  await waitFor(() => expect(sent.at(-1)).toEqual({ state: "corrected", deadline: "2026-11-24" }));
  await user.keyboard("o");
  const owner = await screen.findByRole("dialog", { name: "Change owner" });
  await user.type(within(owner).getByRole("combobox"), "rolf{Enter}");
  await waitFor(() => expect(sent.at(-1)).toEqual({ state: "corrected", owner: "Rolf Kester" }));
  await user.click(screen.getByRole("button", { name: "Done 1" }));
  expect(await screen.findByText("Send the drawing")).toBeVisible();
});
