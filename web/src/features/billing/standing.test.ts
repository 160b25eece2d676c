import { expect, it } from "vitest";
import type { Subscription } from "../../api/types";
import { standingOf } from "./standing";

const now = new Date("2026-11-26T15:00:00Z");

const s = (status: Subscription["status"], more: Partial<Subscription> = {}): Subscription => ({
  plan: {
    name: "professional",
    price_cents: 149_00,
    emails: 2000,
    projects: 0,
    users: 15,
    budget_micro_usd: 100_000_000,
    by_agreement: false,
    storage_bytes: 0,
  },
  status,
  billing: true,
  subscribed: true,
  portal: true,
  limits: { emails: 0, projects: 0, users: 0, budget_micro_usd: 0, storage_bytes: 0 },
  used: {} as Subscription["used"], // what is used says nothing of how it stands
  alerts: [],
  plans: [],
  ...more,
});

const price = { minor: 149_00, currency: "USD", every: "month", count: 1 } as const;

const noReading = "mail is received and kept, and not read";

it.each<[string, Subscription, string]>([
  [
    "no payment provider",
    s("none", { billing: false, subscribed: false }),
    "plain | Listed at $149 a month | No payment provider is connected here, so nothing is charged. The operator of this installation sets the plan. | Ask them for another one.",
  ],
  [
    "not paid for, and no provider any more",
    s("canceled", { billing: false, subscribed: false, read_until: "2026-11-20T15:00:00Z" }),
    `danger | Nothing is charged | No payment provider is connected here. Since Nov 20 ${noReading}. | Ask the operator of this installation to set the plan, and what waits is read.`,
  ],
  [
    "set by the operator",
    s("none", { subscribed: false }),
    "plain | Nothing is charged | The operator of this installation set the plan, and nothing is charged. | Choose a plan below to pay for one by the month. | plans",
  ],
  [
    "by agreement",
    s("none", { subscribed: false, plan: { ...s("none").plan, by_agreement: true } }),
    "plain | Price by agreement | The operator of this installation set the plan, and nothing is charged. | ",
  ],
  [
    "a trial",
    s("trialing", {
      subscribed: false,
      trial_end: "2026-12-10T15:00:00Z",
      read_until: "2026-12-10T15:00:00Z",
    }),
    `plain | Trial until Dec 10 | The trial of Professional ends on Dec 10, in 14 days; after that ${noReading}. | Choose a plan below to go on. | plans`,
  ],
  [
    "a trial that ends soon, by the operator's word alone",
    s("trialing", { subscribed: false, trial_end: "2026-11-27T15:00:00Z" }),
    "warning | Trial until Nov 27 | The trial of Professional ends on Nov 27, tomorrow. | Choose a plan below to go on. | plans",
  ],
  [
    "a trial that has ended",
    s("none", {
      subscribed: false,
      trial_end: "2026-11-20T15:00:00Z",
      read_until: "2026-11-20T15:00:00Z",
    }),
    `danger | Trial ended Nov 20 | The trial has ended. Since Nov 20 ${noReading}. | Choose a plan below, and what waits is read. | plans`,
  ],
  [
    "a trial that is subscribed",
    s("trialing", { trial_end: "2026-11-26T23:00:00Z", price }),
    "plain | Trial until Nov 26 | The trial ends on Nov 26, today. From then on $149 a month is charged, before taxes and discounts. | If you cancel before, nothing is.",
  ],
  [
    "a trial that is cancelled",
    s("trialing", { trial_end: "2026-12-10T15:00:00Z", cancel_at: "2026-12-10T15:00:00Z" }),
    `warning | Trial until Dec 10 | Cancelled: the trial ends on Dec 10 and nothing is charged; after that ${noReading}. | Take it back to go on. | resume`,
  ],
  [
    "active",
    s("active", { period_end: "2026-12-10T15:00:00Z", price }),
    "plain | Renews Dec 10 for $149 | Paid by the month. The price is before taxes and discounts. | ",
  ],
  [
    "active, by a price that its plan does not have any more",
    s("active", {
      period_end: "2026-12-10T15:00:00Z",
      price: { minor: 990_00, currency: "EUR", every: "year", count: 1, discounted: true },
    }),
    "plain | Renews Dec 10 for €990, less a discount | Paid by the year. The price is before taxes and discounts. | ",
  ],
  [
    "active, and what it takes is not known",
    s("active", { period_end: "2026-12-10T15:00:00Z" }),
    "plain | Renews Dec 10 | The next payment is due on Dec 10. | ",
  ],
  [
    "active, and a cheaper plan to come",
    s("active", {
      period_end: "2026-12-10T15:00:00Z",
      next_plan: "starter",
      next_at: "2026-12-10T15:00:00Z",
      next_price: { ...price, minor: 39_00 },
      plans: [{ ...s("none").plan, name: "starter", price_cents: 49_00 }],
    }),
    "plain | Until Dec 10, then Starter | Professional until Dec 10, then Starter for $39 a month. Until then the limits stay as they are. | ",
  ],
  [
    "active, and a plan to come whose price is not known",
    s("active", { next_plan: "starter", next_at: "2026-12-10T15:00:00Z" }),
    "plain | Until Dec 10, then Starter | Professional until Dec 10, then Starter. Until then the limits stay as they are. | ",
  ],
  [
    "active and cancelled",
    s("active", { period_end: "2026-12-10T15:00:00Z", cancel_at: "2026-12-10T15:00:00Z" }),
    `warning | Ends Dec 10 | Cancelled: mail is read until Dec 10, which is paid for; after that ${noReading}. What is kept can be read and exported until Mar 10, 2027. | Take it back to go on. | resume`,
  ],
  [
    "a payment failed",
    s("past_due", {
      price,
      grace_until: "2026-12-04T15:00:00Z",
      read_until: "2026-12-04T15:00:00Z",
      data_until: "2027-03-04T15:00:00Z",
    }),
    `warning | $149 a month, not paid | The last payment failed and is tried again. Mail is read until Dec 4, in 8 days; after that ${noReading}. | Check how you pay in the payment portal. | portal`,
  ],
  [
    "a payment failed, and grace is over",
    s("past_due", {
      price,
      grace_until: "2026-11-24T15:00:00Z",
      read_until: "2026-11-24T15:00:00Z",
      data_until: "2027-02-22T15:00:00Z",
    }),
    `danger | $149 a month, not paid | The last payment failed. Since Nov 24 ${noReading}. What is kept can be read and exported until Feb 22, 2027. | Pay in the payment portal, and what waits is read. | portal`,
  ],
  [
    "the tries are used up, and grace is not",
    s("unpaid", {
      price,
      grace_until: "2026-12-04T15:00:00Z",
      read_until: "2026-12-04T15:00:00Z",
      data_until: "2027-03-04T15:00:00Z",
    }),
    `warning | $149 a month, not paid | The last payment failed, and is not tried again. Mail is read until Dec 4, in 8 days; after that ${noReading}. | Pay in the payment portal. | portal`,
  ],
  [
    "unpaid",
    s("unpaid", {
      price,
      grace_until: "2026-11-03T15:00:00Z",
      read_until: "2026-11-03T15:00:00Z",
      data_until: "2027-02-15T15:00:00Z",
    }),
    `danger | $149 a month, not paid | The last payment failed, and is not tried again. Since Nov 3 ${noReading}. What is kept can be read and exported until Feb 15, 2027. | Pay in the payment portal, and what waits is read. | portal`,
  ],
  [
    "paused",
    s("paused", {
      trial_end: "2026-11-25T15:00:00Z",
      read_until: "2026-11-25T15:00:00Z",
      data_until: "2027-02-23T15:00:00Z",
    }),
    `danger | Paused | The trial ended without a way to pay. Since Nov 25 ${noReading}. What is kept can be read and exported until Feb 23, 2027. | Add one in the payment portal: then the plan begins and is charged, and what waits is read. | portal`,
  ],
  [
    "paused by the operator",
    s("paused", {
      trial_end: "2026-05-25T15:00:00Z",
      read_until: "2026-11-25T15:00:00Z",
      data_until: "2027-02-23T15:00:00Z",
    }),
    `danger | Paused | The subscription was paused, and nothing is charged. Since Nov 25 ${noReading}. What is kept can be read and exported until Feb 23, 2027. | Ask the operator of this installation to have it go on, and what waits is read.`,
  ],
  [
    "canceled",
    s("canceled", {
      subscribed: false,
      read_until: "2026-11-25T15:00:00Z",
      data_until: "2027-02-23T15:00:00Z",
    }),
    `danger | Ended Nov 25 | The subscription has ended. Since Nov 25 ${noReading}. What is kept can be read and exported until Feb 23, 2027. | Choose a plan below, and what waits is read. | plans`,
  ],
  [
    "by agreement, after a subscription that has ended",
    s("canceled", { subscribed: false, plan: { ...s("none").plan, by_agreement: true } }),
    "plain | Price by agreement | The operator of this installation set the plan, and nothing is charged. | ",
  ],
  [
    "canceled, and closed",
    s("canceled", {
      subscribed: false,
      read_until: "2026-08-25T15:00:00Z",
      data_until: "2026-11-23T15:00:00Z",
    }),
    `danger | Ended Aug 25 | The subscription has ended. Since Aug 25 ${noReading}. Since Nov 23 what is kept is closed; nothing was deleted, and all of it opens again when the plan is paid for. | Choose a plan below, and what waits is read. | plans`,
  ],
  [
    "a first payment that did not come",
    s("incomplete", { subscribed: false, read_until: "2026-12-10T15:00:00Z" }),
    "warning | Nothing is charged | The first payment did not come through. | Choose a plan below to pay again. | plans",
  ],
])("says how it stands and what to do next: %s", (_, subscription, want) => {
  const { tone, line, text, step, by } = standingOf(subscription, now, "America/New_York");
  expect([tone, line, text, step, by].filter((w) => w !== undefined).join(" | ")).toBe(want);
});
