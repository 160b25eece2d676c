import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { delay, HttpResponse, http } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import type { LedgerEntry, List, Organisation, Settings, Usage } from "../../api/types";
import { aiBudget, answers, api, list, openApp, org, settings, subscription } from "../../test/app";
import { reachedOf } from "./reached";
import { doubtsOf } from "./sums";

const server = api();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-19T15:00:00Z") });
  return () => {
    vi.useRealTimers();
  };
});

const tokens = { input: 4812, cached: 0, written: 0, output: 906, reasoning: 0 };
const share = (id: string, calls: number, micro: number) => ({
  id,
  calls,
  unpriced: 0,
  tokens,
  cost_micro_usd: micro,
});
const november: Usage = {
  days: [
    {
      day: "2026-11-18",
      emails: 40,
      calls: 3,
      unpriced: 0,
      cost_micro_usd: 3_000_000,
      models: [share("large", 2, 2_400_000), share("small", 1, 600_000)],
    },
    {
      day: "2026-11-19",
      emails: 10,
      calls: 1,
      unpriced: 0,
      cost_micro_usd: 500_000,
      models: [share("large", 1, 500_000)],
    },
  ],
  projects: [
    { project_id: "p1", name: "Harrow Point", emails: 50, calls: 4, unpriced: 0, cost_micro_usd: 3_500_000 },
  ],
  models: [share("large", 3, 2_900_000), share("small", 1, 600_000)],
  steps: [share("read", 4, 3_500_000)],
  people: [share("", 4, 3_500_000)],
  emails: 50,
  calls: 4,
  unpriced: 0,
  assumed: 0,
  cost_micro_usd: 3_500_000,
  unfiled_micro_usd: 0,
  provider_micro_usd: 3_500_000,
  ahead: [{ day: "2026-11-20", emails: 30, calls: 0, unpriced: 0, cost_micro_usd: 2_000_000, models: [] }],
};

const entry = (id: string, more: Partial<LedgerEntry>): LedgerEntry => ({
  id,
  at: "2026-11-19T14:43:08Z",
  day: "2026-11-19",
  job: id,
  email_id: `e-${id}`,
  subject: `Subject ${id}`,
  project_id: "p1",
  project: "Harrow Point",
  step: "read",
  by: { kind: "mail", id: "", name: "" },
  model: "large",
  answered: "large",
  prompt: "1",
  prices: "1",
  outcome: "answered",
  took_ms: 3100,
  tokens,
  most_micro_usd: 50_000,
  cost_micro_usd: 41_200,
  charged_micro_usd: 41_200,
  ...more,
});

function serve(limits: Parameters<typeof answers.subscription>[0], usage: Partial<Usage> = {}) {
  const asked: string[] = [];
  server.use(
    answers.me,
    answers.org,
    answers.projects(),
    answers.settings(),
    answers.actions(),
    answers.subscription(limits, 3_500_000),
    http.get("/api/v1/orgs/:org/usage", ({ request }) => {
      const from = new URL(request.url).searchParams.get("from");
      const before = { ...november, days: [], emails: 100, cost_micro_usd: 10_000_000, ahead: [] };
      return HttpResponse.json<Usage>(from === "2026-10-01" ? before : { ...november, ...usage });
    }),
    http.get("/api/v1/orgs/:org/usage/ledger", ({ request }) => {
      const url = new URL(request.url);
      asked.push(url.search);
      if (url.searchParams.get("after")) return HttpResponse.json<List<LedgerEntry>>(list(entry("old", {})));
      return HttpResponse.json<List<LedgerEntry>>({
        items: [
          entry("a", {}),
          entry("b", { outcome: "timeout", cost_micro_usd: null, charged_micro_usd: 0 }),
          entry("c", { cost_micro_usd: null, charged_micro_usd: 0, most_micro_usd: null }),
        ],
        next: "c",
      });
    }),
  );
  return asked;
}

