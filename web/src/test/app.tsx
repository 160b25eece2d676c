import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll } from "vitest";
import { onSignedOut } from "../api/client";
import type {
  AIBudget,
  Changes,
  Email,
  EmailDetail,
  Fact,
  FactorsOf,
  FilingRule,
  List,
  Me,
  Organisation,
  Passkey,
  Project,
  ProjectSummary,
  Reading,
  SenderRule,
  Settings,
  SettingsPrice,
  SignInWays,
  Subscription,
} from "../api/types";
import { standsOn } from "../domain/passages";
import { appRouter } from "../router";

// The whole app over a scripted API. Every answer is typed by the API's own
// document, so a test cannot invent a field.

export const org: Organisation = {
  id: "o1",
  name: "Brennock Mechanical",
  address: "brennock",
  mail_in: "brennock@mail.example",
  role: "admin",
  time_zone: "America/New_York",
  plan: "professional",
  counts: {
    projects: 2,
    actions: 1,
    review: 5,
    unsure: 10,
    parked: 0,
    held: 0,
    quarantined: 0,
    confirmations: 0,
    mail_today: 3,
  },
};

const { counts: _, ...membership } = org;
export const me: Me = {
  user: { id: "u1", name: "Dana Orlik", email: "dana@brennock.example" },
  organisations: [membership],
};

export const project = (id: string, name: string, more: Partial<ProjectSummary> = {}): ProjectSummary => ({
  id,
  name,
  job_number: "",
  address: "",
  client: "",
  status: "active",
  aliases: [],
  people: [],
  created_at: "2026-01-12T13:00:00Z",
  latest: null,
  open_actions: 0,
  overdue: 0,
  risks: 0,
  due_7_days: 0,
  mails: 0,
  weeks: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  unseen: 0,
  ...more,
});

export const fact = (id: string, more: Partial<Fact> = {}): Fact => ({
  id,
  email_id: "e1",
  project_id: "p1",
  kind: "decision",
  text: id,
  quote: id,
  start: 0,
  end: id.length,
  proof: "verified",
  confidence: 0.95,
  owner: null,
  deadline: null,
  priority: "normal",
  made_by: null,
  amount: null,
  affects: [],
  state: "open",
  by: "rules",
  at: "2026-11-19T14:42:00Z",
  done_at: null,
  repeats: null,
  supersedes: null,
  superseded_by: null,
  ...more,
});

export const mail = (id: string, more: Partial<Email> = {}): Email => ({
  id,
  state: "filed",
  subject: `Subject of ${id}`,
  warnings: [],
  message_id: "",
  from: [{ name: "Rolf Kester", address: "rolf@site.example" }],
  to: [],
  cc: [],
  date: "2026-11-19T14:42:00Z",
  received_at: "2026-11-19T14:42:00Z",
  project_id: null,
  thread_id: `t-${id}`,
  thread_size: 1,
  thread_index: 1,
  sha256: "",
  size: 10,
  verdict: "accepted",
  snippet: "",
  attachments: [],
  match: { confidence: 0, reasons: [], candidates: [], proposal: null },
  requires_response: false,
  automatic: "no",
  extractor: "",
  envelope_from: "rolf@site.example",
  tag: "",
  facts: [],
  authentication: { result: "none" },
  senders_in: [],
  flags: [],
  passages: [],
  passages_set_aside: [],
  came_by: null,
  copy_of: null,
  invitation: null,
  confirmation: null,
  ...more,
});

/** A mail with its text, as it is when it is opened. */
export const opened = (of: Email, text = ""): EmailDetail => ({
  ...of,
  body: { text, spans: [], html: false },
  html_url: null,
  raw_url: `/api/v1/orgs/brennock/emails/${of.id}/raw`,
});

export const rule = (pattern: string, more: Partial<SenderRule> = {}): SenderRule => ({
  id: `r-${pattern}`,
  pattern,
  allow: true,
  by: "Dana Orlik",
  created_at: "2026-11-02T10:00:00Z",
  ...more,
});

