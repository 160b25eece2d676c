import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import type { ProjectDetail, Reading, ReadingDetail, RereadPlan } from "../../api/types";
import { changesOf, diffWords, planWords } from "../../domain/readings";
import { answers, api, fact, list, mail, openApp, opened, project } from "../../test/app";

const server = api();

const reading = (n: number, more: Partial<Reading> = {}): Reading => ({
  n,
  email_id: "e1",
  at: "2026-11-19T14:43:00Z",
  by: { kind: "mail" },
  extractor: "rules",
  version: "3",
  why: "received",
  state: "current",
  again: false,
  diff: { added: [], gone: [], changed: [] },
  flags: [],
  requires_response: false,
  calls: [],
  cost_micro_usd: 0,
  waits_for_budget: false,
  ...more,
});

const later = reading(2, {
  extractor: "small-model",
  why: "asked",
  by: { kind: "user", id: "u1", name: "Dana Orlik" },
  state: "proposed",
  cost_micro_usd: 1200,
  diff: {
    added: [fact("Crane permit expires", { kind: "risk" })],
    gone: [fact("Thanks for the sketch", { kind: "key_point" })],
    changed: [
      {
        id: "f1",
        was: fact("f1", { kind: "action_item", text: "Send drawing", quote: "send it" }),
        now: fact("f1", { kind: "action_item", text: "Send drawing", quote: "send it", owner: "Tao Brandt" }),
      },
    ],
  },
});

const plan = (more: Partial<RereadPlan> = {}): RereadPlan => ({
  asked: 0,
  ask_again: false,
  budget_left_micro_usd: null,
  cost_micro_usd: 20_000,
  mails: 1,
  no_ai: 0,
  skipped: 0,
  readers: [
    {
      extractor: "small-model",
      mails: 1,
      calls: 1,
      cost_micro_usd: 20_000,
      most_micro_usd: 60_000,
      tokens: { input: 900, cached: 0, output: 200, reasoning: 0 },
    },
  ],
  ...more,
});

const job: ProjectDetail = {
  ...project("p1", "Harrow Point Medical"),
  cc_address: "brennock+24-117@mail.example",
  kinds: {},
  files: 0,
  people_count: 1,
  unsure: 0,
  approved: [],
  exposure: [],
  weeks_strip: [],
};

let planned = plan();
/** What the server says instead of reading again; empty: it reads. */
let refuse = "";

function serve(...readings: Reading[]) {
  const sent: unknown[] = [];
  let now = readings;
  server.use(
    http.get("/api/v1/orgs/:org/emails/:id/readings", () => HttpResponse.json(list(...now))),
    http.get("/api/v1/orgs/:org/emails/:id/readings/:n", ({ params }) =>
      HttpResponse.json<ReadingDetail>({
        ...(now.find((r) => r.n === Number(params.n)) as Reading),
        found: [],
        calls: [
          {
            at: "2026-11-19T14:42:50Z",
            took_ms: 900,
            model: "small-model",
            prompt: "3",
            sent: '{"mail":"Dana, please send it."}',
            outcome: "answered",
            tokens: { input: 900, cached: 0, output: 200, reasoning: 0 },
            cost_micro_usd: 1200,
          },
        ],
      }),
    ),
    http.patch("/api/v1/orgs/:org/emails/:id/readings/:n", async ({ params, request }) => {
      sent.push(await request.json());
      now = now.map((r) =>
        r.n === Number(params.n) ? { ...r, state: "current" } : { ...r, state: "replaced" },
      );
      return HttpResponse.json<ReadingDetail>({ ...(now[0] as Reading), found: [] });
    }),
    http.post("/api/v1/orgs/:org/rereads", async ({ request }) => {
      const ask = (await request.json()) as { dry_run?: boolean };
      sent.push(ask);
      if (refuse && !ask.dry_run)
        return HttpResponse.json({ code: "invalid", detail: refuse }, { status: 422 });
      return HttpResponse.json<RereadPlan>({ ...planned, asked: ask.dry_run ? 0 : 1 }, { status: 201 });
    }),
    answers.me,
    answers.org,
    answers.projects(project("p1", "Harrow Point Medical")),
    answers.actions(),
    http.get("/api/v1/orgs/:org/projects/:id", () => HttpResponse.json<ProjectDetail>(job)),
    http.get("/api/v1/orgs/:org/projects/:id/events", () => HttpResponse.json(list())),
    http.post("/api/v1/orgs/:org/projects/:id/seen", () => new HttpResponse(null, { status: 204 })),
    ...answers
      .mails(opened(mail("e1", { project_id: "p1", extractor: "rules" }), "Dana, please send it."))
      .slice(0, 3),
  );
  openApp("/orgs/brennock/projects/p1?mail=e1");
  return { sent, user: userEvent.setup() };
}

beforeEach(() => {
  refuse = "";
  planned = plan();
  globalThis.IntersectionObserver ??= class {
    observe() {}
    disconnect() {}
  } as unknown as typeof IntersectionObserver;
});