it("shows what was spent of the budget, what is expected, and a day by the keyboard", async () => {
  serve({ emails: 20_000, budget_micro_usd: 5_000_000 });
  openApp("/orgs/brennock/usage");
  const budget = await screen.findByRole("progressbar", { name: "Spent of this month's budget" });
  expect(budget).toHaveAttribute("aria-valuenow", "3500000");
  expect(screen.getByText("70%")).toBeVisible();
  expect(screen.getByText("under 1%")).toBeVisible();
  expect(screen.getByText("$5.50")).toBeVisible();
  expect(screen.getByText("$0.50 over")).toBeVisible();
  expect(await screen.findByText("7.0¢ per mail, 3.0¢ less than in October.")).toBeVisible();

  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  const today = screen.getByRole("button", { name: "Thu Nov 19: $0.50, large $0.50, 10 mails" });
  expect(today).toHaveAttribute("tabindex", "0");
  today.focus();
  await user.keyboard("{ArrowLeft}");
  expect(
    screen.getByRole("button", { name: /^Wed Nov 18: \$3\.00, large \$2\.40, small \$0\.60/ }),
  ).toHaveFocus();
  expect(screen.getByText("Wed Nov 18")).toBeVisible();
  await user.keyboard("{Escape}");
  expect(screen.queryByText("Wed Nov 18")).toBeNull();
  await user.keyboard("{End}{ArrowRight}");
  expect(screen.getByRole("button", { name: "Mon Nov 30: $0.00" })).toHaveFocus();
});

it("says what share of which limit was reached, the greatest of each", () => {
  const at = (of: "emails" | "ai_budget" | "storage", percent: number, when: string) => ({
    of,
    percent,
    limit: 0,
    at: when,
    month: "2026-11",
  });
  const limits = { ...subscription.limits, emails: 2000, budget_micro_usd: 100_000_000 };
  const alerts = [
    at("ai_budget", 90, "2026-11-19T03:00:00Z"), // the evening before, where the firm is
    at("ai_budget", 70, "2026-11-09T12:00:00Z"),
    at("emails", 70, "2026-11-10T12:00:00Z"),
  ];
  expect(reachedOf(alerts, limits, "America/New_York", "2026-11-19")).toEqual([
    "70% of the plan’s mails on Nov 10",
    "90% of the AI budget on Nov 18",
  ]);
  expect(reachedOf([], limits, "America/New_York", "2026-11-19")).toEqual([]);
  // Of a budget that has grown since, a share of the one before says nothing.
  const grown = alerts.map((a) => ({ ...a, limit: a.of === "ai_budget" ? 20_000_000 : 2000 }));
  expect(reachedOf(grown, limits, "America/New_York", "2026-11-19")).toEqual([
    "70% of the plan’s mails on Nov 10",
  ]);
});

it("says that the budget is used up though some of it is left, how many mails wait, and what to do", async () => {
  serve({ budget_micro_usd: 5_000_000 });
  server.use(
    http.get("/api/v1/orgs/:org/subscription", () =>
      HttpResponse.json({
        ...subscription,
        limits: { ...subscription.limits, budget_micro_usd: 5_000_000 },
        ai_budget: { ...aiBudget(5_000_000, 4_900_000), waiting: 12, used_up: true },
      }),
    ),
  );
  openApp("/orgs/brennock/usage");
  expect(
    await screen.findByText(
      "This month’s AI budget is used up: the $0.10 left of it is too little for the next call of a model. 12 mails wait for a model until Dec 1, or until the budget grows. Meanwhile what was read by the rules stands. A greater plan, where there is one, has a greater budget.",
    ),
  ).toBeVisible();
  expect(screen.getByText("98%")).toBeVisible();
});

