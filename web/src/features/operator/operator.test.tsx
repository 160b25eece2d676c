import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { Books, Me, Money, OperatorPayments, Organisation, UnroutedMail, Visit } from "../../api/types";
import { answers, api, list, me, openApp, org } from "../../test/app";

const server = api();

const books: Books = {
  id: "o2",
  name: "Oakline Builders",
  address: "oakline",
  mail_in: "oakline@mail.example",
  plan: "starter",
  suspended: false,
  time_zone: "UTC",
  created_at: "2026-01-12T13:00:00Z",
  counts: { ...org.counts, parked: 2, held: 1 },
  near: [],
  pays: { minor: 390_00, currency: "EUR", every: "year", count: 1 },
  month: {
    month: "2026-11",
    emails: 1842,
    calls: 1900,
    unpriced: 0,
    cost_micro_usd: 60_000_000,
    income: [{ minor: 49_00, currency: "USD" }],
    margin_micro_usd: -11_000_000,
  },
};

const lost: UnroutedMail = {
  sha256: "ab".repeat(32),
  recipient: "gone@mail.example",
  sender: "jo@site.example",
  size: 1200,
  received_at: "2026-11-18T10:00:00Z",
};

function serve(path: string, operator = true) {
  let suspended = false;
  let unrouted = [lost];
  let visit: Visit | undefined;
  let proofs = 0;
  const asked: object[] = [];
  const note = async (request: Request) => {
    const body = (await request.json()) as object;
    asked.push(body);
    return body;
  };
  server.use(
    http.get("/api/v1/me", () => HttpResponse.json<Me>({ ...me, operator })),
    answers.projects(),
    answers.actions(),
    answers.changes(),
    answers.rereads(),
    http.get("/api/v1/orgs/:org", () =>
      HttpResponse.json<Organisation>(visit ? { ...org, name: books.name, role: "viewer", visit } : org),
    ),
    http.post("/api/v1/session/confirm", () => {
      proofs++;
      return new HttpResponse(null, { status: 204 });
    }),
    http.get("/api/v1/operator/organisations", () => HttpResponse.json(list({ ...books, suspended }))),
    http.get("/api/v1/operator/organisations/:id", () => HttpResponse.json({ ...books, suspended })),
    http.patch("/api/v1/operator/organisations/:id", async ({ request }) => {
      suspended = ((await note(request)) as Books).suspended;
      return HttpResponse.json({ ...books, suspended });
    }),
    http.post("/api/v1/operator/organisations/:id/visit", async ({ request }) => {
      if (proofs === 0) return HttpResponse.json({ code: "reauthenticate" }, { status: 403 });
      const { reason } = (await note(request)) as { reason: string };
      if (!reason) {
        return HttpResponse.json(
          { code: "invalid", errors: [{ location: "body.reason", message: "Give a reason." }] },
          { status: 422 },
        );
      }
      visit = {
        org: "o2",
        user: "u1",
        name: "Dana Orlik",
        why: reason,
        at: "2026-11-19T14:00:00Z",
        expires_at: "2026-11-19T15:00:00Z",
      };
      return HttpResponse.json(visit, { status: 201 });
    }),
    http.delete("/api/v1/operator/organisations/:id/visit", () => {
      visit = undefined;
      return new HttpResponse(null, { status: 204 });
    }),
    http.get("/api/v1/operator/parked", () => HttpResponse.json(list())),
    http.get("/api/v1/operator/unrouted", () => HttpResponse.json(list(...unrouted))),
    http.delete("/api/v1/operator/unrouted/:id", ({ request }) => {
      asked.push({ recipient: new URL(request.url).searchParams.get("recipient") });
      unrouted = [];
      return new HttpResponse(null, { status: 204 });
    }),
    http.post("/api/v1/operator/unrouted/:id/redeliver", async ({ request }) => {
      const { to } = (await note(request)) as { to: string };
      if (to === lost.recipient) {
        return HttpResponse.json(
          { code: "invalid", errors: [{ location: "body.to", message: "This address leads nowhere." }] },
          { status: 422 },
        );
      }
      unrouted = [];
      return new HttpResponse(null, { status: 202 });
    }),
  );
  return { ...openApp(path), user: userEvent.setup(), asked };
}

