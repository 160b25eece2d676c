import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import type { List, Member, Organisation } from "../../api/types";
import { aiBudget, answers, api, list, openApp, org } from "../../test/app";

const server = api();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-26T15:00:00Z") });
  return () => {
    vi.useRealTimers();
  };
});

const sentence = "Nobody pays for this organisation any more, so what it keeps is closed.";

function serve(more: Partial<Organisation>) {
  server.use(
    answers.me,
    http.get("/api/v1/orgs/:org", () => HttpResponse.json<Organisation>({ ...org, ...more })),
    answers.subscription(),
    http.get("/api/v1/orgs/:org/members", () =>
      HttpResponse.json<List<Member>>(
        list({
          user: {
            id: "u2",
            name: "Lena Farrow",
            email: "lena@brennock.example",
            disabled: false,
            created_at: "",
          },
          role: "admin",
          last_seen_at: null,
          second_factor: null,
        }),
      ),
    ),
    answers.settings(),
    http.get("/api/v1/orgs/:org/invitations", () => HttpResponse.json(list())),
    answers.problem("get", "/api/v1/orgs/:org/*", 403, { code: "forbidden", detail: sentence }),
  );
}

const closed = { read_until: "2026-08-20T15:00:00Z", closes_at: "2026-11-20T15:00:00Z" };

it.each(["projects", "review", "projects/p1"])(
  "shows an admin why %s is closed, and the way to open it",
  async (place) => {
    serve(closed);
    openApp(`/orgs/brennock/${place}`);
    expect(
      await screen.findByRole("heading", { name: "What Brennock Mechanical keeps is closed" }),
    ).toBeVisible();
    const main = within(screen.getByRole("main"));
    expect(main.getByRole("link", { name: "Plan & billing" })).toHaveAttribute(
      "href",
      "/orgs/brennock/billing",
    );
    expect(main.queryByText(sentence)).toBeNull();
    expect(main.queryByRole("alert")).toBeNull();
  },
);

it("tells a viewer whom to ask, and leaves billing open", async () => {
  serve({ ...closed, role: "viewer" });
  const { router } = openApp("/orgs/brennock/projects");
  expect(await screen.findByText("You are a viewer. Ask an admin to subscribe.")).toBeVisible();
  expect(await screen.findByText("The admin is Lena Farrow.")).toBeVisible();
  expect(within(screen.getByRole("main")).queryByRole("link")).toBeNull();
  await router.navigate({ to: "/orgs/$org/billing", params: { org: "brennock" } });
  expect(await screen.findByRole("heading", { name: "Plan & billing", level: 1 })).toBeVisible();
  expect(screen.queryByText(/keeps is closed/)).toBeNull();
});

it("says on each page that mail is not read, but not beside what billing says of it", async () => {
  serve({ read_until: "2026-11-20T15:00:00Z" });
  const { router } = openApp("/orgs/brennock/settings");
  const line = "Mail of Brennock Mechanical is received and kept, and not read: it is not paid for.";
  expect(await screen.findByText(line)).toBeVisible();
  await router.navigate({ to: "/orgs/$org/billing", params: { org: "brennock" } });
  expect(await screen.findByRole("heading", { name: "Plan & billing", level: 1 })).toBeVisible();
  expect(screen.queryByText(line)).toBeNull();
});

it("says on each page that mail waits for AI budget, but not where mail is not read at all", async () => {
  const ai_budget = { ...aiBudget(20_000_000, 19_570_000), waiting: 12, used_up: true };
  serve({ ai_budget });
  const { router } = openApp("/orgs/brennock/settings");
  const line = /^This month’s AI budget is used up: the \$0\.43 left of it is too little.*12 mails wait/;
  expect(await screen.findByText(line)).toBeVisible();
  const banner = within(screen.getByText(line).closest("[role=status]") as HTMLElement);
  expect(banner.getByRole("link", { name: "Usage & costs" })).toHaveAttribute("href", "/orgs/brennock/usage");
  await router.navigate({ to: "/orgs/$org/billing", params: { org: "brennock" } });
  expect(await screen.findByRole("heading", { name: "Plan & billing", level: 1 })).toBeVisible();
  expect(screen.queryByText(line)).toBeNull();
});