/** What an organisation decided that decided nothing. */
export const settings: Settings = {
  extractor: "rules",
  models: [],
  no_ai_words: [],
  no_ai_senders: [],
  file_from: 80,
  require_second_factor: false,
  require_authentication: false,
  alert_at: [70, 90, 100],
  ask_above_micro_usd: 5_000_000,
};

/** What a month costs by a model of $3.10 at 240 mails, where the rules read now; of $20 there are $4 spent. */
export const settingsPrice: SettingsPrice = {
  budget_used_up: false,
  days: 30,
  received: 240,
  sampled: 40,
  little_history: false,
  tokens_by: "mails",
  present: {
    extractor: "rules",
    models: [],
    mails: 0,
    no_ai: 0,
    tokens: { input: 0, cached: 0, output: 0, reasoning: 0 },
    mail_micro_usd: 0,
    cost_micro_usd: 0,
    this_month_micro_usd: 4_000_000,
    budget_left_micro_usd: 16_000_000,
  },
  proposed: {
    extractor: "model",
    models: [{ model: "small", mail_micro_usd: 12_917 }],
    mails: 240,
    no_ai: 0,
    tokens: { input: 3000, cached: 0, output: 500, reasoning: 0 },
    mail_micro_usd: 12_917,
    cost_micro_usd: 3_100_080,
    this_month_micro_usd: 6_000_000,
    budget_left_micro_usd: 14_000_000,
  },
  cost_micro_usd: 3_100_080,
  budget_micro_usd: 20_000_000,
  spent_micro_usd: 4_000_000,
  ask_above_micro_usd: 5_000_000,
  ask_again: false,
};

/** A plan that the operator set, without limits; nothing can be bought. */
export const subscription: Subscription = {
  plan: {
    name: org.plan,
    price_cents: 0,
    emails: 0,
    projects: 0,
    users: 0,
    budget_micro_usd: 0,
    by_agreement: false,
    storage_bytes: 0,
  },
  status: "none",
  billing: false,
  subscribed: false,
  portal: false,
  plans: [],
  limits: { emails: 0, projects: 0, users: 0, budget_micro_usd: 0, storage_bytes: 0 },
  used: {
    month: "2026-11",
    emails: 0,
    projects: 0,
    users: 1,
    bytes: 0,
    spent: {
      month: "2026-11",
      calls: 0,
      charged_micro_usd: 0,
      reserved_micro_usd: 0,
      cost_micro_usd: 0,
      lost_micro_usd: 0,
      unpriced: 0,
    },
    waiting: 0,
  },
  alerts: [],
};

/** An AI budget of which so many micro-USD are used. */
export const aiBudget = (limit: number, used: number): AIBudget => ({
  limit_micro_usd: limit,
  used_micro_usd: used,
  left_micro_usd: Math.max(limit - used, 0),
  waiting: 0,
  used_up: false,
  own: false,
  renews_at: "2026-12-01T05:00:00Z",
});

/** A list of one part. */
export const list = <T,>(...items: T[]): List<T> => ({ items, next: null });

