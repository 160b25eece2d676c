import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import type {
  Invoice,
  Invoices,
  List,
  Member,
  Organisation,
  Payer,
  Plan,
  PlanChange,
  Subscription,
} from "../../api/types";
import { leave } from "../../lib/trip";
import { answers, api, list, openApp, org, subscription } from "../../test/app";

vi.mock("../../lib/trip", async (original) => ({
  ...(await original<typeof import("../../lib/trip")>()),
  leave: vi.fn(),
}));

const server = api();

beforeEach(() => {
  vi.mocked(leave).mockClear();
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-26T15:00:00Z") });
  return () => {
    vi.useRealTimers();
  };
});

const plan = (name: string, more: Partial<Plan>): Plan => ({
  name,
  price_cents: 0,
  emails: 0,
  projects: 0,
  users: 0,
  budget_micro_usd: 0,
  by_agreement: false,
  storage_bytes: 0,
  ...more,
});
const starter = plan("starter", { price_cents: 49_00, projects: 2, users: 3 });
const professional = plan("professional", { price_cents: 149_00 });
const plans = [starter, professional, plan("enterprise", { by_agreement: true })];

const visa: Payer = {
  name: "Brennock Mechanical",
  email: "accounts@brennock.example",
  address: ["12 Quarry Road", "Albany, NY 12207", "US"],
  way: "card",
  card: { brand: "visa", last4: "4417", exp_month: 8, exp_year: 2028 },
  late: false,
};

const member = (name: string, role: Member["role"]): Member => ({
  user: {
    id: name,
    name,
    email: `${name}@brennock.example`,
    disabled: false,
    created_at: "2026-01-12T13:00:00Z",
  },
  role,
  last_seen_at: null,
  second_factor: null,
});

/** Serves the page of an organisation; returns what it was asked to change. */
function serve(
  more: Partial<Subscription>,
  role: Organisation["role"] = "admin",
  payer: Partial<Payer> = {},
) {
  const sent: unknown[] = [];
  const monthly = (name: string | undefined) => {
    const minor = plans.find((p) => p.name === name)?.price_cents ?? 0;
    return { minor, currency: "USD", every: "month", count: 1 } as const;
  };
  let now: Partial<Subscription> = { billing: true, plan: professional, plans, portal: true, ...more };
  const is = (): Subscription => ({
    ...subscription,
    ...(now.subscribed && { price: monthly(now.plan?.name) }),
    ...now,
  });
  server.use(
    answers.me,
    answers.projects(),
    answers.actions(),
    http.get("/api/v1/orgs/:org", () => HttpResponse.json<Organisation>({ ...org, role })),
    http.get("/api/v1/orgs/:org/members", () =>
      HttpResponse.json<List<Member>>(
        list(member("Dana", "admin"), member("Lena", "admin"), member("Tao", "viewer")),
      ),
    ),
    http.get("/api/v1/orgs/:org/subscription", () => HttpResponse.json<Subscription>(is())),
    http.patch("/api/v1/orgs/:org/subscription", async ({ request }) => {
      const change = (await request.json()) as { plan?: string; cancel?: boolean };
      sent.push(change);
      if (change.plan === now.plan?.name) now = { ...now, next_plan: undefined, next_at: undefined };
      else if (cost.from)
        now = { ...now, next_plan: change.plan, next_at: cost.from, next_price: monthly(change.plan) };
      else if (change.plan) now = { ...now, plan: plans.find((p) => p.name === change.plan) ?? professional };
      if (change.cancel !== undefined)
        now = { ...now, cancel_at: change.cancel ? "2026-12-10T15:00:00Z" : undefined };
      return HttpResponse.json<Subscription>(is());
    }),
    http.get("/api/v1/orgs/:org/subscription/change", () =>
      HttpResponse.json<PlanChange>({
        ...cost,
        currency: "USD",
      }),
    ),
    http.post("/api/v1/orgs/:org/subscription/checkout", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ url: "https://pay.example/checkout" });
    }),
    http.post("/api/v1/orgs/:org/subscription/portal", () =>
      HttpResponse.json({ url: "https://pay.example/portal" }),
    ),
    http.get("/api/v1/orgs/:org/subscription/payer", () => HttpResponse.json<Payer>({ ...visa, ...payer })),
    http.get("/api/v1/orgs/:org/invoices", () =>
      HttpResponse.json<Invoices>({
        items: [
          {
            id: "1",
            number: "PJ-2",
            at: "2026-11-10T15:00:00Z",
            state: "open",
            total: 149_00,
            paid: 0,
            currency: "USD",
            plan: "professional",
          },
          {
            id: "2",
            number: "PJ-1",
            at: "2026-10-10T15:00:00Z",
            state: "paid",
            total: 53_33,
            paid: 53_33,
            currency: "USD",
            url: "https://pay.example/i/1",
            pdf: "https://pay.example/i/1/pdf",
            plan: "professional",
            instead_of: "starter",
          },
          ...past,
        ],
      }),
    ),
  );
  return { sent, change: (to: Partial<Subscription>) => (now = { ...now, ...to }) };
}