it("shows of one's own budget what counts against it, beside what is charged", async () => {
  serve({ budget_micro_usd: 5_000_000 }, { unpriced: 2, assumed: 1 });
  server.use(
    http.get("/api/v1/orgs/:org/subscription", () =>
      HttpResponse.json({
        ...subscription,
        limits: { ...subscription.limits, budget_micro_usd: 5_000_000 },
        ai_budget: { ...aiBudget(5_000_000, 4_500_000), own: true },
      }),
    ),
  );
  openApp("/orgs/brennock/usage");
  const bar = await screen.findByRole("progressbar", { name: "Spent of this month's budget" });
  expect(bar).toHaveAttribute("aria-valuenow", "4500000");
  expect(screen.getByText("90%")).toBeVisible();
  expect(screen.getByText(/^\$1\.00 of it for calls that brought nothing/)).toBeVisible();
  expect(
    screen.getByText(/^Calls whose cost is not known are in it at the most they can have cost/),
  ).toBeVisible();
  expect(screen.getByText("$6.50")).toBeVisible(); // by the month's end
});

it.each([
  [0, 0, []],
  [2, 0, ["2 calls of unknown cost are not in it."]],
  [1, 1, ["1 call of unknown cost is in it at the most it can have cost."]],
  [
    3,
    2,
    [
      "2 calls of unknown cost are in it at the most they can have cost.",
      "1 call of unknown cost is not in it.",
    ],
  ],
])(
  "says of %d calls of unknown cost, of which %d are charged, which are in the spend",
  (unpriced, assumed, words) => {
    expect(doubtsOf({ unpriced, assumed }, undefined)).toEqual(words);
  },
);

it("shows calls that a plan does not charge as that, not as a cost that nobody knows", async () => {
  const failed = { unpriced: 1, calls: 1, cost_micro_usd: 0 };
  serve(
    { emails: 20_000, budget_micro_usd: 5_000_000 },
    {
      ...failed,
      days: [
        { day: "2026-11-18", emails: 50, models: [{ ...share("large", 1, 0), unpriced: 1 }], ...failed },
      ],
      projects: [{ project_id: "p1", name: "Harrow Point", emails: 50, ...failed }],
    },
  );
  server.use(answers.subscription({ emails: 20_000, budget_micro_usd: 5_000_000 }));
  openApp("/orgs/brennock/usage");
  expect(
    await screen.findByText("1 call is not charged: it brought nothing, or is not finished yet."),
  ).toBeVisible();
  const where = screen.getByRole("link", { name: "Harrow Point" }).closest("li");
  expect(where).toHaveTextContent("50 mails$0.00");
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  await user.click(screen.getByRole("button", { name: "Table" }));
  const table = screen.getByRole("table", { name: "Mails, calls of models and their cost" });
  expect(within(table).getByRole("row", { name: /^Wed Nov 18/ })).toHaveTextContent("Wed Nov 18501$0.00");
  expect(within(table).getByRole("row", { name: /^All/ })).toHaveTextContent("All501$0.00");
  expect(screen.getByText("Spend this month").closest("section")).toHaveTextContent("$0.000%");
});

it("reckons no month's end on the first day", async () => {
  serve({ emails: 20_000, budget_micro_usd: 5_000_000 }, { ahead: [] });
  openApp("/orgs/brennock/usage");
  expect((await screen.findByText("Projected month end")).closest("section")).toHaveTextContent(
    "Projected month endNot known yetKnown once there has been mail for a day.",
  );
});

it("shows the numbers of other days under their own name alone", async () => {
  serve({});
  const { router } = openApp("/orgs/brennock/usage");
  expect(await screen.findByText("Spend this month")).toBeVisible();
  let answer = () => {};
  const wait = new Promise<void>((done) => {
    answer = done;
  });
  server.use(
    http.get("/api/v1/orgs/:org/usage", async () => {
      await wait;
      return HttpResponse.json<Usage>({ ...november, emails: 7, ahead: [] });
    }),
  );
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  await user.click(screen.getByRole("button", { name: "Table" }));
  await router.navigate({
    to: "/orgs/$org/usage",
    params: { org: "brennock" },
    search: { month: "2026-09" },
  });
  await waitFor(() => expect(router.state.location.search).toEqual({ month: "2026-09" }));
  await delay(50);
  expect(screen.getByText("Spend this month")).toBeVisible();
  expect(screen.getByText("4 calls in November")).toBeVisible();
  answer();
  expect(await screen.findByText("Spend, September")).toBeVisible();
  expect(screen.getByRole("button", { name: "Table" })).toHaveAttribute("aria-pressed", "true");
});

