import { expect, it } from "vitest";
import type { Plan, Subscription } from "../../api/types";
import { formatStorage, limitsOf, nearest, offersOf } from "./limits";

const plan: Plan = {
  name: "starter",
  price_cents: 49_00,
  emails: 500,
  projects: 2,
  users: 3,
  budget_micro_usd: 20_000_000,
  by_agreement: false,
  storage_bytes: 10 * 2 ** 30,
};

const used = (more: Partial<Subscription["used"]>, spent = 0): Subscription["used"] => ({
  month: "2026-11",
  emails: 0,
  projects: 0,
  users: 0,
  bytes: 0,
  spent: {
    month: "2026-11",
    calls: 0,
    charged_micro_usd: spent,
    reserved_micro_usd: 0,
    cost_micro_usd: 0,
    lost_micro_usd: 0,
    unpriced: 0,
  },
  waiting: 0,
  ...more,
});

it.each([
  ["nothing is near", used({ emails: 449, users: 1, projects: 1 }), undefined],
  ["one seat", used({ users: 2 }), { full: false, text: expect.stringContaining("1 seat left") }],
  ["mails", used({ emails: 450 }), { full: false, text: expect.stringContaining("50 mails left") }],
  ["mails", used({ emails: 499 }), { full: false, text: expect.stringContaining("1 mail left") }],
  [
    "the fullest first",
    used({ emails: 480, projects: 2 }),
    { full: true, text: expect.stringContaining("open projects") },
  ],
  ["money", used({}, 19_500_000), { full: false, text: expect.stringContaining("$0.50 of the AI budget") }],
  [
    "storage",
    used({ bytes: 10 * 2 ** 30 }),
    { full: true, text: expect.stringContaining("Storage is full") },
  ],
])("says what is nearly used: %s", (_, u, line) => {
  expect(nearest(limitsOf({ limits: plan, used: u }))).toEqual(line);
});

it("says first that the AI budget is used up, though some of it is left", () => {
  const u = used({ emails: 490 }, 18_000_000);
  expect(nearest(limitsOf({ limits: plan, used: u }, "It is used up."))).toEqual({
    full: true,
    text: "It is used up.",
  });
});

it("shows of an AI budget what counts against it", () => {
  const budget = limitsOf({
    limits: plan,
    used: used({}, 3),
    ai_budget: {
      limit_micro_usd: 20_000_000,
      used_micro_usd: 5,
      left_micro_usd: 19_999_995,
      waiting: 0,
      used_up: false,
      own: true,
      renews_at: "2026-12-01T05:00:00Z",
    },
  }).find((l) => l.id === "budget");
  expect(budget?.used).toBe(5);
});

it("never warns of what has no limit", () => {
  const none = { emails: 0, projects: 0, users: 0, budget_micro_usd: 0, storage_bytes: 0 };
  expect(nearest(limitsOf({ limits: none, used: used({ emails: 9999, users: 99 }, 1e9) }))).toBeUndefined();
});

it("says what a plan offers by its numbers", () => {
  expect(offersOf(plan)).toEqual([
    "500 mails a month",
    "2 open projects",
    "3 members, admins and viewers",
    "$20 of AI a month",
    "10 GiB of mail",
  ]);
  expect(offersOf({ ...plan, projects: 0 })[1]).toBe("Open projects without limit");
  const agreed = {
    emails: 0,
    projects: 0,
    users: 0,
    budget_micro_usd: 0,
    storage_bytes: 0,
    by_agreement: true,
  };
  expect(offersOf({ ...plan, ...agreed })).toEqual(["Limits by agreement"]);
});

it.each([
  [0, "0 B"],
  [512 * 2 ** 20, "512 MiB"],
  [1.5 * 2 ** 30, "1.5 GiB"],
  [100 * 2 ** 30, "100 GiB"],
])("%d bytes are %s", (bytes, words) => {
  expect(formatStorage(bytes)).toBe(words);
});