/** Earlier invoices than those that there are. */
const past: Invoice[] = [
  { number: "PJ-0", plan: "starter", instead_of: "professional" },
  { number: "PJ-A", plan: "by_file" },
  { number: "PJ-B", plan: "enterprise", instead_of: "professional" },
  { number: "PJ-C" },
].map((more) => ({
  id: more.number,
  at: "2026-09-10T15:00:00Z",
  state: "paid",
  total: 49_00,
  paid: 49_00,
  currency: "USD",
  ...more,
}));

/** What the change costs that is asked about. */
let cost: Omit<PlanChange, "currency">;
const due = "2026-12-10T15:00:00Z";
const later = { plan: "starter", from: due, price: 49_00, credit: 0, today: 0, due };

const active = { status: "active", subscribed: true, period_end: "2026-12-10T15:00:00Z" } as const;
const open = (search = "") => openApp(`/orgs/brennock/billing${search}`);

/** The lines of what a change costs. */
const lines = (dialog: HTMLElement) =>
  within(dialog)
    .getAllByRole("term")
    .map((t) => `${t.textContent}: ${t.nextElementSibling?.textContent}`);

it("changes to a cheaper plan with the end of what is paid for, and takes that back", async () => {
  cost = later;
  const { sent } = serve({
    ...active,
    used: { ...subscription.used, projects: 5, users: 2 },
  });
  open();
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  expect(await screen.findByText("Renews Dec 10 for $149")).toBeVisible();
  expect(screen.getByRole("button", { name: "Your plan" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Switch to Starter" }));
  const dialog = await screen.findByRole("dialog", { name: "Switch to Starter?" });
  expect(await within(dialog).findByText("$49")).toBeVisible();
  expect(lines(dialog)).toEqual(["Charged today: Nothing", "From Dec 10 on, a month: $49"]);
  expect(dialog).toHaveTextContent("Professional is paid for, and stays with its limits until Dec 10.");
  expect(dialog).toHaveTextContent(
    "More is used than Starter has: 5 of 2 open projects. Nothing is taken away, and no more can be added from Dec 10 on.",
  );
  await user.click(within(dialog).getByRole("button", { name: "Switch to Starter" }));
  expect(await screen.findByText("Until Dec 10, then Starter")).toBeVisible();
  expect(
    screen.getByText(/^Professional until Dec 10, then Starter for \$49 a month\. Until then the limits/),
  ).toBeVisible();
  expect(screen.getByRole("button", { name: "From Dec 10" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Cancel: Subscription" }));
  expect(await screen.findByRole("dialog")).toHaveTextContent("The switch to Starter is dropped.");
  await user.click(screen.getByRole("button", { name: "Keep it" }));
  await user.click(screen.getByRole("button", { name: "Keep Professional: Switch to Starter on Dec 10" }));
  expect(await screen.findByText("Renews Dec 10 for $149")).toBeVisible();
  expect(sent).toEqual([{ plan: "starter" }, { plan: "professional" }]);
});

it("keeps the invoices that it has when they cannot be read again", async () => {
  cost = later;
  serve(active);
  let asked = 0;
  server.use(
    http.get("/api/v1/orgs/:org/invoices", () => {
      asked++;
      return asked > 1 ? new HttpResponse(null, { status: 503 }) : undefined;
    }),
  );
  open();
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  expect(await screen.findByRole("list", { name: "Invoices" })).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Switch to Starter" }));
  const dialog = await screen.findByRole("dialog", { name: "Switch to Starter?" });
  await user.click(within(dialog).getByRole("button", { name: "Switch to Starter" }));
  expect(await screen.findByText("Until Dec 10, then Starter")).toBeVisible();
  await waitFor(() => expect(asked).toBe(2));
  expect(screen.getByRole("list", { name: "Invoices" })).toBeVisible();
  expect(screen.queryByText("The invoices could not be read.")).toBeNull();
});

it("says what is paid where that is another price than the plan has now", async () => {
  serve({ ...active, price: { minor: 990_00, currency: "EUR", every: "year", count: 1 } });
  open();
  expect(await screen.findByText("Renews Dec 10 for €990")).toBeVisible();
  const offers = within(screen.getByRole("region", { name: "Plans" }));
  expect(offers.getAllByText(/^You pay/).map((p) => p.parentElement?.textContent)).toEqual([
    expect.stringMatching(/^Professional\$149 per monthYou pay €990 a yearFor an office/),
  ]);
});

it("changes to a dearer plan at once, and says what is paid today", async () => {
  const month = "2026-12-26T15:00:00Z";
  cost = { plan: "professional", price: 149_00, credit: 31_20, today: 100_00, due: month };
  const { sent } = serve({ ...active, plan: starter });
  open();
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  await user.click(await screen.findByRole("button", { name: "Switch to Professional" }));
  const dialog = await screen.findByRole("dialog", { name: "Switch to Professional?" });
  expect(await within(dialog).findByText("$100")).toBeVisible();
  expect(lines(dialog)).toEqual([
    "A month of Professional, from today: $149",
    "Less the rest of Starter, which is paid: −$31.20",
    "Taxes, discounts and earlier credit: −$17.80",
    "Charged today: $100",
    "Next payment, Dec 26: $149",
  ]);
  expect(dialog).toHaveTextContent("you pay by the month from today on");
  await user.click(within(dialog).getByRole("button", { name: "Switch to Professional" }));
  expect(await screen.findByText("Professional is your plan now.")).toBeVisible();
  expect(sent).toEqual([{ plan: "professional" }]);
});

it("leads to the payment portal from a payment that the bank wants confirmed", async () => {
  cost = { plan: "professional", price: 149_00, credit: 31_20, today: 117_80, due };
  serve({ ...active, plan: starter });
  server.use(
    answers.problem("patch", "/api/v1/orgs/:org/subscription", 409, {
      code: "conflict",
      detail: "Your bank wants you to confirm this payment yourself, which cannot be done here.",
    }),
  );
  open();
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  await user.click(await screen.findByRole("button", { name: "Switch to Professional" }));
  const dialog = await screen.findByRole("dialog");
  await within(dialog).findByText("Charged today");
  expect(within(dialog).queryByRole("button", { name: "Payment portal" })).toBeNull();
  await user.click(within(dialog).getByRole("button", { name: "Switch to Professional" }));
  expect(await within(dialog).findByRole("alert")).toHaveTextContent("Your bank wants you to confirm");
  await user.click(within(dialog).getByRole("button", { name: "Payment portal" }));
  await waitFor(() => expect(leave).toHaveBeenLastCalledWith("https://pay.example/portal"));
});

it("changes the plan in a trial at once and for nothing", async () => {
  cost = { ...later, from: undefined };
  serve({ ...active, status: "trialing", trial_end: due });
  open();
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  await user.click(await screen.findByRole("button", { name: "Switch to Starter" }));
  const dialog = await screen.findByRole("dialog");
  await within(dialog).findByText("$49");
  expect(lines(dialog)).toEqual(["Charged today: Nothing", "From Dec 10 on, a month: $49"]);
  expect(dialog).toHaveTextContent("Nothing is charged, and the trial ends as before.");
});

it("says of the plans that come with it whom they are for", async () => {
  serve({ ...active, plans: [...plans, plan("by_file", { price_cents: 79_00 })] });
  open();
  const items = within(await screen.findByRole("region", { name: "Plans" })).getAllByRole("heading", {
    level: 3,
  });
  expect(items.map((h) => h.parentElement?.textContent)).toEqual([
    expect.stringMatching(/^Starter\$49 per monthFor one superintendent and a few jobs\./),
    expect.stringMatching(/^Professional\$149 per monthFor an office running many jobs at once\./),
    expect.stringMatching(
      /^EnterpriseLet’s talk price by agreementFor several offices and strict IT rules\./,
    ),
    expect.stringMatching(/^by_file\$79 per month(?!For)/),
  ]);
});

it("cancels with the end of the period, and takes that back", async () => {
  const { sent } = serve(active);
  open();
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  await user.click(await screen.findByRole("button", { name: "Cancel: Subscription" }));
  const dialog = await screen.findByRole("dialog", { name: "Cancel the subscription?" });
  expect(dialog).toHaveTextContent("Mail is read until Dec 10");
  expect(dialog).toHaveTextContent("read and exported until Mar 10, 2027");
  await user.click(within(dialog).getByRole("button", { name: "Cancel subscription" }));
  expect(await screen.findByText("Ends Dec 10")).toBeVisible();
  expect(screen.queryByRole("button", { name: /Switch/ })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Take it back" }));
  expect(await screen.findByText("Renews Dec 10 for $149")).toBeVisible();
  expect(sent).toEqual([{ cancel: true }, { cancel: false }]);
});

it("leads to the pages of the payment provider, and lists invoices", async () => {
  const { sent } = serve({ status: "canceled", read_until: "2026-11-20T15:00:00Z", plan: starter });
  open();
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  await user.click(await screen.findByRole("button", { name: "Choose Professional" }));
  await waitFor(() => expect(leave).toHaveBeenLastCalledWith("https://pay.example/checkout"));
  expect(sent).toEqual([{ plan: "professional" }]);
  await user.click(screen.getByRole("button", { name: "Payment portal" }));
  await waitFor(() => expect(leave).toHaveBeenLastCalledWith("https://pay.example/portal"));
  const rows = within(await screen.findByRole("list", { name: "Invoices" })).getAllByRole("listitem");
  expect(rows[0]).toHaveTextContent(/Nov 10, 2026.*PJ-2Professional.*To be paid.*\$149\.00/);
  expect(rows[1]).toHaveTextContent(/Oct 10, 2026.*PJ-1Upgrade from Starter, prorated.*Paid.*\$53\.33/);
  expect(rows[2]).toHaveTextContent(/PJ-0Switch from Professional, prorated/);
  expect(rows[3]).toHaveTextContent(/PJ-Aby_file/);
  expect(rows[4]).toHaveTextContent(/PJ-BUpgrade from Professional, prorated/);
  expect(rows[5]).toHaveTextContent(/PJ-CPaid/);
  expect(within(rows[1] as HTMLElement).getByRole("link", { name: "PDF of invoice PJ-1" })).toHaveAttribute(
    "href",
    "https://pay.example/i/1/pdf",
  );
});

it("shows an admin who pays and with which card, and changes it in the portal", async () => {
  serve(active);
  open();
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  expect(await screen.findByText("Visa ending 4417")).toBeVisible();
  expect(screen.getByText("Expires 08 / 2028")).toBeVisible();
  expect(screen.getByText("Billed to accounts@brennock.example")).toBeVisible();
  expect(screen.getByText("Brennock Mechanical, 12 Quarry Road, Albany, NY 12207, US")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Change how you pay" }));
  await waitFor(() => expect(leave).toHaveBeenLastCalledWith("https://pay.example/portal"));
  expect(screen.getByRole("button", { name: "Edit: Tax ID and billing address" })).toBeEnabled();
});

it.each<[string, Partial<Subscription>, Partial<Payer>, string | RegExp, string | undefined]>([
  [
    "a card that expires first",
    active,
    { late: true, card: { brand: "amex", last4: "0005", exp_month: 11, exp_year: 2026 } },
    "American Express ending 0005",
    "It expires before the next payment on Dec 10. Change it in the payment portal.",
  ],
  [
    "no card",
    active,
    { way: undefined, card: undefined },
    "No card or other way to pay",
    "Without one the next payment on Dec 10 fails. Add one in the payment portal.",
  ],
  ["a bank account", active, { way: "us_bank_account", card: undefined }, "Bank account", undefined],
  ["another way", active, { way: "konbini", card: undefined }, "A way to pay that is no card", undefined],
  [
    "no card, and it ends",
    { ...active, cancel_at: "2026-12-10T15:00:00Z" },
    { way: undefined, card: undefined },
    /^Brennock Mechanical, 12/,
    undefined,
  ],
])("says how it is paid: %s", async (_, more, payer, way, trouble) => {
  serve(more, "admin", payer);
  open();
  expect(await screen.findByText(way)).toBeVisible();
  if (trouble) expect(screen.getByText(trouble)).toBeVisible();
  else expect(screen.queryByText(/payment portal\./)).toBeNull();
});

it("says from when to when mails and AI count", async () => {
  serve(active);
  open();
  expect(await screen.findByText(/they begin anew on the 1st, also in a trial/)).toBeVisible();
});

it("says what is paid next, which has taxes and discounts in it", async () => {
  serve(active, "admin", { next: { minor: 159_43, currency: "USD" } });
  open();
  expect(await screen.findByText("Next payment: $159.43 on Dec 10, with taxes and discounts.")).toBeVisible();
});

it("says that the card could not be read, and reads it again", async () => {
  serve(active);
  server.use(
    answers.problem("get", "/api/v1/orgs/:org/subscription/payer", 503, {
      code: "unavailable",
      detail: "The payment provider does not answer just now.",
    }),
  );
  open();
  expect(
    await screen.findByText(/could not be read just now\. The payment provider does not answer just now\./),
  ).toBeVisible();
  expect(screen.getByText("Renews Dec 10 for $149")).toBeVisible();
  expect(screen.getByRole("button", { name: "Change: Card and billing address" })).toBeEnabled();
  serve(active);
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Visa ending 4417")).toBeVisible();
});

it("says why a page of the payment provider does not open", async () => {
  serve({ status: "none" });
  server.use(
    answers.problem("post", "/api/v1/orgs/:org/subscription/checkout", 503, {
      code: "unavailable",
      detail: "The payment provider does not answer just now. Try again in a moment.",
    }),
  );
  open();
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  await user.click(await screen.findByRole("button", { name: "Choose Starter" }));
  expect(await screen.findByRole("alert")).toHaveTextContent(
    "The payment provider does not answer just now.",
  );
  expect(screen.getByRole("button", { name: "Choose Starter" })).toBeEnabled();
});

it("waits for a payment that is on its way", async () => {
  const { change } = serve({ status: "trialing", trial_end: "2026-12-10T15:00:00Z" });
  const { router } = open("?paid=yes");
  expect(await screen.findByText("Your payment is being confirmed. This takes a moment.")).toBeVisible();
  expect(screen.queryByRole("button", { name: /^Choose/ })).toBeNull();
  change(active);
  expect(
    await screen.findByText("Thank you. Professional is your plan.", {}, { timeout: 4000 }),
  ).toBeVisible();
  expect(await screen.findByText("Renews Dec 10 for $149")).toBeVisible();
  expect(router.state.location.search).toEqual({});
});

it("tells a viewer the state and whom to ask, and offers no button", async () => {
  serve(
    {
      ...active,
      status: "past_due",
      grace_until: "2026-12-04T15:00:00Z",
      read_until: "2026-12-04T15:00:00Z",
    },
    "viewer",
  );
  open();
  expect(await screen.findByText(/Mail is read until Dec 4, in 8 days/)).toBeVisible();
  expect(screen.queryByText(/Check how you pay/)).toBeNull();
  expect(await screen.findByText("Admins are Dana and Lena.")).toBeVisible();
  const main = within(screen.getByRole("main"));
  expect(main.queryAllByRole("button")).toEqual([]);
});

it.each(["past_due", "unpaid", "paused"] as const)("offers no other plan while one is %s", async (status) => {
  serve({ ...active, status, read_until: "2026-11-20T15:00:00Z" });
  open();
  expect(await screen.findByRole("button", { name: "Your plan" })).toBeDisabled();
  expect(screen.getByRole("button", { name: "Payment portal" })).toBeEnabled();
  expect(screen.queryByRole("button", { name: /Choose|Switch/ })).toBeNull();
});

it("says that the operator sets the plan where nothing can be paid", async () => {
  serve({ billing: false, portal: false, status: "none" });
  open();
  expect(await screen.findByText(/The operator of this installation sets the plan\./)).toBeVisible();
  expect(screen.queryByRole("button", { name: /Choose|Switch|portal|Cancel/ })).toBeNull();
});

it("says that the plan could not be read, and reads it again", async () => {
  serve(active);
  const broken = answers.problem("get", "/api/v1/orgs/:org/subscription", 503, {
    code: "unavailable",
    detail: "Down.",
  });
  server.use(broken);
  open();
  expect(await screen.findByRole("alert")).toHaveTextContent("The plan could not be read. Down.");
  expect(screen.getByRole("heading", { name: "Plan & billing", level: 1 })).toBeInTheDocument();
  serve(active);
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Renews Dec 10 for $149")).toBeVisible();
});

it("is ready again for who comes back from the payment provider by the browser's Back", async () => {
  serve({ subscribed: false, status: "trialing", trial_end: "2026-12-10T15:00:00Z" });
  openApp("/orgs/brennock/billing");
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  await user.click(await screen.findByRole("button", { name: "Choose Starter" }));
  await waitFor(() => expect(leave).toHaveBeenCalledWith("https://pay.example/checkout"));
  expect(screen.getByRole("button", { name: "Choose Professional" })).toBeDisabled();
  act(() => {
    dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  });
  await waitFor(() => expect(screen.getByRole("button", { name: "Choose Professional" })).toBeEnabled());
  expect(screen.getByRole("button", { name: "Choose Starter" })).toBeEnabled();
});