it("waits for a whole year while one is typed, and says what is wrong with days", async () => {
  serve({});
  const asked: string[] = [];
  server.events.on("request:start", ({ request }) => {
    if (request.url.includes("/usage?")) asked.push(new URL(request.url).searchParams.get("from") ?? "");
  });
  openApp("/orgs/brennock/usage?from=2026-11-01&to=2026-11-19");
  const first = await screen.findByLabelText("First day");
  fireEvent.change(first, { target: { value: "0002-11-01" } });
  expect(first).toHaveAccessibleDescription("Choose at most 800 days.");
  expect(first).toBeInvalid();
  fireEvent.change(first, { target: { value: "2025-11-01" } });
  expect(first).toBeValid();
  await waitFor(() => expect(asked).toContain("2025-11-01"));
  expect(asked).not.toContain("0002-11-01");
  expect(screen.queryByText("The usage could not be read.")).toBeNull();
});

it("shows on the page that a share was reached", async () => {
  serve({ emails: 20_000, budget_micro_usd: 5_000_000 });
  server.use(
    http.get("/api/v1/orgs/:org/subscription", () =>
      HttpResponse.json({
        ...subscription,
        limits: { ...subscription.limits, budget_micro_usd: 5_000_000 },
        alerts: [
          { of: "ai_budget", percent: 70, limit: 5_000_000, at: "2026-11-17T15:00:00Z", month: "2026-11" },
        ],
      }),
    ),
  );
  openApp("/orgs/brennock/usage");
  expect(await screen.findByText("Reached this month: 70% of the AI budget on Nov 17.")).toBeVisible();
});

it("lists calls with what became of them, narrowed by what stands in the URL", async () => {
  const asked = serve({});
  const { router } = openApp("/orgs/brennock/usage");
  const table = await screen.findByRole("table", { name: "Calls of models, newest first" });
  const [, first, late, unknown] = within(table).getAllByRole("row");
  expect(first).toHaveTextContent("$0.0412");
  expect(late).toHaveTextContent("Took too long");
  expect(late).toHaveTextContent("Not charged");
  expect(unknown).toHaveTextContent("Not known");
  expect(screen.queryByRole("progressbar")).toBeNull();

  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  await user.click(screen.getByRole("button", { name: "Show earlier calls" }));
  expect(await screen.findByText("Subject old")).toBeVisible();

  await user.click(screen.getByRole("button", { name: "Model All" }));
  await user.click(await screen.findByRole("menuitemradio", { name: "small" }));
  await waitFor(() => expect(router.state.location.search).toEqual({ model: "small" }));
  await waitFor(() => expect(asked.at(-1)).toContain("model=small"));
  expect(screen.getByText("1 call in November")).toBeVisible();
  const save = await screen.findByRole("link", { name: /^Export\s*CSV$/ });
  expect(save).toHaveAttribute(
    "href",
    "/api/v1/orgs/brennock/usage/ledger.csv?from=2026-11-01&to=2026-11-30&model=small",
  );
});