it("enters an organisation with a reason, says so while one is there, and leaves", async () => {
  const { user, router, asked } = serve("/operator");
  const table = await screen.findByRole("table", { name: "Organisations" });
  const row = within(table).getAllByRole("row")[1];
  expect(row).toHaveTextContent("Oakline Builders");
  expect(row).toHaveTextContent("1,842$60.00−$11.0012Active");
  await user.click(within(table).getByRole("link", { name: "Oakline Builders" }));
  expect(await screen.findByText("€390 a year")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Enter" }));
  const dialog = await screen.findByRole("dialog", { name: "Enter Oakline Builders" });
  await user.click(within(dialog).getByRole("button", { name: "Enter" }));
  const self = await screen.findByRole("dialog", { name: "Is it still you?" });
  await user.type(within(self).getByLabelText("Password"), "gravel pit at dawn");
  await user.click(within(self).getByRole("button", { name: "Continue" }));
  const reason = await screen.findByRole("textbox", { name: "Reason" });
  await waitFor(() => expect(reason).toBeInvalid());
  await user.type(reason, "A mail is missing, says Tao");
  await user.click(screen.getByRole("button", { name: "Enter" }));
  const banner = await screen.findByText(/You are visiting/);
  expect(banner).toHaveTextContent(
    "You are visiting Oakline Builders because: A mail is missing, says Tao. You look and change nothing, until",
  );
  expect(router.state.location.pathname).toBe("/orgs/oakline/projects");
  expect(asked.at(-1)).toEqual({ reason: "A mail is missing, says Tao", hours: 1 });
  await user.click(screen.getByRole("button", { name: "Leave" }));
  expect(await screen.findByRole("table", { name: "Organisations" })).toBeVisible();
  expect(screen.queryByText(/You are visiting/)).toBeNull();
});

it("suspends and resumes an organisation", async () => {
  const { user, asked } = serve("/operator/organisations/o2");
  await user.click(await screen.findByRole("button", { name: "Suspend" }));
  const dialog = await screen.findByRole("dialog", { name: "Suspend Oakline Builders?" });
  await user.type(within(dialog).getByRole("textbox", { name: "Reason" }), "The invoice of May");
  await user.click(within(dialog).getByRole("button", { name: "Suspend" }));
  expect(await screen.findByText("Oakline Builders is suspended.")).toBeVisible();
  expect(await screen.findByRole("button", { name: "Resume" })).toBeVisible();
  expect(asked).toEqual([{ suspended: true, reason: "The invoice of May" }]);
});

it("shows the use that is not told of, and tells it again", async () => {
  const told: string[] = [];
  const { user } = serve("/operator");
  const entry = (id: string, state: "stuck" | "waits"): OperatorPayments["items"][number] => ({
    organisation_id: "o2",
    organisation: "Oakline Builders",
    id,
    day: "2026-11-18",
    amount_micro_usd: 41_200,
    at: "2026-11-18T23:59:59Z",
    state,
    tries: 3,
    due: "2026-11-19T10:00:00Z",
    problem: state === "stuck" ? "Whether it is counted was not heard." : "Down.",
  });
  server.use(
    http.get("/api/v1/operator/payments", () =>
      HttpResponse.json<OperatorPayments>({
        items: [entry("o2-0", told.length > 0 ? "waits" : "stuck"), entry("o2-1", "waits")],
        twice: [{ organisation_id: "o2", organisation: "Oakline Builders", others: 1 }],
      }),
    ),
    http.post("/api/v1/operator/organisations/:id/use/:entry/retry", ({ params }) => {
      told.push(String(params.entry));
      return new HttpResponse(null, { status: 204 });
    }),
  );
  await user.click(await screen.findByRole("link", { name: "Payments" }));
  const table = await screen.findByRole("table", { name: "Payments" });
  expect(screen.getByText(/pays for 1 more subscription beside the one that counts/)).toBeVisible();
  const rows = within(table).getAllByRole("row");
  expect(rows[1]).toHaveTextContent(
    /Oakline Builders.*\$0\.0412.*Stuck3Whether it is counted was not heard\./,
  );
  expect(rows[2]).toHaveTextContent(/Waits3Down\./);
  await user.click(within(table).getByRole("button", { name: "Tell again: Oakline Builders, 2026-11-18" }));
  const dialog = await screen.findByRole("dialog", { name: "Tell it again?" });
  expect(dialog).toHaveTextContent("Look at the payment provider first that it has not counted o2-0");
  await user.click(within(dialog).getByRole("button", { name: "Tell it again" }));
  expect(await screen.findByText("It is told again within a quarter of an hour.")).toBeVisible();
  expect(told).toEqual(["o2-0"]);
  await waitFor(() => expect(within(table).queryByRole("button")).toBeNull());
});

it("sends mail that led nowhere on, and deletes it", async () => {
  const { user, asked } = serve("/operator/unrouted");
  await user.click(await screen.findByRole("button", { name: "Send on: gone@mail.example" }));
  const to = await screen.findByRole("textbox", { name: "Mail-in address" });
  expect(to).toHaveValue("gone@mail.example");
  await user.click(screen.getByRole("button", { name: "Send on" }));
  await waitFor(() => expect(to).toHaveAccessibleDescription("This address leads nowhere."));
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  await user.click(screen.getByRole("button", { name: "Delete: gone@mail.example" }));
  await user.click(await screen.findByRole("button", { name: "Delete" }));
  expect(await screen.findByText("No mail led nowhere.")).toBeVisible();
  expect(asked.at(-1)).toEqual({ recipient: "gone@mail.example" });
});

it("shows what was paid and what models cost, month by month, and who is near a limit", async () => {
  const months: string[] = [];
  server.use(
    http.get("/api/v1/operator/money", ({ request }) => {
      const month = new URL(request.url).searchParams.get("month") ?? "";
      months.push(month);
      const other: Books = {
        ...books,
        id: "o3",
        name: "Rive Gauche",
        near: [],
        month: {
          ...books.month,
          cost_micro_usd: 0,
          unpriced: 3,
          income: [
            { minor: 10_00, currency: "EUR" },
            { minor: 49_50, currency: "USD" },
          ],
          margin_micro_usd: null,
        },
      };
      const near: Books["near"] = [
        { of: "projects", used: 2, limit: 2, percent: 100 },
        { of: "ai_budget", used: 18, limit: 20, percent: 90 },
      ];
      return HttpResponse.json<Money>({
        month,
        prices: "2026-11-20",
        items: [
          { ...books, near },
          other,
          { ...books, id: "o4", name: "Tessaly", near: [], month: { ...books.month, unpriced: 1 } },
        ],
        sum: {
          emails: 3684,
          unpriced: 3,
          cost_micro_usd: 60_000_000,
          income: [
            { minor: 10_00, currency: "EUR" },
            { minor: 98_50, currency: "USD" },
          ],
          margin_micro_usd: null,
        },
      });
    }),
  );
  const { user, router } = serve("/operator");
  await user.click(await screen.findByRole("link", { name: "Money" }));
  const table = await screen.findByRole("table", { name: "Money" });
  expect(
    within(table)
      .getAllByRole("row")
      .slice(1)
      .map((row) => row.textContent),
  ).toEqual([
    "Oakline BuildersStarter1,842$49$60.00−$11.00Projects 100 %AI budget 90 %",
    "Rive GaucheStarter1,842€10 + $49.50Not knownNot known",
    "TessalyStarter1,842$49$60.00 and moreAt most −$11.00",
    "All3,684€10 + $98.50$60.00 and moreNot known",
  ]);
  expect(screen.getByText("Calls of models are priced by the list 2026-11-20.")).toBeVisible();
  const month = screen.getByRole("combobox", { name: "Month" });
  const before = within(month).getAllByRole("option")[1] as HTMLOptionElement;
  await user.selectOptions(month, before);
  await waitFor(() => expect(router.state.location.search).toEqual({ month: before.value }));
  await waitFor(() => expect(months.at(-1)).toBe(before.value));
  expect(screen.getByRole("link", { name: "CSV" })).toHaveAttribute(
    "href",
    `/api/v1/operator/money.csv?month=${before.value}`,
  );
});

it("shows nobody else these pages", async () => {
  const { router } = serve("/operator", false);
  await waitFor(() => expect(router.state.location.pathname).toBe("/orgs/brennock/projects"));
  expect(screen.queryByRole("navigation", { name: "Operator" })).toBeNull();
});