it("says that a later reading waits, shows how it differs and what was sent, and accepts it", async () => {
  const { sent, user } = serve(later, reading(1));
  expect(await screen.findByText("Read again by small-model: 1 added, 1 gone, 1 changed.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Read by rules, Nov 19" }));
  const dialog = await screen.findByRole("dialog", { name: "Readings of this mail" });
  const [newest] = within(dialog).getAllByRole("listitem");
  expect(newest).toHaveTextContent("Asked by Dana Orlik");
  expect(newest).toHaveTextContent("Owner: none → Tao Brandt");
  await user.click(await within(dialog).findByRole("button", { name: /^Sent to small-model/ }));
  expect(within(dialog).getByText('{"mail":"Dana, please send it."}')).toBeVisible();
  await user.click(within(dialog).getByRole("button", { name: "Accept reading" }));
  await waitFor(() => expect(sent).toEqual([{ state: "accepted" }]));
  await waitFor(() => expect(within(dialog).queryByRole("button", { name: "Accept reading" })).toBeNull());
});

it("says that there are newer rules than those that read a mail, and offers them", async () => {
  const { user } = serve(reading(1, { newer_rules: true }));
  await user.click(
    await screen.findByRole("button", { name: "Read by rules, Nov 19. There are newer rules" }),
  );
  const dialog = await screen.findByRole("dialog", { name: "Readings of this mail" });
  expect(within(dialog).getByRole("button", { name: "Rules" })).toBeVisible();
});

it("shows the price before a mail is read again", async () => {
  const { sent, user } = serve(reading(1));
  await user.click(await screen.findByRole("button", { name: "Read by rules, Nov 19" }));
  const dialog = await screen.findByRole("dialog", { name: "Readings of this mail" });
  await user.click(within(dialog).getByRole("button", { name: "A model" }));
  expect(await within(dialog).findByText("Costs about $0.02, at most $0.06.")).toBeVisible();
  expect(sent).toEqual([{ emails: ["e1"], extractor: "model", dry_run: true }]);
  await user.click(within(dialog).getByRole("button", { name: "Read 1 mail again" }));
  await waitFor(() =>
    expect(sent.at(-1)).toEqual({ emails: ["e1"], extractor: "model", accepted_micro_usd: 20_000 }),
  );
  // Another click would pay for it again.
  await waitFor(() => expect(within(dialog).queryByRole("button", { name: "Read 1 mail again" })).toBeNull());
});

it("asks for the price anew where it is another one by now", async () => {
  const { sent, user } = serve(reading(1));
  planned = plan({ ask_again: true, cost_micro_usd: 12_400_000 });
  await user.click(await screen.findByRole("button", { name: "Read by rules, Nov 19" }));
  const dialog = await screen.findByRole("dialog", { name: "Readings of this mail" });
  await user.click(within(dialog).getByRole("button", { name: "A model" }));
  await user.click(await within(dialog).findByRole("button", { name: "Read 1 mail again" }));
  planned = plan({ ask_again: true, cost_micro_usd: 14_000_000 });
  refuse = "It costs more by now.";
  await user.click(within(dialog).getByRole("button", { name: "Yes, spend about $12.40" }));
  expect(await screen.findByText("It costs more by now.")).toBeVisible();
  const again = await within(dialog).findByRole("button", { name: "Read 1 mail again" });
  await waitFor(() => expect(again).toBeEnabled());
  expect(sent.at(-1)).toMatchObject({ dry_run: true });
  await user.click(again);
  expect(within(dialog).getByRole("button", { name: "Yes, spend about $14.00" })).toBeVisible();
});

it("asks once more where it costs more than the settings allow unasked", async () => {
  const { sent, user } = serve(reading(1));
  planned = plan({ ask_again: true, cost_micro_usd: 12_400_000 });
  await user.click(await screen.findByRole("button", { name: "Read by rules, Nov 19" }));
  const dialog = await screen.findByRole("dialog", { name: "Readings of this mail" });
  await user.click(within(dialog).getByRole("button", { name: "A model" }));
  await user.click(await within(dialog).findByRole("button", { name: "Read 1 mail again" }));
  expect(sent).toHaveLength(1);
  await user.click(within(dialog).getByRole("button", { name: "Yes, spend about $12.40" }));
  await waitFor(() => expect(sent.at(-1)).toMatchObject({ accepted_micro_usd: 12_400_000 }));
});

it("says what it does to the budget", () => {
  expect(planWords(plan({ budget_left_micro_usd: 5_020_000 }))).toBe(
    "Costs about $0.02, at most $0.06. Leaves $5.00 of this month’s budget.",
  );
  expect(planWords(plan({ budget_left_micro_usd: 10_000 }))).toBe(
    "Costs about $0.02, at most $0.06. $0.01 is left of this month’s budget: the rest is read when the month turns.",
  );
});

it("says in words what differs and what it costs", () => {
  expect(diffWords(reading(1))).toBe("the same facts");
  expect(changesOf(fact("a", { deadline: "2026-11-24" }), fact("a", { kind: "risk" }))).toEqual([
    "Type: Decision → Risk",
    "Date: 2026-11-24 → none",
  ]);
  expect(planWords(plan({ mails: 0, no_ai: 1, skipped: 2, readers: [] }))).toBe(
    "No mail can be read again. 1 mail must not be sent to a model. 2 mails were not read, or copied.",
  );
  const [reader] = plan().readers;
  if (!reader) throw new Error("no reader");
  expect(planWords(plan({ readers: [{ ...reader, cost_micro_usd: null }] }))).toBe(
    "The price of this model is not known.",
  );
  expect(planWords(plan({ readers: [{ ...reader, cost_micro_usd: 0 }] }))).toBe("Costs nothing.");
  expect(planWords(plan({ readers: [{ ...reader, cost_micro_usd: 5692, most_micro_usd: 9000 }] }))).toBe(
    "Costs less than 1¢, at most 1¢.",
  );
});