it("narrows the ledger and its table by step, person, outcome and mail, by the keyboard", async () => {
  const asked = serve({});
  const { router } = openApp("/orgs/brennock/usage?outcome=lucky");
  await screen.findByRole("table", { name: "Calls of models, newest first" });
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  const choose = async (chip: string, choice: string) => {
    screen.getByRole("button", { name: chip }).focus();
    await user.keyboard("{Enter}");
    const item = await screen.findByRole("menuitemradio", { name: choice });
    while (document.activeElement !== item) await user.keyboard("{ArrowDown}");
    await user.keyboard("{Enter}");
  };
  await choose("Person All", "By the settings");
  await waitFor(() => expect(asked.at(-1)).toContain("person=settings"));
  expect(screen.getByText("4 calls in November")).toBeVisible();
  await choose("Step All", "New mail");
  await choose("Outcome All", "Took too long");
  await waitFor(() =>
    expect(router.state.location.search).toEqual({ person: "settings", step: "read", outcome: "timeout" }),
  );
  expect(screen.queryByText(/calls? in November/)).toBeNull(); // no sum says how many those are
  await user.click(await screen.findByRole("button", { name: "Calls of this mail alone: Subject b" }));
  const narrow = "&step=read&person=settings&outcome=timeout&email=e-b";
  await waitFor(() => expect(asked.at(-1)).toContain(narrow));
  expect(screen.queryByRole("button", { name: /^Calls of this mail/ })).toBeNull();
  expect(await screen.findByRole("link", { name: /^Export\s*CSV$/ })).toHaveAttribute(
    "href",
    `/api/v1/orgs/brennock/usage/ledger.csv?from=2026-11-01&to=2026-11-30${narrow}`,
  );
  await user.click(screen.getByRole("button", { name: "One mail", pressed: true }));
  await waitFor(() => expect(router.state.location.search).not.toHaveProperty("email"));
});

it("says that no call matches, and clears all filters", async () => {
  serve({});
  server.use(http.get("/api/v1/orgs/:org/usage/ledger", () => HttpResponse.json(list())));
  const { router } = openApp("/orgs/brennock/usage?by=step&outcome=refused&email=e-1&person=us_9");
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  expect(await screen.findByText("No calls match.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Clear filters" }));
  await waitFor(() => expect(router.state.location.search).toEqual({ by: "step" }));
});

it("lets an admin change at which percentages they are told, and take that back", async () => {
  serve({ emails: 2000 });
  const sent: Partial<Settings>[] = [];
  server.use(
    http.patch("/api/v1/orgs/:org/settings", async ({ request }) => {
      const change = (await request.json()) as Partial<Settings>;
      sent.push(change);
      return HttpResponse.json<Settings>({ ...settings, ...change });
    }),
  );
  openApp("/orgs/brennock/usage");
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  await user.click(await screen.findByRole("button", { name: "Alerts at 70, 90, 100%" }));
  const field = await screen.findByRole("textbox", { name: "Percentages" });
  expect(field).toHaveFocus();
  await user.clear(field);
  await user.keyboard("50, 120{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("120 is no percentage");
  expect(field).toBeInvalid();
  await user.clear(field);
  await user.keyboard("80 50{Enter}");
  expect(await screen.findByText("Admins are told at 50, 80, 100%.")).toBeVisible();
  await waitFor(() => expect(screen.getByRole("button", { name: "Alerts at 50, 80, 100%" })).toHaveFocus());
  await user.click(screen.getByRole("button", { name: /^Undo/ }));
  expect(await screen.findByRole("button", { name: "Alerts at 70, 90, 100%" })).toBeVisible();
  expect(sent).toEqual([{ alert_at: [50, 80] }, { alert_at: [70, 90, 100] }]);
});

it("tells a viewer the percentages, without a way to change them", async () => {
  serve({ emails: 2000 });
  server.use(
    http.get("/api/v1/orgs/:org", () => HttpResponse.json<Organisation>({ ...org, role: "viewer" })),
  );
  openApp("/orgs/brennock/usage");
  expect(await screen.findByText("Alerts at 70, 90, 100%")).toBeVisible();
  expect(screen.queryByRole("button", { name: /^Alerts/ })).toBeNull();
});