/** What the API answers unless a test says otherwise. */
export const answers = {
  me: http.get("/api/v1/me", () => HttpResponse.json<Me>(me)),
  /** Which ways in there are: none but the password, unless a test says otherwise. */
  ways: (more: Partial<SignInWays> = {}) =>
    http.get("/api/v1/sign-in", () =>
      HttpResponse.json<SignInWays>({
        sign_up: "operator",
        mail: false,
        passkeys: false,
        pages: {},
        ...more,
      }),
    ),
  /** What one has beside a password: nothing. */
  factors: http.get("/api/v1/me/factors", () =>
    HttpResponse.json<FactorsOf>({ totp: false, recovery_codes: 0, passkeys: 0 }),
  ),
  passkeys: (...items: Passkey[]) =>
    http.get("/api/v1/me/passkeys", () => HttpResponse.json<List<Passkey>>(list(...items))),
  org: http.get("/api/v1/orgs/:org", () => HttpResponse.json<Organisation>(org)),
  projects: (...items: ProjectSummary[]) =>
    http.get("/api/v1/orgs/:org/projects", () => HttpResponse.json<List<ProjectSummary>>(list(...items))),
  changes: (changes: Partial<Changes> = {}) =>
    http.get("/api/v1/orgs/:org/changes", () =>
      HttpResponse.json<Changes>({ items: [], next: null, mails: 0, projects: 0, ...changes }),
    ),
  actions: (...items: Fact[]) =>
    http.get("/api/v1/orgs/:org/actions", () => HttpResponse.json<List<Fact>>(list(...items))),
  /** Lists of mail by their state, and each mail by its id. */
  mails: (...items: EmailDetail[]) => [
    http.get("/api/v1/orgs/:org/emails", ({ request }) => {
      const asked = new URL(request.url).searchParams;
      const [state, project] = [asked.get("state"), asked.get("project")];
      return HttpResponse.json<List<Email>>(
        list(
          ...items.filter(
            (m) => !m.copy_of && (!state || m.state === state) && (!project || standsOn(m, project)),
          ),
        ),
      );
    }),
    http.get("/api/v1/orgs/:org/review", () =>
      HttpResponse.json<List<Email>>(list(...items.filter((m) => m.state === "review"))),
    ),
    http.get("/api/v1/orgs/:org/emails/:id", ({ params }) => {
      const found = items.find((m) => m.id === params.id);
      return found ? HttpResponse.json<EmailDetail>(found) : HttpResponse.json({}, { status: 404 });
    }),
    answers.readings(),
  ],
  readings: (...items: Reading[]) =>
    http.get("/api/v1/orgs/:org/emails/:id/readings", () => HttpResponse.json<List<Reading>>(list(...items))),
  filingRules: (...items: FilingRule[]) =>
    http.get("/api/v1/orgs/:org/filing-rules", () => HttpResponse.json<List<FilingRule>>(list(...items))),
  unsure: (...items: Fact[]) =>
    http.get("/api/v1/orgs/:org/unsure", () => HttpResponse.json<List<Fact>>(list(...items))),
  settings: (more: Partial<Settings> = {}) =>
    http.get("/api/v1/orgs/:org/settings", () => HttpResponse.json<Settings>({ ...settings, ...more })),
  /** Readings that wait to be made or accepted. */
  rereads: (...items: Reading[]) =>
    http.get("/api/v1/orgs/:org/rereads", () => HttpResponse.json<List<Reading>>(list(...items))),
  senders: (...items: SenderRule[]) =>
    http.get("/api/v1/orgs/:org/senders", () => HttpResponse.json<List<SenderRule>>(list(...items))),
  problem: (
    method: "get" | "post" | "put" | "patch" | "delete",
    path: string,
    status: number,
    body: object,
  ) => http[method](path, () => HttpResponse.json(body, { status })),
  /** The plan; without a limit when none is given. */
  subscription: (limits: Partial<Subscription["limits"]> = {}, spent = 0) =>
    http.get("/api/v1/orgs/:org/subscription", () =>
      HttpResponse.json<Subscription>({
        ...subscription,
        limits: { ...subscription.limits, ...limits },
        ...(limits.budget_micro_usd ? { ai_budget: aiBudget(limits.budget_micro_usd, spent) } : {}),
      }),
    ),
  created: (made: Project) => HttpResponse.json<Project>(made, { status: 201 }),
};

/** Starts the scripted API for the tests of a file; give more answers with use(). */
export function api() {
  const server = setupServer(answers.ways(), answers.factors, answers.passkeys());
  let patched: typeof fetch;
  beforeAll(() => {
    server.listen({ onUnhandledRequest: "error" });
    // Node's fetch needs a whole address; a browser has the page's.
    patched = globalThis.fetch;
    globalThis.fetch = (input, init) => patched(new URL(String(input), location.origin), init);
  });
  afterEach(() => server.resetHandlers());
  afterAll(() => {
    globalThis.fetch = patched;
    server.close();
  });
  return server;
}

/** Opens the app at a path, as main.tsx does. */
export function openApp(path: string) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const router = appRouter(client, createMemoryHistory({ initialEntries: [path] }));
  onSignedOut(() => {
    const { href, pathname } = router.state.location;
    if (pathname !== "/sign-in") router.navigate({ to: "/sign-in", search: { return: href } });
  });
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return { router, client };
}
